"""Recipes: the stages that compose a picture, with all defaults filled in.

People read and write TOML; artworks store recipes as JSON. Both are parsed from a table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

import tomlkit
from pydantic import Field, field_validator

from limner.composition.stage_spec import StageSpec
from limner.errors import RecipeError
from limner.registry.catalogue import load_target
from limner.stages.base import Domain, DomainStage, Stage
from limner.utils.limits import MAX_SEED, MAX_SIDE
from limner.utils.paths import StrPath
from limner.utils.text import decodable
from limner.utils.validation import with_article

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from limner.stages.augment import Augment
    from limner.stages.blend import Blend
    from limner.stages.color import ColorMode
    from limner.stages.encoder import Encoder
    from limner.stages.frame import Frame
    from limner.stages.loss import Loss
    from limner.stages.mask import Mask
    from limner.stages.network import Network
    from limner.stages.optimization.trainer import Trainer
    from limner.stages.warp import Warp

MAX_PARTS = 64
MAX_NESTING = 8
LIST_KEYS = ("warp", "encoder", "augment")
DEFAULTS: dict[str, Any] = {
    "frame": {"kind": "centred"},
    "warp": [],
    "encoder": [{"kind": "xy"}, {"kind": "radius"}],
    "network": {"kind": "mlp"},
    "color": {"kind": "rgb"},
}
OPTIONAL_KEYS = ("mask", "output", "loss", "trainer")
IMAGE_KEYS = ("output", "augment")
"""The keys that only recipes of image-to-image networks have."""
ROLE_OF_KEY = {"output": "encoder"}
"""The role of the stage under a key, if the key is not the role: the output of a recipe is an image filter."""
LAYER_KEYS = ("layer", "blend")
StageT = TypeVar("StageT", bound=Stage)
Side = Annotated[int, Field(ge=1, le=MAX_SIDE)]


class RecipeHeader(Stage):
    """The title, summary, seed and size of a recipe."""

    title: str = Field(default="Untitled", min_length=1, max_length=200, description="the picture's title")
    summary: str = Field(default="", max_length=2000, description="a sentence about it")
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="random seed")
    size: tuple[Side, Side] = Field(default=(1024, 1024), description="width and height in pixels")

    @field_validator("title", "summary", mode="before")
    @classmethod
    def _decodable(cls, text: Any) -> Any:
        """Return a title that may be a file name which is not UTF-8, as text that every format can store."""
        return decodable(text) if isinstance(text, str) else text


@dataclass(frozen=True, kw_only=True)
class Recipe(ABC):
    """A validated composition of stages: of one model, or of several layers.

    Attributes:
        header: title, summary, seed and size.
        seeded: whether the recipe sets a seed; if not, ``seed`` is 0.
    """

    header: RecipeHeader
    seeded: bool = True

    @property
    def title(self) -> str:
        """The title of the picture."""
        return self.header.title

    @property
    def seed(self) -> int:
        """The random seed."""
        return self.header.seed

    @property
    def size(self) -> tuple[int, int]:
        """The width and height in pixels."""
        return self.header.size

    def with_seed(self, seed: int) -> Self:
        """Return the recipe with another seed.

        Raises:
            RecipeError: the seed is not between 0 and 2^63 - 1.
        """
        if not 0 <= seed <= MAX_SEED:
            raise RecipeError([f"`seed`: must be 0 to {MAX_SEED}, got {seed}"], source="")
        return replace(self, header=self.header.model_copy(update={"seed": seed}), seeded=True)

    @abstractmethod
    def parts(self) -> list[tuple[str, StageSpec[Stage]]]:
        """Return all stages with their paths (``encoder.0``), in the order of the model, then loss and trainer."""

    def table(self) -> dict[str, Any]:
        """Return the recipe as plain data, with all defaults filled in."""
        header = self.header.model_dump(mode="json")
        if not self.seeded:
            del header["seed"]
        return {**header, **self.body()}

    @abstractmethod
    def body(self) -> dict[str, Any]:
        """Return the table without its header."""

    @classmethod
    def from_toml(cls, toml: StrPath) -> Recipe:
        """Return the recipe in a TOML text or file, with all defaults filled in.

            recipe = limner.Recipe.from_toml("mine.toml")
            art = limner.paint(limner.Recipe.from_toml("[network]\\ndepth = 12"))

        Args:
            toml: a string that contains a line break, ``=`` or ``[`` is a TOML text, any other the path of a file. A
                ``pathlib.Path`` is always a path.

        Raises:
            RecipeError: it is not TOML, or the recipe has errors; all of them are reported.
            LimnerError: the file cannot be read, or the string is empty.
        """
        read: Callable[[StrPath], Recipe] = load_target("limner.composition.parser:from_toml")  # it imports this module
        return read(toml)

    def to_toml(self) -> str:
        """Return the recipe as TOML, with all defaults filled in; ``from_toml`` reads it back."""
        return table_to_toml(self.table())


def table_to_toml(table: Mapping[str, Any]) -> str:
    """Return a recipe's table as TOML, without empty lists."""
    return str(tomlkit.dumps({key: value for key, value in table.items() if value != []}))


@dataclass(frozen=True, kw_only=True)
class SingleRecipe(Recipe):
    """The stages of one model.

    ``mask`` makes parts of the picture transparent.
    ``output``, the filter that makes the targets, and ``augments``, which vary the training pictures, are used only by
    image-to-image networks.
    """

    frame: StageSpec[Frame]
    warps: tuple[StageSpec[Warp], ...]
    encoders: tuple[StageSpec[Encoder], ...]
    network: StageSpec[Network]
    color: StageSpec[ColorMode]
    mask: StageSpec[Mask] | None = None
    output: StageSpec[Encoder] | None = None
    augments: tuple[StageSpec[Augment], ...] = ()
    loss: StageSpec[Loss] | None = None
    trainer: StageSpec[Trainer] | None = None

    @property
    def domain(self) -> Domain:
        """The domain that all stages have in common; points take precedence."""
        common = frozenset.intersection(*(domains for _, domains in stage_domains(self)))
        order: tuple[Domain, ...] = ("point", "code", "image")
        return next(d for d in order if d in common)

    def require_output(self) -> StageSpec[Encoder]:
        """Return the output.

        Raises:
            RecipeError: the recipe has none.
        """
        return self._required("output", "encoder", self.output)

    def require_loss(self) -> StageSpec[Loss]:
        """Return the loss.

        Raises:
            RecipeError: the recipe has none.
        """
        return self._required("loss", "loss", self.loss)

    def require_trainer(self) -> StageSpec[Trainer]:
        """Return the trainer.

        Raises:
            RecipeError: the recipe has none.
        """
        return self._required("trainer", "trainer", self.trainer)

    def _required(self, name: str, role: str, spec: StageSpec[StageT] | None) -> StageSpec[StageT]:
        if spec is None:
            fix = f"add a table [{name}] that names {with_article(role)} as its kind"
            raise RecipeError([f"{name}: is missing; {fix}"], self.title)
        return spec

    def parts(self) -> list[tuple[str, StageSpec[Stage]]]:
        """Return frame, warps, encoders, network, colour mode, mask, output, augments, loss and trainer."""
        out: list[tuple[str, StageSpec[Stage]]] = [("frame", self.frame)]
        out += [(f"warp.{i}", part) for i, part in enumerate(self.warps)]
        out += [(f"encoder.{i}", part) for i, part in enumerate(self.encoders)]
        out += [("network", self.network), ("color", self.color)]
        out += [("mask", self.mask)] if self.mask else []
        out += [("output", self.output)] if self.output else []
        out += [(f"augment.{i}", part) for i, part in enumerate(self.augments)]
        return out + [(part.role, part) for part in (self.loss, self.trainer) if part]

    def body(self) -> dict[str, Any]:
        """Return a table for each stage, lists of them for warps and encoders."""
        out: dict[str, Any] = {"frame": self.frame.table()}
        out["warp"] = [spec.table() for spec in self.warps]
        out["encoder"] = [spec.table() for spec in self.encoders]
        out |= {"network": self.network.table(), "color": self.color.table()}
        out |= {"mask": self.mask.table()} if self.mask else {}
        out |= {"output": self.output.table()} if self.output else {}
        out |= {"augment": [spec.table() for spec in self.augments]} if self.augments else {}
        return out | {spec.role: spec.table() for spec in (self.loss, self.trainer) if spec}


@dataclass(frozen=True, kw_only=True)
class LayeredRecipe(Recipe):
    """Several recipes, blended into one picture."""

    layers: tuple[Recipe, ...]
    blend: StageSpec[Blend]

    def with_seed(self, seed: int) -> Self:
        """Return a recipe whose layers have consecutive seeds, starting with this one, so that equal layers differ."""
        layers = tuple(layer.with_seed((seed + i) % (MAX_SEED + 1)) for i, layer in enumerate(self.layers))
        return replace(super().with_seed(seed), layers=layers)

    def parts(self) -> list[tuple[str, StageSpec[Stage]]]:
        """Return the stages of the layers, then the blend."""
        out = [(f"layer.{i}.{path}", part) for i, layer in enumerate(self.layers) for path, part in layer.parts()]
        return [*out, ("blend", self.blend)]

    def body(self) -> dict[str, Any]:
        """Return a table for each layer, and the blend."""
        return {"layer": [layer.table() for layer in self.layers], "blend": self.blend.table()}


def stage_domains(recipe: SingleRecipe) -> list[tuple[str, frozenset[Domain]]]:
    """Return the names of all stages that belong to domains, each with the domains that it supports."""
    specs: list[StageSpec[DomainStage]] = [*recipe.encoders, recipe.network, recipe.frame, *recipe.warps]
    specs += [spec for spec in (recipe.mask, recipe.output, recipe.loss, recipe.trainer) if spec]
    return [(f"{spec.role} {spec.kind!r}", spec.stage.domains) for spec in specs]
