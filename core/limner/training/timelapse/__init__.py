"""The timelapse: a movie of a fit, frame by frame during training."""

from limner.training.timelapse.recorder import TimelapseRecorder as TimelapseRecorder
from limner.training.timelapse.recording import record_fit as record_fit
from limner.training.timelapse.recording import record_frames as record_frames
from limner.training.timelapse.settings import STYLES as STYLES
from limner.training.timelapse.settings import Timelapse as Timelapse
from limner.training.timelapse.settings import timelapse as timelapse
