"""The optimizer and the trainer of the plugin author's guide pass the conformance kit, and are as short as promised."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from limner.registry.registry import build
from limner.testing import checks_for

GUIDE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
EXAMPLES = {"Optimizer": 10, "Trainer": 15}
"""What an author writes, in lines at most."""


def example(interface):
    """The name of the class that implements an interface in the guide, and the code of its block."""
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    found = [(match[1], block) for block in blocks if (match := re.search(rf"class (\w+)\({interface}\)", block))]
    (one,) = found
    return one


@pytest.mark.parametrize("interface", EXAMPLES)
def test_the_example_conforms(interface, monkeypatch):
    name, code = example(interface)
    module = ModuleType("limner_guide")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(code, module.__dict__)
    registry = build(third_party=False)
    registry.add(interface.lower(), "example", f"limner_guide:{name}", summary="of the guide")
    checks = [(identity, check) for identity, check in checks_for(interface.lower(), "example", registry)]
    assert len(checks) > 20
    for identity, check in checks:
        if not identity.endswith("light_import"):  # an interpreter of its own does not know the module
            check()


@pytest.mark.parametrize("interface", EXAMPLES)
def test_the_example_is_short(interface):
    lines = [line for line in example(interface)[1].splitlines() if line.strip()]
    assert len(lines) <= EXAMPLES[interface]
