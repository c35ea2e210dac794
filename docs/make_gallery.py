"""Regenerate gallery/: a picture of every preset, and gallery/README.md.

    python docs/make_gallery.py

The seeds below were chosen from contact sheets. After a change, run the script and look at the pictures.
"""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

import limner
from limner.cli.main import run
from limner.composition.parser import read_toml
from limner.registry.registry import build

GALLERY = Path(__file__).parents[1] / "gallery"
COMMAND = "limner paint {name} --seed {seed} --size 360x360 --supersample 2 -o gallery/{name}.webp"
SEEDS = {
    "marbling": 24,
    "screenprint": 21,
    "ink": 10,
    "rorschach": 25,
    "tilework": 13,
    "mandala": 10,
    "alhambra": 20,
    "quilt": 10,
    "maelstrom": 6,
    "strata": 1,
    "rose-window": 9,
    "molten": 8,
    "aurora": 6,
    "cyanotype": 5,
    "lodestar": 5,
    "breeder": 13,
    "signboard": 12,
    "random-art": 15,
}
FOUR = "skimage:chelsea skimage:coffee skimage:astronaut skimage:rocket"
FITS = {
    "painting-grid": ("skimage:chelsea", 1, "--steps 4000 --train-size 100"),
    "button-field": (FOUR, 2, "--steps 1500 --train-size 128 --press coffee=1,rocket=1"),
    "button-board": (FOUR, 1, "--epochs 10000 --train-size 40 --press chelsea=1,astronaut=0.7"),
    "button-board-flat": (FOUR, 1, "--epochs 10000 --train-size 64 --press coffee=0.6,chelsea=0.6,rocket=-0.4"),
    "likeness": ("skimage:coffee", 5, "--steps 600 --train-size 160"),
    "neural-painting": ("skimage:astronaut", 3, "--steps 20000 --train-size 160 -s trainer.batch=500"),
    "rprop-portrait": ("skimage:camera", 1, "--gray --steps 6000 --train-size 96"),
    "evolved-portrait": ("skimage:astronaut", 1, "--steps 180 --train-size 96"),
}
"""Presets for fitting: the images, the seed and the bounds of the fit."""
FITTED = (
    "limner fit {image} --recipe {name} --seed {seed} {options} -s image-format.lossless=false -o gallery/{name}.webp"
)
SHEETS = {
    "button-field": {
        "button-field-pairs.png": (
            "Four pictures, and blends of every two",
            "limner render gallery/button-field.webp --press-sheet gallery/button-field-pairs.png --size 150x100",
        )
    },
    "painting-grid": {
        "painting-grid-sheet.png": (
            "A cat, and ten networks fitted to it, one setting changed at a time",
            "limner sweep painting-grid --on skimage:chelsea --seeds 1 --size 150x100 -o grid"
            " --sheet gallery/painting-grid-sheet.png",
        )
    },
}
"""Contact sheets by preset: the description and the command."""
INTRODUCTION = """# The gallery

One picture of every preset, created by the command below it in the folder of the clone. Each file contains its recipe:
inspect it with `limner info`, enlarge it with `limner render --size 4096x4096`, or vary it with `limner paint --seed`.
"""


def entry(table: dict[str, str], name: str, command: str) -> str:
    """Return the section of a picture."""
    title = table["title"]
    return f"## {title}\n\n{table['summary']}\n\n![{title}]({name}.webp)\n\n```sh\n{command}\n```\n"


def page(sheet: str, words: str, line: str) -> str:
    """Draw a contact sheet and return its part of the page."""
    with tempfile.TemporaryDirectory() as place:
        made = line.replace("gallery/", f"{GALLERY}/").replace("-o grid", f"-o {place}/grid")
        if run([*shlex.split(made)[1:], "--force"]):
            raise SystemExit(f"{line} failed")
    return f"![{words}]({sheet})\n\n```sh\n{line}\n```\n"


def main() -> None:
    """Paint the pictures and write the page."""
    known = build(third_party=False)
    parts = [INTRODUCTION]
    for name, seed in SEEDS.items():
        table = read_toml(known.read_recipe(name), name)
        art = limner.paint(name, seed=seed, size=(360, 360))
        art.save(GALLERY / f"{name}.webp", supersample=2, force=True)
        command = COMMAND.format(name=name, seed=seed)
        parts.append(entry(table, name, command))
    for name, (image, seed, options) in FITS.items():
        command = FITTED.format(image=image, name=name, seed=seed, options=options)
        if run([*shlex.split(command.replace("gallery/", f"{GALLERY}/"))[1:], "--force"]):
            raise SystemExit(f"{command} failed")
        parts.append(entry(read_toml(known.read_recipe(name), name), name, command))
        for sheet, (words, line) in SHEETS.get(name, {}).items():
            parts.append(page(sheet, words, line))
    (GALLERY / "README.md").write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    main()
