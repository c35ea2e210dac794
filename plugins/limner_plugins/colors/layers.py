"""The colour mode ``layers``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Blend, ColorMode, Context, Nested, ParameterLayout, Params, StageSpec


class Layers(ColorMode):
    """A blend of two colour modes, each with channels of its own.

    The first channels are those of ``first``, the bottom layer; θ has the same order.
    """

    first: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "palette", "name": "ember", "repeats": 2},
        validate_default=True,
        description="bottom colour mode, a table with its kind",
    )
    second: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "palette", "name": "glacier", "repeats": 2},
        validate_default=True,
        description="top colour mode, a table with its kind",
    )
    blend: Annotated[StageSpec[Blend], Nested("blend")] = Field(
        default={"kind": "difference"},
        validate_default=True,
        description="blend of the two, a table with its kind",
    )

    @model_validator(mode="after")
    def _fit(self) -> Layers:
        for name, part in (("first", self.first), ("second", self.second)):
            if part.stage.alpha:
                raise ValueError(f"{name} has alpha, which a blend loses; set alpha of layers instead")
        blend = self.blend.stage
        if not blend.min_layers <= 2 <= blend.max_layers:
            raise ValueError(f"blend {self.blend.kind!r} needs at least {blend.min_layers} layers; there are two")
        return self

    @classmethod
    def examples(cls) -> tuple[Layers, ...]:
        """Return modes with parameters in both, one and none, and one nested in another."""

        def of(first: object, second: object, blend: str) -> Layers:
            return cls.model_validate({"first": first, "second": second, "blend": {"kind": blend}})

        learned = {"kind": "palette", "colors": ("#10202c", "#2a8c86", "wheat"), "learn": True}
        within = {"kind": "layers", "first": {"kind": "gray"}, "second": learned, "blend": {"kind": "screen"}}
        return (
            cls(),
            of(learned, {"kind": "palette", "name": "sumi", "shuffle": True, "learn": True}, "multiply"),
            of({"kind": "oklch", "hues": (0.5, 0.3)}, {"kind": "gray"}, "difference"),
            of(within, {"kind": "hsv"}, "mean"),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Layers:
        """Return two of limner's palettes."""
        from limner_plugins.colors.palette import PaletteColor

        table = {name: StageSpec("color", "palette", PaletteColor.random_settings(rng)) for name in ("first", "second")}
        return cls.model_validate({**table, "blend": {"kind": str(rng.choice(["difference", "difference", "max"]))}})

    def resolved(self, rng: np.random.Generator) -> Layers:
        """Return the mode with both of its modes resolved."""
        update = {name: part.resolved(child) for (name, part), child in zip(self._parts(), rng.spawn(2), strict=True)}
        return self.model_copy(update=update)

    def num_components(self) -> int:
        """Return the number of both modes' channels."""
        return sum(mode.channels() for mode in self._modes())

    def param_layout(self) -> ParameterLayout:
        """Return the first's parameters, then the second's."""
        return ParameterLayout.join((name, part.stage.param_layout()) for name, part in self._parts())

    def init_params(self, rng: np.random.Generator) -> Mapping[str, Any]:
        """Return the parameters of both, each drawn from its own generator, so that they are independent."""
        drawn = zip(self._parts(), rng.spawn(2), strict=True)
        return {f"{part}.{name}": v for (part, spec), own in drawn for name, v in spec.stage.init_params(own).items()}

    def component_names(self) -> tuple[str, ...]:
        """Return the names of both modes, numbered 1 and 2, if both have names."""
        both = [(*mode.component_names(), *(("α",) if mode.alpha else ())) for mode in self._modes()]
        if any(len(names) != mode.channels() for names, mode in zip(both, self._modes(), strict=True)):
            return ()
        return tuple(f"{name}{i}" for i, names in enumerate(both, 1) for name in names)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return RGB of both, blended."""
        colours, row = [], 0
        for name, part in self._parts():
            mode, end = part.stage, row + part.stage.channels()
            colours.append(mode.forward(params.part(name, mode.param_layout()), x[row:end, :], ctx))
            row = end
        return self.blend.stage.forward(colours)

    def _parts(self) -> tuple[tuple[str, StageSpec[ColorMode]], ...]:
        return ("first", self.first), ("second", self.second)

    def _modes(self) -> list[ColorMode]:
        return [part.stage for _, part in self._parts()]
