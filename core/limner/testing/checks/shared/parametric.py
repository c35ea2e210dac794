"""Checks of the parameters that a stage owns: their layout, and their initial values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from limner.arrays.parameters import ParameterLayout, Params
from limner.stages.base import Parametric
from limner.stages.network import Network
from limner.testing.dependencies import needs
from limner.testing.global_randomness import watch_global_generators
from limner.testing.operations import fans_of
from limner.testing.probe import SEED
from limner.testing.subject import Subject, calling, require

OwnsTheta: TypeAlias = Parametric | Network
"""A stage that may own parameters."""


@dataclass(frozen=True)
class _Owned:
    """A stage's parameters, for a network with some numbers of features and channels."""

    subject: Subject[OwnsTheta]
    fans: tuple[int, ...]
    layout: ParameterLayout

    def drawn(self, seed: int) -> tuple[np.ndarray, bool]:
        """Return what the stage draws as one vector, and whether it asked the generator for anything."""
        rng = np.random.default_rng(seed)
        before = rng.bit_generator.state
        with calling(self.subject, "init_params"):
            arrays = self.subject.stage.init_params(rng, *self.fans)
            require(isinstance(arrays, Mapping), f"{self.subject}: init_params() must return arrays by name")
        self._require_flags(arrays)
        try:
            theta = self.layout.pack(arrays)
        except ValueError as error:
            raise AssertionError(f"{self.subject}: init_params() does not fit param_layout(): {error}") from error
        return theta, rng.bit_generator.state != before

    def _require_flags(self, arrays: Mapping[str, object]) -> None:
        """Require that the layout trains exactly the parameters that are not marked as fixed."""
        if isinstance(arrays, Params):  # marks nothing
            return
        marked = {p.name: p.trainable for p in ParameterLayout.of(arrays).parameters}
        for p in self.layout.parameters:
            drawn = marked.get(p.name, p.trainable)
            words = f"is {_word(drawn)} in init_params() and {_word(p.trainable)} in param_layout()"
            require(drawn == p.trainable, f"{self.subject}: the parameter {p.name} {words}; make them agree")


def _word(trainable: bool) -> str:
    return "trainable" if trainable else "fixed"


def _owned(subject: Subject[OwnsTheta]) -> Iterator[_Owned]:
    """Yield the parameters of the stage, whose layout is computed twice; those of a network for several widths."""
    for fans in fans_of(subject.stage) if isinstance(subject.stage, Network) else [()]:
        ask: Callable[..., ParameterLayout] = subject.stage.param_layout
        with calling(subject, "param_layout"):
            layout, again = ask(*fans), ask(*fans)
        good = isinstance(layout, ParameterLayout)
        require(good, f"{subject}: param_layout() must return a ParameterLayout, not {type(layout).__name__}")
        require(layout == again, f"{subject}: param_layout() gives two answers; let it depend on the fields alone")
        yield _Owned(subject, fans, layout)


@needs("fans")
def check_param_layout(subject: Subject[OwnsTheta]) -> None:
    """Require a layout that repeats, with distinct names and shapes of whole numbers."""
    for owned in _owned(subject):
        names = [p.name for p in owned.layout.parameters]
        require(len(set(names)) == len(names), f"{subject}: two parameters have one name in {names}")
        for p in owned.layout.parameters:
            good = all(type(side) is int and side >= 0 for side in p.shape)
            require(good, f"{subject}: the parameter {p.name} has the shape {p.shape}; it takes whole numbers from 0")


@needs("param_layout")
def check_init_params(subject: Subject[OwnsTheta]) -> None:
    """Initial parameters have the layout's names, shapes and order, and are finite."""
    for owned in _owned(subject):
        theta, _ = owned.drawn(SEED)
        require(np.isfinite(theta).all(), f"{subject}: init_params() gave numbers that are not finite")


@needs("init_params")
def check_init_params_repeat(subject: Subject[OwnsTheta]) -> None:
    """The generator alone decides: the same seed draws the same θ, another seed another."""
    for owned in _owned(subject):
        with watch_global_generators() as touched:
            theta, _ = owned.drawn(SEED)
            again, _ = owned.drawn(SEED)
            other, asked = owned.drawn(SEED + 1)
            stray = touched()
        require(
            not stray and np.array_equal(theta, again),
            f"{subject}: init_params() gives two answers for one seed; draw from the generator handed in, and no other",
        )
        changed = not asked or not np.array_equal(theta, other)
        require(changed, f"{subject}: init_params() asks the generator and gives the same for every seed; use it")


@needs("init_params")
def check_nothing_trainable(subject: Subject[OwnsTheta]) -> None:
    """Require that a warp has no trainable parameters: no gradient reaches it."""
    for owned in _owned(subject):
        names = ", ".join(p.name for p in owned.layout.parameters if p.trainable)
        require(not names, f"{subject}: {names} cannot be trained in a warp; return fixed(...) from init_params")


OF_EXAMPLE = (check_param_layout, check_init_params, check_init_params_repeat)
OF_WARP = (check_nothing_trainable,)
