"""The sweep: a recipe, what is varied, and the cells that come of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from limner import settings
from limner.axes import Axis
from limner.designs import DESIGNS, Design, Point, count
from limner.errors import LimnerError
from limner.parsing import parse
from limner.pictures import picture_bytes
from limner.recipe import LISTS
from limner.registry import registry

MANY = 2_000
"""Cells that are not gone through without being asked."""
MOST = 1_000_000


@dataclass(frozen=True)
class Fitting:
    """How each cell learns; the fields are those of ``limner fit``."""

    steps: int = 0
    epochs: int = 0
    seconds: float = 0.0
    psnr: float = 0.0
    train_size: int = 0
    gray: bool = False
    background: str | None = None
    at_steps: tuple[int, ...] = ()

    def table(self) -> dict[str, Any]:
        """What of it changes a cell: at which steps it is looked at does not."""
        return {name: value for name, value in self.__dict__.items() if name != "at_steps" and value}


@dataclass(frozen=True)
class Cell:
    """One of the sweep's pictures.

    Attributes:
        name: from the content of all that it follows from.
        point: what is set, by path.
        recipe: the table that it is painted from, seed and all.
        image: what it learns; empty where it is painted.
    """

    name: str
    point: Point
    recipe: Mapping[str, Any]
    seed: int
    image: str = ""


@dataclass(frozen=True, eq=False)
class Sweep:
    """What is to be swept.

    Attributes:
        name: the recipe's, for messages.
        recipe: its table.
        axes: what is varied.
        design: how.
        samples: points of a random design.
        seeds: each point is painted with each of them.
        images: what is learned, each by each point; none where pictures are painted.
        fitting: how.
        size: width and height of every picture; the recipe's, or the image's, where None.
    """

    name: str
    recipe: Mapping[str, Any]
    axes: Sequence[Axis]
    design: Design = "grid"
    samples: int = 0
    seeds: tuple[int, ...] = (0,)
    images: tuple[str, ...] = ()
    fitting: Fitting = field(default_factory=Fitting)
    size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.design in ("random", "latin-hypercube") and self.samples < 1:
            raise LimnerError(f"--design {self.design}: say how many points it has with --samples")
        paths = [axis.path for axis in self.axes]
        for path in paths:
            if paths.count(path) > 1:
                raise LimnerError(f"{path}: is varied twice; write all its values in one --vary")
        if len(self) > MOST:
            raise LimnerError(f"{len(self):,} cells are too many; {MOST:,} are the most. Vary fewer, or draw --samples")

    def __len__(self) -> int:
        """Cells, those that turn out the same counted each; told without going through them."""
        return count(self.design, self.axes, self.samples) * len(self.seeds) * max(1, len(self.images))

    def check(self) -> None:
        """Try every value of every axis on the recipe, and see that the pictures are there.

        Raises:
            LimnerError: a path leads nowhere, or a value is wrong.
        """
        parse(self._table({}), registry(), self.name)
        _ = self._digests
        for axis in self.axes:
            ends = [axis.span.at(0.0), axis.span.at(1.0)] if axis.span else axis.values
            for value in ends:
                parse(self._table({axis.path: value}), registry(), f"--vary {axis.path}")

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells, in the order of the design; what is the same stands once."""
        return tuple({cell.name: cell for cell in self.each()}.values())

    @property
    def identity(self) -> dict[str, Any]:
        """What makes a sweep another one, and not the same with more cells."""
        return {
            "recipe": _plain(self.recipe),
            "images": list(self._digests.values()),
            "size": list(self.size) if self.size else None,
            "fitting": self.fitting.table(),
        }

    @cached_property
    def _digests(self) -> dict[str, str]:
        """Each picture's, by its name: a sweep goes on where its pictures lie elsewhere."""
        return {image: hashlib.sha256(picture_bytes(image, "--on PICTURE")).hexdigest() for image in self.images}

    def each(self) -> Iterator[Cell]:
        """The cells one by one, those that turn out the same each time."""
        for image in self.images or ("",):
            for point in DESIGNS[self.design](self.axes, self.samples, self.seeds[0]):
                table = self._table(point)
                for seed in self.seeds:
                    yield self._cell(point, table, seed, image)

    def _cell(self, point: Point, table: dict[str, Any], seed: int, image: str) -> Cell:
        recipe = {**table, "seed": seed}
        content: dict[str, Any] = {"recipe": _plain(recipe)}
        if image:
            content |= {"image": self._digests[image], "fitting": self.fitting.table()}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return Cell(hashlib.sha256(text.encode()).hexdigest()[:16], point, recipe, seed, image)

    def _table(self, point: Point) -> dict[str, Any]:
        """The recipe's table with a point's values laid over it: stages are swapped first."""
        swaps = {path: value for path, value in point.items() if path in settings.ROLES}
        values = {path: value for path, value in point.items() if path not in settings.ROLES}
        for path, value in swaps.items():
            if path in LISTS and not isinstance(value, (list, tuple)):
                swaps[path] = [value]
        if self.size:
            values["size"] = list(self.size)
        return settings.apply(self.recipe, values, swaps)


def _plain(value: Any) -> Any:
    """Tuples as lists, so that what was read back is the same."""
    return json.loads(json.dumps(value))
