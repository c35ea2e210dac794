"""Checks of every stage, whatever its role: a frozen model whose fields are described and bounded."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import tomlkit
from pydantic import ValidationError

from limner.composition.nested import Nested
from limner.composition.revisions import RESERVED
from limner.composition.stage_spec import StageSpec
from limner.registry.names import PLACEHOLDER
from limner.stages.base import Stage
from limner.testing.dependencies import needs
from limner.testing.subject import Subject, calling, require
from limner.utils.conditions import undeclared_fields
from limner.utils.validation import to_tuples

_BOUNDED = "Annotated[float, Field(ge=-1000, le=1000)] or Field(ge=..., le=...)"


def check_summary(subject: Subject[Stage]) -> None:
    """Require a one-line summary, which ``limner plugins list`` shows."""
    text = subject.summary.strip()
    require(text, f"{subject} is registered without a summary; describe in a few words what it does")
    require(
        text == subject.summary and "\n" not in text,
        f"{subject}: the summary must be one line without surrounding spaces",
    )
    require_written(
        str(subject), "summary", text, "a description such as 'rings, like those of a stone dropped in water'"
    )


def check_docstring(subject: Subject[Stage]) -> None:
    """Require that the author has replaced the docstring of the template."""
    docstring = type(subject.stage).__doc__ or ""
    require_written(str(subject), "docstring", docstring, "what the stage does and, if any, the publication")


def require_written(subject: str, part: str, text: str, wanted: str) -> None:
    """Require that the author of a plugin has replaced a text of the template.

    Args:
        subject: the beginning of the message, such as ``encoder 'rings'``.
        part: the part that the text is, such as ``summary``.
        text: the text.
        wanted: what to write instead.

    Raises:
        AssertionError: the text still begins with the placeholder.
    """
    unedited = text.lstrip().startswith(PLACEHOLDER)
    require(not unedited, f"{subject}: the {part} is unfinished; replace the TODO in the {part} by {wanted}")


def check_fields_described(subject: Subject[Stage]) -> None:
    """Require that every field has a description and no reserved name, and that declarations name existing fields."""
    unknown = ", ".join(undeclared_fields(type(subject.stage)))
    require(not unknown, f"{subject}: exclusive_fields or conditional_fields names {unknown}, which is no field")
    for field, part, _ in _fields(subject):
        require(field not in RESERVED, f"{subject}: the field name {field!r} is reserved in recipes; rename the field")
        description = part.get("description", "").strip()
        require(description, f"{subject}: the field {field} has no description; write Field(..., description='...')")


def check_fields_bounded(subject: Subject[Stage]) -> None:
    """Require bounds for numbers, a maximum length for strings and tuples, and no fields of None or of any type."""
    fields = type(subject.stage).model_fields
    nested = {name for name, info in fields.items() if any(isinstance(m, Nested) for m in info.metadata)}
    for field, part, shared in _fields(subject):
        for problem in _unbounded(part, shared) if field not in nested else ():
            require(False, f"{subject}: the field {field} {problem}")


def _fields(subject: Subject[Stage]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield the name and JSON schema of each field, nested models included, and the shared definitions."""
    with calling(subject, "model_json_schema"):
        schema = type(subject.stage).model_json_schema()
    shared = schema.get("$defs", {})
    for prefix, record in (("", schema), *((f"{name}.", part) for name, part in shared.items())):
        for name, part in record.get("properties", {}).items():
            yield prefix + name, part, shared


def _unbounded(part: dict[str, Any], shared: dict[str, Any]) -> Iterator[str]:
    """Yield what is unbounded in a part of a JSON schema, as the end of a sentence."""
    if "$ref" in part:
        target = shared.get(part["$ref"].rpartition("/")[2], {})
        if "properties" not in target:  # _fields yields the fields of nested models separately
            yield from _unbounded(target, shared)
        return
    if "enum" in part or "const" in part:
        if None in part.get("enum", [part.get("const")]):
            yield "may be None; use a value of the field's type for that case"
        return
    for piece in (*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ()), *part.get("prefixItems", ())):
        yield from _unbounded(piece, shared)
    if isinstance(part.get("items"), dict):
        yield from _unbounded(part["items"], shared)
    if "anyOf" not in part and "oneOf" not in part and "allOf" not in part:
        yield from _open_end(part)


