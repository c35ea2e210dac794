"""Which checks a package gets: those of its plugins, its commands and all that it registers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from limner.registry.commands import Command, CommandIndex
from limner.registry.registry import Registry
from limner.registry.roles import Role
from limner.testing.array_cases import CASES, ArrayCase
from limner.testing.checks.package.command import OF_COMMAND, check_unique
from limner.testing.checks.package.plugin import check_hears_events, check_listed, check_registers
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
    names = dict.fromkeys((entry.kind, registry.shortest_name(entry)) for entry in entries)
    cases, index = tuple(cases), commands or CommandIndex()
    checks = [
        *(_listed(one.package, partial(check_listed, one)) for one in index.broken if _is(one.package, wanted)),
        *(check for one in index if _is(one.package, wanted) for check in _of_command(one, index)),
        *_of_plugins(registry, wanted),
    ]
    return [
        *((check.identity, check) for check in checks),
        *(check for kind, name in names for check in checks_for(kind, name, registry, cases)),
    ]


def checks_for(
    kind: str,
    name: str,
    registry: Registry,
    cases: Iterable[ArrayCase] = CASES,
    examples: tuple[Stage, ...] = (),
) -> Iterator[tuple[str, Check]]:
    """Yield every check of one registered name, each with its id: ``encoder-latent[1]-numpy-forward_dtype``.

    The stage is checked with its own examples, or with those that are given.
    """
    role = registry.role(kind)
    if role.holds == "stage":
        modules = _modules(registry, registry.entry(kind, name))
        found = stage_checks(role, name, registry, tuple(cases), modules, examples)
    else:
        found = _of_resource(role, name, registry)
    yield from ((check.identity, check) for check in found)


def _of_resource(role: Role, name: str, registry: Registry) -> list[Check]:
    """Return the checks of a file or a folder."""
    lead, own = f"{role.name}-{name}", [(check, partial(check, registry, name)) for check in checks_of(role)]
    return _together(lead, [(check_summary, partial(check_summary, role.name, name, registry)), *own])


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
            yield Check(f"{lead}-hears_events", partial(check_hears_events, plugin, listeners), [registers], results)


def _together(lead: str, checks: Sequence[tuple[Callable[..., Any], Callable[[], None]]]) -> list[Check]:
    """Return checks of one thing, which know one another's results."""
    results = Results()
    return ordered(
        [
            Check(f"{lead}-{check_name(check)}", run, [f"{lead}-{name}" for name in needed_by(check)], results)
            for check, run in checks
        ]
    )


def _listed(package: str, run: Callable[[], None]) -> Check:
    return Check(f"commands-{package}-listed", run)


def _modules(registry: Registry, entry: Entry) -> tuple[str, ...]:
    """Return the modules of all stages of an entry's package, so that one interpreter is started for them all.

    A class that belongs to no package has none that another interpreter could import.
    """
    if entry.local is not None:
        return ()
    stages = {role.name for role in registry.roles() if role.holds == "stage"}
    targets = [e.target for e in registry.entries() if e.kind in stages and e.package == entry.package]
    return tuple(dict.fromkeys(target.partition(":")[0] for target in targets))


def _is(package: str, wanted: str | None) -> bool:
    return wanted in (None, _normal(package))


def _normal(package: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()
