"""A gallery in a real browser, opened from disk: what people see, press and read."""

import json
import shutil
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest

import limner
from limner.artworks import blending
from limner.cli.main import run
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.related.match import MAX_SHOWN

pytestmark = pytest.mark.browser
pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    art = folder / "art"
    art.mkdir()
    sizes = [(96, 64), (64, 64), (64, 96)]
    for seed in range(1, 13):
        recipe = ("marbling", "ink", "cyanotype")[seed % 3]
        limner.paint(recipe, seed=seed, size=sizes[seed % 3]).save(art / f"{seed}.png")
    limner.paint("marbling", seed=99, size=(64, 64), set={"title": "<img src=x> Évil"}).save(art / "evil.png")
    blending.blend([art / "3.png", art / "6.png"], "difference").save(art / "both.png")
    vary = ["--vary", "network.contrast=0.5,1", "--vary", "color=rgb,hsv", "--seeds", "3..5", "--size", "32x32"]
    assert run(["sweep", "marbling", *vary, "-o", str(art / "folds"), "-q"]) == 0
    steps = ["--seeds", "1..2", "--steps", "6", "--at-steps", "3", "--train-size", "24", "--size", "24x24"]
    assert run(["sweep", "neural-painting", "--on", "skimage:coffee", *steps, "-o", str(art / "fits"), "-q"]) == 0
    recipe = limner.paint("ink", seed=50, size=(48, 32)).recipe
    with open_recorder(
        art / "moves.gif", VideoInfo(48, 32, manifest=json.dumps({"recipe": recipe.table()}))
    ) as recorder:
        for level in (0, 200):
            recorder.add(np.full((32, 48, 3), level, np.uint8))
    for name in ("paper", "salon"):
        build([art], folder / name, title="What the networks saw", theme=name)
    return folder / "paper"


@pytest.fixture
def open_page(chromium, site):
    """A page of the site in a window of its own; what the console says fails the test."""
    windows, wrong = [], []

    def open_(page="index.html", *, size=WIDE, scheme="light", theme="paper", motion=None):
        window = chromium.new_context(viewport=size, color_scheme=scheme, accept_downloads=True, reduced_motion=motion)
        windows.append(window)
        tab = window.new_page()
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        tab.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
        tab.goto(
            f"{(site.parent / theme / page.partition('#')[0]).as_uri()}{page[page.find('#') :] if '#' in page else ''}"
        )
        return tab

    yield open_
    for window in windows:
        window.close()
    assert not wrong, wrong


def shown(page):
    return page.locator("#wall .tile").count()


def test_it_opens_from_disk_and_shows_every_picture(open_page):
    page = open_page()
    assert shown(page) == 31
    page.locator(".tile img").evaluate_all("(all) => Promise.all(all.slice(0, 6).map((i) => i.decode()))")
    assert page.locator(".tile img").evaluate_all(
        "(all) => all.every((i) => i.alt && i.width && i.height && i.loading === 'lazy')"
    )
    rows = page.locator(".tile").evaluate_all(
        "(all) => all.map((t) => t.getBoundingClientRect()).map((b) => [Math.round(b.top), b.right, b.height])"
    )
    first = [row for row in rows if row[0] == rows[0][0]]
    assert len(first) > 2
    assert max(row[2] for row in first) - min(row[2] for row in first) < 1, "a row is of one height"
    assert (
        abs(first[-1][1] - page.locator("#wall").bounding_box()["width"] - page.locator("#wall").bounding_box()["x"])
        < 2
    )


def test_search_and_filters(open_page):
    page = open_page()
    page.keyboard.press("/")
    page.keyboard.type("ink")
    assert shown(page) == 5
    assert page.inner_text("#count") == "5 of 31 pieces"
    page.fill("#search", "evil")
    assert shown(page) == 1
    assert page.locator(".tile b").inner_text() == "<img src=x> Évil"
    page.fill("#search", "seed:99")
    assert shown(page) == 1
    page.fill("#search", "nothing is like that")
    assert page.is_visible("#none")
    page.click("#clear")
    assert shown(page) == 31
    page.click("#filter")
    page.click("#chips button:has-text('hsv')")
    assert shown(page) == 6
    page.click("#chips button:has-text('duotone')")
    both = shown(page)
    page.click("#chips button:has-text('hsv')")
    assert 0 < shown(page) == both - 6


