"""How sharp and various pictures are, and the few that are notable."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.cli.main import run
from limner.imaging.set_statistics import SetStatisticsBuilder
from limner.translation.highlights import Candidate, select_highlights

RNG = np.random.default_rng(3)


def looks(made, wanted):
    looking = SetStatisticsBuilder()
    for pair in zip(made, wanted, strict=True):
        looking.add(*pair)
    return looking.statistics


def test_the_same_pictures_are_as_sharp_and_as_various():
    pictures = RNG.random((5, 8, 9, 3))
    for made in (pictures, pictures[::-1]):
        assert looks(made, pictures).sharpness == pytest.approx(1)
        assert looks(made, pictures).diversity == pytest.approx(1)


def test_sharpness_is_the_root_of_the_energy_of_differences():
    pictures = RNG.random((4, 8, 9, 3))
    energy = [
        sum(np.sum((p[1:] - p[:-1]) ** 2) + np.sum((p[:, 1:] - p[:, :-1]) ** 2) for p in them)
        for them in (0.5 * pictures, pictures)
    ]
    assert looks(0.5 * pictures, pictures).sharpness == pytest.approx(np.sqrt(energy[0] / energy[1]))
    assert looks(0.5 * pictures, pictures).sharpness == pytest.approx(0.5)


def test_diversity_is_the_spread_about_the_mean_picture():
    wanted, made = RNG.random((6, 8, 8, 3)), RNG.random((6, 8, 8, 3)) ** 2
    assert looks(made, wanted).diversity == pytest.approx(np.sqrt(made.var(axis=0).sum() / wanted.var(axis=0).sum()))
    assert looks([made[0]] * 6, wanted).diversity == pytest.approx(0, abs=1e-6)


def test_where_the_targets_have_none_there_are_no_statistics():
    plain = np.full((3, 8, 8, 3), 0.5)
    assert looks(RNG.random((3, 8, 8, 3)), plain).sharpness is None
    assert looks(RNG.random((3, 8, 8, 3)), plain).diversity is None
    assert looks(RNG.random((1, 8, 8, 3)), RNG.random((1, 8, 8, 3))).diversity is None
    assert looks(RNG.random((3, 8, 8, 3)), [RNG.random((8, 8, 3))] * 3).diversity is None


def flat(name, level, score):
    return Candidate(name, np.full((20, 18, 3), level, np.uint8), score)


def test_highlights_convince_and_differ():
    given = [flat("a", 100, 3.0), flat("b", 101, 2.9), flat("c", 250, 2.0), flat("d", 10, 1.9), flat("e", 0, -5.0)]
    given += [flat("f", 255, -6.0), flat("g", 40, -7.0), flat("h", 170, -8.0)]
    assert [one.name for one in select_highlights(given, 3)] == ["a", "c", "d"]  # the others are the worse half
    assert len(select_highlights(given, 50)) == 8
    assert len({one.name for one in select_highlights(given, 8)}) == 8


def test_without_a_discriminator_all_candidates_count():
    given = [flat(str(i), 5 + i, None) for i in range(10)] + [flat("white", 255, None)]
    for them in (given, given[::-1]):
        assert [one.name for one in select_highlights(them, 2)] == ["white", "0"]


@pytest.fixture
def _photos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    for i in range(10):
        Image.fromarray(RNG.integers(0, 256, (24, 24, 3), dtype=np.uint8)).save(f"photos/p{i}.png")


SMALL = [
    "--steps",
    "1",
    "--seed",
    "1",
    "--size",
    "16x16",
    "-s",
    "network.width=2",
    "-s",
    "trainer.discriminator.width=2",
]
NOISE = ["--recipe", "from-noise"]


@pytest.mark.usefixtures("_photos")
def test_a_folder_of_highlights_is_ready_for_a_gallery(capsys, monkeypatch):
    from limner_plugins.trainers.adversarial import Adversarial

    seen, score = [], Adversarial.scores
    monkeypatch.setattr(Adversarial, "scores", lambda *given: (seen.append(given[3].shape[1]), score(*given))[1])
    monkeypatch.setattr("limner.translation.highlights.SCORING_BATCH", 4)
    command = [
        "translate",
        "train",
        "photos",
        "--recipe",
        "colorize-gan",
        *SMALL,
        *("--validation-split", "0.5", "-s", "trainer.warmup=0", "-o", "c.limner"),
    ]
    assert run([*command, "--highlights", "3", "--json"]) == 0
    assert seen == [3, 2]  # not four and one, whom a discriminator of whole batches would judge by itself
    out, err = capsys.readouterr()
    assert {"sharpness", "diversity", "accuracy"} <= json.loads(out).keys()
    assert "sharpness" in err
    files = sorted(Path("c-highlights").iterdir())
    assert [file.name[:4] for file in files] == ["01-p", "02-p", "03-p"]
    art = limner.open(files[0])
    assert art.recipe.title.endswith(", Colorize, adversarially")
    assert not Path(art.recipe.table()["encoder"][0]["path"]).is_absolute()
    np.testing.assert_array_equal(art.render(), np.asarray(Image.open(files[0])))
    assert run(["verify", *map(str, files)]) == 0
    made = limner.translate(limner.open("c.limner"), f"photos/{files[0].stem[3:]}.png", size=(16, 16))
    np.testing.assert_allclose(art.render().astype(int), made, atol=1)
    assert run([*command, "--highlights", "3"]) == 2
    assert run([*command, "--highlights", "2", "--force"]) == 0
    assert len(list(Path("c-highlights").iterdir())) == 2
    assert run(["gallery", "build", "c-highlights", "-o", "site"]) == 0


@pytest.mark.usefixtures("_photos")
def test_what_is_made_of_noise_is_new_and_held_against_all_and_not_one_by_one(capsys, monkeypatch):
    monkeypatch.setattr("limner.translation.evaluator.MIN_PICTURES", 5)
    from limner.translation import monitor

    seen, whole = [], monitor.example_grid
    monkeypatch.setattr(
        "limner.translation.monitor.example_grid",
        lambda rows, caption="", names=(): (seen.append(caption), whole(rows, caption, names))[1],
    )
    command = ["translate", "train", "photos", *NOISE, *SMALL, "--validation-split", "0.5", "-o", "n.limner"]
    assert run([*command, "--report", "n.html", "--history", "n.jsonl", "--json", "--highlights", "4"]) == 0
    assert len(list(Path("n-highlights").iterdir())) == 4
    out, err = capsys.readouterr()
    reported = json.loads(out)
    assert not {"psnr", "ssim", "input_psnr", "input_ssim"} & reported.keys()
    distance, real = reported["distance"], reported["distance_of_real"]
    measured = f"distance from the validation pictures: outputs {distance:.3f}, as many training pictures {real:.3f}"
    assert measured in err
    assert 0 < reported["distance_of_real"] < reported["distance"]
    page, rows = Path("n.html").read_text(encoding="utf-8"), Path("n.jsonl").read_text(encoding="utf-8")
    for word in ("PSNR", "SSIM", "the input itself", "unprocessed input", "dB", "psnr", "ssim"):
        assert not [text for text in (page[: page.index("data:")], err, rows, seen[-1]) if word in text], word
    assert "translate sample ./n.limner" in page
    assert "Results per image" not in page
    assert f"{reported['distance']:.3f}" in page
    assert "Recent discriminator accuracy" in page


@pytest.mark.usefixtures("_photos")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--highlights", "0"], "--highlights: must be 1 to"),
        (["--size", "6x6"], "too"),
        ([*NOISE, "--psnr", "9"], "--psnr: From"),
    ],
)
def test_invalid_highlights(more, said, capsys):
    command = ["translate", "train", "photos", "--recipe", "colorize", "--steps", "1", "--highlights", "1", *more]
    assert run(command) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("error: ")
    assert said in line
