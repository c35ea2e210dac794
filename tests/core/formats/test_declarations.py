"""What a format declares that it does not store is refused or reported, never dropped without a word."""

import pytest

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner.formats.image_format import ImageInfo
from limner.formats.video_files import check_durations, video_format_for
from limner.formats.video_format import VideoInfo
from limner_plugins.image_formats.webp import Webp
from limner_plugins.video_formats.webp import WebP


@pytest.fixture
def artwork():
    return limner.paint("ink", seed=8, size=(16, 12))


def test_a_resolution_that_would_be_lost_is_refused(artwork, monkeypatch, tmp_path):
    artwork.save(tmp_path / "kept.webp", dpi=300)
    monkeypatch.setattr(Webp, "supports_dpi", False)
    with pytest.raises(LimnerError, match=r"lost\.webp: .* does not store a resolution, so 300 dpi would be lost"):
        artwork.save(tmp_path / "lost.webp", dpi=300)
    assert artwork.save(tmp_path / "plain.webp").is_file()
    assert not (tmp_path / "lost.webp").exists()


def test_alpha_that_would_be_lost_is_refused(monkeypatch):
    image_format = Webp()
    image_format.check(ImageInfo(4, 4, 4))
    monkeypatch.setattr(Webp, "supports_alpha", False)
    with pytest.raises(LimnerError, match=r"does not support transparency; set a background colour"):
        image_format.check(ImageInfo(4, 4, 4))
    image_format.check(ImageInfo(4, 4, 3))


def test_opacity_of_a_movie_that_would_be_lost_is_refused(monkeypatch):
    video = VideoInfo(4, 4, alpha=True)
    WebP().check(video)
    monkeypatch.setattr(WebP, "supports_alpha", False)
    with pytest.raises(LimnerError, match=r"does not support transparency; choose \.png or \.webp"):
        WebP().check(video)


def test_a_background_is_refused_where_it_has_no_use(monkeypatch, tmp_path):
    with pytest.raises(LimnerError, match="this format stores transparency; omit `background`"):
        video_format_for(tmp_path / "m.webp", {"background": "white"})
    monkeypatch.setattr(WebP, "supports_alpha", False)
    with pytest.raises(LimnerError, match="this format has no background; omit `background`"):
        video_format_for(tmp_path / "m.webp", {"background": "white"})


def test_durations_that_would_be_lost_are_refused():
    check_durations("frames/", [])
    check_durations("m.webp", ["timelapse.fps"])
    with pytest.raises(
        LimnerError, match=r"frames/: this format does not store .*; omit timelapse\.fps and timelapse\.hold"
    ):
        check_durations("frames/", ["timelapse.fps", "timelapse.hold"])


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*args):
        code = run([str(one) for one in args])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_render_reports_a_resolution_that_it_leaves_out(cli, artwork, monkeypatch):
    artwork.save("art.png", dpi=300)
    monkeypatch.setattr(Webp, "supports_dpi", False)
    code, out, err = cli("render", "art.png", "-o", "lost.webp")
    assert (code, out) == (0, "lost.webp\n")
    assert err == "lost.webp: this format stores no resolution; the 300 dpi of art.png are dropped\n"
    assert limner.open("lost.webp").render_settings.dpi == 0
    code, _, err = cli("render", "art.png", "--size", "1x1in@16dpi", "-o", "asked.webp")
    assert (code, err.count("\n")) == (2, 1)
    assert (
        "asked.webp: this format does not store a resolution, so 16 dpi would be lost; give the size in pixels, 16x16"
        in err
    )


def test_a_rate_of_a_timelapse_in_a_folder_is_refused(cli, artwork):
    artwork.save("art.png")
    fit = ["fit", "art.png", "--steps", 2, "-o", "fit.png", "--timelapse", "frames/"]
    code, _, err = cli(*fit, "-s", "timelapse.fps=5")
    assert code == 2
    assert err == ("error: frames/: this format does not store frame durations; omit timelapse.fps\n")
    assert cli(*fit, "--timelapse-style", "painting")[0] == 0  # a style has a rate that nobody asked for
