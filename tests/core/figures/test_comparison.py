"""The page of a comparison: what stands where on it, and what is refused."""

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2lab

from limner.errors import LimnerError
from limner.figures.comparison import GAP, MIN_CELL_WIDTH, check_comparison, heat_colors, write_comparison
from limner.figures.text import PAPER, label_font, to_drawable, wrap_text


def pixels(shape, seed=0, top=256):
    return np.random.default_rng(seed).integers(0, top, shape, dtype=np.uint8)


@pytest.fixture
def page(tmp_path):
    def write(original, painted, name="page.png", **how):
        write_comparison(tmp_path / name, original, painted, **how)
        with Image.open(tmp_path / name) as image:
            return np.asarray(image.convert("RGB"))

    return write


def test_pictures_stand_beside_each_other(page):
    a, b = pixels((300, 260, 3)), pixels((300, 260, 3), 1)
    got = page(a, b)
    second = 260 + 2 * GAP
    assert np.array_equal(got[GAP : GAP + 300, GAP : GAP + 260], a)
    assert np.array_equal(got[GAP : GAP + 300, second : second + 260], b)
    assert got.shape[1] == second + 260 + GAP
    margins = np.ones(got.shape[:2], bool)
    margins[GAP : GAP + 300, GAP : GAP + 260] = margins[GAP : GAP + 300, second : second + 260] = False
    margins[GAP + 300 :] = False  # the words
    assert (got[margins] == PAPER).all()
    assert (got[GAP + 300 :] != PAPER).any()


def test_wide_pictures_lie_above_one_another(page):
    a, b = pixels((130, 400, 3)), pixels((130, 400, 3), 1)
    got = page(a, b, error_map=True)
    assert got.shape[1] == 400 + 2 * GAP
    rows = [y for y in range(len(got) - 130) if np.array_equal(got[y, GAP : GAP + 400], b[0])]
    assert len(rows) == 1
    assert np.array_equal(got[rows[0] : rows[0] + 130, GAP : GAP + 400], b)


def test_the_error_map_is_light_where_the_error_is(page):
    a = np.full((300, 300, 3), 100, np.uint8)
    b = a.copy()
    b[100:140, 100:140] += 20  # 1.8 % of the pixels: the percentile is theirs
    b[200:240, 200:240] += 10
    left = GAP + 2 * (300 + GAP)
    error = page(a, b, error_map=True)[GAP : GAP + 300, left : left + 300]
    assert (error[100:140, 100:140] == heat_colors(np.array(1.0))).all()
    assert (error[200:240, 200:240] == heat_colors(np.array(0.5))).all()
    assert (error[:100] == heat_colors(np.array(0.0))).all()


def test_a_map_without_errors(page):
    a = pixels((40, 50, 3))
    got = page(a, a, error_map=True)
    assert np.isfinite(got).all()
    left = GAP + 2 * (MIN_CELL_WIDTH + GAP)
    assert (got[GAP : GAP + 200, left : left + 200] == heat_colors(np.array(0.0))).all()


def test_one_wild_pixel_of_few_is_shown(page):
    a = np.zeros((300, 300, 1), np.uint8)
    b = a.copy()
    b[5, 5] = 9  # beyond the percentile
    left = GAP + 2 * (300 + GAP)
    assert (page(a, b, error_map=True)[GAP + 5, left + 5] == heat_colors(np.array(1.0))).all()


def test_colours_of_errors_grow_lighter_evenly():
    lightness = rgb2lab(heat_colors(np.linspace(0, 1, 200))[None] / 255)[0, :, 0]
    steps = np.diff(lightness)
    assert (steps >= -0.5).all()  # whole levels may waver a little
    assert lightness[0] < 10
    assert lightness[-1] > 90
    tenths = np.diff(lightness[::20])
    assert tenths.max() < 1.7 * tenths.min()


