"""Buttons: several pictures in one network, pressed one by one, together, and along a movie."""

from frozen.case import Case

THREE = "photo.png other.png third.png"
QUICK = "--train-size 12 --steps 5 --seed 1"
INPUTS = ("photo.png", "other.png", "third.png", "set")

CASES = [
    Case(
        "buttons/field",
        (
            f"fit {THREE} --train-size 16 --steps 5 --seed 1 -o board.png --history h.csv --compare c.png",
            "render board.png --press-sheet pairs.png --size 24x24",
            "render board.png --press other=1,third=0.5 -o pressed.png",
            "render board.png --press 1,-0.5,0.25 -o bent.png --json",
            "animate board.png --motion buttons --size 24x24 --seconds 0.9 --fps 10 -o walk.gif",
            "animate board.png --size 24x24 --seconds 0.3 --fps 25 -s motion.loop=false -o walk.mp4",
            "render board.png --samples 4 --seed 2 --size 20x20 -o unseen/",
            "info pressed.png",
            "verify board.png pressed.png bent.png",
            "render board.png --press nobody=1",
            "render board.png --press 1,2",
        ),
        inputs=INPUTS,
    ),
    Case(
        "buttons/board",
        (
            "fit set --recipe button-board-flat --train-size 12 --epochs 6 --seed 1 -o flat.png "
            "--press 0,1,0,0,0,0,0,0",
            "fit set --recipe button-board --train-size 8 --steps 8 --seed 1 -o board.png --keep-checkpoint",
            "fit set --recipe button-board --train-size 8 --steps 16 --seed 1 -o board.png --resume",
            "render flat.png --press p1=0.5,p2=0.5 -o both.png",
            "render flat.png --press-sheet all.png",
            "render flat.png --samples 5 --seed 1 -o unseen/",
        ),
        inputs=INPUTS,
    ),
    Case(
        "buttons/encoders",
        (
            f"fit {THREE} --encoders grid,latent -s encoder.latent.learn=true {QUICK} -o l.png",
            f"fit {THREE} --encoders xy,index {QUICK} -o i.png",
            f"fit {THREE} --encoders xy {QUICK} -o none.png",
            f"fit {THREE} --timelapse t.gif -s timelapse.frames=3 {QUICK} -o t.png",
            "info l.png",
            "render l.png --press-sheet l-pairs.png --size 16x16",
        ),
        inputs=INPUTS,
    ),
]
