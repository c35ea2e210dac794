"""Listings: what limner tells of itself; recipes, stages, and every page of help."""

from frozen.case import Case, words
from frozen.cases.paintings import PRESETS, TRANSLATORS

COMMANDS = (
    "", "paint", "fit", "sweep", "faces", "render", "blend", "info", "verify", "backends", "translate",
    "translate train", "translate apply", "translate preview", "translate sample", "gallery", "gallery build",
    "gallery pick", "recipes", "recipes list", "recipes show", "plugins", "plugins list", "plugins show",
    "plugins check", "plugins new",
)  # fmt: skip
KINDS = words(
    "frame warp encoder network color blend loss augment trainer image-format video-format backend"
    " executor detector theme"
)
# A few for their pages; the parameters of the others are in the recipes.
SHOWN = words(
    "mlp wallpaper encoder/latent identity palette layers adversarial image-format/webp gif cascade dask salon mask"
)

CASES = [
    Case("help", tuple(f"{command} --help".strip() for command in COMMANDS)),
    Case("list/recipes", ("recipes list", "recipes list --json")),
    Case("list/plugins", ("plugins list", "plugins list --json", *(f"plugins list --kind {kind}" for kind in KINDS))),
    Case("list/show", tuple(f"plugins show {name}" for name in SHOWN)),
    Case("list/show-json", tuple(f"plugins show {name} --json" for name in SHOWN[:6])),
    Case("list/version", ("--version", "backends", "backends --json")),
    *(
        Case(f"recipes/{at}", tuple(f"recipes show {name}" for name in (*PRESETS, *TRANSLATORS)[at::3]))
        for at in range(3)
    ),
    Case(
        "recipes/other",
        (
            "recipes show ink --json",
            "recipes show colorize-gan --json",
            "recipes show ink -s seed=9 -s network.width=4",
            "recipes show layers.toml",
            "recipes show sweep.toml --json",
        ),
        inputs=("layers.toml", "sweep.toml"),
    ),
    # What a new package holds is its author's affair, and names the modules that it imports.
    Case(
        "plugins/new", ("plugins new ripple --kind warp", "plugins new ripple --kind warp"), leave=("limner-ripple/*",)
    ),
]