def test_large_pictures_are_shrunk_and_tiny_ones_enlarged(page):
    large = np.full((3000, 1000, 3), 77, np.uint8)
    got = page(large, large)
    assert (got[GAP : GAP + 1024, GAP : GAP + 341] == 77).all()
    assert (got[GAP + 1024, GAP : GAP + 341] == PAPER).all()
    tiny = pixels((5, 4, 3))
    got = page(tiny, tiny, "tiny.png")
    assert np.array_equal(got[GAP : GAP + 255, GAP : GAP + 204], tiny.repeat(51, axis=0).repeat(51, axis=1))
    for shape in ((1, 1, 3), (1, 5000, 3), (5000, 1, 4)):
        thin = pixels(shape)
        assert max(page(thin, thin, f"{shape[0]}x{shape[1]}.webp", error_map=True).shape) < 1300


def test_what_is_clear_shows_a_checkerboard(page):
    clear = np.dstack([pixels((256, 256, 3)), np.zeros((256, 256), np.uint8)])
    board = page(clear, clear)[GAP : GAP + 256, GAP : GAP + 256]
    assert len(np.unique(board.reshape(-1, 3), axis=0)) == 2
    assert (board[0, 0] == board[8, 8]).all()
    assert (board[0, 0] != board[0, 8]).all()
    half = clear.copy()
    half[..., :3], half[..., 3] = 255, 51
    wanted = board * 0.8 + 255 * 0.2
    assert np.abs(page(half, half, "half.png")[GAP : GAP + 256, GAP : GAP + 256] - wanted).max() <= 1


@pytest.mark.parametrize("channels", [(1, 3), (2, 4), (4, 3), (1, 2)])
def test_any_channels_may_meet(page, channels):
    first, second = (pixels((30, 20, c)) for c in channels)
    assert page(first, second, error_map=True).ndim == 3


@pytest.mark.parametrize(("name", "kind"), [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP")])
def test_the_ending_decides(tmp_path, name, kind):
    write_comparison(tmp_path / name, pixels((30, 20, 3)), pixels((30, 20, 3)), caption=("a word",))
    with Image.open(tmp_path / name) as image:
        assert image.format == kind


def test_nothing_is_overwritten_or_half_written(tmp_path):
    a = pixels((30, 20, 3))
    for bad in ("a.bmp", "a"):
        with pytest.raises(LimnerError, match=r"is written as \.png, \.jpg, \.jpeg, \.webp"):
            check_comparison(tmp_path / bad, force=True)
    (tmp_path / "a.png").write_text("mine")
    with pytest.raises(LimnerError, match="exists already"):
        write_comparison(tmp_path / "a.png", a, a)
    assert (tmp_path / "a.png").read_text() == "mine"
    with pytest.raises(LimnerError, match="cannot be compared"):
        write_comparison(tmp_path / "b.png", a, a[:20])
    write_comparison(tmp_path / "a.png", a, a, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png"]


def test_words_are_wrapped_and_cut():
    font = label_font(13)
    text = "a network with a description\nof many words that go on and on " * 5
    lines = wrap_text(text, 200)
    assert len(lines) == 3
    assert max(font.getlength(line) for line in lines) <= 200
    assert lines[-1].endswith("...")
    assert " ".join(lines).removesuffix("...") in " ".join(text.split())
    assert wrap_text("two words", 500) == ["two words"]
    assert wrap_text("", 500) == []
    (long,) = wrap_text("x" * 1000, 200)
    assert long.endswith("x...")
    (long,) = wrap_text(f"{'x' * 1000}-12.png", 200, keep_end=True)
    assert long.startswith("xxx")
    assert long.endswith("xx-12.png")
    assert font.getlength(long) <= 200 < font.getlength(long.replace("...", "xx..."))
    assert wrap_text("xxx", 1, keep_end=True) == ["..."]


def test_words_are_of_characters_that_the_font_has():
    font = label_font(13)
    lacking = bytes(font.getmask("\U0010ffff"))
    text = "Müller Mu\u0308ller Łódź Straße 日本 m² 64×64 \u200d❤\ufe0f\udcff a\tb"
    assert to_drawable(text) == "Muller Muller ?odz Strasse ?? m2 64x64  ?  a b"
    assert all(bytes(font.getmask(c)) != lacking for c in to_drawable(text) if c != " ")
    assert wrap_text("ü 日本-1.png", 200) == ["u ??-1.png"]
    plain = "".join(map(chr, range(32, 127)))
    assert to_drawable(plain) == plain
