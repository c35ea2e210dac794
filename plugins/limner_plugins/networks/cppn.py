"""The network ``cppn``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import ACTIVATIONS, Activation, ActivationName, Array, LimnerError, namespace
from limner_plugins.networks._dense.layers import normal_params
from limner_plugins.networks._dense.network import DenseNetwork

MAX_WIDTH, MAX_DEPTH = 1024, 64
Units = Annotated[tuple[ActivationName, ...], Field(min_length=1, max_length=MAX_WIDTH)]


class Cppn(DenseNetwork):
    """A compositional pattern-producing network, in which every unit has its own activation.

    The activations are drawn from the seed and stored in the recipe as ``units``. Weights are normal with
    σ = weight_scale / sqrt(fan in).

    Source: K. O. Stanley, "Compositional pattern producing networks: a novel abstraction of development", 2007.
    """

    exclusive_fields = (("choices", "units"),)

    width: int = Field(default=12, ge=1, le=MAX_WIDTH, description="units of every hidden layer")
    depth: int = Field(default=4, ge=0, le=MAX_DEPTH, description="hidden layers")
    choices: Annotated[tuple[ActivationName, ...], Field(min_length=1, max_length=32)] = Field(
        default=("tanh", "tanh", "sin", "gaussian", "sawtooth"),
        description="activations to draw from; a repeated name is drawn more often",
    )
    units: Annotated[tuple[Units, ...], Field(max_length=MAX_DEPTH)] = Field(
        default=(), description="activation of each unit, layer by layer; drawn if empty"
    )
    feed_inputs: bool = Field(default=False, description="whether every layer also gets the features")
    output: ActivationName = Field(default="sigmoid", description="activation of the output layer")
    weight_scale: float = Field(default=3.0, ge=0, le=1000, description="gain of the weights")
    bias_scale: float = Field(default=1.0, ge=0, le=1000, description="σ of the biases")
    contrast: float = Field(
        default=0.4, ge=0, le=1000, description="factor for the initial weights of the output layer"
    )

    @model_validator(mode="before")
    @classmethod
    def _shape_of_units(cls, data: Any) -> Any:
        """Derive width and depth from given units."""
        units = data.get("units") if isinstance(data, dict) else None
        if isinstance(units, (list, tuple)) and units and isinstance(units[0], (list, tuple)):
            return {"depth": len(units), "width": len(units[0]), **data}
        return data

    @model_validator(mode="after")
    def _fit(self) -> Cppn:
        if "softmax" in (*self.choices, *(name for layer in self.units for name in layer)):
            raise ValueError("softmax is an activation of whole layers, not of single units; remove it")
        shape = (self.depth, {self.width}) if self.units else (0, set())
        if (len(self.units), {len(layer) for layer in self.units}) != shape:
            problem = f"units describes {len(self.units)} layers of {', '.join(str(len(u)) for u in self.units)}"
            raise ValueError(
                f"{problem} units, but depth is {self.depth} and width {self.width}; set units = [] to draw them again"
            )
        return self

    @classmethod
    def examples(cls) -> tuple[Cppn, ...]:
        """Return networks with drawn units, with given ones, and with features in every layer."""
        return (
            cls(width=7, depth=2),
            cls(width=5, depth=3, feed_inputs=True, choices=("cos", "abs", "swish"), output="raised-cosine"),
            cls(units=(("sin", "sin", "gelu"), ("tanh", "sawtooth", "tanh")), output="softmax"),
            cls(depth=0, output="tanh"),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Cppn:
        """Return few or many layers, with one of several sets of waves."""
        sets: tuple[tuple[ActivationName, ...], ...] = (
            ("tanh", "tanh", "sin", "gaussian", "sawtooth"),
            ("tanh", "tanh", "tanh", "sin", "sawtooth"),
            ("tanh", "tanh", "softsign", "sin"),
            ("tanh", "tanh", "tanh", "sin", "gaussian"),
        )
        return cls(depth=int(rng.integers(3, 6)), choices=sets[rng.integers(len(sets))])

    def resolved(self, rng: np.random.Generator) -> Cppn:
        """Return the network with drawn activations, sorted in each layer so that each is computed in one call."""
        if self.units:
            return self
        drawn = [np.sort(layer) for layer in rng.integers(len(self.choices), size=(self.depth, self.width))]
        order = sorted(self.choices, key=self.choices.index)
        return self.model_copy(update={"units": tuple(tuple(order[i] for i in layer) for layer in drawn)})

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:
        """Return normal parameters, with the weights of the output layer multiplied by the contrast."""
        layout = self.param_layout(fan_in, fan_out)
        return normal_params(layout, rng, self.weight_scale, self.bias_scale, self.contrast)

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats of a layer's input, its product and the output of its activations."""
        return 3 * max(fan_in, fan_out, self.width) + 2 * fan_in * int(self.feed_inputs)

    def feeds_inputs(self) -> bool:
        """Return the setting ``feed_inputs``."""
        return self.feed_inputs

    def layer_sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        """Return the layer sizes for width and depth."""
        fed = fan_in * int(self.feed_inputs)
        ins = [fan_in, *[self.width + fed] * self.depth]
        return list(zip(ins, [*[self.width] * self.depth, fan_out], strict=True))

    def activation_names(self) -> list[str | tuple[str, ...]]:
        """Return the activations of the units of each hidden layer, or all choices if none are drawn, and the output's.

        Choices are named once each: ``tanh, sin or gaussian``.
        """
        *names, last = dict.fromkeys(self.choices)
        choices = f"{', '.join(names)} or {last}" if names else last
        return [*(self.units or [choices] * self.depth), self.output]

    def layer_activations(self) -> list[Activation]:
        """Return a mixed activation for each hidden layer, then the activation of the output.

        Raises:
            LimnerError: the activations of the units are not drawn yet.
        """
        if len(self.units) != self.depth:
            raise LimnerError("the units of this cppn have no activations yet; call resolved(rng) to draw them")
        return [*map(mixed, self.units), ACTIVATIONS[self.output]]


def mixed(names: Sequence[ActivationName]) -> Activation:
    """Return an activation of a whole layer: each run of equal names applies to that number of rows."""
    runs, start = [], 0
    for name, run in groupby(names):
        stop = start + len(list(run))
        runs.append((ACTIVATIONS[name], slice(start, stop)))
        start = stop
    if len(runs) == 1:
        return runs[0][0]

    def forward(x: Array) -> Array:
        y = namespace(x).empty_like(x)
        for activation, rows in runs:
            y[rows, :] = activation.forward(x[rows, :])
        return y

    def pullback(x: Array, y: Array, dy: Array) -> Array:
        dx = namespace(x).empty_like(x)
        for activation, rows in runs:
            dx[rows, :] = activation.pullback(x[rows, :], y[rows, :], dy[rows, :])
        return dx

    return Activation(forward, pullback)
