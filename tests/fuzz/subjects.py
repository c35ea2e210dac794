"""What is corrupted: originals of each kind, how one is corrupted, and what reads the result."""

import io
import json
import shutil
import struct
import sys
import tomllib
from concurrent.futures import Executor, Future
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import numpy as np
from corruption import ODD_VALUES, corrupt_bytes, corrupt_data, corrupt_text, corrupt_words, repair_png
from PIL import Image

import limner
from limner.artworks.movies.movie import open_movie
from limner.artworks.recipe_sources import compose
from limner.cli.main import run
from limner.errors import LimnerError
from limner.formats.movie_record import read_movie
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner.imaging.reader import read_picture
from limner.registry.registry import registry
from limner.training.checkpoint import read_checkpoint
from limner_apps.sweeps.executors.local import Local

TINY = ["--size", "12x8", "--quiet"]
FIT = ["fit", "skimage:coffee", "--recipe", "likeness", "--train-size", "8", "--seed", "1", "--quiet"]


def call(*words, typed=b""):
    """Run a command line; return its exit code and what it printed. 70 is an internal error, as is a traceback."""
    out, err = io.StringIO(), io.StringIO()
    standard, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(typed), "utf-8")
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run(list(words))
    finally:
        sys.stdin = standard
    assert code in (0, 1, 2, 130), err.getvalue()
    assert "Traceback" not in err.getvalue()
    return code, out.getvalue(), err.getvalue()


def paint(out, *words):
    code, _, err = call("paint", "random-art", "--seed", "1", "-s", "network.width=6", *TINY, "-o", str(out), *words)
    assert code == 0, err
    return Path(out).read_bytes()


class Subject:
    """A kind of input.

    Attributes:
        total: corrupted inputs in the slow test.
        quick: corrupted inputs in the test that always runs.
    """

    total = 0
    quick = 30

    def prepare(self, folder):
        """Make the originals, in a folder that is the current one."""

    def write(self, rng, folder):
        """Write one corrupted input."""
        raise NotImplementedError

    def read(self, rng):
        """Read it as a user's command does. LimnerError is the answer to bad input."""
        raise NotImplementedError


class Recipes(Subject):
    """Recipes as TOML: texts with changed characters, and changed values in the right syntax."""

    total = 52_000

    def prepare(self, folder):
        import tomlkit

        self.dumps = tomlkit.dumps
        self.texts = [registry().read_recipe(entry.name) for entry in registry().entries("recipe")]
        self.tables = [tomllib.loads(text) for text in self.texts]
        keys = sorted({word for text in self.texts for word in text.replace("=", " ").split()})
        self.words = [*keys, *map(repr, ODD_VALUES)]

    def write(self, rng, folder):
        which = rng.integers(0, len(self.texts))
        if rng.integers(0, 2):
            content = corrupt_text(rng, self.texts[which], self.words).encode("utf-8", "surrogatepass")
        else:
            table = corrupt_data(rng, self.tables[which])
            try:
                content = self.dumps(table).encode("utf-8", "surrogatepass")
            except (ValueError, TypeError, AttributeError, OverflowError):  # not every value has a TOML form
                content = corrupt_bytes(rng, self.texts[which].encode())
        Path("a.toml").write_bytes(content)

    def read(self, rng):
        compose("a.toml")


class Artworks(Subject):
    """Files of every format, with changed bytes or a changed record in a whole file."""

    total = 50_000

    def prepare(self, folder):
        made = {f"a{end}": paint(f"a{end}") for end in (".png", ".webp", ".avif", ".tiff", ".svg", ".pdf", ".limner")}
        made["a.jpg"] = paint("a.jpg", "--background", "white")
        made["deep.png"] = paint("deep.png", "--bits", "16")
        made["deep.tiff"] = paint("deep.tiff", "--bits", "16")
        self.made = [(Path(name).suffix, data) for name, data in made.items()]
        self.others = [data for _, data in self.made]
        for name in made:
            Path(name).unlink()

    def write(self, rng, folder):
        suffix, data = self.made[rng.integers(0, len(self.made))]
        spoilt = corrupt_bytes(rng, data, self.others)
        if suffix == ".png" and rng.integers(0, 2):
            spoilt = repair_png(spoilt)
        self.path = Path(f"x{suffix}")
        self.path.write_bytes(spoilt)

    def read(self, rng):
        if rng.integers(0, 40) == 0:
            call(*[["verify"], ["info"], ["info", "--json"]][rng.integers(0, 3)], str(self.path))
        limner.open(self.path)


