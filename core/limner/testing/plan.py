"""Which checks a registered name gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias
from unittest import SkipTest

from limner.errors import LimnerError
from limner.kinds import KINDS
from limner.registry import Plugin, Registry
from limner.rng import child_rng
from limner.testing.cases import CASES, ArrayCase
from limner.testing.checks import (
    arrays,
    augment,
    backend,
    blend,
    color,
    common,
    detector,
    filters,
    frame,
    gradients,
    movie,
    network,
    parametric,
    recipe,
    theme,
    trainer,
    writer,
)
from limner.testing.subject import Subject, calling, require

Check: TypeAlias = Callable[[], None]
OfStage: TypeAlias = Callable[[Subject], None]
OnArrays: TypeAlias = Callable[[Subject, ArrayCase], None]

COMPUTES = ("frame", "warp", "encoder", "network", "color", "blend", "loss", "augment")
DIFFERENTIABLE = ("encoder", "network", "color", "blend", "loss", "augment")
OWNS_THETA = ("warp", "encoder", "network", "color")

OF_EXAMPLE: Mapping[str, tuple[OfStage, ...]] = {
    "frame": frame.OF_EXAMPLE,
    "warp": (parametric.check_nothing_learned,),
    "encoder": filters.OF_EXAMPLE,
    "network": network.OF_EXAMPLE,
    "color": color.OF_EXAMPLE,
    "blend": blend.OF_EXAMPLE,
    "augment": augment.OF_EXAMPLE,
    "trainer": trainer.OF_EXAMPLE,
    "writer": writer.OF_EXAMPLE,
    "movie": movie.OF_EXAMPLE,
    "backend": backend.OF_EXAMPLE,
    "detector": detector.OF_EXAMPLE,
}
"""What only one kind is asked, beside what all are."""


def of_example(kind: str) -> tuple[OfStage, ...]:
    """The checks of every example of a kind of stage, on the host."""
    return (
        *common.OF_EXAMPLE,
        *(() if kind == "backend" else (common.check_no_hidden_state,)),
        *(parametric.OF_EXAMPLE if kind in OWNS_THETA else ()),
        *OF_EXAMPLE.get(kind, ()),
        *(arrays.ON_HOST if kind in COMPUTES else ()),
        *(gradients.ON_HOST if kind in DIFFERENTIABLE else ()),
    )


def on_arrays(kind: str) -> tuple[OnArrays, ...]:
    """The checks of every example of a kind of stage, on every case of arrays."""
    return (
        *(arrays.ON_ARRAYS if kind in COMPUTES else ()),
        *(gradients.ON_ARRAYS if kind in DIFFERENTIABLE else ()),
        *(trainer.ON_ARRAYS if kind == "trainer" else ()),
    )


def checks_for(
    kind: str, name: str, registry: Registry, cases: Iterable[ArrayCase] = CASES
) -> Iterator[tuple[str, Check]]:
    """Every check of one registered name, each with its id: ``encoder-latent[1]-numpy-forward_dtype``.

    A check raises AssertionError with a sentence, or SkipTest with the reason why this machine cannot tell.
    """
    if kind == "recipe":
        for of_recipe in recipe.OF_RECIPE:
            yield f"recipe-{name}-{_short(of_recipe)}", partial(of_recipe, registry, name)
        return
    if kind == "theme":
        for of_theme in theme.OF_THEME:
            yield f"theme-{name}-{_short(of_theme)}", partial(of_theme, registry, name)
        return
    yield f"{kind}-{name}-loads", partial(check_loads, kind, name, registry)
    try:
        subjects = _subjects(kind, name, registry)
    except AssertionError:
        return
    modules = _modules(registry, registry.entry(kind, name).package)
    yield f"{kind}-{name}-light_import", _guarded(common.check_light_import, subjects[0], modules)
    for of_stage in common.OF_STAGE:
        yield f"{kind}-{name}-{_short(of_stage)}", _guarded(of_stage, subjects[0])
    for subject in subjects:
        lead = f"{kind}-{name}[{subject.number}]"
        for check in of_example(kind):
            yield f"{lead}-{_short(check)}", _guarded(check, subject)
        for case in cases:
            for on_case in on_arrays(kind):
                yield f"{lead}-{case.name}-{_short(on_case)}", partial(_on_case, on_case, subject, case)


def check_loads(kind: str, name: str, registry: Registry) -> None:
    """The stage loads and gives examples of itself, one at least."""
    _subjects(kind, name, registry)


def _subjects(kind: str, name: str, registry: Registry) -> list[Subject]:
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


def _on_case(check: OnArrays, subject: Subject, case: ArrayCase) -> None:
    missing = case.missing()
    if missing:
        raise SkipTest(missing)
    with calling(subject, _short(check), case):
        check(subject, case)


def _guarded(check: Callable[..., None], subject: Subject, *args: Any) -> Check:
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
    targets = [e.target for e in registry.entries() if e.kind in KINDS and e.package == package]
    return tuple(dict.fromkeys(target.partition(":")[0] for target in targets))


def package_checks(
    package: str | None, registry: Registry, cases: Iterable[ArrayCase] = CASES
) -> list[tuple[str, Check]]:
    """The checks of all that a package registers, of everything there is where ``package`` is None; [] for a stranger.

    Broken plugins are among them: what they would have registered must not be missed in silence.
    """
    wanted = None if package is None else _normal(package)
    plugins = [plugin for plugin in registry.plugins if wanted in (None, _normal(plugin.package))]
    names = dict.fromkeys((e.kind, e.name) for e in registry.entries() if wanted in (None, _normal(e.package)))
    cases = tuple(cases)
    return [
        *((f"plugin-{plugin.name}-registers", partial(check_registers, plugin)) for plugin in plugins),
        *(check for kind, name in names for check in checks_for(kind, name, registry, cases)),
    ]


def check_registers(plugin: Plugin) -> None:
    """The plugin imports, and its hooks run."""
    require(not plugin.problem, f"the plugin {plugin.name!r} of {plugin.package} is broken: {plugin.problem}")


def _normal(package: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()
