"""Descriptions of stages, commands and roles: documentation, and parameters with defaults and bounds."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import to_jsonable_python

from limner.composition.nested import Nested
from limner.composition.overrides import show_value
from limner.errors import LimnerError, did_you_mean
from limner.registry.catalogue import load_target
from limner.registry.listing import COMMAND, ROLE
from limner.registry.registry import registry

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from limner.registry.commands import Command, CommandIndex
    from limner.registry.registration import Entry
    from limner.registry.roles import Role
    from limner.stages.base import Stage

TYPES = {"number": "a number", "integer": "a whole number", "boolean": "true | false", "string": "a string"}

LIMITS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}


@dataclass(frozen=True)
class ParameterDescription:
    """One parameter of a stage.

    Attributes:
        name: the name in a recipe.
        description: the meaning of the parameter.
        default: the default as a JSON value; None if the parameter is required.
        schema: the JSON Schema without title, description and default: type, bounds, choices.
        role: the role of the nested stage or stages; None if the parameter is a plain value.
        required: whether it has no default.
    """

    name: str
    description: str
    default: Any
    schema: dict[str, Any]
    role: str | None = None
    required: bool = False

    @property
    def default_text(self) -> str:
        """The default as written in a recipe or after ``--set``: ``"adam"``, ``[50, 100]``; or ``(required)``."""
        return "(required)" if self.required else show_value(self.default)

    @property
    def bounds(self) -> str:
        """The allowed values in words: ``a whole number from 1 to 4096``."""
        if self.role:  # the description of the parameter names the role
            return "a list of: " if self.schema.get("type") == "array" else ""
        return _bounds(self.schema)


@dataclass(frozen=True)
class StageDescription:
    """The description of a stage, or of an entry without parameters: a theme, a command, a role.

    Attributes:
        kind: the role, ``command`` or ``role``.
        name: the registered name without its package.
        qualified_name: the name with its package, ``limner-foo/xy``; for a role just its name.
        summary: one line on what it does.
        package: the distribution that provides it.
        version: the version of that distribution.
        doc: the documentation.
        parameters: the parameters, in the order of the class.
    """

    kind: str
    name: str
    qualified_name: str
    summary: str
    package: str
    version: str
    doc: str
    parameters: tuple[ParameterDescription, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return the description as a JSON object, with an object for each parameter."""
        return {**asdict(self), "parameters": [asdict(parameter) for parameter in self.parameters]}


def find_stages(name: str, commands: CommandIndex | None = None) -> list[StageDescription]:
    """Return the descriptions of all stages, commands and roles of a name.

    Args:
        name: ``xy``, or with a role ``encoder/xy``, a package ``limner-foo/xy``, or both ``encoder/limner-foo/xy``. An
            unqualified name means the stages of all packages. ``command/`` and ``role/`` restrict the search to those.
        commands: the commands; None to search only stages and roles.

    Raises:
        LimnerError: the name is unknown.
    """
    known = registry()
    prefix, _, rest = name.partition("/")
    kinds = [*known.listed_roles(), *([COMMAND] if commands else []), ROLE]
    chosen, wanted = ([prefix], rest) if rest and prefix in kinds else (kinds, name)
    descriptions = [describe(role, entry.qualified_name) for role in known.listed_roles() if role in chosen
             for entry in known.entries_named(role, wanted)]  # fmt: skip
    if commands and COMMAND in chosen:
        descriptions += [_of_command(command) for command in commands.commands_named(wanted)]
    descriptions += [_of_role(role) for role in known.roles() if ROLE in chosen and role.name == wanted]
    if not descriptions:
        known_names = [one for role in known.listed_roles() if role in chosen for one in known.names(role)]
        known_names += commands.names() if commands and COMMAND in chosen else []
        known_names += [role.name for role in known.roles()] if ROLE in chosen else []
        command = known.show_command(name)
        fix = f"; the recipe is shown by: {command}" if command else did_you_mean(wanted, known_names)
        kind = chosen[0] if wanted != name else "stage, command or role" if commands else "stage or role"
        raise LimnerError(f"unknown {kind} {wanted!r}{fix}")
    return descriptions


