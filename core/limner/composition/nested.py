"""Fields of a stage that hold other stages: how they are read, written and filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import core_schema

from limner.composition.revisions import current_fields, missing_upgrade
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError, did_you_mean
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.utils.validation import ErrorDetail, InvalidFieldsError, iter_errors, to_tuples, with_article

NONE = "none"
"""What stands for an empty list of stages, where it is written on a line."""


@dataclass(frozen=True)
class Nested:
    """Marks a field that holds another stage, and names its role.

        first: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
            default={"kind": "rgb"}, validate_default=True, description="the colour mode at the bottom"
        )

    The annotation names the interface that the stage must implement: any of the role for ``StageSpec[Network]``,
    discriminators alone for ``StageSpec[Discriminator]``.

    In a recipe the field is a table, or the name of a stage alone: ``optimizer = "sgd"``. A table without a ``kind``
    is laid over the default. In Python the field takes a class or an instance as well, whose class needs no package.

    With ``many`` the field holds any number of stages:
    ``Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)]``.
    """

    role: str
    many: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Accept a table, a name, a class, an instance or a spec, give a spec, and write a spec as its table."""
        read = _Reader(self.role, _interface(source))
        validate: Callable[[Any], Any] = read.several if self.many else read.one
        serialize: Callable[[Any], Any] = _tables if self.many else StageSpec.table
        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(serialize)
        )

    def fields(self) -> set[str]:
        """Return the names of all fields of the role's stages, those that do not load aside."""
        known, names = registry(), set[str]()
        for name in known.names(self.role):
            with suppress(LimnerError):
                names |= known.load(self.role, name).model_fields.keys()
        return names

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the field as a name or a table, or as a list of those."""
        one = {
            "anyOf": [{"type": "string"}, {"type": "object"}],
            "title": f"the name or the table of {with_article(self.role)}",
        }
        return {"type": "array", "items": one} if self.many else one


def _tables(specs: tuple[StageSpec[Stage], ...]) -> list[dict[str, Any]]:
    return [spec.table() for spec in specs]


def _interface(annotation: Any) -> type[Stage]:
    """Return the interface that a field's annotation names: Discriminator of ``StageSpec[Discriminator]``, or of a tuple of those.

    Raises:
        TypeError: the annotation names none.
    """
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple and arguments:
        return _interface(arguments[0])
    if get_origin(annotation) is StageSpec and isinstance(arguments[0], type):
        interface: type[Stage] = arguments[0]
        return interface
    raise TypeError(f"Nested marks Annotated[StageSpec[Interface], ...] or a tuple of those, not {annotation!r}")


@dataclass(frozen=True)
class _Reader:
    """Reads the stages that a nested field holds."""

    role: str
    interface: type[Stage]

    def several(self, value: Any) -> tuple[StageSpec[Stage], ...]:
        """Read a list of stages; ``none`` is the empty one, and a name, class or instance alone is a list of one."""
        if value == NONE:
            return ()
        if isinstance(value, (str, Stage, type)):
            value = (value,)
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"must be a list of names or tables, each of {with_article(self.role)}, or none")  # noqa: TRY004 - pydantic collects these
        specs, wrong = [], list[ErrorDetail]()
        for i, one in enumerate(value):
            try:
                specs.append(self.one(one))
            except InvalidFieldsError as error:
                wrong += [((str(i), *at), said) for at, said in error.errors]
        if wrong:
            raise InvalidFieldsError(wrong)
        return tuple(specs)

    def one(self, value: Any) -> StageSpec[Stage]:
        """Read a stage from its table or its name alone; take a class, an instance or a spec if it is of the role."""
        if isinstance(value, StageSpec):
            return self._checked(value)
        if isinstance(value, (Stage, type)):
            return self._object(value)
        if isinstance(value, str):
            return self._named(value)
        if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
            raise InvalidFieldsError(
                [((), f"must be the name of {with_article(self.role)}, or a table that names one as its kind")]
            )
        kind = value["kind"]
        try:
            cls = self._load(kind)
            entry = registry().entry(self.role, kind)
        except LimnerError as error:
            raise InvalidFieldsError([(("kind",), str(error))]) from error
        try:
            table, _ = current_fields(cls, entry, value)
        except LimnerError as error:
            raise InvalidFieldsError([((), str(error))]) from error
        fields = fill_kinds(cls, to_tuples(table), entry.package)
        try:
            return StageSpec(self.role, entry.canonical_name, cls.model_validate(fields))
        except ValidationError as error:
            *others, (at, said) = iter_errors(error, cls, fields)
            raise InvalidFieldsError([*others, (at, said + missing_upgrade(cls, entry, value))]) from error

    def _named(self, kind: str) -> StageSpec[Stage]:
        """Read a stage from its name alone: a mistake in it has no path within the field."""
        try:
            return self.one({"kind": kind})
        except InvalidFieldsError as error:
            mistakes = [(at[1:] if at[:1] == ("kind",) else at, said) for at, said in error.errors]
            raise InvalidFieldsError(mistakes) from error

    def _object(self, stage: Stage | type) -> StageSpec[Stage]:
        """Take a class, for its defaults, or an instance; a class that no package registers is registered here."""
        try:
            kind = registry().add_local(stage if isinstance(stage, type) else type(stage), self.role)
        except LimnerError as error:
            raise InvalidFieldsError([((), str(error))]) from error
        return self._named(kind) if isinstance(stage, type) else self._checked(StageSpec(self.role, kind, stage))

    def _checked(self, spec: StageSpec[Stage]) -> StageSpec[Stage]:
        if spec.role != self.role:
            raise InvalidFieldsError([((), f"must be {with_article(self.role)}, got {with_article(spec.role)}")])
        if not isinstance(spec.stage, self.interface):
            raise InvalidFieldsError([((), self._refusal(spec.kind))])
        try:
            return replace(spec, kind=registry().entry(self.role, spec.kind).canonical_name)
        except LimnerError:  # a spec made by hand: its name is looked up when it is written and read again
            return spec

    def _load(self, kind: str) -> type[Stage]:
        """Return the class of a stage that implements the field's interface.

        Raises:
            LimnerError: the name is unknown, or the stage is of the role but not of the interface.
        """
        if issubclass(registry().interface(self.role), self.interface):  # any stage of the role will do
            return registry().load(self.role, kind)
        if not registry().has(self.role, kind):
            raise LimnerError(f"unknown {self._noun} {kind!r}{did_you_mean(kind, self._suitable())}")
        cls = registry().load(self.role, kind)
        if not issubclass(cls, self.interface):
            raise LimnerError(self._refusal(kind))
        return cls

    def _refusal(self, kind: str) -> str:
        return f"{kind!r} is no {self._noun}; choose {' or '.join(self._suitable())}"

    @property
    def _noun(self) -> str:
        return self.interface.__name__.lower()

    def _suitable(self) -> list[str]:
        """Return the names of the role's stages that implement the interface."""
        names = registry().names(self.role)
        return [name for name in names if issubclass(registry().load(self.role, name), self.interface)]