class Containers(Subject):
    """``.limner`` files, whose records are changed value by value."""

    total = 22_000

    def prepare(self, folder):
        data = paint("a.limner")
        assert call(*FIT, "--steps", "2", "-o", "b.limner")[0] == 0
        self.files = [data, Path("b.limner").read_bytes()]
        for path in Path().glob("[ab].limner*"):
            path.unlink()

    def write(self, rng, folder):
        data = self.files[rng.integers(0, len(self.files))]
        (length,) = struct.unpack("<Q", data[:8])
        head = json.loads(data[8 : 8 + length])
        notes = head["__metadata__"]
        if rng.integers(0, 4):
            for key in notes:
                if notes[key].startswith("{"):
                    notes[key] = json.dumps(corrupt_data(rng, json.loads(notes[key])))
        else:
            head = corrupt_data(rng, head)
        text = json.dumps(head).encode()
        Path("x.limner").write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])

    def read(self, rng):
        artwork = limner.open("x.limner")
        if rng.integers(0, 20) == 0:
            artwork.render(size=(3, 2))


class Movies(Subject):
    """Movies, whose records are changed value by value, or whose bytes are."""

    total = 6_000
    quick = 10

    def prepare(self, folder):
        one, two = (limner.paint("ink", seed=seed, size=(6, 4)) for seed in (1, 2))
        self.files = []
        for artworks, suffix, motion in (([one], ".gif", "latent"), ([one, two], ".apng", "morph")):
            path = limner.animate(artworks, f"a{suffix}", motion=motion, seconds=0.2, fps=10)
            self.files.append((suffix, path.read_bytes(), json.loads(read_movie(path).to_json())))
            path.unlink()

    def write(self, rng, folder):
        suffix, data, record = self.files[rng.integers(0, len(self.files))]
        self.path = Path(f"x{suffix}")
        if rng.integers(0, 4) == 0:
            self.path.write_bytes(corrupt_bytes(rng, data))
            return
        manifest = json.dumps(corrupt_data(rng, record))
        with open_recorder(self.path, VideoInfo(6, 4, fps=10, manifest=manifest), force=True) as recorder:
            recorder.add(np.zeros((4, 6, 3), np.uint8))

    def read(self, rng):
        if rng.integers(0, 20) == 0:
            call(*[["info"], ["info", "--json"]][rng.integers(0, 2)], str(self.path))
        movie = open_movie(self.path)
        if movie is not None:
            movie.still(float(rng.random())).artwork.render((3, 2))


class Pictures(Subject):
    """Pictures of other programs, as a fit reads them."""

    total = 36_000

    def prepare(self, folder):
        y, x = np.mgrid[:12, :16]
        rgb = np.stack([x * 16, y * 20, (x * y) % 256], -1).astype(np.uint8)
        whole, deep = Image.fromarray(rgb), Image.fromarray((x * y * 300).astype(np.uint16))
        exif = Image.Exif()
        exif[0x0112], exif[0x011A] = 6, 72.0
        kinds = [
            ("png", whole, {}), ("png", whole.convert("P"), {"transparency": 3}), ("png", deep, {}),
            ("jpeg", whole, {"exif": exif}), ("jpeg", whole.convert("CMYK"), {}), ("gif", whole.convert("P"), {}),
            ("bmp", whole, {}), ("ppm", whole, {}), ("tiff", deep, {}), ("tiff", whole, {"compression": "tiff_lzw"}),
            ("tiff", whole.convert("1"), {"compression": "group4"}), ("webp", whole, {}), ("tga", whole, {}),
            ("sgi", whole, {}), ("pcx", whole, {}), ("ico", whole, {}), ("jpeg2000", whole, {}), ("avif", whole, {}),
        ]  # fmt: skip
        self.made = []
        for kind, picture, options in kinds:
            file = io.BytesIO()
            picture.save(file, kind, **options)
            self.made.append(file.getvalue())

    def write(self, rng, folder):
        Path("x.png").write_bytes(corrupt_bytes(rng, self.made[rng.integers(0, len(self.made))], self.made))

    def read(self, rng):
        read_picture("x.png", "IMAGE")


