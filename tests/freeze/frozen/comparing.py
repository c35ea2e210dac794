"""Comparing: what differs between two records, trace by trace, by name."""

from collections.abc import Iterator

Record = dict[str, dict[str, str]]
"""Of each case, each trace's digest."""


def differences(old: Record, new: Record) -> Iterator[str]:
    """Yield a line for each trace that is new, gone or other."""
    for case in sorted(old.keys() | new.keys()):
        if case not in new:
            yield f"{case}: is gone"
        elif case not in old:
            yield f"{case}: is new"
        else:
            yield from _of_case(case, old[case], new[case])


def _of_case(case: str, old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    for trace in sorted(old.keys() | new.keys()):
        was, comes = old.get(trace), new.get(trace)
        if was == comes:
            continue
        if comes is None:
            yield f"{case}: {trace} is gone"
        elif was is None:
            yield f"{case}: {trace} is new"
        else:
            yield f"{case}: {trace} differs ({was} → {comes})"


def without_bytes(record: Record) -> Record:
    """Leave out whole files' bytes, which hold limner's version, where that has changed."""
    return {
        case: {trace: value for trace, value in traces.items() if not trace.endswith(": bytes")}
        for case, traces in record.items()
    }
