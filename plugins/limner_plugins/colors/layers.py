"""The colour mode ``layers``."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from limner.plugin import Array, Blend, ColorMode, Layout, Nested, Pullback, StageSpec, namespace, pack_gradient


class Layers(ColorMode):
    """Two colour modes, one over the other: each has channels of its own, and a blend makes one colour of the two.

    The first channels are those of ``first``, which lies at the bottom; θ is in the same order.
    """

    first: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "palette", "name": "ember", "repeats": 2},
        validate_default=True,
        description="the colour mode at the bottom, a table with its kind",
    )
    second: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "palette", "name": "glacier", "repeats": 2},
        validate_default=True,
        description="the colour mode on top, a table with its kind",
    )
    blend: Annotated[StageSpec[Blend], Nested("blend")] = Field(
        default={"kind": "difference"},
        validate_default=True,
        description="how the two are blended, a table with its kind",
    )

    @model_validator(mode="after")
    def _fit(self) -> Layers:
        for name, part in (("first", self.first), ("second", self.second)):
            if part.stage.alpha:
                raise ValueError(f"{name} has alpha, which is lost in a blend; set alpha of layers itself")
        blend = self.blend.stage
        if not blend.fewest <= 2 <= blend.most:
            raise ValueError(f"blend {self.blend.kind!r} takes {blend.fewest} layers at least, and these are two")
        return self

    @classmethod
    def examples(cls) -> tuple[Layers, ...]:
        """With θ in both, in one and in none, and one within another."""

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
    def surprise(cls, rng: np.random.Generator) -> Layers:
        """Two palettes of ours."""
        from limner_plugins.colors.palette import Palette

        table = {name: StageSpec("color", "palette", Palette.surprise(rng)) for name in ("first", "second")}
        return cls.model_validate({**table, "blend": {"kind": str(rng.choice(["difference", "difference", "max"]))}})

    def settled(self, rng: np.random.Generator) -> Layers:
        """Both modes settled."""
        update = {name: part.settled(child) for (name, part), child in zip(self._parts(), rng.spawn(2), strict=True)}
        return self.model_copy(update=update)

    def components(self) -> int:
        """Those of both."""
        return sum(mode.channels() for mode in self._modes())

    def layout(self) -> Layout:
        """The first's entries, then the second's."""
        return Layout.join((name, mode.layout()) for (name, _), mode in zip(self._parts(), self._modes(), strict=True))

    def draw(self, layout: Layout, rng: np.random.Generator) -> np.ndarray:  # noqa: ARG002
        """Each from a generator of its own, so that a change of the one does not reshuffle the other."""
        drawn = [mode.draw(mode.layout(), child) for mode, child in zip(self._modes(), rng.spawn(2), strict=True)]
        return np.concatenate(drawn, dtype=np.float32)

    def convert(self, theta: Array, x: Array) -> Array:
        """RGB of both, blended."""
        colours = [mode.convert(theta[own], x[rows, :]) for mode, own, rows in self._slices()]
        return self.blend.stage.forward(colours)

    def convert_vjp(self, theta: Array, x: Array) -> tuple[Array, Pullback]:
        """RGB, and its pullback through the blend to both."""
        seen = [mode.convert_vjp(theta[own], x[rows, :]) for mode, own, rows in self._slices()]
        rgb, pull_blend = self.blend.stage.vjp([colours for colours, _ in seen])

        def pullback(drgb: Array) -> tuple[Array, Array]:
            pulled = [pull(d) for (_, pull), d in zip(seen, pull_blend(drgb), strict=True)]
            dtheta = pack_gradient([d for d, _ in pulled], like=theta)
            return dtheta, namespace(drgb).concat([d for _, d in pulled], axis=0)

        return rgb, pullback

    def _parts(self) -> tuple[tuple[str, StageSpec[ColorMode]], ...]:
        return ("first", self.first), ("second", self.second)

    def _modes(self) -> list[ColorMode]:
        return [part.stage for _, part in self._parts()]

    def _slices(self) -> list[tuple[ColorMode, slice, slice]]:
        """Each mode, what is its of θ, and of the channels."""
        out, start, row = [], 0, 0
        for mode in self._modes():
            stop, end = start + mode.layout().size, row + mode.channels()
            out.append((mode, slice(start, stop), slice(row, end)))
            start, row = stop, end
        return out
