"""The checks of a stage, and their dependencies."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias
from unittest import SkipTest

from pydantic import ValidationError

from limner.errors import LimnerError
from limner.registry.catalogue import load_target
from limner.registry.registry import Registry
from limner.testing.array_cases import ArrayCase
from limner.testing.checks.shared import arrays, common, gradients, imports, parametric, scaling
from limner.testing.checks.shared.random_settings import check_random_settings
from limner.testing.checks.shared.signatures import check_signatures
from limner.testing.dependencies import Check, Results, needed_by, ordered
from limner.testing.subject import Subject, calling, describe_error, require
from limner.utils.seeding import child_rng

if TYPE_CHECKING:
    from limner.registry.roles import Role
    from limner.stages.base import Stage

Function: TypeAlias = Callable[..., None]
"""A check: of a ``Subject``, or of a ``Subject`` and an ``ArrayCase``."""


def stage_checks(
    role: Role,
    name: str,
    registry: Registry,
    cases: Sequence[ArrayCase],
    modules: tuple[str, ...],
    examples: tuple[Stage, ...] = (),
    results: Results | None = None,
) -> list[Check]:
    """Return the checks of a registered stage.

    Args:
        role: its role.
        name: the name that it is registered under.
        registry: the registry that it is part of.
        cases: the array types to test it with; the checks of later ones depend on those of the first.
        modules: the modules of its package, to import together; empty for a class without a package, which needs no
            summary either.
        examples: the settings to test; by default those of the class.
        results: the results of checks that these may depend on, and where to record their own.
    """
    plan = _Plan(f"{role.name}-{name}", tuple(cases), results=results or Results())
    plan.add(check_loads, partial(check_loads, role, name, registry))
    entry = registry.entry(role.name, name)
    try:
        check_loads(role, name, registry)
        cls = registry.load(role.name, name)
    except AssertionError:
        return plan.checks
    facts = {"summary": entry.summary, "target": entry.target, "maps": _maps(role)}
    plan.add_class(role, name, cls, registry.interface(role.name))
    plan.add_examples(role, name, (lambda: examples) if examples else cls.examples, cls, facts, modules)
    return ordered(plan.checks)


def checks_of(role: Role) -> tuple[Function, ...]:
    """Return the checks that a role declares for its stages.

    Raises:
        AssertionError: the checks do not import.
    """
    return tuple(_loaded(role, role.checks)) if role.checks else ()


def check_loads(role: Role, name: str, registry: Registry) -> None:
    """Require that the stage loads, and that the checks and maps of its role load too."""
    try:
        registry.entry(role.name, name)
        registry.load(role.name, name)
    except LimnerError as error:
        raise AssertionError(str(error)) from error
    checks_of(role)
    _maps(role)


def check_examples(what: str, examples: Callable[[], Any], cls: type[Stage]) -> None:
    """Require that ``examples`` returns a tuple of at least one stage of the class."""
    try:
        stages = examples()
    except Exception as error:
        required = [field for field, info in cls.model_fields.items() if info.is_required()]
        if required and isinstance(error, ValidationError):
            fix = f"give {' and '.join(required)} a default"
            raise AssertionError(
                f"{what}: every setting needs a default, because recipes may omit any; {fix}"
            ) from error
        raise AssertionError(f"{what}: examples() raised {describe_error(error, cls)}") from error
    valid = isinstance(stages, tuple) and stages and all(type(stage) is cls for stage in stages)
    require(valid, f"{what}: examples() must return a tuple of at least one {cls.__name__}")


def check_name(check: Function) -> str:
    """Return the name of a check as it appears in ids."""
    return check.__name__.removeprefix("check_")


@cache
def _takes_case(check: Function) -> bool:
    """Return whether a check is one of a ``Subject`` and an ``ArrayCase``."""
    return len(inspect.signature(check).parameters) > 1


@dataclass
class _Plan:
    """The checks of one stage while they are collected.

    Attributes:
        prefix: the beginning of all ids.
        cases: the array types to test the stage with.
        checks: the checks so far.
        results: the results of the checks.
    """

    prefix: str
    cases: tuple[ArrayCase, ...]
    checks: list[Check] = field(default_factory=list)
    results: Results = field(default_factory=Results)

    def add(self, check: Function, run: Callable[[], None], needs: Iterable[str] = (), position: str = "") -> None:
        """Add a check."""
        identity = f"{self.prefix}{position}-{check_name(check)}"
        self.checks.append(Check(identity, run, tuple(needs), self.results))

    def add_class(self, role: Role, name: str, cls: type[Stage], interface: type[Stage]) -> None:
        """Add the check of the class itself."""
        run = partial(check_signatures, f"{role.name} {name!r}", cls, interface)
        self.add(check_signatures, run, [f"{self.prefix}-loads"])

    def add_examples(
        self,
        role: Role,
        name: str,
        examples: Callable[[], tuple[Any, ...]],
        cls: type[Stage],
        facts: dict[str, Any],
        modules: tuple[str, ...] = (),
    ) -> None:
        """Add the checks of the examples, if there are any, and those that need an example."""
        what, signatures = f"{role.name} {name!r}", f"{self.prefix}-signatures"
        self.add(check_examples, partial(check_examples, what, examples, cls), [signatures])
        try:
            check_examples(what, examples, cls)
            stages = [stage.resolved(child_rng(i, "kit")) for i, stage in enumerate(examples())]
        except Exception:  # noqa: BLE001 - the check of the examples reports it
            return
        subjects = [Subject(role.name, name, stage, i, **facts) for i, stage in enumerate(stages)]
        registered = (*imports.OF_MODULE, common.check_summary) if modules else ()
        for check in (*registered, *common.OF_STAGE, check_random_settings):
            arguments = (modules,) if check in imports.OF_MODULE else ()
            prefixes = (self.prefix, f"{self.prefix}[0]")
            dependencies = [f"{prefix}-{needed}" for needed in needed_by(check) for prefix in prefixes]
            self.add(check, _guarded(check, subjects[0], *arguments), dependencies)
        for subject in subjects:
            self._add_example(role, subject, signatures)

    def _add_example(self, role: Role, subject: Subject[Any], signatures: str) -> None:
        for check in common.OF_EXAMPLE:
            self._add_on_host(check, subject, [])
        if role.name != "backend":
            self._add_on_host(common.check_no_hidden_state, subject, [])
        for group in _groups(role, subject.number):
            on_arrays = [check for check in group if _takes_case(check)]
            for check in group:
                if check not in on_arrays:
                    self._add_on_host(check, subject, [signatures])
            for index, case in enumerate(self.cases):
                prefix = f"{self.prefix}[{subject.number}]"
                before = [earlier_case.name for earlier_case in self.cases[:index]]
                earlier = [f"{prefix}-{name}-{check_name(check)}" for name in before for check in on_arrays]
                on_host = [f"{prefix}-{check_name(check)}" for check in group if before and check not in on_arrays]
                for check in on_arrays:
                    needs = [signatures, *self._needed_ids(check, subject, case), *earlier, *on_host]
                    self.add(check, _on_case(check, subject, case), needs, f"[{subject.number}]-{case.name}")

    def _add_on_host(self, check: Function, subject: Subject[Any], needs: list[str]) -> None:
        self.add(
            check,
            _guarded(check, subject),
            [*needs, *self._needed_ids(check, subject, self.cases[0] if self.cases else None)],
            f"[{subject.number}]",
        )

    def _needed_ids(self, check: Function, subject: Subject[Any], case: ArrayCase | None) -> Iterator[str]:
        """Yield the ids that a check's ``needs`` may refer to, and its own ids for earlier examples."""
        prefix = f"{self.prefix}[{subject.number}]"
        for name in needed_by(check):
            yield from (f"{self.prefix}-{name}", f"{prefix}-{name}")
            if case is not None:
                yield f"{prefix}-{case.name}-{name}"
        between = "-" if case is None or not _takes_case(check) else f"-{case.name}-"
        yield from (f"{self.prefix}[{i}]{between}{check_name(check)}" for i in range(subject.number))


