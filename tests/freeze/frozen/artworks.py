"""Artworks: θ and the recipe that a file carries, as the limner that is looked at reads them."""

import json
import subprocess
import sys
from pathlib import Path

from frozen.case import words
from frozen.digest import digest
from frozen.running import environment
from frozen.texts import plain_json

ENDINGS = words(".png .apng .gif .webp .jpg .jpeg .avif .tif .tiff .svg .pdf .limner .mp4 .webm")
FAILS = "fails"
"""Stands for the digest where limner, asked for many artworks at once, broke off; a record holds none."""


def artwork_traces(python: str, root: Path, made: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """Open all files of many cases, and tell θ and recipe of each; those that are no artworks say so.

    Args:
        python: the interpreter whose limner opens them.
        root: the folder of the cases' folders.
        made: the files of each case.
    """
    paths = {f"{case}/{name}": (case, name) for case, names in made.items() for name in names}
    paths = {path: where for path, where in paths.items() if Path(path).suffix.lower() in ENDINGS}
    found: dict[str, dict[str, str]] = {case: {} for case in made}
    arts = []
    for path, record in _opened(python, root, list(paths)).items():
        case, name = paths[path]
        found[case][f"{name}: θ"] = record["theta"] or "none"
        if record.get("repr"):
            found[case][f"{name}: repr"] = digest(record["repr"], record["seed"])
            arts.append(path)
    for path, recipe in _recipes(python, root, arts).items():
        case, name = paths[path]
        found[case][f"{name}: recipe"] = recipe
    return found


def _opened(python: str, root: Path, paths: list[str]) -> dict[str, dict[str, str]]:
    program = [python, str(Path(__file__).with_name("probe.py"))]
    lines = _run(program, root, paths)
    if len(lines) != len(paths):
        return {path: {"theta": FAILS} for path in paths}
    return dict(zip(paths, map(json.loads, lines), strict=True))


def _recipes(python: str, root: Path, paths: list[str]) -> dict[str, str]:
    """Digest what limner info tells of each."""
    lines = _run([python, "-m", "limner", "info", "--json", "-"], root, paths)
    if len(lines) != len(paths):
        return dict.fromkeys(paths, FAILS)
    return {path: digest(plain_json(line, root)) for path, line in zip(paths, lines, strict=True)}


def _run(command: list[str], root: Path, paths: list[str]) -> list[str]:
    """Give a program paths on its standard input, and take the lines that it prints; of none, none are asked."""
    if not paths:
        return []
    given = "".join(f"{path}\n" for path in paths)
    done = subprocess.run(
        command, cwd=root, env=environment(), input=given, encoding="utf-8", capture_output=True, check=False
    )
    sys.stderr.write(done.stderr)
    return [] if done.returncode else done.stdout.splitlines()
