"""Which checks a registered name gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias
from unittest import SkipTest

from limner.errors import LimnerError
from limner.registry.catalogue import Plugin, load_target
from limner.registry.commands import BrokenManifest, CommandIndex
from limner.registry.registry import Registry
from limner.registry.roles import Role
from limner.testing.array_cases import CASES, ArrayCase
from limner.testing.checks import optimizer, trainer
from limner.testing.checks.command import OF_COMMAND, check_unique
from limner.testing.checks.shared import arrays, common, gradients, parametric
from limner.testing.subject import Subject, calling, require
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.stages.base import Stage

Check: TypeAlias = Callable[[], None]
OfStage: TypeAlias = Callable[[Subject[Any]], None]
"""A check of a role's stages: the role decides, when the kit runs, of which interface they are."""
OnArrays: TypeAlias = Callable[[Subject[Any], ArrayCase], None]

COMPUTES = ("frame", "warp", "encoder", "network", "color", "blend", "loss", "augment")
DIFFERENTIABLE = ("encoder", "network", "color", "blend", "loss", "augment")
OWNS_THETA = ("warp", "encoder", "network", "color")


def checks_of(role: Role) -> tuple[Callable[..., None], ...]:
    """Return what only stages of this role are asked, beside what all are.

    Raises:
        AssertionError: the checks do not import.
    """
    if not role.checks:
        return ()
    try:
        return tuple(load_target(role.checks))
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise AssertionError(f"the checks of the role {role.name!r} of {role.package} do not load: {reason}") from error


def of_example(role: Role) -> tuple[OfStage, ...]:
    """Return the checks of every example of a stage of a role, on the host."""
    kind = role.name
    return (
        *common.OF_EXAMPLE,
        *(() if kind == "backend" else (common.check_no_hidden_state,)),
        *(parametric.OF_EXAMPLE if kind in OWNS_THETA else ()),
        *checks_of(role),
        *(arrays.ON_HOST if kind in COMPUTES else ()),
        *(gradients.ON_HOST if kind in DIFFERENTIABLE else ()),
    )


def on_arrays(kind: str) -> tuple[OnArrays, ...]:
    """The checks of every example of a kind of stage, on every case of arrays."""
    return (
        *(arrays.ON_ARRAYS if kind in COMPUTES else ()),
        *(gradients.ON_ARRAYS if kind in DIFFERENTIABLE else ()),
        *(optimizer.ON_ARRAYS if kind == "optimizer" else ()),
        *(trainer.ON_ARRAYS if kind == "trainer" else ()),
    )


def checks_for(
    kind: str, name: str, registry: Registry, cases: Iterable[ArrayCase] = CASES
) -> Iterator[tuple[str, Check]]:
    """Every check of one registered name, each with its id: ``encoder-latent[1]-numpy-forward_dtype``.

    A check raises AssertionError with a sentence, or SkipTest with the reason why this machine cannot tell.
    """
    role = registry.role(kind)
    if role.holds != "stage":
        for check in checks_of(role):
            yield f"{kind}-{name}-{_short(check)}", partial(check, registry, name)
        return
    yield f"{kind}-{name}-loads", partial(check_loads, kind, name, registry)
    try:
        subjects, own = _subjects(kind, name, registry), of_example(role)
    except AssertionError:
        return
    modules = _modules(registry, registry.entry(kind, name).package)
    yield f"{kind}-{name}-light_import", _guarded(common.check_light_import, subjects[0], modules)
    for of_stage in common.OF_STAGE:
        yield f"{kind}-{name}-{_short(of_stage)}", _guarded(of_stage, subjects[0])
    for subject in subjects:
        lead = f"{kind}-{name}[{subject.number}]"
        for check in own:
            yield f"{lead}-{_short(check)}", _guarded(check, subject)
        for case in cases:
            for on_case in on_arrays(kind):
                yield f"{lead}-{case.name}-{_short(on_case)}", partial(_on_case, on_case, subject, case)


