"""Compare the trainers on one picture, with one network and one time limit, and write docs/trainers.md.

    python docs/make_trainers.py

It takes about 25 minutes. For a quick test, run it with ``--seconds 2 --seeds 1 -o FOLDER``.
"""

from __future__ import annotations

import argparse
import csv
import shlex
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

from limner.cli.main import run
from limner.figures.plots import GRID_COLOR, TEXT_COLOR, check_plotting

HERE = Path(__file__).parent
PICTURE = "skimage:astronaut --train-size 128"
ADAM = "--trainer backprop -s trainer.learning_rate=0.02 -s trainer.optimizer.beta2=0.99 -s trainer.schedule=cosine"
TRAINERS = {
    "`lm`": ("--recipe rprop-portrait --trainer lm", "#1b7a4b", "Levenberg-Marquardt: uses the curvature of the loss"),
    "`backprop`": (f"--recipe rprop-portrait {ADAM}", "#22628f", "Adam with a cosine learning-rate schedule"),
    "`lbfgs`": (
        "--recipe rprop-portrait --trainer lbfgs",
        "#0f8a8a",
        "L-BFGS: estimates the curvature from recent gradients",
    ),
    "`genetic`, refined": (
        "--recipe evolved-portrait",
        "#b0399a",
        "a genetic algorithm with 24 members, the best refined by `rprop`",
    ),
    "`restart`": (
        "--recipe rprop-portrait --trainer restart",
        "#8a6d1d",
        "eight short runs of `rprop`; the best one continues",
    ),
    "`rprop`": ("--recipe rprop-portrait", "#c4512d", "resilient backpropagation, as in the original experiment"),
    "`cmaes`": (
        "--recipe rprop-portrait --trainer cmaes",
        "#6a5acd",
        "CMA-ES: evolution that learns in which directions to search",
    ),
    "`genetic`": ("--recipe rprop-portrait --trainer genetic", "#7f7f86", "a genetic algorithm alone"),
}
"""The options, the colour of the curve and the description of each trainer, by the name in the table."""
PAGE = """# Choose a trainer

A *trainer* is the method that finds a network's [parameters θ](glossary.md). `limner fit` takes it from the recipe, or
from `--trainer`. This page compares all trainers that can fit a picture.

- **Small networks**, up to a few thousand parameters: use `lm` if you have fifteen seconds or more.
- **Larger networks**: use `backprop`, as most presets do. It learns from batches, a part of the pixels at each step.
- **Without a learning rate to tune**: use `lbfgs`, or `rprop`. By default they look at all pixels at each step.

```sh
limner fit skimage:camera --recipe rprop-portrait --trainer lm --train-size 32 --steps 10 --seed 1 -o lm.png
limner plugins list --kind trainer
```

## The comparison

Every trainer had {seconds:g} seconds on two cores to fit the same network, 3 layers of 15 units with 573 parameters, to
the same picture of 128 x 128 pixels. The table shows the PSNR, the similarity to the picture in decibels; higher is
better. It lists the median and each of the runs, from seed 1 on, and the median number of steps.

{table}

![PSNR of each trainer over time; lm starts slowly and ends highest](pictures/trainers.svg)

Run the comparison again with

```sh
python docs/make_trainers.py
```

or a single row with, for example,

```text
{example}
```

{reading}
"""
READING = """## What the results show

**Curvature helps most, given time.** A step of Levenberg-Marquardt, `lm`, costs as much as fifty steps of the others.
So it lags behind for the first fifteen seconds and then overtakes all of them. L-BFGS and Adam with a falling learning
rate come next.

**Evolution alone is no match for gradients.** A gradient tells in which direction each of the 573 parameters should
move; random variation has to find out by chance. Evolution helps when it breeds runs that use gradients: a child of two
such runs often lands further along the way than either parent.

The network is that of the preset `rprop-portrait`, which follows an early experiment in painting with neural networks.
Its author suspected that the training method limited the pictures, and wished for a genetic algorithm and "maybe even
some backpropagation". The comparison agrees: other methods do better, and a genetic algorithm pays off together with
backpropagation.

**Larger networks change the order.** `lm` solves a system of equations as large as θ, and refuses networks of more than
a few thousand parameters. `lbfgs` needs no such matrix and works at any size, but by default looks at all pixels in
each step.

`lbfgs` was measured later, on cores shared with other programs, and has no curve in the plot.
"""


