"""Artworks: saved, opened, verified; and what forged or damaged files get."""

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import limner
from limner.artworks.verification import verify
from limner.errors import ArtworkError, LimnerError
from limner.formats import container
from limner.formats.manifest import digest_of

SIZE = (33, 21)


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=5, size=SIZE)


@pytest.fixture(scope="module")
def saved(art, tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    return {ending: art.save(folder / f"a{ending}") for ending in (".png", ".tiff")}


@pytest.mark.parametrize("ending", [".png", ".tiff"])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("alpha", [False, True])
def test_what_is_saved_can_be_opened_and_verified(tmp_path, ending, bits, alpha):
    art = limner.paint("marbling", seed=8, size=(40, 30), set={"color.alpha": alpha})
    path = art.save(tmp_path / f"x{ending}", bits=bits, supersample=2, region=(3, 4, 20, 10), dpi=300)
    again = limner.open(path)
    assert again.recipe == art.recipe
    np.testing.assert_array_equal(again.theta, art.theta)
    assert again.packages == art.packages
    assert again.render_settings.dpi == 300
    verdict = verify(path)
    assert verdict.ok
    assert verdict.max_error == 0
    assert not list(tmp_path.glob(".*"))


def test_pixels_in_the_file_are_those_rendered(art, saved):
    for path in saved.values():
        np.testing.assert_array_equal(pixels(path), art.render())


def test_a_picture_is_painted_again_from_itself(art, saved):
    again = limner.paint(saved[".png"])
    np.testing.assert_array_equal(again.theta, art.theta)
    varied = limner.paint(saved[".png"], seed=6)
    assert not np.array_equal(varied.theta, art.theta)
    assert varied.recipe.network == art.recipe.network


def test_a_larger_render_is_the_same_picture(art):
    small, large = art.render(), art.render(size=(SIZE[0] * 5, SIZE[1] * 5))
    assert np.abs(large[2::5, 2::5].astype(int) - small).max() <= 1  # a pixel's centre is that of its 25


def test_a_region_is_a_cut_of_the_whole(art):
    whole = art.render(size=(200, 120))
    part = art.render(size=(200, 120), region=(50, 30, 70, 40))
    assert np.abs(whole[30:70, 50:120].astype(int) - part).max() <= 1


def test_supersampling_averages(art):
    fine = art.render(size=(SIZE[0] * 4, SIZE[1] * 4)).astype(float)
    mean = fine.reshape(SIZE[1], 4, SIZE[0], 4, 3).mean(axis=(1, 3))
    assert np.abs(art.render(supersample=4) - mean).max() <= 1


def test_clear_samples_bleed_no_colour():
    from limner.artworks.renderer import _average

    colours = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])  # opaque red beside clear green
    pair = np.repeat(colours, 2, axis=1)
    np.testing.assert_allclose(_average(pair, (1, 1), 2)[:, 0], [1, 0, 0, 0.5], atol=1e-6)


def test_notebooks_get_a_picture(art):
    png = limner.paint("marbling", seed=1, size=(2000, 1000))._repr_png_()
    assert struct.unpack(">II", png[16:24]) == (512, 256)


def test_nothing_is_overwritten_without_force(art, tmp_path):
    path = tmp_path / "x.png"
    path.write_bytes(b"precious")
    with pytest.raises(LimnerError, match="exists already"):
        art.save(path)
    assert path.read_bytes() == b"precious"
    art.save(path, force=True)
    assert verify(path).ok


def test_an_interrupted_save_leaves_what_was_there(art, tmp_path, monkeypatch):
    path = art.save(tmp_path / "x.png")
    before = path.read_bytes()
    monkeypatch.setattr("limner.artworks.renderer._paint_block", interrupted)
    with pytest.raises(KeyboardInterrupt):
        art.save(path, force=True)
    with pytest.raises(KeyboardInterrupt):
        art.save(tmp_path / "y.png")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.png"]


def interrupted(*_):
    raise KeyboardInterrupt


