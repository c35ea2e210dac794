"""L-BFGS against rprop: PSNR after the same number of gradients, and after the same time.

    pytest tests/benchmarks/test_lbfgs.py -o addopts=--import-mode=importlib    # after 300 gradients
    python tests/benchmarks/test_lbfgs.py                                       # the table of docs/benchmarks.md

A photograph of 128 x 128 pixels, all of it at each step. A step of rprop takes one gradient, one of lbfgs as many as
its line search asks for.
"""

import pytest

from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.training import fit
from limner.training.plan import prepare
from limner.training.run import Budget

pytestmark = [pytest.mark.bench, pytest.mark.filterwarnings("default")]
PICTURE, SIDE, GRADIENTS, SECONDS = "skimage:astronaut", 128, 300, 3.0
PLAIN = {"encoder": [{"kind": "xy"}], "loss": {"kind": "mse"}, "trainer": {"kind": "rprop"}}
RECIPES = {
    "siren, 3 × 32": {**PLAIN, "network": {"kind": "siren", "width": 32, "depth": 3}},
    "fourier and mlp, 2 × 32": {
        **PLAIN,
        "encoder": [{"kind": "fourier", "count": 32}],
        "network": {"kind": "mlp", "width": 32, "depth": 2},
    },
    "rprop-portrait": "rprop-portrait",
    "likeness": "likeness",
}


class Enough(Exception):
    """So many gradients were taken."""


def psnr(recipe, trainer, seed, seconds=0.0):
    """PSNR of the best θ after so many seconds, or after the gradients if there are none."""
    budget = Budget(seconds=seconds) if seconds else Budget(steps=GRADIENTS)
    job = prepare(PICTURE, RECIPES[recipe], budget, seed=seed, train_size=SIDE, swap={"trainer": trainer})
    taken, last = 0, 0.0

    def watch(moment):
        nonlocal taken, last
        taken += moment.run.metrics.get("evaluations", 1) if moment.run.step else 0
        if not seconds and taken >= GRADIENTS and not moment.last:
            last = moment.psnr()
            raise Enough

    try:
        return fit.run(job, choose_backend("numpy", registry()), watch).run.psnr
    except Enough:
        return last


@pytest.mark.parametrize("recipe", ["siren, 3 × 32", "fourier and mlp, 2 × 32", "rprop-portrait"])
def test_lbfgs_learns_more_from_as_many_gradients(recipe):
    assert psnr(recipe, "lbfgs", 1) > psnr(recipe, "rprop", 1) + 1


if __name__ == "__main__":
    for recipe in RECIPES:
        cells = []
        for seconds in (0.0, SECONDS):
            for trainer in ("rprop", "lbfgs"):
                cells.append(sorted(psnr(recipe, trainer, seed, seconds) for seed in (1, 2, 3))[1])
        print(f"| {recipe} |" + "".join(f" {cell:.1f} |" for cell in cells), flush=True)  # noqa: T201
