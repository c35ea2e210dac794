"""The base of networks that are a chain of dense layers."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from limner.plugin import (
    Activation,
    Array,
    Context,
    Domain,
    JacobianNetwork,
    ParameterLayout,
    Params,
    PointwisePullback,
    Pullback,
)
from limner_plugins.networks._dense.chain import DenseStack
from limner_plugins.networks._dense.layers import Dense, layout_of


class DenseNetwork(JacobianNetwork):
    """A network of points or codes; a subclass gives the sizes of its layers, their activations and initial values."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    @abstractmethod
    def layer_sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        """Return the numbers that go into each layer and come out of it."""

    @abstractmethod
    def layer_activations(self) -> list[Activation]:
        """Return the activation of each layer, the output's last."""

    def has_biases(self) -> bool:
        """Whether layers have biases."""
        return True

    def feeds_inputs(self) -> bool:
        """Whether every layer sees the features again, below what comes from the layer before."""
        return False

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return W0 (out, in), b0 (out), W1, b1, ..."""
        return layout_of(self.layer_sizes(fan_in, fan_out), bias=self.has_biases())

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the output of one layer after the other, keeping nothing."""
        return self._chain(params).forward(x, ctx)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output, and backpropagation through what was kept of every layer."""
        return self._chain(params).vjp(params, x, ctx)

    def jacobian(self, params: Params, x: Array, ctx: Context) -> tuple[Array, PointwisePullback]:
        """Return the output, and backpropagation at each point by itself."""
        return self._chain(params).jacobian(x, ctx)

    def _chain(self, params: Params) -> DenseStack:
        activations, bias = self.layer_activations(), self.has_biases()
        return DenseStack(
            [Dense(params, i, bias) for i in range(len(activations))], activations, feed=self.feeds_inputs()
        )
