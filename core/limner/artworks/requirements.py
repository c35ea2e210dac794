"""What a file needs that is not installed: packages, with the pip command, and classes without a package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from limner.artworks.third_party import OWN
from limner.composition.stage_tables import StagePlace, class_at, rewritten
from limner.registry.names import LOCAL, normalized, split_name
from limner.registry.registry import registry
from limner.registry.selection import VARIABLE, selection

if TYPE_CHECKING:
    from limner.formats.manifest import Manifest


def unmet(manifest: Manifest) -> str:
    """Return what a file needs and how to get it, in one sentence; empty if all of it is here."""
    missing = [kind for kind in dict.fromkeys(_qualified_kinds(manifest.recipe)) if not _is_registered(kind)]
    classes = [kind for kind in missing if split_name(kind)[0] == LOCAL]
    packages = {split_name(kind)[0] for kind in missing} - {LOCAL, *OWN} | set(_too_old(manifest.recipe))
    packages |= {name for name in manifest.packages if name not in OWN and not _has_plugin(name)}
    needs = [_needs_package(name, manifest) for name in sorted(packages)]
    said = ["needs " + " and ".join(needs) + f"; {_fix(sorted(packages), manifest)}"] if needs else []
    return "; ".join([*said, *(_needs_class(kind, manifest.classes.get(kind, "")) for kind in classes)])


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


def _too_old(recipe: Mapping[str, Any]) -> list[str]:
    """Return the installed packages whose stages are of older revisions than those that wrote a recipe."""
    out = []

    def look(place: StagePlace, table: dict[str, Any]) -> dict[str, Any]:
        cls, revision = class_at(place, table), table.get("revision", 1)
        if cls is not None and isinstance(revision, int) and revision > cls.revision:
            out.append(registry().entry(place.role, str(table["kind"])).package)
        return table

    rewritten(recipe, look)
    return [package for package in out if package not in OWN]


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


def _fix(packages: list[str], manifest: Manifest) -> str:
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


def _needs_class(kind: str, target: str) -> str:
    module, _, qualname = target.partition(":")
    cls = qualname.rpartition(".")[2] or "".join(word.title() for word in split_name(kind)[1].split("-"))
    where = f" (module {module})" if module else ""
    return f"needs the class {cls}{where}, which is in no package; pass it: limner.open(path, stages=[{cls}])"
