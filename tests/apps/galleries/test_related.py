"""Related pieces on a page: found in the files themselves, labelled, and bounded in number."""

import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import limner
from limner.artworks.blending import blend
from limner.cli.main import run
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.records import GalleryEntry, Piece
from limner_apps.galleries.related.diff import describe_values, differing_paths, settings_of
from limner_apps.galleries.related.fingerprints import fingerprints_of
from limner_apps.galleries.related.match import MAX_SHOWN, relate

pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
SIZE = (24, 16)


class Groups(HTMLParser):
    """The groups of a page: by name, the pages they lead to and their labels."""

    def __init__(self, page):
        super().__init__()
        self.found, self.at, self.link = {}, None, None
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "ul" and said.get("class") == "members":
            self.at = self.found.setdefault(said["id"], {})
        if tag == "a" and self.at is not None:
            self.link = said["href"]
            self.at[self.link] = ""

    def handle_endtag(self, tag):
        self.at = None if tag == "ul" else self.at
        self.link = None if tag == "a" else self.link

    def handle_data(self, data):
        if self.link:
            self.at[self.link] += data.strip()


def groups(site, seed, suffix="png", **words):
    """The labels of related pieces on the page of a piece, by group."""
    text = (site / "pieces.js").read_text("ascii")
    rows = json.loads(text.removeprefix("window.limnerPieces=").removesuffix(";\n"))
    wanted = {"seed": str(seed), **words}
    (row,) = [r for r in rows if r["file"].endswith(suffix) and all(r[k] == v for k, v in wanted.items())]
    return {name: list(links.values()) for name, links in Groups(site / "pieces" / f"{row['id']}.html").found.items()}


def paint(folder, name, seed, size=SIZE, recipe="marbling", **changes):
    folder.mkdir(exist_ok=True)
    limner.paint(recipe, seed=seed, size=size, set=changes).save(folder / name)


def test_seeds_variations_sizes_and_palettes(tmp_path):
    art = tmp_path / "art"
    for seed in (1, 2, 10):
        paint(art, f"{seed}.png", seed)
    paint(art, "strong.png", 1, (40, 16), **{"network.contrast": 0.9})
    paint(art, "wide.webp", 1, (60, 16))
    paint(art, "other.png", 1, recipe="ink")
    for color in ("rgb", "hsv"):
        limner.paint("marbling", seed=10, size=(20, 20), swap={"color": color}).save(art / f"{color}.png")
    build([art], tmp_path / "site")
    assert groups(tmp_path / "site", 1, size=list(SIZE), title="Marbling") == {
        "sizes": ["60 × 16, webp"],
        "seeds": ["seed 2", "seed 10"],
        "variations": ["contrast 0.9"],
    }
    assert groups(tmp_path / "site", 10, color="rgb")["theta"] == ["color hsv"]
    assert groups(tmp_path / "site", 1, title="Ink") == {}
    back = groups(tmp_path / "site", 1, size=[40, 16])["variations"]
    assert back == [f"contrast {limner.paint('marbling', seed=1).recipe.network.stage.contrast}"]


@pytest.mark.slow
def test_a_fit_its_steps_its_movie_and_other_fits_of_the_picture(tmp_path):
    art = tmp_path / "art"
    sweep = ["sweep", "neural-painting", "--on", "skimage:coffee", "--seeds", "1..2", "--vary", "network.width=4,6"]
    bounds = ["--steps", "4", "--at-steps", "2", "--train-size", "24", "--size", "24x16"]
    assert run([*sweep, *bounds, "-o", str(art), "-q"]) == 0
    movie = ["--timelapse", str(art / "fit.gif"), "-s", "timelapse.frames=2"]
    other = [*sweep[:3], "skimage:rocket", "--seeds", "1", "--vary", "network.width=4"]
    assert run([*other, *bounds, "-o", str(art / "other"), "-q"]) == 0
    options = ["--train-size", "24", "--size", "24x16", "--steps", "4", "-o", str(art / "fit.png"), "-q"]
    grid = ["--seed", "9", "--recipe", "likeness", "-s", "encoder.grid.levels=2", *movie]
    assert run(["fit", "skimage:coffee", *options, *grid]) == 0
    build([art], tmp_path / "site")
    fit = groups(tmp_path / "site", 9, "png")
    assert fit["training"] == ["movie, gif"]
    assert re.fullmatch(r"step 4, \d+\.\d dB", *groups(tmp_path / "site", 9, "gif")["training"])
    assert len(fit["fits"]) == 4
    assert all(re.fullmatch(r"mlp, \d+\.\d dB", said) for said in fit["fits"])
    (rocket, _) = [Groups(path).found for path in sorted((tmp_path / "site" / "pieces").glob("rocket-1-*.html"))]
    assert {name: list(links.values()) for name, links in rocket.items() if name != "training"} == {
        "pictures": ["coffee"]
    }
    pages = [Groups(path).found for path in (tmp_path / "site" / "pieces").glob("coffee-1-*.html")]
    assert len(pages) == 4
    for page in pages:
        (step,) = page["training"].values()
        assert re.fullmatch(r"step [24], \d+\.\d dB", step)
        assert list(page["seeds"].values()) == ["seed 2"]
        assert [said[:6] for said in page["variations"].values()] == ["width "]


