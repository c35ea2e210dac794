"""Verifying formats that lose something: what passes, and that what should fail does."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import features

import limner
from limner.artworks.verification import verify
from limner.errors import ArtworkError
from limner.formats.image_files import image_format_for
from limner.formats.image_format import EmbeddedData, ImageInfo

SIZE = (121, 83)
LOSSY = {
    "webp": (".webp", {"lossless": False}),
    "jpeg": (".jpg", {}),
    "jpeg-coarse": (".jpeg", {"quality": 40, "subsampling": "4:2:0"}),
    "avif": (".avif", {}),
}
LOSSLESS = {name: (f".{name}", {}) for name in ("webp", "svg", "pdf", "png", "tiff")}
NEEDS = {".avif": "avif" in features.modules and features.check("avif"), ".pdf": find_spec("pikepdf")}


def those(*tables):
    found = [pytest.param(*case, id=f"{name}-{i}") for i, t in enumerate(tables) for name, case in t.items()]
    return pytest.mark.parametrize(("ending", "options"), [p for p in found if NEEDS.get(p.values[0], True)])


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=5, size=SIZE)


def put(path: Path, pixels: np.ndarray, options=None, **render_settings) -> Path:
    """The artwork in a file with other pixels, whose digest is right, and something else in its record."""
    kept = image_format_for(path, options).stage.read_embedded(io.BytesIO(path.read_bytes()))
    record = json.loads(kept.manifest)
    record["render_settings"] |= render_settings
    file, info = io.BytesIO(), ImageInfo(*pixels.shape[1::-1], pixels.shape[2])
    digest = digest_of(pixels)
    image_format_for(path, options).stage.write(
        file, info, iter([pixels]), EmbeddedData(json.dumps(record), kept.theta, ""), lambda: digest
    )
    path.write_bytes(file.getvalue())
    return path


def digest_of(pixels: np.ndarray) -> str:
    from limner.formats.pixel_digest import PixelDigest

    digest = PixelDigest(ImageInfo(*pixels.shape[1::-1], pixels.shape[2]))
    digest.update(pixels)
    return digest()


@those(LOSSY, LOSSLESS)
@pytest.mark.parametrize("alpha", [False, True])
def test_what_is_saved_verifies(tmp_path, ending, options, alpha):
    art = limner.paint("marbling", seed=8, size=SIZE, set={"color.alpha": alpha})
    more = {"background": "white"} if alpha and ending in (".jpg", ".jpeg") else {}
    path = tmp_path / f"x{ending}"
    art.save(path, options=options | more, region=(3, 4, 77, 51), supersample=2, dither="blue-noise", dpi=150)
    again = limner.open(path)
    assert again.recipe == art.recipe
    np.testing.assert_array_equal(again.theta, art.theta)
    verdict = verify(path)
    assert (verdict.ok, verdict.max_error, verdict.outlier_pixels) == (True, 0, 0)
    assert verdict.lossy == image_format_for(path, options).stage.lossy


@those(LOSSY, LOSSLESS)
def test_a_changed_pixel_is_noticed(tmp_path, art, ending, options):
    """Somebody changes pixels and keeps the record; its digest is the old one."""
    path = art.save(tmp_path / f"x{ending}", options=options)
    image_format = image_format_for(path, options).stage
    old = image_format.read_embedded(io.BytesIO(path.read_bytes())).digest
    changed = art.render()
    changed[20:28, 20:28] ^= 255
    put(path, changed, options)
    data = path.read_bytes()
    new = image_format.read_embedded(io.BytesIO(data)).digest
    assert new != old
    if ending in (".pdf", ".png"):  # the one would be found out at its checksums, in the other the text is packed
        data = rewritten(image_format, path, changed, old)
    path.write_bytes(data.replace(new.encode(), old.encode()))
    verdict = verify(path)
    assert not verdict.unchanged
    assert not verdict.reproduced
    assert not verdict.ok


def rewritten(image_format, path: Path, pixels: np.ndarray, digest: str) -> bytes:
    """A lossless file whose format gets another digest."""
    kept, file = image_format.read_embedded(io.BytesIO(path.read_bytes())), io.BytesIO()
    image_format.write(
        file,
        ImageInfo(*pixels.shape[1::-1], 3),
        iter([pixels]),
        EmbeddedData(kept.manifest, kept.theta, ""),
        lambda: digest,
    )
    return file.getvalue()


@those(LOSSY, LOSSLESS)
def test_another_picture_under_the_same_recipe_is_noticed(tmp_path, art, ending, options):
    """Pixels and digest agree, but the recipe paints something else."""
    path = art.save(tmp_path / f"x{ending}", options=options)
    verdict = verify(put(path, limner.paint("marbling", seed=6, size=SIZE).render(), options))
    assert verdict.unchanged
    assert not verdict.reproduced


@those(LOSSY)
def test_another_machines_last_bits_pass(tmp_path, art, ending, options):
    pixels = art.render().astype(int)
    pixels += np.random.default_rng(0).choice([-1, 0, 0, 0, 1], pixels.shape)
    path = art.save(tmp_path / f"x{ending}", options=options)
    verdict = verify(put(path, np.clip(pixels, 0, 255).astype(np.uint8), options))
    assert verdict.ok
    assert verdict.max_error > 0


@those(LOSSY)
@pytest.mark.parametrize("how", ["a little everywhere", "a spot", "a quarter as seen through a glass"])
def test_what_lies_beyond_the_bound_does_not(tmp_path, art, ending, options, how):
    pixels = art.render().astype(int)
    if how == "a little everywhere":
        pixels += np.where(pixels < 128, 4, -4)
    elif how == "a spot":
        pixels[30:40, 40:50] = 255 - pixels[30:40, 40:50]
    else:
        pixels[:40, :60] = pixels[:40, :60] * 9 // 10
    path = art.save(tmp_path / f"x{ending}", options=options)
    verdict = verify(put(path, pixels.astype(np.uint8), options))
    assert verdict.unchanged
    assert not verdict.reproduced


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"kind": "png"}, "the image format 'png', but the file has another format"),
        ({"kind": "evil" * 50}, "the image format 'evil"),
        ({"kind": ["jpeg"]}, "the image format"),
        ({"kind": "jpeg", "quality": 0}, "image-format.quality: must be at least 1"),
        ({"kind": "jpeg", "evil": 1}, "image-format.evil: unknown setting"),
        ({"kind": "jpeg", "background": ""}, "does not support transparency"),
    ],
)
def test_a_manifest_that_names_another_format(tmp_path, record, words):
    art = limner.paint("marbling", seed=5, size=(20, 10), set={"color.alpha": True})
    path = art.save(tmp_path / "x.jpg", options={"background": "white"})
    put(path, art.render(), {"background": "white"}, image_format=record, background="")
    with pytest.raises(ArtworkError, match=words) as caught:
        verify(path)
    assert str(caught.value).startswith(str(path))
    assert len(str(caught.value)) < 400


def test_a_record_that_tells_of_no_format_is_taken_at_its_defaults(tmp_path, art):
    path = art.save(tmp_path / "x.jpg")
    assert verify(put(path, art.render(), image_format={})).ok


def test_a_large_theta_lies_beside_a_jpeg(tmp_path):
    art = limner.paint("marbling", seed=1, size=(20, 10), set={"network.width": 64})
    assert art.theta.nbytes > 2**16
    path = art.save(tmp_path / "x.jpg")
    assert {p.name for p in tmp_path.iterdir()} == {"x.jpg", "x.limner"}
    assert verify(path).ok
