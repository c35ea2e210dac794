"""Draw the architecture: read the packages, their imports and their layers, and write docs/pictures/architecture.svg.

    python docs/make_architecture.py

It reads the source with ``ast`` and imports nothing of limner. The layers are those of the import-linter contract in
pyproject.toml. ``-o FILE`` writes elsewhere.
"""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from architecture_picture.boxes import Box, Group
from architecture_picture.document import draw

ROOT = Path(__file__).parents[1]
OUTPUT = Path(__file__).parent / "pictures" / "architecture.svg"
SURFACES = {"limner": "limner", "plugin": "limner.plugin", "app": "limner.app", "testing": "limner.testing"}
"""The public packages and modules of the core, under the names that authors import."""
APPS, BUILT_INS = "limner_apps", "limner_plugins"


def layers(contracts: list[dict]) -> list[set[str]]:
    """Return the layers of the core, bottom to top, each a set of package names.

    Raises:
        SystemExit: no layers contract covers limner.
    """
    for contract in contracts:
        named = [set(re.split(r"[\s|:()]+", layer)) - {""} for layer in contract.get("layers", [])]
        if contract["type"] == "layers" and "limner" in contract.get("containers", []):
            return named[::-1]
        if contract["type"] == "layers" and all(name.startswith("limner.") for layer in named for name in layer):
            return [{name.removeprefix("limner.") for name in layer} for layer in named[::-1]]
    raise SystemExit("pyproject.toml: no import-linter contract of type 'layers' covers limner")


def modules(folder: Path) -> Iterator[Path]:
    """Yield the modules of a package; a folder without ``__init__.py``, such as one of templates, is skipped."""
    if folder.is_file():
        yield folder
    elif (folder / "__init__.py").exists():
        for path in sorted(folder.iterdir()):
            if path.is_dir() or path.suffix == ".py":
                yield from modules(path)


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(path.read_text("utf-8"))


def count(folder: Path) -> int:
    """Return the number of modules, without those ``__init__`` files that hold only a docstring."""
    return sum(path.name != "__init__.py" or len(parse(path).body) > 1 for path in modules(folder))


