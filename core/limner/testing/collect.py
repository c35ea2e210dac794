"""The checks of a package: those of its plugins, its commands and everything that it registers."""

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
    """Return the checks of everything that a package provides, each with its id; [] if the package is not installed.

    A broken plugin has a check that fails, so what it would have registered is not silently untested.

    Args:
        package: the name of the distribution; None means all.
        registry: the registry of the plugins.
        cases: the array types to test stages with.
        commands: the index of the commands.
    """
    distribution = None if package is None else _normal(package)
    entries = [entry for entry in registry.entries() if _is(entry.package, distribution)]
    names = dict.fromkeys((entry.role, registry.shortest_name(entry)) for entry in entries)
    cases, index, results = tuple(cases), commands or CommandIndex(), Results()
    checks = [
        *(_listed(one.package, partial(check_listed, one)) for one in index.broken if _is(one.package, distribution)),
        *(check for one in index if _is(one.package, distribution) for check in _of_command(one, index)),
        *_of_plugins(registry, distribution),
    ]
    return [
        (check.identity, check)
        for check in ordered(
            [
                *checks,
                *(_of_name(entry, registry) for entry in entries if _is_hidden(entry, registry)),
                *(one for role, name in names for _, one in checks_for(role, name, registry, cases, results=results)),
            ]
        )
    ]


def checks_for(
    role: str,
    name: str,
    registry: Registry,
    cases: Iterable[ArrayCase] = CASES,
    examples: tuple[Stage, ...] = (),
    results: Results | None = None,
) -> Iterator[tuple[str, Check]]:
    """Yield every check of a registered name with its id, such as ``encoder-latent[1]-numpy-forward_dtype``.

    A stage is checked with the given examples, or with its own if none are given. The checks of a recipe depend on
    those of its stages if both share their ``results``.
    """
    declared = registry.role(role)
    if declared.contents == "stage":
        modules = _modules(registry, registry.entry(role, name))
        checks = stage_checks(declared, name, registry, tuple(cases), modules, examples, results)
    else:
        checks = _of_resource(declared, name, registry, results or Results())
    yield from ((check.identity, check) for check in checks)


def _of_resource(role: Role, name: str, registry: Registry, results: Results) -> list[Check]:
    """Return the checks of a file or a folder."""
    prefix, checks = f"{role.name}-{name}", [(check, partial(check, registry, name)) for check in checks_of(role)]
    before = list(_loads_of_stages(name, registry)) if role.name == "recipe" else []
    summary = (check_summary, partial(check_summary, role.name, name, registry))
    return _linked_checks(prefix, [summary, *checks], before, results)


def _loads_of_stages(recipe: str, registry: Registry) -> Iterator[str]:
    """Yield the ids of the ``loads`` checks of the stages that a recipe names.

    Every string in the recipe that equals a stage's name counts. If it means something else, the recipe's checks merely
    wait until that stage loads, too.
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
    """Return whether the unqualified name refers to a built-in entry instead."""
    return entry.package != BUILT_IN and any(
        claim.package == BUILT_IN for claim in registry.entries_named(entry.role, entry.name)
    )


def _of_name(entry: Entry, registry: Registry) -> Check:
    return Check(f"{entry.role}-{registry.shortest_name(entry)}-unqualified_name", partial(note_hidden_name, entry))


def note_hidden_name(entry: Entry) -> None:
    """Note that an unqualified name refers to a built-in entry; this is no failure, because the qualified name works.

    Raises:
        SkipTest: always.
    """
    problem = f"{entry.role} {entry.name!r} refers to the built-in one"
    raise SkipTest(f"{problem}; write {entry.qualified_name!r}, or rename yours")


def check_summary(role: str, name: str, registry: Registry) -> None:
    """Require that a file or folder is registered with a summary written by its author."""
    summary = registry.entry(role, name).summary.strip()
    require(summary, f"{role} {name!r} is registered without a summary; describe in a few words what it is")
    require_written(f"{role} {name!r}", "summary", summary, "a few words about what it is")


def _of_command(command: Command, index: CommandIndex) -> list[Check]:
    checks = [(check, partial(check, command)) for check in OF_COMMAND]
    return _linked_checks(f"command-{command.name}", [(check_unique, partial(check_unique, command, index)), *checks])


def _of_plugins(registry: Registry, distribution: str | None) -> Iterator[Check]:
    for plugin in (plugin for plugin in registry.plugins if _is(plugin.package, distribution)):
        prefix, results, listeners = f"plugin-{plugin.name}", Results(), registry.listeners(plugin)
        registers = f"{prefix}-registers"
        yield Check(registers, partial(check_registers, plugin, listeners), results=results)
        if listeners:
            yield Check(
                f"{prefix}-receives_events", partial(check_receives_events, plugin, listeners), [registers], results
            )


def _linked_checks(
    prefix: str,
    checks: Sequence[tuple[Callable[..., Any], Callable[[], None]]],
    before: Sequence[str] = (),
    results: Results | None = None,
) -> list[Check]:
    """Return the checks of one subject, which share their results.

    Args:
        prefix: the beginning of their ids.
        checks: each check, and the call that runs it.
        before: ids of further checks that all of them depend on, except the one of the summary.
        results: where to record their results.
    """
    known = results or Results()

    def needed(check: Callable[..., Any]) -> list[str]:
        return [*(f"{prefix}-{name}" for name in needed_by(check)), *(() if check is check_summary else before)]

    return ordered([Check(f"{prefix}-{check_name(check)}", run, needed(check), known) for check, run in checks])


def _listed(package: str, run: Callable[[], None]) -> Check:
    return Check(f"commands-{package}-listed", run)


def _modules(registry: Registry, entry: Entry) -> tuple[str, ...]:
    """Return the modules of all stages of an entry's package, so that one new interpreter can import them all.

    A class without a package has no module that another interpreter could import.
    """
    if entry.local is not None:
        return ()
    stages = {role.name for role in registry.roles() if role.contents == "stage"}
    targets = [e.target for e in registry.entries() if e.role in stages and e.package == entry.package]
    return tuple(dict.fromkeys(target.partition(":")[0] for target in targets))


def _is(package: str, distribution: str | None) -> bool:
    return distribution in (None, _normal(package))


def _normal(package: str) -> str:
    """Return the normalized name of a distribution, by which package indexes compare names."""
    return re.sub(r"[-_.]+", "-", package).lower()
