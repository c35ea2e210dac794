"""The rows of ``limner plugins list``: stages, third-party commands, and broken plugins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from limner.errors import PluginError
from limner.registry.names import BUILT_IN

if TYPE_CHECKING:
    from limner.registry.commands import Command, CommandIndex
    from limner.registry.registration import Entry
    from limner.registry.registry import Registry

COMMAND, ROLE = "command", "role"
"""The kinds of commands and of roles in listings; the kind of a stage is its role."""


@dataclass(frozen=True)
class ListingRow:
    """A row of the list.

    Attributes:
        kind: the role of a stage, or ``command``, ``note`` or ``broken``.
        name: the shortest unambiguous name.
        text: the summary or the problem.
        owner: the distribution and its version; empty for built-ins.
        record: the row as a JSON object.
    """

    kind: str
    name: str
    text: str
    owner: str
    record: dict[str, Any]

    @property
    def clash(self) -> str:
        """The note about other packages with the same name, and how to resolve it; empty if there are none."""
        others = self.record.get("clashes_with", [])
        if not others:
            return ""
        if self.record["package"] == BUILT_IN:
            return f"CLASH with {', '.join(others)}: {self.record['name']!r} means this one"
        return f"CLASH with {', '.join(others)}: use {self.record['qualified_name']}"


def listing_rows(known: Registry, index: CommandIndex, kind: str | None) -> list[ListingRow]:
    """Return all rows, or those of one kind; built-in commands are listed only for the kind ``command``."""
    index.add_misplaced()
    out = list(_stages(known, kind))
    out += _commands(index, built_in=kind == COMMAND) if kind in (None, COMMAND) else ()
    return [*out, *_incomplete(known), *_broken(known, index)]


def broken_packages(known: Registry, index: CommandIndex) -> dict[str, str]:
    """Return the problems of broken packages by name: plugins that do not load, commands that cannot be listed."""
    index.add_misplaced()
    return {row.record["package"]: row.record["problem"] for row in _broken(known, index)}


def _stages(known: Registry, kind: str | None) -> Iterator[ListingRow]:
    shown = known.listed_roles()
    clashing = {entry.name for entry in known.entries("recipe") if len(known.entries_named("recipe", entry.name)) > 1}
    for entry in known.entries(kind):
        if entry.role not in shown and entry.name not in clashing:
            continue  # presets have their own command; here only clashing ones are listed
        packages = [claim.package for claim in known.entries_named(entry.role, entry.name)]
        yield _row(_record(entry.role, entry, packages), known.shortest_name(entry), entry.summary)


def _commands(index: CommandIndex, *, built_in: bool) -> Iterator[ListingRow]:
    for command in index:
        packages = [claim.package for claim in index.commands_named(command.name)]
        if command.built_in and not built_in and len(packages) == 1:
            continue
        record = _record(COMMAND, command, packages)
        name = command.name if command.built_in or len(packages) == 1 else command.qualified_name
        try:
            command.load()
        except PluginError as error:
            yield _row(record | {"problem": str(error)}, name, f"broken: {error}")
        else:
            yield _row(record, name, command.summary)


def _record(kind: str, item: Entry | Command, packages: list[str]) -> dict[str, Any]:
    """Return the JSON record of a stage or a command; ``packages`` are the packages that provide its name."""
    others = sorted(package for package in packages if package != item.package)
    record: dict[str, Any] = {"kind": kind, "name": item.name, "qualified_name": item.qualified_name}
    record |= {"summary": item.summary, "package": item.package, "version": item.version}
    return record | {"clash": bool(others), "clashes_with": others}


def _incomplete(known: Registry) -> Iterator[ListingRow]:
    """Yield the plugins some of whose registrations are ignored."""
    for plugin in (one for one in known.plugins if one.note):
        record = {"plugin": plugin.name, "package": plugin.package, "version": plugin.version, "note": plugin.note}
        yield ListingRow("note", plugin.name, plugin.note, f"{plugin.package} {plugin.version}", record)


def _broken(known: Registry, index: CommandIndex) -> Iterator[ListingRow]:
    for plugin in (one for one in known.plugins if one.problem):
        record = {"plugin": plugin.name, "package": plugin.package, "version": plugin.version}
        owner = f"{plugin.package} {plugin.version}"
        yield ListingRow("broken", plugin.name, plugin.problem, owner, record | {"problem": plugin.problem})
    for manifest in index.broken:
        record = {"package": manifest.package, "version": manifest.version, "problem": manifest.problem}
        yield ListingRow("broken", manifest.package, manifest.problem, manifest.owner, record)


def _row(record: dict[str, Any], name: str, text: str) -> ListingRow:
    owner = "" if record["package"] == BUILT_IN else f"{record['package']} {record['version']}".strip()
    return ListingRow(record["kind"], name, text, owner, record)
