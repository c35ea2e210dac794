"""Checks of importing a stage's module, which must be fast and silent for ``--help`` and ``plugins list``."""

from __future__ import annotations

from limner.stages.base import Stage
from limner.testing.dependencies import needs
from limner.testing.import_cost import ImportCost, import_costs, measure_imports
from limner.testing.subject import Subject, require

REFERENCE = "limner.plugin"
MAX_SLOWDOWN = 3.0
"""The maximum import time of a module, as a multiple of the reference. The reference loads what every stage needs, so
a stage's own module takes about a hundredth of its time."""
MAX_ATTEMPTS = 3


def check_light_import(subject: Subject[Stage], modules: tuple[str, ...]) -> None:
    """Require that the stage's module imports, and loads no heavy library."""
    module = subject.module
    cost = _cost(module, modules)
    require(not cost.error, f"{subject}: {module} does not import in a fresh interpreter: {cost.error}")
    heavy = ", ".join(cost.heavy)
    require(not heavy, f"{subject}: importing {module} loads {heavy}; import it inside the method that needs it")


@needs("light_import")
def check_silent_import(subject: Subject[Stage], modules: tuple[str, ...]) -> None:
    """Require a silent import: commands print JSON for other programs."""
    module, printed = subject.module, " ".join(_cost(subject.module, modules).printed.split())
    require(not printed, f"{subject}: importing {module} prints {printed[:60]!r}; print nothing on import")


@needs("light_import")
def check_quick_import(subject: Subject[Stage], modules: tuple[str, ...]) -> None:
    """Require a fast import, compared with what every stage imports; the best of three counts."""
    module, costs = subject.module, import_costs(modules)
    ratio = costs[module].seconds / costs[REFERENCE].seconds
    for _ in range(MAX_ATTEMPTS - 1):
        if ratio <= MAX_SLOWDOWN:
            return
        again = measure_imports((REFERENCE, module))
        ratio = min(ratio, again[module].seconds / again[REFERENCE].seconds)
    problem = f"importing {module} takes {ratio:.0f} times as long as importing {REFERENCE}"
    require(ratio <= MAX_SLOWDOWN, f"{subject}: {problem}; move the work into the stage's methods")


def _cost(module: str, modules: tuple[str, ...]) -> ImportCost:
    return import_costs(modules)[module]


OF_MODULE = (check_light_import, check_silent_import, check_quick_import)
