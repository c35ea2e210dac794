"""Taking: the traces of cases, by their names."""

import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from frozen.artworks import artwork_traces
from frozen.case import Case
from frozen.comparing import Record
from frozen.digest import digest
from frozen.files import traces
from frozen.inputs import lay
from frozen.running import Done, run_steps
from frozen.texts import plain_lines

TRACEBACK = "traceback"  # what is recorded holds none


def take_all(
    cases: list[Case], python: str, jobs: int, keep: Path | None, tell: Callable[[str, float], None]
) -> Record:
    """Run cases, each in a folder of its own, and digest all that they say and leave.

    Args:
        cases: what is run.
        python: the interpreter whose limner it is.
        jobs: cases at once.
        keep: a folder to which the files are copied, to be looked at.
        tell: is told each case that is done, and the seconds it took.
    """
    record: Record = {}
    made: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="freeze-") as folder, ThreadPoolExecutor(jobs) as pool:
        root = Path(folder).resolve()
        for future in as_completed([pool.submit(_take, case, python, root / case.name, keep) for case in cases]):
            name, record[name], made[name], seconds = future.result()
            tell(name, seconds)
        # All artworks in few processes, since to start one takes longer than to open an artwork.
        names = sorted(made)
        shares = [{name: made[name] for name in names[at::jobs]} for at in range(jobs)]
        for found in pool.map(lambda share: artwork_traces(python, root, share), shares):
            for name, opened in found.items():
                record[name] |= opened
    return {case.name: {k: v for k, v in record[case.name].items() if not case.leaves(k)} for case in cases}


def _take(case: Case, python: str, here: Path, keep: Path | None) -> tuple[str, dict[str, str], list[str], float]:
    start = time.perf_counter()
    here.mkdir(parents=True)
    laid = lay(case.inputs, here)
    done = run_steps(case, python, here)
    found: dict[str, str] = {}
    for step in done:
        found |= said(step, here)
    files, made = left(laid, here)
    if keep:
        _keep(done, here, keep / case.name)
    return case.name, found | files, made, time.perf_counter() - start


def said(step: Done, here: Path) -> dict[str, str]:
    """Digest what a step says; of a traceback its last line, since the others name modules that may move."""
    if "Traceback" in step.err:
        return {f"$ {step.label}: {TRACEBACK}": step.err.strip().splitlines()[-1]}
    found = {f"$ {step.label}: exit": str(step.code)}
    if step.out:
        found[f"$ {step.label}: out"] = digest(plain_lines(step.out, here))
    if step.err:
        found[f"$ {step.label}: err"] = digest(plain_lines(step.err, here))
    return found


def left(laid: dict[str, bytes], here: Path) -> tuple[dict[str, str], list[str]]:
    """Digest the files that a case leaves, and name them; inputs only where they were changed."""
    there = {path.relative_to(here).as_posix(): path for path in sorted(here.rglob("*")) if path.is_file()}
    found = {f"{name}: input": "gone" for name in laid if name not in there}
    made = {name: path for name, path in there.items() if name not in laid or path.read_bytes() != laid[name]}
    for name, path in made.items():
        found |= {f"{name}: {kind}": value for kind, value in traces(path, here)}
    return found, list(made)


def _keep(done: list[Done], here: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(here, folder)
    streams = (f"$ {step.label}\n[{step.code}]\n{step.out}{step.err}" for step in done)
    (folder / "said.txt").write_text(plain_lines("\n".join(streams), here), "utf-8")
