"""Blends: pictures into one, every mode, with masks and with pictures that limner did not make."""

from frozen.case import Case

MODES = "mean max min difference multiply screen".split()  # noqa: SIM905
A = "paint --seed 1 --size 40x32 -o a.png"
B = "paint ink --seed 2 --size 40x32 -o b.png"

CASES = [
    Case("blend/modes", (A, B, *(f"blend a.png b.png --mode {mode} -o {mode}.png" for mode in MODES))),
    Case(
        "blend/masks",
        (
            A,
            B,
            "blend a.png b.png --mask photo.png -o masked.png",
            "blend a.png b.png --mask a.png --size 20x20 -o by-art.png",
            "blend a.png b.png --mask clear.png -o by-clear.png --json",
        ),
        inputs=("photo.png", "clear.png"),
    ),
    Case(
        "blend/layers",
        (
            A,
            B,
            "blend a.png photo.png --mode multiply -o foreign.png",
            "blend a.png clear.png -o clear.tiff --bits 16",
            "blend a.png b.png a.png --mode mean -o three.png",
            "blend foreign.png b.png --mode difference -o nested.png",
            "blend a.png b.png --supersample 2 --dither ordered -o fine.webp",
            "blend a.png clear.png --background red -o backed.jpg -s image-format.quality=70",
            "blend a.png b.png",
            "render foreign.png --size 80x64 -o large.png",
            "paint foreign.png --seed 5 -o other.png",
            "paint three.png --seed 5 -o seed.png",
            "verify foreign.png three.png nested.png",
            "info nested.png",
        ),
        inputs=("photo.png", "clear.png"),
    ),
]
