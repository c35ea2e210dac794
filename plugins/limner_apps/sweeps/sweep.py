"""The sweep: a recipe, what is varied, and the cells that come of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from limner.app import LimnerError
from limner.app.pictures import picture_bytes, read_target
from limner.app.recipes import LIST_KEYS, ROLES, apply_overrides, parse
from limner.app.registry import registry
from limner.app.values import MAX_SEED
from limner_apps.sweeps.designs import DESIGNS, Design, Point, count
from limner_apps.sweeps.search_space import Axis

CONFIRM_TRIALS = 2_000
"""Cells that are not gone through without being asked."""
MAX_TRIALS = 1_000_000
TRIED = 300
"""Points that are tried before any cell is worked on."""
NOT_VARIED = {
    "seed": "write seeds as `seeds=0..9`",
    "title": "is the same for all; the results tell cells apart",
    "summary": "is the same for all; the results tell cells apart",
}


@dataclass(frozen=True)
class FitSettings:
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
class Trial:
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
        values: what is set besides, by path: after stages are swapped, before what is varied.
        animations: whether a timelapse is written of every trial that learns a picture.
    """

    name: str
    recipe: Mapping[str, Any]
    axes: Sequence[Axis]
    design: Design = "grid"
    samples: int = 0
    seeds: tuple[int, ...] = (0,)
    images: tuple[str, ...] = ()
    fitting: FitSettings = field(default_factory=FitSettings)
    size: tuple[int, int] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    animations: bool = False

    def __post_init__(self) -> None:
        drawn = self.design in ("random", "latin-hypercube")
        if drawn and self.samples < 1:
            raise LimnerError(f"`design` {self.design}: say how many points it has with `samples`, 1 at least")
        if self.samples and not drawn:
            raise LimnerError(f"`samples`: goes with the designs random and latin-hypercube, not {self.design}")
        for axis in self.axes:
            if axis.path in NOT_VARIED:
                raise LimnerError(f"`vary` {axis.path}: {NOT_VARIED[axis.path]}")
            if axis.path == "size" and (self.size or self.images):
                raise LimnerError("`vary` size: goes without `size`, and not with pictures that are learned")
            if not axis.values and not drawn:
                raise LimnerError(f"`vary` {axis.path}: say how many values the range has: 0.1..1 5")
        if any(seed > MAX_SEED for seed in self.seeds):
            raise LimnerError(f"`seeds`: must be 0 to {MAX_SEED}")
        paths = [axis.path for axis in self.axes]
        for path in paths:
            if paths.count(path) > 1:
                raise LimnerError(f"{path}: is varied twice; write all its values in one `vary`")
        if len(self) > MAX_TRIALS:
            raise LimnerError(
                f"{len(self):,} cells are too many; {MAX_TRIALS:,} are the most. Vary fewer, or draw `samples`"
            )

    def __len__(self) -> int:
        """Cells, those that turn out the same counted each; told without going through them."""
        return count(self.design, self.axes, self.samples) * len(self.seeds) * max(1, len(self.images))

    def check(self, *, many: bool = False) -> None:
        """Try points of the design: a value that is wrong in all of them is an error, as is a missing picture.

        Args:
            many: allow more than ``MANY`` cells.

        Raises:
            LimnerError: there are many cells, a path leads nowhere, a value is wrong, or a picture cannot be read.
        """
        if len(self) > CONFIRM_TRIALS and not many:
            raise LimnerError(
                f"{len(self):,} cells: say `yes=True` to go through them all, or `dry_run` to see how long it takes"
            )
        wrong: dict[tuple[str, str], LimnerError] = {}
        right: set[tuple[str, str]] = set()
        for point in islice(DESIGNS[self.design](self.axes, self.samples, self.seeds[0]), TRIED):
            own = {(path, repr(value)) for path, value in point.items()}
            try:
                parse(self._table(point), registry(), self.name)
            except LimnerError as error:
                wrong |= {pair: error for pair in own if pair not in wrong}
                wrong.setdefault(("", ""), error)
            else:
                right |= own | {("", "")}
        for pair, mistake in wrong.items():
            if pair not in right:
                raise LimnerError(f"`vary` {pair[0]}: {mistake}" if pair[0] else str(mistake)) from mistake
        for image in self.images:
            read_target(image, train_size=8)
        _ = self._digests

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """The cells, in the order of the design; what is the same stands once."""
        found: dict[str, Trial] = {}
        for cell in self.each():
            found.setdefault(cell.name, cell)
        return tuple(found.values())

    @property
    def identity(self) -> dict[str, Any]:
        """What makes a sweep another one, and not the same with more cells."""
        return {
            "recipe": _plain(self.recipe),
            "values": _plain(self.values),
            "learns": bool(self.images),
            "size": list(self.size) if self.size else None,
            "fitting": self.fitting.table(),
        }

    @cached_property
    def _digests(self) -> dict[str, str]:
        """Each picture's, by its name: a sweep goes on where its pictures lie elsewhere."""
        return {image: hashlib.sha256(picture_bytes(image, "`on=PICTURE`")).hexdigest() for image in self.images}

    def each(self) -> Iterator[Trial]:
        """The cells one by one, those that turn out the same each time."""
        for image in self.images or ("",):
            for point in DESIGNS[self.design](self.axes, self.samples, self.seeds[0]):
                table = self._table(point)
                for seed in self.seeds:
                    yield self._cell(point, table, seed, image)

    def _cell(self, point: Point, table: dict[str, Any], seed: int, image: str) -> Trial:
        recipe = {**table, "seed": seed}
        content: dict[str, Any] = {"recipe": _plain(recipe)}
        if image:
            content |= {"image": self._digests[image], "fitting": self.fitting.table()}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return Trial(hashlib.sha256(text.encode()).hexdigest()[:16], point, recipe, seed, image)

    def _table(self, point: Point) -> dict[str, Any]:
        """The recipe's table with a point's values laid over it: stages are swapped first."""
        swaps = {path: value for path, value in point.items() if path in ROLES}
        values = {path: value for path, value in point.items() if path not in ROLES}
        for path, value in swaps.items():
            if path in LIST_KEYS and not isinstance(value, (list, tuple)):
                swaps[path] = [value]
        if self.size:
            values["size"] = list(self.size)
        return apply_overrides(self.recipe, {**self.values, **values}, swaps)


def _plain(value: Any) -> Any:
    """Tuples as lists, so that what was read back is the same."""
    return json.loads(json.dumps(value))
