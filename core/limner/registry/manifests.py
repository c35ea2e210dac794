"""The manifests of commands: files ``commands.toml``, read without importing the packages that ship them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from limner.errors import PluginError, did_you_mean
from limner.registry.names import is_name

MANIFEST = "commands.toml"
MAX_SUMMARY = 100  # characters
KEYS = ("target", "summary")
FUNCTION = "function"
"""The optional key of limner's own commands: the Python function of the same name, ``limner.NAME``."""


def read_manifest(module: str) -> dict[str, Any]:
    """Return the tables of a package's manifest; the package itself is not imported, only those above it."""
    import tomllib

    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise PluginError(f"there is no package {module!r}")
    path = Path(next(iter(spec.submodule_search_locations))) / MANIFEST
    try:
        content = spec.loader.get_data(str(path))  # type: ignore[union-attr]  # also from a zip file
    except (OSError, AttributeError) as error:
        raise PluginError(f"the package {module!r} has no {MANIFEST}") from error
    try:
        tables = tomllib.loads(content.decode())
    except ValueError as error:
        raise PluginError(f"{MANIFEST} of {module!r} is not TOML: {error}") from error
    if not tables:
        raise PluginError(f"{MANIFEST} of {module!r} announces no command")
    return tables


def has_manifest(module: str) -> bool:
    """Whether a package ships a manifest."""
    try:
        spec = find_spec(module)
        return bool(spec and any((Path(one) / MANIFEST).is_file() for one in spec.submodule_search_locations or ()))
    except (Exception, SystemExit):  # noqa: BLE001 - finding a third party's package may raise anything
        return False


def check_table(name: str, table: Any) -> tuple[str, str, str]:
    """Return the target, the summary and the function, "" for none, in the table of a command.

    Raises:
        PluginError: the table is not one.
    """
    lead = f"{MANIFEST}: [{name}]"
    if not is_name(name):
        raise PluginError(f"{lead}: a command's name must be lower-case words joined by hyphens")
    if not isinstance(table, dict) or not all(isinstance(table.get(key), str) for key in KEYS):
        raise PluginError(f"{lead}: must hold two texts, target and summary")
    if unknown := [key for key in table if key not in (*KEYS, FUNCTION)]:
        raise PluginError(f"{lead}: unknown key {unknown[0]!r}{did_you_mean(unknown[0], KEYS)}")
    function = table.get(FUNCTION, "")
    for key, target in (("target", table["target"]), *([(FUNCTION, function)] if function else [])):
        module, colon, attribute = str(target).partition(":")
        if not (colon and attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
            raise PluginError(f"{lead}: the {key} {target!r} must look like 'module:function'")
    summary = table["summary"]
    if not (summary.strip() and summary.isprintable() and len(summary) <= MAX_SUMMARY):
        raise PluginError(f"{lead}: the summary must be a line of 1 to {MAX_SUMMARY} characters")
    return table["target"], summary, function
