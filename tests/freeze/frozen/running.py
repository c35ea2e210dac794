"""Running: the steps of a case, each a process of its own, in a folder that nothing else knows."""

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from frozen.case import CODE, Case, labels

LONGEST = 300  # seconds; a step that takes longer hangs


@dataclass(frozen=True)
class Done:
    """Keep what a step left on its streams."""

    label: str
    code: int
    out: str
    err: str


def environment() -> dict[str, str]:
    """Give all runs one environment: built-in stages, one hash seed, no terminal."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LIMNER", "COV"))}
    fixed = {"PYTHONHASHSEED": "0", "LIMNER_PLUGINS": "off", "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    return kept | fixed | {"TZ": "UTC", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "0", "MPLBACKEND": "agg"}


def run_steps(case: Case, python: str, here: Path) -> list[Done]:
    """Run a case's steps one after the other, whatever their exit codes are."""
    return [_step(label, step, python, here) for label, step in zip(labels(case.steps), case.steps, strict=True)]


def _step(label: str, step: str, python: str, here: Path) -> Done:
    if step.startswith(CODE):
        code, out, err = _process([python, "-c", step.removeprefix(CODE)], here, "")
        return Done(label, code, out, err)
    code, out, said = 0, "", ""
    for command in step.split(" | "):  # a pipe, one after the other: what is printed first is read next
        code, out, err = _process([python, "-m", "limner", *shlex.split(command)], here, out)
        said += err
    return Done(label, code, out, said)


def _process(words: list[str], here: Path, given: str) -> tuple[int, str, str]:
    done = subprocess.run(
        words, cwd=here, env=environment(), input=given.encode(), capture_output=True, check=False, timeout=LONGEST
    )
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
