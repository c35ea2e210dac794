"""Fits: one picture, bounded by steps; and all that is written beside it."""

from frozen.case import Case

FIT = "fit photo.png --recipe rprop-portrait --train-size 24 --seed 1"
PLAIN = "fit photo.png --recipe rprop-portrait --train-size 16 --steps 6 --seed 1 -q"
KINDS = ("clear.png", "gray.png", "deep.png", "turned.jpg", "cmyk.jpg", "moving.gif")
QUICK = "--train-size 16 --steps 4 --seed 1"
FILM = "-s timelapse.frames=4 -s timelapse.width=48"

CASES = [
    Case("fit/likeness", ("fit photo.png --steps 12 --seed 1 -o a.png", "verify a.png"), inputs=("photo.png",)),
    Case("fit/skimage", (f"{FIT.replace('photo.png', 'skimage:coffee')} --steps 8 --size 48x32 -o a.png --json",)),
    Case(
        "fit/kinds-of-picture",
        (
            *(f"{PLAIN.replace('photo.png', name)} -o {name}.of.png" for name in KINDS),
            f"{PLAIN.replace('photo.png', 'clear.png')} --background navy -o backed.png",
        ),
        inputs=KINDS,
    ),
    Case(
        "fit/bounds",
        (
            f"{FIT} --gray --steps 10 -o gray.png",
            f"{FIT} --epochs 7 -o epochs.png --json",
            f"{FIT} --psnr 12 --steps 60 -o good.png --json",
            f"{FIT} --steps 0 -o none.png",
            f"{FIT} --steps 3 --size 96x72@100dpi -o sized.tiff",
            f"{FIT} --steps 3 -o bare.limner",
            f"{FIT} --steps 3",
        ),
        inputs=("photo.png",),
    ),
    Case(
        "fit/history",
        (
            f"{FIT} --steps 12 -o a.png --history h.csv --compare c.png --error-map",
            f"{FIT} --steps 12 -o b.png --history h.jsonl --compare c.webp",
            f"{FIT} --steps 12 -o c-a.png --history h.png",
            f"{FIT} --steps 12 -o d.png --history h.svg --compare c.jpg",
        ),
        inputs=("photo.png",),
        leave=("h.png: *", "h.svg: *"),  # plots over seconds
    ),
    Case(
        "fit/resume",
        (
            f"{FIT} --steps 8 -o a.png --history h.csv --keep-checkpoint",
            f"{FIT} --steps 16 -o a.png --resume --history more.csv --keep-checkpoint",
            f"{FIT} --steps 16 -o whole.png",
            f"{FIT} --steps 24 --seed 2 -o a.png --resume",
            f"{FIT} --steps 16 -o a.png",
            f"{FIT} --steps 16 -o a.png --resume",
            f"{FIT} --steps 16 -o a.png --resume",
        ),
        inputs=("photo.png",),
    ),
    Case(
        "fit/timelapse",
        tuple(
            f"{FIT} --steps 8 -o {end}.png --timelapse film{dot}{end} {FILM}"
            for end, dot in (("gif", "."), ("apng", "."), ("webp", "."), ("mp4", "."), ("webm", "."), ("frames", "-"))
        ),
        inputs=("photo.png",),
    ),
    Case(
        "fit/timelapse-settings",
        (
            f"{FIT} --steps 8 -o a.png --timelapse a.gif {FILM}"
            " -s timelapse.show_original=true -s timelapse.caption=true",
            f"{FIT} --steps 8 -o b.png --timelapse b.webp {FILM} -s timelapse.spacing=log -s timelapse.hold=1",
            f"{FIT} --steps 8 -o c.png --timelapse c.apng -s timelapse.every=4 -s timelapse.width=32",
            f"{FIT} --steps 4 -o d.png --timelapse d.gif --timelapse-style painting",
            f"{FIT} --steps 8 -o e.png --timelapse e.mp4 {FILM} -s video-format.crf=40 -s timelapse.fps=5",
        ),
        inputs=("photo.png",),
    ),
    Case(
        "fit/swaps",
        (
            f"fit photo.png --color hsv {QUICK} -o hsv.png",
            f"fit photo.png --network siren --encoders xy {QUICK} -s trainer.learning_rate=0.001 -o s.png",
            f"fit photo.png --encoders fourier {QUICK} -s encoder.fourier.count=8 -o f.png",
            f"fit photo.png --loss mae --warps mirror --frame corner {QUICK} -o mae.png",
            f"fit photo.png --recipe neural-painting {QUICK} -s trainer.batch=50 -o n.png",
            f"fit photo.png --recipe s.png {QUICK} -o from-art.png",
            f"fit photo.png --recipe recipe.toml --trainer rprop {QUICK} -o mine.png",
        ),
        inputs=("photo.png", "recipe.toml"),
    ),
]