def test_a_full_disk_is_one_clear_error(art, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(LimnerError, match="cannot be written: No space left on device"):
        art.save(tmp_path / "x.png")
    assert not list(tmp_path.iterdir())


def test_a_large_theta_lies_beside_the_picture(art, tmp_path, monkeypatch):
    monkeypatch.setattr("limner_plugins.image_formats.png.Png.max_theta", 100)
    path = art.save(tmp_path / "x.png")
    assert {p.name for p in tmp_path.iterdir()} == {"x.png", "x.limner"}
    np.testing.assert_array_equal(limner.open(path).theta, art.theta)
    assert verify(path).ok
    (tmp_path / "x.limner").rename(tmp_path / "y.limner")
    with pytest.raises(ArtworkError, match=r"the parameters \(.*\) are in x.limner, which is missing"):
        limner.open(path)
    other = limner.paint("marbling", seed=99, size=SIZE)
    other.save(tmp_path / "x.limner")
    with pytest.raises(ArtworkError, match="θ does not match its digest"):
        limner.open(path)


def test_a_check_names_the_file_beside_the_picture_or_refuses_it(art, tmp_path, monkeypatch):
    monkeypatch.setattr("limner_plugins.image_formats.png.Png.max_theta", 100)
    assert art.check(tmp_path / "x.png") == tmp_path / "x.limner"
    (tmp_path / "x.limner").write_text("mine")
    with pytest.raises(LimnerError, match=r"x\.limner: exists already"):
        art.check(tmp_path / "x.png")
    assert art.check(tmp_path / "x.png", force=True) == tmp_path / "x.limner"
    assert (tmp_path / "x.limner").read_text() == "mine"


def test_a_file_of_theta_alone(art, tmp_path):
    path = art.save(tmp_path / "x.limner")
    np.testing.assert_array_equal(limner.open(path).theta, art.theta)
    with pytest.raises(ArtworkError, match="no pixels"):
        verify(path)
    path.write_bytes(b"\xff" * 100)
    with pytest.raises(ArtworkError, match="is damaged"):
        limner.open(path)


# Changed, damaged and forged files.


def chunks(data):
    """The chunks of a PNG: (type, body)."""
    at, out = 8, []
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        out.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return out


def join(parts):
    """A PNG of chunks, their checksums right."""
    out = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in parts:
        out.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(out)


def test_a_changed_pixel_is_noticed(saved, tmp_path):
    parts = chunks(saved[".png"].read_bytes())
    stored = pixels(saved[".png"]).copy()
    stored[10, 10] ^= 1  # within the repaint's tolerance: only the digest can tell
    rows = np.pad(stored.reshape(SIZE[1], -1), ((0, 0), (1, 0)))
    first = next(i for i, (kind, _) in enumerate(parts) if kind == b"IDAT")
    parts = [p for p in parts if p[0] != b"IDAT"]
    parts.insert(first, (b"IDAT", zlib.compress(rows.tobytes())))
    path = tmp_path / "changed.png"
    path.write_bytes(join(parts))
    verdict = verify(path)
    assert not verdict.unchanged
    assert verdict.reproduced
    assert not verdict.ok


def test_another_picture_under_the_same_recipe_is_noticed(saved, tmp_path, art):
    """Pixels and digest agree, but the recipe paints something else."""
    other = limner.paint("marbling", seed=6, size=SIZE).save(tmp_path / "other.png")
    ours, theirs = chunks(saved[".png"].read_bytes()), chunks(other.read_bytes())
    own = (b"liMN", b"iTXt", b"zTXt")
    first = next(i for i, (kind, _) in enumerate(ours) if kind == b"IDAT")
    mixed = [p for p in ours[:first] if p[0] in own]
    path = tmp_path / "mixed.png"
    last = next(i for i, (kind, _) in enumerate(theirs) if kind == b"IDAT")
    path.write_bytes(join([p for p in theirs[:last] if p[0] not in own] + mixed + theirs[last:]))
    verdict = verify(path)
    assert verdict.unchanged
    assert not verdict.reproduced
    assert verdict.outlier_pixels > SIZE[0] * SIZE[1] / 10


def test_a_picture_that_limner_did_not_make(tmp_path):
    path = tmp_path / "x.png"
    Image.new("RGB", (5, 5)).save(path)
    with pytest.raises(ArtworkError, match="not made by limner"):
        limner.open(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"II*\x00\x08\x00\x00\x00"])
