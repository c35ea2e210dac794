"""What a gallery publishes: names of files, never the folders that they were in."""

import base64
import binascii
import json
import re
import shlex
import shutil
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import limner
from limner.artworks.blending import blend
from limner.cli.main import run
from limner.errors import LimnerError
from limner.formats.video_files import open_recorder
from limner.formats.video_format import VideoInfo
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.local_paths import publishable_command, publishable_values, without_folders
from limner_apps.galleries.sweep_tables import read_sweep
from limner_apps.sweeps.folder_format import RECORD, RESULTS

pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
TOKEN = "qzj4xannvdk"
SIZE = (16, 12)
FORMATS = ("png", "webp", "jpg", "tiff", "svg", "limner")
MOVIES = ("gif", "apng")
RASTER = {"encoder.image.width": 8, "encoder.image.height": 8}


def texts(data, depth=0):
    """A file, and what is compressed or encoded in it."""
    yield data
    if depth < 3:
        for found in re.finditer(rb"x[\x01\x5e\x9c\xda]", data):
            try:
                yield from texts(zlib.decompressobj().decompress(data[found.start() :]), depth + 1)
            except zlib.error:
                continue
        for found in re.finditer(rb"[A-Za-z0-9+/]{40,}={0,2}", data):
            try:
                yield from texts(base64.b64decode(found[0]), depth + 1)
            except binascii.Error:
                continue


def leaks(folder):
    words = [TOKEN.encode(), TOKEN.encode("utf-16-le"), TOKEN.encode("utf-16-be")]
    files = [file for file in Path(folder).rglob("*") if file.is_file()]
    found = [file for file in files if any(word in text for text in texts(file.read_bytes()) for word in words)]
    return sorted(str(file.relative_to(folder)) for file in found) + [
        f for f in map(str, files) if TOKEN in Path(f).name
    ]


def pieces(site):
    text = (site / "pieces.js").read_text("ascii")
    return json.loads(text.removeprefix("window.limnerPieces=").removesuffix(";\n"))


def photo(path, seed):
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """A folder whose name nobody should read, with a picture of each kind that remembers it."""
    folder = tmp_path_factory.mktemp("home") / f"ann {TOKEN} =x"
    art = folder / "art"
    art.mkdir(parents=True)
    fox, star = photo(folder / "fox.png", 1), photo(folder / "star.png", 2)
    masked = {**RASTER, "encoder.image.path": str(fox)}
    for seed, suffix in enumerate(FORMATS):
        made = limner.paint("ink", seed=seed, size=SIZE, swap={"encoder": ["xy", "image"]}, set=masked)
        made.save(art / f"{suffix}.{suffix}")
    colours = {"color.image": str(star), "title": "From a photo"}
    limner.paint("ink", seed=20, size=SIZE, swap={"color": "palette"}, set=colours).save(art / "colours.png")
    blend([fox, art / "png.png"], "difference").save(art / "both.png")
    recipe = limner.open(art / "png.png").recipe
    for suffix in MOVIES:
        video = VideoInfo(*SIZE, fps=10, hold=0.5, manifest=json.dumps({"recipe": recipe.table()}))
        with open_recorder(art / f"movie.{suffix}", video) as recorder:
            for level in (0, 90, 250):
                recorder.add(np.full((SIZE[1], SIZE[0], 3), level, np.uint8))
    fitted = ["--steps", "2", "--size", "16x12", "--seed", "5", "-q", "--compare", str(folder / "compare.png")]
    assert run(["fit", str(fox), str(star), *fitted, "-o", str(art / "fit.png")]) == 0
    fitting = limner.fit(np.zeros((6, 8, 3), np.uint8), "neural-painting", steps=1, swap={"encoder": ["xy", "image"]})
    (folder / "mine.toml").write_text(fitting.artwork.recipe.to_toml())
    axes = ["--on", str(fox), "--on", str(star), "--vary", f"encoder.image.path={fox},{star}", "--seeds", "1"]
    options = ["--steps", "2", "--size", "8x6", "--executor-set", "workers=1", "-q"]
    assert run(["sweep", str(folder / "mine.toml"), *axes, *options, "-o", str(art / "masks")]) == 0
    return art