class Checkpoints(Subject):
    """Checkpoints, with changed bytes or changed headers."""

    total = 18_000

    def prepare(self, folder):
        self.command = [*FIT, "--steps", "3", "--resume", "--checkpoint-every", "0", "--keep-checkpoint", "-o", "a.png"]
        assert call(*self.command)[0] == 0
        self.data = Path("a.png.ckpt").read_bytes()
        Path("a.png").unlink()

    def write(self, rng, folder):
        data = self.data
        if rng.integers(0, 2):
            (length,) = struct.unpack("<Q", data[:8])
            head = json.loads(data[8 : 8 + length])
            for key, value in head["__metadata__"].items():
                head["__metadata__"][key] = json.dumps(corrupt_data(rng, json.loads(value)))
            text = json.dumps(head).encode()
            Path("a.png.ckpt").write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
        else:
            Path("a.png.ckpt").write_bytes(corrupt_bytes(rng, data))

    def read(self, rng):
        if rng.integers(0, 100) == 0:
            kept = Path("a.png.ckpt").read_bytes()
            if call(*self.command)[0] == 0:  # whole enough to end the run
                Path("a.png").unlink()
                Path("a.png.ckpt").write_bytes(kept)
        read_checkpoint(Path("a.png.ckpt"))


class CommandLines(Subject):
    """Command lines with words missing, misspelt, doubled, or of another command."""

    total = 6_000
    quick = 60

    def prepare(self, folder):
        paint("a.png")
        paint("b.png", "--force")
        fit = ["fit", "skimage:coffee", "--train-size", "8", "--seconds", "1", "--steps", "1"]
        self.lines = [
            ["paint", "marbling", "--seed", "3", *TINY, "-s", "network.width=4", "-o", "c.png"],
            ["paint", "--count", "2", "--sheet", "s.png", *TINY, "--encoders", "xy,radius", "--color", "hsl"],
            ["render", "a.png", *TINY, "--region", "0,0,0.5,0.5", "--bits", "16", "-o", "r.tiff"],
            ["blend", "a.png", "b.png", "--kind", "screen", *TINY, "-o", "m.png"],
            ["info", "a.png", "--json"], ["verify", "a.png", "b.png"], ["recipes", "show", "marbling"],
            ["recipes", "list"], ["plugins", "list"], ["backends"],
            [*fit, "--recipe", "likeness", "-s", "trainer.learning_rate=0.1", "-o", "f.png"],
            [*fit, "--trainer", "rprop", "--history", "h.csv", "--checkpoint-every", "0", "-o", "g.png"],
            ["translate", "preview", "a.png", "--recipe", "colorize", "-o", "t.png"],
            ["sweep", "marbling", "--vary", "network.depth=1,2", "--dry-run", *TINY, "-o", "w"],
            ["faces", "a.png", "-o", "faces"],
            ["palettes", "a.png", "--count", "3", "-o", "p.png"],
            ["paint", "ink", "--colors", "navy,rgb(1 2 3),#fff", *TINY, "-o", "i.png"],
            ["restyle", "a.png", "--color", "duotone", "--warps", "noise,tile", "--keep", "network", "-o", "l.png"],
            ["restyle", "a.png", "--palette", "sumi", "-s", "color.steps=3", "--mask", "shape", "-o", "n.png"],
            ["restyle", "a.png", "--keep", "color", "--seed", "4", "--encoders", "xy,fourier", "-o", "o.png"],
        ]  # fmt: skip
        words = {word for line in self.lines for word in line}
        words |= {"--seed=-1", "-s", "network.width", "encoder.xy.scale=[1", "trainer.steps=x", "--json", "--help"}
        odd = ["", " ", "-", "--", "nan", "1e400", "-0", "0x0", "99999999999999999999", "é", "a.png.", "missing.png"]
        self.pool = sorted(words.union(odd))

    def write(self, rng, folder):
        self.words = corrupt_words(rng, self.lines[rng.integers(0, len(self.lines))], self.pool)

    def read(self, rng):
        before = contents()
        code, *_ = call(*self.words)
        after = contents()
        if code == 2:
            assert after == before, self.words
        if not {"--force", "-f"} & set(self.words):
            assert before.items() <= after.items(), self.words
        for name in after.keys() - before.keys():
            Path(name).unlink()
        remove_folders()


