"""Several pictures in one network, from the command line: learned, and pressed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.arrays.interpolation import sample_bicubic
from limner.artworks.interpolation import plan as plans
from limner.artworks.interpolation.codes import UnseenCode, pair_codes, unseen_codes
from limner.artworks.interpolation.plan import plan_interpolation
from limner.cli.main import run
from limner.imaging.quality import psnr
from limner.registry.backends import choose_backend
from limner.registry.registry import registry

BOARD = ["--recipe", "button-board-flat", "--seed", "1", "--quiet"]
FIELD = ["--recipe", "button-field", "-s", "network.width=24", "-s", "network.depth=2", "--seed", "1", "--quiet"]
SIDE = 20


EYE = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]


def icons():
    """Three plain shapes, gray."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    disc = (rows - 9.5) ** 2 + (columns - 9.5) ** 2 < 49
    return {"disc": disc, "bar": (columns > 5) & (columns < 11), "roof": rows > abs(columns - 9.5) * 1.5}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("icons").mkdir()
    for i, (name, shape) in enumerate(icons().items()):
        Image.fromarray((shape * 230 + 10).astype(np.uint8)).save(f"icons/{i}_{name}.png")


def printed(capsys):
    out = capsys.readouterr()
    return out.out, out.err


def shown(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def originals():
    return [shown(path) for path in sorted(Path("icons").iterdir())]


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A flat board that has learned the icons."""
    folder = tmp_path_factory.mktemp("board")
    (folder / "icons").mkdir()
    for i, (name, shape) in enumerate(icons().items()):
        Image.fromarray((shape * 230 + 10).astype(np.uint8)).save(folder / "icons" / f"{i}_{name}.png")
    assert run(["fit", str(folder / "icons"), *BOARD, "--steps", "3000", "-o", str(folder / "board.png")]) == 0
    return folder / "board.png"


def test_a_folder_is_learned_and_each_button_gives_its_picture(board, capsys):
    art = limner.open(board)
    assert art.recipe.title == "disc + bar + roof"
    assert art.recipe.size == (SIDE, SIDE)
    for i, (name, original) in enumerate(zip(("disc", "bar", "roof"), originals(), strict=True)):
        code = ",".join("1" if k == i else "0" for k in range(3))
        assert psnr(original, art.press(f"{name}=1").render()) > 20
        assert np.array_equal(art.press(code).render(), art.press(f"{name}=1").render())
    assert run(["verify", str(board)]) == 0


def test_a_blend_of_two_shows_both(board):
    """Without a hidden layer the logits add up: the oracle is σ of a sum of two columns of W, written out."""
    art = limner.open(board)
    columns = art.theta.reshape(SIDE * SIDE, 3).astype(np.float64)
    expected = 1 / (1 + np.exp(-(columns[:, 0] + 0.5 * columns[:, 1])))
    painted = art.press("disc=1,bar=0.5").render(bits=16)[..., 0].astype(float).ravel() / 65535
    assert np.abs(painted - expected).max() < 1e-4
    disc, bar = originals()[0][..., 0] > 128, originals()[1][..., 0] > 128
    both = art.press("disc=0.5,bar=0.5").render()[..., 0].astype(float)
    assert both[disc & bar].mean() > both[disc & ~bar].mean() > both[~disc & ~bar].mean() + 20
    assert both[bar & ~disc].mean() > both[~disc & ~bar].mean() + 20


@pytest.mark.parametrize(
    "extra", [[], ["--encoders", "xy,index"], ["--encoders", "xy,latent", "-s", "encoder.latent.learn=true"]]
)
def test_a_field_learns_them_at_any_size(extra, capsys):
    assert run(["fit", "icons", *FIELD, *extra, "--steps", "250", "-o", "field.png", "--json"]) == 0
    record = json.loads(printed(capsys)[0])
    assert [one["path"] for one in record["pictures"]] == [str(path) for path in sorted(Path("icons").iterdir())]
    assert record["psnr"] == pytest.approx(np.mean([one["psnr"] for one in record["pictures"]]))
    art = limner.open("field.png")
    for i, original in enumerate(originals()):
        code = [float(k == i) for k in range(3)]
        mine = psnr(original, art.press(code).render())
        assert mine == pytest.approx(record["pictures"][i]["psnr"])
        others = [psnr(other, art.press(code).render()) for j, other in enumerate(originals()) if j != i]
        assert mine > max(others) + 3
    assert art.press("disc=1,bar=0.5").render((50, 40)).shape == (40, 50, 3)


def test_learned_codes_find_their_places():
    """Two pictures that are nearly the same end nearer to each other than to the third."""
    twin = np.array(originals()[0])
    twin[:2] = 0
    Image.fromarray(twin).save("icons/3_twin.png")
    options = ["--encoders", "xy,latent", "-s", "encoder.latent.learn=true", "-s", "encoder.latent.spread=0.3"]
    assert run(["fit", "icons", *FIELD, *options, "--steps", "400", "-o", "places.png"]) == 0
    art = limner.open("places.png")
    views = art.model.layout.views(art.theta)
    z = next(array for name, array in views.items() if name.startswith("encoder"))
    assert z.shape == (4, 2)
    away = np.linalg.norm(z - z[0], axis=1)
    assert away[3] < min(away[1], away[2])


def test_names_that_are_codes_set_the_weights(capsys):
    Path("coded").mkdir()
    for code, original in zip(("100", "010", "111"), originals(), strict=True):
        Image.fromarray(original).save(f"coded/{code}.png")
    assert run(["fit", "coded", "--recipe", "button-board-flat", "--seed", "1", "--steps", "3000", "-o", "c.png"]) == 0
    assert "3 buttons: 1, 2, 3; the codes come from the file names" in printed(capsys)[1]
    art = limner.open("c.png")
    for code, original in zip(
        ("0,1,0", "1,0,0", "1,1,1"), (originals()[1], originals()[0], originals()[2]), strict=True
    ):
        assert psnr(original, art.press(code).render()) > 15


def test_pictures_of_other_sizes_are_brought_to_the_first_ones(capsys):
    Image.fromarray(np.full((30, 60), 90, np.uint8)).save("icons/9_wide.png")
    assert run(["fit", "icons", "--recipe", "button-board-flat", "--steps", "5", "-o", "b.png"]) == 0
    assert "icons/9_wide.png: cropped and resized to 20x20 to match icons/0_disc.png" in printed(capsys)[1]
    assert limner.open("b.png").recipe.size == (SIDE, SIDE)


def test_info_lists_the_buttons(board, capsys):
    assert run(["render", str(board), "--press", "bar=1,roof=-0.5", "-o", "p.png"]) == 0
    printed(capsys)
    assert run(["info", "p.png"]) == 0
    assert "buttons: disc, bar=1, roof=-0.5\n" in printed(capsys)[0]
    assert run(["info", "p.png", "--json"]) == 0
    assert json.loads(printed(capsys)[0])["buttons"] == {"labels": ["disc", "bar", "roof"], "weights": [0, 1, -0.5]}


def test_a_press_sheet_shows_all_pairs(board, capsys):
    assert run(["render", str(board), "--press-sheet", "pairs.png"]) == 0
    assert printed(capsys)[0] == "pairs.png\n"
    assert not list(Path().glob("board-*.png"))  # the sheet alone was asked for
    page = shown("pairs.png")
    cell = SIDE + 12
    corner = page[12 : 12 + SIDE, 12 : 12 + SIDE]
    art = limner.open(board)
    assert np.array_equal(corner, art.render())
    right = page[12 : 12 + SIDE, 12 + cell : 12 + cell + SIDE]
    assert np.array_equal(right, art.press("disc=1,bar=1").render())
    below = page[12 + cell + 20 : 12 + cell + 20 + SIDE, 12 : 12 + SIDE]
    assert np.array_equal(below, art.press("disc=0.5,bar=0.5").render())


def test_codes_of_pairs():
    assert pair_codes(2) == [(1, 0), (1, 1), (0.5, 0.5), (0, 1)]


def test_samples_carry_codes_that_were_never_learned(board, capsys):
    assert run(["render", str(board), "--samples", "12", "--seed", "5", "-o", "unseen/", "--json"]) == 0
    records = [json.loads(line) for line in printed(capsys)[0].splitlines()]
    assert [r["kind"] for r in records[:5]] == ["pair", "triple", "half", "negative", "random"]
    codes = [tuple(r["weights"]) for r in records]
    assert len(set(codes)) == 12
    assert not set(codes) & {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    for record in records:
        art = limner.open(record["path"])
        assert art.recipe.encoders[0].stage.weights == pytest.approx(record["weights"])
        assert Path(record["path"]).stem == ",".join(f"{w:g}" for w in record["weights"])
        assert np.array_equal(art.render(), shown(record["path"]))
    before = sorted(Path("unseen").iterdir())
    assert run(["render", str(board), "--samples", "12", "--seed", "5", "-o", "unseen/"]) == 2
    assert sorted(Path("unseen").iterdir()) == before
    assert run(["fit", "unseen", *BOARD, "--steps", "3", "-o", "again.png"]) == 0  # their names are codes


@pytest.mark.parametrize("buttons", [1, 2, 3, 8])
def test_unseen_codes_do_not_run_out(buttons):
    training_codes = [tuple(float(i == k) for i in range(buttons)) for k in range(buttons)]
    samples = unseen_codes(100, training_codes, 7)
    codes = {sample.code for sample in samples}
    assert len(codes) == 100
    assert not codes & set(training_codes)
    assert samples == unseen_codes(100, training_codes, 7)
    assert samples != unseen_codes(100, training_codes, 8)


def test_samples_of_long_codes_are_numbered():
    short = [UnseenCode("pair", (0.5, 0.0, 1.0)), UnseenCode("random", (0.25, 0.0, 0.0))]
    assert plans._names(short) == ["0.5,0,1.png", "0.25,0,0.png"]
    long = [UnseenCode("pair", (0.123,) * 99), UnseenCode("random", (0.5, 0.0, 1.0)), UnseenCode("pair", (1.0,) * 99)]
    assert plans._names(long) == ["pair-1.png", "random-2.png", "pair-3.png"]


def test_a_raster_is_resampled_and_says_so(board, capsys):
    assert run(["render", str(board), "--size", "45x30", "-o", "large.png"]) == 0
    assert "board.png: a raster of 20x20 pixels, resampled to 45x30" in printed(capsys)[1]
    assert shown("large.png").shape == (30, 45, 3)
    assert run(["verify", "large.png"]) == 0
    assert run(["render", str(board), "--size", "40x40", "--region", "10,4,8,6", "-o", "part.png"]) == 0
    whole = limner.open(board).render((40, 40))
    assert np.array_equal(shown("part.png"), whole[4:10, 10:18])


def test_looking_up_is_exact_at_the_pixels_and_on_parabolas():
    rows, columns = np.mgrid[0:9, 0:12] + 0.5
    plane = 0.3 + 0.1 * columns - 0.02 * columns**2 + 0.05 * rows * columns + 0.01 * rows**2
    at = np.stack([columns.ravel(), rows.ravel()])
    assert np.allclose(sample_bicubic(plane[None], at), plane.ravel()[None], atol=1e-12)
    rng = np.random.default_rng(0)
    u, v = rng.uniform(2, 10, 300), rng.uniform(2, 7, 300)
    expected = 0.3 + 0.1 * u - 0.02 * u**2 + 0.05 * v * u + 0.01 * v**2
    assert np.allclose(sample_bicubic(plane[None], np.stack([u, v]))[0], expected, atol=1e-12)
    far = sample_bicubic(plane[None], np.array([[-50.0, 50.0], [-50.0, 50.0]]))[0]
    assert np.allclose(far, [plane[0, 0], plane[-1, -1]])


def test_a_run_of_several_goes_on_bit_for_bit(capsys):
    keep = "--keep-checkpoint"
    for recipe in (BOARD, FIELD):
        assert run(["fit", "icons", *recipe, "--steps", "40", "-o", "whole.png", "--force"]) == 0
        assert run(["fit", "icons", *recipe, "--steps", "15", "-o", "parts.png", "--force", keep]) == 0
        assert run(["fit", "icons", *recipe, "--steps", "40", "-o", "parts.png", "--resume", keep]) == 0
        # a schedule runs over the budget: the board has none, so that its parts are the whole
        same = np.array_equal(limner.open("whole.png").theta, limner.open("parts.png").theta)
        assert same == (recipe is BOARD)
        assert (
            run(["fit", "icons/0_disc.png", "icons/1_bar.png", *recipe, "--steps", "50", "-o", "parts.png", "--resume"])
            == 2
        )
        assert "another" in printed(capsys)[1]


def test_a_run_continues_after_its_weights_changed(capsys):
    fit = ["fit", "icons/0_disc.png", "icons/1_bar.png", *FIELD, "--press", "1,0", "-o", "p.png"]
    fit.append("--keep-checkpoint")
    assert run([*fit, "--steps", "2"]) == 0
    before = limner.open("p.png").theta
    assert run([*fit, "--steps", "4", "--resume"]) == 0
    assert not np.array_equal(limner.open("p.png").theta, before)
    Image.new("RGB", (4, 4)).save("p.png")
    photograph = Path("p.png").read_bytes()
    assert run([*fit, "--steps", "6", "--resume"]) == 2
    assert Path("p.png").read_bytes() == photograph
    assert "p.png: exists already" in printed(capsys)[1]


def test_a_timelapse_shows_all_of_them():
    assert (
        run(
            ["fit", "icons", *BOARD, "--steps", "10", "-o", "b.png", "--timelapse", "t.gif", "-s", "timelapse.frames=3"]
        )
        == 0
    )
    with Image.open("t.gif") as movie:
        assert movie.size == (2 * SIDE, 2 * SIDE)
        movie.seek(movie.n_frames - 1)
        last = np.asarray(movie.convert("RGB")).astype(int)
    assert np.abs(last[:SIDE, SIDE:] - limner.open("b.png").press("bar=1").render()).mean() < 12
    assert not last[SIDE:, SIDE:].any()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["fit", "empty"], "empty: the folder holds no pictures"),
        (["fit", "icons", "--recipe", "rprop-portrait"], "has no buttons to distinguish 3 images"),
        (["fit", "icons", *BOARD[:2], "-s", "encoder.one-hot.size=5"], "size: set by the images (3)"),
        (["fit", "icons", *BOARD[:2], "-s", "frame.width=5"], "frame.width: set by the images (20)"),
        (["fit", "icons", *BOARD[:2], "--encoders", "xy"], "'xy' works on points and frame 'raster' on codes"),
        (["fit", "icons", *BOARD[:2], "--warps", "mirror"], "'raster' works on codes and warp 'mirror' on points"),
        (["fit", "icons", *BOARD[:2], "--trainer", "lm"], "has no Jacobian"),
        (["fit", "icons", "--epochs", "0"], "--epochs: must be at least 1, got 0"),
        (["fit", "icons", "nowhere.png"], "nowhere.png: there is no such file"),
        (["render", "BOARD", "--press", "1,0"], "got 2: 1, 0"),
        (["render", "BOARD", "--press", "moon=1"], "unknown button 'moon'"),
        (["render", "BOARD", "--press", "nan,0,0"], "got 'nan'"),
        (["render", "BOARD", "--press", "disc"], "--press: 'disc' is a button without a weight; write disc=1"),
        (["render", "BOARD", "--samples", "-3"], "--samples: must be 1 to 10,000, got -3"),
        (["render", "BOARD", "--samples", "3", "--press", "1,0,0"], "cannot be combined with --press"),
        (["render", "BOARD", "--press-sheet", "sheet.jpg"], "sheet.jpg: a sheet is written as .png"),
        (["render", "BOARD", "--press-walk", "w.mp4"], "--press-walk: render makes no movies; use: limner animate"),
        (["render", "BOARD", "--press-walk", "w.mp4"], "board.png --motion buttons -o w.mp4"),
        (["render", "BOARD", "-s", "walk.steps=3"], "setting 'walk.steps': render makes no movies; use: limner"),
        (["render", "BOARD", "--latent-walk", "w.mp4"], "board.png --motion latent -o w.mp4"),
        (["render", "BOARD", "-s", "latent-walk.fps=3"], "setting 'latent-walk.fps': render makes no movies; use"),
        (["render", "plain.png", "--press", "1"], "has no buttons"),
        (["render", "plain.png", "--press-sheet", "s.png"], "has no buttons"),
        (["render", "BOARD", "plain.png", "--press", "1,0,0"], "take one artwork, got 2"),
        (["render", "BOARD", "--press-sheet", "BOARD", "--force"], "is the artwork itself, whose parameters"),
        (["render", "BOARD", "--press", "1,0,0", "-o", "a.png", "--press-sheet", "a.png"], "two outputs are the same"),
        (["render", "BOARD", "--press-sheet", "a.png", "--samples", "2", "-o", "no/where/"], "the folder no does not"),
        (["render", "BOARD", "--press-sheet", "a.png", "--region", "0,0,4,4"], "--region: cannot be used with --press"),
        (["render", "BOARD", "--samples", "0"], "--samples: must be 1 to 10,000, got 0"),
        (["render", "BOARD", "--samples", "2", "--seed", "-1"], "--seed: must be 0 to"),
        (["fit", ""], "a path is empty; give a file or a folder"),
        (["fit", "icons", *BOARD[:2], "-o", "icons/1_bar.png", "--force"], "is one of the input pictures"),
        (
            ["fit", "icons", *BOARD[:2], "-o", "x.png", "--compare", "icons/1_bar.png", "--force"],
            "is one of the input pictures",
        ),
    ],
)  # fmt: skip
def test_bad_input_gets_one_line(args, said, board, capsys):
    Path("empty").mkdir()
    limner.paint("ink", seed=1, size=(16, 16)).save("plain.png")
    before = sorted(Path().rglob("*"))
    assert run([str(board) if arg == "BOARD" else arg for arg in args]) == 2
    out, err = printed(capsys)
    assert said in err
    assert err.splitlines()[-1].startswith("error: ")
    assert not out
    assert sorted(Path().rglob("*")) == before


def test_a_folder_is_read_in_the_order_of_its_names_and_without_strangers(capsys):
    Path("icons/.hidden.png").write_bytes(b"no picture")
    Path("icons/notes.txt").write_text("no picture")
    Path("icons/sub").mkdir()
    shutil.copy("icons/0_disc.png", "icons/5_again.png")
    assert run(["fit", "icons", "--recipe", "button-board-flat", "--steps", "2", "-o", "b.png"]) == 0
    assert "4 buttons: disc, bar, roof, again" in printed(capsys)[1]


@pytest.mark.parametrize(
    ("recipe", "more", "steps"),
    [
        ("button-board-flat", [], 3 * 4),  # three pictures, one a step
        ("button-board-flat", ["-s", "trainer.batch=2"], 2 * 4),
        ("button-board-flat", ["-s", "trainer.batch=0"], 4),
        ("button-field", ["-s", "trainer.batch=500"], 3 * 4),  # 1,200 points
        ("button-field", ["-s", "trainer.batch=500", "--steps", "5"], 5),
    ],
)
def test_epochs(recipe, more, steps, capsys):
    assert run(["fit", "icons", "--recipe", recipe, "--epochs", "4", *more, "--json", "-o", "e.png"]) == 0
    assert json.loads(printed(capsys)[0])["steps"] == steps


def test_a_fit_does_not_learn_what_it_wrote(monkeypatch, capsys):
    monkeypatch.chdir("icons")
    before = {path: path.read_bytes() for path in Path().iterdir()}
    assert run(["fit", ".", *BOARD, "--steps", "4", "--keep-checkpoint"]) == 0
    assert run(["fit", ".", *BOARD, "--steps", "8", "--resume"]) == 0
    assert len(limner.open("icons.limner.png").recipe.encoders[0].stage.labels) == 3
    assert all(path.read_bytes() == content for path, content in before.items())


def test_memory_is_asked_for_as_many_pictures_as_a_step_takes():
    """The network of the original experiment, on a machine of many cores."""
    from limner.models import factory
    from limner.registry.backends import choose_backend
    from limner.registry.registry import registry
    from limner.training import memory
    from limner.training.plan import make_budget, prepare

    job = prepare("icons", "button-board", make_budget(1, 0, 0), seed=1)
    model = factory.model_of(job.recipe)
    many = choose_backend("numpy", registry(), threads=64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "available_memory", lambda: 200_000_000)
        memory.check_fit_memory(job, model, many)
        patch.setattr(memory, "available_memory", lambda: 2_000_000)
        with pytest.raises(limner.LimnerError, match="would take about"):
            memory.check_fit_memory(job, model, many)


def test_numbers_that_are_drawn_stand_beside_buttons(capsys):
    for recipe in (
        ["--recipe", "button-board-flat", "--encoders", "one-hot,latent"],
        [*FIELD[:6], "--encoders", "xy,latent,one-hot"],
    ):
        assert run(["fit", "icons", *recipe, "--seed", "2", "--steps", "5", "-o", "b.png", "--force"]) == 0
        assert run(["render", "b.png", "--press", "disc=1,roof=1", "-o", "p.png", "--force"]) == 0


def test_a_board_as_a_recipe_forgets_its_weights(board):
    limner.open(board).press("disc=0.5,bar=2").save("weighted.png")
    assert run(["fit", "icons", "--recipe", "weighted.png", "--steps", "3", "--seed", "1", "-o", "again.png"]) == 0
    stage = limner.open("again.png").recipe.encoders[0].stage
    assert stage.current_weights() == (1, 0, 0)
    labels = ["-s", 'encoder.one-hot.labels=["a", "b", "c"]']
    assert (
        run(["fit", "icons", "--recipe", "weighted.png", *labels, "--steps", "3", "--seed", "1", "-o", "named.png"])
        == 0
    )
    assert limner.open("named.png").recipe.encoders[0].stage.labels == ("a", "b", "c")


def test_one_picture_has_one_button():
    assert run(["fit", "icons/0_disc.png", *FIELD, "--steps", "3", "-o", "one.png"]) == 0
    assert limner.open("one.png").recipe.encoders[1].stage.labels == ("disc",)


def test_a_file_shows_the_first_code_that_was_learned():
    Path("coded").mkdir()
    for code, original in zip(("-1,0", "0,2.5"), originals()[:2], strict=True):
        Image.fromarray(original).save(f"coded/{code}.png")
    assert run(["fit", "coded", *BOARD, "--steps", "3", "-o", "c.png"]) == 0
    stage = limner.open("c.png").recipe.encoders[0].stage
    assert stage.weights == (-1, 0)
    assert stage.codes == ((-1, 0), (0, 2.5))


@pytest.mark.parametrize("press", [(1, "a", 0), {"disc": 1}, None, 5, b"1,0,0"])
def test_invalid_weights_in_python_are_reported(board, press):
    with pytest.raises(
        limner.LimnerError, match="`press`: must be a string or a sequence of weights, one for each button"
    ):
        limner.open(board).press(press)


@pytest.mark.parametrize("epochs", [float("nan"), 1.5, "3"])
def test_epochs_in_python_are_whole(epochs):
    with pytest.raises(limner.LimnerError, match="`epochs`: must be a whole number"):
        limner.fit("icons", "button-board-flat", epochs=epochs)


def test_files_between_buttons_are_planned_in_python(board, tmp_path):
    art, backend = limner.open(board), choose_backend("numpy", registry())
    plan = plan_interpolation(art, board, sheet=tmp_path / "s.png", samples=2, seed=3, folder=tmp_path)
    assert not list(tmp_path.glob("*.png"))
    plan.write_sheet(backend)
    codes = [sample.code for sample in unseen_codes(2, EYE, 3)]
    for path, sample in plan.save_samples(backend):
        assert limner.open(path).recipe.encoders[0].stage.current_weights() == sample.code == codes.pop(0)
    assert len(list(tmp_path.glob("*.png"))) == 3
    with pytest.raises(limner.LimnerError, match="is the artwork itself"):
        plan_interpolation(art, board, sheet=board, force=True)
    with pytest.raises(limner.LimnerError, match="two outputs are the same file"):
        plan_interpolation(art, board, sheet=tmp_path / "x.png", pictures=[tmp_path / "x.png"])