def test_what_is_no_picture(tmp_path, content):
    path = tmp_path / "x.png"
    path.write_bytes(content)
    with pytest.raises(ArtworkError, match=r"x\.png: "):
        limner.open(path)


def forge(tmp_path, art, change, theta=None):
    """A .limner file whose manifest and θ somebody changed."""
    record = json.loads(art._contents.manifest().to_json())
    theta = art.theta if theta is None else theta
    text = change(record)
    path = tmp_path / "forged.limner"
    path.unlink(missing_ok=True)
    container.write_container(path, text if isinstance(text, str) else json.dumps(text or record), theta, force=True)
    return path


def setting(*keys, value):
    def change(record):
        place = record
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda record: "{", "is not JSON"),
        (lambda record: "[" * 100_000, "is not JSON"),
        (lambda record: '{"format": NaN}', "is not JSON"),
        (lambda record: "[]", "is not a JSON object"),
        (setting("format", value=2), "newer limner"),
        (setting("theta_size", value=7), "the file declares 7"),
        (setting("theta_size", value=-1), "theta_size"),
        (setting("theta_digest", value="sha256:" + "0" * 64), "does not match its digest"),
        (setting("theta_digest", value="md5"), "theta_digest"),
        (setting("recipe", value=[]), "recipe"),
        (setting("recipe", "network", "kind", value="os.system"), "unknown network 'os.system'"),
        (setting("recipe", "network", "kind", value="os:system"), "unknown network"),
        (setting("recipe", "network", "width", value=4096), "but the file declares"),
        (setting("recipe", "network", "depth", value=10**9), "at most 256"),
        (setting("recipe", "evil", value=1), "evil: unknown key"),
        (setting("packages", value={"a b; rm": "1"}), "packages"),
        (setting("extra", value=1), "extra: unknown setting"),
    ],
)
def test_forged_records_are_refused(tmp_path, art, change, message):
    with pytest.raises(ArtworkError, match=message) as caught:
        limner.open(forge(tmp_path, art, change))
    assert "\n" not in str(caught.value)


def test_a_theta_that_is_no_number_is_refused(tmp_path, art):
    theta = art.theta.copy()
    theta[0] = np.nan
    path = forge(tmp_path, art, setting("theta_digest", value=digest_of(theta.tobytes())), theta)
    with pytest.raises(ArtworkError, match="θ does not match its digest"):
        limner.open(path)


def test_a_missing_plugin_is_named(tmp_path, art):
    def change(record):
        record["recipe"]["encoder"][0]["kind"] = "spyral"
        record["packages"]["limner-spyral"] = "1.2"

    with pytest.raises(
        ArtworkError, match=r'needs limner-spyral 1.2 \(not installed\); pip install "limner-spyral>=1.2"'
    ):
        limner.open(forge(tmp_path, art, change))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_record_breaks_opening(art, tmp_path_factory, data):
    def change(record):
        place = record
        for _ in range(data.draw(st.integers(0, 3))):
            inner = [v for v in place.values() if isinstance(v, dict) and v]
            if not inner:
                break
            place = data.draw(st.sampled_from(inner))
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(json_values)

    path = forge(tmp_path_factory.getbasetemp(), art, change)
    try:
        limner.open(path)
    except ArtworkError as error:
        assert "forged.limner" in str(error)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([".png", ".tiff"]), st.data())
