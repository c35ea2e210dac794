"""``limner plugins``."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from limner.console import options
from limner.console.output import print_note, print_result
from limner.console.wording import as_options
from limner.errors import LimnerError, did_you_mean
from limner.utils.shell import quote, quote_path
from limner.utils.text import printable

STATUS_WORDS = {"passed": "pass", "skipped": "skip", "failed": "FAIL", "crashed": "FAIL"}

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List, check and create plugins.")


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="List only this kind: encoder, network, ...")] = None,
    as_json: options.Json = False,
) -> None:
    """List all stages and themes, the commands of other packages, and broken plugins.

    \b
    limner plugins list
    limner plugins list --kind encoder
    """
    from limner.registry.commands import find_commands
    from limner.registry.listing import COMMAND, listing_rows
    from limner.registry.registry import registry

    known = registry()
    kinds = [*known.listed_roles(), COMMAND]
    if kind is not None and kind not in kinds:
        raise LimnerError(f"--kind: unknown kind {kind!r}{did_you_mean(kind, kinds)}")
    listed = listing_rows(known, find_commands(), kind)
    kind_width = max((len(row.kind) for row in listed), default=0)
    name_width = max((len(row.name) for row in listed), default=0)
    for row in listed:
        line = f"{row.kind:{kind_width}} {row.name:{name_width}} {printable(row.text)}"
        line += f"  [{row.owner}]" if row.owner else ""
        print_result(row.record, f"{line}  {row.clash}".rstrip(), as_json=as_json)


@app.command("show")
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A stage, command or role: xy, encoder/xy, or limner-foo/xy.")
    ],
    as_json: options.Json = False,
) -> None:
    """Show a stage, a command or a role: its documentation, and its settings with defaults and bounds.

    With --json, each setting has its default and its JSON Schema.

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
        for field in stage.parameters:
            lines += ["", f"  {field.name} = {field.default_text}   {field.bounds}", f"      {field.description}"]
        print_result(stage.record(), "\n".join(lines).replace("``", ""), as_json=as_json)


@app.command("check")
def check(
    package: Annotated[
        str, typer.Argument(metavar="PACKAGE", help="The plugin's package, or 'limner' for the built-ins.")
    ],
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Run the conformance kit on a package. Exits with 1 if any check fails.

    A check that depends on a failed one is not run.

    With --json, each check is an object with the keys check, status (passed, skipped, failed or crashed), reason, and
    cause: the failed check because of which this one was not run.

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
        text = f"{STATUS_WORDS[outcome.status]}  {outcome.check}: {printable(outcome.reason)}"
        print_result(asdict(outcome), text, as_json=as_json)
    parts = [
        f"{counts[status]} {status}"
        for status in ("failed", "not run", "skipped")
        if counts[status] or status != "not run"
    ]
    print_note(f"{len(checks)} checks, {', '.join(parts)}", quiet=quiet)
    if counts["failed"]:
        raise typer.Exit(1)


NewKind = Annotated[str, typer.Option(metavar="KIND", help="encoder, warp, network, theme, command, or another role.")]
Summary = Annotated[
    str, typer.Option(metavar="TEXT", help="One line on what it does (default: a TODO to fill in later).")
]
Into = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Add it to the package in this folder instead of creating a package.")
]
NewFolder = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="DIR", help="Folder of the new package (default: limner-NAME).")
]


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The plugin's name: lower-case words joined by hyphens.")],
    kind: NewKind = "encoder",
    summary: Summary = "",
    into: Into = None,
    out: NewFolder = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Create a plugin package that installs, passes its tests and paints, as a starting point.

    \b
    limner plugins new ripple --kind warp --summary "rings, like those of a stone dropped in water"
    pip install -e 'limner-ripple[test]' && pytest limner-ripple && limner paint ripple
    limner plugins new dusk --kind color --into limner-ripple
    """
    from limner import scaffold

    if into and out:
        raise LimnerError("--into: cannot be combined with --out; omit one of them")
    folder = into or out or Path(f"limner-{name}")
    if into:
        files = scaffold.extend(name, kind, into, summary=summary)
    else:
        files = scaffold.new(name, kind, folder, summary=summary)
    for path in files:
        print_result({"path": str(path)}, str(path), as_json=as_json)
    first = "" if summary else "replace the TODO: summary; "
    command = f"pip install -e {quote(f'{folder}[test]')} && pytest {quote_path(folder)}"
    print_note(f"next: {first}{command}", quiet=quiet)
