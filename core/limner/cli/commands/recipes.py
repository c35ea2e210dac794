"""``limner recipes``."""

from __future__ import annotations

from typing import Annotated

import typer

from limner.console import options
from limner.console.output import print_result

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="List the presets and show their recipes.")


@app.command("list")
def list_(as_json: options.Json = False) -> None:
    """List the presets, each with the command that it is for: paint, fit, translate or sweep.

    \b
    limner recipes list
    """
    from limner.artworks.recipe_sources import command_for
    from limner.registry.registry import registry

    entries = {registry().shortest_name(entry): entry for entry in registry().entries("recipe")}
    width = max(map(len, entries), default=0)
    for name, entry in entries.items():
        record = {"name": name, "summary": entry.summary, "package": entry.package}
        print_result(record, f"{name:{width}}  {command_for(name):9}  {entry.summary}", as_json=as_json)


@app.command("show")
def show(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A preset, a TOML file, or a picture made by limner.")
    ],
    set_: options.Set = None,
    as_json: options.Json = False,
) -> None:
    """Print a recipe with all defaults filled in, ready to save and edit.

    \b
    limner recipes show random-art > mine.toml
    """
    from limner.artworks.recipe_sources import compose

    chosen = compose(recipe, options.parse_settings(set_))
    print_result(chosen.table(), chosen.to_toml().rstrip("\n"), as_json=as_json)
