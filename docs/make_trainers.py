"""Compare the trainers: each learns one picture with the same network for the same time; docs/trainers.md anew.

    python docs/make_trainers.py

It takes 22 minutes. ``--seconds 2 --seeds 1 -o FOLDER`` is a trial.
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
    "`lm`": ("--recipe rprop-portrait --trainer lm", "#1b7a4b", "Levenberg-Marquardt: curvature, not slope alone"),
    "`backprop`": (f"--recipe rprop-portrait {ADAM}", "#22628f", "Adam, its rate falling along a cosine"),
    "`lbfgs`": ("--recipe rprop-portrait --trainer lbfgs", "#0f8a8a", "L-BFGS: curvature from the last few gradients"),
    "`genetic`, refined": ("--recipe evolved-portrait", "#b0399a", "24 members bred, the best refined by `rprop`"),
    "`restart`": (
        "--recipe rprop-portrait --trainer restart",
        "#8a6d1d",
        "eight short runs of `rprop`, the best goes on",
    ),
    "`rprop`": ("--recipe rprop-portrait", "#c4512d", "resilient backpropagation, as the original used"),
    "`cmaes`": ("--recipe rprop-portrait --trainer cmaes", "#6a5acd", "evolution that learns where to look"),
    "`genetic`": ("--recipe rprop-portrait --trainer genetic", "#7f7f86", "evolution alone"),
}
"""The options, a colour and what it is."""
PAGE = """# Which trainer?

The author of the portrait that limner's `rprop-portrait` repaints suspected that the limitation lay in the training,
and wished for a genetic algorithm. So every trainer had {seconds:g} seconds on two cores to teach the same network,
3 layers of 15 units and 573 numbers, the same picture of 128 x 128 pixels. PSNR in dB: the median of the runs, and each
of them, from seed 1 on.

{table}

![PSNR of each trainer over time](pictures/trainers.svg)

```sh
python docs/make_trainers.py
```

runs it all again. One row by itself is, say,

```text
{example}
```

{reading}
"""
READING = """## What it says

Curvature helps most, once there is time for it: a step of Levenberg-Marquardt costs as much as fifty of the others, so
it lags for the first fifteen seconds and then leaves them behind. Adam with a falling rate comes next. Evolution alone
is no match for a gradient: in 573 dimensions it does not find by chance what a derivative tells. As a breeder of runs
that have gradients it helps: the population is a trail of the way down, and a child of two of them leaps ahead along
it. So its author was right about the training method, and right to wish for "maybe even some backpropagation".

Larger networks change the order: `lm` solves equations as large as θ, and refuses beyond a few thousand numbers;
`lbfgs` needs no matrix and takes networks of any size, but looks at all points in each step; `backprop` learns from
batches, and is what the other presets use.

The row of `lbfgs` was measured later, on cores that other programs used at the same time, and has no curve.
"""


class Outcome(NamedTuple):
    """What a trainer reached with one seed."""

    psnr: float
    steps: int
    curve: np.ndarray


def learned(options: str, seconds: float, seed: int, folder: Path) -> Outcome:
    """One run: its PSNR, its steps and its curve, ``(n, 2)``: seconds and dB."""
    history = folder / f"{seed}.csv"
    line = f"{PICTURE} {options} --seconds {seconds:g} --seed {seed} -o {folder}/{seed}.png --history {history} "
    if run(["fit", *shlex.split(line)]):
        raise SystemExit(f"limner fit {line} failed")
    rows = [row for row in csv.DictReader(history.open(encoding="utf-8")) if row["psnr"]]
    curve = np.array([(float(row["seconds"]), float(row["psnr"])) for row in rows])
    return Outcome(curve[-1, 1], int(rows[-1]["step"]), curve)


def plot(outcomes: dict[str, list[Outcome]], file: Path) -> None:
    """The curves of all runs, each trainer's middle one bold."""
    check_plotting()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "limner", "font.size": 10}):
        figure = Figure(figsize=(8.5, 4.6), layout="constrained")
        axes = figure.subplots()
        for name, runs in outcomes.items():
            ranked = sorted(runs, key=lambda outcome: outcome.psnr)
            for outcome in ranked:
                middle = outcome is ranked[len(ranked) // 2]
                label = name.replace("`", "") if middle else None
                bold = {"linewidth": 1.8, "alpha": 1.0} if middle else {"linewidth": 0.7, "alpha": 0.4}
                axes.plot(*outcome.curve.T, color=TRAINERS[name][1], label=label, **bold)
        axes.set(xlabel="seconds", ylabel="PSNR, dB", xscale="log", ylim=(8, None))
        axes.grid(color=GRID_COLOR)
        axes.legend(frameon=False, labelcolor=TEXT_COLOR, loc="upper left")
        axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(file, metadata={"Date": None})


def page(outcomes: dict[str, list[Outcome]], seconds: float) -> str:
    """The table, the best first, and what it says."""
    rows = ["| trainer | | PSNR | each | steps |", "|---|---|---|---|---|"]
    for name, runs in sorted(outcomes.items(), key=lambda item: -median(one.psnr for one in item[1])):
        each = ", ".join(f"{one.psnr:.1f}" for one in runs)
        steps = int(median(one.steps for one in runs))
        rows.append(f"| {name} | {TRAINERS[name][2]} | {median(one.psnr for one in runs):.2f} | {each} | {steps:,} |")
    example = f"limner fit {PICTURE} {TRAINERS['`lm`'][0]} --seconds {seconds:g} --seed 1"
    return PAGE.format(seconds=seconds, table="\n".join(rows), example=example, reading=READING.rstrip())


def main() -> None:
    """Run them all and write the page and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, default=HERE)
    given = parser.parse_args()
    outcomes: dict[str, list[Outcome]] = {name: [] for name in TRAINERS}
    for seed in range(1, given.seeds + 1):  # one of each in turn: what else the machine does falls on all
        for name, (options, _, _) in TRAINERS.items():
            folder = Path(tempfile.mkdtemp())
            try:
                outcomes[name].append(learned(options, given.seconds, seed, folder))
            finally:
                shutil.rmtree(folder)
    (given.output / "pictures").mkdir(exist_ok=True, parents=True)
    plot(outcomes, given.output / "pictures" / "trainers.svg")
    (given.output / "trainers.md").write_text(page(outcomes, given.seconds), "utf-8")


if __name__ == "__main__":
    main()
