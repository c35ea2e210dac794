"""Restyling: an artwork with another look. The command line and the Python API both call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limner.artworks.artwork import Artwork
from limner.artworks.loader import open_artwork
from limner.artworks.painting import init_artwork, packages_of
from limner.artworks.preflight.trained import is_trained
from limner.artworks.restyling import checks, locks
from limner.artworks.restyling.compose import Look, Unmeasured, composed_table
from limner.artworks.restyling.report import Report, report_of
from limner.artworks.restyling.tone import measured_tone, with_tones
from limner.artworks.restyling.transfer import Redraw, transfer
from limner.artworks.restyling.units import Moved
from limner.composition import overrides
from limner.composition.parser import parse
from limner.composition.recipe import Recipe
from limner.composition.stage_choice import Swap
from limner.errors import LimnerError
from limner.imaging.canvas import Canvas
from limner.models.single_models import single_models
from limner.registry.attribution import attributing
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.paths import StrPath


@dataclass(frozen=True, eq=False)
class Restyled:
    """An artwork with another look.

    Attributes:
        artwork: the new artwork.
        report: what it has of the old one.
        recolored: whether the new colours follow the lightness of the picture, unlike before.
        loses_picture: whether parameters that had learned a picture were drawn again.
    """

    artwork: Artwork
    report: Report
    recolored: bool = False
    loses_picture: bool = False


@attributing()
def restyle(
    artwork: StrPath | Artwork,
    *,
    swap: Swap | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    palette: StrPath | None = None,
    colors: str | Sequence[str] | None = None,
    keep: str | Sequence[str] = (),
    seed: int | None = None,
    size: tuple[int, int] | None = None,
) -> Artwork:
    """Return an artwork with another look: other warps, colours, another frame, but the same network.

        limner.restyle("fox.png", swap={"warp": ["kaleidoscope"], "color": "duotone"}).save("mandala.png")
        limner.restyle("marbling-7.png", keep="network", seed=9).save("other-colours.png")

    The parameters of all stages that still fit are kept bit for bit; the others are drawn from the seed. If the colour
    mode changes from several channels to one, as from ``rgb`` to ``duotone``, the picture is recoloured by its
    lightness, with the colour mode ``recolor``; a learned picture at any other number of channels, too. All layers of a
    blend are restyled.

    Args:
        artwork: an artwork, or its file.
        swap: replacement stages by role, as in ``limner.paint``; an empty list removes the warps.
        set: settings by path, ``{"color.dark": "navy"}``.
        palette: the name of a palette, or a picture to take the colours from: a file or ``skimage:NAME``. A colour mode
            that takes no palette is replaced by ``palette``.
        colors: the colours to mix, ``["navy", "orange", "#fff"]``, instead of ``palette``; in CSS syntax.
        keep: parts that must not change, ``"color"``, ``"network"`` (with the encoders) or both. With ``seed``,
            everything else is drawn again.
        seed: the random seed for what is drawn. Default: that of the artwork.
        size: width and height, in pixels. Default: that of the artwork.

    Returns:
        The new artwork. It has no record of the training, because its picture is another one.

    Raises:
        LimnerError: the file contains no artwork, a stage or a setting is invalid, nothing would change, nothing of the
            artwork would remain, or a part to keep cannot be kept.
        PluginError: a stage of an installed package failed.
    """
    source = artwork if isinstance(artwork, Artwork) else open_artwork(arguments.check_path("artwork", artwork))
    name = source.recipe.title if isinstance(artwork, Artwork) else str(artwork)
    colours: dict[str, Any] = {"palette": palette, "colors": colors}
    return restyled(source, name=name, swap=swap, set=set, keep=keep, seed=seed, size=size, **colours).artwork


def restyled(
    source: Artwork,
    *,
    name: str,
    swap: Swap | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    palette: StrPath | None = None,
    colors: str | Sequence[str] | None = None,
    keep: str | Sequence[str] = (),
    seed: int | None = None,
    size: tuple[int, int] | None = None,
) -> Restyled:
    """Return an artwork with another look, and what it has of the old one; see ``restyle``.

    Args:
        source: the artwork.
        name: its name, for messages.
        swap: replacement stages by role.
        set: settings by path.
        palette: the name of a palette, or a picture to take the colours from.
        colors: the colours to mix, instead of ``palette``.
        keep: parts that must not change.
        seed: the random seed for what is drawn.
        size: width and height, in pixels.

    Raises:
        LimnerError: as for ``restyle``.
    """
    values, swaps = overrides.settings_of(set), overrides.swaps_of(swap)
    overrides.check_set_once(values, size=size, seed=seed)
    checks.check_renderable(name, source)
    keep = locks.check_parts(keep)
    has_others = bool(swaps) or seed is not None or palette is not None or colors is not None
    checks.check_has_change(name, values, has_others=has_others)
    if "seed" in values:
        raise LimnerError("`set` seed: use `seed`, which draws again what `keep` does not lock")
    if size is not None:
        values["size"] = Canvas(size).size
    look = Look(swaps, values, palette, colors, is_trained(source))
    table, unmeasured = composed_table(source.recipe, look)
    locks.check_recipe(keep, source.recipe.table(), table)
    recipe = parse(table, registry(), name)
    redraw = Redraw(keep, active=seed is not None and bool(keep))
    seeded = recipe if seed is None else recipe.with_seed(arguments.check_int("seed", seed))
    drawn, theta, moves = _drawn(source, seeded, redraw)
    checks.check_raster(name, source, drawn)
    locks.check_moves(keep, moves)
    checks.check_remains(name, source, drawn, moves, learned=look.learned)
    result = Artwork(_measured(drawn, theta, unmeasured), _frozen(theta), packages_of(drawn.recipe))
    if seed not in (None, source.seed):
        checks.check_seed_used(keep, differs=not np.array_equal(_drawn(source, recipe, redraw)[1], theta))
    checks.check_changed(name, source, result)
    recolored = any("levels" in fields for fields in unmeasured.values())
    loses_picture = look.learned and any(one.drawn and one.unit.part == "network" for one in moves)
    return Restyled(result, report_of(moves), recolored, loses_picture)


def _drawn(source: Artwork, recipe: Recipe, redraw: Redraw) -> tuple[Artwork, np.ndarray, list[Moved]]:
    """Return the artwork that a recipe's seed draws, and its θ with the parameters of another artwork that fit."""
    drawn = init_artwork(recipe, source)
    return drawn, *transfer(source.model, drawn.model, source.theta, drawn.theta, redraw)


def _measured(drawn: Artwork, theta: np.ndarray, unmeasured: Unmeasured) -> Recipe:
    """Return the recipe of an artwork with the tone of its recoloured pictures."""
    if not unmeasured:
        return drawn.recipe
    parts = {path: (model, span) for path, model, span in single_models(drawn.model)}
    tones = {
        path: measured_tone(parts[path][0].recipe, theta[parts[path][1]], fields) for path, fields in unmeasured.items()
    }
    return parse(with_tones(drawn.recipe.table(), tones), registry(), drawn.recipe.title)


def _frozen(theta: np.ndarray) -> np.ndarray:
    theta.flags.writeable = False
    return theta