def test_no_flipped_byte_breaks_reading(saved, tmp_path_factory, ending, data):
    content = bytearray(saved[ending].read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / f"flipped{ending}"
    path.write_bytes(bytes(content))
    try:
        verdict = verify(path)
    except ArtworkError as error:
        assert "flipped" in str(error)
    else:
        assert isinstance(verdict.ok, bool)


def test_a_large_theta_is_whole_or_not_there(tmp_path, monkeypatch):
    monkeypatch.setattr("limner_plugins.image_formats.png.Png.max_theta", 100)
    first, second = (limner.paint("marbling", seed=s, size=SIZE) for s in (1, 2))
    with monkeypatch.context() as stopped:
        stopped.setattr("limner.artworks.renderer._paint_block", interrupted)
        with pytest.raises(KeyboardInterrupt):
            first.save(tmp_path / "a.png")
    assert not list(tmp_path.iterdir())
    first.save(tmp_path / "a.png")
    first.save(tmp_path / "a.png", size=(50, 40), force=True)  # the same θ may stay
    monkeypatch.setattr("limner_plugins.image_formats.tiff.Tiff.max_theta", 100)
    first.save(tmp_path / "a.tiff")
    with pytest.raises(LimnerError, match="contains the parameters of another picture"):
        second.save(tmp_path / "a.png", force=True)
    assert verify(tmp_path / "a.png").ok


def test_a_picture_that_lost_its_theta_says_so(saved, tmp_path):
    parts = [part for part in chunks(saved[".png"].read_bytes()) if part[0] != b"liMN"]
    path = tmp_path / "resaved.png"
    path.write_bytes(join(parts))
    with pytest.raises(ArtworkError, match="parameters are missing, probably because another program re-saved"):
        limner.open(path)


def test_a_picture_out_of_a_notebook_can_be_opened(tmp_path):
    art = limner.paint("marbling", seed=1, size=(2000, 1000))
    (tmp_path / "cell.png").write_bytes(art._repr_png_())
    np.testing.assert_array_equal(limner.open(tmp_path / "cell.png").theta, art.theta)


def test_numbers_of_any_whole_type_will_do(art):
    wide = art.render(size=[np.int64(30), 20], region=[np.int32(1), 2, 3, 4])
    assert wide.shape == (4, 3, 3)
    assert limner.paint("marbling", seed=np.int64(5), size=SIZE).recipe == art.recipe


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"size": 30}, "`size`: must be 2 whole numbers, got 30"),
        ({"size": (3, 4, 5)}, "`size`: must be 2"),
        ({"size": (3.5, 4)}, "`size`: must be 2"),
        ({"region": (1, 1, 2)}, "`region`: must be 4"),
        ({"region": (0, 0, 0, 0)}, "must lie inside"),
        ({"supersample": 1.5}, "`supersample`: must be a whole number"),
        ({"bits": 12}, "12"),
    ],
)
def test_what_the_api_refuses(art, words, message, tmp_path):
    for call in (art.render, lambda **w: art.save(tmp_path / "x.png", **w)):
        with pytest.raises(LimnerError, match=message):
            call(**words)
    assert not list(tmp_path.iterdir())


def test_adding_an_encoder_reshuffles_no_other_random_numbers(art):
    more = limner.paint("marbling", seed=5, swap={"encoder": ["xy", "radius", "latent", "one-hot"]})
    ours, theirs = (a.model.layout.views(a.theta) for a in (art, more))
    for name in ("network.b0", "network.W1", "network.b9", "encoder.2.z"):
        np.testing.assert_array_equal(ours[name], theirs[name])
    assert ours["network.W0"].shape != theirs["network.W0"].shape


def test_a_picture_that_overflows_is_refused(tmp_path):
    wild = {"network.activation": "relu", "network.weight_scale": 1000.0, "network.depth": 100, "network.width": 8}
    art = limner.paint("marbling", seed=1, size=SIZE, set=wild)
    with pytest.raises(LimnerError, match="is not finite"):
        art.save(tmp_path / "x.png")
    assert not list(tmp_path.iterdir())


def test_a_failure_of_a_third_party_names_the_third_party(art, monkeypatch, tmp_path):
    def fails(*_):
        raise ZeroDivisionError("in a stage")

    monkeypatch.setattr("limner.artworks.renderer._paint_block", fails)
    theirs = limner.Artwork(art.recipe, art.theta, {"limner": "1", "limner-odd": "0.3"})
    for call in (theirs.render, lambda: theirs.save(tmp_path / "x.png")):
        with pytest.raises(LimnerError, match=r"a stage of limner-odd 0\.3 failed while painting: ZeroDivisionError"):
            call()
    with pytest.raises(ZeroDivisionError):
        art.render()
    assert not list(tmp_path.iterdir())
