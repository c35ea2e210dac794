"""The part: a stage under its registered name, and how one stage holds another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import core_schema

from limner.errors import LimnerError
from limner.registry import registry
from limner.stage import Stage


@dataclass(frozen=True)
class Part:
    """A stage under the role it plays and the name it is registered by."""

    role: str
    kind: str
    stage: Stage

    def table(self) -> dict[str, Any]:
        """The part as it stands in TOML and JSON: lists, not tuples, so that it equals what is read back."""
        return {"kind": self.kind, **self.stage.model_dump(mode="json")}

    def all(self) -> Iterator[Part]:
        """The part itself, and those that its stage holds."""
        yield self
        for name in type(self.stage).model_fields:
            value = getattr(self.stage, name)
            for held in value if isinstance(value, tuple) else (value,):
                if isinstance(held, Part):
                    yield from held.all()


@dataclass(frozen=True)
class Nested:
    """Marks a field that holds another stage: ``first: Annotated[Part, Nested("color")] = Field(default=...)``.

    The default is a table, ``{"kind": "rgb"}``. In a recipe the field is a table too; one without a ``kind`` is of the
    default's. With ``many`` it holds any number of them: ``Annotated[tuple[Part, ...], Nested("augment", many=True)]``.
    """

    role: str
    many: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """A table or a part goes in, a part comes out; a part is written as its table."""
        read, write = (self._read_all, _tables) if self.many else (self._read, Part.table)
        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(write)
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """A table, or a list of them."""
        one = {"type": "object", "title": f"a {self.role} stage"}
        return {"type": "array", "items": one} if self.many else one

    def _read_all(self, value: Any) -> tuple[Part, ...]:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"must be a list of tables that each name a {self.role} as their kind")  # noqa: TRY004 - pydantic collects these
        return tuple(map(self._read, value))

    def _read(self, value: Any) -> Part:
        if isinstance(value, Part):
            if value.role != self.role:
                raise ValueError(f"must be a {self.role}, got a {value.role}")
            return value
        if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
            raise ValueError(f"must be a table that names a {self.role} as its kind")  # noqa: TRY004 - pydantic collects these
        try:
            cls = registry().load(self.role, value["kind"])
            stage = cls.model_validate(kinds_filled(cls, {k: v for k, v in value.items() if k != "kind"}))
        except ValidationError as error:
            wrong = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise ValueError("; ".join(wrong)) from error
        except LimnerError as error:
            raise ValueError(str(error)) from error
        return Part(self.role, value["kind"], stage)


def _tables(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [part.table() for part in parts]


def kinds_filled(cls: type[Stage], fields: Mapping[str, Any]) -> dict[str, Any]:
    """A stage's fields from outside, where tables that nest and name no kind are of the default's."""
    out = dict(fields)
    for name, field in cls.model_fields.items():
        value, default = out.get(name), field.default
        nests = any(isinstance(mark, Nested) for mark in field.metadata)
        if nests and isinstance(value, Mapping) and isinstance(default, Mapping):
            out[name] = {"kind": default["kind"], **value}
    return out
