"""Record what limner does, or check that it still does it: see README.md beside this file."""

import argparse
import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from frozen.artworks import FAILS
from frozen.case import Case
from frozen.cases import CASES
from frozen.comparing import Record, differences, without_bytes
from frozen.machine import machine, unlike
from frozen.taking import TRACEBACK, take_all


def main() -> int:
    """Do what the command line asks; 1 is the exit code of a difference, 3 that of another machine."""
    asked = _parse()
    cases = [case for case in CASES if any(fnmatchcase(case.name, pattern) for pattern in asked.only or ["*"])]
    if not cases:
        sys.stderr.write("no case is called so\n")
        return 2
    if asked.what == "list":
        sys.stdout.writelines(f"{case.name}\n" for case in cases)
        return 0
    if asked.what == "record":
        return _record(asked, cases)
    return _check(asked, cases)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["record", "check", "list"])
    parser.add_argument("file", type=Path, nargs="?", default=Path(__file__).with_name("digests.json"))
    parser.add_argument("--python", default=sys.executable, help="whose limner is run; this Python's if left out")
    parser.add_argument("--only", action="append", metavar="GLOB", help="only the cases called so; may be repeated")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep all files there, to look at them")
    parser.add_argument("--jobs", type=int, default=2, help="cases at once")
    parser.add_argument("--anywhere", action="store_true", help="check on a machine other than the recorded one")
    parser.add_argument("--times", action="store_true", help="tell how long each case took")
    return parser.parse_args()


def _record(asked: argparse.Namespace, cases: list[Case]) -> int:
    record = _take_all(asked, cases)
    broken = [f"{name}: {trace}" for name, traces in record.items() for trace in traces if _is_broken(trace, traces)]
    if broken:
        sys.stderr.writelines(f"{line}\n" for line in broken)
        sys.stderr.write("nothing is recorded: these raise what no user should see\n")
        return 1
    if asked.only and asked.file.exists():  # the other cases stand as they were
        record = json.loads(asked.file.read_text("utf-8"))["cases"] | record
    known = {case.name for case in CASES}
    kept = {name: record[name] for name in sorted(record) if name in known}
    text = json.dumps({"machine": machine(asked.python), "cases": kept}, indent=1, ensure_ascii=False, sort_keys=True)
    asked.file.write_text(text + "\n", "utf-8")
    sys.stdout.write(f"{len(cases)} cases, {sum(len(record[case.name]) for case in cases)} digests: {asked.file}\n")
    return 0


def _is_broken(trace: str, traces: dict[str, str]) -> bool:
    return trace.endswith(f": {TRACEBACK}") or traces[trace] in ("70", FAILS)


def _check(asked: argparse.Namespace, cases: list[Case]) -> int:
    recorded = json.loads(asked.file.read_text("utf-8"))
    here = machine(asked.python)
    other = unlike(recorded["machine"], here)
    if other and not asked.anywhere:
        sys.stdout.write(
            f"recorded elsewhere ({', '.join(other)} differ): check out the code that is to be kept and record it "
            f"here with 'freeze.py record FILE', or try --anywhere\n"
        )
        return 3
    names = {case.name for case in cases}
    old = {name: traces for name, traces in recorded["cases"].items() if name in names or not asked.only}
    new = _take_all(asked, cases)
    if here["limner"] != recorded["machine"]["limner"]:
        sys.stdout.write("limner's version has changed; whole files' bytes, which hold it, are not compared\n")
        old, new = without_bytes(old), without_bytes(new)
    lines = list(differences(old, new))
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.write(f"{len(cases)} cases, {sum(map(len, new.values()))} digests, {len(lines)} differ\n")
    return 1 if lines else 0


def _take_all(asked: argparse.Namespace, cases: list[Case]) -> Record:
    def tell(name: str, seconds: float) -> None:
        if asked.times:
            sys.stderr.write(f"{seconds:6.1f} s  {name}\n")

    return take_all(cases, asked.python, asked.jobs, asked.keep, tell)


if __name__ == "__main__":
    sys.exit(main())
