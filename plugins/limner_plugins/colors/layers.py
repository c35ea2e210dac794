"""The colour mode ``layers``."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Blend, ColorMode, Context, Nested, Params, StageSpec
from limner_plugins.colors._pair import ModePair


class Layers(ModePair):
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
        if not blend.layer_bounds[0] <= 2 <= blend.layer_bounds[1]:
            raise ValueError(f"blend {self.blend.kind!r} takes at least {blend.layer_bounds[0]} layers; there are two")
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

    def parts(self) -> tuple[tuple[str, StageSpec[ColorMode]], tuple[str, StageSpec[ColorMode]]]:
        """Return the bottom mode and the top mode."""
        return ("first", self.first), ("second", self.second)

    def num_components(self) -> int:
        """Return the number of both modes' channels."""
        return sum(part.stage.channels() for _, part in self.parts())

    def swatches(self, params: Params) -> np.ndarray:
        """Return the colours of the bottom mode, then those of the top mode."""
        return np.concatenate([self.swatches_of(part, params) for part in self.parts()])

    def component_names(self) -> tuple[str, ...]:
        """Return the names of both modes, numbered 1 and 2, if both have names."""
        modes = [part.stage for _, part in self.parts()]
        both = [(*mode.component_names(), *(("α",) if mode.alpha else ())) for mode in modes]
        if any(len(names) != mode.channels() for names, mode in zip(both, modes, strict=True)):
            return ()
        return tuple(f"{name}{i}" for i, names in enumerate(both, 1) for name in names)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return RGB of both, blended."""
        colours, row = [], 0
        for part in self.parts():
            end = row + part[1].stage.channels()
            colours.append(self.colours_of(part, params, x[row:end, :], ctx))
            row = end
        return self.blend.stage.forward(colours)
