"""Paintings: every preset, and how paint is asked for many."""

from frozen.case import Case, words

PRESETS = words(
    "marbling screenprint ink rorschach tilework mandala alhambra quilt maelstrom strata rose-window "
    "molten aurora cyanotype lodestar breeder signboard likeness neural-painting rprop-portrait "
    "evolved-portrait painting-grid button-field button-board button-board-flat random-art"
)
"""What paints points, or refuses to, telling why; the presets from pictures to pictures are below."""

TRANSLATORS = words(
    "autoencode colorize from-thresholds from-contours from-canny average-face super-resolution face-gan "
    "face-gan-small colorize-gan from-contours-gan super-resolution-gan morph-faces from-noise texture"
)

CASES = [Case(f"paint/{name}", (f"paint {name} --seed 7 --size 96x96 -o a.png --json",)) for name in PRESETS]
CASES += [
    Case("paint/translators-refuse", tuple(f"paint {name} --seed 1 --size 24x24" for name in TRANSLATORS)),
    Case("paint/names-by-itself", ("paint --seed 3 --size 24x16", "paint ink --seed 4 --size 24x16 -q")),
    Case(
        "paint/count-sheet-pick",
        (
            "paint ink --seed 40 --count 5 --sheet nine.png --only-sheet --size 48x32",
            "paint --sheet nine.png --pick 41,43",
            "paint --sheet nine.png --pick 40..42 -o some/ --json",
            "paint --sheet nine.png --pick 99",
            "paint --count 3 --seed 1 --size 32x24 --sheet sheet.png -o twelve/",
        ),
    ),
    Case("paint/surprise", tuple(f"paint --random --seed {seed} --size 32x32 -o {seed}.png" for seed in (5, 6, 7))),
    Case("paint/random-count", ("paint --random --count 3 --seed 8 --size 24x24 --sheet s.png -o many/ --json",)),
    Case(
        "paint/from-files",
        (
            "paint recipe.toml --seed 2",
            "paint recipe.toml --seed 2 --size 20x20 -s network.width=4 -o small.png",
            "paint recipe-2.png --seed 3 -o again.png",
            "paint recipe-2.png --color hsv -o hsv.png",
            "paint layers.toml --seed 4 -o layers.png -s layer.0.network.contrast=0.6",
            "recipes show layers.png",
            "paint layers.png --seed 6 -o other.png",
        ),
        inputs=("recipe.toml", "layers.toml"),
    ),
    Case(
        "paint/pipes",
        (
            "paint --count 2 -o four/ --size 24x24 --seed 6 | verify -",
            "paint --count 2 -o five/ --size 24x24 --seed 6 | render - --size 12x12 -o small/",
            "paint --count 2 -o six/ --size 24x24 --seed 6 | info - --json",
        ),
    ),
    Case(
        "paint/canvas",
        (
            "paint --seed 5 --size 64x64 --region 10,20,30,24 -o region.png",
            "paint --seed 5 --size 48x48 --supersample 3 -o super.png",
            "paint --seed 5 --size 48x32 --bits 16 -o deep.png",
            "paint --seed 5 --size 48x32 --dither ordered -o ordered.png",
            "paint --seed 5 --size 48x32 --dither blue-noise -o blue.png",
            "paint --seed 5 --size A6@20dpi -o paper.png",
            "paint --seed 5 --size 3x2cm@50dpi -o lengths.png",
            "paint --seed 5 --size A6-landscape@20dpi -o landscape.tiff",
            "paint --seed 5 --size 48x32@150dpi -o dots.jpg",
            "paint --seed 5 --size 48x32 --encoders xy,time --time 0.25 -o moment.png",
            "paint --seed 5 --size 700x3 -o long.png",
            "paint --seed 5 --size 1x1 -o dot.png",
            "paint --seed 5 --size 40x30 --threads 1 -o one-thread.png",
            "paint --seed 5 --size 300x300 -s color.alpha=true -o tiles.png",
            "paint --seed 5 --size 24x24 -o dot.png",
            "paint --seed 5 --size 24x24 -o dot.png --force",
            "verify region.png super.png deep.png ordered.png blue.png moment.png --json",
        ),
    ),
]  # fmt: skip
