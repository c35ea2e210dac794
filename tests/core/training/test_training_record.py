"""The quality of a fit in its picture: written once, kept while the picture stays the same, and comparable."""

import json
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.loader import read_record
from limner.cli.main import run
from limner.errors import ArtworkError
from limner.formats.manifest import MAX_PSNR, TrainingRecord, read_manifest
from limner.training.results.training_record import with_training_record

SIZE = (16, 12)


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photo") / "fox.png"
    across = np.linspace(0, 255, 32, dtype=np.uint8)
    pixels = np.stack(np.broadcast_arrays(across[None, :], across[:24, None], np.uint8(90)), axis=-1)
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture(scope="module")
def fitted(photo):
    return limner.fit(photo, "likeness", steps=4, seed=1, size=SIZE)


def info(path, capsys):
    capsys.readouterr()
    assert run(["info", str(path)]) == 0
    text = capsys.readouterr().out
    assert run(["info", str(path), "--json"]) == 0
    return text, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff", "svg", "limner"])
def test_a_fit_takes_its_quality_along(fitted, suffix, tmp_path):
    record = fitted.artwork.training
    assert (record.steps, record.loss > 0) == (4, True)
    assert record.psnr == pytest.approx(fitted.psnr, abs=1.0)
    fitted.save(tmp_path / f"a.{suffix}")
    assert limner.open(tmp_path / f"a.{suffix}").training == record


def test_info_shows_it(fitted, tmp_path, capsys):
    fitted.save(tmp_path / "a.png")
    text, record = info(tmp_path / "a.png", capsys)
    assert f"\nfit: {fitted.artwork.training.psnr:.2f} dB after 4 steps\n" in text
    assert record["training"] == fitted.artwork.training.model_dump()


def test_a_painting_has_none_and_its_file_is_as_before(tmp_path, capsys):
    limner.paint("ink", seed=1, size=SIZE).save(tmp_path / "a.png")
    assert limner.open(tmp_path / "a.png").training is None
    text, record = info(tmp_path / "a.png", capsys)
    assert "fit:" not in text
    assert "training" not in record
    assert '"training"' not in read_record(tmp_path / "a.png").to_json()


def test_a_rendering_keeps_it_and_a_variation_loses_it(fitted, tmp_path):
    fitted.save(tmp_path / "a.png")
    limner.open(tmp_path / "a.png").save(tmp_path / "b.webp", size=(32, 24))
    assert limner.open(tmp_path / "b.webp").training == fitted.artwork.training
    assert limner.verify(tmp_path / "b.webp").ok
    several = limner.fit([np.zeros((8, 8, 3), np.uint8), np.full((8, 8, 3), 200, np.uint8)], steps=1, seed=1)
    assert several.artwork.training.steps == 1
    assert several.artwork.press([0.5, 0.5]).training is None
    assert limner.blend([fitted.artwork, fitted.artwork]).training is None


def test_a_smaller_training_size_records_the_psnr_of_the_picture_itself(photo, capsys, tmp_path):
    options = ["--train-size", "6", "--steps", "150", "--seed", "1", "--json", "-q"]
    assert run(["fit", str(photo), *options, "-o", str(tmp_path / "a.png")]) == 0
    reported = json.loads(capsys.readouterr().out)
    record = limner.open(tmp_path / "a.png").training
    assert record.psnr == pytest.approx(reported["psnr"], abs=1e-9)
    assert (record.steps, record.loss) == (reported["steps"], reported["loss"])


def test_the_same_fit_writes_the_same_file(photo, tmp_path):
    for name in "ab":
        limner.fit(photo, "likeness", steps=2, seed=1, size=SIZE).save(tmp_path / f"{name}.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("psnr", "loss", "recorded"), [(math.inf, 0.0, MAX_PSNR), (math.nan, 0.1, None), (9, math.inf, None)]
)
def test_numbers_that_json_lacks(fitted, psnr, loss, recorded):
    target = SimpleNamespace(size=SIZE, original_size=SIZE)
    plan = SimpleNamespace(target_set=[target], target=target)
    record = with_training_record(
        replace(fitted.artwork, training=None), SimpleNamespace(psnr=psnr, best_loss=loss, step=1), plan, None
    ).training
    assert (record.psnr if record else None) == recorded


def test_an_image_that_is_gone_costs_the_record_and_not_the_fit(photo, tmp_path):
    copy = tmp_path / "fox.png"
    copy.write_bytes(photo.read_bytes())

    def remove(snapshot):
        Path(copy).unlink(missing_ok=True)

    fitted = limner.fit(copy, "likeness", steps=2, seed=1, train_size=6, size=(16, 12), on_step=remove)
    assert fitted.artwork.training is None
    fitted.save(tmp_path / "a.png")
    assert limner.open(tmp_path / "a.png").seed == 1


def test_forged_records_are_refused(fitted, tmp_path):
    fitted.save(tmp_path / "a.png")
    table = json.loads(read_record(tmp_path / "a.png").to_json())
    assert read_manifest(json.dumps(table)).training == fitted.artwork.training
    for change in ({"psnr": 1e9}, {"steps": -1}, {"steps": "4"}, {"more": 1}):
        forged = {**table, "training": {**table["training"], **change}}
        with pytest.raises(ArtworkError, match="manifest"):
            read_manifest(json.dumps(forged))
    del table["training"]
    assert read_manifest(json.dumps(table)).training is None, "files from before have no record"


def test_a_record_is_no_part_of_the_identity_of_an_artwork(fitted):
    bare = replace(fitted.artwork, training=None)
    assert bare == fitted.artwork
    assert hash(bare) == hash(fitted.artwork)
    assert TrainingRecord(steps=1, loss=0.5, psnr=3.0).psnr == 3.0
