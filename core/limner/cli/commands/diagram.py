"""``limner diagram``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from limner.console import options
from limner.console.output import print_result

Sources = Annotated[
    list[str],
    typer.Argument(metavar="ART|RECIPE", help="Artworks, presets or TOML files; - reads paths from standard input."),
]
Out = Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Output file, an .svg, or folder.")]
ThemeName = Annotated[
    str, typer.Option("--theme", metavar="NAME", help="Colours: light, dark, or auto for those of the reader's system.")
]
Transparent = Annotated[bool, typer.Option("--transparent", help="Omit the background.")]
Seed = Annotated[
    int | None, typer.Option(metavar="N", help="Draw parameters of a recipe from this seed, to show their weights.")
]


def diagram(
    source: Sources,
    theme: ThemeName = "auto",
    transparent: Transparent = False,
    seed: Seed = None,
    set_: options.Set = None,
    out: Out = None,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,  # noqa: ARG001 - it prints paths only
) -> None:
    """Draw the network of an artwork or a recipe as SVG.

    By default the output is NAME-diagram.svg. Lines show the weights of an artwork: strong ones are thick, positive
    ones orange, negative ones blue. A recipe has no weights unless --seed draws them.

    \b
    limner diagram night-7.png
    limner diagram colorize --theme light -o unet.svg
    limner diagram marbling -s network.depth=4 --seed 7
    """
    from limner.artworks.diagrams.diagram import check_svg
    from limner.artworks.diagrams.diagram import diagram as draw
    from limner.utils.atomic_files import check_target

    names = [str(path) for path in options.artworks(source)]
    files = [f"{Path(name).stem or name}-diagram.svg" for name in names]
    targets = options.output_paths(out, files, "draw them one at a time")
    for target in targets:
        check_target(check_svg(target), force=force)
    values = options.parse_settings(set_)
    for name, target in zip(names, targets, strict=True):
        drawn = draw(name, theme=theme, transparent=transparent, seed=seed, set=values)
        drawn.save(target, force=force)
        record = {"path": str(target), "from": name, "network": drawn.summary}
        print_result(record, str(target), as_json=as_json)
