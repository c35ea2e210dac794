"""The search of a gallery in a real browser: what it finds, what it suggests, and what it says about what it cannot."""

import json

import numpy as np
import pytest

import limner
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner_apps.galleries.build import gallery as build

pytestmark = pytest.mark.browser
pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """A gallery with fits, a palette and a movie, and one with neither."""
    folder = tmp_path_factory.mktemp("search")
    art, plain = folder / "art", folder / "plain"
    art.mkdir()
    plain.mkdir()
    for seed in (1, 2):
        limner.paint("ink", seed=seed, size=(24, 16)).save(plain / f"{seed}.png")
    pixels = np.full((12, 16, 3), 90, np.uint8)
    for steps in (1, 300):
        fitted = limner.fit(pixels, "likeness", steps=steps, seed=3)
        fitted.save(art / f"fit-{steps}.png")
    limner.paint("ink", seed=4, size=(24, 16), swap={"color": "palette"}, set={"color.name": "glacier"}).save(
        art / "ice.webp"
    )
    recipe = json.dumps({"recipe": limner.open(plain / "1.png").recipe.table()})
    with open_recorder(art / "moves.gif", VideoInfo(24, 16, manifest=recipe)) as recorder:
        for level in (0, 200):
            recorder.add(np.full((16, 24, 3), level, np.uint8))
    build([art], folder / "site")
    build([plain], folder / "bare")
    return folder


@pytest.fixture
def search(page, sites):
    """A function that searches a gallery, and returns the number of pieces shown, and what the page says."""

    def search_(text, site="site"):
        page.goto((sites / site / "index.html").as_uri())
        page.fill("#search", text)
        return page.locator("#wall .tile").count(), page.inner_text("#count")

    return search_


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("movie", 1),
        ("type:movie", 1),
        ("type:picture", 3),
        ("type:webp", 1),
        ("gif", 1),
        ("glacier", 1),
        ("palette:glacier", 1),
        ("psnr>0", 2),
        ("psnr > 25 dB", 1),
        ("psnr>25dB", 1),
        ("psnr>25 psnr<1000", 1),
        ("loss<100", 2),
        ("steps>=300", 1),
        ("step=1", 1),
        ("width>16", 2),
        ("seed:4", 1),
        ("seed=4", 1),
        ("seed<=3", 3),
        ("colour:palette", 1),
        ("color=palette", 1),
    ],
)
def test_the_search_finds(search, text, found):
    shown, said = search(text)
    assert (shown, said) == (found, f"{found} of 4 pieces")


@pytest.mark.parametrize(
    ("text", "found", "says"),
    [
        ("psnr>abc", 0, "psnr: abc is not a number"),
        ("psnr>25,5", 0, "psnr: 25,5 is not a number"),
        ("psnr>", 4, "psnr: add a number, such as psnr>="),
        ("loss<", 4, "loss: add a number, such as loss<"),
        ("ssim>0", 0, "ssim: no piece of this gallery has it"),
        ("psnr:25", 0, "psnr: compare it, such as psnr>="),
        ("tag:", 4, "tag: add a word, such as tag:art"),
        ("tag>3", 0, "tag: write it with a colon, such as tag:art"),
        ("palete:glacier", 0, "palete: neither a field (seed, tag, color, stage, palette, type) nor a number (psnr,"),
        ("sharpness>3", 0, "sharpness: neither a field"),
    ],
)
def test_what_cannot_be_searched_is_said(search, text, found, says):
    shown, said = search(text)
    assert shown == found
    assert says in said
    if "such as" in said:
        example = said.rpartition("such as ")[2]
        shown, said = search(example)
        assert shown > 0, "the example finds something"
        assert " · " not in said


@pytest.mark.parametrize("site", ["site", "bare"])
def test_every_suggestion_finds_something(page, search, sites, site):
    page.goto((sites / site / "index.html").as_uri())
    suggested = page.get_attribute("#search", "placeholder").removeprefix("Search, e.g. ").split(", ")
    assert len(suggested) > 2
    assert any(text.startswith("psnr>") for text in suggested) == (site == "site")
    for text in suggested:
        shown, said = search(text, site)
        assert shown > 0, text
        assert " · " not in said


def test_a_gallery_without_scores_offers_no_order_by_them(page, sites):
    offered = {}
    for site in ("site", "bare"):
        page.goto((sites / site / "index.html").as_uri())
        offered[site] = page.locator("#sort option").all_inner_texts()
    assert "Score" in offered["site"]
    assert "Score" not in offered["bare"]


def test_palettes_and_types_are_filters(page, sites):
    page.goto((sites / "site" / "index.html").as_uri())
    page.click("#filter")
    page.click("#chips button:has-text('glacier')")
    assert page.locator("#wall .tile").count() == 1
    page.click("#clear")
    page.click("#chips button:has-text('movie')")
    assert page.locator("#wall .tile").count() == 1
