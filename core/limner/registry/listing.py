"""What is installed, as rows of a list: stages, commands of third parties, and what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from limner.errors import PluginError

if TYPE_CHECKING:
    from limner.registry.commands import CommandIndex
    from limner.registry.registry import Registry

COMMAND, ROLE = "command", "role"
"""What stands for commands and for roles where a kind of stage is asked for."""


@dataclass(frozen=True)
class Row:
    """A line of the list: its first two columns, the text after them, whose it is, and the JSON record."""

    kind: str
    name: str
    text: str
    owner: str
    record: dict[str, Any]

    @property
    def clash(self) -> bool:
        """Whether two packages claim the name."""
        return bool(self.record.get("clash"))


def rows(known: Registry, index: CommandIndex, kind: str | None) -> list[Row]:
    """Return the rows of a kind, or all of them; built-in commands are listed only where commands are asked for."""
    out = list(_stages(known, kind))
    out += _commands(index, built_in=kind == COMMAND) if kind in (None, COMMAND) else ()
    return out + list(_broken(known, index))


def broken_packages(known: Registry, index: CommandIndex) -> dict[str, str]:
    """Return why packages are broken, by their names: plugins that do not load and commands that cannot be listed."""
    return {row.record["package"]: row.record["problem"] for row in _broken(known, index)}


def _stages(known: Registry, kind: str | None) -> Iterator[Row]:
    entries = [e for e in known.entries(kind) if e.kind in known.shown_roles()]
    names = [(e.kind, e.name) for e in entries]
    for entry in entries:
        clash = names.count((entry.kind, entry.name)) > 1
        record: dict[str, Any] = {"kind": entry.kind, "name": entry.name, "summary": entry.summary}
        record |= {"package": entry.package, "version": entry.version, "clash": clash}
        yield _row(record, entry.summary)


def _commands(index: CommandIndex, *, built_in: bool) -> Iterator[Row]:
    for command in index:
        if command.built_in and not built_in:
            continue
        clash = len(index.claims(command.name)) > 1
        record: dict[str, Any] = {"kind": COMMAND, "name": command.name, "summary": command.summary}
        record |= {"package": command.package, "version": command.version, "clash": clash}
        try:
            command.load()
        except PluginError as error:
            yield _row(record | {"problem": str(error)}, f"broken: {error}")
        else:
            yield _row(record, command.summary)


def _broken(known: Registry, index: CommandIndex) -> Iterator[Row]:
    for plugin in (one for one in known.plugins if one.problem):
        record = {"plugin": plugin.name, "package": plugin.package, "version": plugin.version}
        owner = f"{plugin.package} {plugin.version}"
        yield Row("broken", plugin.name, plugin.problem, owner, record | {"problem": plugin.problem})
    for manifest in index.broken:
        record = {"package": manifest.package, "version": manifest.version, "problem": manifest.problem}
        yield Row("broken", manifest.package, manifest.problem, manifest.owner, record)


def _row(record: dict[str, Any], text: str) -> Row:
    owner = "" if record["package"] == "limner" else f"{record['package']} {record['version']}"
    return Row(record["kind"], record["name"], text, owner, record)
