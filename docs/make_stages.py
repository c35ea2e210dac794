"""Write docs/stages.md: every stage that shapes a picture, its parameters, and a strip of what they do.

    python docs/make_stages.py

docs/stages.toml holds the settings of each strip; stages that must be trained first have none. Run the script again
after adding or changing a stage.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import limner
from limner.composition.parser import to_tuples
from limner.composition.stage_description import describe
from limner.imaging.target import read_target
from limner.registry.registry import build, registry
from limner.stages.context import Context, Samples

HERE = Path(__file__).parent
SIDE = 176
GAP = 6
TITLES = {
    "frame": "Frames: coordinates of the points",
    "warp": "Warps: maps of the points",
    "encoder": "Encoders: features for the network",
    "filter": "Filters: from pictures to pictures",
    "network": "Networks: from features to channels",
    "color": "Colour modes: from channels to RGB",
    "mask": "Masks: transparent parts of the picture",
    "blend": "Blends: from several layers to one",
    "augment": "Augmentations: random changes during training",
}
ROLES = {"filter": "encoder", "imaging": "network"}
"""The role of a section whose name is not a role."""
UNSEEN = {
    "imaging": "Image networks: from pictures to pictures",
    "loss": "Losses: distances from the target",
    "trainer": "Trainers: algorithms that change the parameters",
    "optimizer": "Optimizers: update rules",
}
"""Sections without strips: their effect shows only over time."""
CLEAR = (158, 170, 178)
"""The colour behind transparent parts of the strips of masks."""
CRISP = ("contours", "canny", "thresholds")
"""Strips with thin lines and flat areas, which lossy WebP would blur without being smaller."""
INTRODUCTION = """# The stages

Every built-in [stage](glossary.md) for painting and training, with its parameters and the effect of some settings.
Each strip is painted with one seed from the recipe named in [stages.toml](stages.toml); filters and augmentations are
applied to scikit-image's pictures. `python docs/make_stages.py` regenerates this page, and
`limner plugins show NAME` prints the same information.
"""


def names(kind: str) -> list[str]:
    """Return the stages of a section; encoders and networks of the image domain alone have their own sections."""
    role, known = ROLES.get(kind, kind), build(third_party=False)
    if role not in ("encoder", "network"):
        return known.names(role)
    imaging = {name: known.load(role, name).domains == {"image"} for name in known.names(role)}
    return [name for name, of_pictures in imaging.items() if of_pictures == (kind != role)]


def settings() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the cells of each strip, by section and name."""
    return tomllib.loads((HERE / "stages.toml").read_text("utf-8"))


def cell(kind: str, name: str, chosen: dict[str, Any]) -> np.ndarray:
    """Return a picture of a stage with settings; a setting with a dot in its path belongs to the recipe."""
    own = {k: v for k, v in chosen.items() if "." not in k and k not in ("seed", "recipe", "encoders", "picture")}
    if kind in ("filter", "augment"):
        return of_picture(kind, name, own, f"skimage:{chosen.get('picture', 'coffee')}", chosen.get("seed", 24))
    values = {k: v for k, v in chosen.items() if "." in k}
    recipe, seed = chosen.get("recipe", "marbling"), chosen.get("seed", 24)
    if kind == "blend":
        layers = [limner.paint(r, seed=s).recipe.table() for r, s in (("marbling", 24), ("ink", 8), ("ink", 5))]
        if name == "over":  # only transparent layers show what is below
            layers[1]["mask"] = {"kind": "shape", "shape": "heart", "border": 0.05}
        count = registry().load("blend", name).min_layers
        table = {"seed": seed, "layer": layers[:count], "blend": {"kind": name, **own}}
        return limner.paint(table).render((SIDE, SIDE), supersample=2)
    part = {"kind": name, **own}
    swap: dict[str, Any] = {"encoder": chosen["encoders"]} if "encoders" in chosen else {}
    if "color.kind" in values:  # as a swap, which drops the settings of the recipe's own mode
        swap["color"] = values.pop("color.kind")
    table = dict(limner.paint(recipe, seed=seed).recipe.table())
    if kind == "warp":
        table["warp"] = [part]
    elif kind == "encoder":
        first = [] if name == "xy" else [{"kind": "xy", "scale": 1.4}]
        table["encoder"] = [*first, part]
    else:
        table[kind] = part
    return limner.paint(table, seed=seed, set=values, swap=swap).render((SIDE, SIDE), supersample=2)


