"""The lessons of a translation: what a network is to learn of pictures in pairs, all of it checked before."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from limner.artworks.recipe_sources import find
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.imaging.discovery import pictures_of as files_of
from limner.models.image_to_image import Translator, sized
from limner.recipes import overrides
from limner.training import checkpoint
from limner.training.loop import Budget
from limner.training.plan import MANY
from limner.translation.configure import DEFAULT, check_free, check_one, learner, made_for, named_after, plain
from limner.translation.paired_dataset import SHARE, Pairs, read_pairs
from limner.translation.problem import TranslationProblem
from limner.utils.paths import exists
from limner.utils.seeding import draw_seed

if TYPE_CHECKING:
    from limner.recipes.recipe import SingleRecipe
    from limner.recipes.stage_spec import Part
    from limner.stages.backend import Backend
    from limner.stages.trainer import Trainer

SECONDS = 300.0
"""How long a training goes on that is given no bound."""
SHOWN = 8
"""Held-out pictures that a sheet shows."""


@dataclass(frozen=True)
class Lessons:
    """What is to be learned, all of it checked.

    Attributes:
        recipe: with network, trainer and loss, made for the pictures' size.
        pairs: the pictures.
        budget: when to stop.
        keep: the checkpoint's file; None keeps none.
        kept: the checkpoint to go on from.
        every: seconds between two checkpoints.
    """

    recipe: SingleRecipe
    pairs: Pairs
    budget: Budget
    keep: Path | None = None
    kept: checkpoint.Saved | None = None
    every: float = 30.0

    @property
    def trainer(self) -> Trainer:
        """The recipe's."""
        return cast("Trainer", cast("Part", self.recipe.trainer).stage)

    @property
    def advice(self) -> tuple[str, ...]:
        """What the trainer has to say of these pictures before it begins."""
        return self.trainer.advice(len(self.pairs.training))

    @property
    def batch(self) -> str:
        """What is to be said where a batch is larger than the set, and so all of it; mostly nothing."""
        points = len(self.pairs.training)
        return f"a batch is all {points} pictures" if getattr(self.trainer, "batch", 0) > points else ""

    @property
    def target_size(self) -> tuple[int, int]:
        """Width and height of what comes out."""
        return sized(Translator(self.recipe).output, self.pairs.size)

    @property
    def picture_size(self) -> tuple[int, int]:
        """Width and height of the largest of what a sheet shows."""
        model = Translator(self.recipe)
        sizes = [model.entrance(self.pairs.size), sized(model.output, self.pairs.size)]
        return max(w for w, _ in sizes), max(h for _, h in sizes)

    @property
    def places(self) -> list[int]:
        """Those of the held-out pictures that a sheet shows, evenly from all of them."""
        held = self.pairs.held
        return [int(held[i]) for i in np.linspace(0, len(held) - 1, min(SHOWN, len(held))).round().astype(int)]


def _whole(patches: int) -> int:
    """Pixels, a whole number of them.

    Raises:
        LimnerError: they are not.
    """
    try:
        return operator.index(patches)
    except TypeError:
        raise LimnerError(f"patches: must be a whole number of pixels, got {patches!r}") from None


def prepare(
    sources: Sequence[str],
    recipe: str | Path | Mapping[str, Any] = DEFAULT,
    budget: Budget | None = None,
    *,
    targets: Sequence[str] = (),
    epochs: int = 0,
    seed: int | None = None,
    size: tuple[int, int] | None = None,
    held_out: float = SHARE,
    patches: int = 0,
    values: Mapping[str, Any] | None = None,
    swap: Mapping[str, str | Sequence[str]] | None = None,
    background: str | None = None,
    keep: Path | None = None,
    resume: bool = False,
    every: float = 30.0,
) -> Lessons:
    """Check all that a training needs before it takes any time; the arguments are those of ``learn``.

    Raises:
        LimnerError: something is wrong; or there is a checkpoint to go on from that is another run's, or damaged.
    """
    names, others = files_of(list(sources)), files_of(list(targets)) if targets else []
    kept = checkpoint.read_checkpoint(keep) if keep and resume and exists(keep) else None
    values = dict(values or {})
    size = Canvas(values.pop("size")).size if "size" in values and size is None else size
    table, source = find(recipe)
    if swap and "title" not in values and {"encoder", "output"} & swap.keys():
        table = {**table, "title": named_after(swap, str(table.get("title", "Translation"))), "summary": ""}
    given = Canvas(size).size if size else Canvas(tuple(table["size"])).size if "size" in table else None
    chosen = learner(overrides.apply(plain(table, values, swap or {}), values, swap), source)
    if kept and seed is None:
        seed = int(kept.header.recipe.get("seed", 0))
    if seed is not None or not chosen.seeded:
        chosen = chosen.with_seed(draw_seed() if seed is None else operator.index(seed))
    if given:
        check_one(made_for(chosen, given), given)
    pairs = read_pairs(
        names, others, size=given, held_out=held_out, background=background, seed=chosen.seed, patches=_whole(patches)
    )
    made = made_for(chosen, pairs.size)
    if kept and keep:
        if kept.header.target != pairs.digest:
            raise LimnerError(
                f"{keep}: is the checkpoint of other pictures, or of these with another --seed, --held-out, --size or "
                "--patches; name another network with -o, or start afresh with --force and without --resume"
            )
        checkpoint.check_same(keep, kept, made.table(), pairs.digest)
    budget = budget or Budget(seconds=SECONDS)
    if epochs:
        looks = cast("Trainer", cast("Part", made.trainer).stage).looks(len(pairs.training))
        steps = epochs * -(-len(pairs.training) // max(1, looks))
        budget = replace(budget, steps=min(budget.steps or MANY, steps))
    return Lessons(made, pairs, budget, keep, kept, every)


def check_memory(lessons: Lessons, model: Translator, backend: Backend) -> None:
    """An estimate of what learning takes, before it begins.

    Raises:
        LimnerError: it is more than the machine has free.
    """
    size = model.entrance(lessons.pairs.size)
    trainer = lessons.trainer
    points = len(lessons.pairs.training)
    tiles = backend.parallelism() * TranslationProblem.pictures(size)
    at_once = trainer.held(points, trainer.looks(points) if model.mixes else tiles)
    held = 4 * at_once * model.network.trained_set(model.fan_in, model.fan_out, size)
    held += 4 * at_once * trainer.trained_set(model.fan_in, sized(model.output, lessons.pairs.size))
    held += 4 * 8 * model.layout.size
    check_free(held, size)
