"""``limner plugins``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from limner.console import options as o
from limner.console.output import note, printable, result
from limner.console.wording import as_options
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
    kinds = [*known.listed_roles(), COMMAND]
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
    from limner.composition.stage_description import find_stages
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

    A check that depends on one that has failed is not run.

    With --json, each check is an object: check, status (passed, skipped, failed or crashed), reason, and the cause, the
    check whose failure left it out.

    \b
    limner plugins check limner-spiral
    """
    from limner.registry.commands import find_commands
    from limner.registry.registry import registry
    from limner.testing.outcomes import checks_of_package, count_outcomes, run_checks, without_repetition

    checks = checks_of_package(package, registry(), find_commands())
    counts: Counter[str] = Counter()
    outcomes = count_outcomes(run_checks(checks), counts)
    for outcome in outcomes if as_json else without_repetition(outcomes):
        outcome = replace(outcome, reason=as_options(outcome.reason))
        text = f"{WORDS[outcome.status]}  {outcome.check}: {printable(outcome.reason)}"
        result(asdict(outcome), text, as_json=as_json)
    parts = [f"{counts[each]} {each}" for each in ("failed", "not run", "skipped") if counts[each] or each != "not run"]
    note(f"{len(checks)} checks, {', '.join(parts)}", quiet=quiet)
    if counts["failed"]:
        raise typer.Exit(1)


NewKind = Annotated[str, typer.Option(metavar="KIND", help="encoder, warp, network, theme, command, or another role.")]
Summary = Annotated[str, typer.Option(metavar="TEXT", help="One line on what it does. Write it later if omitted.")]
Into = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Add it to the package in this folder; write no new package.")
]
NewFolder = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder of the new package (default: limner-NAME).")
]


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="The plugin's name: lower-case words joined by hyphens.")],
    kind: NewKind = "encoder",
    summary: Summary = "",
    into: Into = None,
    out: NewFolder = None,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
) -> None:
    """Write a complete plugin package to start from: it installs, passes its tests and paints.

    \b
    limner plugins new ripple --kind warp --summary "rings, as of a stone in water"
    pip install -e 'limner-ripple[test]' && pytest limner-ripple && limner paint ripple
    limner plugins new dusk --kind color --into limner-ripple
    """
    from limner import scaffold

    if into and out:
        raise LimnerError("--into adds to a package and --out names a new one; leave one of them out")
    folder = into or out or Path(f"limner-{name}")
    if into:
        files = scaffold.extend(name, kind, into, summary=summary)
    else:
        files = scaffold.new(name, kind, folder, summary=summary)
    for path in files:
        result({"path": str(path)}, str(path), as_json=as_json)
    first = "" if summary else "write the summary where TODO: stands; "
    note(f"next: {first}pip install -e '{folder}[test]' && pytest {folder}", quiet=quiet)
