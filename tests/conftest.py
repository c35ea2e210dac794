"""What several test files share, and how many workers run them."""

import os
import sys
from copy import copy
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import typer.main

from limner.registry.registry import Registry, build

MAX_WORKERS = 4
"""Each worker collects all tests, 6 s of processor time; more of them gain nothing."""


def pytest_addoption(parser, pluginmanager):
    """Accept the options of pytest-xdist in ``addopts`` where it is missing or switched off by ``-p no:xdist``."""
    if not pluginmanager.hasplugin("xdist"):
        group = parser.getgroup("xdist", "ignored without pytest-xdist")
        group.addoption("--numprocesses", help="ignored")
        group.addoption("--dist", help="ignored")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """Return one worker for each core, and none where only single files are asked for."""
    paths = [Path(argument.partition("::")[0]) for argument in config.args]
    if all(path.is_file() for path in paths):
        return 0
    return min(cores(), MAX_WORKERS)


def cores():
    """Return how many cores this process may use, by its affinity and the quota of its container."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return max(1, min(affinity, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such file, or the quota is "max"
        return affinity


def pytest_configure(config):
    """Give each worker, and what it starts, one BLAS thread: two workers of two threads each wait for one another."""
    if getattr(config.option, "tx", None):
        os.environ.setdefault("OMP_NUM_THREADS", "1")
    read_signatures_once()


def read_signatures_once():
    """Let typer read the signature of each command once, since thousands of command lines run in one process."""
    read = cache(typer.main.get_params_from_function)
    typer.main.get_params_from_function = lambda function: {name: copy(one) for name, one in read(function).items()}


@pytest.fixture(scope="session")
def make_profile():
    """Return the function that makes the ICC profile of an imaginary printing condition."""
    sys.path.append(str(Path(__file__).parent))
    return import_module("cmyk_profile").cmyk_profile


@pytest.fixture(scope="session")
def strict_registry() -> Registry:
    """The built-ins, and the backend ``strict`` as an installed plugin would bring it."""
    pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    sys.path.append(str(Path(__file__).parent))
    registry = build(third_party=False)
    plugin = registry.install(import_module("strict_backend"), "strict", "limner-strict", "1.0")
    assert not plugin.problem
    return registry