@pytest.fixture(scope="module")
def site(private, tmp_path_factory):
    theme = tmp_path_factory.mktemp(f"theme-{TOKEN}")
    (theme / "style.css").write_text('@import "limner.css";\n')
    folder = tmp_path_factory.mktemp("public") / "site"
    assert run(["gallery", "build", str(private), "-o", str(folder), "--theme", str(theme), "-q"]) == 0
    return folder


def test_the_folder_of_a_picture_is_in_the_sources_and_nowhere_in_the_site(private, site):
    assert len(leaks(private)) > 2 * len(FORMATS) + len(MOVIES), "the search finds it where it is"
    assert leaks(site) == []


def test_a_clean_copy_paints_what_the_original_paints(private, site):
    by_seed = {piece["seed"]: piece for piece in pieces(site) if not piece["video"]}
    for seed, suffix in enumerate(FORMATS):
        ours, theirs = limner.open(private / f"{suffix}.{suffix}"), limner.open(site / by_seed[str(seed)]["file"])
        assert theirs.theta.tobytes() == ours.theta.tobytes()
        assert theirs.render_settings == ours.render_settings
        assert theirs.recipe.encoders[1].stage.path == "fox.png"
        if suffix != "limner":
            assert limner.verify(site / by_seed[str(seed)]["file"]).ok
    original = private / "png.png"
    copy = site / by_seed["0"]["file"]
    with Image.open(original) as first, Image.open(copy) as second:
        assert np.array_equal(np.asarray(first), np.asarray(second))


def test_a_clean_movie_has_the_frames_and_durations_of_the_original(private, site):
    files = {Path(piece["file"]).suffix[1:]: site / piece["file"] for piece in pieces(site) if piece["video"]}
    assert set(files) == set(MOVIES)
    for suffix, copy in files.items():
        with Image.open(private / f"movie.{suffix}") as ours, Image.open(copy) as theirs:
            assert theirs.n_frames == ours.n_frames == 3
            for frame in range(3):
                ours.seek(frame)
                theirs.seek(frame)
                assert theirs.info["duration"] == ours.info["duration"]
                assert np.array_equal(np.asarray(theirs.convert("RGB")), np.asarray(ours.convert("RGB")))


def test_relatives_are_found_although_the_recipes_were_cleaned(private, site):
    blended = next(piece for piece in pieces(site) if piece["color"] == "difference")
    page = (site / "pieces" / f"{blended['id']}.html").read_text("utf-8")
    layer = next(piece for piece in pieces(site) if piece["seed"] == "0" and not piece["video"] and piece != blended)
    assert f"{layer['id']}.html" in page


def test_the_command_of_a_sweep_names_files_without_folders(site):
    (page,) = (site / "sweeps").glob("*.html")
    shown = re.sub(r"<[^>]+>", "", re.search(r'id="command"[^>]*>(.+?)</pre>', page.read_text("utf-8"))[1])
    assert shown.startswith(
        "limner sweep mine.toml --on fox.png --on star.png --vary encoder.image.path=fox.png,star.png"
    )
    assert shown.endswith("-o masks")
    (data,) = (site / "sweeps").glob("*.js")
    axes = dict(json.loads(data.read_text("ascii").removeprefix("window.limnerSweep=").removesuffix(";\n"))["axes"])
    assert axes == {"encoder.image.path": ["fox.png", "star.png"], "image": ["fox.png", "star.png"]}


