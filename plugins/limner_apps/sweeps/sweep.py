"""A sweep: a recipe, a search space, and the resulting trials."""

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
from limner_apps.sweeps.search_space.axes import Axis
from limner_apps.sweeps.search_space.axis_checks import check_axes, list_hint
from limner_apps.sweeps.search_space.designs import DESIGNS, Design, Point, count_points

CONFIRM_TRIALS = 2_000
"""Number of trials above which the user must confirm the sweep."""
MAX_TRIALS = 1_000_000
"""Maximum number of trials."""
MAX_CHECKED_POINTS = 300
"""Maximum number of points that are validated before the first trial."""


@dataclass(frozen=True)
class FitSettings:
    """Settings of each fit; the fields are options of ``limner fit``."""

    steps: int = 0
    epochs: int = 0
    seconds: float = 0.0
    psnr: float = 0.0
    train_size: int = 0
    gray: bool = False
    background: str | None = None
    at_steps: tuple[int, ...] = ()

    def table(self) -> dict[str, Any]:
        """Return the settings that affect the result; ``at_steps`` does not."""
        return {name: value for name, value in self.__dict__.items() if name != "at_steps" and value}


@dataclass(frozen=True)
class Trial:
    """A trial: one picture of the sweep, painted or fitted.

    Attributes:
        name: digest of everything that determines the result.
        point: varied values by path.
        recipe: the complete table of the recipe, including the seed.
        seed: the seed of the recipe.
        image: the picture to fit; empty if the trial is painted.
    """

    name: str
    point: Point
    recipe: Mapping[str, Any]
    seed: int
    image: str = ""


@dataclass(frozen=True, eq=False)
class Sweep:
    """The definition of a sweep.

    Attributes:
        name: name of the recipe, for messages.
        recipe: table of the recipe.
        axes: axes of the search space.
        design: which points of the search space are tried.
        samples: number of combinations in a random design.
        seeds: seeds to try with every point.
        images: pictures to fit with every point; empty for a sweep of paintings.
        fitting: settings of each fit.
        size: width and height of every picture; None for the size of the recipe or the image.
        overrides: values by path for all trials, applied after stages are swapped and before axes.
        animations: whether a timelapse of every fit is written.
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
    overrides: Mapping[str, Any] = field(default_factory=dict)
    animations: bool = False

    def __post_init__(self) -> None:
        drawn = self.design in ("random", "latin-hypercube")
        if drawn and self.samples < 1:
            raise LimnerError(f"`design` {self.design}: needs a number of points; set `samples` to at least 1")
        if self.samples and not drawn:
            raise LimnerError(f"`samples`: applies to the designs random and latin-hypercube, not to {self.design}")
        check_axes(self.axes, self.overrides, drawn=drawn, has_size=bool(self.size or self.images))
        if any(seed > MAX_SEED for seed in self.seeds):
            raise LimnerError(f"`seeds`: must be 0 to {MAX_SEED}")
        if len(self) > MAX_TRIALS:
            raise LimnerError(
                f"{len(self):,} trials: the maximum is {MAX_TRIALS:,}; vary less, or use a random design with `samples`"
            )

    def __len__(self) -> int:
        """Return the number of trials, including duplicates, without iterating over them."""
        return count_points(self.design, self.axes, self.samples) * len(self.seeds) * max(1, len(self.images))

    def check(self, *, allow_many: bool = False) -> None:
        """Raise an error if a value is invalid in every point in which it occurs, or if a picture cannot be read.

        Args:
            allow_many: allow more than ``CONFIRM_TRIALS`` trials.

        Raises:
            LimnerError: there are too many trials, a path or a value is invalid, or a picture cannot be read.
        """
        if len(self) > CONFIRM_TRIALS and not allow_many:
            raise LimnerError(f"{len(self):,} trials: confirm with `yes=True`, or estimate the time with `dry_run`")
        errors: dict[tuple[str, str], LimnerError] = {}
        valid: set[tuple[str, str]] = set()
        for point in islice(DESIGNS[self.design](self.axes, self.samples, self.seeds[0]), MAX_CHECKED_POINTS):
            pairs = {(path, repr(value)) for path, value in point.items()}
            try:
                parse(self._table(point, allow_unused=False), registry(), self.name)
            except LimnerError as error:
                errors |= {pair: error for pair in pairs if pair not in errors}
                errors.setdefault(("", ""), error)
            else:
                valid |= pairs | {("", "")}
        for pair, cause in errors.items():
            if pair not in valid:
                hint = list_hint(self.axes, pair[0])
                raise LimnerError(f"`vary` {pair[0]}: {cause}{hint}" if pair[0] else str(cause)) from cause
        for image in self.images:
            read_target(image, train_size=8)
        _ = self._digests

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        """The trials in the order of the design, without duplicates."""
        unique: dict[str, Trial] = {}
        for trial in self.iter_trials():
            unique.setdefault(trial.name, trial)
        return tuple(unique.values())

    @property
    def identity(self) -> dict[str, Any]:
        """The fields that identify a sweep: another value makes another sweep, rather than more trials of the same."""
        return {
            "recipe": _plain(self.recipe),
            "overrides": _plain(self.overrides),
            "fits": bool(self.images),
            "size": list(self.size) if self.size else None,
            "fitting": self.fitting.table(),
        }

    @cached_property
    def _digests(self) -> dict[str, str]:
        """The digests of the pictures by name, so that a sweep can continue after its pictures were moved."""
        return {image: hashlib.sha256(picture_bytes(image, "`on=PICTURE`")).hexdigest() for image in self.images}

    def iter_trials(self) -> Iterator[Trial]:
        """Yield the trials in the order of the design, including duplicates."""
        for image in self.images or ("",):
            for point in DESIGNS[self.design](self.axes, self.samples, self.seeds[0]):
                table = self._table(point)
                for seed in self.seeds:
                    yield self._trial(point, table, seed, image)

    def _trial(self, point: Point, table: dict[str, Any], seed: int, image: str) -> Trial:
        """Return the trial of a point, named after the digest of its content."""
        recipe = {**table, "seed": seed}
        content: dict[str, Any] = {"recipe": _plain(recipe)}
        if image:
            content |= {"image": self._digests[image], "fitting": self.fitting.table()}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return Trial(hashlib.sha256(text.encode()).hexdigest()[:16], point, recipe, seed, image)

    def _table(self, point: Point, *, allow_unused: bool = True) -> dict[str, Any]:
        """Return the recipe's table with the values of a point; stages are swapped first.

        A setting may be unused at some points, as that of a stage which others replace, but not at all of them.
        """
        swaps = {path: value for path, value in point.items() if path in ROLES}
        values = {path: value for path, value in point.items() if path not in ROLES}
        for path, value in swaps.items():
            if path in LIST_KEYS and not isinstance(value, (list, tuple)):
                swaps[path] = [value]
        if self.size:
            values["size"] = list(self.size)
        undecided = ("alpha",) if self.images else ()  # a fit decides it
        values = {**self.overrides, **values}
        return apply_overrides(self.recipe, values, swaps, allow_unused=allow_unused, undecided=undecided)


def _plain(value: Any) -> Any:
    """Return a value with lists for tuples, as JSON would return it."""
    return json.loads(json.dumps(value))
