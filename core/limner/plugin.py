"""Everything that a plugin imports. What stands in ``__all__`` is limner's public surface for plugin authors."""

from limner.activations import ACTIVATIONS, Activation, ActivationName
from limner.augment import Augment, AugmentPullback
from limner.backend import Backend, InTurn, Runner
from limner.blend import Blend, BlendPullback
from limner.buttons import Buttons
from limner.canvas import Bounds
from limner.color import ColorMode
from limner.critic import Critic
from limner.detector import Box, Detector
from limner.encoder import Encoder, EncoderPullback
from limner.errors import ArtworkError, BackendError, LimnerError
from limner.events import Checkpoint, Event, Fitting, Progress, Saved
from limner.example import Example
from limner.executor import Executor
from limner.filter import Filter
from limner.frame import Frame
from limner.hookspecs import hookimpl
from limner.layout import Entry, Layout, pack_gradient
from limner.loss import Loss
from limner.movie import Movie, Reel, Shot, Take
from limner.namespace import Array, device, empty_theta, from_host, namespace, to_host
from limner.network import Network, Pullback, Rows
from limner.part import Nested, Part
from limner.pictures import deep_gray, open_picture
from limner.primitives import Taps
from limner.registry import Registry
from limner.samples import Context, Samples
from limner.scatter import scatter_add
from limner.stage import Domain, Stage
from limner.trainer import PairsProblem, Problem, State, Trainer, batches_per_epoch
from limner.warp import Warp
from limner.writer import Embedded, Page, PixelDigest, Writer

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "ActivationName",
    "Array",
    "ArtworkError",
    "Augment",
    "AugmentPullback",
    "Backend",
    "BackendError",
    "Blend",
    "BlendPullback",
    "Bounds",
    "Box",
    "Buttons",
    "Checkpoint",
    "ColorMode",
    "Context",
    "Critic",
    "Detector",
    "Domain",
    "Embedded",
    "Encoder",
    "EncoderPullback",
    "Entry",
    "Event",
    "Example",
    "Executor",
    "Filter",
    "Fitting",
    "Frame",
    "InTurn",
    "Layout",
    "LimnerError",
    "Loss",
    "Movie",
    "Nested",
    "Network",
    "Page",
    "PairsProblem",
    "Part",
    "PixelDigest",
    "Problem",
    "Progress",
    "Pullback",
    "Reel",
    "Registry",
    "Rows",
    "Runner",
    "Samples",
    "Saved",
    "Shot",
    "Stage",
    "State",
    "Take",
    "Taps",
    "Trainer",
    "Warp",
    "Writer",
    "batches_per_epoch",
    "deep_gray",
    "device",
    "empty_theta",
    "from_host",
    "hookimpl",
    "namespace",
    "open_picture",
    "pack_gradient",
    "scatter_add",
    "to_host",
]
