"""Paths of settings in a recipe's table: ``network.width``, ``encoder.xy.scale``, ``trainer.optimizer.beta1``."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from limner.composition.recipe import DEFAULTS, LIST_KEYS, OPTIONAL_KEYS, ROLE_OF_KEY, RecipeHeader
from limner.composition.stage_choice import as_table
from limner.composition.stage_tables import StageLocation, class_at, rewrite_stages
from limner.errors import LimnerError, did_you_mean
from limner.registry.names import short_name
from limner.registry.registry import registry
from limner.utils.typed_text import nested_stages
from limner.utils.validation import with_article

ROLES = tuple(dict.fromkeys((*DEFAULTS, *OPTIONAL_KEYS, *LIST_KEYS, "blend")))
MAX_PATHS = 3
"""The number of paths that a hint proposes."""


def assign(table: dict[str, Any], path: str, value: Any) -> tuple[dict[str, Any], str]:
    """Set the value at a path of a recipe's table, in place; return the table of the stage, and the field.

    Raises:
        LimnerError: the path does not exist, or is ambiguous.
    """
    head, *rest = path.split(".")
    if not rest:
        if head in ROLES:
            raise LimnerError(f"setting {path!r}: use {head}.FIELD=VALUE, or swap the stage with `{head}`")
        if head not in RecipeHeader.model_fields:
            paths = _paths_of_field(table, head)
            hint = _any_of(paths) if paths else did_you_mean(head, [*RecipeHeader.model_fields, *ROLES])
            raise LimnerError(f"setting {path!r}: unknown setting{hint}")
        table[head] = value
        return table, head
    if head == "layer" and isinstance(table.get("layer"), list):
        layer, rest = _item(table["layer"], head, rest, path)
        return assign(layer, ".".join(rest), value)
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
            target[name] = as_table(nested_stages(target[name]))
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
    return target, key


def check_named(table: Mapping[str, Any], path: str) -> None:
    """Raise an error if a setting is of a stage that the recipe does not have, such as a mask or a trainer.

    Raises:
        LimnerError: it is; the message names the first stage that has such a setting.
    """
    key, _, field = path.partition(".")
    stage = table.get(key)
    if key not in OPTIONAL_KEYS or not isinstance(stage, Mapping) or "kind" in stage:
        return
    names = [] if key in ROLE_OF_KEY else registry().names(key)
    names = [name for name in names if field in registry().load(key, name).model_fields] or names
    fix = f"; add one with `set={{'{key}.kind': '{names[0]}'}}`" if names else ""
    raise LimnerError(f"setting {path!r}: the recipe has no {key}{fix}")


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