def test_an_edited_picture_with_a_folder_in_its_recipe_is_shown_as_it_is_without_the_recipe_in_it(private, tmp_path):
    art = limner.open(private / "png.png")
    art.save(tmp_path / "a.png")

    with Image.open(tmp_path / "a.png") as image:
        texts_, pixels = dict(image.text), np.array(image)
    pixels[:, :8] = 255 - pixels[:, :8]
    data = (tmp_path / "a.png").read_bytes()
    start = data.index(b"liMN") - 4
    theta = data[start : start + 12 + int.from_bytes(data[start : start + 4], "big")]
    info = PngInfo()
    for name, text in texts_.items():
        info.add_itxt(name, text)
    Image.fromarray(pixels).save(tmp_path / "b.png", pnginfo=info)
    plain = (tmp_path / "b.png").read_bytes()
    at = plain.index(b"IDAT") - 4
    (tmp_path / "b.png").write_bytes(plain[:at] + theta + plain[at:])
    assert not limner.verify(tmp_path / "b.png").ok
    build([tmp_path / "b.png"], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    assert piece["file"].endswith(".limner")
    assert leaks(tmp_path / "site") == []
    (view,) = (tmp_path / "site" / "views").iterdir()
    with Image.open(view) as shown:
        assert np.abs(np.asarray(shown.convert("RGB")).astype(int) - pixels[..., :3]).mean() < 12


def test_a_picture_without_folders_is_copied_byte_for_byte(tmp_path):
    limner.paint("ink", seed=1, size=SIZE, swap={"encoder": "image"}, set=RASTER).save(tmp_path / "a.png")
    build([tmp_path / "a.png"], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    assert (tmp_path / "site" / piece["file"]).read_bytes() == (tmp_path / "a.png").read_bytes()


def test_a_site_that_was_built_with_folders_is_cleaned_by_the_next_build(private, tmp_path):
    site = tmp_path / "site"
    build([private / "png.png"], site)
    (piece,) = pieces(site)
    shutil.copy(private / "png.png", site / piece["file"])
    record = site / "limner-gallery.json"
    record.write_text(record.read_text().replace('"format": 5', '"format": 4'))
    assert leaks(site) != []
    build([private / "png.png"], site)
    assert leaks(site) == []


@pytest.mark.parametrize(
    ("value", "field", "shown"),
    [
        ("/home/ann/fox.png", "encoder.image.path", "fox.png"),
        ("pictures/fox", "encoder.image.path", "fox"),
        ("~/fox", "loss.reference", "fox"),
        ("C:\\Users\\ann\\fox.png", "color.image", "fox.png"),
        ("\\\\server\\ann\\fox.png", "network.other", "fox.png"),
        ("file:///home/ann/fox.png", "network.other", "fox.png"),
        ("../ann/fox.png", "network.other", "fox.png"),
        ("skimage:coffee", "encoder.image.path", "skimage:coffee"),
        ("https://example.org/fox.png", "encoder.image.path", "https://example.org/fox.png"),
        ("and/or", "network.other", "and/or"),
        ("/and/or.png", "encoder.text.text", "/and/or.png"),
        ("a/b.c", "title", "a/b.c"),
        ("/", "encoder.image.path", "/"),
        ("", "encoder.image.path", ""),
    ],
)
def test_paths_are_reduced_to_names_and_words_are_not(value, field, shown):
    assert without_folders(value, field) == shown


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("limner sweep ink --vary network.depth=2,4 -o out/ann", "limner sweep ink --vary network.depth=2,4 -o ann"),
        ("limner sweep '/a b/c d.toml'", "limner sweep 'c d.toml'"),
        ("limner sweep /a/x.toml --on=/b/fox.png", "limner sweep x.toml --on=fox.png"),
        ("limner sweep x -s color.image=/a/b.png", "limner sweep x -s color.image=b.png"),
        ("limner sweep x --vary e.path=/a/b.png,c/d.png", "limner sweep x --vary e.path=b.png,d.png"),
        (
            'limner sweep x --vary \'e.path=["/a/b.png", "c/d.png"]\'',
            'limner sweep x --vary \'e.path=["b.png", "d.png"]\'',
        ),
        ("limner sweep x -s encoder.text.text=and/or", "limner sweep x -s encoder.text.text=and/or"),
        ("limner sweep x --vary a=0.1..1/5", "limner sweep x --vary a=0.1..1/5"),
        ("limner sweep x '/unclosed", ""),
    ],
)
def test_commands_keep_everything_but_folders(command, shown):
    assert publishable_command(command) == shown
    assert not shown or shlex.split(shown)


