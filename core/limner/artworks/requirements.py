"""Missing requirements of a file: packages, with the pip command, and classes without a package."""

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

if TYPE_CHECKING:
    from limner.formats.manifest import Manifest
    from limner.registry.registration import Entry

NOT_INSTALLED = "not installed"


def unmet(manifest: Manifest) -> str:
    """Return what a file needs and how to get it, in one sentence; empty if all of it is here."""
    kinds = list(dict.fromkeys(_qualified_kinds(manifest.recipe)))
    missing = [kind for kind in kinds if not _is_registered(kind)]
    old = _older_entries(manifest.recipe)
    packages = {split_name(kind)[0] for kind in missing} | {entry.package for entry, _ in old}
    packages |= {name for name in manifest.packages if not _has_plugin(name)}
    packages -= {LOCAL, *OWN_PACKAGES}
    same = {package: _other_build(package, manifest, old) for package in sorted(packages)}
    needs = [_needs_package(name, manifest) for name in sorted(packages) if not same[name]]
    said = ["needs " + " and ".join(needs) + f"; {_install_hint([name for name in same if not same[name]], manifest)}"]
    said = (said if needs else []) + [text for text in same.values() if text]
    said += [_older_class(entry, wanted) for entry, wanted in old if entry.package == LOCAL]
    return "; ".join([*said, *_needs_classes([kind for kind in kinds if split_name(kind)[0] == LOCAL], manifest)])


def package_state(package: str) -> str:
    """Return why a package's plugins are not used, ``not installed`` for example; empty if they are."""
    return "" if _has_plugin(package) else _state(package)


def _qualified_kinds(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield every qualified kind in a table from a file, however deep."""
    if depth > 64:
        return
    if isinstance(value, Mapping):
        kind = value.get("kind")
        if isinstance(kind, str) and "/" in kind and kind.isprintable() and len(kind) <= 300:
            yield kind
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ():
        yield from _qualified_kinds(inner, depth + 1)


def _older_entries(recipe: Mapping[str, Any]) -> list[tuple[Entry, int]]:
    """Return the installed stages of older revisions than those that wrote a recipe, with the revisions it needs."""
    out: dict[Entry, int] = {}

    def look(place: StageLocation, table: dict[str, Any]) -> dict[str, Any]:
        cls, revision = class_at(place, table), table.get("revision", 1)
        if cls is not None and isinstance(revision, int) and revision > cls.revision:
            out[registry().entry(place.role, str(table["kind"]))] = revision
        return table

    rewrite_stages(recipe, look)
    return list(out.items())


def _other_build(package: str, manifest: Manifest, old: list[tuple[Entry, int]]) -> str:
    """Return what is needed of a package whose version is right and whose revisions are older; empty for any other."""
    stages = [(entry, wanted) for entry, wanted in old if entry.package == package]
    if not stages or manifest.packages.get(package) != stages[0][0].version:
        return ""
    needed = " and ".join(f"revision {wanted} of {_stage_name(entry)}" for entry, wanted in stages)
    here = ", ".join(f"revision {_revision(entry)}" for entry, _ in stages)
    return f"needs {needed}, and {stages[0][0].owner} as installed has {here}; install a newer build of {package}"


def _older_class(entry: Entry, wanted: int) -> str:
    cls = entry.target.rpartition(":")[2].rpartition(".")[2]
    return (
        f"needs revision {wanted} of the class {cls}, and the one given has revision {_revision(entry)}; pass the newer"
    )


def _stage_name(entry: Entry) -> str:
    return f"{entry.role} {entry.name!r}"


def _revision(entry: Entry) -> int:
    return registry().load(entry.role, entry.qualified_name).revision


def _is_registered(kind: str) -> bool:
    return any(registry().has(role.name, kind) for role in registry().roles())


def _has_plugin(package: str) -> bool:
    return any(plugin.package == normalized(package) and not plugin.problem for plugin in registry().plugins)


def _needs_package(package: str, manifest: Manifest) -> str:
    made = manifest.packages.get(package, "")
    return f"{package} {made}".strip() + f" ({_state(package)})"


def _state(package: str) -> str:
    installed = _installed(package)
    if not installed:
        return "not installed"
    problem = _problem(package)
    aside = f", broken: {problem}" if problem else ""
    return f"installed: {installed}" + (f", disabled by {VARIABLE}" if _is_disabled(package) else aside)


def _installed(package: str) -> str:
    """Return the version that is installed, whether it is used or not; empty if none is."""
    found = next((plugin.version for plugin in registry().plugins if plugin.package == package), "")
    try:
        return found or version(package)
    except PackageNotFoundError:
        return ""


def _problem(package: str) -> str:
    """Return why an installed plugin is broken; empty if it is not."""
    return next((one.problem for one in registry().plugins if one.package == package and one.problem), "")


def _is_disabled(package: str) -> bool:
    return not selection().uses(package)


def _install_hint(packages: list[str], manifest: Manifest) -> str:
    """Return what to do: enable a package, repair it, or install another version of it.

    That is the version that made the file if a newer one has dropped a stage.
    """
    wanted, others = [], []
    for package in packages:
        made, installed = manifest.packages.get(package, "").strip("?"), _installed(package)
        older = bool(installed) and _release(installed) < _release(made)
        if installed and not older and _is_disabled(package):
            others.append(f"unset {VARIABLE}")
            continue
        if installed == made and _problem(package):
            others.append(f"repair {package}, which does not load")
            continue
        others += [f"unset {VARIABLE}"] if installed and _is_disabled(package) else []
        sign = "==" if _release(installed) > _release(made) else ">="
        wanted.append(f'"{package}{sign}{made}"' if made else package)
    pip = [f"pip install {' '.join(wanted)}"] if wanted else []
    return " and ".join([*dict.fromkeys(others), *pip])


def _release(text: str) -> list[int]:
    """Return the numbers that a version begins with, ``1.2`` of ``1.2rc1``, to compare them."""
    return [int(part) for part in re.match(r"[\d.]*", text)[0].split(".") if part]  # type: ignore[index]  # it matches anything


def _needs_classes(kinds: list[str], manifest: Manifest) -> Iterator[str]:
    """Yield a sentence about the missing classes without a package, with all of the file's in the call to write."""
    named = {kind: _class_name(kind, manifest.classes.get(kind, "")) for kind in kinds}
    missing = [named[kind] for kind in kinds if not _is_registered(kind)]
    if missing:
        several = len(missing) > 1
        classes = " and ".join(cls + (f" (module {module})" if module else "") for module, cls in missing)
        listed = ", ".join(cls for _, cls in named.values())
        yield (
            f"needs the class{'es' if several else ''} {classes}, which {'are' if several else 'is'} in no package; "
            f"pass {'them' if len(named) > 1 else 'it'}: limner.open(path, stages=[{listed}])"
        )


def _class_name(kind: str, target: str) -> tuple[str, str]:
    """Return the module of a class, empty if it is unknown, and its name."""
    module, _, qualname = target.partition(":")
    cls = qualname.rpartition(".")[2] or "".join(word.title() for word in split_name(kind)[1].split("-"))
    return module, cls