def test_blends_of_conditioning_codes_are_related(tmp_path):
    art = tmp_path / "art"
    pictures = ["skimage:coffee", "skimage:rocket"]
    options = ["--recipe", "button-board-flat", "--seed", "3", "--epochs", "1", "--train-size", "8"]
    art.mkdir()
    assert run(["fit", *pictures, *options, "-o", str(art / "board.png"), "-q"]) == 0
    board = limner.open(art / "board.png")
    for weights in ("0,1", "0.5,0.5"):
        board.press(weights).save(art / f"{weights}.png")
    build([art], tmp_path / "site")
    for page in (tmp_path / "site" / "pieces").iterdir():
        found = Groups(page).found
        assert set(found) == {"weights"}
        assert all(label.startswith("weights [") for label in found["weights"].values())
        assert len(found["weights"]) == 2


def test_a_blend_knows_the_very_layers_that_it_was_made_of(tmp_path):
    art = tmp_path / "art"
    for seed in (1, 2):
        paint(art, f"{seed}.png", seed)
    blend([art / "1.png", art / "2.png"], "multiply").save(art / "both.png")
    forged = limner.open(art / "2.png")
    theta = forged.theta * 0.5
    replace(forged, theta=theta).save(art / "learned.png")
    build([art], tmp_path / "site")
    rows = json.loads((tmp_path / "site" / "pieces.js").read_text("ascii")[len("window.limnerPieces=") : -2])
    parents = [Groups(tmp_path / "site" / "pieces" / f"{r['id']}.html").found for r in rows if r["color"] == "multiply"]
    assert len(parents[0]["layers"]) == 2
    children = [Groups(page).found for page in (tmp_path / "site" / "pieces").glob("marbling-2-*.html")]
    assert sorted("blends" in found for found in children) == [False, True], "of one recipe, but of another θ"


def entries(number, **changes):
    """Entries of one recipe by many seeds, without their files."""
    recipe = limner.paint("marbling", seed=0, size=SIZE, set=changes).recipe
    base = {"summary": "", "width": 24, "height": 16, "color": "rgb", "alt": "", "stages": ["network mlp"]}
    out = []
    for seed in range(number):
        own = recipe.with_seed(seed)
        toml = own.to_toml() if seed == 0 else ""  # a group of seeds alone must not read it
        piece = Piece(id=f"p{seed}{changes}", title="M", seed=seed, recipe=toml, **base)
        out.append(
            GalleryEntry(replace(piece, fingerprints={**fingerprints_of(own, None), "picture": f"{seed}{changes}"}), 0)
        )
    return out


def test_of_many_a_few_are_shown_and_the_rest_are_found_by_the_search():
    many = entries(300)
    relate(many)
    for entry in many:
        (group,) = entry.groups
        assert (group.name, len(group.members), group.more) == ("seeds", MAX_SHOWN, 300 - 1 - MAX_SHOWN)
        key = group.query.removeprefix("related:")
        assert all(key in other.related for other in many)
    middle = [relative.piece.seed for relative in many[150].groups[0].members]
    assert middle == [*range(144, 150), *range(151, 157)], "the nearest seeds"
    few = entries(MAX_SHOWN + 1)
    relate(few)
    assert all(entry.groups[0].more == 0 and not entry.related for entry in few)


def test_the_work_of_relating_grows_in_proportion():
    """Eight times as many pieces make eight times as many calls of functions, built-in ones included."""

    def calls(number):
        many, events, before = entries(number), [], sys.getprofile()
        sys.setprofile(lambda frame, event, argument: events.append(event))
        try:
            relate(many)
        finally:
            sys.setprofile(before)
        return sum(event in ("call", "c_call") for event in events)

    assert 7 < calls(800) / calls(100) < 9


def test_one_variation_among_many_seeds_is_shown_to_all():
    many = entries(200)
    (odd,) = entries(1, **{"network.contrast": 0.9})
    for entry in many:
        entry.piece.__dict__["recipe"] = many[0].piece.recipe
    relate([*many, odd])
    for entry in many:
        group = next(group for group in entry.groups if group.name == "variations")
        assert [one.piece.id for one in group.members] == [odd.piece.id]
        assert group.members[0].difference == "contrast 0.9" + (", seed 0" if entry.piece.seed else "")


def test_differences_are_described_in_a_few_words():
    ours = settings_of(limner.paint("marbling", seed=1).recipe.to_toml())
    theirs = settings_of(limner.paint("marbling", seed=2, set={"encoder.xy.scale": 3.0}).recipe.to_toml())
    assert describe_values(differing_paths(ours, theirs), theirs) == "encoder.xy.scale 3.0", "radius has a scale too"
    assert differing_paths(ours, ours) == []
    many = {f"network.p{i}": "1" for i in range(9)}
    assert describe_values(list(many), many) == "p0 1, p1 1, p2 1 and 6 more"
    assert describe_values(["color.colours"], {"color.colours": "[" + "0.25, " * 9}) == "different colours"


def test_the_settings_of_other_stages_are_not_listed():
    old = settings_of('[color]\nkind = "rgb"\nalpha = false')
    new = settings_of('[[warp]]\nkind = "swirl"\nturns = 2.0\n[color]\nkind = "palette"\nname = "dusk"\nsteps = 3')
    assert describe_values(differing_paths(old, new), new) == "warp swirl, color palette, dusk"
