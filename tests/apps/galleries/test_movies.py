"""Movies that contain their artwork, in a gallery: shown, and published without local folders."""

import json
import re

import numpy as np
import pytest
from PIL import Image

import limner
from limner.app import LimnerError
from limner.app.artworks import open_movie, record_movie
from limner.app.figures import open_recorder
from limner.formats.movie_record import movie_format
from limner.plugin import StageSpec, VideoInfo
from limner_apps.animations.animation import Animation
from limner_apps.animations.motions.states import States
from limner_apps.galleries.build import gallery as build
from limner_apps.galleries.discover import collect

pytest.importorskip("jinja2", reason="waits for Jinja2: pip install '.[gallery]'")
SIZE = (16, 12)
TOKEN = "qzj4xannvdk"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return a folder with movies, and the pieces of the site made of them by motion."""
    folder = tmp_path_factory.mktemp(TOKEN)
    mask = folder / "fox.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (8, 8, 3), np.uint8)).save(mask)
    small = {"encoder.image.width": 8, "encoder.image.height": 8, "encoder.image.path": str(mask)}
    masked = limner.paint("ink", seed=2, size=SIZE, swap={"encoder": ["xy", "image"]}, set=small)
    (folder / "art").mkdir()
    limner.animate(masked, folder / "art" / "circle.apng", motion="parameters", seed=1, seconds=0.2, fps=10)
    plain, states = limner.paint("ink", seed=3, size=SIZE), States(folder=f"{folder}/states")
    fit = Animation(motion=StageSpec("motion", "states", states), seconds=0.2, fps=10.0)
    with record_movie(folder / "art" / "fit.gif", plain, VideoInfo(*SIZE, fps=10), fit) as recorder:
        for level in (0, 200):
            recorder.add(np.full((SIZE[1], SIZE[0], 3), level, np.uint8))
    site = tmp_path_factory.mktemp("public") / "site"
    assert build([folder / "art"], site).pieces == 2
    text = (site / "pieces.js").read_text("ascii")
    pieces = json.loads(text.removeprefix("window.limnerPieces=").removesuffix(";\n"))
    return folder / "art", site, {piece["file"].rpartition(".")[2]: piece for piece in pieces}


def test_movies_keep_their_parameters_and_playback_without_folders(built):
    folder, site, pieces = built
    ours, theirs = open_movie(folder / "circle.apng"), open_movie(site / pieces["apng"]["file"])
    assert theirs.artwork.theta.tobytes() == ours.artwork.theta.tobytes()
    assert theirs.artwork.render_settings == ours.artwork.render_settings
    assert theirs.artwork.recipe.encoders[1].stage.path == "fox.png"
    assert theirs.playback == ours.playback
    assert limner.verify(site / pieces["apng"]["file"]).ok
    states = open_movie(site / pieces["gif"]["file"]).playback.motion.stage
    assert states == States(folder="states")
    assert TOKEN in str(open_movie(folder / "fit.gif").playback)
    records = [movie_format(file).read_embedded(file) for file in (site / "art").iterdir()]
    assert len(records) == 2
    assert not any(TOKEN in record for record in records)


def test_the_first_frame_of_a_loop_and_the_last_of_another_movie_stand_for_it(built):
    _, site, pieces = built
    shown = {suffix: site / piece["thumbnails"][0][2] for suffix, piece in pieces.items()}
    frame = next(movie_format(site / pieces["apng"]["file"]).read_frames(site / pieces["apng"]["file"])).pixels
    with Image.open(shown["apng"]) as thumb:
        assert abs(np.asarray(thumb.convert("RGB")).mean() - frame.mean()) < 8
    with Image.open(shown["gif"]) as thumb:
        assert np.asarray(thumb.convert("RGB")).mean() > 190


def test_movies_of_one_artwork_are_told_apart_by_their_motion(built):
    _, site, pieces = built
    assert "motion parameters" in pieces["apng"]["stages"]
    assert "motion states" in pieces["gif"]["stages"]
    page = (site / "pieces" / f"{pieces['apng']['id']}.html").read_text("utf-8")
    assert re.search(r'differs">[^<]*movie, parameters', page)


def test_a_folder_of_frames_is_skipped_once(built, tmp_path):
    limner.animate(limner.paint("ink", seed=3, size=SIZE), tmp_path / "frames/", motion="orbit", seconds=0.3, fps=10)
    limner.paint("ink", seed=4, size=SIZE).save(tmp_path / "frames" / "frame-of-mind.png")
    found = collect([tmp_path])
    assert [file.path.name for file in found.files] == ["frame-of-mind.png"]
    assert [path.name for path, _ in found.skipped] == ["frames"]
    (tmp_path / "frames" / "frame-000001.png").unlink()
    assert len(collect([tmp_path]).files) == 3, "without its first frame, nothing says that this is a movie"


def test_the_page_shows_the_command_that_renders_the_movie_again(built):
    _, site, pieces = built
    page = (site / "pieces" / f"{pieces['apng']['id']}.html").read_text("utf-8")
    command = re.sub(r"<[^>]+>", "", re.search(r'id="command"[^>]*>(.+?)</pre>', page)[1])
    assert command == f"limner animate {pieces['apng']['id']}.apng --size 16x12 -o again.apng"
    assert "with recipe and parameters" in page


def test_a_movie_whose_recipe_is_nested_too_deeply_is_skipped(tmp_path):
    recipe = '{"frame":' + '{"a":' * 600 + "1" + "}" * 601
    with open_recorder(tmp_path / "m.apng", VideoInfo(*SIZE, manifest=f'{{"recipe":{recipe}}}')) as recorder:
        recorder.add(np.zeros((SIZE[1], SIZE[0], 3), np.uint8))
    with pytest.raises(LimnerError, match=r"1 file was skipped, the first: .*m\.apng: not made by limner"):
        build([tmp_path / "m.apng"], tmp_path / "site")
