"""Sweeps: grids and designs, painted and learned, stopped and gone on with."""

from frozen.case import Case

INKS = "sweep ink --seeds 0..1 --size 24x24 -o inks"
# What is left after an interruption: some trials are there, others not yet.
STOP = (
    ">>> import pathlib\n"
    "trials = sorted(pathlib.Path('inks/trials').glob('*.json'))\n"
    "for record in trials[::2]:\n"
    "    record.unlink()\n"
    "trials[0].with_suffix('.png').unlink()"
)

CASES = [
    Case(
        "sweep/grid",
        (
            "sweep marbling --vary network.depth=2,4 --seeds 21..22 --size 32x32 --sheet depths.png "
            "--rows network.depth --columns seed",
        ),
    ),
    Case(
        "sweep/gone-on-with",
        (
            f"{INKS} --vary network.contrast=0.5,1",
            f"{INKS} --vary network.contrast=0.5,1 --json",
            STOP,
            f"{INKS} --vary network.contrast=0.5,1,2 --sheet all.png",
            "sweep marbling --seeds 0..1 --size 24x24 -o inks --vary network.depth=1,2",
            f"{INKS} --vary network.contrast=0.5 --force",
        ),
    ),
    Case(
        "sweep/designs",
        (
            "sweep sweep.toml --dry-run",
            "sweep sweep.toml --sheet drawn.png",
            "sweep marbling --design one-at-a-time --vary network.depth=2,3 --vary color=gray,hsv --seeds 1 "
            "--size 16x16 -o one",
            "sweep ink --design random --samples 3 --vary network.contrast=0.2..2 --seeds 1 --size 16x16 -o random",
            "sweep ink --vary encoder=[xy],[xy,radius] --vary network=mlp,siren --seeds 1 --size 16x16 -o swapped",
        ),
        inputs=("sweep.toml",),
        leave=("$ sweep sweep.toml --dry-run: out",),  # how long it would take
    ),
    Case(
        "sweep/fits",
        (
            "sweep rprop-portrait --on photo.png --vary network.width=4,15 --train-size 16 --at-steps 3,9 --seeds 1 "
            "-o portraits --sheet at.png --rows network.width --columns step",
            "sweep rprop-portrait --on photo.png --on other.png --vary trainer.increase=1.1,1.3 "
            "--train-size 16 --steps 4 --gray --size 20x16 --seeds 2 -o two --sheet two.png",
        ),
        inputs=("photo.png", "other.png"),
    ),
    Case(
        "sweep/animations",
        (
            "sweep rprop-portrait --on photo.png --vary network.width=4,8 --train-size 16 --steps 4 --seeds 1 "
            "--size 24x18 --animations -o films",
        ),
        inputs=("photo.png",),
    ),
    Case(
        "sweep/painting-grid",
        ("sweep painting-grid --on photo.png --steps 2 --train-size 8 --size 24x18 --sheet grid.png",),
        inputs=("photo.png",),
    ),
    Case(
        "sweep/failing-cells",
        ("sweep marbling --vary network.weight_scale=0.1,1000 -s network.depth=100 -s network.activation=identity "
         "--seeds 1 --size 16x16 -o broken",),
    ),
]  # fmt: skip
