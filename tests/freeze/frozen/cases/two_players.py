"""Two players: networks that a discriminator teaches, and what they make of noise."""

from frozen.case import Case
from frozen.cases.translations import train

NARROW = "-s network.width=8 -s trainer.discriminator.width=8"
CONTESTS = "bce least-squares hinge wasserstein".split()  # noqa: SIM905

CASES = [
    Case(
        "two-players/from-contours-gan",
        (
            train("from-contours-gan", "--history h.csv --json --keep-checkpoint", steps=2),
            train("from-contours-gan", "--resume", steps=4),
            "translate apply from-contours-gan.limner photo.png -o out",
        ),
        inputs=("set", "photo.png"),
    ),
    Case(
        "two-players/texture",
        (
            "translate train skimage:ihc --patches 128 --recipe texture --size 32x32 --steps 2 --seed 1 "
            f"{NARROW} -o tissue.limner",
            "translate sample tissue.limner --count 2 --size 48x32 --seed 3 -o tissue",
        ),
    ),
    Case(
        "two-players/from-noise",
        (
            f"translate train set --recipe from-noise --size 16x16 --steps 2 --seed 1 --highlights 2 {NARROW} "
            "-o any.limner",
            "translate sample any.limner --count 3 --seed 7 -o new --sheet new.png --json",
            "translate sample any.limner --count 2 --seed 7 -o stops --walk walk.gif --frames 4",
            "translate sample any.limner --count 2 --seed 7 -o more --walk walk.webp --seconds 0.2",
            "verify any.limner",
            "translate apply any.limner photo.png -o out",
        ),
        inputs=("set", "photo.png"),
    ),
    Case(
        "two-players/contests",
        tuple(
            f"translate train set --recipe colorize-gan --size 16x16 --steps 2 --seed 1 {NARROW} -q "
            f"-s trainer.adversarial_loss={contest} -o {contest}.limner"
            for contest in CONTESTS
        ),
        inputs=("set",),
    ),
    Case(
        "two-players/recipes",
        (
            train("morph-faces", f"{NARROW} -q", steps=2),
            train("face-gan-small", f"{NARROW} -q", steps=2),
            train("super-resolution-gan", f"{NARROW} -q", steps=2),
        ),
        inputs=("set",),
    ),
]
