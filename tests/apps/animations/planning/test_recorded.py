"""``limner animate MOVIE``: a movie is rendered again, with what it records unless options replace it."""

import numpy as np
import pytest

import limner
from limner.app.artworks import open_movie
from limner.cli.main import run
from limner.errors import ArtworkError, LimnerError
from limner.formats.movie_record import movie_format

SIZE = (16, 12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with a movie of one artwork, m.gif, and one of two, two.apng."""
    folder = tmp_path_factory.mktemp("movies")
    one, two = (limner.paint("ink", seed=seed, size=SIZE) for seed in (7, 8))
    limner.animate(one, folder / "m.gif", motion="latent", strength=0.5, seed=1, seconds=0.4, fps=10, supersample=2)
    limner.animate([one, two], folder / "two.apng", motion="morph", seconds=0.4, fps=10)
    return folder


@pytest.fixture
def cli(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder)

    def call(line):
        code = run(line.split())
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def pixels(path):
    return [frame.pixels for frame in movie_format(path).read_frames(path)]


@pytest.mark.parametrize("name", ["m.gif", "two.apng"])
def test_the_same_command_makes_the_same_movie(folder, tmp_path, name):
    again = limner.animate(folder / name, tmp_path / name)
    assert again.read_bytes() == (folder / name).read_bytes()


def test_another_size_shows_the_same_stills(folder, tmp_path):
    larger = limner.animate([folder / "two.apng"], tmp_path / "frames/", size=(32, 24))
    movie = open_movie(larger)
    assert movie.playback == open_movie(folder / "two.apng").playback
    for k, frame in enumerate(pixels(larger)):
        still = movie.still(k / 4)
        assert np.array_equal(frame, still.artwork.render((32, 24), time=still.time))


def test_given_options_replace_what_is_recorded(folder, tmp_path):
    limner.animate(folder / "m.gif", tmp_path / "m.gif", strength=0.25, seconds=0.6, supersample=1, seed=5)
    old, new = open_movie(folder / "m.gif"), open_movie(tmp_path / "m.gif")
    assert new.artwork == old.artwork
    assert (old.artwork.render_settings.supersample, new.artwork.render_settings.supersample) == (2, 1)
    assert (new.playback.motion.stage.strength, new.playback.seed) == (0.25, 5)
    assert (new.playback.frames, new.playback.fps) == (6, 10)
    limner.animate(folder / "m.gif", tmp_path / "other.gif", motion="parameters", fps=5)
    other = open_movie(tmp_path / "other.gif").playback
    assert (other.motion.kind, other.motion.stage.strength) == ("parameters", 1.0)
    assert (other.seed, other.frames) == (1, 2)


def test_the_pace_is_kept_or_measured_again(folder, tmp_path):
    recorded = open_movie(folder / "m.gif").playback.playhead
    assert len(recorded) == 5

    def playhead(**options):
        return open_movie(limner.animate(folder / "m.gif", tmp_path / "x.gif", force=True, **options)).playback.playhead

    assert playhead(size=(8, 6)) == recorded
    assert playhead(even_pace=False) == ()
    assert len(playhead(seconds=0.6)) == 7
    assert playhead(motion="still", move=["frame.scale=1..2"]) == (), "moves have a pace of their own"
    assert len(playhead(motion="orbit")) == 5
    limner.animate(tmp_path / "x.gif", tmp_path / "moves.gif", motion="still", move=["frame.scale=1..2"])
    orbit = open_movie(limner.animate(tmp_path / "moves.gif", tmp_path / "orbit.gif", motion="orbit"))
    assert len(orbit.playback.playhead) == 5, "another motion has its own default"
    limner.animate(folder / "m.gif", tmp_path / "plain.gif", even_pace=False)
    again = limner.animate(tmp_path / "plain.gif", tmp_path / "again.gif", seconds=0.3)
    assert open_movie(again).playback.playhead == ()


def test_the_default_output_has_the_size_in_its_name_and_the_format_of_the_movie(cli, folder):
    code, out, _ = cli("animate two.apng --size 8x6")
    assert (code, out) == (0, "two-8x6.apng\n")
    before = (folder / "m.gif").read_bytes()
    code, out, err = cli("animate m.gif -o m.gif")
    assert (code, out) == (2, "")
    assert "error: m.gif: exists already; choose another name with -o, or --force to overwrite it" in err
    assert cli("animate m.gif -o m.gif --force")[0] == 0
    assert (folder / "m.gif").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    {
        "--motion morp": "--motion: unknown motion 'morp'",
        "--motion morph": "needs several artworks, got 1",
        "-s motion.strenth=2": "unknown setting; did you mean 'strength'",
        "--strength 0": "--strength: must be above 0",
    }.items(),
)
def test_invalid_options(cli, folder, options, message):
    code, out, err = cli(f"animate m.gif -o x.gif {options}")
    assert (code, out) == (2, "")
    assert message in err
    assert not (folder / "x.gif").exists()


def test_a_still_of_a_movie_is_an_artwork(cli, folder):
    assert cli("render two.apng --time 0.5 -o still.png --force")[0] == 0
    still = limner.open(folder / "still.png")
    assert still == open_movie(folder / "two.apng").still(0.5).artwork
    assert limner.verify(folder / "still.png").ok
    assert cli("render two.apng --time 0.25")[1] == "two-0.25-16x12.png\n"
    assert cli("render two.apng -o start.png")[0] == 0
    assert np.array_equal(limner.open(folder / "start.png").render(SIZE), pixels(folder / "two.apng")[0])
    code, _, err = cli("render two.apng --time 1.5 -o x.png")
    assert (code, err) == (2, "error: --time: must be 0 to 1, got 1.5\n")


def test_info_describes_the_motion(cli):
    code, out, err = cli("info m.gif")
    assert (code, err) == (0, "")
    assert out.startswith("m.gif: a movie of Ink\n16x12 pixels")
    assert "4 frames, 0.4 seconds at 10 frames per second" in out
    assert "animation: motion latent (strength 0.5" in out
    assert "seed 1" in out
    assert 'title = "Ink"' in out


def test_another_number_of_artworks_is_a_damaged_movie(folder, monkeypatch):
    movie = open_movie(folder / "m.gif")
    forged = movie.playback.model_copy(update={"artworks": 3})
    monkeypatch.setattr("limner.artworks.movies.movie._playback", lambda *_: ("animation", forged))
    with pytest.raises(ArtworkError, match=r"m\.gif: the movie contains a single artwork, not several; the file is"):
        limner.animate(folder / "m.gif", folder / "x.gif")
    with pytest.raises(LimnerError, match=r"m\.gif: the movie contains a single artwork"):
        open_movie(folder / "m.gif").still(0.5)
