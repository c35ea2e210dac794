"""The base class of networks that are a stack of dense layers."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from limner.plugin import (
    Activation,
    Array,
    Context,
    Domain,
    Graph,
    JacobianNetwork,
    ParameterLayout,
    Params,
    PointwisePullback,
    Pullback,
)
from limner_plugins.networks._dense.layers import Dense, layout_of
from limner_plugins.networks._dense.stack import DenseStack
from limner_plugins.networks._dense.structure import ActivationNames, with_dense


class DenseNetwork(JacobianNetwork):
    """A network of points or codes; a subclass defines the sizes, activations and initial values of its layers."""

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})

    @abstractmethod
    def layer_sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        """Return the numbers of inputs and outputs of each layer."""

    @abstractmethod
    def layer_activations(self) -> list[Activation]:
        """Return the activation of each layer, the output's last."""

    @abstractmethod
    def activation_names(self) -> list[ActivationNames]:
        """Return the name of each layer's activation, the output's last; of a layer of different ones, of each unit."""

    def has_biases(self) -> bool:
        """Return whether the layers have biases."""
        return True

    def feeds_inputs(self) -> bool:
        """Return whether every layer also gets the features, after the output of the previous layer."""
        return False

    def param_layout(self, fan_in: int, fan_out: int) -> ParameterLayout:
        """Return the layout W0 (out, in), b0 (out), W1, b1, ..."""
        return layout_of(self.layer_sizes(fan_in, fan_out), bias=self.has_biases())

    def structure(self, fan_in: int, fan_out: int, size: tuple[int, int] | None = None) -> Graph:  # noqa: ARG002
        """Return a chain of dense layers, each with an edge from the features if it gets them too."""
        graph, names = Graph.start(fan_in), self.activation_names()
        for i, ((_, width), activation) in enumerate(zip(self.layer_sizes(fan_in, fan_out), names, strict=True)):
            graph = with_dense(graph, i, width, activation, bias=self.has_biases())
            if self.feeds_inputs() and i + 1 < len(names):
                graph = graph.joined(0, "concatenate")
        return graph

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return the output of the last layer, storing nothing."""
        return self._stack(params).forward(x, ctx)

    def vjp(self, params: Params, x: Array, ctx: Context) -> tuple[Array, Pullback]:
        """Return the output and its pullback, which keeps the values of every layer."""
        return self._stack(params).vjp(params, x, ctx)

    def jacobian(self, params: Params, x: Array, ctx: Context) -> tuple[Array, PointwisePullback]:
        """Return the output, and a function from its gradient to the gradient of θ at each point."""
        return self._stack(params).jacobian(x, ctx)

    def _stack(self, params: Params) -> DenseStack:
        activations, bias = self.layer_activations(), self.has_biases()
        return DenseStack(
            [Dense(params, i, bias) for i in range(len(activations))], activations, repeat_input=self.feeds_inputs()
        )
