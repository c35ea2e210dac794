"""Overrides of a recipe's table: settings such as ``network.width = 64``, and swapped stages."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from limner.composition.placed_settings import PlacedSetting, field_at, settle
from limner.composition.setting_paths import ROLES, assign, check_named
from limner.composition.stage_choice import StageLike, Swap, check_swap, swap_tables
from limner.composition.stage_tables import fields_holding
from limner.errors import LimnerError
from limner.stages.base import Stage
from limner.utils import arguments
from limner.utils.arguments import plain_value
from limner.utils.typed_text import NONE, TypedText
from limner.utils.validation import with_article

SET_EXAMPLE = "{'network.depth': 3}"


def parse_assignment(text: str, argument: str = "set") -> tuple[str, TypedText]:
    """Return the path and the value in ``path=value``; the value is a text until its field is known.

    Args:
        text: the text.
        argument: the argument of a public function that it was typed for, which messages show.

    Raises:
        LimnerError: the text has no ``=``, or no path before it.
    """
    path, sign, value = text.partition("=")
    if not sign or not path.strip():
        raise LimnerError(f"setting {text!r}: must have the form network.width=64")
    return path.strip(), TypedText(value, path.strip(), argument)


def settings_of(settings: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the argument ``set`` of a public function, with NumPy values converted to Python values.

    Raises:
        LimnerError: it is not a mapping from paths to values.
    """
    return {path: plain_value(value) for path, value in arguments.check_mapping("set", settings, SET_EXAMPLE).items()}


def check_set_once(settings: Mapping[str, Any], **arguments: Any) -> None:
    """Check that no setting of a recipe is also given as an argument of its own.

    Args:
        settings: the settings by path.
        arguments: the arguments, ``size`` and ``seed``; None if omitted.

    Raises:
        LimnerError: a setting is given twice.
    """
    for name, value in arguments.items():
        if value is not None and name in settings:
            typed = isinstance(settings[name], str)
            shown = settings[name] if typed else show_value(settings[name])
            raise LimnerError(f"`{name}`: is also set by `set` as {name}={shown}; omit one of them")


def swaps_of(swaps: Swap | None) -> dict[str, StageLike | Sequence[StageLike]]:
    """Return the argument ``swap`` of a public function.

    Raises:
        LimnerError: it is not a mapping from roles to stages.
    """
    return arguments.check_mapping("swap", swaps, "{'network': 'siren'}")


def apply(
    table: Mapping[str, Any],
    settings: Mapping[str, Any] | None = None,
    swaps: Swap | None = None,
    *,
    allow_unused: bool = False,
    undecided: Collection[str] = (),
) -> dict[str, Any]:
    """Return a copy of a recipe's table with stages swapped and then settings applied.

    A typed text becomes a value of its field. A setting resets the fields that would hide it; see
    ``Stage.exclusive_fields``.

    Args:
        table: the recipe; it is not changed.
        settings: values by path; for a nested stage such as ``trainer.optimizer`` also a class or an instance.
        swaps: a stage by its role, or several for ``encoder`` and ``warp``; a name or a class means its defaults.
            ``none`` or an empty list for ``mask`` removes the mask.
        allow_unused: accept settings that have no effect together with the others; see ``Stage.conditional_fields``.
        undecided: fields that get their values later; a fit sets ``alpha`` if the picture is transparent.

    Raises:
        LimnerError: a path does not exist, a swapped role is unknown, or has no place in the recipe or several, or a
            setting has no effect, or a typed text is not a value of its field's type.
    """
    out: dict[str, Any] = _copy(dict(table))
    swaps = swaps_of(swaps)
    chosen = {}
    for role, stages in swaps.items():
        check_swap(table, role, stages)
        chosen[role] = swap_tables(role, stages, f"`swap`: {role}")
        for field in chosen[role] if isinstance(stages, str) else ("kind",):
            if isinstance(field, str) and f"{role}.{field}" in (settings or {}):
                argument = f"`swap={{{role!r}: {stages!r}}}`" if isinstance(stages, str) else f"`swap`: {role}"
                raise LimnerError(f"{argument}: {role}.{field} is also set; omit one of them")
    out |= {role: tables for role, tables in chosen.items() if role in ROLES}
    if out.get("mask") in ([], {"kind": NONE}):
        del out["mask"]
    for role, tables in chosen.items():  # nested stages, after the stages that hold them
        if role not in ROLES:
            _swap_held(out, role, tables)
    # A stage's name comes before its fields, in whichever order they were given.
    ordered = sorted((settings or {}).items(), key=lambda setting: setting[0].count("."))
    placed = [PlacedSetting(path, *assign(out, path, value)) for path, value in ordered]
    for path, _ in ordered:
        check_named(out, path)
    settle(out, placed, allow_unused=allow_unused, undecided=undecided)
    return out


def find_field(
    table: Mapping[str, Any], path: str, settings: Mapping[str, Any], swaps: Swap
) -> tuple[type[Stage], str] | None:
    """Return the class and the name of the field at a path of a recipe with settings and swaps; None if it has none.

    Raises:
        LimnerError: a path does not exist, or a swapped role is unknown or has no place in the recipe.
    """
    out = apply(table, {key: value for key, value in settings.items() if key != path}, swaps, allow_unused=True)
    return field_at(out, PlacedSetting(path, *assign(out, path, "")))


def _copy(table: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a recipe's table; unlike ``copy.deepcopy``, of a table that occurs twice it makes two."""
    try:
        return {key: _copied(value) for key, value in table.items()}
    except RecursionError as error:
        raise LimnerError("recipe: tables are nested too deeply") from error


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return type(value)(map(_copied, value)) if type(value) in (list, tuple) else value


def _swap_held(table: dict[str, Any], role: str, stages: dict[str, Any] | list[dict[str, Any]]) -> None:
    """Swap the only stage of a role that is nested in another stage: the optimizer of the trainer."""
    fields = list(fields_holding(table, role))
    if not fields:
        raise LimnerError(f"`swap`: {role}: no stage of the recipe holds {with_article(role)}; swap in one that does")
    if len(fields) > 1:
        paths = " or ".join(path for path, _ in fields)
        raise LimnerError(f"`swap`: {role}: the recipe has {len(fields)} stages of this role; use `set` with {paths}")
    path, many = fields[0]
    if isinstance(stages, list) and not many:
        raise LimnerError(f"`swap`: {role}: takes one stage, not a list")
    assign(table, path, [stages] if many and isinstance(stages, dict) else stages)


def show_value(value: Any) -> str:
    """Return the text of a value that ``parse_value`` reads: ``[64, 32]``, ``true``, ``"tanh"``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {show_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
