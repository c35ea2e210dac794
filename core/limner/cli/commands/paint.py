"""``limner paint``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from limner.cli._paint_series import check_series_options, chosen_series
from limner.cli._rendering_cost import print_cost
from limner.cli._unused_options import (
    note_unused_background,
    note_unused_time,
    note_unused_training,
    picture_options,
    refuse_unused,
)
from limner.console import options, print_options
from limner.console.output import print_note, print_result, with_progress
from limner.console.picture_notes import noting_single_colors

if TYPE_CHECKING:
    from limner.artworks.series import Series
    from limner.stages.backend import Backend

Count = Annotated[int, typer.Option(metavar="N", help="Paint N pictures with consecutive seeds.")]
Sheet = Annotated[Path | None, typer.Option(metavar="FILE", help="Also write a contact sheet of all pictures.")]
OnlySheet = Annotated[
    bool, typer.Option("--only-sheet", help="Write only the contact sheet; --pick paints from it later.")
]
Pick = Annotated[
    str | None, typer.Option(metavar="SEEDS", help="Paint these seeds of an earlier contact sheet: 3,7,12.")
]
Random = Annotated[
    bool, typer.Option("--random", "--surprise", help="Compose a random recipe from the installed stages.")
]
Preview = Annotated[
    bool | None, typer.Option(help="Show a small preview in the terminal (default: if the terminal supports it).")
]


def paint(
    recipe: Annotated[
        str, typer.Argument(metavar="RECIPE", help="A preset, a TOML file, or a picture made by limner.")
    ] = "",
    seed: options.Seed = None,
    size: options.Size = None,
    title: options.Title = None,
    set_: options.Set = None,
    warps: options.Warps = None,
    encoders: options.Encoders = None,
    network: options.Network = None,
    color: options.Color = None,
    palette: options.Palette = None,
    colors: options.Colors = None,
    mask: options.Mask = None,
    frame: options.FrameName = None,
    trainer: options.Trainer = None,
    random_: Random = False,
    count: Count = 1,
    sheet: Sheet = None,
    only_sheet: OnlySheet = False,
    pick: Pick = None,
    out: options.Out = None,
    format_: options.Format = None,
    region: options.Region = None,
    bleed: print_options.Bleed = None,
    crop_marks: print_options.CropMarks = False,
    poster: print_options.Poster = None,
    profile: print_options.Profile = None,
    supersample: options.Supersample = 1,
    bits: options.Bits = 8,
    dither: options.DitherName = "none",
    time: options.Time = 0.0,
    background: options.Background = None,
    backend: options.BackendName = "auto",
    threads: options.Threads = 0,
    force: options.Force = False,
    preview: Preview = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Paint a picture.

    The file stores its recipe and parameters, so that the picture can be rendered again at any size or varied.

    \b
    limner paint
    limner paint ink --seed 7 --size 1024x768 -o seven.png
    limner paint --count 25 --sheet sheet.png --only-sheet
    limner paint --sheet sheet.png --pick 3,7,12
    limner paint --palette glacier
    limner paint --color hsv -s network.width=64 -s color.alpha=true
    limner paint --random
    """
    from limner.artworks.preflight.trained import training_hint
    from limner.imaging.canvas import Canvas
    from limner.utils.size_parser import parse_region

    check_series_options(recipe, seed=seed, count=count, pick=pick, random_=random_, sheet=sheet,
                         only_sheet=only_sheet, preview=preview)  # fmt: skip
    pixels, dpi = print_options.read_size(size, quiet=quiet)
    edge, dpi = print_options.bleed_pixels(print_options.read_bleed(bleed), dpi, quiet=quiet)
    runner = options.backend(backend, threads)
    values, format_settings = options.split_image_format(
        options.with_format(options.with_title(options.parse_settings(set_), title), format_), background
    )
    format_settings = print_options.with_print(format_settings, crop_marks=crop_marks, poster=poster, profile=profile)
    stages = options.parse_swaps(
        frame=frame, warp=warps, encoder=encoders, network=network, color=color, mask=mask, trainer=trainer
    )
    if only_sheet:
        given = picture_options(region=region, supersample=supersample, bits=bits, dither=dither, time=time, dpi=dpi,
                                bleed=bleed, out=out, background=background, format_=format_,
                                settings=format_settings)  # fmt: skip
        refuse_unused(given, "cannot be combined with --only-sheet; omit one of them")
    choices: dict[str, Any] = {"size": pixels, "set": values, "swap": stages, "backend": runner}
    choices |= {"palette": palette, "colors": colors}
    series = chosen_series(recipe, seed=seed, count=count, pick=pick, random_=random_, sheet=sheet, choices=choices)
    sheet_file = sheet if pick is None else None
    canvas: dict[str, Any] = {"region": parse_region(region) if region else None}
    canvas |= {"supersample": supersample, "time": time, "bleed": edge}
    finish: dict[str, Any] = {
        "bits": bits,
        "dither": options.parse_dither(dither),
        "dpi": dpi,
        "options": format_settings,
    }
    series.check(sheet=sheet_file, force=force, **canvas)
    if series.untrained:
        print_note(f"this network is untrained, so the picture may be blank; {training_hint(series.name)}", quiet=quiet)
    note_unused_training([*values, *stages], quiet=quiet)
    note_unused_time([(series.name, series.first)], time, quiet=quiet)
    paths = [] if only_sheet else _paths(series, out)
    if paths:
        whole = Canvas(series.first.recipe.size, **canvas)
        print_cost(series.first, paths[0], whole, runner, finish, pictures=len(paths), force=force, quiet=quiet)
    print_seed = seed is None and pick is None and not random_
    saved = series.save(paths, sheet=sheet_file, backend=runner, force=force, **canvas, **finish)
    with noting_single_colors(quiet=quiet) as single_colors:
        for art, path in with_progress(saved, quiet=quiet):
            if path:
                record = {"path": str(path), "recipe": series.name, "seed": art.seed, "size": list(art.recipe.size)}
                print_result(record | single_colors.record(path), str(path), as_json=as_json)
            if print_seed and art is series.first:
                print_note(f"seed {art.seed}", quiet=quiet)
    note_unused_background(format_settings, [series.first], quiet=quiet)
    if (
        sheet_file and paths and not as_json
    ):  # standard output lists only artworks, so that other commands can read them from it
        print_note(f"sheet {sheet_file}", quiet=quiet)
    elif sheet_file:
        print_result({"path": str(sheet_file), "recipe": series.name, "sheet": True}, str(sheet_file), as_json=as_json)
    elif len(series.seeds) == 1:
        _show_preview(series, runner, wanted=preview, quiet=quiet)


def _paths(series: Series, out: str | None) -> list[Path]:
    """Return the output paths: ``RECIPE-SEED.png`` here or in the folder ``out``, or the single file ``out``.

    Raises:
        LimnerError: ``out`` is one file for several pictures, or the folder cannot be created.
    """
    folder = options.output_folder(out, several=len(series.seeds) > 1)
    return [Path(str(out))] if folder is None else series.paths(folder)


def _show_preview(series: Series, runner: Backend, *, wanted: bool | None, quiet: bool) -> None:
    from limner.artworks.series import thumbnail
    from limner.console import terminal_preview

    if wanted or (wanted is None and not quiet and terminal_preview.is_supported()):
        terminal_preview.show(thumbnail(series.first, runner, terminal_preview.MAX_COLUMNS))
