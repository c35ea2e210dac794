"""Options that have no effect in a situation: an error that names them, or a note; never silence."""

import shutil

import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.imaging.target import read_target


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a folder with a painting, one of several pictures with buttons, one that moves, and one in own colours."""
    folder = tmp_path_factory.mktemp("files")
    size = {"size": (8, 8)}
    limner.paint("ink", seed=1, **size).save(folder / "ink.png")
    moving = {"encoder": [{"kind": "xy"}, {"kind": "time"}]}
    limner.paint(moving, seed=1, **size).save(folder / "moving.png")
    Image.new("RGBA", (8, 8), (255, 0, 0, 99)).save(folder / "clear.png")
    own = {"color": {"kind": "palette", "colors": ["navy", "orange"]}}
    limner.paint(own, seed=1, **size).save(folder / "own.png")
    pictures = [read_target(f"skimage:{name}", train_size=8).pixels() for name in ("camera", "coffee")]
    limner.fit(pictures, steps=1, seed=1, **size).artwork.save(folder / "board.png")
    return folder


@pytest.fixture
def call(files, tmp_path, monkeypatch, capsys):
    """Runs a command line in a copy of the folder: exit code, output, errors, and the files that it wrote."""
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))

    def result(line):
        code = run(line.split())
        captured = capsys.readouterr()
        return code, captured.out, captured.err, set(tmp_path.rglob("*")) - before

    return result


ONLY_SHEET = "paint ink --size 8x8 --sheet s.png --only-sheet"
SHEET = "render board.png --press-sheet s.png"
REFUSED = [
    (f"{ONLY_SHEET} -o other.png", "-o: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} --bits 16 --region 0,0,2,2", "--region, --bits: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} --supersample 2", "--supersample: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} --dither ordered", "--dither: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} --time 0.5", "--time: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} --format jpeg", "--format: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} --background red", "--background: cannot be combined with --only-sheet"),
    (f"{ONLY_SHEET} -s image-format.quality=3", "-s image-format.quality: cannot be combined with --only-sheet"),
    ("paint ink --size 8x8@300dpi --sheet s.png --only-sheet", "the dpi of --size: cannot be combined"),
    ("paint ink --size 8x8 --preview --count 2", "--preview: shows a single picture; omit it, or --count and --sheet"),
    ("paint ink --size 8x8 --seed 3 -s seed=4", "--seed: is also set by -s as seed=4; omit one of them"),
    ("paint ink --size 8x8 -s size=9,9", "--size: is also set by -s as size=9,9; omit one of them"),
    ("paint ink --network siren -s network.kind=mlp", "--network siren: network.kind is also set; omit one of them"),
    ("paint ink -s network.depth=3 -s network.depth=4", "-s network.depth: is set to 3 and to 4; omit one of them"),
    ("paint --encoders xy -s encoder.xy.scale=2 -s encoder.0.scale=3", "are the same field; omit one of them"),
    ("fit ink.png -o f.png --steps 1 --timelapse-style portrait", "add --timelapse FILE"),
    ("paint ink --format png -s image-format.kind=tiff", "--format png: image-format.kind is tiff; omit one of them"),
    ("paint ink --background red -s image-format.background=blue -o a.jpg", "image-format.background is set too"),
    ("paint ink -s image-format.quality=50 -o a.webp", "set image-format.lossless=false too, or omit this setting"),
    ("paint ink --color palette -s color.count=3", "has no effect without color.image; set that too, or omit this"),
    ("paint ink -s color.opacity=plain", "has no effect without color.alpha; set that too, or omit this setting"),
    ("render ink.png --seed 3", "--seed: has no effect without --samples; add it, or omit --seed"),
    ("render board.png --press 1,0 --seed 3", "--seed: has no effect without --samples"),
    ("render ink.png --size 4x4 -o a.limner", "--size: a.limner contains no pixels; omit the option"),
    ("render ink.png --time 0.5 -o a.limner", "--time: a.limner contains no pixels; omit the option"),
    (f"{SHEET} -s image-format.quality=3", "-s image-format.quality: cannot be used with --press-sheet"),
    (f"{SHEET} --format tiff", "--format: cannot be used with --press-sheet"),
    (f"{SHEET} --size 4x4@300dpi", "the dpi of --size: cannot be used with --press-sheet"),
    (f"{SHEET} --seed 4", "--seed: has no effect without --samples"),
    ("render board.png -s video-format.fps=3", "render cannot change an artwork"),
    ("render ink.png -s walk.steps=3", "setting 'walk.steps': render makes no movies; use: limner animate ink.png"),
    ("fit ink.png -o f.png --steps 1 --seed 3 -s seed=5", "--seed: is also set by -s as seed=5; omit one of them"),
    ("fit ink.png -o f.png --steps 1 --size 8x8 -s size=9,9", "--size: is also set by -s as size=9,9"),
    ("fit ink.png -o f.png --steps 1 --loss mae -s loss.kind=mse", "--loss mae: loss.kind is also set"),
    ("fit ink.png -o f.png --steps 1 -s trainer.drop=0.2", "set trainer.schedule=step too, or omit this setting"),
    ("fit ink.png -o f.png --steps 1 -s timelapse.fps=3", "timelapse: settings need a file; add --timelapse FILE"),
    ("fit ink.png -o f.png --steps 1 -s video-format.crf=3", "timelapse: settings need a file; add --timelapse FILE"),
    ("fit ink.png -o f.png --steps 1 --error-map", "--error-map: needs a comparison; add --compare FILE"),
    ("translate train ink.png own.png --steps 1 --seed 3 -s seed=5 -o n.limner", "--seed: is also set by -s as seed=5"),
    ("sweep ink --vary network.depth=1,2 -s network.depth=3", "--vary network.depth: is also set by -s; omit one"),
    ("sweep ink --vary network=siren,mlp -s network.kind=mlp", "--vary network: is also set by -s; omit one"),
    ("sweep ink --seeds 1,2 -s seed=3", "--seeds: is also set by -s, as seed; omit one of them"),
    ("sweep ink --size 8x8 -s size=9,9", "--size: is also set by -s, as size; omit one of them"),
    (
        "sweep ink --vary color.count=3,4 -s color.kind=palette",
        "--vary color.count: setting 'color.count': has no effect",
    ),
    (
        "sweep ink --executor dask --executor-set address=tcp://localhost:1 --executor-set workers=2",
        "executor dask.workers",
    ),
]


@pytest.mark.parametrize(("line", "message"), REFUSED, ids=[line for line, _ in REFUSED])
def test_an_option_without_effect_is_refused(line, message, call):
    code, out, err, written = call(line)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert message in err
    assert err.count("\n") == 1
    assert written == set()


NOTED = [
    ("paint ink --size 8x8 --time 0.5 -o a.png", "ink: --time has no effect, because no stage uses the time"),
    ("render ink.png --time 0.5 -o a.png", "ink.png: --time has no effect, because no stage uses the time"),
    (
        "paint ink --size 8x8 --trainer rprop -o a.png",
        "trainer: stored in the recipe for limner fit; painting does not",
    ),
    (
        "paint neural-painting --seed 1 --size 8x8 -s trainer.batch=5 -o a.png",
        "trainer.batch: stored in the recipe for limner fit",
    ),
    ("fit ink.png -o f.png --steps 1 --train-size 500", "--train-size 500: the picture has only 8x8 pixels"),
    ("fit ink.png -o f.png --steps 1 --background white", "--background has no effect: without transparency"),
    ("fit ink.png -o f.png --steps 1 --resume", "f.png.ckpt: there is no checkpoint; starting from the beginning"),
    ("sweep ink --size 8x8 --vary network.output=tanh,tanh --dry-run -o s", "1 of 2 trials equal others and run only"),
    ("sweep ink --size 8x8 --executor-set workers=3 --dry-run -o s", "workers=3: the sweep has 1 trial, so other"),
]


@pytest.mark.parametrize(("line", "note"), NOTED, ids=[line for line, _ in NOTED])
def test_an_option_without_effect_is_noted(line, note, call):
    code, _, err, _ = call(line)
    assert code == 0
    assert note in err
    again = call(f"{line.replace('f.png', 'g.png')} --quiet --force")
    assert (again[0], note in again[2]) == (0, False)


EFFECTIVE = [
    "paint ink --size 8x8 --seed 1 -s color.opacity=plain -s color.alpha=true -o a.png",
    "fit ink.png --steps 1 --seed 1 --recipe rprop-portrait -s color.opacity=fold -o f.png --quiet",
    "paint moving.png --time 0.5 -o a.png",
    "render moving.png --time 0.5 -o a.png",
    "render moving.png --time 1 -o a.png",
    "paint ink --size 8x8 --seed 3 --bits 16 --dither ordered -o a.png",
    "paint ink --size 8x8 --seed 3 -s image-format.lossless=false -s image-format.quality=50 -o a.webp",
    "paint ink --size 8x8 --seed 3 --format png -s image-format.kind=png -o a.png",
    "render board.png --samples 1 --seed 3 -o samples/",
    "paint own.png -s color.name=glacier -o a.png",
    "paint own.png -s color.colors= -s color.name=glacier -o a.png",
]


@pytest.mark.parametrize("line", EFFECTIVE)
def test_an_option_with_effect_needs_no_note(line, call):
    code, _, err, written = call(line)
    assert (code, [note for note in err.splitlines() if not note.startswith("seed ")]) == (0, [])
    assert written


def test_a_background_of_a_transparent_picture_to_fit_needs_no_note(call):
    code, _, err, _ = call("fit clear.png --steps 1 --background white -o f.png")
    assert (code, "--background" in err) == (0, False)


def test_a_named_palette_replaces_the_own_colours_of_a_picture(call):
    assert call("paint own.png -s color.name=glacier -o a.png")[0] == 0
    own, other = limner.open("own.png"), limner.open("a.png")
    assert (own.render() != other.render()).any()