def test_files_of_one_name_in_several_folders_remain_apart():
    assert publishable_values("image", ["/a/fox.png", "/b/fox.png", "star.png"]) == [
        "fox.png",
        "fox.png (2)",
        "star.png",
    ]
    assert publishable_values("image", ["/a/fox.png", "fox.png"]) == ["fox.png (2)", "fox.png"]


def test_an_axis_of_files_keeps_its_trials(tmp_path):
    rows = [{"file": f"{i}.png", "image": f"/{name}/fox.png", "seed": i} for i, name in enumerate("ba")]
    (tmp_path / RECORD).write_text(json.dumps({"name": "/a/mine.toml", "command": "limner sweep /a/mine.toml"}))
    (tmp_path / RESULTS).write_text("\n".join(map(json.dumps, rows)))
    table = read_sweep(tmp_path, {str((tmp_path / f"{i}.png").resolve()): str(i) for i in range(2)})
    assert (table.name, table.command) == ("mine.toml", "limner sweep mine.toml")
    assert table.axes == [("image", ["fox.png", "fox.png (2)"]), ("seed", ["0", "1"])]
    assert [trial["indices"] for trial in table.trials] == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    ("suffix", "options"),
    [("webp", {"lossless": False, "quality": 50}), ("jpg", {"quality": 40}), ("jpg", {"background": "navy"})],
)
def test_a_copy_that_is_written_again_has_the_settings_of_the_format(suffix, options, private, tmp_path):
    folder = tmp_path / TOKEN
    folder.mkdir()
    alpha = {**RASTER, "encoder.image.path": str(photo(folder / "fox.png", 1)), "color.alpha": "background" in options}
    art = limner.paint("ink", seed=2, size=(64, 48), swap={"encoder": ["xy", "image"], "color": "rgb"}, set=alpha)
    art.save(tmp_path / f"a.{suffix}", options=options)
    build([tmp_path / f"a.{suffix}"], tmp_path / "site")
    (piece,) = pieces(tmp_path / "site")
    copy = tmp_path / "site" / piece["file"]
    assert limner.open(copy).render_settings == limner.open(tmp_path / f"a.{suffix}").render_settings
    with Image.open(copy) as ours, Image.open(tmp_path / f"a.{suffix}") as theirs:
        assert np.array_equal(np.asarray(ours), np.asarray(theirs))
    page = (tmp_path / "site" / "pieces" / f"{piece['id']}.html").read_text("utf-8")
    command = re.sub(r"<[^>]+>", "", re.search(r'id="command"[^>]*>(.+?)</pre>', page)[1])
    assert ("--background navy" in command) == ("background" in options)


def test_a_piece_that_cannot_be_written_is_skipped_and_leaves_no_file(private, tmp_path, monkeypatch):
    limner.paint("ink", seed=1, size=SIZE).save(tmp_path / "fine.png")

    def fail(*args):
        raise LimnerError("no room")

    monkeypatch.setattr("limner_apps.galleries.pieces.files.render_copy", fail)
    monkeypatch.setattr("limner_apps.galleries.pieces.describe.MAX_THETA_COPY", -1)
    built = build([tmp_path / "fine.png", private / "png.png"], tmp_path / "site")
    assert built.pieces == 1
    assert [reason for _, reason in built.skipped] == ["no room"]
    assert len(list((tmp_path / "site" / "thumbs").iterdir())) == 1
