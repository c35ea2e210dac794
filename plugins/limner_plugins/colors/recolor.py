"""The colour mode ``recolor``."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, ColorMode, Context, Nested, Params, StageSpec, namespace
from limner_plugins.colors._pair import ModePair
from limner_plugins.common.oklab import lightness

Share = Annotated[float, Field(ge=0, le=1)]
NARROWEST = 1e-3  # the smallest distance of the two levels


class Recolor(ModePair):
    """The colours of one mode by the lightness of another: a photograph printed in two inks.

    The mode ``source`` converts the channels to RGB. Their lightness (L of OKLab), stretched between two levels and
    bent so that the midtone becomes 0.5, is the channel of the mode ``target``; if it has several, it is each of them.
    ``limner restyle`` uses this mode, so that a picture survives the change from three channels to one. It sets
    ``span`` to the part of the gradient from the darkest to the lightest colour: an accent at the end of a palette
    would turn highlights into spots.

    Source of the tone curve t (1 - m) / (m + t (1 - 2m)): C. Schlick, "Fast alternatives to Perlin's bias and gain
    functions", 1994.
    """

    source: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "rgb"},
        validate_default=True,
        description="colour mode of the picture, a table with its kind",
    )
    target: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "duotone"},
        validate_default=True,
        description="colour mode that gives the new colours, mostly of one channel, a table with its kind",
    )
    levels: tuple[Share, Share] = Field(
        default=(0.0, 1.0), description="lightness that becomes 0 and 1; [1, 0] swaps light and dark"
    )
    midtone: float = Field(
        default=0.5, ge=0.02, le=0.98, description="position between the levels that becomes 0.5; less is lighter"
    )
    span: tuple[Share, Share] = Field(
        default=(0.0, 1.0), description="part of the target's gradient that is used, from dark to light"
    )

    @model_validator(mode="after")
    def _fit(self) -> Recolor:
        for name, part in self.parts():
            if part.stage.alpha:
                raise ValueError(f"{name} has alpha; set alpha of recolor instead")
        for name, (low, high) in (("levels", self.levels), ("span", self.span)):
            if abs(high - low) < NARROWEST:
                raise ValueError(f"{name} is {[low, high]}, which has no width; use [0, 1]")
        return self

    @classmethod
    def examples(cls) -> tuple[Recolor, ...]:
        """Return modes with parameters in both, one and none, one with swapped levels, and one nested in another."""

        def of(source: object, target: object, **fields: object) -> Recolor:
            return cls.model_validate({"source": source, "target": target, **fields})

        learned = {"kind": "palette", "colors": ("#10202c", "#2a8c86", "wheat"), "learn": True}
        layered = {"kind": "layers", "first": learned, "second": {"kind": "gray"}, "blend": {"kind": "screen"}}
        return (
            cls(),
            of({"kind": "hsv"}, learned, levels=(0.1, 0.9), midtone=0.35),
            of(layered, {"kind": "palette", "name": "sumi", "learn": True}, span=(0.0, 0.8), alpha=True),
            of({"kind": "recolor", "source": {"kind": "cmyk"}}, {"kind": "oklab"}, levels=(0.8, 0.2), midtone=0.7),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Recolor:
        """Return the lightness of hue, saturation and value in one of limner's palettes."""
        from limner_plugins.colors.palette import PaletteColor

        target = StageSpec("color", "palette", PaletteColor.random_settings(rng))
        return cls.model_validate({"source": {"kind": "hsv"}, "target": target, "levels": (0.2, 0.9)})

    def parts(self) -> tuple[tuple[str, StageSpec[ColorMode]], tuple[str, StageSpec[ColorMode]]]:
        """Return the mode of the picture and the mode of the new colours."""
        return ("source", self.source), ("target", self.target)

    def num_components(self) -> int:
        """Return the number of channels of the picture's own mode."""
        return self.source.stage.num_components()

    def component_names(self) -> tuple[str, ...]:
        """Return the names of the components of the picture's own mode."""
        return self.source.stage.component_names()

    def swatches(self, params: Params) -> np.ndarray:
        """Return the new colours, those of the target."""
        return self.swatches_of(self.parts()[1], params)

    def forward(self, params: Params, x: Array, ctx: Context) -> Array:
        """Return RGB of the new colours."""
        source, target = self.parts()
        tone = self._tone(lightness(self.colours_of(source, params, x, ctx)))
        count = target[1].stage.num_components()
        channels = tone if count == 1 else namespace(x).concat([tone] * count, axis=0)
        return self.colours_of(target, params, channels, ctx)

    def _tone(self, light: Array) -> Array:
        """Return the channel of the target, 0 to 1, for a lightness."""
        (low, high), (start, end) = self.levels, self.span
        t = namespace(light).clip((light - low) * (1.0 / (high - low)), 0.0, 1.0)
        return start + (end - start) * t * (1.0 - self.midtone) / (self.midtone + t * (1.0 - 2.0 * self.midtone))