def test_a_figure_is_filtered_between_two_handles(open_page):
    page = open_page()
    page.click("#filter")
    page.get_by_label("PSNR at least").focus()
    page.keyboard.press("ArrowRight")
    assert shown(page) == 3, "what has no PSNR is out, and so is the least"
    kept = page.locator(".tile .caption span").all_inner_texts()
    assert all("dB" in text for text in kept)
    bound = page.get_by_label("PSNR at least").get_attribute("aria-valuetext")
    assert all(float(text.split(" · ")[2].split()[0]) >= float(bound.split()[0]) - 0.1 for text in kept)
    page.keyboard.press("End")
    assert shown(page) == 1
    page.get_by_label("PSNR at most").focus()
    page.keyboard.press("Home")
    assert page.get_by_label("PSNR at most").input_value() == "100", "the handles do not pass each other"
    page.click("#clear")
    assert shown(page) == 31
    assert page.get_by_label("PSNR at least").input_value() == "0"


def test_one_sees_which_handle_has_the_focus(open_page):
    page = open_page()
    page.click("#filter")
    page.keyboard.press("Tab")  # by keyboard, so that the focus is shown
    pictures = []
    for end in ("least", "most"):
        page.get_by_label(f"PSNR at {end}").focus()
        pictures.append(page.locator(".slide").first.screenshot())
    assert pictures[0] != pictures[1]


def test_stars_are_filtered_and_a_view_stays_while_one_looks(open_page):
    page = open_page()
    for place, stars in ((1, "5"), (2, "3"), (3, "2")):
        page.focus(f".tile:nth-child({place}) a")
        page.keyboard.press(stars)
    page.click("#filter")
    page.get_by_role("button", name="at least 3 stars").click()
    assert shown(page) == 2
    page.locator(".tile a").nth(1).click()
    page.wait_for_url("**/pieces/*")
    page.keyboard.press("Escape")
    page.wait_for_url("**/index.html#*")
    assert shown(page) == 2, "the wall is as one left it"
    assert page.evaluate("[...document.querySelectorAll('.tile a')].indexOf(document.activeElement)") == 1
    page.click("#clear")
    page.reload()
    assert shown(page) == 31


def test_relatives_are_reached_by_keyboard_and_all_of_them_by_the_search(open_page):
    page = open_page()
    page.fill("#search", "tag:folds seed:4 color:hsv")
    page.locator(".tile a").first.click()
    page.wait_for_url("**/pieces/*")
    first = page.url
    assert page.locator("#seeds a").count() == 2
    page.locator("#seeds a").first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != first)
    assert page.locator("#seeds a", has_text="seed 4").count() == 1
    assert page.locator(".group").count() == page.locator(".group h2").count() >= 3


def test_more_than_a_page_shows_are_found(chromium, tmp_path):
    for seed in range(MAX_SHOWN + 3):
        limner.paint("ink", seed=seed, size=(24, 16)).save(tmp_path / f"{seed}.png")
    build([tmp_path], tmp_path / "site")
    page = chromium.new_page()
    page.goto(next((tmp_path / "site" / "pieces").iterdir()).as_uri())
    assert page.locator("#seeds .small").count() == MAX_SHOWN
    page.click("#seeds .rest a")
    page.wait_for_url("**/index.html#q=*")
    assert shown(page) == MAX_SHOWN + 3
    page.close()


