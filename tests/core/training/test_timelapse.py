"""``limner fit --timelapse``: which moments are shown, and what becomes of a movie that cannot be written."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from limner.cli.main import run
from limner.errors import LimnerError
from limner.imaging.planes import composite_on_white
from limner.registry.registry import registry
from limner.training.fit import FitSnapshot
from limner.training.fit import run as fit_job
from limner.training.plan import prepare
from limner.training.run import Budget, Run
from limner.training.timelapse import STYLES, TimelapseRecorder, record_fit, timelapse
from limner.training.timelapse.marks import FIRST_MARK

QUICK = ["fit", "skimage:coffee", "--recipe", "rprop-portrait", "--train-size", "24", "--seed", "1", "--quiet"]
NUMPY = registry().load("backend", "numpy")(threads=1)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def job(steps):
    return prepare("skimage:coffee", "rprop-portrait", Budget(steps=steps), seed=1, size=(30, 20), train_size=12)


class Film:
    """A recorder that keeps its frames."""

    def __init__(self, fails=0):
        self.frames, self.count, self.fails = [], 0, fails

    def add(self, frame):
        if self.count + 1 == self.fails:
            raise LimnerError("the disk is full")
        self.frames.append(frame.copy())
        self.count += 1


def shown(settings, steps, size=(30, 20)):
    """The steps at which a camera took a frame."""
    lapse, film, taken = timelapse(settings), Film(), []
    original = np.full((size[1], size[0], 3), 7, np.uint8) if lapse.show_original else None
    recorder = TimelapseRecorder(lapse, film, size, original)

    def watch(moment):
        before = film.count
        recorder(moment)
        if film.count > before:
            taken.append(moment.run.step)

    fitted = fit_job(job(steps), NUMPY, watch)
    return taken, film.frames, fitted


def test_frames_are_spread_evenly():
    taken, frames, fitted = shown({"frames": 5}, 40)
    assert taken == [0, 10, 20, 30, 40]
    assert all(frame.shape == (20, 30, 3) for frame in frames)
    np.testing.assert_array_equal(frames[-1], fitted.artwork.render((30, 20)))  # the last is the best θ's
    assert not np.array_equal(frames[0], frames[1])


def test_frames_are_spread_by_the_logarithm():
    taken, _, _ = shown({"frames": 6, "spacing": "log"}, 2000)
    wanted = [0, *(int(np.ceil(2000 * FIRST_MARK ** (1 - k / 5))) for k in range(1, 5)), 2000]
    assert taken == wanted
    gaps = np.diff(taken)
    assert (gaps[1:] > gaps[:-1]).all()


def test_a_frame_every_so_many_steps():
    assert shown({"every": 7}, 20)[0] == [0, 7, 14, 20]


def test_more_frames_than_steps_are_one_a_step():
    assert shown({"frames": 50}, 4)[0] == [0, 1, 2, 3, 4]


def test_one_frame_is_the_end():
    assert shown({"frames": 1}, 6)[0] == [6]


def test_watching_takes_no_time_of_the_fit(monkeypatch):
    now = [0.0]

    def perf_counter():
        now[0] += 0.01
        return now[0]

    def slow(moment):
        if not moment.last:
            now[0] += 100

    monkeypatch.setattr("limner.training.loop.time", SimpleNamespace(perf_counter=perf_counter))
    fitted = fit_job(prepare("skimage:coffee", "rprop-portrait", Budget(steps=20), train_size=12), NUMPY, slow)
    assert now[0] > 100
    assert 0 < fitted.run.seconds < 3


def test_the_original_beside_and_words_on_it():
    taken, frames, _ = shown({"frames": 2, "show_original": True}, 4)
    assert [frame.shape for frame in frames] == [(20, 60, 3)] * len(taken)
    assert all((frame[:, :30] == 7).all() for frame in frames)
    with_words = shown({"frames": 2, "caption": True}, 4, (120, 80))[1]
    without = shown({"frames": 2}, 4, (120, 80))[1]
    np.testing.assert_array_equal(with_words[0][:60], without[0][:60])
    assert not np.array_equal(with_words[0][60:], without[0][60:])


def test_a_frame_that_cannot_be_written_does_not_stop_the_fit():
    recorder = TimelapseRecorder(timelapse({"frames": 5}), Film(fails=3), (30, 20))
    fitted = fit_job(job(40), NUMPY, recorder)
    assert fitted.reason == "steps"
    assert "disk is full" in str(recorder.problem)


@pytest.mark.parametrize("kind", [ValueError, OSError, MemoryError])
def test_whatever_goes_wrong_with_a_frame_is_the_cameras(kind):
    film = Film()
    film.add = lambda frame: (_ for _ in ()).throw(kind("no such frame"))
    recorder = TimelapseRecorder(timelapse({"frames": 5}), film, (30, 20))
    assert fit_job(job(5), NUMPY, recorder).reason == "steps"
    assert "the timelapse cannot be written" in str(recorder.problem)


def test_a_watch_that_fails_is_not_the_checkpoints_fault(tmp_path):
    def prepared(steps, *, resume):
        keep, budget = tmp_path / "a.png.ckpt", Budget(steps=steps)
        return prepare(
            "skimage:coffee", "rprop-portrait", budget, seed=1, train_size=12, checkpoint_path=keep, resume=resume
        )

    def failing(moment):
        raise ValueError("the watch is broken")

    fit_job(prepared(3, resume=False), NUMPY)
    with pytest.raises(ValueError, match="the watch is broken"):
        fit_job(prepared(5, resume=True), NUMPY, failing)


def test_a_movie_that_fails_half_way_leaves_the_picture(monkeypatch, capsys):
    from limner.formats import video_format

    real = video_format.FrameRecorder.add

    def failing(self, frame):
        if self.count == 2:
            raise LimnerError("t.gif: cannot be written: No space left on device")
        real(self, frame)

    monkeypatch.setattr(video_format.FrameRecorder, "add", failing)
    assert run([*QUICK, "--steps", "20", "-o", "a.png", "--timelapse", "t.gif"]) == 2
    out, err = capsys.readouterr()
    assert out == "a.png\n"
    assert "No space left" in err
    assert "the artwork is in a.png" in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in Path().iterdir()) == ["a.png", "a.png.ckpt"]


@pytest.mark.parametrize(
    "style", [pytest.param(style, marks=pytest.mark.slow if style == "portrait" else ()) for style in STYLES]
)
def test_styles(style, capsys):
    assert run([*QUICK, "--steps", "8", "-o", "a.png", "--timelapse", "t.gif", "--timelapse-style", style]) == 0
    capsys.readouterr()
    with Image.open("t.gif") as movie:
        assert movie.n_frames == 9  # no more than steps, and the start
        assert movie.size == ((800, 800) if style == "portrait" else (600, 400))
        assert movie.info["duration"] == (40 if style == "portrait" else 100)


def test_a_movie_knows_its_recipe(capsys):
    arguments = ["--timelapse", "t.gif", "-s", "timelapse.frames=3", "-s", "timelapse.width=60"]
    assert run([*QUICK, "--steps", "8", "-o", "a.png", *arguments]) == 0
    kept = registry().load("video-format", "gif")().read_embedded(Path("t.gif"))
    assert json.loads(kept)["recipe"]["trainer"]["kind"] == "rprop"
    with Image.open("t.gif") as movie:
        assert movie.size == (60, 40)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--timelapse", "t.xyz"], "unknown video format"),
        (["--timelapse", "t.gif", "-s", "timelapse.frames=0"], "timelapse.frames: must be at least 1"),
        (["--timelapse", "t.gif", "-s", "timelapse.rate=3"], "timelapse.rate"),
        (["--timelapse", "t.gif", "-s", "video-format.crf=3"], "crf"),
        (["--timelapse", "t.gif", "--timelapse-style", "potrait"], "did you mean 'portrait'"),
        (["--timelapse", "no/t.gif"], "the folder no does not exist"),
        (["-s", "timelapse.frames=3"], "--timelapse FILE"),
        (["--timelapse", "a.png"], "are the same file"),
        (["--timelapse", "t.gif", "--psnr", "15"], "timelapse.every"),
    ],
)
def test_bad_requests(capsys, arguments, words):
    bound = [] if "--psnr" in arguments else ["--steps", "5"]
    assert run([*QUICK, *bound, "-o", "a.png", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["frames/frame-000001.png", "--timelapse", "frames"],
        ["link.png", "--timelapse", "frames/"],
        ["frames", "--timelapse", "frames/"],
        ["skimage:coffee", "-o", "frames/a.png"],
        ["skimage:coffee", "--compare", "frames/c.png"],
        ["skimage:coffee", "--history", "frames/../frames/h.csv"],
    ],
)
def test_nothing_that_is_read_or_written_lies_in_the_folder_of_frames(arguments, capsys):
    Path("frames").mkdir()
    Image.new("RGB", (16, 16), "teal").save("frames/frame-000001.png")
    Path("link.png").symlink_to("frames/frame-000001.png")
    film = [] if "--timelapse" in arguments else ["--timelapse", "frames"]
    out = [] if "-o" in arguments else ["-o", "a.png"]
    bounds = ["--recipe", "rprop-portrait", "--steps", "3", "--train-size", "12", "--quiet", "--force"]
    assert run(["fit", *arguments, *film, *out, *bounds]) == 2
    err = capsys.readouterr().err
    assert "the frames would replace this folder" in err
    assert err.count("\n") == 1
    assert sorted(str(path) for path in Path().rglob("*")) == ["frames", "frames/frame-000001.png", "link.png"]


def test_a_folder_of_frames_beside_what_is_learned(capsys):
    Path("in").mkdir()
    Image.new("RGB", (16, 16), "teal").save("in/one.png")
    for _ in range(2):
        more = ["--timelapse", "in/frames", "-s", "timelapse.frames=2", "--force", "-o", "a.png"]
        assert (
            run(["fit", "in", "--recipe", "button-field", "--steps", "3", "--train-size", "12", "--quiet", *more]) == 0
        )
    assert len(list(Path("in/frames").iterdir())) == 2
    assert run(["fit", "in", "-o", "in/one.png", "--force", "--quiet"]) == 2
    assert "is one of the input pictures" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("place", "hint"),
    [
        ("no/t.gif", "choose another with --timelapse"),
        ("t.gif", "choose another name with --timelapse"),
        ("t/", "choose another name with --timelapse"),
        ("huge.webp", "choose another size or format"),
    ],
)
def test_what_is_wrong_with_its_place_says_what_to_change(place, hint, capsys):
    Path("t.gif").touch()
    Path("t").mkdir()
    Path("t/frame-000001.png").touch()
    wide = ["-s", "timelapse.width=16384", "-s", "timelapse.height=1"]
    assert run([*QUICK, "--steps", "2", "-o", "a.png", "--timelapse", place, *wide]) == 2
    assert hint in capsys.readouterr().err


def filmed(settings, progresses):
    """A camera's frames of a run that is shown at these parts of its budget."""
    film = Film()
    recorder = TimelapseRecorder(timelapse(settings), film, (30, 20))
    theta, taken = np.zeros(3, np.float32), []
    for step, progress in enumerate(progresses):

        def paint(size, step=step):
            taken.append(step)
            return np.zeros((20, 30, 3), np.uint8)

        recorder(FitSnapshot(Run(theta, None, theta, step=step), progress, False, paint, lambda: 20.0))
    assert recorder.problem is None
    assert film.count == len(taken)
    return taken


