"""The kinds of what can be registered, each with its interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limner.augment import Augment
from limner.backend import Backend
from limner.blend import Blend
from limner.color import ColorMode
from limner.detector import Detector
from limner.encoder import Encoder
from limner.executor import Executor
from limner.frame import Frame
from limner.loss import Loss
from limner.movie import Movie
from limner.network import Network
from limner.trainer import Trainer
from limner.warp import Warp
from limner.writer import Writer

if TYPE_CHECKING:
    from limner.stage import Stage

KINDS: dict[str, type[Stage]] = {
    "frame": Frame,
    "warp": Warp,
    "encoder": Encoder,
    "network": Network,
    "color": ColorMode,
    "blend": Blend,
    "loss": Loss,
    "augment": Augment,
    "trainer": Trainer,
    "writer": Writer,
    "movie": Movie,
    "backend": Backend,
    "executor": Executor,
    "detector": Detector,
}
"""The kinds of stage, each with its interface."""
FILES = ("recipe", "theme")
"""What is registered beside them and is no class: a TOML file, and a folder of templates."""
