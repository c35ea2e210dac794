"""The network, a pure function from features to channels, and the discriminator, which scores how real images look."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

import numpy as np

from limner.arrays.parameters import ParameterLayout
from limner.stages import derived
from limner.stages.base import DomainStage, initial_layout
from limner.stages.derived import Gradients
from limner.stages.structure.graph import Graph, Node

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.base import Domain
    from limner.stages.context import Context

Pullback: TypeAlias = "Callable[[Array], tuple[Gradients, Array]]"
"""Maps the gradient of an output to those of the parameters, by name and summed over points, and of the input."""

PointwisePullback: TypeAlias = "Callable[[Array], Array]"
"""Maps the gradient of an output, ``(c, n)``, to that of θ for each point separately, ``(len θ, n)``."""


class Network(DomainStage):
    """A function y = f(θ, x) of features x, ``(k, n)``, to channels y, ``(c, n)``.

    The colour mode expects channels from 0 to 1; the network chooses its output activation. A subclass implements
    ``init_params`` and ``forward``::

        def init_params(self, rng, fan_in, fan_out):
            return {"W": rng.normal(size=(fan_out, fan_in)), "b": np.zeros(fan_out)}

        def forward(self, params, x, ctx):
            return namespace(x).tanh(params["W"] @ x + params["b"][:, None])
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point"})

    @abstractmethod
    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> Mapping[str, Any]:
        """Return the initial parameters by name, in the order in which they are stored in θ.

        Mark parameters that are not trained with ``fixed``: ``{"mean": fixed(mean)}``.

        Args:
            rng: the random generator of this network.
            fan_in: k, the number of features.
            fan_out: c, the number of channels. A dense layer is W ``(out, in)``, followed by b ``(out,)``.
        """

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return the names and shapes of the parameters; by default those that ``init_params`` returns.

        Override this if drawing the parameters is slow, or if the network does not support every ``fan_in`` and
        ``fan_out``.

        Raises:
            LimnerError: the network does not support this number of features or channels.
        """
        return initial_layout(self.init_params(np.random.default_rng(0), fan_in, fan_out))

    def layout_for(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return ``param_layout`` with both numbers added, for ``params.fan_in`` and ``params.fan_out``."""
        return replace(self.param_layout(fan_in, fan_out), fans=(fan_in, fan_out))

    @abstractmethod
    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the output ``(c, n)`` for features ``x``, ``(k, n)``; c is ``params.fan_out``."""

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output and the pullback ``dy -> ({name: gradient}, dx)``; derived from ``forward`` by default."""
        return derived.params_and_input_vjp(self, params, x, ctx)

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the largest number of floats per point in memory at once while rendering, for the memory estimate."""
        return fan_in + fan_out

    def structure(self, fan_in: int, fan_out: int, size: tuple[int, int] | None = None) -> Graph:
        """Return the layers and their connections, for diagrams; by default one box with all parameters.

        Args:
            fan_in: the number of features.
            fan_out: the number of channels.
            size: width and height of the input images of an image network; None for points and codes.

        Raises:
            LimnerError: the network does not support this number of features or channels.
        """
        count = self.param_layout(fan_in, fan_out).size
        out = self.output_size(size) if size and isinstance(self, ImageNetwork) else None
        return Graph.start(fan_in, size).then(Node(fan_out, out, type(self).__name__, num_params=count))


class JacobianNetwork(Network):
    """A network with a Jacobian, which second-order trainers such as ``lm`` need."""

    @abstractmethod
    def jacobian(self, params: Params, x: Array, ctx: Context) -> tuple[Array, PointwisePullback]:
        """Return the output and a pullback to θ that does *not* sum over points: ``dy -> (len θ, n)``."""


class ImageNetwork(Network):
    """A network that maps images ``(k, n, h, w)`` to images ``(c, n, h', w')``; ``output_size`` gives their size."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    def configured_for(self, size: tuple[int, int], target: tuple[int, int] | None = None) -> Self:  # noqa: ARG002
        """Return this network with its open settings, such as the depth, chosen for these sizes.

        Args:
            size: width and height of the input images.
            target: width and height of the output images; ``size`` if None.

        Raises:
            LimnerError: the network does not support these sizes; the message suggests others.
        """
        return self

    @classmethod
    def for_other_inputs(cls, settings: Mapping[str, Any], chosen: Set[str]) -> Mapping[str, Any]:  # noqa: ARG003
        """Return the settings to keep when the user replaces the filters of a recipe.

        Override this to drop settings that only suit the original filters.

        Args:
            settings: the network's settings in the recipe.
            chosen: the names of settings that the user has set, which must stay.
        """
        return settings

    def output_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return width and height of the output images for input images of this width and height."""
        return size

    def training_floats(self, fan_in: int, fan_out: int, size: tuple[int, int]) -> int:
        """Return the number of floats in memory per image of this size during training, for the memory estimate."""
        return 4 * self.inference_floats(fan_in, fan_out) * size[0] * size[1]

    def uses_batch_statistics(self) -> bool:
        """Return whether an output depends on the whole batch during training, as with batch normalisation.

        If so, limner does not split a batch into tiles, and calls ``with_batch_statistics`` before rendering.
        """
        return False

    def with_batch_statistics(self, params: Params, x: Array, ctx: Context) -> Params:  # noqa: ARG002
        """Return the parameters with statistics of the batch ``x``; these parameters are fixed, not trained."""
        return params


class Discriminator(ImageNetwork):
    """Rates images ``(k, n, h, w)`` with scores ``(c, n, h', w')``; a higher score means "more likely real".

    c is ``params.fan_out``, which is 1 in training; the conformance kit tests other numbers too, as for any network.
    It has no output activation, because the adversarial loss decides how to interpret the scores.
    """

    sees_source: ClassVar[bool] = True
    """Whether the input holds the source as well: first its channels, then the three of the rated image."""

    def with_updated_buffers(self, params: Params) -> Params:
        """Return the parameters with updated buffers that depend on the weights, such as spectral norms."""
        return params

    def is_bounded(self) -> bool:
        """Return whether it is Lipschitz-constrained, so that a Wasserstein loss needs no gradient penalty."""
        return False

    @abstractmethod
    def receptive_field(self) -> int:
        """Return the side of the square that each score depends on, in pixels."""