def test_nothing_due_is_nothing_painted():
    assert filmed({"frames": 10}, [0.0, 0.1, 0.12, 0.2, 0.23]) == [0, 2, 4]


def test_a_resumed_run_spreads_its_frames_over_what_is_left():
    assert filmed({"frames": 5}, [0.6 + 0.01 * k for k in range(40)]) == [0, 10, 20, 30]


def test_marks_that_are_passed_at_once_are_one_frame():
    assert filmed({"frames": 100, "spacing": "log"}, [0.05 * k for k in range(20)])[:3] == [0, 1, 2]
    assert filmed({"frames": 11}, [0.0, 0.55, 0.56, 0.57, 0.61]) == [0, 1, 4]
    assert filmed({"frames": 8, "spacing": "log"}, [0.1 * k for k in range(10)]) == [0, 1, 2, 4]


def test_the_end_is_shown_once():
    taken = []
    bounded = prepare("skimage:coffee", "rprop-portrait", Budget(psnr=8), seed=1, size=(30, 20), train_size=12)
    fitted = fit_job(bounded, NUMPY, lambda moment: taken.append((moment.run.step, moment.last)))
    steps = [step for step, _ in taken]
    assert fitted.reason == "psnr"
    assert steps == [*range(fitted.run.step + 1)]
    assert [last for _, last in taken] == [*[False] * fitted.run.step, True]