def check_loads(kind: str, name: str, registry: Registry) -> None:
    """The stage loads and gives examples of itself, one at least; so do the checks of its role."""
    _subjects(kind, name, registry)
    checks_of(registry.role(kind))


def _subjects(kind: str, name: str, registry: Registry) -> list[Subject[Stage]]:
    try:
        entry, cls = registry.entry(kind, name), registry.load(kind, name)
    except LimnerError as error:
        raise AssertionError(str(error)) from error
    try:
        examples = cls.examples()
    except Exception as error:
        raise AssertionError(f"{kind} {name!r}: examples() raised {type(error).__name__}: {error}") from error
    good = isinstance(examples, tuple) and examples and all(type(e) is cls for e in examples)
    require(good, f"{kind} {name!r}: examples() must give a tuple of {cls.__name__}, one at least")
    settled = [e.settled(child_rng(i, "kit")) for i, e in enumerate(examples)]
    return [Subject(kind, name, e, i, entry.summary, entry.target) for i, e in enumerate(settled)]


def _on_case(check: OnArrays, subject: Subject[Stage], case: ArrayCase) -> None:
    missing = case.missing()
    if missing:
        raise SkipTest(missing)
    with calling(subject, _short(check), case):
        check(subject, case)


def _guarded(check: Callable[..., None], subject: Subject[Stage], *args: Any) -> Check:
    """The check, which raises a sentence even where the stage raises what nobody foresaw."""

    def run() -> None:
        __tracebackhide__ = True
        with calling(subject, _short(check)):
            check(subject, *args)

    return run


def _short(check: Callable[..., Any]) -> str:
    return check.__name__.removeprefix("check_")


def _modules(registry: Registry, package: str) -> tuple[str, ...]:
    """The modules of all stages of a package, so that one interpreter is started for them all."""
    stages = {role.name for role in registry.roles() if role.holds == "stage"}
    targets = [e.target for e in registry.entries() if e.kind in stages and e.package == package]
    return tuple(dict.fromkeys(target.partition(":")[0] for target in targets))


def package_checks(
    package: str | None,
    registry: Registry,
    cases: Iterable[ArrayCase] = CASES,
    commands: CommandIndex | None = None,
) -> list[tuple[str, Check]]:
    """The checks of all that a package registers, of everything there is where ``package`` is None; [] for a stranger.

    Broken plugins are among them: what they would have registered must not be missed in silence.
    """
    wanted = None if package is None else _normal(package)
    plugins = [plugin for plugin in registry.plugins if wanted in (None, _normal(plugin.package))]
    entries = [e for e in registry.entries() if wanted in (None, _normal(e.package))]
    names = dict.fromkeys((e.kind, registry.shortest_name(e)) for e in entries)
    cases = tuple(cases)
    index = commands or CommandIndex()
    manifests = [one for one in index.broken if wanted in (None, _normal(one.package))]
    called = [one for one in index if wanted in (None, _normal(one.package))]
    return [
        *((f"commands-{one.package}-listed", partial(check_listed, one)) for one in manifests),
        *((f"command-{one.name}-unique", partial(check_unique, one, index)) for one in called),
        *((f"command-{one.name}-{_short(check)}", partial(check, one)) for one in called for check in OF_COMMAND),
        *((f"plugin-{plugin.name}-registers", partial(check_registers, plugin)) for plugin in plugins),
        *(check for kind, name in names for check in checks_for(kind, name, registry, cases)),
    ]


def check_listed(manifest: BrokenManifest) -> None:
    """The package's commands.toml can be read."""
    require(False, f"the commands of {manifest.package} cannot be listed: {manifest.problem}")


def check_registers(plugin: Plugin) -> None:
    """The plugin imports, and its hooks run."""
    require(not plugin.problem, f"the plugin {plugin.name!r} of {plugin.package} is broken: {plugin.problem}")


def _normal(package: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()
