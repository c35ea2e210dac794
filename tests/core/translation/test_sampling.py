"""Pictures of fresh noise, and walks through it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.artwork import Artwork
from limner.artworks.painting import packages_of
from limner.cli.main import run
from limner.composition.parser import parse, read_toml
from limner.models.factory import init_params
from limner.registry.backends import choose_backend
from limner.registry.registry import registry
from limner.translation.sampling import enlarged_size, latent_walk, noise_batches, samples

TABLE = {
    "title": "Specks",
    "seed": 4,
    "size": [16, 16],
    "encoder": [{"kind": "noise", "count": 6, "coarse": 16, "scale": 1.0}],
    "output": {"kind": "identity"},
    "network": {"kind": "decoder", "base": [4, 4], "doublings": 2, "width": 3, "init": "he", "weight_scale": 1.0},
}


def artwork(**fields):
    recipe = parse({**TABLE, **fields}, registry())
    model, theta = init_params(recipe)
    return Artwork(model.recipe, theta, packages_of(recipe))


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    artwork().save("specks.limner")
    contours = {"encoder": [{"kind": "contours"}, {"kind": "noise"}], "network": {"kind": "unet", "width": 2}}
    artwork(**contours).save("lines.limner")


def test_a_seed_and_a_place_give_a_picture():
    six, two = list(samples(artwork(), 6, 9)), list(samples(artwork(), 2, 9))
    assert [picture.shape for picture in six] == [(16, 16, 3)] * 6
    assert len({picture.tobytes() for picture in six}) == 6
    np.testing.assert_array_equal(six[:2], two)
    assert not np.array_equal(six[0], next(samples(artwork(), 1, 10)))


def test_neither_threads_nor_the_number_of_frames_show():
    from limner_plugins.backends.numpy_ import NumPy

    one, two = (np.stack(list(samples(artwork(), 9, 1, NumPy(threads=n)))) for n in (1, 2))
    np.testing.assert_array_equal(one, two)
    alone, both = (np.stack(list(latent_walk(artwork(), 3, 5, 12, NumPy(threads=n)))) for n in (1, 2))
    np.testing.assert_array_equal(alone, both)
    np.testing.assert_array_equal(alone[::2], list(latent_walk(artwork(), 3, 5, 6)))


def test_a_walk_passes_by_every_picture_and_has_no_end():
    frames = np.stack(list(latent_walk(artwork(), 3, 5, 30))).astype(int)
    stops = np.stack(list(samples(artwork(), 3, 5))).astype(int)
    assert frames.shape == (30, 16, 16, 3)
    assert np.abs(frames[::10] - stops).max() <= 1
    steps = np.abs(np.diff(frames, axis=0, append=frames[:1])).mean(axis=(1, 2, 3))
    assert steps.max() < 0.5 * np.abs(stops[0] - stops[1]).mean()
    assert steps[[0, 9, 10, 29]].max() < steps[[4, 5, 14, 15]].min()  # it slows down where it passes by


def test_samples_of_another_size_have_more_of_the_same_noise():
    art = artwork()
    wide = list(samples(art, 2, 9, size=(40, 24)))
    assert [one.shape for one in wide] == [(24, 40, 3)] * 2
    whole = list(samples(art, 2, 9, size=(48, 32)))  # whole places of noise: three by two
    np.testing.assert_array_equal(wide[1], whole[1][:24, :40])
    frames = list(latent_walk(art, 2, 9, 4, size=(40, 24)))
    np.testing.assert_array_equal(frames[2], wide[1])


def test_coarse_follows_the_size_that_was_learned_and_no_other(tmp_path):
    pairs = {"encoder": [{"kind": "noise", "count": 2, "coarse": 0}], "network": {"kind": "decoder", "width": 2}}
    for i in range(2):
        Image.new("RGB", (24, 24), (90 * i, 0, 0)).save(tmp_path / f"{i}.png")
    art = limner.train(str(tmp_path), {**TABLE, **pairs, "trainer": {"kind": "backprop"}}, size=(24, 24), steps=1)
    assert art.recipe.encoders[0].stage.coarse == 24
    assert next(samples(art, 1, 0, size=(64, 8))).shape == (8, 64, 3)


def test_upright_pictures_side_by_side():
    """A place of noise is as wide as the picture that was learned is high, and what is made of it is not."""
    table = {"encoder": [{"kind": "noise", "count": 2, "coarse": 48}]}
    art = artwork(**table, size=[32, 48], network={"kind": "decoder", "base": [4, 6], "doublings": 3, "width": 2})
    shapes = {wide: next(samples(art, 1, 0, size=(wide, 48))).shape for wide in (32, 64, 96, 110)}
    assert shapes == {wide: (48, wide, 3) for wide in shapes}


def test_a_walk_keeps_the_spread_of_the_noise():
    own, art = choose_backend("numpy", registry()), artwork(encoder=[{"kind": "noise", "count": 64, "coarse": 16}])
    noise = np.concatenate(list(noise_batches(art, 2, 5, own)), axis=1)
    from limner.translation import sampling

    seen = []
    real = sampling.images_from_noise
    try:
        sampling.images_from_noise = lambda art, steps, *_: iter([seen.append(x) for x in steps])
        latent_walk(art, 2, 5, 40)
    finally:
        sampling.images_from_noise = real
    spread = np.array([x.std() for x in seen])
    assert np.abs(spread / noise.std() - 1).max() < 0.2
    assert len(seen) == 40


@pytest.mark.parametrize(("size", "large"), [((32, 32), (256, 256)), ((33, 40), (264, 320)), ((300, 301), (600, 602))])
def test_frames_are_large_enough_and_even(size, large):
    assert enlarged_size(size) == large


def test_on_the_command_line(capsys):
    command = ["translate", "sample", "specks.limner", "--count", "3", "-o", "new", "--seed", "2", "--json"]
    assert run([*command, "--sheet", "new.png", "--walk", "new.gif", "--frames", "6", "--seconds", "0.5"]) == 0
    reported = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["path"] for row in reported] == [f"new/specks-2-{i}.png" for i in range(3)]
    pictures = [np.asarray(Image.open(row["path"])) for row in reported]
    np.testing.assert_array_equal(pictures, list(samples(artwork(), 3, 2)))
    with Image.open("new.png") as sheet, Image.open("new.gif") as film:
        assert min(sheet.size) > 2 * 96
        assert (film.n_frames, film.size) == (6, (256, 256))
    assert run(command) == 2
    assert "exists already" in capsys.readouterr().err
    assert run([*command, "--force"]) == 0


BAD = [
    (["lines.limner"], "converts pictures (by contours) and generates none; apply it with limner translate apply"),
    (["specks.limner", "--count", "0"], "--count: must be 1 to"),
    (["specks.limner", "--walk", "a.gif", "--count", "1"], "set --count 2 or more"),
    (["specks.limner", "--seconds", "2"], "need a walk; add --walk FILE"),
    (["specks.limner", "--walk", "a.gif", "--seconds", "-1"], "--seconds: must be above 0"),
    (["specks.limner", "--walk", "a.gif", "--frames", "3"], "--frames: must be 16 (one for each picture) to 100000"),
    (["specks.limner", "--walk", "a.gif", "--seconds", "0.1"], "--seconds: 0.1 s are 2 frames, too few for 16"),
    (
        ["specks.limner", "--walk", "a.gif", "--count", "4000"],
        "--count: a walk through 4000 pictures would take 120000",
    ),
    (["specks.limner", "--walk", "a.gif", "--frames", "900", "--seconds", "1"], "the maximum is 240"),
    (
        ["specks.limner", "--walk", "a.txt"],
        "unknown video format '.txt'; use .mp4, .webm, .gif, .webp, .apng or a folder",
    ),
    (["specks.limner", "--sheet", "a.jpg"], "a sheet is written as .png"),
    (["specks.limner", "-s", "network.width=2"], "only video-format.NAME can be set"),
    (["nowhere.limner"], "nowhere.limner"),
    (["marbling.png"], "renders a picture of its own"),
    (
        ["specks.limner", "--sheet", "nowhere/s.png"],
        "nowhere/s.png: the folder nowhere does not exist; create it, or choose another with --sheet",
    ),
]


@pytest.mark.parametrize(("args", "said"), BAD, ids=[" ".join(args) for args, _ in BAD])
def test_bad_requests_are_reported_in_a_line(args, said, capsys):
    if args[0] == "marbling.png":
        assert run(["paint", "--size", "16x16", "--seed", "1", "-o", "marbling.png"]) == 0
    capsys.readouterr()
    assert run(["translate", "sample", *args]) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert said in lines[0]
    assert not Path("samples").exists()


@pytest.mark.parametrize("command", ["paint", "render", "translate apply"])
def test_what_makes_pictures_of_noise_alone_is_sampled_and_no_more(command, capsys):
    args = ["specks.png", "-o", "out/"] if command == "translate apply" else []
    assert run([*command.split(), "specks.limner", *args]) == 2
    said = capsys.readouterr().err
    assert "limner translate sample" in said
    assert re.search("pictures (of|from) noise", said)


def test_a_count_needs_no_walk(capsys):
    assert run(["translate", "sample", "specks.limner", "--count", "10000", "--size", "0x0", "--seed", "1"]) == 2
    assert "frames" not in capsys.readouterr().err


def test_the_preset_samples_before_it_has_learned():
    recipe = parse({**read_toml(registry().read_recipe("from-noise"), "from-noise"), "seed": 1}, registry())
    model, theta = init_params(recipe)
    assert next(samples(Artwork(model.recipe, theta, {}), 1, 0)).shape == (64, 64, 3)
