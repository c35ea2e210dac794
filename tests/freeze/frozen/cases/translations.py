"""Translations: pictures to pictures, by networks that are trained for a few steps."""

from frozen.case import Case

FOUR = "skimage:coffee skimage:chelsea skimage:astronaut skimage:rocket"
SMALL = "--size 16x16 --seed 1"
PLAIN = "autoencode from-thresholds from-canny average-face".split()  # noqa: SIM905
FILTERS = "identity,grayscale,thresholds,contours,canny,edges,posterize,blur,downscale,mask,average,noise"


def train(recipe: str, more: str = "", *, steps: int = 3) -> str:
    """Write the command that trains a recipe on the set."""
    return f"translate train set --recipe {recipe} --steps {steps} {SMALL} {more} -o {recipe}.limner"


CASES = [
    Case(
        "translate/preview",
        (
            f"translate preview set photo.png --encoders {FILTERS} --count 2 --size 24x24 -o all.png",
            "translate preview set -o every.png --count 2 --seed 3 --json",
            "translate preview skimage:coffee --encoders canny,canny -s encoder.1.sigma=3 --size 32x24 -o two.png",
            "translate preview clear.png moving.gif turned.jpg --encoders contours -o kinds.png --background red",
        ),
        inputs=("set", "photo.png", "clear.png", "moving.gif", "turned.jpg"),
    ),
    Case(
        "translate/colorize",
        (
            f"translate train {FOUR} --recipe colorize --size 32x32 --steps 4 --seed 1 --json",
            "translate apply colorize.limner skimage:camera --size 48x48 -o out",
            "translate apply colorize.limner set photo.png clear.png --json",
            "translate apply colorize.limner photo.png --as-is -o as-is",
            "info colorize.limner",
            "verify colorize.limner",
            "recipes show colorize.limner",
        ),
        inputs=("set", "photo.png", "clear.png"),
    ),
    Case(
        "translate/from-contours",
        (train("from-contours"), "translate apply from-contours.limner photo.png turned.jpg -o out"),
        inputs=("set", "photo.png", "turned.jpg"),
    ),
    Case(
        "translate/super-resolution",
        (
            train("super-resolution"),
            "translate apply super-resolution.limner photo.png -o out",
            "translate apply super-resolution.limner photo.png --filtered -o filtered",
        ),
        inputs=("set", "photo.png"),
    ),
    Case("translate/recipes", tuple(train(recipe, "-q", steps=2) for recipe in PLAIN), inputs=("set",)),
    Case(
        "translate/swaps",
        (
            f"translate train set --input contours,canny --output posterize --steps 2 {SMALL} -o poster.limner",
            f"translate train set --loss ssim -s loss.alpha=0.3 --augment flip,jitter,cutout --steps 2 {SMALL} "
            "-o s.limner",
            f"translate train set --network autoencoder --augment none --steps 2 {SMALL} -o a.limner",
            f"translate train set --trainer rprop -s network.width=4 --epochs 2 {SMALL} -o r.limner",
            f"translate train set --validation-split 0.4 --psnr 3 --steps 4 {SMALL} -o held.limner --json",
            f"translate train photo.png --patches 12 --recipe from-thresholds --steps 2 {SMALL} -o patches.limner",
            f"translate train set --targets set --recipe autoencode --steps 2 {SMALL} -o pairs.limner",
        ),
        inputs=("set", "photo.png"),
    ),
    Case(
        "translate/resume",
        (
            train("colorize", "--history h.csv --keep-checkpoint", steps=2),
            train("colorize", "--resume --history more.csv", steps=4),
            "translate train set --recipe colorize --steps 4 --size 16x16 --seed 1 -o whole.limner --sheet-every 0",
            train("colorize", "", steps=4),
        ),
        inputs=("set",),
    ),
    Case(
        "translate/beside",
        (
            train("colorize", "--history h.jsonl --timelapse t.gif -s timelapse.frames=2 --sheet s.png --highlights 2"),
            train("from-canny", "--report r.html --history h.png"),
            ">>> import subprocess, sys, glob\n"
            "names = sorted(glob.glob('colorize-highlights/*.png'))\n"
            "sys.exit(subprocess.call([sys.executable, '-m', 'limner', 'verify', '--json', *names]))",
        ),
        inputs=("set",),
        leave=("h.png: *", "r.html: bytes"),  # plots over seconds
    ),
]
