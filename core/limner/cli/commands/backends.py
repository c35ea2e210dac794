"""``limner backends``."""

from __future__ import annotations

from limner.console import options as o
from limner.console.output import result
from limner.console.wording import as_options


def backends(as_json: o.Json = False) -> None:
    """List the array backends and whether they run on this machine.

    \b
    limner backends
    """
    from limner.registry.backends import survey
    from limner.registry.registry import registry

    for one in survey(registry()):
        detail = as_options(one.detail)
        record = {"name": one.name, "runs": one.runs, "auto": one.auto, "detail": detail}
        text = detail if one.runs else f"no: {detail}"
        result(record, f"{one.name:8}{text}" + (" (auto)" if one.auto else ""), as_json=as_json)
