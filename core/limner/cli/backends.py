"""``limner backends``."""

from __future__ import annotations

from limner.cli import options as o
from limner.cli.output import result


def backends(as_json: o.Json = False) -> None:
    """List the array backends and whether they run on this machine.

    \b
    limner backends
    """
    from limner.backend import Backend
    from limner.backends import choose
    from limner.errors import PluginError
    from limner.registry import registry

    known = registry()
    chosen = type(choose("auto", known))
    for name in known.names("backend"):
        try:
            cls = known.load("backend", name)
            reason = cls.missing()
        except PluginError as error:
            cls, reason = Backend, str(error)
        text = f"no: {reason}" if reason else cls().describe()
        default = cls is chosen
        record = {"name": name, "runs": not reason, "auto": default, "detail": reason or text}
        result(record, f"{name:8}{text}" + (" (auto)" if default else ""), as_json=as_json)
