"""The network, a pure function from features to a colour mode's channels, and the discriminator, which judges images."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

import numpy as np

from limner.arrays.parameters import ParameterLayout
from limner.stages import derived
from limner.stages.base import DomainStage
from limner.stages.derived import Gradients

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.base import Domain
    from limner.stages.context import Context

Pullback: TypeAlias = "Callable[[Array], tuple[Gradients, Array]]"
"""Takes the gradient of an output to those of the parameters, by name and summed over the points, and of the input."""

PointwisePullback: TypeAlias = "Callable[[Array], Array]"
"""Takes the gradient of an output, ``(c, n)``, to that of θ at each point by itself, ``(len θ, n)``."""


class Network(DomainStage):
    """``y = f(θ, x)`` with ``x`` of ``(k, n)`` and ``y`` of ``(c, n)``; its output activation is its own affair.

    Write ``init_params`` and ``forward``::

        def init_params(self, rng, fan_in, fan_out):
            return {"W": rng.normal(size=(fan_out, fan_in)), "b": np.zeros(fan_out)}

        def forward(self, params, x, ctx):
            return namespace(x).tanh(params["W"] @ x + params["b"][:, None])
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point"})

    @abstractmethod
    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Mapping[str, Any]:
        """Return the initial parameters by name, in their order inside θ; a dense layer is W (out, in), then b (out).

        Mark those that are not trained: ``{"mean": fixed(mean)}``.
        """

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return the names and shapes of the parameters; by default those of ``init_params``.

        Override where drawing them is costly, or where the network refuses some numbers of features and channels.

        Raises:
            LimnerError: the network cannot have these numbers.
        """
        return ParameterLayout.of(self.init_params(np.random.default_rng(0), fan_in, fan_out))

    def layout_for(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return ``param_layout`` with the numbers noted in it, for ``params.fan_in`` and ``params.fan_out``."""
        return replace(self.param_layout(fan_in, fan_out), fans=(fan_in, fan_out))

    @abstractmethod
    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the output ``(c, n)``; ``params.fan_out`` is c."""

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output, and the pullback ``dy -> ({name: gradient}, dx)``; derived from ``forward`` by default."""
        return derived.params_and_input_vjp(self, params, x, ctx)

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the most numbers a point that painting holds at once; the memory estimate asks for it."""
        return fan_in + fan_out


class JacobianNetwork(Network):
    """A network that second-order trainers such as ``lm`` can train."""

    @abstractmethod
    def jacobian(self, params: Params, x: Array, ctx: Context) -> tuple[Array, PointwisePullback]:
        """Return the output, and the pullback to θ *not* summed over the points: ``dy -> (len θ, n)``."""


class ImageNetwork(Network):
    """A network of the image domain: pictures ``(k, n, h, w)`` of any height and width to pictures."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Self:  # noqa: ARG002
        """Return this network for pictures of a width and height, with open settings such as the depth filled in.

        Args:
            size: width and height of the pictures that go in.
            target: width and height of those that are to come out; ``size`` if None.

        Raises:
            LimnerError: it cannot be made for them; the message says what can.
        """
        return self

    @classmethod
    def for_other_inputs(cls, settings: Mapping[str, Any], given: Set[str]) -> Mapping[str, Any]:  # noqa: ARG003
        """Return a recipe's settings without those that are meant for its own filters, which others replace.

        Args:
            settings: the network's table, as it is written.
            given: the names of settings that the user chose, which stand.
        """
        return settings

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the width and height of the output for pictures of a width and height."""
        return size

    def training_floats(self, fan_in: int, fan_out: int, size: tuple[int, int]) -> int:
        """Return how many numbers training holds of a picture of a width and height, for the memory estimate."""
        return 4 * self.inference_floats(fan_in, fan_out) * size[0] * size[1]

    def uses_batch_statistics(self) -> bool:
        """Whether training looks at the pictures of a batch together, as batch normalisation does.

        Then a batch is never cut into tiles, and ``with_batch_statistics`` writes what painting needs.
        """
        return False

    def with_batch_statistics(self, params: Params, x: Array, ctx: Context) -> Params:  # noqa: ARG002
        """Return the parameters with statistics measured on a batch of x, which are not trained."""
        return params


class Discriminator(ImageNetwork):
    """Pictures ``(k, n, h, w)`` in, ``(1, n, h', w')`` out: the higher, the surer that what it sees is real.

    It owns no output activation: what its numbers mean is the contest's affair. ``paired`` discriminators are shown the source
    with the picture, its channels before the picture's three; others the picture alone.
    """

    sees_source: ClassVar[bool] = True

    def with_updated_buffers(self, params: Params) -> Params:
        """Return the parameters with measurements of the weights, such as spectral norms, repeated."""
        return params

    def is_bounded(self) -> bool:
        """Whether its slope has a bound of its own, so that a Wasserstein loss needs no gradient penalty."""
        return False

    @abstractmethod
    def receptive_field(self) -> int:
        """Return the side, in pixels, of the area that each score depends on."""
