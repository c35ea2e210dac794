"""Missing requirements of a file: packages, with the pip command to install them, and classes without a package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from limner.artworks.third_party import OWN_PACKAGES
from limner.composition.stage_tables import StageLocation, class_at, rewrite_stages
from limner.registry.names import LOCAL, normalized, split_name
from limner.registry.registry import registry
from limner.registry.selection import VARIABLE, selection
from limner.utils.shell import quote

if TYPE_CHECKING:
    from limner.formats.manifest import Manifest
    from limner.registry.registration import Entry

NOT_INSTALLED = "not installed"


def unmet(manifest: Manifest) -> str:
    """Return a message about what a file needs and how to get it, or an empty string if nothing is missing."""
    kinds = list(dict.fromkeys(_qualified_kinds(manifest.recipe)))
    missing = [kind for kind in kinds if not _is_registered(kind)]
    old = _older_entries(manifest.recipe)
    packages = {split_name(kind)[0] for kind in missing} | {entry.package for entry, _ in old}
    packages |= {name for name in manifest.packages if not _has_plugin(name)}
    packages -= {LOCAL, *OWN_PACKAGES}
    builds = {package: _needs_build(package, manifest, old) for package in sorted(packages)}
    to_install = [package for package in sorted(packages) if not builds[package]]
    messages = []
    if to_install:
        needs = " and ".join(_needs_package(package, manifest) for package in to_install)
        messages.append(f"needs {needs}; {_install_hint(to_install, manifest)}")
    messages += [message for message in builds.values() if message]
    messages += [_needs_newer_class(entry, revision) for entry, revision in old if entry.package == LOCAL]
    local_kinds = [kind for kind in kinds if split_name(kind)[0] == LOCAL]
    return "; ".join([*messages, *_needs_classes(local_kinds, manifest)])


def package_state(package: str) -> str:
    """Return why a package's plugins are unavailable, for example ``not installed``; empty if they are available."""
    return "" if _has_plugin(package) else _state(package)