def describe(role: str, name: str) -> StageDescription:
    """Return the description of the stage of a role and a name.

    Raises:
        LimnerError: the name is unknown.
    """
    known = registry()
    entry = known.entry(role, name)
    of_entry = (role, entry.name, entry.qualified_name, entry.summary, entry.package, entry.version)
    contents = known.role(role).contents
    if contents == "folder":
        return StageDescription(*of_entry, doc=_contents(entry))
    if contents == "file":
        return StageDescription(*of_entry, doc=f"The file {known.file(role, name).name}.")
    cls = known.load(role, name)
    return StageDescription(*of_entry, inspect.cleandoc(cls.__doc__ or ""), tuple(_parameters(cls)))


def _of_command(command: Command) -> StageDescription:
    """Return the description of a command; it refers to the command's help for the options."""
    loaded = command.load()
    doc = inspect.cleandoc(loaded.__doc__ or "") if inspect.isfunction(loaded) else ""
    doc = "\n".join(line for line in doc.splitlines() if line.strip() != "\b")
    usage = f"Options: limner {command.name} --help"
    text = f"{doc}\n\n{usage}" if doc else usage
    of_command = (command.name, command.qualified_name, command.summary, command.package, command.version)
    return StageDescription(COMMAND, *of_command, text)


def _of_role(role: Role) -> StageDescription:
    """Return the description of a role: its interface, or that its entries are files or folders."""
    known = registry()
    contents = {"file": "a file of a package", "folder": "a folder of a package"}
    summary = f"a role; interface: {_interface(role)}" if role.interface else f"a role; {contents[role.contents]}"
    doc = inspect.cleandoc(known.interface(role.name).__doc__ or "") if role.interface else ""
    names = f"Registered: {', '.join(known.names(role.name)) or 'none'}."
    version = next((plugin.version for plugin in known.plugins if plugin.package == role.package), "")
    text = f"{doc}\n\n{names}" if doc else names
    return StageDescription(ROLE, role.name, role.name, summary, role.package, version, text)


def _interface(role: Role) -> str:
    """Return the name under which plugins import the interface of a role: ``limner.plugin.Encoder``."""
    module, _, name = role.interface.partition(":")
    public = name in load_target("limner.plugin:__all__") and load_target(f"limner.plugin:{name}")
    return f"limner.plugin.{name}" if public is registry().interface(role.name) else f"{module}.{name}"


def _contents(entry: Entry) -> str:
    files = registry().folder(entry.role, entry.qualified_name).iterdir()
    return f"Contains {', '.join(sorted(one.name for one in files if not one.name.startswith('_')))}."


def _parameters(cls: type[Stage]) -> Iterator[ParameterDescription]:
    whole = cls.model_json_schema()
    for (name, field), part in zip(cls.model_fields.items(), whole.get("properties", {}).values(), strict=True):
        schema = {key: value for key, value in part.items() if key not in ("title", "description", "default")}
        if "$defs" in whole and "$ref" in str(
            schema
        ):  # a field with its own model: keep the definitions that it refers to
            schema["$defs"] = whole["$defs"]
        given = None if field.is_required() else field.get_default(call_default_factory=True)
        default = to_jsonable_python(given, fallback=str)
        yield ParameterDescription(
            name, field.description or "", default, schema, _role(field), required=field.is_required()
        )


def _role(field: FieldInfo) -> str | None:
    return next((mark.role for mark in field.metadata if isinstance(mark, Nested)), None)


def _bounds(schema: Mapping[str, Any]) -> str:
    """Return the allowed values of a parameter in words, from its JSON Schema."""
    if "anyOf" in schema:
        return ", or ".join(_bounds(branch) for branch in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "object":  # a nested stage
        return str(schema.get("title", ""))
    if schema.get("type") == "array":
        items = schema.get("prefixItems")
        inner = _bounds(items[0] if items else schema.get("items", {}))
        return f"{len(items)} of: {inner}" if items else f"a list of: {inner}"
    words = TYPES.get(str(schema.get("type")), "")
    if "minimum" in schema and "maximum" in schema:
        return f"{words} from {schema['minimum']} to {schema['maximum']}"
    limits = [f"{text} {schema[key]}" for key, text in LIMITS.items() if key in schema]
    return f"{words} {', '.join(limits)}" if limits else words
