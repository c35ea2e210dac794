"""Movies contain their artwork and playback: written, read back, and never trusted."""

import base64
import json
import zlib
from importlib.util import find_spec

import numpy as np
import pytest

import limner
from limner.artworks.movies.movie import open_movie
from limner.artworks.movies.playback import Playback
from limner.artworks.movies.record import record_movie
from limner.artworks.movies.still import Still
from limner.cli.main import run
from limner.errors import ArtworkError, LimnerError, RecipeError
from limner.formats import movie_record
from limner.formats.movie_record import pack_theta, read_movie, unpack_theta
from limner.formats.video_files import open_recorder
from limner.formats.video_format import MAX_MANIFEST, VideoInfo
from limner.plugin import hookimpl
from limner.registry.events import FileSaved
from limner.registry.registry import registry

SIZE = (16, 12)
NAMES = ["m.gif", "m.webp", "m.apng", "frames/"] + (["m.mp4", "m.webm"] if find_spec("av") else [])


class Shade(Playback):
    """Frames of a single artwork, at growing times."""

    turns: int = 1

    def still(self, artwork, position):
        return Still(artwork, time=position)

    def closes(self, artwork):
        return False


@pytest.fixture(scope="module")
def art():
    return limner.paint("ink", seed=7, size=SIZE)


def written(path, art, playback=None, **options):
    playback = playback or Shade(seconds=0.2, fps=10.0)
    with record_movie(path, art, VideoInfo(*SIZE, fps=playback.fps), playback, **options) as recorder:
        for k in range(playback.frames):
            still = playback.still(art, playback.position(art, k))
            recorder.add(still.artwork.render(SIZE, time=still.time))
    return path


@pytest.mark.parametrize("name", NAMES)
def test_every_format_keeps_artwork_and_playback(tmp_path, art, name):
    path = written(f"{tmp_path}/{name}", art, Shade(seconds=0.2, fps=10.0, turns=3))
    movie = open_movie(path)
    assert movie.artwork == art == limner.open(path)
    assert (movie.artwork.packages, movie.size) == (art.packages, SIZE)
    assert movie.playback == Shade(seconds=0.2, fps=10.0, turns=3)
    assert movie.still(0.25).time == 0.25
    assert limner.paint(path) == art


def test_a_frame_is_the_still_at_its_position(tmp_path, art):
    path = written(f"{tmp_path}/frames/", art, Shade(seconds=0.3, fps=10.0))
    movie = open_movie(path)
    positions = [movie.playback.position(movie.artwork, k) for k in range(3)]
    assert positions == [0.0, 0.5, 1.0]
    frames = movie_record.video_format_for(path).stage.read_frames(tmp_path / "frames")
    for position, frame in zip(positions, frames, strict=True):
        still = movie.still(position)
        assert np.array_equal(frame.pixels, still.artwork.render(SIZE, time=still.time))


def test_a_position_is_checked(tmp_path, art):
    movie = open_movie(written(f"{tmp_path}/m.gif", art))
    for position in (-0.1, 1.1, float("nan")):
        with pytest.raises(LimnerError, match="`position`: must be"):
            movie.still(position)


class Pair(Shade):
    """Frames that show two artworks."""

    def still(self, artwork, position):
        return Still(artwork, time=position, others=(artwork,))


def test_of_a_mosaic_the_first_artwork_is_rendered_with_a_note(tmp_path, art, capsys):
    path = written(f"{tmp_path}/m.gif", art, Pair(seconds=0.2, fps=10.0))
    assert run(["render", path, "--time", "0.5", "-o", f"{tmp_path}/s.png"]) == 0
    assert f"{path}: the frame shows 2 artworks; this is the first" in capsys.readouterr().err
    still = limner.open(tmp_path / "s.png")
    assert (still, still.render_settings.time) == (art, 0.5)


class Unfit(Shade):
    """A playback for other artworks."""

    def still(self, artwork, position):
        raise RecipeError(["frame.x: unknown setting"], "Ink")

    def closes(self, artwork):
        raise LimnerError("the movie contains a single artwork, not several")


