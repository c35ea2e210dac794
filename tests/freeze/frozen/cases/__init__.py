"""All cases, by their subjects."""

from frozen.cases import (
    blends,
    buttons,
    fits,
    formats,
    listings,
    paintings,
    python,
    sites,
    stages,
    sweeps,
    trainers,
    translations,
    two_players,
    wrong,
    wrong_learning,
)

MODULES = (
    paintings, stages, formats, blends, fits, trainers, buttons, translations, two_players, sweeps, sites, listings,
    python, wrong, wrong_learning,
)  # fmt: skip
CASES = [case for module in MODULES for case in module.CASES]

assert len({case.name for case in CASES}) == len(CASES), "two cases have one name"