def _groups(role: Role, number: int) -> Iterator[tuple[Function, ...]]:
    """Yield the checks of an example of a role's stages in groups.

    Growth of time and memory depends on the class, so only the first example is tested for it.
    """
    general = role.general_checks
    yield checks_of(role)
    if "parameters" in general:
        yield parametric.OF_EXAMPLE
    if "arrays" in general:
        yield (*arrays.ON_ARRAYS, *arrays.ON_HOST, *(() if number else scaling.ON_HOST))
    if "gradients" in general:
        yield (*gradients.ON_ARRAYS, *gradients.ON_HOST)


def _maps(role: Role) -> Any:
    return _loaded(role, role.maps) if role.maps else None


def _loaded(role: Role, target: str) -> Any:
    try:
        return load_target(target)
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise AssertionError(f"role {role.name!r} of {role.package}: its checks do not load: {reason}") from error


def _on_case(check: Function, subject: Subject[Any], case: ArrayCase) -> Callable[[], None]:
    """Return the check on one array type; unexpected errors of the stage become an AssertionError with a message."""

    def run() -> None:
        __tracebackhide__ = True
        missing = case.missing()
        if missing:
            raise SkipTest(missing)
        with calling(subject, check_name(check), case):
            check(subject, case)

    return run


def _guarded(check: Function, subject: Subject[Any], *arguments: Any) -> Callable[[], None]:
    """Return the check; unexpected errors of the stage become an AssertionError with a message."""

    def run() -> None:
        __tracebackhide__ = True
        with calling(subject, check_name(check)):
            check(subject, *arguments)

    return run
