"""Galleries: what becomes a piece, what the pages say, what is touched again, and what bad input gets."""

import hashlib
import io
import json
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.blending import blend
from limner.cli.main import run
from limner.errors import LimnerError
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.import_picks import pick
from limner_apps.galleries.pages import data_script
from limner_apps.galleries.site_folder import RECORD

pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
SMALL = (48, 32)
EVIL = "<script>alert(\"x\")</script> & 'b' ../../up"


def paint(path, seed=1, recipe="marbling", **changes):
    table = limner.paint(recipe, seed=seed, size=SMALL, set=changes)
    return table.save(path)


def pieces(site):
    text = (site / "pieces.js").read_text("ascii")
    return json.loads(text.removeprefix("window.limnerPieces=").removesuffix(";\n"))


def stamp(site):
    return {str(p.relative_to(site)): p.stat().st_mtime_ns for p in site.rglob("*") if p.is_file()}


class Links(HTMLParser):
    """What a page refers to, and whether any of its script or style stands in it."""

    def __init__(self, page):
        super().__init__()
        self.to, self.inline, self.alts, self.text = [], [], [], []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.to += [said[name] for name in ("href", "src", "poster") if said.get(name)]
        self.inline += [name for name in said if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in said) else []
        self.alts += [said.get("alt")] if tag == "img" else []

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    (folder / "night").mkdir()
    a = paint(folder / "a.png", 1)
    b = paint(folder / "night" / "b.webp", 2, "ink")
    blend([a, b], "multiply").save(folder / "both.png")
    paint(folder / "c.tiff", 3)
    limner.paint("marbling", seed=4, size=SMALL).save(folder / "d.limner")
    return folder


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("swept") / "inks"
    vary = ["--vary", "network.contrast=0.5,1", "--seeds", "3..5", "--size", "24x24", "--executor-set", "workers=1"]
    assert run(["sweep", "ink", *vary, "-o", str(folder), "-q"]) == 0
    return folder


def test_a_site_shows_every_artwork_and_all_of_its_links_lead_somewhere(art, tmp_path):
    built = build([art], tmp_path / "site")
    assert (built.pieces, built.new, built.skipped) == (5, 5, ())
    site = tmp_path / "site"
    pages = [site / "index.html", *(site / "pieces").iterdir()]
    assert len(pages) == 6
    for page in pages:
        links = Links(page)
        assert not links.inline
        assert all(links.alts)
        for to in links.to:
            assert ":" not in to, "nothing is fetched from elsewhere"
            assert to.startswith("#") or (page.parent / to.partition("#")[0]).is_file(), to
        assert "default-src 'none'" in page.read_text("utf-8")
    for piece in pieces(site):
        for width, height, file in piece["thumbnails"]:
            with Image.open(site / file) as thumb:
                assert thumb.size == (width, height)
                assert thumb.format == "WEBP"
        limner.open(site / piece["file"])
        numbers = site / "theta" / f"{piece['id']}.limner"
        if not piece["file"].endswith(".limner"):
            assert limner.open(numbers).theta.tobytes() == limner.open(site / piece["file"]).theta.tobytes()
        else:
            assert not numbers.exists()


def test_what_a_piece_says(art, tmp_path):
    build([art], tmp_path / "site", title="Mine")
    said = {piece["seed"]: piece for piece in pieces(tmp_path / "site") if piece["color"] != "multiply"}
    assert said["1"]["alt"] == "Marbling, seed 1: mlp of 9 layers, mixture"
    assert said["2"]["tags"] == [art.name, "night"]
    assert said["1"]["size"] == list(SMALL)
    assert "network mlp" in said["1"]["stages"]
    page = "".join(Links(tmp_path / "site" / "pieces" / f"{said['1']['id']}.html").text)
    assert limner.open(art / "a.png").recipe.to_toml() in page
    assert "Mine" in page


