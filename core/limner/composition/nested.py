"""Fields of a stage that hold other stages: reading, writing and filling in defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic_core import core_schema

from limner.composition.revisions import current_fields, missing_upgrade
from limner.composition.setting_owners import owners_hint
from limner.composition.stage_spec import StageSpec
from limner.errors import LimnerError, did_you_mean
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.utils.typed_text import NONE
from limner.utils.validation import ErrorDetail, InvalidFieldsError, iter_errors, to_tuples, with_article


@dataclass(frozen=True)
class Nested:
    """The annotation of a field that holds another stage; it names the role.

        first: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
            default={"kind": "rgb"}, validate_default=True, description="the colour mode at the bottom"
        )

    The type names the interface that the stage must implement: ``StageSpec[Network]`` allows all stages of the role,
    ``StageSpec[Discriminator]`` only discriminators.

    In a recipe the field is a table or just the name of a stage: ``optimizer = "sgd"``. A table without a ``kind``
    overrides fields of the default. In Python the field also takes a class or an instance, whose class need not be
    registered by a package.

    With ``many`` the field holds any number of stages:
    ``Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)]``.
    """

    role: str
    many: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the schema: it turns a table, name, class, instance or spec into a spec, and a spec into a table."""
        read = _Reader(self.role, _interface(source))
        validate: Callable[[Any], Any] = read.several if self.many else read.one
        serialize: Callable[[Any], Any] = _tables if self.many else StageSpec.table
        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(serialize)
        )

    def fields(self) -> set[str]:
        """Return the names of all fields of the role's stages, except stages that do not load."""
        known, names = registry(), set[str]()
        for name in known.names(self.role):
            with suppress(LimnerError):
                names |= known.load(self.role, name).model_fields.keys()
        return names

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema: a name or a table, or a list of those."""
        one = {
            "anyOf": [{"type": "string"}, {"type": "object"}],
            "title": f"the name or the table of {with_article(self.role)}",
        }
        return {"type": "array", "items": one} if self.many else one


def _tables(specs: tuple[StageSpec[Stage], ...]) -> list[dict[str, Any]]:
    return [spec.table() for spec in specs]


def _interface(annotation: Any) -> type[Stage]:
    """Return the interface in a field's annotation: Discriminator for ``StageSpec[Discriminator]`` or a tuple of it.

    Raises:
        TypeError: the annotation names no interface.
    """
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple and arguments:
        return _interface(arguments[0])
    if get_origin(annotation) is StageSpec and isinstance(arguments[0], type):
        interface: type[Stage] = arguments[0]
        return interface
    raise TypeError(f"Nested: must annotate StageSpec[Interface] or a tuple of it, got {annotation!r}")


@dataclass(frozen=True)
class _Reader:
    """The validator of a nested field."""

    role: str
    interface: type[Stage]

    def several(self, value: Any) -> tuple[StageSpec[Stage], ...]:
        """Read a list of stages; ``none`` means an empty list, and a single name, class or instance a list of one."""
        if value == NONE:
            return ()
        if isinstance(value, (str, Stage, type)):
            value = (value,)
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"must be a list of names or tables, each of {with_article(self.role)}, or none")  # noqa: TRY004 - pydantic collects these
        specs, errors = [], list[ErrorDetail]()
        for i, item in enumerate(value):
            try:
                specs.append(self.one(item))
            except InvalidFieldsError as error:
                errors += [((str(i), *path), message) for path, message in error.errors]
        if errors:
            raise InvalidFieldsError(errors)
        return tuple(specs)

    def one(self, value: Any) -> StageSpec[Stage]:
        """Read a stage from a table, a name, a class, an instance or a spec."""
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
            *others, (path, message) = iter_errors(error, cls, fields, partial(owners_hint, self.role))
            message += missing_upgrade(cls, entry, value)
            raise InvalidFieldsError([*others, (path, message)]) from error

    def _named(self, kind: str) -> StageSpec[Stage]:
        """Read a stage from just its name: an error in it has no path within the field."""
        try:
            return self.one({"kind": kind})
        except InvalidFieldsError as error:
            errors = [(path[1:] if path[:1] == ("kind",) else path, message) for path, message in error.errors]
            raise InvalidFieldsError(errors) from error

    def _object(self, stage: Stage | type) -> StageSpec[Stage]:
        """Return the spec of a class, with its defaults, or of an instance; register a class without package."""
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
        except LimnerError:  # a spec built by hand; its name is checked when a recipe with it is read again
            return spec

    def _load(self, kind: str) -> type[Stage]:
        """Return the class of a stage that implements the field's interface.

        Raises:
            LimnerError: the name is unknown, or the stage is of the role but not of the interface.
        """
        if issubclass(registry().interface(self.role), self.interface):  # the field allows any stage of the role
            return registry().load(self.role, kind)
        if not registry().has(self.role, kind):
            raise LimnerError(f"unknown {self._noun} {kind!r}{did_you_mean(kind, self._suitable())}")
        cls = registry().load(self.role, kind)
        if not issubclass(cls, self.interface):
            raise LimnerError(self._refusal(kind))
        return cls

    def _refusal(self, kind: str) -> str:
        return f"{kind!r} is not {with_article(self._noun)}; use {' or '.join(self._suitable())}"

    @property
    def _noun(self) -> str:
        return self.interface.__name__.lower()

    def _suitable(self) -> list[str]:
        """Return the names of the role's stages that implement the interface."""
        names = registry().names(self.role)
        return [name for name in names if issubclass(registry().load(self.role, name), self.interface)]


def nested_fields(cls: type[Stage]) -> dict[str, Nested]:
    """Return the fields of a stage that hold other stages, with their ``Nested`` annotations."""
    marks = {name: mark for name, field in cls.model_fields.items() for mark in field.metadata}
    return {name: mark for name, mark in marks.items() if isinstance(mark, Nested)}


def fill_kinds(cls: type[Stage], fields: Mapping[str, Any], home: str = "") -> dict[str, Any]:
    """Return the fields of a stage's table with defaults filled into nested tables that have no ``kind``.

    Args:
        cls: the stage's class.
        fields: the values of its fields, by name.
        home: the package of the class; names in its defaults mean the package's own stages before those of others.
    """
    out = dict(fields)
    for name, mark in nested_fields(cls).items():
        unqualified = cls.model_fields[name].default
        default = qualify_own_stages(mark.role, unqualified, home)
        value = out.get(name)
        if isinstance(value, Mapping) and "kind" not in value and isinstance(default, (str, Mapping)):
            table = {"kind": default} if isinstance(default, str) else to_tuples(default)
            out[name] = {**table, **value}
        elif name not in out and default != unqualified:
            out[name] = to_tuples(default)
    return out


def qualify_own_stages(role: str, value: Any, home: str) -> Any:
    """Return a stage of a package's preset or class with the names of the package's own stages qualified.

    Args:
        role: the stage's role.
        value: its table, just its name, or a list of either; any other value is returned unchanged.
        home: the package; if empty, ``value`` is returned unchanged.
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
        nested = nested_fields(registry().load(role, out["kind"]))
    except LimnerError:  # the parser reports it
        return out
    return out | {name: qualify_own_stages(mark.role, out[name], home) for name, mark in nested.items() if name in out}


def _home_kind(role: str, kind: str, home: str) -> str:
    if not registry().has(role, kind):
        return kind
    try:
        entry = registry().entry(role, kind, home)
    except LimnerError:  # ambiguous; reported when the stage is loaded
        return kind
    return entry.canonical_name if entry.package == home else kind