class PathLists(Subject):
    """Lists of paths on standard input."""

    total = 5_000

    def prepare(self, folder):
        paint("a.png")
        Path("notes.txt").write_text("no picture")
        self.lists = [
            b"a.png\n", b"a.png\0a.png\0", b"\xef\xbb\xbfa.png\r\na.png\r\n", b"a.png\nmissing.png\n",
            b"notes.txt\n.\n", "a.png\nप.png\n".encode(), "a.png\n".encode("utf-16"), b"caf\xe9.png\n", b"",
        ]  # fmt: skip
        self.commands = [["info", "-"], ["verify", "-"], ["info", "--json", "-"], [*FIT, "-", "-o", "x/y.png"]]

    def write(self, rng, folder):
        self.typed = corrupt_bytes(rng, self.lists[rng.integers(0, len(self.lists))], self.lists)

    def read(self, rng):
        call(*self.commands[rng.integers(0, len(self.commands))], typed=self.typed)


class InThisProcess(Executor):
    """A pool without workers: a task is done when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Sweeps(Subject):
    """Folders of sweeps in which one file is damaged, and the sweep goes on."""

    total = 2_000
    quick = 10

    def prepare(self, folder):
        vary = ["--vary", "network.depth=1,2", "-s", "network.width=4", "--seeds", "1", "--executor-set", "workers=1"]
        self.command = ["sweep", "marbling", *vary, *TINY, "-o", "s"]
        assert call(*self.command)[0] == 0
        self.files = {path: path.read_bytes() for path in sorted(Path("s").rglob("*")) if path.is_file()}

    def write(self, rng, folder):
        for path, data in self.files.items():
            path.write_bytes(data)
        texts = [path for path in self.files if path.suffix in (".json", ".toml", ".csv")]
        choice = texts if rng.integers(0, 4) else sorted(self.files)
        self.path = choice[rng.integers(0, len(choice))]
        data = self.files[self.path]
        if self.path.suffix == ".json" and rng.integers(0, 2):
            self.path.write_text(json.dumps(corrupt_data(rng, json.loads(data))))
        else:
            self.path.write_bytes(corrupt_bytes(rng, data))

    def read(self, rng):
        with patch.object(Local, "open", lambda executor: InThisProcess()):
            call(*self.command)
        for path in self.files:
            assert path == self.path or path.suffix != ".png" or "trials" not in path.parts or path.exists()


class Galleries(Subject):
    """Sites whose record is damaged, built again; and picks."""

    total = 3_000
    quick = 10

    def prepare(self, folder):
        Path("art").mkdir()
        paint("art/a.png")
        assert call("gallery", "build", "art", "-o", "site", "--quiet")[0] == 0
        self.files = {path: path.read_bytes() for path in sorted(Path("site").rglob("*")) if path.is_file()}
        self.record = Path("site/limner-gallery.json")
        record = json.loads(self.files[self.record])
        (piece,) = record["pieces"]
        self.picks = {"format": 1, "site": record["token"], "pieces": [{"id": piece, "pick": "pick"}]}

    def write(self, rng, folder):
        for path, data in self.files.items():
            if not path.exists() or path == self.record:
                path.write_bytes(data)
        data, picks = self.files[self.record], json.dumps(self.picks).encode()
        kind = rng.integers(0, 3)
        if kind == 0:
            data = corrupt_bytes(rng, data)
        elif kind == 1:
            data = json.dumps(corrupt_data(rng, json.loads(data))).encode()
        else:
            picks = (
                corrupt_bytes(rng, picks) if rng.integers(0, 2) else json.dumps(corrupt_data(rng, self.picks)).encode()
            )
        self.record.write_bytes(data)
        Path("picks.json").write_bytes(picks)

    def read(self, rng):
        assert Path("art/a.png").exists()
        if rng.integers(0, 8) == 0:
            call("gallery", "build", "art", "-o", "site", "--quiet")
        else:
            call("gallery", "pick", "site", "picks.json", "-o", "picked", "--force")
        if Path("picked").exists():
            shutil.rmtree("picked")
        assert Path("art/a.png").exists()


def contents():
    """Return the files below the current folder with their contents."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def remove_folders():
    """Remove the folders that a command has made; its files are gone."""
    for path in Path().iterdir():
        if path.is_dir():
            shutil.rmtree(path)


KINDS = (Recipes, Artworks, Containers, Movies, Pictures, Checkpoints, CommandLines, PathLists, Sweeps, Galleries)
SUBJECTS = {kind.__name__: kind() for kind in KINDS}
ANSWERS = (LimnerError,)
