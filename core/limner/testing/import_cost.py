"""What importing a module loads, seen from a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

HEAVY = (
    "PIL", "av", "cupy", "cv2", "imageio", "jax", "matplotlib", "numba", "pandas", "scipy", "skimage", "sklearn",
    "tensorflow", "tifffile", "torch", "transformers",
)  # fmt: skip
"""Libraries that a stage may use, and may not load before it does."""

_SCRIPT = """
import contextlib, importlib, json, sys
request = json.load(sys.stdin)
sys.path[:] = request["path"]
told, known = {}, set()
for module in request["modules"]:
    try:
        with contextlib.redirect_stdout(sys.stderr):
            importlib.import_module(module)
    except (Exception, SystemExit) as error:
        told[module] = f"{type(error).__name__}: {error}"
        continue
    told[module] = [name for name in request["heavy"] if name in sys.modules and name not in known]
    known.update(told[module])
print(json.dumps(told))
"""


@cache
def heavy_imports(
    modules: tuple[str, ...], after: str = "limner.plugin", heavy: tuple[str, ...] = HEAVY
) -> dict[str, list[str] | str]:
    """Return the heavy libraries that each module is the first to load, imported in this order after ``after``.

    A text instead of a list says why the module does not import. One interpreter is started for all of them, once:
    a start costs about a third of a second.

    Raises:
        AssertionError: the interpreter does not start, or ends before it is done.
    """
    request = json.dumps({"path": sys.path, "heavy": heavy, "modules": [after, *modules]})
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", _SCRIPT], input=request, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise AssertionError(f"a fresh interpreter cannot import {', '.join(modules)}: {last}")
    told: dict[str, list[str] | str] = json.loads(done.stdout)
    return told