def test_a_page_shows_the_network_without_the_picture(art, tmp_path):
    site = tmp_path / "site"
    build([art], site)
    for piece in pieces(site):
        made = limner.open(site / piece["file"])
        expected = limner.diagram(made, transparent=True, picture=False)
        assert (site / "diagrams" / f"{piece['id']}.svg").read_text("utf-8") == expected.svg
        links = Links(site / "pieces" / f"{piece['id']}.html")
        assert f"../diagrams/{piece['id']}.svg" in links.to
        assert f"Diagram of the network: {expected.summary}" in links.alts


def test_a_plugin_that_cannot_describe_its_network_leaves_the_page_without_it(art, tmp_path, monkeypatch):
    def fail(*args, **settings):
        raise LimnerError("it cannot")

    monkeypatch.setattr("limner_apps.galleries.pieces.files.diagram", fail)
    assert build([art / "a.png"], tmp_path / "site").pieces == 1
    assert not (tmp_path / "site" / "diagrams").exists()
    (page,) = (tmp_path / "site" / "pieces").iterdir()
    assert "Network" not in page.read_text("utf-8")


def test_thumbnails_are_made_of_the_pixels_of_the_file(tmp_path):
    art = limner.paint("marbling", seed=3, size=(600, 400))
    art.save(tmp_path / "large.png")
    build([tmp_path / "large.png"], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    assert [thumb[0] for thumb in piece["thumbnails"]] == [240, 480]
    with Image.open(tmp_path / "large.png") as ours, Image.open(tmp_path / "site" / piece["thumbnails"][1][2]) as small:
        wanted = np.asarray(ours.convert("RGB").resize(small.size, Image.Resampling.LANCZOS)).astype(int)
        assert np.abs(np.asarray(small.convert("RGB")) - wanted).mean() < 4


def test_the_command_on_the_page_paints_it_again(art, tmp_path, monkeypatch):
    site = tmp_path / "site"
    build([art], site)
    for seed in ("1", "2"):
        piece = next(p for p in pieces(site) if p["seed"] == seed and p["color"] != "multiply")
        page = (site / "pieces" / f"{piece['id']}.html").read_text("utf-8")
        shown = re.search(r'id="command"[^>]*>(.+?)</pre>', page)[1]
        words = re.sub(r"<[^>]+>", "", shown).split()
        folder = tmp_path / seed
        folder.mkdir()
        shutil.copy(site / "recipes" / f"{piece['id']}.toml", folder)
        monkeypatch.chdir(folder)
        assert run(words[1:]) == 0
        with Image.open(folder / words[-1]) as again, Image.open(site / piece["file"]) as first:
            assert np.abs(np.asarray(again).astype(int) - np.asarray(first)).max() <= 1


def test_a_blend_and_its_layers_know_each_other(art, tmp_path):
    build([art], tmp_path / "site")
    said = pieces(tmp_path / "site")
    blend = next(p for p in said if p["color"] == "multiply")
    layer = next(p for p in said if p["seed"] == "2")
    assert f"{layer['id']}.html" in (tmp_path / "site" / "pieces" / f"{blend['id']}.html").read_text("utf-8")
    page = (tmp_path / "site" / "pieces" / f"{layer['id']}.html").read_text("utf-8")
    assert "Used in" in page
    assert f"{blend['id']}.html" in page


def test_a_second_build_touches_only_what_changed(art, tmp_path):
    folder, site = tmp_path / "art", tmp_path / "site"
    shutil.copytree(art, folder)
    build([folder], site)
    before = stamp(site)
    again = build([folder], site)
    assert (again.new, again.changed_files) == (0, 0)
    after = stamp(site)
    assert {name for name in before if before[name] != after[name]} <= {RECORD}
    paint(folder / "new.png", 77)
    third = build([folder], site)
    assert (third.pieces, third.new) == (6, 1)
    changed = {name for name, when in stamp(site).items() if after.get(name) != when}
    assert not [name for name in changed if name.startswith(("thumbs/", "art/")) and "-77-" not in name]
    pages = {name for name in changed if name.startswith("pieces/")}
    others = {name for name in pages if not re.match(r"pieces/marbling-(1|3|4|77)-", name)}
    assert len(pages - others) == 4, "its own, and those of the other seeds"
    assert len(others) <= 1, "its neighbour's"
    (folder / "new.png").unlink()
    assert build([folder], site).pieces == 5
    assert not [name for name in stamp(site) if "-77-" in name]
    thumb = next((site / "thumbs").iterdir())
    thumb.unlink()
    build([folder], site)
    assert thumb.is_file()


def test_a_build_that_fails_leaves_the_site_as_it_was(art, tmp_path, monkeypatch):
    build([art], tmp_path / "site")
    before = stamp(tmp_path / "site")
    paint(tmp_path / "more.png", 9)
    monkeypatch.setattr("limner_apps.galleries.build.write_pages", lambda *a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        build([art, tmp_path / "more.png"], tmp_path / "site")
    assert stamp(tmp_path / "site") == before
    with pytest.raises(KeyboardInterrupt):
        build([art], tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_title_is_text_wherever_it_stands(tmp_path):
    name = tmp_path / "a 'quoted' \"name\" with ünïcode ….png"
    paint(name, 1, title=EVIL, summary="</pre><img src=x onerror=alert(1)>")
    build([name], tmp_path / "site", title="<b>&")
    (piece,) = pieces(tmp_path / "site")
    assert piece["title"] == EVIL
    assert re.fullmatch(r"[a-z0-9-]+", piece["id"])
    for page in [tmp_path / "site" / "index.html", *(tmp_path / "site" / "pieces").iterdir()]:
        links = Links(page)
        assert not links.inline
        assert "x" not in links.to
        assert "<b>&" in "".join(links.text)
    assert "<" not in (tmp_path / "site" / "pieces.js").read_text("ascii")


def test_a_script_holds_data_alone():
    text = data_script("x", {"a": "</script><!--\u2028"}).decode("ascii")
    assert not set("<>&") & set(text)
    assert json.loads(text.removeprefix("window.x=").removesuffix(";\n")) == {"a": "</script><!--\u2028"}


@pytest.mark.parametrize(
    ("named", "tags"),
    [(["night"], [["night"]]), (["night/"], [["night"]]), (["."], [["night"]]), (["night/a.png"], [[]])],
)
def test_folders_that_are_named_are_tags(named, tags, tmp_path, monkeypatch):
    (tmp_path / "night").mkdir()
    paint(tmp_path / "night" / "a.png")
    monkeypatch.chdir(tmp_path)
    assert run(["gallery", "build", *named, "-o", "site", "-q"]) == 0
    assert [piece["tags"] for piece in pieces(tmp_path / "site")] == tags


@pytest.mark.parametrize("ending", ["svg", "pdf", "tiff"])
def test_the_size_is_that_of_the_file(ending, tmp_path):
    art = limner.paint("ink", seed=1, size=SMALL)
    art.save(tmp_path / f"a.{ending}", size=(36, 30))
    art.save(tmp_path / f"b.{ending}", size=(96, 64), region=(50, 10, 40, 16))
    build([tmp_path], tmp_path / "site")
    said = pieces(tmp_path / "site")
    assert sorted(piece["size"] for piece in said) == [[36, 30], [40, 16]]
    part = next(piece for piece in said if piece["size"] == [40, 16])
    with Image.open(tmp_path / "site" / part["thumbnails"][0][2]) as thumb:
        wanted = art.render((96, 64), (50, 10, 40, 16)).astype(int)
        assert np.abs(np.asarray(thumb.convert("RGB")) - wanted).mean() < 8, "the part that the file shows"


def test_pictures_of_one_moment_stand_in_their_natural_order(tmp_path):
    for seed, title in ((10, "Ink"), (9, "Ink"), (1, "Ink 10"), (1, "Ink 9")):
        path = Path(paint(tmp_path / f"{seed}{title}.png", seed, title=title))
        os.utime(path, (1e9, 1e9))
    build([tmp_path], tmp_path / "site")
    said = [(piece["title"], piece["seed"]) for piece in pieces(tmp_path / "site")]
    assert said == [("Ink", "9"), ("Ink", "10"), ("Ink 9", "1"), ("Ink 10", "1")]


def test_two_of_one_name_and_one_twice(tmp_path):
    for i in (1, 2):
        (tmp_path / str(i)).mkdir()
        paint(tmp_path / str(i) / "same.png", 5, **{"network.contrast": i / 4})
    (tmp_path / "3").mkdir()
    shutil.copy(tmp_path / "1" / "same.png", tmp_path / "3")
    built = build([tmp_path / "1", tmp_path], tmp_path / "site")
    assert built.pieces == 2
    assert sorted(p["tags"] for p in pieces(tmp_path / "site")) == [["1", tmp_path.name, "3"], [tmp_path.name, "2"]]


@pytest.mark.skipif(sys.platform == "win32", reason="waits for links that anybody may make")
def test_links_and_loops(tmp_path):
    folder = tmp_path / "art"
    folder.mkdir()
    paint(folder / "a.png")
    (folder / "again.png").symlink_to(folder / "a.png")
    (folder / "loop").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    os.mkfifo(folder / "pipe.png")
    built = build([folder], folder / "site")
    assert built.pieces == 1
    assert [path.name for path, _ in built.skipped] == ["gone.png"]
    assert build([folder], folder / "site").pieces == 1, "a site in the folder is not a source"


def test_foreign_and_damaged_pictures_are_skipped_and_listed(tmp_path, capsys):
    paint(tmp_path / "a.png")
    Image.new("RGB", (9, 9)).save(tmp_path / "foreign.png")
    (tmp_path / "cut.png").write_bytes((tmp_path / "a.png").read_bytes()[:200])
    (tmp_path / "empty.webp").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not looked at")
    assert run(["gallery", "build", str(tmp_path), "-o", str(tmp_path / "site"), "--json"]) == 0
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert record["pieces"] == 1
    assert [Path(one["path"]).name for one in record["skipped"]] == ["cut.png", "empty.webp", "foreign.png"]
    assert len([line for line in err.splitlines() if line.startswith("skipped: ")]) == 3


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["empty", "-o", "site"], "contains no pictures"),
        (["foreign", "-o", "site"], "foreign/f.png: not made by limner; the picture contains no recipe"),
        (["nowhere", "-o", "site"], "no such file or folder"),
        (["", "-o", "site"], "a path is empty"),
        (["a.png", "-o", "full"], "holds other files, such as 'diary.txt'"),
        (["a.png", "-o", "a.png"], "exists and is not a folder"),
        (["a.png", "-o", "a.png", "--force"], "exists and is not a folder"),
        (["a.png", "-o", ""], "-o: is empty"),
        (["there", "-o", "site"], "is a gallery; name the folders"),
        (["foreign", "-o", "site"], "1 file was skipped"),
        (["a.png", "--title", "x" * 201], "has 201 characters"),
        (["a.png", "-o", "no/such/site"], "the folder no/such does not exist; create it"),
        (["a.png", "-o", "damaged"], "is damaged"),
        (["a.png", "--theme", "nowhere"], "no such theme or folder; available: paper, salon"),
        (["a.png", "--theme", "./nowhere"], "is not a folder"),
        (["a.png", "--theme", "x" * 5000], "no such theme"),
        (["a.png", "--theme", ""], "no such theme"),
        (["a.png", "--theme", "full"], "contains no file of a theme"),
        (["a.png", "--title", " "], "--title"),
        (["x" * 5000, "-o", "site"], "cannot be read"),
    ],
)
def test_bad_requests_get_one_line_and_lose_nothing(args, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "foreign", "full", "damaged"):
        Path(folder).mkdir()
    paint(Path("a.png"))
    Image.new("RGB", (9, 9)).save("foreign/f.png")
    Path("full/diary.txt").write_text("dear")
    Path("damaged", RECORD).write_text("{")
    build(["a.png"], "there")
    before = stamp(tmp_path)
    assert run(["gallery", "build", *args]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert says in err
    assert stamp(tmp_path) == before
    assert not Path("site").exists()


def test_force_builds_among_what_is_there(tmp_path):
    site = tmp_path / "site"
    site.mkdir()
    (site / "CNAME").write_text("art.example")
    paint(tmp_path / "a.png")
    build([tmp_path / "a.png"], site, force=True)
    build([tmp_path / "a.png"], site)
    assert (site / "CNAME").read_text() == "art.example"


def test_a_record_reaches_nothing_outside_its_site(tmp_path):
    paint(tmp_path / "a.png")
    build([tmp_path / "a.png"], tmp_path / "site")
    record = json.loads((tmp_path / "site" / RECORD).read_text())
    record["files"] |= {"../a.png": "", "/etc/hostname": "", "art/../../a.png": ""}
    (tmp_path / "site" / RECORD).write_text(json.dumps(record))
    with pytest.raises(LimnerError, match="is damaged"):
        build([tmp_path / "a.png"], tmp_path / "site")
    del record["digest"]  # whoever changes a record on purpose renews its digest
    record["digest"] = hashlib.sha256(json.dumps(record).encode()).hexdigest()
    (tmp_path / "site" / RECORD).write_text(json.dumps(record))
    build([tmp_path / "a.png"], tmp_path / "site")
    assert (tmp_path / "a.png").is_file()


def test_a_sweep_becomes_a_table(swept, tmp_path):
    built = build([swept], tmp_path / "site")
    assert (built.pieces, built.sweeps) == (6, 1)
    (data,) = (tmp_path / "site" / "sweeps").glob("*.js")
    table = json.loads(data.read_text("ascii").removeprefix("window.limnerSweep=").removesuffix(";\n"))
    assert table["axes"] == [["network.contrast", ["0.5", "1"]], ["seed", ["3", "4", "5"]]]
    assert sorted(trial["indices"] for trial in table["trials"]) == [[i, j] for i in range(2) for j in range(3)]
    for trial in table["trials"]:
        recipe = (tmp_path / "site" / "recipes" / f"{trial['piece']}.toml").read_text("utf-8")
        assert f"seed = {trial['indices'][1] + 3}" in recipe
    (swept / "results.jsonl").rename(tmp_path / "kept")
    missing = build([swept], tmp_path / "missing")
    assert "has no results.jsonl" in missing.skipped[0][1]
    for wrong in ("{}", '{"file": "gone.png"}', "[1]"):
        (swept / "results.jsonl").write_text(wrong)
        assert len(build([swept], tmp_path / "missing").skipped) == 1, wrong
    (swept / "results.jsonl").write_text("{")
    try:
        damaged = build([swept], tmp_path / "other")
    finally:
        (tmp_path / "kept").replace(swept / "results.jsonl")
    assert (damaged.pieces, damaged.sweeps, len(damaged.skipped)) == (6, 0, 1)


def test_picks_are_copied(art, tmp_path, monkeypatch, capsys):
    site, picks = tmp_path / "site", tmp_path / "picks.json"
    build([art], site)
    token = json.loads((site / RECORD).read_text())["token"]
    said = pieces(site)
    entries = [{"id": p["id"], "pick": "pick" if i < 2 else "reject"} for i, p in enumerate(said)]
    picks.write_text(json.dumps({"format": 1, "site": token, "pieces": entries}))
    assert run(["gallery", "pick", str(site), str(picks), "-o", str(tmp_path / "best")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list((tmp_path / "best").iterdir())) == 2
    for line in lines:
        limner.open(line)
    with pytest.raises(LimnerError, match="exists already"):
        pick(site, picks, tmp_path / "best")
    twice = json.dumps({"format": 1, "site": token, "pieces": [entries[0], entries[0]]})
    monkeypatch.setattr("sys.stdin", io.StringIO(twice))
    assert run(["gallery", "pick", str(site), "-", "-o", str(tmp_path / "more")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "not a picks.json"),
        ("{", "not a picks.json"),
        ('{"format": 1, "site": "other", "pieces": []}', "was not exported by"),
        ('{"format": 1, "site": TOKEN, "pieces": []}', "contains no picks"),
        (
            '{"format": 1, "site": TOKEN, "pieces": [{"id": "../../a", "pick": "pick"}]}',
            "is not a piece of this gallery",
        ),
        ('{"format": 1, "site": TOKEN, "pieces": [7]}', "not a picks.json"),
    ],
)
def test_bad_picks_get_one_line(text, says, tmp_path, capsys):
    paint(tmp_path / "a.png")
    build([tmp_path / "a.png"], tmp_path / "site")
    token = json.loads((tmp_path / "site" / RECORD).read_text())["token"]
    (tmp_path / "picks.json").write_text(text.replace("TOKEN", json.dumps(token)))
    out = str(tmp_path / "best")
    assert run(["gallery", "pick", str(tmp_path / "site"), str(tmp_path / "picks.json"), "-o", out]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert not Path(out).exists()


def test_a_theme_replaces_what_it_brings(tmp_path):
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "style.css").write_text("body { color: teal }")
    (theme / "piece.html").write_text("<p>{{ piece.title }}</p>")
    paint(tmp_path / "a.png", title="<i>")
    build([tmp_path / "a.png"], tmp_path / "site", theme=theme)
    assert (tmp_path / "site" / "style.css").read_text() == "body { color: teal }"
    assert next((tmp_path / "site" / "pieces").iterdir()).read_text() == "<p>&lt;i&gt;</p>"
    (theme / "piece.html").write_text('{% extends "limner/piece.html" %}{% block title %}Mine{% endblock %}')
    build([tmp_path / "a.png"], tmp_path / "site", theme=theme)
    assert "<title>Mine</title>" in next((tmp_path / "site" / "pieces").iterdir()).read_text()
    (theme / "piece.html").write_text("{{ nothing.like.it }}")
    with pytest.raises(LimnerError, match=r"`theme` .*theme: piece\.html: the template is invalid: UndefinedError"):
        build([tmp_path / "a.png"], tmp_path / "site", theme=theme)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("style.css", None, "is not a file"),
        ("style.css", b"\xff\xfe", "is not UTF-8"),
        ("style.css", b'body { color: teal } @import "limner.css";', "put @import first"),
        ("index.html", b" \n", "is empty"),
        ("piece.html", None, "is not a file"),
        ("gallery.js", b"\xff", "is not UTF-8"),
    ],
)
def test_a_damaged_theme_gets_one_line(file, content, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("theme").mkdir()
    if content is None:
        Path("theme", file).mkdir()
    else:
        Path("theme", file).write_bytes(content)
    paint(Path("a.png"))
    assert run(["gallery", "build", "a.png", "--theme", "theme"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"error: --theme theme: {file}: ")
    assert says in err
    assert err.count("\n") == 1
    assert not Path("site").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="waits for links that anybody may make")
def test_a_style_that_leads_nowhere(tmp_path):
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "style.css").symlink_to("gone.css")
    with pytest.raises(LimnerError, match=r"style\.css: is not a file"):
        build([tmp_path], tmp_path / "site", theme=tmp_path / "theme")


