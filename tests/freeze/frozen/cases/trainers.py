"""Trainers: each for a few steps on one small picture, and the losses and optimisers that backprop takes."""

from frozen.case import Case

FIT = "fit photo.png --recipe rprop-portrait --train-size 16 --seed 3"
OPTIMIZERS = "sgd momentum nesterov rmsprop adam adamw".split()  # noqa: SIM905
SCHEDULES = "constant cosine step exponential halving".split()  # noqa: SIM905
LOSSES = "mse mae huber fann-tanh".split()  # noqa: SIM905
VARIANTS = "libfann rprop-minus irprop-plus irprop-minus".split()  # noqa: SIM905
STEPS = {"backprop": 12, "rprop": 12, "lm": 4, "genetic": 3, "cmaes": 4, "restart": 12}

CASES = [
    Case(
        f"trainers/{name}",
        (
            f"{FIT} --trainer {name} --steps {steps} -o a.png --history h.csv --json",
            f"{FIT} --trainer {name} --steps {steps // 2} -o b.png --keep-checkpoint",
            f"{FIT} --trainer {name} --steps {steps} -o b.png --resume",
        ),
        inputs=("photo.png",),
    )
    for name, steps in STEPS.items()
]
BACKPROP = f"{FIT} --trainer backprop --steps 5 -s trainer.batch=100 -q"
CASES += [
    Case(
        "trainers/optimizers",
        tuple(f"{BACKPROP} -s trainer.optimizer={name} -o {name}.png" for name in OPTIMIZERS),
        inputs=("photo.png",),
    ),
    Case(
        "trainers/schedules",
        tuple(f"{BACKPROP} -s trainer.schedule={name} -o {name}.png" for name in SCHEDULES),
        inputs=("photo.png",),
    ),
    Case("trainers/losses", tuple(f"{BACKPROP} --loss {name} -o {name}.png" for name in LOSSES), inputs=("photo.png",)),
    Case(
        "trainers/rprop-variants",
        tuple(f"{FIT} --steps 6 -q -s trainer.variant={name} -o {name}.png" for name in VARIANTS),
        inputs=("photo.png",),
    ),
    Case(
        "trainers/evolved-portrait",
        ("fit photo.png --recipe evolved-portrait --train-size 16 --steps 2 --seed 3 -o a.png",),
        inputs=("photo.png",),
    ),
]
