"""The motion ``morph``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from limner.app.artworks import Still
from limner.plugin import LimnerError
from limner_apps.animations.bundle import check_number
from limner_apps.animations.morphing.sameness import have_one_recipe
from limner_apps.animations.morphing.segments import CrossFade, Morph
from limner_apps.animations.motion import Motion, Trajectory
from limner_apps.animations.pauses import after_pauses

if TYPE_CHECKING:
    from limner.app.artworks import Artwork

SECONDS = 6.0


class MorphMotion(Motion):
    """A walk through several artworks, and back to the first.

    Artworks of one recipe become each other: θ follows a Catmull-Rom spline through theirs, and numbers and colours of
    their settings are mixed. Artworks of different recipes cross-fade in linear light. At its place on the walk, each
    artwork is shown exactly.
    """

    loop: bool = Field(default=True, description="return from the last artwork to the first")
    pause: float = Field(default=0.0, ge=0, le=0.95, description="fraction of the time that artworks stand still")

    def trajectory(self, artworks: Sequence[Artwork], seed: int) -> Trajectory:  # noqa: ARG002
        """Return the walk.

        Raises:
            LimnerError: there is a single artwork, or too many, or they are all the same.
        """
        if len(artworks) < 2:
            raise LimnerError("`motion` morph: needs several artworks, got 1; add another, or use another motion")
        check_number(artworks)
        if all(artwork == artworks[0] for artwork in artworks):
            raise LimnerError("`motion` morph: all artworks are the same, so nothing moves; add another one")
        segments = self._segments(artworks)

        def at(position: float) -> Still:
            number = min(int(position * len(segments)), len(segments) - 1)
            segment = segments[number]
            share = position * len(segments) - number
            if self.pause:
                share = after_pauses(share, self.pause)
            if share <= 0.0:
                return Still(_with_size(segment.start, artworks[0]))
            if share >= 1.0:
                return Still(_with_size(segment.end, artworks[0]))
            return Still(segment.at(share))

        return at

    def closes(self, artworks: Sequence[Artwork]) -> bool:  # noqa: ARG002
        """Return whether the walk returns to the first artwork."""
        return self.loop

    def part_bounds(self, artworks: Sequence[Artwork]) -> Sequence[float]:
        """Return where a morph turns into a cross-fade, which changes less: both keep their time."""
        morphs = [have_one_recipe(artworks[a], artworks[b]) for a, b in self._pairs(len(artworks))]
        return [k / len(morphs) for k in range(1, len(morphs)) if morphs[k - 1] != morphs[k]]

    def default_seconds(self, artworks: Sequence[Artwork]) -> float:
        """Return 6 seconds for each way from one artwork to the next: they pass many pictures in between."""
        return SECONDS * max(1, len(self._pairs(len(artworks))))

    def notes(self, artworks: Sequence[Artwork], names: Sequence[str]) -> list[str]:
        """Return which artworks cross-fade."""
        pairs = [
            (a, b)
            for a, b in self._pairs(len(artworks))
            if artworks[a] is not artworks[b] and not have_one_recipe(artworks[a], artworks[b])
        ]
        if not pairs:
            return []
        (a, b), others = pairs[0], len({frozenset(pair) for pair in pairs}) - 1
        more = (
            "" if not others else ", and so does 1 other pair" if others == 1 else f", and so do {others} other pairs"
        )
        return [f"{names[a]} and {names[b]} have different recipes: they cross-fade{more}"]

    def _pairs(self, count: int) -> list[tuple[int, int]]:
        """Return the numbers of the artworks at the start and the end of each segment."""
        return [(i, (i + 1) % count) for i in range(count if self.loop else count - 1)]

    def _segments(self, artworks: Sequence[Artwork]) -> list[Morph | CrossFade]:
        """Return the segments. A spline ends where a cross-fade begins."""
        pairs = self._pairs(len(artworks))
        morphs = [have_one_recipe(artworks[a], artworks[b]) for a, b in pairs]

        def leads_on(segment: int) -> bool:
            """Return whether a segment exists and morphs."""
            return morphs[segment % len(pairs)] if self.loop or 0 <= segment < len(pairs) else False

        out: list[Morph | CrossFade] = []
        for k, (a, b) in enumerate(pairs):
            if not morphs[k]:
                out.append(CrossFade(artworks[a], artworks[b]))
                continue
            before = artworks[a - 1] if leads_on(k - 1) else artworks[a]
            after = artworks[(b + 1) % len(artworks)] if leads_on(k + 1) else artworks[b]
            out.append(Morph((before, artworks[a], artworks[b], after)))
        return out


def _with_size(artwork: Artwork, first: Artwork) -> Artwork:
    """Return an artwork with the size of the first one, which all stills have."""
    if artwork.size == first.size:
        return artwork
    header = artwork.recipe.header.model_copy(update={"size": first.size})
    return replace(artwork, recipe=replace(artwork.recipe, header=header))
