"""``limner backends``."""

from __future__ import annotations

from limner.console import options as o
from limner.console.output import result


def backends(as_json: o.Json = False) -> None:
    """List the array backends and whether they run on this machine.

    \b
    limner backends
    """
    from limner.errors import PluginError
    from limner.registry.backends import choose
    from limner.registry.registry import registry
    from limner.stages.backend import Backend

    known = registry()
    chosen = type(choose("auto", known))
    for name in known.names("backend"):
        try:
            cls = known.load("backend", name, Backend)
            reason = cls.missing()
        except PluginError as error:
            cls, reason = Backend, str(error)
        text = f"no: {reason}" if reason else cls().describe()
        default = cls is chosen
        record = {"name": name, "runs": not reason, "auto": default, "detail": reason or text}
        result(record, f"{name:8}{text}" + (" (auto)" if default else ""), as_json=as_json)
