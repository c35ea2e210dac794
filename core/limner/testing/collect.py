"""Which checks a package gets: those of its plugins, its commands and all that it registers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest import SkipTest

from limner.composition.parser import read_toml
from limner.errors import LimnerError
from limner.registry.commands import Command, CommandIndex
from limner.registry.names import BUILT_IN
from limner.registry.registry import Registry
from limner.registry.roles import Role
from limner.testing.array_cases import CASES, ArrayCase
from limner.testing.checks.package.command import OF_COMMAND, check_unique
from limner.testing.checks.package.plugin import check_listed, check_receives_events, check_registers
from limner.testing.checks.shared.common import require_written
from limner.testing.dependencies import Check, Results, needed_by, ordered
from limner.testing.stage_checks import check_name, checks_of, stage_checks
from limner.testing.subject import require

if TYPE_CHECKING:
    from limner.registry.registration import Entry
    from limner.stages.base import Stage


def package_checks(
    package: str | None,
    registry: Registry,
    cases: Iterable[ArrayCase] = CASES,
    commands: CommandIndex | None = None,
) -> list[tuple[str, Check]]:
    """Return the checks of all that a package brings, each with its id; [] for a package that is not installed.

    Broken plugins are among them: nothing that they would have registered is missing without a failure.

    Args:
        package: the distribution; every one if None.
        registry: where its plugins are.
        cases: the arrays to try.
        commands: where its commands are.
    """
    wanted = None if package is None else _normal(package)
    entries = [entry for entry in registry.entries() if _is(entry.package, wanted)]
    names = dict.fromkeys((entry.role, registry.shortest_name(entry)) for entry in entries)
    cases, index, results = tuple(cases), commands or CommandIndex(), Results()
    checks = [
        *(_listed(one.package, partial(check_listed, one)) for one in index.broken if _is(one.package, wanted)),
        *(check for one in index if _is(one.package, wanted) for check in _of_command(one, index)),
        *_of_plugins(registry, wanted),
    ]
    return [
        (check.identity, check)
        for check in ordered(
            [
                *checks,
                *(_of_name(entry, registry) for entry in entries if _is_hidden(entry, registry)),
                *(one for kind, name in names for _, one in checks_for(kind, name, registry, cases, results=results)),
            ]
        )
    ]


def checks_for(
    kind: str,
    name: str,
    registry: Registry,
    cases: Iterable[ArrayCase] = CASES,
    examples: tuple[Stage, ...] = (),
    results: Results | None = None,
) -> Iterator[tuple[str, Check]]:
    """Yield every check of one registered name, each with its id: ``encoder-latent[1]-numpy-forward_dtype``.

    The stage is checked with its own examples, or with those that are given. A recipe's checks depend on its stages'
    where they share their results.
    """
    role = registry.role(kind)
    if role.contents == "stage":
        modules = _modules(registry, registry.entry(kind, name))
        found = stage_checks(role, name, registry, tuple(cases), modules, examples, results)
    else:
        found = _of_resource(role, name, registry, results or Results())
    yield from ((check.identity, check) for check in found)


def _of_resource(role: Role, name: str, registry: Registry, results: Results) -> list[Check]:
    """Return the checks of a file or a folder."""
    lead, own = f"{role.name}-{name}", [(check, partial(check, registry, name)) for check in checks_of(role)]
    before = list(_loads_of_stages(name, registry)) if role.name == "recipe" else []
    summary = (check_summary, partial(check_summary, role.name, name, registry))
    return _together(lead, [summary, *own], before, results)


def _loads_of_stages(recipe: str, registry: Registry) -> Iterator[str]:
    """Yield the ids of the checks that the stages which a recipe names load.

    Every text in the recipe that is a stage's name counts: one that means something else leaves the recipe's checks out
    until that stage loads.
    """
    with suppress(LimnerError):  # the checks of the recipe report it
        named = set(_texts(read_toml(registry.read_recipe(recipe), recipe)))
        for entry in registry.entries():
            name = registry.shortest_name(entry)
            if named & {name, entry.qualified_name}:
                yield f"{entry.role}-{name}-loads"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _is_hidden(entry: Entry, registry: Registry) -> bool:
    """Whether the name without its package means limner's own."""
    named = registry.entries_named(entry.role, entry.name)
    return entry.package != BUILT_IN and any(one.package == BUILT_IN for one in named)


def _of_name(entry: Entry, registry: Registry) -> Check:
    return Check(f"{entry.role}-{registry.shortest_name(entry)}-unqualified_name", partial(note_hidden_name, entry))


def note_hidden_name(entry: Entry) -> None:
    """Say that a name means a built-in one: no fault, for the qualified name works.

    Raises:
        SkipTest: always.
    """
    what = f"{entry.role} {entry.name!r} means limner's own"
    raise SkipTest(f"{what}; write {entry.qualified_name!r}, or give yours another name")


def check_summary(kind: str, name: str, registry: Registry) -> None:
    """A file or a folder is registered with a summary that its author wrote."""
    summary = registry.entry(kind, name).summary.strip()
    require(summary, f"{kind} {name!r} is registered without a summary; say in a few words what it is")
    require_written(f"{kind} {name!r}: the summary", summary, "in a few words what it is")


def _of_command(command: Command, index: CommandIndex) -> list[Check]:
    own = [(check, partial(check, command)) for check in OF_COMMAND]
    return _together(f"command-{command.name}", [(check_unique, partial(check_unique, command, index)), *own])


def _of_plugins(registry: Registry, wanted: str | None) -> Iterator[Check]:
    for plugin in (one for one in registry.plugins if _is(one.package, wanted)):
        lead, results, listeners = f"plugin-{plugin.name}", Results(), registry.listeners(plugin)
        registers = f"{lead}-registers"
        yield Check(registers, partial(check_registers, plugin, listeners), results=results)
        if listeners:
            yield Check(f"{lead}-hears_events", partial(check_receives_events, plugin, listeners), [registers], results)


def _together(
    lead: str,
    checks: Sequence[tuple[Callable[..., Any], Callable[[], None]]],
    before: Sequence[str] = (),
    results: Results | None = None,
) -> list[Check]:
    """Return checks of one thing, which know one another's results.

    Args:
        lead: the beginning of their ids.
        checks: each check, and how it is called.
        before: the ids that they depend on beside one another's; a summary depends on nothing.
        results: where to note what they come to.
    """
    known = results or Results()

    def needed(check: Callable[..., Any]) -> list[str]:
        return [*(f"{lead}-{name}" for name in needed_by(check)), *(() if check is check_summary else before)]

    return ordered([Check(f"{lead}-{check_name(check)}", run, needed(check), known) for check, run in checks])


def _listed(package: str, run: Callable[[], None]) -> Check:
    return Check(f"commands-{package}-listed", run)


def _modules(registry: Registry, entry: Entry) -> tuple[str, ...]:
    """Return the modules of all stages of an entry's package, so that one interpreter is started for them all.

    A class that belongs to no package has none that another interpreter could import.
    """
    if entry.local is not None:
        return ()
    stages = {role.name for role in registry.roles() if role.contents == "stage"}
    targets = [e.target for e in registry.entries() if e.role in stages and e.package == entry.package]
    return tuple(dict.fromkeys(target.partition(":")[0] for target in targets))


def _is(package: str, wanted: str | None) -> bool:
    return wanted in (None, _normal(package))


def _normal(package: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()
