"""The colours of a recipe chosen by a palette: the arguments ``palette`` and ``colors``, as swaps and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from limner.composition.recipe import DEFAULTS
from limner.composition.stage_choice import StageLike, Swap, check_swap
from limner.errors import LimnerError, PluginError, did_you_mean
from limner.imaging.colors.css import parse_color
from limner.imaging.discovery import SAMPLE_PREFIX, find_picture
from limner.registry.registry import registry
from limner.stages.color import OPACITY_FIELDS, ColorMode
from limner.utils.arguments import is_path, show_value
from limner.utils.comma_lists import ListSyntaxError, split_commas, without_brackets
from limner.utils.paths import StrPath, exists

PALETTE_MODE = "palette"
"""The colour mode that replaces one that takes no palette."""
FIELDS = ("name", "colors", "image")
"""The fields of a colour mode that takes a palette, of which one chooses the colours."""


def palette_overrides(
    table: Mapping[str, Any],
    settings: Mapping[str, Any],
    swaps: Swap,
    *,
    palette: StrPath | None = None,
    colors: str | Sequence[str] | None = None,
    replacement: str = PALETTE_MODE,
) -> tuple[dict[str, Any], dict[str, StageLike | Sequence[StageLike]]]:
    """Return the settings and swaps that give a recipe a palette, in addition to those given.

    A colour mode that takes a palette keeps its other settings. Another one is replaced by another mode, which keeps
    the opacity.

    Args:
        table: the recipe.
        settings: values by path; they are not changed.
        swaps: stages by role; they are not changed.
        palette: the name of a palette, or a picture to take the colours from: a file or ``skimage:NAME``.
        colors: the colours in CSS syntax, as a list, or as a text with commas between them.
        replacement: the colour mode that replaces one that takes no palette.

    Raises:
        LimnerError: both are given, or neither a palette nor a picture has that name, or a text is not a colour, or a
            setting or the swapped colour mode contradicts them.
    """
    out, chosen = dict(settings), dict(swaps)
    if palette is None and colors is None:
        return out, chosen
    if palette is not None and colors is not None:
        raise LimnerError("`palette` and `colors`: both choose the colours; omit one of them")
    argument = "palette" if colors is None else "colors"
    for path in (f"color.{field}" for field in FIELDS):
        if path in settings:
            raise LimnerError(f"`{argument}`: {path} is also set; omit one of them")
    if "layer" in table:
        raise LimnerError(
            f"`{argument}`: the recipe has {len(table['layer'])} layers with colours of their own; set those of one "
            "layer, such as `set={'layer.0.color.name': 'glacier'}`"
        )
    mode = _color_mode(table, settings, swaps, argument)
    if mode is None:
        mode = registry().load("color", replacement, ColorMode)
        chosen["color"] = replacement
        for field, value in _opacity(table).items():
            out.setdefault(f"color.{field}", value)
    field, value = _palette(mode, palette) if palette is not None else ("colors", _colors(colors))
    return {**out, f"color.{field}": value}, chosen


def palette_names(mode: type[ColorMode]) -> tuple[str, ...]:
    """Return the names of the palettes that a colour mode has; none if it takes no palette, or any name."""
    if not mode.takes_palette or "name" not in mode.model_fields:
        return ()
    annotation = mode.model_fields["name"].annotation
    return tuple(map(str, get_args(annotation))) if get_origin(annotation) is Literal else ()


def _color_mode(
    table: Mapping[str, Any], settings: Mapping[str, Any], swaps: Swap, argument: str
) -> type[ColorMode] | None:
    """Return the recipe's colour mode if it takes a palette; None if it is to be replaced.

    Raises:
        LimnerError: the user chose a colour mode that takes none, or something else than a colour mode.
    """
    if "color" in swaps or "color.kind" in settings:
        if "color" in swaps:
            check_swap(table, "color", swaps["color"])
        stage = swaps["color"] if "color" in swaps else str(settings["color.kind"]).strip()
        mode = _class_of(stage)
        if not mode.takes_palette:
            name = stage if isinstance(stage, str) else mode.__name__
            subject = f"`swap={{'color': {name!r}}}`" if "color" in swaps else f"color.kind={name}"
            raise LimnerError(f"`{argument}` and {subject}: this colour mode takes no palette; omit one of them")
        return mode
    written = table.get("color", DEFAULTS["color"])
    kind = written.get("kind", DEFAULTS["color"]["kind"]) if isinstance(written, Mapping) else None
    try:
        mode = registry().load("color", str(kind), ColorMode)
    except LimnerError:  # unknown or broken; the palette replaces it
        return None
    return mode if mode.takes_palette else None


def _class_of(stage: Any) -> type[ColorMode]:
    """Return the class of a colour mode given by name, as a class or as an instance.

    Raises:
        LimnerError: the name is unknown, or the stage is not a colour mode.
    """
    if isinstance(stage, str):
        try:
            return registry().load("color", stage, ColorMode)
        except PluginError:
            raise
        except LimnerError as error:
            raise LimnerError(f"color.kind: {error}") from error
    cls = stage if isinstance(stage, type) else type(stage)
    if not issubclass(cls, ColorMode):
        raise LimnerError(f"`swap`: color: must be a colour mode, got {show_value(stage)}")
    return cls


def _opacity(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the opacity of the recipe's colour mode."""
    written = table.get("color")
    if not isinstance(written, Mapping) or not written.get("alpha"):  # without it, the other setting has no effect
        return {}
    return {name: written[name] for name in OPACITY_FIELDS if name in written}


def _palette(mode: type[ColorMode], palette: Any) -> tuple[str, str]:
    """Return the field that a palette sets, and its value.

    Raises:
        LimnerError: neither a palette nor a picture has that name.
    """
    if not is_path(palette) or not str(palette).strip():
        raise LimnerError(f"`palette`: must be the name of a palette or a picture, got {show_value(palette)}")
    name, known = str(palette), palette_names(mode)
    if name in known or (not known and not _is_picture(name)):
        return "name", name
    if not _is_picture(name):
        raise LimnerError(f"`palette`: unknown palette {name[:80]!r}{did_you_mean(name, known)}")
    find_picture(name, "`palette`")
    return "image", name


def _is_picture(name: str) -> bool:
    """Return whether a text can only mean a picture: a sample, an existing file, or a name with a suffix or folder."""
    return name.startswith(SAMPLE_PREFIX) or bool(Path(name).suffix) or Path(name).name != name or exists(Path(name))


def _colors(colors: Any) -> tuple[str, ...]:
    """Return the colours as texts, checked.

    Raises:
        LimnerError: a text is not a colour, or there are fewer than two.
    """
    texts = colors
    if isinstance(colors, str):
        try:
            texts = split_commas(without_brackets(colors))
        except ListSyntaxError as error:
            raise LimnerError(f"`colors`: {error}") from error
    if not isinstance(texts, Sequence) or not all(isinstance(text, str) for text in texts):
        raise LimnerError(f"`colors`: must be a list of colours such as ['navy', '#ff8800'], got {show_value(colors)}")
    texts = tuple(text.strip().strip("\"'") for text in texts)
    for text in texts:
        try:
            parse_color(text)
        except ValueError as error:
            raise LimnerError(f"`colors`: {error}") from error
    if len(texts) < 2:
        count = "one colour" if texts else "no colour"
        raise LimnerError(f"`colors`: has {count}, and a palette needs at least two; add another after a comma")
    return texts
