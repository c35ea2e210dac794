"""Values typed as text, such as ``encoder.text.text=2024``, for which the field's type decides."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Collection, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Protocol, Union, get_args, get_origin, runtime_checkable

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from limner.errors import LimnerError
from limner.utils.comma_lists import ListSyntaxError, split_commas, without_brackets

QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
"""A text in quotes, with TOML's escapes in double quotes."""
BOOLEANS = {"true": True, "false": False}
NONE = "none"
"""The text for an empty list of stages."""


class TypedText(str):
    """A value in the form it was typed, whose field is not known yet.

    Attributes:
        path: the path of the setting, as typed: ``encoder.text.text``.
        argument: the argument of a public function that it was typed for: ``set``, or ``vary``.
    """

    path: str
    argument: str

    def __new__(cls, text: str, path: str = "", argument: str = "set") -> TypedText:
        """Return the text with the path and the argument that it was typed for."""
        self = super().__new__(cls, text)
        self.path, self.argument = path, argument
        return self


@runtime_checkable
class NestedFields(Protocol):
    """Metadata of a field that holds another model."""

    def fields(self) -> Collection[str]:
        """Return the names of the fields that the other model may have."""


class MismatchError(ValueError):
    """A text is not a value of a type; the message says what it must be."""


def parse_value(text: str) -> Any:
    """Return the value of a TOML expression, ``64``, ``0.5``, ``true``, ``[1, 2]``; any other text is a string."""
    text = text.strip()
    try:  # inside brackets, a comment after the value is an error rather than dropped
        values = tomllib.loads(f"values = [{text}]")["values"] if "\n" not in text and text[-1:] != "," else []
    except (ValueError, RecursionError):  # not TOML, a number of thousands of digits, or too deeply nested brackets
        return text
    return values[0] if len(values) == 1 else text


def typed_value(text: TypedText, cls: type[BaseModel], name: str) -> Any:
    """Return the value of a typed text for a field of a model.

    Text fields take the text unchanged, but without quotes around it. Lists need no brackets. A field that the model
    does not have, which validation reports, takes the value of a TOML expression.

    Raises:
        LimnerError: the text is not a value of the field's type; the message shows one, ready to be pasted.
    """
    field = cls.model_fields.get(name)
    if field is None:
        return parse_value(text)
    try:
        return _reader(field)(str(text))
    except ListSyntaxError as error:
        problem = str(error)
    except MismatchError as error:
        shown = str(text) if len(text) <= 60 else f"{text[:57]}..."
        problem = f"must be {error}, got {shown!r}"
    spelled = spelling(cls, name)
    example = f"; for example: `{text.argument}` {shlex.quote(f'{text.path}={spelled}')}" if spelled is not None else ""
    raise LimnerError(f"setting {text.path!r}: {problem}{example}")


def spelling(cls: type[BaseModel], name: str) -> str | None:
    """Return a value of a field as one types it: the default, or that of an example; None if all are empty."""
    field = cls.model_fields[name]
    read = _reader(field)
    examples: Callable[[], tuple[BaseModel, ...]] = getattr(cls, "examples", tuple)
    for value in (field.get_default(call_default_factory=True), *(getattr(one, name) for one in examples())):
        if value in ((), "", None):
            continue
        for text in _spellings(value):
            try:
                if read(text) == _listed(value):
                    return text
            except ValueError:
                continue
    return None


def _spellings(value: Any) -> Iterator[str]:
    """Yield ways to type a value, the shortest first."""
    if isinstance(value, (list, tuple)):
        items = ["[" + one + "]" if isinstance(item, (list, tuple)) else one
                 for item, one in ((item, next(_spellings(item))) for item in value)]  # fmt: skip
        yield ",".join(items)
        yield f"[{','.join(items)}]"
    else:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> Any:
    return [_listed(item) for item in value] if isinstance(value, (list, tuple)) else value


def _reader(field: FieldInfo) -> Callable[[str], Any]:
    """Return the function that reads the text of a field."""
    if any(isinstance(mark, NestedFields) for mark in field.metadata):
        return _read_stages if get_origin(field.annotation) is tuple else _read_stage
    return lambda text: _read(text, field.annotation)


