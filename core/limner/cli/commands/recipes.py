"""``limner recipes``."""

from __future__ import annotations

from typing import Annotated

import typer

from limner.console import options as o
from limner.console.output import result

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="The recipes that are there.")


@app.command("list")
def list_(as_json: o.Json = False) -> None:
    """List the presets.

    \b
    limner recipes list
    """
    from limner.registry.registry import registry

    entries = {registry().shortest_name(entry): entry for entry in registry().entries("recipe")}
    width = max(map(len, entries), default=0)
    for name, entry in entries.items():
        record = {"name": name, "summary": entry.summary, "package": entry.package}
        result(record, f"{name:{width}}  {entry.summary}", as_json=as_json)


@app.command("show")
def show(
    recipe: Annotated[str, typer.Argument(help="A preset, a TOML file, or a picture that limner made.")],
    set_: o.Set = None,
    as_json: o.Json = False,
) -> None:
    """Print a recipe with every default filled in, ready to be saved and changed.

    \b
    limner recipes show random-art > mine.toml
    """
    from limner.artworks.recipe_sources import compose

    chosen = compose(recipe, o.sets(set_))
    result(chosen.table(), chosen.to_toml().rstrip("\n"), as_json=as_json)