def test_a_playback_that_does_not_support_the_artwork_is_an_error_of_the_file(tmp_path, art):
    path = f"{tmp_path}/m.gif"
    with record_movie(path, art, VideoInfo(*SIZE), Unfit()) as recorder:
        recorder.add(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    movie = open_movie(path)
    for asked, message in (
        (lambda: movie.still(0.5), "Ink: frame.x: unknown setting"),
        (movie.closes, "the movie contains a single artwork, not several"),
        (lambda: movie.position(3), "the movie contains a single artwork, not several"),
        (lambda: limner.verify(path), "the movie contains a single artwork, not several"),
    ):
        with pytest.raises(ArtworkError) as error:
            asked()
        assert str(error.value) == f"{path}: {message}"


class Backwards(Shade):
    """Frames at falling times."""

    def still(self, artwork, position):
        return Still(artwork, time=1 - position)


def test_samples_of_a_frame_have_its_time(tmp_path):
    board = limner.paint("button-field", seed=1, size=SIZE)
    path = written(f"{tmp_path}/m.gif", board, Backwards(seconds=0.1, fps=10.0))
    assert run(["render", path, "--time", "0.25", "--samples", "1", "-o", f"{tmp_path}/s/", "-q"]) == 0
    (sample,) = (tmp_path / "s").glob("*.png")
    assert limner.open(sample).render_settings.time == 0.75


def test_other_files_are_no_movies(tmp_path, art):
    art.save(tmp_path / "a.png")
    with open_recorder(tmp_path / "old.gif", VideoInfo(*SIZE, manifest=json.dumps({"recipe": {}}))) as recorder:
        recorder.add(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    assert [open_movie(tmp_path / name) for name in ("a.png", "old.gif", "none.gif")] == [None, None, None]


def test_theta_is_compressed_and_bounded(monkeypatch):
    theta = np.arange(100, dtype=np.float32)
    assert np.array_equal(unpack_theta(pack_theta(theta)), theta)
    monkeypatch.setattr(movie_record, "MAX_THETA", 400)
    assert np.array_equal(unpack_theta(pack_theta(theta)), theta)
    with pytest.raises(ArtworkError, match="is larger than"):
        unpack_theta(pack_theta(np.zeros(101, np.float32)))


class Saved:
    def __init__(self):
        self.files = []

    @hookimpl
    def limner_event(self, event):
        if isinstance(event, FileSaved):
            self.files.append(event.path.name)


@pytest.mark.parametrize("name", ["m.apng", "frames/"])
def test_theta_that_does_not_fit_is_next_to_the_movie(tmp_path, art, monkeypatch, name):
    small = len(json.dumps(art.recipe.table())) + 2000
    assert len(pack_theta(art.theta)) > small - 2000
    monkeypatch.setattr("limner.artworks.movies.record.MAX_MANIFEST", small)
    saved = Saved()
    registry().listen(saved)
    try:
        path = written(f"{tmp_path}/{name}", art)
    finally:
        registry().unlisten(saved)
    assert not read_movie(tmp_path / name).theta
    beside = tmp_path / name.replace(".apng", "").rstrip("/")
    assert saved.files == [(tmp_path / name).name, f"{beside.name}.limner"]
    assert open_movie(path).artwork == art == limner.open(f"{beside}.limner")
    written(path, art, force=True)
    other = limner.paint("ink", seed=8, size=SIZE)
    with pytest.raises(LimnerError, match="contains the parameters of another picture"):
        written(path, other, force=True)
    assert open_movie(path).artwork == art
    (tmp_path / f"{beside.name}.limner").unlink()
    with pytest.raises(ArtworkError, match=r"are in \w+\.limner, which is missing"):
        open_movie(path)


def add_frames(path, art, count):
    with record_movie(path, art, VideoInfo(*SIZE), Shade()) as recorder:
        for _ in range(count):
            recorder.add(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
        raise KeyboardInterrupt if count else LimnerError("stopped")


def test_an_unfinished_movie_leaves_nothing(tmp_path, art, monkeypatch):
    monkeypatch.setattr("limner.artworks.movies.record.MAX_MANIFEST", 10)
    for count, error in ((2, KeyboardInterrupt), (0, LimnerError)):
        with pytest.raises(error):
            add_frames(tmp_path / "m.gif", art, count)
    assert list(tmp_path.iterdir()) == []


def test_a_movie_that_cannot_be_completed_leaves_nothing(tmp_path, art, monkeypatch):
    monkeypatch.setattr("limner.artworks.movies.record.MAX_MANIFEST", 10)
    monkeypatch.setattr("limner.utils.atomic_files._move_new", lambda part, final: moved(part, final))

    def moved(part, final):
        if final.suffix == ".gif":
            raise OSError(28, "No space left on device")
        part.rename(final)

    with pytest.raises(LimnerError, match="No space left"):
        written(tmp_path / "m.gif", art)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_largest_record_survives(tmp_path, name):
    record = json.dumps({"recipe": {"title": "é;=#\\"}, "theta": ""}, ensure_ascii=True)
    noise = base64.b64encode(np.random.default_rng(1).bytes(MAX_MANIFEST)).decode()
    record = record[:-2] + noise[: MAX_MANIFEST - len(record)] + '"}'
    with open_recorder(f"{tmp_path}/{name}", VideoInfo(*SIZE, manifest=record)) as recorder:
        recorder.add(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    read = read_movie(tmp_path / name)
    assert (read.recipe["title"], len(record)) == ("é;=#\\", MAX_MANIFEST)
    assert read.theta == json.loads(record)["theta"]


def packed(data):
    return base64.b64encode(zlib.compress(data, 9)).decode()


def nested(depth):
    return json.loads("[" * depth + "]" * depth)


FORGED = {
    "theta=!": ({"theta": "!"}, "θ cannot be decoded"),
    "theta cut": (lambda r: {"theta": r["theta"][:400]}, "θ is truncated"),
    "theta other": ({"theta": packed(bytes(8))}, "θ has 2 parameters, not"),
    "theta nan": (lambda r: {"theta": packed(b"\xff" * 4 * r["artwork"]["theta_size"])}, "does not match its digest"),
    "theta bomb": ({"theta": packed(bytes(2**16 + 4))}, "θ is larger than"),
    "no theta": ({"theta": 3}, "the parameters are missing"),
    "unknown entry": (lambda r: {"artwork": {**r["artwork"], "x": 1}}, "the limner manifest is invalid: x"),
    "newer": (lambda r: {"artwork": {**r["artwork"], "format": 2}}, "written by a newer limner"),
    "no playback": ({"playback": {}}, "must contain one playback"),
    "two": ({"playback": {"animation": {}, "x": {}}}, "must contain one playback"),
    "no table": ({"playback": {"animation": 3}}, "must contain one playback"),
    "unknown": ({"playback": {"os.system": {}}}, "unknown playback 'os.system'"),
    "another role": ({"playback": {"xy": {}}}, "unknown playback 'xy'"),
    "package": ({"playback": {"limner-foo/x": {}}}, "needs limner-foo (not installed); pip install limner-foo"),
    "newer playback": ({"playback": {"animation": {"revision": 9}}}, "needs revision 9"),
    "field": ({"playback": {"animation": {"x": 1}}}, "animation.x: unknown setting"),
    "deep": (lambda r: {"playback": {"animation": {"x": nested(600)}}}, "not made by limner"),
    "deep recipe": (lambda r: {"recipe": {**r["recipe"], "x": nested(600)}}, "not made by limner"),
    "range": ({"playback": {"animation": {"seconds": -1.0}}}, "animation.seconds: must be"),
}


@pytest.fixture(scope="module")
def record(art, tmp_path_factory):
    path = tmp_path_factory.mktemp("record") / "m.apng"
    return json.loads(read_movie(written(path, art)).to_json())


def forge(path, record):
    with open_recorder(path, VideoInfo(*SIZE, manifest=json.dumps(record))) as recorder:
        recorder.add(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    return str(path)


@pytest.mark.parametrize(("change", "message"), FORGED.values(), ids=FORGED)
def test_a_forged_record_is_one_line(tmp_path, record, monkeypatch, capsys, change, message):
    monkeypatch.setattr(movie_record, "MAX_THETA", 2**16)
    path = forge(tmp_path / "m.apng", {**record, **(change(record) if callable(change) else change)})
    assert run(["render", path, "-o", str(tmp_path / "x.png")]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("background", ["nope", ["x"], 3, True, ""])
def test_a_background_of_older_files_that_is_no_colour_is_ignored(tmp_path, record, background):
    settings = {**record["artwork"]["render_settings"], "image_format": {"background": background}}
    path = forge(tmp_path / "m.apng", {**record, "artwork": {**record["artwork"], "render_settings": settings}})
    assert open_movie(path).artwork.render_settings.recorded_background == ""


def test_an_artwork_opens_although_its_playback_is_unknown(tmp_path, art, record, capsys):
    path = forge(tmp_path / "m.apng", {**record, "playback": {"limner-foo/x": {}}})
    assert run(["info", path]) == 2
    assert "needs limner-foo (not installed)" in capsys.readouterr().err
    assert limner.open(path) == art