def test_an_import_may_have_words_before_it(tmp_path):
    (tmp_path / "theme").mkdir()
    style = '@charset "utf-8"; /* mine { } */ @layer a, b; @import url("assets/x.css"); @import "limner.css"; p { }'
    (tmp_path / "theme" / "style.css").write_text(style)
    paint(tmp_path / "a.png")
    assert build([tmp_path / "a.png"], tmp_path / "site", theme=tmp_path / "theme").pieces == 1


def test_without_jinja2_an_error_names_the_extra(tmp_path, monkeypatch):
    paint(tmp_path / "a.png")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(LimnerError, match=r"limner\[gallery\]"):
        build([tmp_path / "a.png"], tmp_path / "site")


def test_a_movie_is_a_piece_that_moves(tmp_path):
    recipe = limner.paint("ink", seed=3, size=SMALL).recipe
    with open_recorder(
        tmp_path / "m.gif", VideoInfo(48, 32, manifest=json.dumps({"recipe": recipe.table()}))
    ) as recorder:
        for level in (0, 200):
            recorder.add(np.full((32, 48, 3), level, np.uint8))
    with open_recorder(tmp_path / "foreign.gif", VideoInfo(48, 32)) as recorder:
        recorder.add(np.zeros((32, 48, 3), np.uint8))
    built = build([tmp_path], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    assert len(built.skipped) == 1
    assert piece["video"]
    with Image.open(tmp_path / "site" / piece["thumbnails"][0][2]) as thumb:
        assert np.asarray(thumb.convert("RGB")).mean() > 190, "its last frame stands for it"
    assert piece["movie"] == piece["file"], "the start page plays it over its thumbnail"
    page = (tmp_path / "site" / f"pieces/{piece['id']}.html").read_text()
    assert f'<img id="picture" src="../{piece["file"]}"' in page
    assert "<video" not in page


def test_a_video_plays_on_its_page(tmp_path):
    pytest.importorskip("av", reason="waits for PyAV: pip install '.[video]'")
    art = limner.paint("ink", seed=3, size=SMALL)
    for name in ("m.mp4", "m.webm"):
        limner.animate(art, tmp_path / name, motion="latent", seed=1, seconds=0.2, fps=10)
    build([tmp_path], tmp_path / "site")
    for piece in pieces(tmp_path / "site"):
        assert piece["movie"] == piece["file"]
        page = (tmp_path / "site" / f"pieces/{piece['id']}.html").read_text()
        video = re.search(r"<video[^>]*>", page)[0]
        assert f'src="../{piece["file"]}"' in video
        assert {"autoplay", "controls", "loop", "muted", "playsinline"} <= {*video.removesuffix(">").split()}


@pytest.mark.parametrize("size", [(24, 9000), (9000, 24), (1, 1)])
def test_strange_shapes(size, tmp_path):
    limner.paint("marbling", seed=1, size=size).save(tmp_path / "a.png")
    build([tmp_path / "a.png"], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    assert piece["size"] == list(size)
    assert max(side for thumb in piece["thumbnails"] for side in thumb[:2]) <= 4096


@pytest.mark.skipif(sys.platform != "linux", reason="waits for names that are no text")
def test_a_name_that_is_no_text(tmp_path, capsys):
    folder = tmp_path / os.fsdecode(b"caf\xe9 \x1b[31m")
    folder.mkdir()
    paint(folder / "a.png")
    (folder / "b.png").write_bytes(b"no picture")
    assert run(["gallery", "build", str(folder), "-o", str(tmp_path / "site"), "--json"]) == 0
    assert "\x1b" not in capsys.readouterr().err
    assert build([tmp_path], tmp_path / "site").pieces == 1


def test_the_gallery_of_the_repository(tmp_path):
    folder = Path(__file__).parents[3] / "gallery"
    built = build([folder], tmp_path / "site")
    assert built.pieces == len(list(folder.glob("*.webp"))) >= 24


def test_numbers_beside_a_picture_belong_to_it_and_others_are_a_piece(tmp_path):
    art = limner.paint("marbling", seed=1, size=SMALL)
    for name in ("a.png", "a.limner", "b.png"):
        art.save(tmp_path / name)
    limner.paint("ink", seed=2, size=SMALL).save(tmp_path / "b.limner")
    built = build([tmp_path], tmp_path / "site")
    assert [path.name for path, _ in built.skipped] == ["a.limner"]
    assert {piece["seed"] for piece in pieces(tmp_path / "site")} == {"1", "2"}
