"""Which checks a stage gets, and which of them depend on one another."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
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
from limner.testing.subject import Subject, calling, require
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
        name: the name that it is registered by.
        registry: the registry that it is part of.
        cases: the arrays to try; the others depend on the first.
        modules: those of the package, which are imported together; none for a class that belongs to no package, which
            is not asked for a summary either.
        examples: the settings to try; by default those of the class.
        results: what checks came to that these may depend on, and where to note what these come to.
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
    """Return the checks of stages that are registered under this role.

    Raises:
        AssertionError: the checks do not import.
    """
    return tuple(_loaded(role, role.checks)) if role.checks else ()


def check_loads(role: Role, name: str, registry: Registry) -> None:
    """Require that the stage loads, and that the checks and functions of its role load too."""
    try:
        registry.entry(role.name, name)
        registry.load(role.name, name)
    except LimnerError as error:
        raise AssertionError(str(error)) from error
    checks_of(role)
    _maps(role)


def check_examples(what: str, examples: Callable[[], Any], cls: type[Stage]) -> None:
    """``examples`` returns stages of the class, one at least."""
    try:
        made = examples()
    except Exception as error:
        required = [field for field, info in cls.model_fields.items() if info.is_required()]
        if required and isinstance(error, ValidationError):
            fix = f"give {' and '.join(required)} a default"
            raise AssertionError(f"{what}: a recipe may leave out any setting; {fix}") from error
        raise AssertionError(f"{what}: examples() raised {type(error).__name__}: {error}") from error
    good = isinstance(made, tuple) and made and all(type(one) is cls for one in made)
    require(good, f"{what}: examples() must return a tuple of {cls.__name__}, one at least")


def check_name(check: Function) -> str:
    """Return the name of a check in ids."""
    return check.__name__.removeprefix("check_")


@dataclass
class _Plan:
    """The checks of one stage, as they are put together.

    Attributes:
        lead: the beginning of all ids.
        cases: the arrays to try.
        checks: the checks so far.
        results: what they come to.
    """

    lead: str
    cases: tuple[ArrayCase, ...]
    checks: list[Check] = field(default_factory=list)
    results: Results = field(default_factory=Results)

    def add(self, check: Function, run: Callable[[], None], needs: Iterable[str] = (), place: str = "") -> None:
        """Add a check."""
        identity = f"{self.lead}{place}-{check_name(check)}"
        self.checks.append(Check(identity, run, tuple(needs), self.results))

    def add_class(self, role: Role, name: str, cls: type[Stage], interface: type[Stage]) -> None:
        """Add the check of the class alone."""
        run = partial(check_signatures, f"{role.name} {name!r}", cls, interface)
        self.add(check_signatures, run, [f"{self.lead}-loads"])

    def add_examples(
        self,
        role: Role,
        name: str,
        examples: Callable[[], tuple[Any, ...]],
        cls: type[Stage],
        facts: dict[str, Any],
        modules: tuple[str, ...] = (),
    ) -> None:
        """Add the checks of the examples, if there are any, and those that need one of them."""
        what, signatures = f"{role.name} {name!r}", f"{self.lead}-signatures"
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
            here = [f"{lead}-{one}" for one in needed_by(check) for lead in (self.lead, f"{self.lead}[0]")]
            self.add(check, _guarded(check, subjects[0], *arguments), here)
        for subject in subjects:
            self._add_example(role, subject, signatures)

    def _add_example(self, role: Role, subject: Subject[Any], signatures: str) -> None:
        for check in common.OF_EXAMPLE:
            self._add_on_host(check, subject, [])
        if role.name != "backend":
            self._add_on_host(common.check_no_hidden_state, subject, [])
        for group in _groups(role, subject.number):
            on_arrays = [check for check in group if len(inspect.signature(check).parameters) > 1]
            for check in group:
                if check not in on_arrays:
                    self._add_on_host(check, subject, [signatures])
            for place, case in enumerate(self.cases):
                lead = f"{self.lead}[{subject.number}]"
                before = [one.name for one in self.cases[:place]]
                earlier = [f"{lead}-{one}-{check_name(check)}" for one in before for check in on_arrays]
                on_host = [f"{lead}-{check_name(check)}" for check in group if before and check not in on_arrays]
                for check in on_arrays:
                    needs = [signatures, *self._named(check, subject, case), *earlier, *on_host]
                    self.add(check, _on_case(check, subject, case), needs, f"[{subject.number}]-{case.name}")

    def _add_on_host(self, check: Function, subject: Subject[Any], needs: list[str]) -> None:
        self.add(
            check,
            _guarded(check, subject),
            [*needs, *self._named(check, subject, self.cases[0] if self.cases else None)],
            f"[{subject.number}]",
        )

    def _named(self, check: Function, subject: Subject[Any], case: ArrayCase | None) -> Iterator[str]:
        """Yield the ids that the names of a check's ``needs`` may stand for, and that of the check itself before."""
        lead = f"{self.lead}[{subject.number}]"
        for name in needed_by(check):
            yield from (f"{self.lead}-{name}", f"{lead}-{name}")
            if case is not None:
                yield f"{lead}-{case.name}-{name}"
        between = "-" if len(inspect.signature(check).parameters) == 1 or case is None else f"-{case.name}-"
        yield from (f"{self.lead}[{i}]{between}{check_name(check)}" for i in range(subject.number))


def _groups(role: Role, number: int) -> Iterator[tuple[Function, ...]]:
    """Yield the checks of an example of a role's stages, those that belong together together.

    How time and memory grow follows from the class, so the first example alone is asked.
    """
    like = role.general_checks
    yield checks_of(role)
    if "parameters" in like:
        yield parametric.OF_EXAMPLE
    if "arrays" in like:
        yield (*arrays.ON_ARRAYS, *arrays.ON_HOST, *(() if number else scaling.ON_HOST))
    if "gradients" in like:
        yield (*gradients.ON_ARRAYS, *gradients.ON_HOST)


def _maps(role: Role) -> Any:
    return _loaded(role, role.maps) if role.maps else None


def _loaded(role: Role, target: str) -> Any:
    try:
        return load_target(target)
    except (Exception, SystemExit) as error:
        reason = f"{type(error).__name__}: {error}"
        raise AssertionError(f"the checks of the role {role.name!r} of {role.package} do not load: {reason}") from error


def _on_case(check: Function, subject: Subject[Any], case: ArrayCase) -> Callable[[], None]:
    """Return the check of a kind of arrays, which raises a sentence even if the stage raises something unexpected."""

    def run() -> None:
        __tracebackhide__ = True
        missing = case.missing()
        if missing:
            raise SkipTest(missing)
        with calling(subject, check_name(check), case):
            check(subject, case)

    return run


def _guarded(check: Function, subject: Subject[Any], *arguments: Any) -> Callable[[], None]:
    """Return the check, which raises a sentence even if the stage raises something unexpected."""

    def run() -> None:
        __tracebackhide__ = True
        with calling(subject, check_name(check)):
            check(subject, *arguments)

    return run