def purpose(path: Path) -> str:
    """Return the first sentence of the docstring of a package or module."""
    source = path / "__init__.py" if path.is_dir() else path
    text = " ".join((ast.get_docstring(parse(source)) or "").split("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s", text)[0].removesuffix(".").replace("`", "")


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, type-only and lazy imports included."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


class Code:
    """The packages of the repository and the imports between them."""

    def __init__(self, root: Path = ROOT) -> None:
        """Read the source.

        Raises:
            SystemExit: a package of the core is in no layer, or imports one that is not below it.
        """
        linter = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
        self.core, self.apps, self.built_ins = (
            root / "core/limner",
            root / "plugins" / APPS,
            root / "plugins" / BUILT_INS,
        )
        self.layers = layers(linter["contracts"])
        self.exempt = {line for contract in linter["contracts"] for line in contract.get("ignore_imports", [])}
        self.paths = dict(sorted(self._packages()))
        self.uses = {name: self._uses(name) for name in self.paths}
        self.families = [path.name for path in sorted(self.built_ins.iterdir()) if (path / "__init__.py").exists()]
        self.uses[BUILT_INS] = {self._owner(name) for path in modules(self.built_ins) for name in imports(path)}
        self._check_layers()
        self._place_root()

    def _packages(self) -> Iterator[tuple[str, Path]]:
        """Yield the names and paths of what is drawn: packages and public modules of the core, and applications."""
        for path in self.core.iterdir():
            if (path / "__init__.py").exists() or (path.suffix == ".py" and not path.name.startswith("_")):
                yield path.stem, path
        yield "limner", self.core / "__init__.py"
        for path in self.apps.iterdir():
            if (path / "__init__.py").exists():
                yield f"{APPS}.{path.name}", path

    def _owner(self, name: str) -> str:
        """Return the package that a dotted name belongs to, or "" if it is none of those drawn."""
        first, *rest = name.split(".")
        if first == "limner":
            if rest and rest[0] in self.paths:
                return rest[0]
            return "" if not rest or rest[0].startswith("_") else "limner"
        owner = ".".join([first, *rest[:1]])
        return owner if owner in self.paths else ""

    def _uses(self, package: str) -> set[str]:
        """Return the packages that a package imports, but for single imports that a contract exempts by name."""
        names = {name for path in modules(self.paths[package]) for name in imports(path)}
        kept = {name for name in names if f"{package} -> {name.rpartition('.')[0]}" not in self.exempt}
        return {self._owner(name) for name in kept} - {package, ""}

    def _check_layers(self) -> None:
        named = set().union(*self.layers)
        if unknown := [name for name in self.paths if name not in named | {"limner"} and "." not in name]:
            raise SystemExit(
                f"core/limner/{unknown[0]}: no layer names it; add it to the layers contract in pyproject.toml"
            )
        self.layers = [layer & set(self.paths) for layer in self.layers]
        below: set[str] = {"limner"}
        for layer in self.layers:
            for name in sorted(layer):
                if upward := sorted(self.uses[name] - below):
                    raise SystemExit(f"limner.{name} imports limner.{upward[0]}, which is not below it")
            below |= layer

    def _place_root(self) -> None:
        """Put ``limner`` itself, which no contract names, just above the packages that it imports."""
        top = max(i for i, layer in enumerate(self.layers) if layer & self.uses["limner"])
        self.layers.insert(top + 1, {"limner"})

    def rows(self) -> list[list[str]]:
        """Return the rows of the drawing, bottom to top; neighbouring layers share one if neither imports the other."""
        rows: list[list[str]] = []
        for layer in filter(None, self.layers):
            joins = rows and not any(self.uses[name] & set(rows[-1]) for name in layer)
            rows[-1:] = [[*rows[-1], *sorted(layer)]] if joins else [*rows[-1:], sorted(layer)]
        return [sorted(row, key=lambda name: name in SURFACES) for row in rows]

    def reduced(self, name: str) -> set[str]:
        """Return the imports of a package that do not follow from others: its row of the transitive reduction."""
        uses = self.uses[name]
        return {used for used in uses if not any(used in self.reach(via) for via in uses - {used})}

    def reach(self, name: str) -> set[str]:
        """Return everything that a package imports, directly or through others."""
        found, waiting = set(), [name]
        while waiting:
            new = self.uses.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found


def box(code: Code, name: str) -> Box:
    """Return a package as the drawing shows it."""
    path = code.paths[name]
    label = SURFACES.get(name, name.rpartition(".")[2])
    number = "" if path.is_file() else f"{count(path)} module{'s' * (count(path) != 1)}"
    return Box(name, label, purpose(path), number, public=name in SURFACES)


def picture(root: Path = ROOT) -> str:
    """Return the SVG."""
    code = Code(root)
    rows = [[box(code, name) for name in row] for row in reversed(code.rows())]
    core = [(name, used) for row in code.rows() for name in row for used in sorted(code.reduced(name))]
    apps = [name for name in code.paths if name.startswith(APPS)]
    groups = [
        Group("apps", APPS, purpose(code.apps), [box(code, name) for name in apps]),
        Group("built-ins", BUILT_INS, purpose(code.built_ins), [], code.families),
    ]
    outside = {"apps": set().union(*(code.uses[name] for name in apps)), "built-ins": code.uses[BUILT_INS]}
    inner = [(name, used) for name in apps for used in sorted(code.uses[name]) if used in apps]
    surfaces = [(group, name) for group, uses in outside.items() for name in SURFACES if name in uses]
    return draw(rows, groups, core, surfaces, inner)


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT)
    parser.parse_args().output.write_text(picture(), "utf-8")


if __name__ == "__main__":
    main()