def _qualified_kinds(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield every qualified kind in an untrusted table, up to a depth of 64."""
    if depth > 64:
        return
    if isinstance(value, Mapping):
        kind = value.get("kind")
        if isinstance(kind, str) and "/" in kind and kind.isprintable() and len(kind) <= 300:
            yield kind
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ():
        yield from _qualified_kinds(inner, depth + 1)


def _older_entries(recipe: Mapping[str, Any]) -> list[tuple[Entry, int]]:
    """Return the installed stages that are older than the recipe needs, each with the revision that it needs."""
    outdated: dict[Entry, int] = {}

    def check_revision(place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        cls, revision = class_at(place, table), table.get("revision", 1)
        if cls is not None and isinstance(revision, int) and revision > cls.revision:
            outdated[registry().entry(place.role, str(table["kind"]))] = revision
        return table

    rewrite_stages(recipe, check_revision)
    return list(outdated.items())


def _needs_build(package: str, manifest: Manifest, old: list[tuple[Entry, int]]) -> str:
    """Return a message if a package has the right version but older stages, as a development build may; else empty."""
    stages = [(entry, revision) for entry, revision in old if entry.package == package]
    if not stages or manifest.packages.get(package) != stages[0][0].version:
        return ""
    needed = " and ".join(f"revision {revision} of {_stage_name(entry)}" for entry, revision in stages)
    installed = ", ".join(f"revision {_revision(entry)}" for entry, _ in stages)
    return f"needs {needed}, but the installed {stages[0][0].owner} has {installed}; install a newer build of {package}"


def _needs_newer_class(entry: Entry, needed: int) -> str:
    """Return a message about a class without a package that is older than the recipe needs."""
    cls = entry.target.rpartition(":")[2].rpartition(".")[2]
    return f"needs revision {needed} of the class {cls}, not revision {_revision(entry)}; pass the newer class"


def _stage_name(entry: Entry) -> str:
    return f"{entry.role} {entry.name!r}"


def _revision(entry: Entry) -> int:
    return registry().load(entry.role, entry.qualified_name).revision


def _is_registered(kind: str) -> bool:
    return any(registry().has(role.name, kind) for role in registry().roles())


def _has_plugin(package: str) -> bool:
    return any(plugin.package == normalized(package) and not plugin.problem for plugin in registry().plugins)


def _needs_package(package: str, manifest: Manifest) -> str:
    return f"{package} {manifest.packages.get(package, '')}".strip() + f" ({_state(package)})"


def _state(package: str) -> str:
    installed = _installed(package)
    if not installed:
        return "not installed"
    problem = _problem(package)
    note = f", broken: {problem}" if problem else ""
    return f"installed: {installed}" + (f", disabled by {VARIABLE}" if _is_disabled(package) else note)


def _installed(package: str) -> str:
    """Return the installed version of a package, whether or not it is enabled; empty if it is not installed."""
    plugin_version = next((plugin.version for plugin in registry().plugins if plugin.package == package), "")
    try:
        return plugin_version or version(package)
    except PackageNotFoundError:
        return ""


def _problem(package: str) -> str:
    """Return why an installed plugin is broken; empty if it works."""
    return next((one.problem for one in registry().plugins if one.package == package and one.problem), "")


def _is_disabled(package: str) -> bool:
    return not selection().uses(package)


def _install_hint(packages: list[str], manifest: Manifest) -> str:
    """Return what to do about packages: enable, repair or install them.

    If the installed version is newer than the one that wrote the file, it has dropped a stage, so the older version is
    needed.
    """
    requirements, steps = [], []
    for package in packages:
        needed, installed = manifest.packages.get(package, "").strip("?"), _installed(package)
        older = bool(installed) and _release(installed) < _release(needed)
        if installed and not older and _is_disabled(package):
            steps.append(f"unset {VARIABLE}")
            continue
        if installed == needed and _problem(package):
            steps.append(f"repair {package}, which does not load")
            continue
        steps += [f"unset {VARIABLE}"] if installed and _is_disabled(package) else []
        sign = "==" if _release(installed) > _release(needed) else ">="
        requirements.append(_shell_word(f"{package}{sign}{needed}" if needed else package))
    pip = [f"pip install {' '.join(requirements)}"] if requirements else []
    return " and ".join([*dict.fromkeys(steps), *pip])


def _shell_word(requirement: str) -> str:
    """Return a requirement as a word of a shell command; names and versions come from the file."""
    versioned = re.fullmatch(r"[\w.-]+[=>]=[\w.+!-]+", requirement)
    return f'"{requirement}"' if versioned else quote(requirement)


def _release(text: str) -> list[int]:
    """Return the leading numbers of a version for comparison: 1 and 2 for ``1.2rc1``."""
    return [int(part) for part in re.match(r"[\d.]*", text)[0].split(".") if part]  # type: ignore[index]  # it matches anything


def _needs_classes(kinds: list[str], manifest: Manifest) -> Iterator[str]:
    """Yield a message if classes without a package are missing; the call it suggests lists all those of the file."""
    names = {kind: _class_name(kind, manifest.classes.get(kind, "")) for kind in kinds}
    missing = [names[kind] for kind in kinds if not _is_registered(kind)]
    if missing:
        several = len(missing) > 1
        classes = " and ".join(cls + (f" (module {module})" if module else "") for module, cls in missing)
        stages = ", ".join(cls for _, cls in names.values())
        yield (
            f"needs the class{'es' if several else ''} {classes}, which {'are' if several else 'is'} in no package; "
            f"pass {'them' if len(names) > 1 else 'it'}: limner.open(path, stages=[{stages}])"
        )


def _class_name(kind: str, target: str) -> tuple[str, str]:
    """Return the module of a class, which is empty if unknown, and its name."""
    module, _, qualname = target.partition(":")
    cls = qualname.rpartition(".")[2] or "".join(word.title() for word in split_name(kind)[1].split("-"))
    return module, cls
