"""The network ``mlp``."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import ACTIVATIONS, Activation, ActivationName
from limner_plugins.networks._dense.network import DenseNetwork

Width = Annotated[int, Field(ge=1, le=4096)]
MAX_DEPTH = 256


class Mlp(DenseNetwork):
    """A multilayer perceptron: h ← φ(W h + b) through the hidden layers, then the output ω(W h + b)."""

    conditional_fields = (("bias_scale", "bias"),)

    width: Width | Annotated[tuple[Width, ...], Field(min_length=1, max_length=MAX_DEPTH)] = Field(
        default=32, description="units of every hidden layer, or a list with those of each"
    )
    depth: int = Field(default=8, ge=0, le=MAX_DEPTH, description="hidden layers")
    activation: ActivationName | Annotated[tuple[ActivationName, ...], Field(min_length=1, max_length=MAX_DEPTH)] = (
        Field(default="tanh", description="activation of every hidden layer, or a list with that of each")
    )
    output: ActivationName = Field(default="sigmoid", description="activation of the output layer")
    bias: bool = Field(default=True, description="whether layers have biases")
    init: Literal["normal", "uniform", "xavier", "he"] = Field(
        default="normal",
        description="initial weights: normal with σ = weight_scale, uniform within ±weight_scale, or normal with"
        " σ = weight_scale sqrt(2 / (fan in + fan out)) (Glorot and Bengio 2010) or weight_scale sqrt(2 / fan in)"
        " (He et al. 2015)",
    )
    weight_scale: float = Field(default=1.0, ge=0, le=1000, description="σ, half-range or gain of the weights")
    bias_scale: float = Field(
        default=1.0, ge=0, le=1000, description="σ of the biases, or their half-range if init is uniform"
    )
    contrast: float = Field(
        default=1.0, ge=0, le=1000, description="factor for the initial weights of the output layer"
    )

    @model_validator(mode="before")
    @classmethod
    def _depth_of_widths(cls, data: object) -> object:
        """Derive the depth from a list of widths."""
        if isinstance(data, dict) and "depth" not in data and isinstance(data.get("width"), (list, tuple)):
            return {**data, "depth": len(data["width"])}
        return data

    @model_validator(mode="after")
    def _one_each(self) -> Mlp:
        for name, value in (("width", self.width), ("activation", self.activation)):
            if isinstance(value, tuple) and len(value) != self.depth:
                raise ValueError(f"depth is {self.depth}, but {name} lists {len(value)} layers; make them agree")
        return self

    @classmethod
    def examples(cls) -> tuple[Mlp, ...]:
        """Return small networks of every variant; the conformance kit differentiates them numerically."""
        return (
            cls(width=6, depth=2),
            cls(width=(5, 3), depth=2, activation=("sin", "softmax"), output="identity", init="xavier"),
            cls(width=4, depth=1, bias=False, init="uniform", activation="gaussian", output="softmax"),
            cls(width=4, depth=3, activation=("cos", "softsign", "softplus"), init="he", bias_scale=0.1),
            cls(depth=0, output="tanh"),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Mlp:
        """Return folds of tanh or softer waves, never saturated."""
        depth = int(rng.integers(4, 10))
        if rng.random() < 0.3:
            waves: tuple[ActivationName, ...] = tuple("sin" if i < depth // 2 else "tanh" for i in range(depth))
            return cls(width=24, depth=depth, activation=waves, init="xavier", weight_scale=1.8, contrast=0.8)
        return cls(width=16, depth=depth, contrast=float(np.round(rng.uniform(0.3, 0.6), 2)))

    def widths(self) -> tuple[int, ...]:
        """Return the width of each hidden layer."""
        return self.width if isinstance(self.width, tuple) else (self.width,) * self.depth

    def activations(self) -> tuple[str, ...]:
        """Return the name of each layer's activation, including the output layer."""
        hidden = self.activation if isinstance(self.activation, tuple) else (self.activation,) * self.depth
        return (*hidden, self.output)

    def activation_names(self) -> list[str | tuple[str, ...]]:
        """Return the names of the layers' activations."""
        return [*self.activations()]

    def init_params(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> dict[str, np.ndarray]:
        """Draw each parameter from its own generator, so that a wider input does not change later layers."""
        parameters = self.param_layout(fan_in, fan_out).parameters
        children = rng.spawn(len(parameters))
        arrays = {p.name: self._initial(p.shape, child) for p, child in zip(parameters, children, strict=True)}
        arrays[f"W{self.depth}"] *= self.contrast
        return arrays

    def _initial(self, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        scale = self.bias_scale if len(shape) == 1 else self.weight_scale
        if self.init == "uniform":
            return rng.uniform(-scale, scale, shape)
        if len(shape) == 2 and self.init == "xavier":
            scale *= (2 / sum(shape)) ** 0.5
        elif len(shape) == 2 and self.init == "he":
            scale *= (2 / shape[1]) ** 0.5
        return rng.normal(0, scale, shape)

    def has_biases(self) -> bool:
        """Return the setting ``bias``."""
        return self.bias

    def layer_sizes(self, fan_in: int, fan_out: int) -> list[tuple[int, int]]:
        """Return the layer sizes for width and depth."""
        return list(pairwise((fan_in, *self.widths(), fan_out)))

    def layer_activations(self) -> list[Activation]:
        """Return the activations of the layers, including the output layer."""
        return [ACTIVATIONS[name] for name in self.activations()]

    def inference_floats(self, fan_in: int, fan_out: int) -> int:
        """Return the floats of a layer's input, its product and the output of its activation."""
        return 3 * max(fan_in, fan_out, *self.widths(), 1)
