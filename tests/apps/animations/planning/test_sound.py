"""Movies with sound, from the options to the file: length, notes, formats, and movies that are rendered again."""

import wave
from itertools import pairwise

import numpy as np
import pytest

import limner
from limner.app.artworks import open_movie
from limner.cli.main import run
from limner.formats.sound_files import has_audio

av = pytest.importorskip("av", reason="waits for PyAV: pip install 'limner[video]'")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return a folder with a painting, and a sound of 0.8 s with a click at 0.4 s."""
    folder = tmp_path_factory.mktemp("sound")
    limner.paint("ink", seed=7, size=(16, 12)).save(folder / "ink.png")
    samples = np.zeros(38_400)
    samples[19_200:][:960] = 0.9 * np.hanning(960) * np.sin(np.arange(960) / 5)
    with wave.open(str(folder / "click.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    (folder / "text.wav").write_text("no sound")
    return folder


@pytest.fixture
def animate(files, tmp_path, monkeypatch, capsys):
    """Return a function that runs the command in the folder; it returns standard error."""

    def run_line(line, code=0):
        monkeypatch.chdir(files)
        given = [*line.replace("OUT", str(tmp_path)).split()]
        assert run(["animate", *given, *([] if "--seed" in line else ["--seed", "1"])]) == code
        return capsys.readouterr().err

    return run_line


BASE = "ink.png --motion parameters --no-even-pace --fps 10"


def lengths(path):
    """Return the seconds of the picture and of the sound."""
    with av.open(str(path)) as container:
        pictures = sum(1 for _ in container.decode(video=0)) / 10
    with av.open(str(path)) as container:
        return pictures, sum(frame.samples for frame in container.decode(audio=0)) / 48_000


def test_a_movie_lasts_as_long_as_its_sound(animate, tmp_path):
    assert animate(f"{BASE} --audio click.wav -o OUT/a.mp4") == ""
    assert lengths(tmp_path / "a.mp4") == (0.8, pytest.approx(0.8, abs=0.022))
    animate(f"{BASE} --audio click.wav --audio-start 0.3 -o OUT/b.webm")
    assert lengths(tmp_path / "b.webm") == (0.5, pytest.approx(0.5, abs=0.002))


def test_a_shorter_or_longer_sound_is_noted(animate, tmp_path):
    err = animate(f"{BASE} --audio click.wav --seconds 1.2 -o OUT/a.mp4")
    assert err == "click.wav lasts 0.8 s and is repeated; the movie lasts 1.2 s\n"
    err = animate(f"{BASE} --audio click.wav --seconds 0.5 -o OUT/b.mp4")
    assert err == "click.wav is cut after 0.5 s, the length of the movie, and fades out\n"
    assert lengths(tmp_path / "b.mp4") == (0.5, pytest.approx(0.5, abs=0.022))


def test_the_picture_changes_in_the_frame_of_the_click(animate, tmp_path):
    animate(f"{BASE} -s motion.strength=1e-6 --audio click.wav --drive frame.scale=onset:1..3 -o OUT/a/")
    movie = open_movie(tmp_path / "a")
    frames = [movie.still(k / 8).artwork.render((16, 12)) for k in range(8)]
    changes = [np.abs(a.astype(int) - b).mean() for a, b in pairwise(frames)]
    assert np.argmax(changes) == 3  # from frame 3 to frame 4, at 0.4 s
    assert max(changes[:3]) < 1
    from PIL import Image

    for k, frame in enumerate(frames):
        np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a" / f"frame-{k + 1:06}.png")), frame)


def test_formats_without_sound_are_only_driven(animate, tmp_path):
    line = f"{BASE} --audio click.wav --drive encoder.latent=bass:0..0.5 -o OUT/a.webp"
    assert "a.webp: this format cannot contain sound; the sound only drives the picture" in animate(line)
    err = animate(f"{BASE} --audio click.wav -o OUT/b.gif", 2)
    assert "b.gif: this format cannot contain sound; use .mp4 or .webm" in err
    assert not (tmp_path / "b.gif").exists()


def test_a_movie_that_is_rendered_again_keeps_its_sound(animate, tmp_path):
    err = animate(f"{BASE} --audio click.wav --drive encoder.latent=loudness -o OUT/a.mp4")
    assert err == "encoder.latent: 0 to 1 with loudness\n"
    drives = open_movie(tmp_path / "a.mp4").playback.drives
    animate("OUT/a.mp4 --size 8x6 -o OUT/b.mp4")
    assert lengths(tmp_path / "b.mp4") == (0.8, pytest.approx(0.8, abs=0.022))
    assert open_movie(tmp_path / "b.mp4").playback.drives == drives
    animate("OUT/a.mp4 --size 8x6 --audio none -o OUT/c.mp4")
    assert not has_audio(tmp_path / "c.mp4")
    assert open_movie(tmp_path / "c.mp4").playback.drives == drives
    animate("OUT/a.mp4 --size 8x6 --seconds 0.6 --drive frame.scale=mid:1..2 -o OUT/d.mp4")
    (new,) = open_movie(tmp_path / "d.mp4").playback.drives
    assert (new.path, new.signal, len(new.values)) == ("frame.scale", "mid", 6)


@pytest.mark.slow
def test_a_driving_sound_repeats_with_the_picture_and_another_goes_on(animate, tmp_path):
    line = f"{BASE} --audio click.wav --seconds 0.4 --repeat 2"
    animate(f"{line} --audio-start 0.2 --drive frame.scale=bass:1..2 -o OUT/a.mp4")
    animate(f"{line} -o OUT/b.mp4")
    for name, times in (("a.mp4", [0.21, 0.61]), ("b.mp4", [0.41])):
        with av.open(str(tmp_path / name)) as container:
            samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
        loud = np.flatnonzero(np.abs(samples) > 0.3)
        groups = np.split(loud, np.flatnonzero(np.diff(loud) > 4800) + 1)
        assert [group.mean() / 48_000 for group in groups] == pytest.approx(times, abs=0.005)


INVALID = {
    "--audio none": "--audio: none removes the sound of a movie, and there is no sound; omit it",
    "--audio none.wav": "none.wav: does not exist",
    "--audio text.wav": "text.wav: is damaged or not a sound file",
    "--audio ink.png": "ink.png: has no sound",
    "--audio click.wav --audio-start 2": "lasts 0.8 seconds, but the passage starts at 2",
    "--audio click.wav --audio-start=-1": "--audio-start: must be 0 or more",
    "--audio-start 1": "--audio-start: has no effect without a sound; add one with --audio",
    "--drive frame.scale=bass": "--drive: has no effect without a sound; add one with --audio",
    "--audio click.wav --drive frame.scale=treble:0..1": "--drive: Ink: frame.scale: must be more than 0",
}


@pytest.mark.parametrize(("line", "message"), INVALID.items())
def test_invalid_sound_is_one_line(animate, tmp_path, line, message):
    err = animate(f"{BASE} {line} -o OUT/x.mp4", 2)
    assert message in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
