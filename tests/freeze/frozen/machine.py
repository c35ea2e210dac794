"""The machine: what the last bits of a digest depend on, beside limner."""

import json
import subprocess

from frozen.running import environment

# Run by the interpreter that is looked at, in one go: its libraries count, not ours.
ASK = """
import importlib.metadata as meta, json, os, pathlib, platform
import limner
import numpy
from threadpoolctl import threadpool_info
import scipy.linalg
try:
    lines = pathlib.Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
except OSError:
    model = ""
def version(name):
    try:
        return meta.version(name)
    except meta.PackageNotFoundError:
        return "absent"
names = "numpy scipy scikit-image pillow safetensors tifffile pydantic typer tomlkit av cmaes jinja2 matplotlib pikepdf"
print(json.dumps({
    "limner": limner.__version__,
    "python": ".".join(platform.python_version_tuple()[:2]),
    "platform": f"{platform.system()} {platform.machine()}, {platform.libc_ver()[0]} {platform.libc_ver()[1]}",
    "processor": model or platform.processor(),
    "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    "blas": sorted(f"{i['internal_api']} {i.get('version')} {i.get('architecture', '')}" for i in threadpool_info()),
    "libraries": {name: version(name) for name in names.split()},
}))
"""


def machine(python: str) -> dict[str, object]:
    """Ask an interpreter for the machine and the libraries that it computes with."""
    done = subprocess.run([python, "-c", ASK], capture_output=True, encoding="utf-8", check=True, env=environment())
    return json.loads(done.stdout)


def unlike(recorded: dict[str, object], here: dict[str, object]) -> list[str]:
    """Name what differs between two machines; limner's own version may."""
    return [key for key in recorded if key != "limner" and recorded[key] != here.get(key)]
