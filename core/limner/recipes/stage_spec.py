"""The part: a stage under its registered name, and how one stage holds another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import core_schema

from limner.errors import LimnerError, did_you_mean
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.utils.validation import Mistake, MistakesError, a, found, frozen

NONE = "none"
"""What stands for an empty list of stages, where it is written on a line."""


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
        if value == NONE:
            return ()
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"must be a list of tables that each name {a(self.role)} as their kind, or none")  # noqa: TRY004 - pydantic collects these
        parts, wrong = [], list[Mistake]()
        for i, one in enumerate(value):
            try:
                parts.append(self._read(one))
            except MistakesError as error:
                wrong += [((str(i), *at), said) for at, said in error.mistakes]
        if wrong:
            raise MistakesError(wrong)
        return tuple(parts)

    def _read(self, value: Any) -> Part:
        if isinstance(value, Part):
            if value.role != self.role:
                raise MistakesError([((), f"must be {a(self.role)}, got {a(value.role)}")])
            return value
        if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
            raise MistakesError([((), f"must be a table that names {a(self.role)} as its kind")])
        kind = value["kind"]
        try:
            cls = _load(self.role, kind, value.like if isinstance(value, _Filled) else "")
        except LimnerError as error:
            raise MistakesError([(("kind",), str(error))]) from error
        fields = kinds_filled(cls, frozen({k: v for k, v in value.items() if k != "kind"}))
        try:
            return Part(self.role, kind, cls.model_validate(fields))
        except ValidationError as error:
            raise MistakesError(found(error, cls, fields)) from error


def _tables(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [part.table() for part in parts]


class _Filled(dict[str, Any]):
    """A nested table with its kind, that knows what the default's kind is."""

    like = ""


def _load(role: str, kind: str, like: str) -> type[Any]:
    """The class of a stage within another.

    Where the default's interface is narrower than the role's, a critic's among networks say, no other will do.

    Raises:
        LimnerError: the name is unknown, or what it names is none of these.
    """
    known, whole = registry().names(role), registry().interface(role)
    wanted = _interface(role, like) if like else whole
    if kind in known and issubclass(cls := registry().load(role, kind), wanted):
        return cls
    if wanted is whole:
        return registry().load(role, kind)
    what = wanted.__name__.lower()
    own = [name for name in known if issubclass(registry().load(role, name), wanted)]
    if kind in known:
        raise LimnerError(f"{kind!r} is no {what}; choose {' or '.join(own)}")
    raise LimnerError(f"unknown {what} {kind!r}{did_you_mean(kind, own)}")


def _interface(role: str, kind: str) -> type[Any]:
    """The class of limner's own that a registered stage is of."""
    lineage = registry().load(role, kind).__mro__
    return next(cls for cls in lineage if cls.__module__.startswith("limner."))


def kinds_filled(cls: type[Stage], fields: Mapping[str, Any]) -> dict[str, Any]:
    """A stage's fields from outside, where tables that nest and name no kind are of the default's."""
    out = dict(fields)
    for name, field in cls.model_fields.items():
        value, default = out.get(name), field.default
        nests = any(isinstance(mark, Nested) for mark in field.metadata)
        if nests and isinstance(value, Mapping) and isinstance(default, Mapping):
            out[name] = _Filled({"kind": default["kind"], **value})
            out[name].like = default["kind"]
    return out