class Outcome(NamedTuple):
    """The result of one run of a trainer."""

    psnr: float
    steps: int
    curve: np.ndarray


def run_trainer(options: str, seconds: float, seed: int, folder: Path) -> Outcome:
    """Run a trainer once, and return its PSNR in dB, its steps, and its curve, ``(n, 2)``: seconds and dB."""
    history = folder / f"{seed}.csv"
    line = f"{PICTURE} {options} --seconds {seconds:g} --seed {seed} -o {folder}/{seed}.png --history {history} "
    if run(["fit", *shlex.split(line)]):
        raise SystemExit(f"limner fit {line} failed")
    rows = [row for row in csv.DictReader(history.open(encoding="utf-8")) if row["psnr"]]
    curve = np.array([(float(row["seconds"]), float(row["psnr"])) for row in rows])
    return Outcome(curve[-1, 1], int(rows[-1]["step"]), curve)


def plot(outcomes: dict[str, list[Outcome]], file: Path) -> None:
    """Plot the curves of all runs, the median run of each trainer in bold."""
    check_plotting()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "limner", "font.size": 10}):
        figure = Figure(figsize=(8.5, 4.6), layout="constrained")
        axes = figure.subplots()
        for name, runs in outcomes.items():
            ranked = sorted(runs, key=lambda outcome: outcome.psnr)
            for outcome in ranked:
                is_median = outcome is ranked[len(ranked) // 2]
                label = name.replace("`", "") if is_median else None
                line = {"linewidth": 1.8, "alpha": 1.0} if is_median else {"linewidth": 0.7, "alpha": 0.4}
                axes.plot(*outcome.curve.T, color=TRAINERS[name][1], label=label, **line)
        axes.set(xlabel="seconds", ylabel="PSNR, dB", xscale="log", ylim=(8, None))
        axes.grid(color=GRID_COLOR)
        axes.legend(frameon=False, labelcolor=TEXT_COLOR, loc="upper left")
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(file, metadata={"Date": None})


def page(outcomes: dict[str, list[Outcome]], seconds: float) -> str:
    """Return the page: the table, best trainer first, and the discussion."""
    rows = ["| trainer | method | PSNR | each run | steps |", "|---|---|---|---|---|"]
    for name, runs in sorted(outcomes.items(), key=lambda item: -median(outcome.psnr for outcome in item[1])):
        all_runs = ", ".join(f"{outcome.psnr:.1f}" for outcome in runs)
        psnr, steps = median(outcome.psnr for outcome in runs), int(median(outcome.steps for outcome in runs))
        rows.append(f"| {name} | {TRAINERS[name][2]} | {psnr:.2f} | {all_runs} | {steps:,} |")
    example = f"limner fit {PICTURE} {TRAINERS['`lm`'][0]} --seconds {seconds:g} --seed 1"
    return PAGE.format(seconds=seconds, table="\n".join(rows), example=example, reading=READING.rstrip())


def main() -> None:
    """Run all trainers, and write the page and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, default=HERE)
    args = parser.parse_args()
    outcomes: dict[str, list[Outcome]] = {name: [] for name in TRAINERS}
    for seed in range(1, args.seeds + 1):  # one run of each in turn, so that other load on the machine affects all
        for name, (options, _, _) in TRAINERS.items():
            folder = Path(tempfile.mkdtemp())
            try:
                outcomes[name].append(run_trainer(options, args.seconds, seed, folder))
            finally:
                shutil.rmtree(folder)
    (args.output / "pictures").mkdir(exist_ok=True, parents=True)
    plot(outcomes, args.output / "pictures" / "trainers.svg")
    (args.output / "trainers.md").write_text(page(outcomes, args.seconds), "utf-8")


if __name__ == "__main__":
    main()
