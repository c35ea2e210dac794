"""Type checkers find what is wrong in the code of clients and authors, and nothing in what is right."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import limner
import limner_plugins

HERE = Path(__file__).parent
FILES = ("right.py", "wrong.py")
ROOTS = [str(Path(module.__file__).parents[1]) for module in (limner, limner_plugins)]

pytestmark = pytest.mark.slow


def mypy(folder):
    """The lines of each file of which mypy in strict mode reports an error."""
    pytest.importorskip("mypy", reason="mypy is not installed; pip install -e .[lint]")
    command = ["--strict", "--follow-imports=silent", "--no-error-summary", "--config-file", ""]
    command += ["--cache-dir", str(folder / "mypy")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *command, *FILES],
        cwd=HERE,
        env={"MYPYPATH": ":".join(ROOTS), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return [(m[1], int(m[2])) for m in re.finditer(r"^(\w+\.py):(\d+): error", done.stdout, re.MULTILINE)]


def pyright(folder):
    """The lines of each file of which pyright reports an error; basedpyright is pyright with its own node."""
    if find_spec("basedpyright") is None:
        pytest.skip("basedpyright is not installed; pip install -e .[test]")
    config = {
        "include": [str(HERE / name) for name in FILES],
        "extraPaths": ROOTS,
        "typeCheckingMode": "standard",
        "pythonVersion": "3.11",
    }
    path = folder / "pyrightconfig.json"
    path.write_text(json.dumps(config))
    command = [sys.executable, "-m", "basedpyright", "-p", str(path), "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["generalDiagnostics"]
    return [(Path(d["file"]).name, d["range"]["start"]["line"] + 1) for d in found if d["severity"] == "error"]


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_wrong_line_is_reported_and_no_other(checker, tmp_path):
    wrong = [i for i, line in enumerate((HERE / "wrong.py").read_text().splitlines(), 1) if line.endswith("# wrong")]
    assert len(wrong) > 20
    assert sorted(set(checker(tmp_path))) == [("wrong.py", line) for line in wrong]