def _open_end(part: dict[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    if kind in ("number", "integer"):
        if not {"minimum", "exclusiveMinimum"} & part.keys():
            yield f"accepts numbers without a lower bound; write {_BOUNDED}"
        elif not {"maximum", "exclusiveMaximum"} & part.keys():
            yield f"accepts numbers without an upper bound; write {_BOUNDED}"
    elif kind == "string" and "maxLength" not in part:
        yield "accepts strings of any length; use a Literal, or Field(max_length=...)"
    elif kind == "array" and "maxItems" not in part:
        yield "accepts tuples of any length; write Field(max_length=...), or a tuple of a fixed length"
    elif kind == "null":
        yield "may be None; use a value of the field's type for that case"
    elif kind not in ("number", "integer", "string", "array", "boolean"):
        yield "accepts any value; use bool, int, float, str, Literal, a tuple of them, or a stage"


def check_frozen(subject: Subject[Stage]) -> None:
    """Require an immutable and hashable stage, without lists, dicts or sets in its fields."""
    stage = subject.stage
    for name in type(stage).model_fields:
        try:
            setattr(stage, name, getattr(stage, name))
        except ValidationError:
            continue
        require(False, f"{subject}: the field {name} can be assigned; keep frozen=True in model_config")
    try:
        hash(stage)
    except TypeError as error:
        raise AssertionError(f"{subject} cannot be hashed ({error}); use tuples instead of lists") from error


def check_no_hidden_state(subject: Subject[Stage]) -> None:
    """Require that a stage has no private attributes: recipe and θ must determine the picture."""
    private = ", ".join(type(subject.stage).__private_attributes__)
    require(
        not private,
        f"{subject}: private attributes ({private}) are not saved; store them in θ, or compute them when needed",
    )


def check_refuses_unknown(subject: Subject[Stage]) -> None:
    """Require that unknown keys are refused."""
    table = {**_dumped(subject.stage), "no_such_field": 1}
    if not _refused(subject.stage, table):
        require(False, f"{subject} accepts unknown fields; keep extra='forbid' in model_config")


def check_refuses_nan(subject: Subject[Stage]) -> None:
    """Require that NaN and infinite numbers are refused."""
    table = _dumped(subject.stage)
    for path, bad in ((p, b) for p in _floats(table) for b in (float("nan"), float("inf"), float("-inf"))):
        if not _refused(subject.stage, _replaced(table, path, bad)):
            where = ".".join(str(p) for p in path)
            require(False, f"{subject}: the field {where} accepts {bad}; keep allow_inf_nan=False in model_config")


def _dumped(stage: Stage) -> dict[str, Any]:
    """Return the fields in the form that validation accepts, with tuples for the lists of nested stages."""
    table: dict[str, Any] = to_tuples(stage.model_dump())
    return table


def _refused(stage: Stage, table: dict[str, Any]) -> bool:
    try:
        type(stage).model_validate(table)
    except ValidationError:
        return True
    return False


def _floats(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of each float in dumped fields."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for key, item in items:
        yield from _floats(item, (*path, key))
    if isinstance(value, float):
        yield path


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {k: _replaced(v, path[1:], new) if k == path[0] else v for k, v in value.items()}
    return tuple(_replaced(v, path[1:], new) if i == path[0] else v for i, v in enumerate(value))


@needs("frozen", "fields_bounded")
def check_round_trip(subject: Subject[Stage]) -> None:
    """Require that a recipe can store the stage: it comes back equal from JSON and from TOML."""
    with calling(subject, "writing it to a recipe"):
        table = StageSpec(subject.role, subject.name, subject.stage).table()
        back = {"JSON": json.loads(json.dumps(table, allow_nan=False)), "TOML": tomllib.loads(tomlkit.dumps(table))}
    for language, read in back.items():
        read = {key: value for key, value in read.items() if key not in RESERVED}
        with calling(subject, f"reading it back from {language}"):
            again = type(subject.stage).model_validate(to_tuples(read))
        require(again == subject.stage, f"{subject} (example {subject.number}) comes back from {language} as {again!r}")


OF_STAGE = (check_docstring, check_fields_described, check_fields_bounded)
OF_EXAMPLE = (check_frozen, check_refuses_unknown, check_refuses_nan, check_round_trip)
