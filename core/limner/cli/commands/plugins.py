"""``limner plugins``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from limner.console import options as o
from limner.console.output import note, printable, result
from limner.errors import LimnerError, did_you_mean

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Stages, and the plugins that bring them.")


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only this kind: encoder, network, ...")] = None,
    as_json: o.Json = False,
) -> None:
    """List every stage and theme, the commands of other packages, and the plugins that are broken.

    \b
    limner plugins list
    limner plugins list --kind encoder
    """
    from limner.cli._plugin_listing import COMMAND, rows
    from limner.registry.commands import find_commands
    from limner.registry.registry import registry

    known = registry()
    kinds = [*known.shown_roles(), COMMAND]
    if kind is not None and kind not in kinds:
        raise LimnerError(f"--kind: {kind!r} is no kind of stage{did_you_mean(kind, kinds)}")
    listed = rows(known, find_commands(), kind)
    wide = max((len(row.kind) for row in listed), default=0)
    long = max((len(row.name) for row in listed), default=0)
    for row in listed:
        line = f"{row.kind:{wide}} {row.name:{long}} {printable(row.text)}"
        line += f"  [{row.owner}]" if row.owner else ""
        result(row.record, line + ("  CLASH: two packages claim this name" if row.clash else ""), as_json=as_json)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A stage: xy, or encoder/xy where two kinds have the name.")],
    as_json: o.Json = False,
) -> None:
    """Show a stage: what it does, and its parameters with their defaults and bounds.

    \b
    limner plugins show mlp
    limner plugins show encoder/latent
    """
    from limner.registry.registry import registry

    known = registry()
    kind, _, rest = name.rpartition("/")
    kinds = known.shown_roles()
    found = [k for k in kinds if rest in known.names(k) and kind in ("", k)]
    if not found:
        every = [n for k in kinds for n in known.names(k) if kind in ("", k)]
        command = known.told_by(name)
        mend = f"; {command} tells of the recipe" if command else did_you_mean(rest, every)
        raise LimnerError(f"there is no stage {name!r}{mend}")
    for each in found:
        told = describe(each, rest)
        lines = [f"{each} {rest}: {printable(told['summary'])}", f"from {told['package']}", ""]
        lines += ["    " + line for line in told["doc"].splitlines()]
        for field in told["parameters"]:
            lines += [
                "",
                f"  {field['name']} = {field['default']}   {field['bounds']}",
                f"      {field['description']}",
            ]
        result(told, "\n".join(lines), as_json=as_json)


def describe(kind: str, name: str) -> dict[str, Any]:
    """A stage: its summary, its documentation, its parameters with their defaults and bounds.

    Raises:
        LimnerError: there is no such stage.
    """
    import inspect

    from limner.registry.registry import registry

    entry = registry().entry(kind, name)
    if registry().role(kind).holds == "folder":
        return _folder(entry)
    cls = registry().load(kind, name)
    fields = [_field(n, f, s) for (n, f), s in zip(cls.model_fields.items(), _schemas(cls), strict=True)]
    told = {"kind": kind, "name": name, "summary": entry.summary, "package": f"{entry.package} {entry.version}"}
    return {**told, "doc": inspect.cleandoc(cls.__doc__ or ""), "parameters": fields}


def _folder(entry: Any) -> dict[str, Any]:
    """A folder, a theme say, has no parameters: what it brings stands for itself."""
    from limner.registry.registry import registry

    brings = sorted(
        one.name for one in registry().folder(entry.kind, entry.name).iterdir() if not one.name.startswith("_")
    )
    told = {"kind": entry.kind, "name": entry.name, "summary": entry.summary}
    told |= {"package": f"{entry.package} {entry.version}", "doc": f"Brings {', '.join(brings)}."}
    return {**told, "parameters": []}


def _schemas(cls: Any) -> list[dict[str, Any]]:
    return list(cls.model_json_schema().get("properties", {}).values())


def _field(name: str, field: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter, for people and for JSON."""
    from limner.recipes.overrides import show_value

    return {
        "name": name,
        "default": show_value(field.default),
        "description": field.description or "",
        "bounds": _bounds(schema),
    }


def _bounds(schema: dict[str, Any]) -> str:
    """What a parameter may be, from its JSON schema."""
    if "anyOf" in schema:
        return ", or ".join(_bounds(branch) for branch in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        items = schema.get("prefixItems")
        inner = _bounds(items[0] if items else schema.get("items", {}))
        return f"{len(items)} of: {inner}" if items else f"a list of: {inner}"
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    words = {"number": "a number", "integer": "a whole number", "boolean": "true | false", "string": "a text"}
    kind = words.get(str(schema.get("type")), "")
    if low is None or high is None:
        return kind
    above = "above " if "exclusiveMinimum" in schema else ""
    return f"{kind}, {above}{low} to {high}"


@app.command("check")
def check(
    package: Annotated[str, typer.Argument(help="The plugin's package, or 'limner' for the built-ins.")],
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Run the conformance kit over a package's stages. Exit code 1 if a check fails.

    \b
    limner plugins check limner-spiral
    """
    from limner.cli._plugin_listing import broken_packages
    from limner.registry.commands import find_commands
    from limner.registry.registry import registry
    from limner.testing import Skip, package_checks

    known, index = registry(), find_commands()
    broken = broken_packages(known, index)
    if package in broken:
        raise LimnerError(f"{package} is broken: {broken[package]}")
    checks = package_checks(package, known, commands=index)
    if not checks:
        packages = {entry.package for entry in known.entries()} | {command.package for command in index}
        raise LimnerError(f"no plugin of a package {package!r} is installed{did_you_mean(package, packages)}")
    failed, skipped = 0, 0
    for identity, call in checks:
        try:
            call()
        except Skip as reason:
            skipped += 1
            result({"check": identity, "skipped": str(reason)}, f"skip  {identity}: {reason}", as_json=as_json)
        except AssertionError as error:
            failed += 1
            result(
                {"check": identity, "failed": str(error)}, f"FAIL  {identity}: {printable(str(error))}", as_json=as_json
            )
        except Exception as error:  # noqa: BLE001 - a stranger's stage may raise anything
            failed += 1
            text = printable(f"{type(error).__name__}: {error}")
            result({"check": identity, "failed": text}, f"FAIL  {identity}: {text}", as_json=as_json)
    note(f"{len(checks)} checks, {failed} failed, {skipped} skipped", quiet=quiet)
    if failed:
        raise typer.Exit(1)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="The plugin's name: lower-case words joined by hyphens.")],
    kind: Annotated[str, typer.Option(help="encoder, warp, network, color, theme or command.")] = "encoder",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="DIR", help="Where; limner-NAME if left out.")
    ] = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Write a complete plugin package to start from: it installs, passes its tests and paints.

    \b
    limner plugins new ripple --kind warp
    pip install -e 'limner-ripple[test]' && pytest limner-ripple && limner paint ripple
    """
    from limner import scaffold

    folder = out or Path(f"limner-{name}")
    for path in scaffold.new(name, kind, folder):
        result({"path": str(path)}, str(path), as_json=as_json)
    examples = {"theme": f"limner gallery build PICTURES --theme {name}", "command": f"limner {name} ART.png"}
    shown = examples.get(kind, f"limner paint {name}")
    note(f"next: pip install -e '{folder}[test]' && pytest {folder} && {shown}", quiet=quiet)
