"""Overrides of a recipe's table: settings such as ``network.width = 64``, and swapped stages."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from limner.composition.recipe import DEFAULTS, LIST_KEYS, OPTIONAL_KEYS, ROLE_OF_KEY, RecipeHeader
from limner.composition.stage_choice import StageLike, Swap, as_table, swap_tables
from limner.composition.stage_tables import StageLocation, class_at, fields_holding, rewrite_stages
from limner.errors import LimnerError, did_you_mean
from limner.registry.names import short_name
from limner.registry.registry import registry
from limner.utils import arguments
from limner.utils.arguments import plain_value
from limner.utils.validation import with_article

ROLES = tuple(dict.fromkeys((*DEFAULTS, *OPTIONAL_KEYS, *LIST_KEYS, "blend")))

MAX_PATHS = 3
"""The number of paths that a hint proposes."""
SET_EXAMPLE = "{'network.depth': 3}"


def parse_value(text: str) -> Any:
    """Return the value of a TOML expression, ``64``, ``0.5``, ``true``, ``[1, 2]``; any other text is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except (ValueError, RecursionError):  # not TOML, a number of thousands of digits, or too deeply nested brackets
        return text


def parse_assignment(text: str) -> tuple[str, Any]:
    """Return the path and the value in ``path=value``.

    Raises:
        LimnerError: the text has no ``=``, or no path before it.
    """
    path, sign, value = text.partition("=")
    if not sign or not path.strip():
        raise LimnerError(f"setting {text!r}: must have the form network.width=64")
    return path.strip(), parse_value(value.strip())