def nested_fields(cls: type[Stage]) -> dict[str, Nested]:
    """Return the fields of a stage that hold other stages, with their marks."""
    marks = {name: mark for name, field in cls.model_fields.items() for mark in field.metadata}
    return {name: mark for name, mark in marks.items() if isinstance(mark, Nested)}


def fill_kinds(cls: type[Stage], fields: Mapping[str, Any], home: str = "") -> dict[str, Any]:
    """Return a stage's fields from outside, where nested tables without a kind are laid over the field's default.

    Args:
        cls: the stage's class.
        fields: the values of its fields, by name.
        home: the package that brings the class: names in its defaults mean its own stages before those of others.
    """
    out = dict(fields)
    for name, mark in nested_fields(cls).items():
        given = cls.model_fields[name].default
        default = qualify_own_stages(mark.role, given, home)
        value = out.get(name)
        if isinstance(value, Mapping) and "kind" not in value and isinstance(default, (str, Mapping)):
            table = {"kind": default} if isinstance(default, str) else to_tuples(default)
            out[name] = {**table, **value}
        elif name not in out and default != given:
            out[name] = to_tuples(default)
    return out


def qualify_own_stages(role: str, value: Any, home: str) -> Any:
    """Return a stage as a package's preset or class writes it, with the names of the package's own stages qualified.

    Args:
        role: the stage's role.
        value: its table, its name alone, or a list of either; anything else is returned as it is.
        home: the package; empty to change nothing.
    """
    if not home:
        return value
    if isinstance(value, str):
        return _home_kind(role, value, home)
    if isinstance(value, (list, tuple)):
        return type(value)(qualify_own_stages(role, one, home) for one in value)
    if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
        return value
    out = {**value, "kind": _home_kind(role, value["kind"], home)}
    try:
        held = nested_fields(registry().load(role, out["kind"]))
    except LimnerError:  # the parser reports it
        return out
    return out | {name: qualify_own_stages(mark.role, out[name], home) for name, mark in held.items() if name in out}


def _home_kind(role: str, kind: str, home: str) -> str:
    if not registry().has(role, kind):
        return kind
    try:
        entry = registry().entry(role, kind, home)
    except LimnerError:  # it is ambiguous, which is reported where it is used
        return kind
    return entry.canonical_name if entry.package == home else kind