def test_a_theme_brings_a_font(chromium, tmp_path):
    matplotlib = pytest.importorskip("matplotlib", reason="waits for Matplotlib, which brings a font")
    theme = tmp_path / "theme"
    (theme / "assets").mkdir(parents=True)
    shutil.copy(Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSerif.ttf"), theme / "assets" / "serif.ttf")
    face = '@font-face { font-family: "Mine"; src: url("assets/serif.ttf"); }'
    (theme / "style.css").write_text(f'@import "limner.css"; {face} :root {{ --serif: "Mine"; --paper: rgb(9 9 9); }}')
    limner.paint("ink", seed=1, size=(24, 16)).save(tmp_path / "a.png")
    build([tmp_path / "a.png"], tmp_path / "site", theme=theme)
    page = chromium.new_page()
    page.goto((tmp_path / "site" / "index.html").as_uri())
    assert page.evaluate("document.fonts.ready.then((all) => [...all].map((one) => one.status))") == ["loaded"]
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(9, 9, 9)"
    assert page.evaluate("getComputedStyle(document.getElementById('wall')).display") == "flex", "ours stands below"
    page.close()


@pytest.mark.parametrize(("motion", "word"), [("no-preference", "Stop"), ("reduce", "Play")])
def test_a_moving_picture_can_be_stopped(open_page, motion, word):
    page = open_page(motion=motion)
    page.fill("#search", "seed:50")
    page.click(".tile a")
    page.wait_for_url("**/pieces/*")
    moves = {"Stop": ".gif", "Play": ".webp"}
    assert page.inner_text("#still") == word
    assert page.get_attribute("#picture", "src").endswith(moves[word])
    page.click("#still")
    other = page.inner_text("#still")
    assert {word, other} == {"Stop", "Play"}
    assert page.get_attribute("#picture", "src").endswith(moves[other])


@pytest.mark.parametrize(("motion", "plays"), [("no-preference", 1), ("reduce", 0)])
def test_a_movie_plays_over_its_thumbnail_while_the_pointer_is_on_it(open_page, motion, plays):
    page = open_page(motion=motion)
    page.fill("#search", "seed:50")
    assert page.locator(".tile .play").count() == 1
    page.hover(".tile a")
    assert page.locator(".tile .movie").count() == plays
    page.hover("h1")
    assert page.locator(".tile .movie").count() == 0


def test_search_answers_at_once(open_page):
    shown_at_once = open_page().evaluate(
        """() => {
          const field = document.getElementById("search");
          field.value = "evil";
          field.dispatchEvent(new Event("input"));
          return document.querySelectorAll("#wall .tile").length;
        }"""
    )
    assert shown_at_once == 1  # within the event, without a timer


def test_sorting(open_page):
    page = open_page()
    page.select_option("#sort", "seed")
    order = page.locator(".tile").evaluate_all(
        "(all) => all.map((tile) => window.limnerPieces.find((p) => p.id === tile.id).seed)"
    )
    assert [int(seed) for seed in order] == sorted(map(int, order))


def test_everything_is_reached_by_keyboard(open_page):
    page = open_page()
    place = "[...document.querySelectorAll('.tile a')].indexOf(document.activeElement)"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(place) == 0
    page.keyboard.press("ArrowRight")
    assert page.evaluate(place) == 1
    page.keyboard.press("ArrowDown")
    below = page.evaluate(place)
    assert below > 2
    page.keyboard.press("ArrowUp")
    assert page.evaluate(place) == 1
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/pieces/*.html")
    first = page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(first)
    page.keyboard.press("z")
    assert page.evaluate("(i => i.width * devicePixelRatio === i.naturalWidth)(document.getElementById('picture'))")
    page.keyboard.press("Escape")
    page.wait_for_url("**/index.html#*")
    assert page.evaluate(place) == 1, "back where one left"


def test_picks_are_kept_and_exported_and_copied(open_page, site, tmp_path, capsys):
    page = open_page()
    page.focus(".tile:nth-child(2) a")
    page.keyboard.press("p")
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    name = page.get_attribute(".tile:nth-child(2)", "id")
    page.reload()
    assert page.get_attribute(".tile:nth-child(2)", "data-pick") == "pick"
    assert page.get_attribute(".tile:nth-child(3)", "data-pick") == "reject"
    page.click(".tile:nth-child(2) a")
    page.wait_for_url("**/pieces/*")
    assert page.get_attribute("#pick", "aria-pressed") == "true"
    assert page.locator("#stars [aria-pressed=true]").count() == 4
    page.fill("#tags", "for the wall, blue")
    page.keyboard.press("Tab")
    page.go_back()
    page.fill("#search", "tag:wall")
    assert shown(page) == 1
    with page.expect_download() as waiting:
        page.click("#export")
    waiting.value.save_as(tmp_path / "picks.json")
    exported = json.loads((tmp_path / "picks.json").read_text("utf-8"))
    chosen = [entry for entry in exported["pieces"] if entry["pick"] == "pick"]
    assert [(entry["id"], entry["stars"], entry["tags"]) for entry in chosen] == [(name, 4, ["for the wall", "blue"])]
    capsys.readouterr()
    assert run(["gallery", "pick", str(site), str(tmp_path / "picks.json"), "-o", str(tmp_path / "best")]) == 0
    copied = Path(capsys.readouterr().out.strip())  # of pictures of one second any may be the second, a movie too
    assert name.removeprefix("piece-") in copied.name
    assert copied.read_bytes() in [art.read_bytes() for art in (site / "art").iterdir()]


def test_a_tag_is_kept_though_the_page_is_left_at_once(open_page):
    page = open_page()
    page.locator(".tile a").first.click()
    page.wait_for_url("**/pieces/*")
    page.focus("#tags")
    page.keyboard.type("hallway")
    page.go_back()
    page.fill("#search", "tag:hallway")
    assert shown(page) == 1
    page.locator(".tile a").first.click()
    page.wait_for_url("**/pieces/*")
    page.focus("#tags")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body"), "Esc leaves the field, and not the page"


def test_what_is_asked_after_a_link_is_not_forgotten(open_page):
    page = open_page("index.html#q=ink")
    assert shown(page) == 5
    page.fill("#search", "seed:99")
    page.reload()
    assert (page.input_value("#search"), shown(page)) == ("seed:99", 1)
    page = open_page("index.html#q=ink")
    page.click("#clear")
    page.reload()
    assert shown(page) == 31


@pytest.mark.parametrize("theme", ["paper", "salon"])
def test_the_focus_looks_like_no_pick(open_page, theme):
    page = open_page(theme=theme)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("p")
    look = "(a) => [getComputedStyle(a).outlineColor, getComputedStyle(a).boxShadow]"
    outline, shadow = page.locator(".tile a").first.evaluate(look)
    assert outline not in shadow, "a colour for each"


def test_an_arrow_begins_where_one_looks(open_page):
    page = open_page(size={"width": 600, "height": 300})
    page.evaluate("scrollTo(0, 1500)")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.tile') !== null")
    assert abs(page.evaluate("scrollY") - 1500) < 300


def test_neighbours_are_those_that_the_wall_showed(open_page):
    page = open_page()
    page.fill("#search", "cyanotype")
    page.select_option("#sort", "seed")
    wall = page.locator(".tile").evaluate_all("(all) => all.map((one) => one.id)")
    assert len(wall) == 4
    page.locator(".tile a").first.click()
    for name in wall[1:]:
        page.wait_for_url("**/pieces/*")
        assert page.locator("#next").get_attribute("href") == f"{name}.html"
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/{name}.html")
    assert page.locator("#next").count() == 0
    page.keyboard.press("Escape")
    page.wait_for_url("**/index.html#*")
    assert shown(page) == 4
    assert page.evaluate("document.activeElement.closest('.tile').id") == wall[-1]


def test_a_trial_is_marked_and_esc_comes_back_to_it(open_page):
    page = open_page()
    page.click("a.sweeplink:has-text('marbling')")
    page.wait_for_url("**/sweeps/*")
    page.select_option("#rows", label="seed")
    cells = page.locator("tbody td a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    page.locator("tbody a").nth(2).focus()
    page.keyboard.press("p")
    page.keyboard.press("3")
    marked = page.locator("td[data-pick='pick']")
    assert marked.locator(".badge").inner_text() == "✓ ★★★"
    page.keyboard.press("Enter")
    page.wait_for_url("**/pieces/*")
    assert page.get_attribute("#pick", "aria-pressed") == "true"
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/{cells[3].rpartition('/')[2]}")
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    page.wait_for_url("**/sweeps/*")
    assert page.locator("tbody th").all_inner_texts() == ["3", "4", "5"], "the table is as one left it"
    assert page.evaluate("document.activeElement.getAttribute('href')") == cells[3]
    assert page.locator("td[data-pick='reject'] a").get_attribute("href") == cells[3]


def test_what_is_decided_leaves_the_undecided(open_page):
    page = open_page()
    page.click("#filter")
    page.click("#chips button:has-text('undecided')")
    second = page.locator(".tile").nth(1).get_attribute("id")
    page.locator(".tile a").first.focus()
    page.keyboard.press("x")
    assert shown(page) == 30
    assert page.inner_text("#count") == "30 of 31 pieces"
    assert page.evaluate("document.activeElement.closest('.tile').id") == second
    page.keyboard.press("5")
    assert shown(page) == 30, "stars decide nothing"


def test_figures_are_asked_with_spaces(open_page):
    page = open_page()
    page.fill("#search", "psnr>1")
    found = shown(page)
    assert found == 4
    page.fill("#search", "psnr > 1  psnr <99")
    assert shown(page) == found


@pytest.mark.parametrize("width", [390, 600])
def test_no_row_but_the_last_is_short(open_page, width):
    page = open_page(size={**NARROW, "width": width})
    boxes = page.locator(".tile").evaluate_all(
        "(all) => all.map((t) => t.getBoundingClientRect()).map((b) => [Math.round(b.top), b.right])"
    )
    ends = dict(boxes)
    last = max(ends)
    wall = page.locator("#wall").bounding_box()
    assert len(ends) > 3
    assert all(abs(right - wall["x"] - wall["width"]) < 2 for top, right in ends.items() if top != last), ends


def test_headings_leave_room_for_the_cells_on_a_phone(open_page):
    page = open_page(size=NARROW)
    page.click("a.sweeplink:has-text('marbling')")
    page.wait_for_url("**/sweeps/*")
    assert "contrast" in page.inner_text("td.corner")
    assert page.locator("td.corner").bounding_box()["width"] < 100


def test_a_parent_is_followed(open_page):
    page = open_page()
    page.fill("#search", "difference")
    page.click(".tile a")
    page.wait_for_url("**/pieces/*")
    blend = page.url
    assert page.locator("#layers a").count() == 2
    page.locator("#layers a").first.click()
    page.wait_for_url(lambda url: url != blend)
    page.click("#blends a")
    page.wait_for_url(blend)


def test_the_axes_of_a_sweep_are_swapped(open_page):
    page = open_page()
    page.click("a.sweeplink:has-text('marbling')")
    page.wait_for_url("**/sweeps/*")
    heads = "thead th"
    rows = "tbody th"
    assert page.locator(rows).all_inner_texts() == ["0.5", "1"]
    assert page.locator(heads).all_inner_texts() == ["rgb", "hsv"]
    before = page.locator("tbody tr:nth-child(1) td:nth-of-type(2) a").get_attribute("href")
    page.click("#swap")
    assert page.locator(rows).all_inner_texts() == ["rgb", "hsv"]
    assert page.locator("tbody tr:nth-child(2) td:nth-of-type(1) a").get_attribute("href") == before
    page.select_option("#rows", label="seed")
    assert page.locator(rows).all_inner_texts() == ["3", "4", "5"]
    sliders = page.locator("#sliders input")
    shown_first = page.locator("tbody a").first.get_attribute("href")
    sliders.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#sliders output").inner_text() == "hsv"
    assert page.locator("tbody a").first.get_attribute("href") != shown_first
    page.click("#sliders button")
    page.locator("#sliders output", has_text="rgb").wait_for()
    page.click("#sliders button")
    page.locator("tbody a").first.focus()
    page.keyboard.press("c")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    assert page.is_visible("#compare")
    page.fill("#share", "20")
    assert "80%" in page.evaluate("document.getElementById('over').style.clipPath")
    page.locator("tbody a").first.click()
    page.wait_for_url("**/pieces/*.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(open_page, scheme):
    page = open_page(scheme=scheme)
    brightness = "parseInt(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])"
    dark = page.evaluate(brightness) < 64
    assert dark == (scheme == "dark")
    page.click("#theme")
    assert (page.evaluate(brightness) < 64) != dark
    page.click(".tile a")
    page.wait_for_url("**/pieces/*")
    assert (page.evaluate(brightness) < 64) != dark, "it is kept from page to page"


@pytest.mark.parametrize(("theme", "width"), [("paper", 390), ("paper", 360), ("salon", 360)])
def test_a_narrow_screen(open_page, width, theme):
    page = open_page(size={**NARROW, "width": width}, theme=theme)

    def fits():
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        beyond = "(all) => all.filter((b) => b.getBoundingClientRect().right > innerWidth + 1 && !b.closest('table'))"
        assert page.locator("button, input, select").evaluate_all(beyond + ".length") == 0

    fits()
    page.click("#filter")
    fits()
    page.fill("#search", "cyanotype")
    assert shown(page) == 4
    page.locator(".tile a").first.click()
    page.wait_for_url("**/pieces/*")
    fits()
    page.click("#pick")
    assert page.get_attribute("#pick", "aria-pressed") == "true"
    page.click("#home")
    page.wait_for_url("**/index.html*")
    page.click("a.sweeplink:has-text('marbling')")
    page.wait_for_url("**/sweeps/*")
    fits()


@pytest.fixture(scope="module")
def axe(tmp_path_factory):
    """The source of axe-core, as the npm registry has it."""
    folder = tmp_path_factory.mktemp("axe")
    if shutil.which("npm") is None:
        pytest.skip("waits for npm: apt install npm")
    got = subprocess.run(["npm", "pack", "axe-core@4"], cwd=folder, capture_output=True, timeout=120, check=False)
    packed = next(folder.glob("axe-core-*.tgz"), None)
    if got.returncode or packed is None:
        pytest.skip("waits for axe-core, which npm could not fetch")
    with tarfile.open(packed) as archive:
        return archive.extractfile("package/axe.min.js").read().decode("utf-8")


@pytest.mark.parametrize("theme", ["paper", "salon"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_no_serious_fault(open_page, axe, scheme, size, theme):
    def faults(page):
        page.emulate_media(reduced_motion="reduce")  # what fades is judged when it is there
        page.evaluate(axe)
        found = page.evaluate("axe.run(document, {preload: false, resultTypes: ['violations']})")["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        return [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in grave]

    page = open_page(size=size, scheme=scheme, theme=theme)
    page.click("#filter")
    page.locator("#chips button").first.click()
    assert faults(page) == []
    page.click("#clear")
    page.fill("#search", "difference")
    page.locator(".tile a").first.click()
    page.wait_for_url("**/pieces/*")
    page.click("#pick")
    page.keyboard.press("3")
    assert faults(page) == []
    page.click("#home")
    page.wait_for_url("**/index.html*")
    page.click("a.sweeplink:has-text('marbling')")
    page.wait_for_url("**/sweeps/*")
    for place in (0, 1):
        page.locator("tbody a").nth(place).focus()
        page.keyboard.press("c")
    assert faults(page) == []
