"""The timelapse: a movie of a fit, frame by frame during training."""

from limner.training.timelapse.camera import Camera as Camera
from limner.training.timelapse.record import filming as filming
from limner.training.timelapse.record import shooting as shooting
from limner.training.timelapse.settings import STYLES as STYLES
from limner.training.timelapse.settings import Timelapse as Timelapse
from limner.training.timelapse.settings import timelapse as timelapse
