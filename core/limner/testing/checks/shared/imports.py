"""Checks of what importing a stage's module does: ``--help`` and ``plugins list`` must stay quick and clean."""

from __future__ import annotations

from limner.stages.base import Stage
from limner.testing.dependencies import needs
from limner.testing.import_cost import ImportCost, import_costs, measure_imports
from limner.testing.subject import Subject, require

REFERENCE = "limner.plugin"
MAX_SLOWDOWN = 3.0
"""How many times as long as the reference a module may take to import. What stages need is loaded with the reference,
so a stage's own module takes about a hundredth of it."""
MAX_ATTEMPTS = 3


def check_light_import(subject: Subject[Stage], modules: tuple[str, ...]) -> None:
    """Importing the stage's module succeeds, and loads no heavy library."""
    module = subject.module
    cost = _cost(module, modules)
    require(not cost.error, f"{subject}: {module} does not import in a fresh interpreter: {cost.error}")
    heavy = ", ".join(cost.heavy)
    require(not heavy, f"{subject}: importing {module} loads {heavy}; import that inside the method that needs it")


@needs("light_import")
def check_silent_import(subject: Subject[Stage], modules: tuple[str, ...]) -> None:
    """Importing the stage's module prints nothing: commands print JSON that other programs read."""
    module, printed = subject.module, " ".join(_cost(subject.module, modules).printed.split())
    require(not printed, f"{subject}: importing {module} prints {printed[:60]!r}; print nothing when imported")


@needs("light_import")
def check_quick_import(subject: Subject[Stage], modules: tuple[str, ...]) -> None:
    """Importing the stage's module is quick compared with importing what every stage imports; the best of three."""
    module, costs = subject.module, import_costs(modules)
    ratio = costs[module].seconds / costs[REFERENCE].seconds
    for _ in range(MAX_ATTEMPTS - 1):
        if ratio <= MAX_SLOWDOWN:
            return
        again = measure_imports((REFERENCE, module))
        ratio = min(ratio, again[module].seconds / again[REFERENCE].seconds)
    problem = f"importing {module} takes {ratio:.0f} times as long as importing {REFERENCE}"
    require(ratio <= MAX_SLOWDOWN, f"{subject}: {problem}; do the work when the stage is used")


def _cost(module: str, modules: tuple[str, ...]) -> ImportCost:
    return import_costs(modules)[module]


OF_MODULE = (check_light_import, check_silent_import, check_quick_import)
