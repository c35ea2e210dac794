"""Sites: galleries of artworks; and faces, which become folders too."""

from frozen.case import Case

PIECES = (
    "paint ink --count 2 --seed 1 --size 40x30 -o night/",
    "sweep marbling --vary network.contrast=0.3,0.6 --seeds 1..2 --size 24x24 -o folds",
    "blend night/ink-1.png night/ink-2.png --mode difference -o night/both.png",
)

# A gallery sorts by dates and shows them; these are the same in every run.
DATES = (
    ">>> import os, pathlib\n"
    "for at, path in enumerate(sorted(pathlib.Path().rglob('*'))):\n"
    "    os.utime(path, (1_700_000_000 + at, 1_700_000_000 + at))"
)
PICK = (
    ">>> import json, pathlib\n"
    "site = json.loads(pathlib.Path('site/limner-gallery.json').read_text('utf-8'))\n"
    "entries = [{'id': name, 'pick': 'pick'} for name in sorted(site['pieces'])[:1]]\n"
    "table = {'format': 1, 'site': site['token'], 'pieces': entries}\n"
    "pathlib.Path('picks.json').write_text(json.dumps(table), 'utf-8')\n"
    "pathlib.Path('none.json').write_text(json.dumps(table | {'pieces': []}), 'utf-8')\n"
    "pathlib.Path('wrong.json').write_text('{}', 'utf-8')"
)
# Pages hold a name of the site that is drawn, and the record dates and paths: they are compared as texts.
SITE = ("*site/*.html: bytes", "*site/limner-gallery.json: bytes")

CASES = [
    Case(
        "gallery/build",
        (
            *PIECES,
            DATES,
            "gallery build night folds -o site --title Pieces",
            "gallery build night folds -o site --title Pieces --json",
        ),
        leave=SITE,
    ),
    Case(
        "gallery/salon",
        (
            "paint cyanotype --count 2 --seed 7 --size 24x24 -o blue/",
            DATES,
            "gallery build blue -o blue-site --theme salon",
            "fit photo.png --recipe rprop-portrait --train-size 16 --steps 4 --seed 1 -o blue/fit.webp "
            "--timelapse blue/film.gif -s timelapse.frames=2 -s timelapse.width=24",
            "render blue/fit.webp --size 16x12 -o blue/fit.tiff",
            DATES,
            "gallery build blue photo.png text.txt -o blue-site --theme salon --force",
            "gallery build blue -o other-site --theme nobody",
        ),
        inputs=("photo.png", "text.txt"),
        leave=SITE,
    ),
    Case(
        "gallery/pick",
        (
            PIECES[0],
            DATES,
            "paint ink --count 1 --seed 1 --size 40x30 -o one/ | gallery build - -o small-site -q",
            "gallery build night -o site",
            PICK,
            *(f"gallery pick site {name}.json -o best/" for name in ("picks", "none", "wrong")),
        ),
        leave=(*SITE, "*.json: *", "small-site/*"),  # the token is drawn, and what lies in one/ has a date
    ),
    Case(
        "faces/astronaut",
        (
            "faces skimage:astronaut -o crew --json",
            "faces skimage:astronaut -o small --size 64x64 --margin 0.2 --format jpg -s detector.smallest=0.1",
            "faces skimage:astronaut photo.png short.png -o small --size 48x64 --format webp --force",
            "faces photo.png -o none",
            "faces skimage:astronaut -o crew",
        ),
        inputs=("photo.png", "short.png"),
    ),
]
