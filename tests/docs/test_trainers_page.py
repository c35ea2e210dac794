"""docs/trainers.md compares every trainer there is, and the script that wrote it still runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from limner.registry.registry import build

DOCS = Path(__file__).parents[2] / "docs"


def test_every_trainer_is_compared():
    page = (DOCS / "trainers.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z]+)`", page, re.MULTILINE)
    known = build(third_party=False)
    comparable = {name for name in known.names("trainer") if "point" in known.load("trainer", name).domains}
    assert set(rows) == comparable
    assert (DOCS / "pictures" / "trainers.svg").exists()


@pytest.mark.slow
def test_the_comparison_runs(tmp_path):
    command = [sys.executable, str(DOCS / "make_trainers.py"), "--seconds", "0.5", "--seeds", "1", "-o", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    page, stored = (folder.joinpath("trainers.md").read_text("utf-8") for folder in (tmp_path, DOCS))
    numbers = re.compile(r"[0-9][0-9.,]*|^\|.*$", re.MULTILINE)
    assert numbers.sub("", page) == numbers.sub("", stored)
    assert page.count("\n| `") == stored.count("\n| `")
    assert (tmp_path / "pictures" / "trainers.svg").read_text("utf-8").startswith("<?xml")