def settings_of(settings: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the argument ``set`` of a public function, with NumPy values converted to Python values.

    Raises:
        LimnerError: it is not a mapping from paths to values.
    """
    return {path: plain_value(value) for path, value in arguments.check_mapping("set", settings, SET_EXAMPLE).items()}


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
) -> dict[str, Any]:
    """Return a copy of a recipe's table with stages swapped and then settings applied.

    Args:
        table: the recipe; it is not changed.
        settings: values by path; for a nested stage such as ``trainer.optimizer`` also a class or an instance.
        swaps: a stage by its role, or several for ``encoder`` and ``warp``; a name or a class means its defaults.

    Raises:
        LimnerError: a path does not exist, or a swapped role is unknown, or has no place in the recipe or several.
    """
    out: dict[str, Any] = _copy(dict(table))
    swaps = swaps_of(swaps)
    for role, stages in swaps.items():
        _check_swap(table, role, stages)
    chosen = {role: swap_tables(role, stages, f"`swap`: {role}") for role, stages in swaps.items()}
    out |= {role: tables for role, tables in chosen.items() if role in ROLES}
    for role, tables in chosen.items():  # nested stages, after the stages that hold them
        if role not in ROLES:
            _swap_held(out, role, tables)
    # A stage's name comes before its fields, in whichever order they were given.
    for path, value in sorted((settings or {}).items(), key=lambda setting: setting[0].count(".")):
        _assign(out, path, value)
    return out


def _copy(table: dict[str, Any]) -> dict[str, Any]:
    try:
        return copy.deepcopy(table)
    except RecursionError as error:
        raise LimnerError("recipe: tables are nested too deeply") from error


def _check_swap(table: Mapping[str, Any], role: str, stages: Any) -> None:
    """Check the role of a swap, the number of its stages, and that their names do not belong to another role.

    Raises:
        LimnerError: the role is unknown, it takes one stage, or a name is registered only under another role.
    """
    roles = [known.name for known in registry().roles() if known.contents == "stage"]
    if role not in ROLES and role not in roles:
        raise LimnerError(f"`swap`: unknown role {role!r}{did_you_mean(role, [*ROLES, *roles])}")
    several = isinstance(stages, Sequence) and not isinstance(stages, str)
    if several and role in ROLES and role not in LIST_KEYS:
        raise LimnerError(f"`swap`: {role}: takes one stage, not a list")
    played = ROLE_OF_KEY.get(role, role)
    for name in stages if several else [stages]:
        if not isinstance(name, str) or registry().has(played, name):
            continue
        other = next((one for one in roles if registry().has(one, name)), "")
        if other:
            raise LimnerError(
                f"`swap={{{role!r}: {name!r}}}`: {name!r} is {with_article(other)}, not {with_article(played)}"
                + _other_place(table, other, name)
            )


def _other_place(table: Mapping[str, Any], role: str, name: str) -> str:
    """Return the end of a message that says how to use a stage of another role; empty if the recipe has no place."""
    if role in ROLES:
        return f"; use `swap={{{role!r}: {name!r}}}`"
    paths = [path for path, many in fields_holding(table, role) if not many]
    return f"; use `set={{{paths[0]!r}: {name!r}}}`" if paths else ""


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
    _assign(table, path, [stages] if many and isinstance(stages, dict) else stages)


def _assign(table: dict[str, Any], path: str, value: Any) -> None:
    head, *rest = path.split(".")
    if not rest:
        if head in ROLES:
            raise LimnerError(f"setting {path!r}: use {head}.FIELD=VALUE, or swap the stage with `{head}`")
        if head not in RecipeHeader.model_fields:
            paths = _paths_of_field(table, head)
            hint = _any_of(paths) if paths else did_you_mean(head, [*RecipeHeader.model_fields, *ROLES])
            raise LimnerError(f"setting {path!r}: unknown setting{hint}")
        table[head] = value
        return
    if head == "layer" and isinstance(table.get("layer"), list):
        layer, rest = _item(table["layer"], head, rest, path)
        _assign(layer, ".".join(rest), value)
        return
    if head not in ROLES:
        raise LimnerError(f"setting {path!r}: recipes have no {head!r}{did_you_mean(head, ROLES)}")
    target = table.setdefault(head, copy.deepcopy(DEFAULTS.get(head, [] if head in LIST_KEYS else {})))
    if head in LIST_KEYS:
        target, rest = _item(target, head, rest, path)
    if not isinstance(target, dict) or not rest or not all(rest):
        raise LimnerError(f"setting {path!r}: must have the form {head}.FIELD=VALUE")
    *within, key = rest
    while within:  # stages nest: trainer.discriminator.depth, trainer.augment.crop.shift
        name, *within = within
        if name in target:
            target[name] = as_table(target[name])
        if isinstance(target.get(name), str) and name != "kind":  # a nested stage given by just its name
            target[name] = {"kind": target[name]}
        target = target.setdefault(name, {})
        if isinstance(target, list):
            target[:] = [{"kind": item} if isinstance(item, str) else item for item in target]
            target, within = _item(target, name, [*within, key], path)
            *within, key = within or [""]
        if not isinstance(target, dict):
            raise LimnerError(f"setting {path!r}: {name!r} holds a value, not a stage")
    if not key:
        raise LimnerError(f"setting {path!r}: must have the form {head}.FIELD=VALUE")
    target[key] = value


def _item(items: Any, role: str, rest: list[str], path: str) -> tuple[Any, list[str]]:
    """Return the encoder or warp that ``encoder.xy`` or ``encoder.0`` means, and the rest of the path."""
    items = items if isinstance(items, list) else []
    which, *rest = rest
    if which.isdecimal():
        if len(which) > 4 or int(which) >= len(items):
            raise LimnerError(f"setting {path!r}: the recipe has {len(items)} {role}s, counted from 0")
        return items[int(which)], rest
    kinds = [str(item.get("kind")) if isinstance(item, dict) else "" for item in items]
    indices = _matching_indices(which, kinds, role)
    if len(indices) > 1:
        choices = " or ".join(f"{role}.{i}" for i in indices)
        raise LimnerError(f"setting {path!r}: ambiguous, the recipe has {len(indices)} {which!r}; use {choices}")
    if not indices:
        raise LimnerError(f"setting {path!r}: {_missing_item(items, kinds, role, which, rest, path)}")
    return items[indices[0]], rest


def _missing_item(items: list[Any], kinds: Sequence[str], role: str, which: str, rest: Sequence[str], path: str) -> str:
    """Return the message about an encoder or warp that the recipe does not have.

    ``which`` may also be a field of the recipe's stages, or a stage that can be added.
    """
    paths = [] if rest else _paths_of_field({role: items}, which)
    if paths:
        return f"{which!r} is not {with_article(role)}; write {' or '.join(paths[:MAX_PATHS])}"
    missing = f"the recipe has no {role} {which!r}"
    if not items and role in LIST_KEYS and path.startswith(f"{role}.") and registry().has(role, which):
        return f"{missing}; add it with `swap={{'{role}': '{which}'}}`"
    return missing + did_you_mean(which, kinds)


def _paths_of_field(table: Mapping[str, Any], field: str) -> list[str]:
    """Return the paths of the fields of a recipe's stages that have a name: ``encoder.xy.scale``, ``network.width``.

    Settings that are not in the table are found in its defaults, except those of stages nested in a default.
    """
    found: list[tuple[StageLocation, str]] = []

    def collect(location: StageLocation, stage: dict[str, Any]) -> dict[str, Any]:
        cls = class_at(location, stage)
        if cls is not None and field in cls.model_fields:
            found.append((location, short_name(str(stage.get("kind", "")))))
        return stage

    rewrite_stages(table if "layer" in table or table.keys() <= set(LIST_KEYS) else {**DEFAULTS, **table}, collect)
    names = [(location.part.rpartition(".")[0], kind) for location, kind in found if not location.inside]
    paths = []
    for location, kind in found:
        role, _, _ = location.part.rpartition(".")
        by_name = role in LIST_KEYS and not location.inside and names.count((role, kind)) == 1
        paths.append(f"{role}.{kind}.{field}" if by_name else f"{location.path}.{field}")
    return paths


def _any_of(paths: Sequence[str]) -> str:
    """Return the hint that proposes some of several paths."""
    return f"; did you mean {' or '.join(map(repr, paths[:MAX_PATHS]))}?"


def _matching_indices(which: str, kinds: Sequence[str], role: str) -> list[int]:
    """Return the indices of the stages that a name matches: exact matches, else matches of the name without package.

    An unqualified name matches a qualified one, and a qualified name matches the same stage by its unqualified name.
    """
    exact = [i for i, kind in enumerate(kinds) if kind == which]
    if exact:
        return exact
    if "/" not in which:
        return [i for i, kind in enumerate(kinds) if short_name(kind) == which]
    canonical = _canonical(role, which)
    return [i for i, kind in enumerate(kinds) if canonical and canonical == _canonical(role, kind)]


def _canonical(role: str, name: str) -> str:
    """Return the name that files store for a stage; empty if the name is unknown."""
    try:
        return registry().entry(ROLE_OF_KEY.get(role, role), name).canonical_name
    except LimnerError:
        return ""


def show_value(value: Any) -> str:
    """Return the text of a value that ``parse_value`` reads: ``[64, 32]``, ``true``, ``"tanh"``."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show_value(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {show_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
