"""Checks of the parameters that a stage owns: their layout and their initial values."""

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
from limner.utils.validation import with_article

OwnsTheta: TypeAlias = Parametric | Network
"""A stage that may own parameters."""


@dataclass(frozen=True)
class _StageParameters:
    """The parameters of a stage; a network has them for given numbers of features and channels."""

    subject: Subject[OwnsTheta]
    fans: tuple[int, ...]
    layout: ParameterLayout

    def initial_theta(self, seed: int) -> tuple[np.ndarray, bool]:
        """Return the initial parameters as one vector, and whether ``init_params`` used the generator."""
        rng = np.random.default_rng(seed)
        before = rng.bit_generator.state
        with calling(self.subject, "init_params"):
            arrays = self.subject.stage.init_params(rng, *self.fans)
            require(
                isinstance(arrays, Mapping),
                f"{self.subject}: init_params() must return a dict, got {with_article(type(arrays).__name__)}",
            )
        self._require_flags(arrays)
        try:
            theta = self.layout.pack(arrays)
        except ValueError as error:
            raise AssertionError(f"{self.subject}: init_params() does not fit param_layout(): {error}") from error
        return theta, rng.bit_generator.state != before

    def _require_flags(self, arrays: Mapping[str, object]) -> None:
        """Require that the layout trains exactly the parameters that are not marked as fixed."""
        if isinstance(arrays, Params):  # carries no such marks
            return
        marked = {p.name: p.trainable for p in ParameterLayout.of(arrays).parameters}
        for p in self.layout.parameters:
            trainable = marked.get(p.name, p.trainable)
            problem = f"is {_word(trainable)} in init_params() and {_word(p.trainable)} in param_layout()"
            require(trainable == p.trainable, f"{self.subject}: the parameter {p.name} {problem}; make them agree")


def _word(trainable: bool) -> str:
    return "trainable" if trainable else "fixed"


def _parameters_of(subject: Subject[OwnsTheta]) -> Iterator[_StageParameters]:
    """Yield the parameters of a stage, for a network at several widths; check that its layout repeats."""
    for fans in fans_of(subject.stage) if isinstance(subject.stage, Network) else [()]:
        param_layout: Callable[..., ParameterLayout] = subject.stage.param_layout
        with calling(subject, "param_layout"):
            layout, again = param_layout(*fans), param_layout(*fans)
        valid, got = isinstance(layout, ParameterLayout), with_article(type(layout).__name__)
        require(valid, f"{subject}: param_layout() must return a ParameterLayout, got {got}")
        require(layout == again, f"{subject}: two calls of param_layout() differ; compute it from the fields alone")
        yield _StageParameters(subject, fans, layout)


@needs("fans")
def check_param_layout(subject: Subject[OwnsTheta]) -> None:
    """Require a layout that repeats, with distinct names and shapes of whole numbers."""
    for parameters in _parameters_of(subject):
        names = [p.name for p in parameters.layout.parameters]
        require(len(set(names)) == len(names), f"{subject}: two parameters share a name in {names}; give each its own")
        for p in parameters.layout.parameters:
            valid = all(type(side) is int and side >= 0 for side in p.shape)
            require(valid, f"{subject}: the parameter {p.name} has the shape {p.shape}; use integers of at least 0")


@needs("param_layout")
def check_init_params(subject: Subject[OwnsTheta]) -> None:
    """Require finite initial parameters with the layout's names, shapes and order."""
    for parameters in _parameters_of(subject):
        theta, _ = parameters.initial_theta(SEED)
        require(
            np.isfinite(theta).all(),
            f"{subject}: init_params() returned numbers that are not finite; guard the division or root",
        )


@needs("init_params")
def check_init_params_repeat(subject: Subject[OwnsTheta]) -> None:
    """Require that θ depends only on the generator: equal seeds give equal θ, other seeds another θ."""
    for parameters in _parameters_of(subject):
        with watch_global_generators() as used_global_generators:
            theta, _ = parameters.initial_theta(SEED)
            again, _ = parameters.initial_theta(SEED)
            other, used_generator = parameters.initial_theta(SEED + 1)
            used_global = used_global_generators()
        require(
            not used_global and np.array_equal(theta, again),
            f"{subject}: init_params() returns two results for one seed; draw only from the given generator",
        )
        changed = not used_generator or not np.array_equal(theta, other)
        require(
            changed,
            f"{subject}: init_params() calls the generator but returns the same for every seed; use what it draws",
        )


@needs("init_params")
def check_nothing_trainable(subject: Subject[OwnsTheta]) -> None:
    """Require that a warp or a mask has no trainable parameters, because no gradient reaches it."""
    for parameters in _parameters_of(subject):
        names = [repr(p.name) for p in parameters.layout.parameters if p.trainable]
        what = f"parameter{'s' if len(names) > 1 else ''} {', '.join(names)}"
        problem = f"{what} cannot be trained in {with_article(subject.role)}"
        require(not names, f"{subject}: {problem}; return fixed(...) from init_params()")


OF_EXAMPLE = (check_param_layout, check_init_params, check_init_params_repeat)
OF_WARP = (check_nothing_trainable,)
