"""The cost of importing a module in a fresh interpreter: libraries, seconds, and printed text."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache

HEAVY_LIBRARIES = (
    "PIL", "av", "cupy", "cv2", "imageio", "jax", "matplotlib", "numba", "pandas", "scipy", "skimage", "sklearn",
    "tensorflow", "tifffile", "torch", "transformers",
)  # fmt: skip
"""Libraries that a stage may use, but must not load on import."""

_SCRIPT = """
import contextlib, importlib, io, json, sys, time, warnings
warnings.simplefilter("ignore")
request = json.load(sys.stdin)
sys.path[:] = request["path"]
costs, known, answers = {}, set(), sys.stdout
for module in request["modules"]:
    printed, error, start = io.StringIO(), "", time.perf_counter()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            importlib.import_module(module)
    except (Exception, SystemExit) as raised:
        error = f"{type(raised).__name__}: {raised}"
    seconds = time.perf_counter() - start
    heavy = [name for name in request["heavy"] if name in sys.modules and name not in known]
    costs[module] = {"heavy": heavy, "printed": printed.getvalue()[:200], "seconds": seconds, "error": error}
    known.update(heavy)
print(json.dumps(costs), file=answers)
"""


@dataclass(frozen=True)
class ImportCost:
    """The cost of importing a module.

    Attributes:
        heavy: heavy libraries that no earlier module loaded.
        printed: the first 200 characters that it prints.
        seconds: duration of the import.
        error: why the import fails; empty if it succeeds.
    """

    heavy: list[str]
    printed: str
    seconds: float
    error: str


@cache
def import_costs(
    modules: tuple[str, ...], after: str = "limner.plugin", heavy: tuple[str, ...] = HEAVY_LIBRARIES
) -> dict[str, ImportCost]:
    """Return the cost of importing ``after`` and then each module, in this order.

    One new interpreter imports them all, because its start takes about a third of a second. Results are cached.

    Raises:
        AssertionError: the interpreter does not start, or ends early.
    """
    return measure_imports((after, *modules), heavy)


def measure_imports(modules: tuple[str, ...], heavy: tuple[str, ...] = HEAVY_LIBRARIES) -> dict[str, ImportCost]:
    """Return the cost of importing each module in a fresh interpreter.

    Raises:
        AssertionError: the interpreter does not start, or ends early.
    """
    request = json.dumps({"path": sys.path, "heavy": heavy, "modules": modules})
    process = subprocess.run(  # noqa: S603 - this interpreter and the script above
        [sys.executable, "-c", _SCRIPT], input=request, capture_output=True, text=True, timeout=120, check=False
    )
    if process.returncode:
        last = (process.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise AssertionError(f"a fresh interpreter cannot import {', '.join(modules)}: {last}")
    costs: dict[str, dict[str, object]] = json.loads(process.stdout.splitlines()[-1])
    return {module: ImportCost(**cost) for module, cost in costs.items()}  # type: ignore[arg-type]


def heavy_imports(
    modules: tuple[str, ...], after: str = "limner.plugin", heavy: tuple[str, ...] = HEAVY_LIBRARIES
) -> dict[str, list[str] | str]:
    """Return the heavy libraries that each module is the first to load, or why its import fails.

    Raises:
        AssertionError: the interpreter does not start, or ends early.
    """
    return {module: cost.error or cost.heavy for module, cost in import_costs(modules, after, heavy).items()}
