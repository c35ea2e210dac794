"""Values typed as text, such as ``encoder.text.text=2024``, for which the field's type decides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Protocol, get_origin, runtime_checkable

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from limner.errors import LimnerError
from limner.utils.comma_lists import ListSyntaxError, split_commas, without_brackets
from limner.utils.shell import quote
from limner.utils.text_readers import MismatchError, parse_value, read_text, unquoted

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
    example = f"; for example: `{text.argument}` {quote(f'{text.path}={spelled}')}" if spelled is not None else ""
    raise LimnerError(f"setting {text.path!r}: {problem}{example}")


def spelling(cls: type[BaseModel], name: str) -> str | None:
    """Return a value of a field as one types it: the default, or that of an example; None if all are empty."""
    read = _reader(cls.model_fields[name])
    for value in _example_values(cls, name):
        for text in _spellings(value):
            try:
                if read(text) == _listed(value):
                    return text
            except ValueError:
                continue
    return None


def _example_values(cls: type[BaseModel], name: str) -> Iterator[Any]:
    """Yield values of a field that are not empty: the default, and those of the class's examples."""
    default = cls.model_fields[name].get_default(call_default_factory=True)
    if default not in ((), "", None):
        yield default
    try:
        examples: tuple[BaseModel, ...] = cls.examples() if hasattr(cls, "examples") else ()
    except Exception:  # noqa: BLE001 - a plugin may raise anything, and the error about the text matters more
        return
    yield from (getattr(one, name) for one in examples if getattr(one, name) not in ((), "", None))


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
    return lambda text: read_text(text, field.annotation)


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
