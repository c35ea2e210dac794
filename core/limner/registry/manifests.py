"""Command manifests: files ``commands.toml``, read without importing the packages that ship them."""

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
    """Return the tables of a package's manifest; only the parents of the package are imported, not the package.

    Raises:
        PluginError: the package or its manifest is missing, or the manifest is invalid.
    """
    import tomllib

    spec = find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise PluginError(f"package {module!r} not found")
    path = Path(next(iter(spec.submodule_search_locations))) / MANIFEST
    try:
        content = spec.loader.get_data(str(path))  # type: ignore[union-attr]  # also from a zip file
    except (OSError, AttributeError) as error:
        raise PluginError(f"package {module!r} has no {MANIFEST}") from error
    try:
        tables = tomllib.loads(content.decode())
    except ValueError as error:
        raise PluginError(f"{MANIFEST} of {module!r} is not valid TOML: {error}") from error
    if not tables:
        raise PluginError(f"{MANIFEST} of {module!r} contains no commands")
    return tables


def has_manifest(module: str) -> bool:
    """Return whether a package ships a manifest."""
    try:
        spec = find_spec(module)
        return bool(spec and any((Path(one) / MANIFEST).is_file() for one in spec.submodule_search_locations or ()))
    except (Exception, SystemExit):  # noqa: BLE001 - finding a third-party package may raise anything
        return False


def check_table(name: str, table: Any) -> tuple[str, str, str]:
    """Return the target, the summary and the function of a command's table; the function is empty if omitted.

    Raises:
        PluginError: the table is invalid.
    """
    subject = f"{MANIFEST}: [{name}]"
    if not is_name(name):
        raise PluginError(f"{subject}: a command name must be lower-case words joined by hyphens")
    if not isinstance(table, dict) or not all(isinstance(table.get(key), str) for key in KEYS):
        raise PluginError(f"{subject}: must have two strings, target and summary")
    if unknown := [key for key in table if key not in (*KEYS, FUNCTION)]:
        raise PluginError(f"{subject}: unknown key {unknown[0]!r}{did_you_mean(unknown[0], KEYS)}")
    function = table.get(FUNCTION, "")
    for key, target in (("target", table["target"]), *([(FUNCTION, function)] if function else [])):
        module, colon, attribute = str(target).partition(":")
        if not (colon and attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))):
            raise PluginError(f"{subject}: the {key} {target!r} must look like 'module:function'")
    summary = table["summary"]
    if not (summary.strip() and summary.isprintable() and len(summary) <= MAX_SUMMARY):
        raise PluginError(f"{subject}: the summary must be one line of 1 to {MAX_SUMMARY} characters")
    return table["target"], summary, function
