"""The network, a pure function from features to a colour mode's channels, and the critic, which judges images."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias

from limner.stages.base import DomainStage

if TYPE_CHECKING:
    import numpy as np

    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Layout
    from limner.stages.base import Domain
    from limner.stages.context import Context

Pullback: TypeAlias = "Callable[[Array], tuple[Array, Array]]"
"""Takes the gradient of an output to those of θ (flat, summed over the points) and of the input."""

Rows: TypeAlias = "Callable[[Array], Array]"
"""Takes the gradient of an output, ``(c, n)``, to that of θ at each point by itself, ``(len θ, n)``."""


class Network(DomainStage):
    """``y = f(θ, x)`` with ``x`` of ``(k, n)`` and ``y`` of ``(c, n)``; its output activation is its own affair.

    One of the image domain takes pictures, ``(k, n, h, w)`` of any height and width, to pictures.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point"})

    @abstractmethod
    def layout(self, fan_in: int, fan_out: int) -> Layout:
        """The entries of θ for these numbers of features and channels; a dense layer is W (out, in), then b (out)."""

    @abstractmethod
    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:
        """A θ at the start: float32, on the host."""

    @abstractmethod
    def forward(self, theta: Array, x: Array, ctx: Context) -> Array:
        """The output ``(c, n)``; keeps nothing, for painting."""

    @abstractmethod
    def vjp(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """The output, and the pullback ``dy -> (dtheta, dx)``."""

    def jacobian(self, theta: Array, x: Array, ctx: Context) -> tuple[Array, Rows]:
        """The output, and the pullback to θ *not* summed over the points: optional, for second-order trainers.

        Raises:
            NotImplementedError: this network has none.
        """
        raise NotImplementedError(f"{type(self).__name__} has no jacobian()")

    def working_set(self, fan_in: int, fan_out: int) -> int:
        """The most numbers a point that painting holds at once; the memory estimate asks for it."""
        return fan_in + fan_out

    def trained_set(self, fan_in: int, fan_out: int, size: tuple[int, int]) -> int:
        """The numbers that training holds of a picture of a width and height; the memory estimate asks for it."""
        return 4 * self.working_set(fan_in, fan_out) * size[0] * size[1]

    def sized(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Self:  # noqa: ARG002
        """This network made for pictures of a width and height, which are to become pictures of another.

        What it leaves open is filled in, a depth, say.

        Raises:
            LimnerError: it cannot be made for them; the message tells what can.
        """
        return self

    def answer(self, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of what comes out for pictures of a width and height."""
        return size

    def mixes(self) -> bool:
        """Does training look at the pictures of a batch together, as batch normalisation does?

        Then a batch is never cut into tiles, and ``calibrated`` writes what painting needs.
        """
        return False

    def calibrated(self, theta: Array, x: Array, ctx: Context) -> Array:  # noqa: ARG002
        """θ with what is measured and not learned (the statistics of batch normalisation) taken from a batch of x."""
        return theta


class Critic(Network):
    """Pictures ``(k, n, h, w)`` in, ``(1, n, h', w')`` out: the higher, the surer that what it sees is real.

    It owns no output activation: what its numbers mean is the contest's affair. ``paired`` critics are shown the source
    with the picture, its channels before the picture's three; others the picture alone.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})
    paired: ClassVar[bool] = True

    def refreshed(self, theta: Array) -> Array:
        """θ with what is measured of the weights themselves (their spectral norms) taken anew: before each step."""
        return theta

    def is_bounded(self) -> bool:
        """Whether its slope has a bound of its own, so that a Wasserstein loss needs no gradient penalty."""
        return False

    @abstractmethod
    def receptive_field(self) -> int:
        """Pixels of a side of what each of its numbers looks at."""