def of_picture(kind: str, name: str, own: dict[str, Any], picture: str, seed: int) -> np.ndarray:
    """Return one of scikit-image's pictures after a filter or an augmentation."""
    images = read_target(picture, size=(SIDE, SIDE), cover=True, background="white").planes[:, None]
    if kind == "augment":
        stage = registry().load("augment", name)(**to_tuples(own))
        made = stage.forward(images, [np.random.default_rng(seed)])
    else:
        stage = registry().load("encoder", name)(**to_tuples(own))
        ctx = Context(size=(SIDE, SIDE), seed=seed)
        other = read_target("skimage:rocket", size=(SIDE, SIDE), cover=True).planes[:, None]
        made = stage.to_rgb(stage.forward(np.empty(0, np.float32), Samples(images=images, other_images=other), ctx))
    small = Image.fromarray((np.clip(made[:, 0], 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.NEAREST))


def strip(kind: str, name: str, cells: list[dict[str, Any]]) -> Image.Image:
    """Return the pictures of several settings, side by side."""
    page = Image.new("RGB", (len(cells) * (SIDE + GAP) - GAP, SIDE), "white")
    for i, chosen in enumerate(cells):
        picture = Image.fromarray(cell(kind, name, chosen))
        if kind == "mask":
            page.paste(CLEAR, (i * (SIDE + GAP), 0, i * (SIDE + GAP) + SIDE, SIDE))
        page.paste(picture, (i * (SIDE + GAP), 0), picture if picture.mode == "RGBA" else None)
    return page


def caption(chosen: dict[str, Any]) -> str:
    """Return the settings as they are written on the command line."""
    from limner.composition.overrides import show_value

    words = [f"{k} = {show_value(v)}" for k, v in chosen.items() if k not in ("seed", "recipe")]
    return ", ".join(words) or "the defaults"


def capitalised(text: str) -> str:
    """Return a text whose first letter is a capital."""
    return text[:1].upper() + text[1:]


def section(kind: str, name: str, cells: list[dict[str, Any]]) -> str:
    """Return the section of a stage."""
    description = describe(ROLES.get(kind, kind), name)
    parameters = [(f"`{p.name}`", f"`{p.default_text}`", p.bounds, p.description) for p in description.parameters]
    rows = ["| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in parameters]
    table = ["| parameter | default | values | |", "|---|---|---|---|", *rows]
    lines = [f"### {name}", "", capitalised(description.summary) + ".", "", description.doc, ""]
    if cells:
        captions = "; ".join(f"`{caption(c)}`" for c in cells)
        lines += [f"![{name}: {len(cells)} settings](pictures/stages/{kind}-{name}.webp)", ""]
        lines += [f"Left to right: {captions}.", ""]
    return "\n".join(lines + (table if rows else []) + [""])


def page() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    for kind, stages in settings().items():
        parts.append(f"## {TITLES[kind]}\n")
        parts += [section(kind, name, cells) for name, cells in stages.items()]
    for kind, title in UNSEEN.items():
        parts.append(f"## {title}\n")
        parts += [section(kind, name, []) for name in names(kind)]
    return "\n".join(parts).rstrip() + "\n"


def main() -> None:
    """Paint the strips and write the page."""
    folder = HERE / "pictures" / "stages"
    folder.mkdir(parents=True, exist_ok=True)
    for kind, stages in settings().items():
        for name, cells in ((name, cells) for name, cells in stages.items() if cells):
            crisp = name in CRISP
            strip(kind, name, cells).save(folder / f"{kind}-{name}.webp", quality=90, method=6, lossless=crisp)
    (HERE / "stages.md").write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
