"""``limner plugins``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from limner.console import options as o
from limner.console.output import note, printable, result
from limner.errors import LimnerError, did_you_mean

WORDS = {"passed": "pass", "skipped": "skip", "failed": "FAIL", "crashed": "FAIL"}

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
    from limner.registry.commands import find_commands
    from limner.registry.listing import COMMAND, rows
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
        result(row.record, f"{line}  {row.clash}".rstrip(), as_json=as_json)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A stage, command or role: xy, encoder/xy, or limner-foo/xy.")],
    as_json: o.Json = False,
) -> None:
    """Show a stage, a command or a role: what it does, and its parameters with their defaults and bounds.

    With --json, each parameter has a default as JSON and a JSON Schema.

    \b
    limner plugins show mlp
    limner plugins show encoder/latent
    limner plugins show limner-foo/xy
    """
    from limner.recipes.stage_description import find_stages
    from limner.registry.commands import find_commands

    for stage in find_stages(name, find_commands()):
        lines = [f"{stage.kind} {stage.name}: {printable(stage.summary)}", f"from {stage.package} {stage.version}", ""]
        lines += ["    " + line for line in stage.doc.splitlines()]
        for one in stage.parameters:
            lines += ["", f"  {one.name} = {one.default_text}   {one.bounds}", f"      {one.description}"]
        result(stage.record(), "\n".join(lines), as_json=as_json)


@app.command("check")
def check(
    package: Annotated[str, typer.Argument(help="The plugin's package, or 'limner' for the built-ins.")],
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Run the conformance kit over a package's stages. Exit code 1 if a check fails.

    With --json, each check is an object: check, status (passed, skipped, failed or crashed) and reason.

    \b
    limner plugins check limner-spiral
    """
    from limner.registry.commands import find_commands
    from limner.registry.registry import registry
    from limner.testing.outcomes import checks_of_package, run_checks

    checks = checks_of_package(package, registry(), find_commands())
    failed, skipped = 0, 0
    for outcome in run_checks(checks):
        failed += outcome.status in ("failed", "crashed")
        skipped += outcome.status == "skipped"
        if as_json or outcome.status != "passed":
            text = f"{WORDS[outcome.status]}  {outcome.check}: {printable(outcome.reason)}"
            result(asdict(outcome), text, as_json=as_json)
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