def _read(text: str, annotation: Any) -> Any:
    """Return the value of a text for an annotation.

    Raises:
        MismatchError: the text is not a value of this type.
        ListSyntaxError: a quote or a bracket of a list has no partner.
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _read(text, arguments[0])
    if origin in (Union, UnionType):
        return _read_union(text, arguments)
    if origin is Literal:
        return _read_choice(text, arguments)
    if origin in (tuple, list):
        return _read_list(text, arguments)
    readers: dict[Any, Callable[[str], Any]] = {str: unquoted, bool: _read_bool, int: _read_int, float: _read_float}
    return readers.get(annotation, parse_value)(text)


def unquoted(text: str) -> str:
    """Return a text without the quotes around it; any other text is returned unchanged, spaces included."""
    if QUOTED.fullmatch(text.strip()):
        value = parse_value(text)
        return value if isinstance(value, str) else text
    return text


def _read_bool(text: str) -> bool:
    value = BOOLEANS.get(unquoted(text).strip().lower())
    if value is None:
        raise MismatchError("true or false")
    return value


def _read_int(text: str) -> int:
    """Read a whole number: ``64``, ``007``, ``1_000``, ``0x40``, ``1e3``."""
    plain = unquoted(text).strip()
    try:
        return int(plain) if plain.isascii() and re.fullmatch(r"[+-]?\d[\d_]*", plain) else _whole(parse_value(plain))
    except ValueError:
        raise MismatchError("a whole number") from None


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise ValueError
    return int(value)


def _read_float(text: str) -> float:
    """Read a number: ``0.5``, ``.5``, ``1e-3``, ``64``, ``inf``, ``nan``; validation rejects the last two."""
    plain = unquoted(text).strip()
    try:
        value = parse_value(plain)
        return value if type(value) in (int, float) else float(plain if plain.isascii() else "")
    except ValueError:
        raise MismatchError("a number") from None


def _read_choice(text: str, choices: tuple[Any, ...]) -> Any:
    """Read one of several choices; validation reports a text that is none of them, and the closest one."""
    plain = unquoted(text).strip()
    named = {str(choice): choice for choice in choices}
    if all(isinstance(choice, str) for choice in choices):
        return plain
    return named.get(plain, parse_value(plain))


def _read_list(text: str, types: tuple[Any, ...]) -> list[Any]:
    """Read a list, with or without brackets around it."""
    items = split_commas(without_brackets(text))
    if types[-1] is ...:
        return [_read_item(item, types[0]) for item in items]
    if len(items) != len(types):
        raise MismatchError(f"{len(types)} values with commas between them")
    return [_read_item(item, one) for item, one in zip(items, types, strict=True)]


def _read_item(text: str, annotation: Any) -> Any:
    """Read an item of a list; an item that is a list itself needs brackets."""
    if _is_list(annotation) and not text.startswith("["):
        raise MismatchError("a list of lists in brackets")
    try:
        return _read(text, annotation)
    except MismatchError as error:
        raise MismatchError(f"a list with commas between the items, each of them {error}") from None


def _read_union(text: str, types: tuple[Any, ...]) -> Any:
    """Read the first type that the text fits; a text without commas and brackets is a list only if nothing else."""
    is_list = text.strip().startswith("[") or len(split_commas(text)) > 1
    lists = [one for one in types if _is_list(one)]
    others = sorted((one for one in types if one is not type(None) and not _is_list(one)), key=_generality)
    problems: list[str] = []
    for one in [*lists, *others] if is_list else [*others, *lists]:
        try:
            value = _read(text, one)
        except MismatchError as error:
            problems.append(str(error))
            continue
        if get_origin(one) is not Literal or one is others[-1] or value in get_args(one):
            return value
    raise MismatchError(" or ".join(dict.fromkeys(problems)))


def _is_list(annotation: Any) -> bool:
    plain = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return get_origin(plain) in (tuple, list)


def _generality(annotation: Any) -> int:
    """Return the rank of a type within a union: text comes last, because every text fits it, and choices before it."""
    return 2 if annotation is str else 1 if get_origin(annotation) is Literal else 0


def _read_stage(text: str) -> Any:
    """Read a nested stage: its name, or its TOML table."""
    return parse_value(text) if text.strip().startswith("{") else unquoted(text).strip()


def _read_stages(text: str) -> Any:
    """Read a list of nested stages; ``none`` is an empty one."""
    if unquoted(text).strip() == NONE:
        return NONE
    return [_read_stage(item) for item in split_commas(without_brackets(text))]


def nested_stages(value: Any) -> Any:
    """Return the name, the table or the list of stages that a typed text names; any other value unchanged."""
    if not isinstance(value, TypedText):
        return value
    is_list = value.strip().startswith("[") or ("," in value and not value.strip().startswith("{"))
    return _read_stages(value) if is_list else _read_stage(value)


def plain_text_values(value: Any) -> Any:
    """Return a value with the typed texts in it, whose fields are unknown, replaced by values of TOML expressions."""
    if isinstance(value, TypedText):
        return parse_value(value)
    if isinstance(value, dict):
        return {key: plain_text_values(item) for key, item in value.items()}
    return [plain_text_values(item) for item in value] if isinstance(value, list) else value
