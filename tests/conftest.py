"""What several test files share."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from limner.registry.registry import Registry, build


@pytest.fixture(scope="session")
def strict_registry() -> Registry:
    """The built-ins, and the backend ``strict`` as an installed plugin would bring it."""
    pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    sys.path.append(str(Path(__file__).parent))
    registry = build(third_party=False)
    plugin = registry.install(import_module("strict_backend"), "strict", "limner-strict", "1.0")
    assert not plugin.problem
    return registry
