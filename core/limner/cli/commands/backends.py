"""``limner backends``."""

from __future__ import annotations

from limner.console import options
from limner.console.output import print_result
from limner.console.wording import as_options


def backends(as_json: options.Json = False) -> None:
    """Show which array backends (CPU, GPU) run on this machine.

    \b
    limner backends
    """
    from limner.registry.backends import backend_states
    from limner.registry.registry import registry

    for state in backend_states(registry()):
        detail = as_options(state.detail)
        record = {"name": state.name, "runs": state.runs, "auto": state.auto, "detail": detail}
        text = detail if state.runs else f"not available: {detail}"
        print_result(record, f"{state.name:8}{text}" + (" (auto)" if state.auto else ""), as_json=as_json)