def test_the_psnr_of_a_moment_is_its_own():
    """The run's own is looked at now and then."""
    reported, best = [], []

    def watch(moment):
        reported.append(moment.psnr())
        if moment.run.evaluated_at == moment.run.step or moment.last:
            best.append(len(reported) - 1)
            assert reported[-1] == moment.run.psnr

    fit_job(job(20), NUMPY, watch)
    assert len(reported) == 21
    assert best == [0, 1, 2, 4, 8, 16, 20]
    assert len(set(reported)) == 21


def test_a_side_that_is_given_keeps_the_aspect_whatever_the_style():
    assert timelapse({"width": 240}, "portrait").size((600, 400)) == (240, 160)
    assert timelapse({"height": 80}, "portrait").size((600, 400)) == (120, 80)
    assert timelapse({"width": 90, "height": 90}, "portrait").size((600, 400)) == (90, 90)
    assert timelapse({}, "portrait").size((600, 400)) == (800, 800)


def test_filming_needs_something_to_spread_over():
    unbounded = prepare("skimage:coffee", "rprop-portrait", Budget(psnr=30), seed=1, train_size=12)
    with pytest.raises(LimnerError, match="every"), record_fit("t.gif", timelapse({}), unbounded):
        raise AssertionError


def test_the_original_is_that_of_the_fit(tmp_path):
    lapse, work = timelapse({"frames": 2, "show_original": True}), job(2)
    with record_fit(tmp_path / "t.apng", lapse, work) as recorder:
        fit_job(work, NUMPY, recorder)
    with Image.open(tmp_path / "t.apng") as movie:
        left = np.asarray(movie.convert("RGB"))[:, :30]
    np.testing.assert_array_equal(
        left, composite_on_white(work.target_set.resized((30, 20), gray=False, background=None).first.pixels())
    )


@pytest.mark.parametrize("name", ["frame-0001.png", "frame-000001.png/photo.png"])
def test_a_folder_of_somebody_elses_frames_is_kept(tmp_path, name):
    """Other programs count to four digits, and a folder is no frame."""
    from limner.utils.atomic_folders import check_folder
    from limner_plugins.video_formats.frames import Frames

    file = tmp_path / "t" / name
    file.parent.mkdir(parents=True)
    file.touch()
    with pytest.raises(LimnerError, match="which would be lost"):
        check_folder(tmp_path / "t", Frames.frame_pattern, force=True)


def test_a_recording_that_starts_at_the_end_of_a_budget_has_one_frame():
    lapse, film = timelapse({"frames": 5}), Film()
    recorder = TimelapseRecorder(lapse, film, (30, 20))
    picture = np.zeros((20, 30, 3), np.uint8)
    for _ in range(2):
        recorder(FitSnapshot(Run(np.zeros(1), None, np.zeros(1), step=9), 1.0, False, lambda size: picture, float))
    assert recorder.problem is None
    assert film.count == 1
