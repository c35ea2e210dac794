"""The public API for plugin authors; ``__all__`` lists its names."""

from limner.arrays.activations import ACTIVATIONS, Activation, ActivationName
from limner.arrays.autodiff.operation import Operation, operation
from limner.arrays.namespace import Array, device, empty_theta, from_host, namespace, to_host, total
from limner.arrays.parameters import Parameter, ParameterLayout, Params, fixed, flat_gradient, pack_gradient
from limner.arrays.primitives import Taps, scatter_add
from limner.arrays.standard import Namespace
from limner.composition.nested import Nested
from limner.composition.stage_spec import StageSpec
from limner.errors import ArtworkError, BackendError, LimnerError
from limner.formats.audio import AudioTrack
from limner.formats.image_format import EmbeddedData, ImageFormat, ImageInfo
from limner.formats.pixel_digest import PixelDigest
from limner.formats.video_format import DecodedFrame, VideoFormat, VideoInfo, WriteFrame
from limner.imaging.canvas import Bounds
from limner.imaging.colors.css import parse_color
from limner.imaging.crop import Detection
from limner.imaging.loaded_image import LoadedImage
from limner.imaging.reader import read_picture
from limner.registry.events import CheckpointFailed, CheckpointSaved, Event, FileSaved, FitProgress, Progress
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import Registry
from limner.stages.augment import Augment, AugmentPullback
from limner.stages.backend import Backend, Runner, SerialRunner
from limner.stages.base import Domain, Stage
from limner.stages.blend import Blend, BlendPullback
from limner.stages.color import ColorMode
from limner.stages.conditioning import ConditioningEncoder
from limner.stages.context import Context, Samples
from limner.stages.derived import Gradients
from limner.stages.encoder import Encoder, EncoderPullback
from limner.stages.frame import Frame
from limner.stages.image_filter import ImageFilter
from limner.stages.loss import LeastSquaresLoss, Loss
from limner.stages.mask import Mask
from limner.stages.network import Discriminator, ImageNetwork, JacobianNetwork, Network, PointwisePullback, Pullback
from limner.stages.optimization.diagnostics import TrainerDiagnostics
from limner.stages.optimization.frozen import TrainableMask
from limner.stages.optimization.image_trainer import ImageTrainer
from limner.stages.optimization.optimizer import Optimizer, Slots
from limner.stages.optimization.problem import Example, PairsProblem, Problem, batches_per_epoch
from limner.stages.optimization.state import State
from limner.stages.optimization.trainer import Step, Trainer, TrainerTraits
from limner.stages.structure.graph import Edge, Graph, Join, Node
from limner.stages.warp import Warp
from limner.utils.size_parser import Length, parse_length, parse_paper

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "ActivationName",
    "Array",
    "ArtworkError",
    "AudioTrack",
    "Augment",
    "AugmentPullback",
    "Backend",
    "BackendError",
    "Blend",
    "BlendPullback",
    "Bounds",
    "CheckpointFailed",
    "CheckpointSaved",
    "ColorMode",
    "ConditioningEncoder",
    "Context",
    "DecodedFrame",
    "Detection",
    "Discriminator",
    "Domain",
    "Edge",
    "EmbeddedData",
    "Encoder",
    "EncoderPullback",
    "Event",
    "Example",
    "FileSaved",
    "FitProgress",
    "Frame",
    "Gradients",
    "Graph",
    "ImageFilter",
    "ImageFormat",
    "ImageInfo",
    "ImageNetwork",
    "ImageTrainer",
    "JacobianNetwork",
    "Join",
    "LeastSquaresLoss",
    "Length",
    "LimnerError",
    "LoadedImage",
    "Loss",
    "Mask",
    "Namespace",
    "Nested",
    "Network",
    "Node",
    "Operation",
    "Optimizer",
    "PairsProblem",
    "Parameter",
    "ParameterLayout",
    "Params",
    "PixelDigest",
    "PointwisePullback",
    "Problem",
    "Progress",
    "Pullback",
    "Registry",
    "Runner",
    "Samples",
    "SerialRunner",
    "Slots",
    "Stage",
    "StageSpec",
    "State",
    "Step",
    "Taps",
    "TrainableMask",
    "Trainer",
    "TrainerDiagnostics",
    "TrainerTraits",
    "VideoFormat",
    "VideoInfo",
    "Warp",
    "WriteFrame",
    "batches_per_epoch",
    "device",
    "empty_theta",
    "fixed",
    "flat_gradient",
    "from_host",
    "hookimpl",
    "namespace",
    "operation",
    "pack_gradient",
    "parse_color",
    "parse_length",
    "parse_paper",
    "read_picture",
    "scatter_add",
    "to_host",
    "total",
]


def __dir__() -> list[str]:
    return sorted(__all__)
