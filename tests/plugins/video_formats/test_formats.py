"""The movies, read by Pillow and by FFmpeg themselves: frames, time, recipe, and what is refused."""

from __future__ import annotations

import json
import resource
import struct
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from limner.errors import ArtworkError, LimnerError
from limner.formats.video_files import check_repeat, open_recorder, video_format_for
from limner.imaging.quality import psnr
from limner.plugin import VideoInfo
from limner.registry.events import FileSaved
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import registry

av = pytest.importorskip("av", reason="waits for PyAV: pip install 'limner[video]'")

MANIFEST = '{"recipe": {"title": "N\\u00e4cht", "seed": 7}}'
STILL = ("m.gif", "m.webp", "m.apng")
VIDEO = ("m.mp4", "m.webm")
FOLDER = ("m/",)
EVERY = (*STILL, *VIDEO, *FOLDER)
LEAST = {"m.gif": 34, "m.mp4": 33, "m.webm": 33}  # dB, of a disc that moves over soft colours


def moving(count, width=48, height=32, *, alpha=False):
    """A soft disc that crosses soft colours; where there is an opacity, its middle is opaque and the rest is not."""
    y, x = np.mgrid[:height, :width]
    for k in range(count):
        radius = np.hypot(x - width * (k + 1) / (count + 1), y - height / 2)
        disc = np.clip(2 - 4 * radius / height, 0, 1)[..., None]
        ground = [128 + 90 * np.sin(x / 19 + c) * np.cos(y / 23 + 0.5 * c) for c in range(3)]
        frame = disc * (200, 180, 80) + (1 - disc) * np.dstack(ground)
        if alpha:
            frame = np.dstack([frame, np.where(disc == 1, 255, 100)])
        yield np.rint(frame).astype(np.uint8)


def record(path, frames, options=None, force=False, **video):
    """Write the frames; gives the path, and what they were."""
    frames = list(frames)
    height, width, channels = frames[0].shape
    with open_recorder(path, VideoInfo(width, height, alpha=channels == 4, **video), options, force=force) as recorder:
        for frame in frames:
            recorder.add(frame)
    return frames


def decoded(path):
    """Frames and their seconds, by Pillow or by FFmpeg."""
    if path.is_dir():
        return [(np.asarray(Image.open(file)), 0.0) for file in sorted(path.iterdir())]
    if path.suffix in (".mp4", ".webm"):
        with av.open(str(path)) as container:
            return [(rgb(frame), float(frame.pts * frame.time_base)) for frame in container.decode(video=0)]
    with Image.open(path) as image:
        out = []
        for index in range(image.n_frames):
            image.seek(index)
            out.append((np.asarray(image.convert("RGBA")), image.info["duration"] / 1000))
        return out


def rgb(frame):
    """A frame of a video, by what the video says of its colours: older PyAVs do not ask it."""
    said = {"src_colorspace": int(frame.colorspace), "src_color_range": int(frame.color_range)}
    return frame.reformat(format="rgb24", dst_color_range="JPEG", **said).to_ndarray()


@pytest.mark.parametrize("name", EVERY)
def test_another_reader_sees_the_frames_in_order(name, tmp_path):
    path = tmp_path / name
    frames = record(f"{tmp_path}/{name}", moving(6), fps=10.0, manifest=MANIFEST)
    seen = [pixels for pixels, _ in decoded(path)]
    assert len(seen) == 6
    for frame, pixels in zip(frames, seen, strict=True):
        if name in LEAST:
            assert psnr(frame, pixels[..., :3]) > LEAST[name]
        else:
            np.testing.assert_array_equal(pixels[..., :3], frame)
            assert pixels.shape[2] == 3 or (pixels[..., 3] == 255).all()


@pytest.mark.parametrize("name", STILL)
@pytest.mark.parametrize("rate", [1 / 3, 24.0, 30.0, 30000 / 1001, 50.0])
def test_no_error_of_time_adds_up(name, rate, tmp_path):
    record(tmp_path / name, moving(7, 8, 8), fps=rate, hold=2.5)
    seconds = [s for _, s in decoded(tmp_path / name)]
    unit = 0.01 if name == "m.gif" else 0.001
    assert np.cumsum(seconds)[:-1] == pytest.approx(np.arange(1, 7) / rate, abs=unit / 2 + 1e-9)
    assert seconds[-1] == pytest.approx(max(2.5, 1 / rate), abs=unit)


@pytest.mark.parametrize("name", VIDEO)
@pytest.mark.parametrize(("rate", "hold"), [(12.0, 0.0), (30000 / 1001, 0.5), (0.5, 1.0)])
def test_a_video_repeats_its_last_frame_for_as_long_as_it_stands(name, rate, hold, tmp_path):
    frames = record(tmp_path / name, moving(4), fps=rate, hold=hold)
    seen = decoded(tmp_path / name)
    assert len(seen) == 3 + max(1, round(hold * rate))
    assert [s for _, s in seen] == pytest.approx(np.arange(len(seen)) / rate, abs=1e-3)
    assert psnr(frames[-1], seen[-1][0]) > 33
    with av.open(str(tmp_path / name)) as container:
        assert float(container.streams.video[0].average_rate) == pytest.approx(rate, rel=1e-3)


def test_apng_counts_time_in_fractions(tmp_path):
    record(tmp_path / "m.apng", moving(2, 8, 8), fps=30000 / 1001)
    data = (tmp_path / "m.apng").read_bytes()
    at = data.index(b"fcTL") + 4
    assert struct.unpack(">HH", data[at + 20 : at + 24]) == (1001, 30000)


@pytest.mark.parametrize("repeat", [0, 1, 2, 300])
def test_how_often_it_plays_is_stored(repeat, tmp_path):
    """Pillow returns the numbers of the files: a GIF stores how often it starts again, nothing if it does not."""
    stored = {"m.gif": {0: 0, 1: None}.get(repeat, repeat - 1)}
    for name in STILL:
        record(tmp_path / name, moving(2, 8, 8), repeat=repeat)
        with Image.open(tmp_path / name) as image:
            assert image.info.get("loop") == stored.get(name, repeat), name


@pytest.mark.parametrize("name", VIDEO)
@pytest.mark.parametrize(("rate", "hold"), [(25.0, 0.0), (30000 / 1001, 0.5)])
def test_a_video_that_repeats_has_its_packets_again(name, rate, hold, tmp_path):
    """The copies have the bytes of the original, in its order, each exactly as much later as the movie lasts."""
    (tmp_path / "x3").mkdir()
    record(tmp_path / name, moving(7), fps=rate, hold=hold, manifest=MANIFEST)
    record(tmp_path / "x3" / name, moving(7), fps=rate, hold=hold, repeat=3, manifest=MANIFEST)
    once, thrice = packets(tmp_path / name), packets(tmp_path / "x3" / name)
    assert [data for _, _, data in thrice] == [data for _, _, data in once] * 3
    period = (6 + max(1, round(hold * rate))) / rate
    expected = [(pts + k * period, dts + k * period) for k in range(3) for pts, dts, _ in once]
    np.testing.assert_allclose([(pts, dts) for pts, dts, _ in thrice], expected, rtol=0, atol=1.1e-3)
    assert all(a < b for (_, a, _), (_, b, _) in pairwise(thrice))
    assert [place for _, place in decoded(tmp_path / "x3" / name)] == pytest.approx(
        np.arange(3 * len(once)) / rate, abs=1.1e-3
    )
    with av.open(str(tmp_path / "x3" / name)) as container:
        assert container.duration / av.time_base == pytest.approx(3 * period, abs=0.002)
        assert float(container.streams.video[0].average_rate) == pytest.approx(rate, rel=1e-3)
    assert video_format_for(name).stage.read_embedded(tmp_path / "x3" / name) == MANIFEST
    assert {path.name for path in (tmp_path / "x3").iterdir()} == {name}


def packets(path):
    """Time of display, time of decoding and bytes of the packets of a video."""
    with av.open(str(path)) as container:
        found = [packet for packet in container.demux(video=0) if packet.dts is not None]
        return [(float(p.pts * p.time_base), float(p.dts * p.time_base), bytes(p)) for p in found]


@pytest.mark.parametrize(
    ("name", "repeat", "message"),
    [
        ("m.mp4", 0, "cannot repeat forever; set `repeat` to 1 or more"),
        ("m/", 1, "does not store how often a movie plays; omit `repeat`"),
    ],
)
def test_what_a_format_does_not_repeat(name, repeat, message):
    check_repeat(name, None)
    check_repeat("m.gif", repeat)
    with pytest.raises(LimnerError, match=message):
        check_repeat(name, repeat)


@pytest.mark.parametrize("name", EVERY)
def test_the_recipe_lies_inside_and_is_read_back(name, tmp_path):
    target = f"{tmp_path}/{name}"
    record(target, moving(2), manifest=MANIFEST)
    movie = video_format_for(target).stage
    assert movie.read_embedded(tmp_path / name) == MANIFEST
    assert [frame.pixels.shape[:2] for frame in movie.read_frames(tmp_path / name)] == [(32, 48)] * 2
    record(target, moving(2), force=True)
    assert movie.read_embedded(tmp_path / name) is None


def test_other_programs_find_the_recipe(tmp_path):
    for name in EVERY:
        record(f"{tmp_path}/{name}", moving(2), manifest=MANIFEST)
    with Image.open(tmp_path / "m.gif") as image:
        assert image.info["comment"].decode() == MANIFEST
    with Image.open(tmp_path / "m.apng") as image:
        assert image.text["limner-movie"] == MANIFEST
    with Image.open(tmp_path / "m" / "frame-000001.png") as image:
        assert image.text["limner-movie"] == MANIFEST
    for name, tag in (("m.mp4", "comment"), ("m.webm", "COMMENT")):
        with av.open(str(tmp_path / name)) as container:
            assert container.metadata[tag] == MANIFEST


def test_a_foreign_comment_is_not_a_recipe(tmp_path):
    for comment in (b"made with care", b"[1]", b"\xff\xfe", b"7"):
        Image.new("L", (4, 4)).save(tmp_path / "m.gif", comment=comment)
        assert video_format_for("m.gif").stage.read_embedded(tmp_path / "m.gif") is None


@pytest.mark.parametrize("name", ["m.webp", "m.apng", "m/"])
def test_opacity_comes_back(name, tmp_path):
    frames = record(f"{tmp_path}/{name}", moving(3, alpha=True))
    for frame, (pixels, _) in zip(frames, decoded(tmp_path / name), strict=True):
        np.testing.assert_array_equal(pixels, frame)


def test_a_gif_s_pixels_are_opaque_or_clear(tmp_path):
    frames = record(tmp_path / "m.gif", moving(3, alpha=True))
    for frame, (pixels, _) in zip(frames, decoded(tmp_path / "m.gif"), strict=True):
        np.testing.assert_array_equal(pixels[..., 3], np.where(frame[..., 3] == 255, 255, 0))
        opaque = frame[..., 3] == 255
        assert np.abs(pixels[opaque][:, :3].astype(int) - frame[opaque][:, :3]).max() < 8
    record(tmp_path / "over.gif", moving(3, alpha=True), {"background": "white"})
    assert all((pixels[..., 3] == 255).all() for pixels, _ in decoded(tmp_path / "over.gif"))


@pytest.mark.parametrize("name", VIDEO)
def test_a_video_wants_something_behind_what_is_clear(name, tmp_path):
    with pytest.raises(LimnerError, match=rf"{name}: .* not support transparency; set .* `background=white`"):
        record(tmp_path / name, moving(2, alpha=True))
    frames = record(tmp_path / name, moving(2, alpha=True), {"background": "#ff8800"})
    share = frames[0][..., 3:] / 255
    over = np.rint(frames[0][..., :3] * share + np.array([255, 136, 0]) * (1 - share)).astype(np.uint8)
    assert psnr(over, decoded(tmp_path / name)[0][0]) > 33
    with pytest.raises(LimnerError, match=r"background: .*is not a colour"):
        video_format_for(name, {"background": "blurple"})


@pytest.mark.parametrize("name", VIDEO)
def test_odd_sides_are_made_even_by_repeating_the_edge(name, tmp_path):
    frames = record(tmp_path / name, moving(2, 33, 27))
    pixels = decoded(tmp_path / name)[0][0]
    assert pixels.shape == (28, 34, 3)
    assert psnr(np.pad(frames[0], ((0, 1), (0, 1), (0, 0)), mode="edge"), pixels) > 33


@pytest.mark.parametrize("name", VIDEO)
def test_colours_do_not_shift(name, tmp_path):
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0), (200, 120, 40), (30, 90, 160)]
    page = np.repeat(np.repeat(np.array([colours], dtype=np.uint8), 32, axis=0), 32, axis=1)
    record(tmp_path / name, [page] * 3)
    with av.open(str(tmp_path / name)) as container:
        context = container.streams.video[0].codec_context
        assert (context.colorspace, context.color_range, context.color_primaries, context.color_trc) == (1, 1, 1, 1)
        planes = next(container.decode(video=0)).to_ndarray().astype(float)
    for place, (red, green, blue) in enumerate(np.array(colours) / 255):  # ITU-R BT.709, limited range
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert planes[16, 32 * place + 16] == pytest.approx(16 + 219 * light, abs=2)
    for pixels, _ in decoded(tmp_path / name):
        middles = pixels[16, 16::32].astype(int)
        assert np.abs(middles - colours).max() <= 4


def test_an_mp4_plays_before_all_of_it_has_come(tmp_path):
    record(tmp_path / "m.mp4", moving(3))
    data = (tmp_path / "m.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_last_frames_of_an_mp4_are_as_good_as_the_others(tmp_path):
    grain = 0.15 * np.random.default_rng(1).integers(-128, 128, (96, 96, 1))
    y, x = np.mgrid[:96, :96] / 96
    waves = [np.sin(9 * x + np.cos(turn)) * np.cos(7 * y + np.sin(turn)) for turn in np.arange(24) * np.pi / 12]
    loop = [np.clip(128 + 60 * wave[..., None] + grain * np.ones(3), 0, 255).astype(np.uint8) for wave in waves]
    record(tmp_path / "m.mp4", loop)
    shown = [pixels.astype(float) for pixels, _ in decoded(tmp_path / "m.mp4")]
    errors = [np.mean((ours - theirs) ** 2) for ours, theirs in zip(loop, shown, strict=True)]
    assert max(errors[-3:]) < 1.3 * np.median(errors), "otherwise, a loop gets sharper at its cut"


@pytest.mark.parametrize("name", EVERY)
def test_one_frame_is_a_movie(name, tmp_path):
    (frame,) = record(f"{tmp_path}/{name}", moving(1, 17, 5))
    ((pixels, _),) = decoded(tmp_path / name)
    assert psnr(frame, pixels[:5, :17, :3]) > 25


@pytest.mark.parametrize("name", STILL)
def test_what_does_not_change_takes_no_room(name, tmp_path):
    noise = np.random.default_rng(3).integers(0, 256, (40, 60, 3)).astype(np.uint8)
    other = noise.copy()
    other[11:14, 21:30] = 255
    frames = [noise, noise, other, other, noise]
    options = {"dither": "none"} if name == "m.gif" else None
    record(tmp_path / f"one{name[1:]}", [noise], options)
    record(tmp_path / name, frames, options)
    grown = (tmp_path / name).stat().st_size - (tmp_path / f"one{name[1:]}").stat().st_size
    assert grown < 2500  # some hundred bytes a frame, and where the colours are others a palette
    seen = [pixels[..., :3].astype(int) for pixels, _ in decoded(tmp_path / name)]
    for before, after in ((0, 1), (2, 3), (0, 4)):
        np.testing.assert_array_equal(seen[before], seen[after])
    assert np.abs(seen[2] - other).mean() < 12


# GIF: its palettes and its grain.


@pytest.mark.parametrize("dither", ["ordered", "floyd-steinberg", "none"])
def test_grain_makes_up_for_missing_colours(dither, tmp_path):
    ramp = np.repeat(np.linspace(0, 255, 96)[None, :, None], 64, axis=0).repeat(3, axis=2).astype(np.uint8)
    record(tmp_path / "m.gif", [ramp], {"colours": 5, "dither": dither})
    seen = decoded(tmp_path / "m.gif")[0][0][..., :3].astype(float)
    assert len(np.unique(seen)) <= 5
    off = np.abs(seen.reshape(16, 4, 24, 4, 3).mean(axis=(1, 3)) - ramp.reshape(16, 4, 24, 4, 3).mean(axis=(1, 3)))
    assert (off.mean() < 7) == (dither != "none")


def test_ordered_grain_stands_still_where_the_picture_does(tmp_path):
    frames = record(tmp_path / "m.gif", moving(5), {"palette": "first"})
    seen = [pixels for pixels, _ in decoded(tmp_path / "m.gif")]
    for before, after, one, two in zip(frames, frames[1:], seen, seen[1:], strict=False):
        same = (before == after).all(axis=2)
        np.testing.assert_array_equal(one[same], two[same])


def test_a_palette_is_kept_while_it_serves(tmp_path):
    ramp = np.mgrid[:32, :64][1].astype(np.uint8) * 3
    red, blue = (np.dstack([ramp if c == k else ramp // 4 for c in range(3)]) for k in (0, 2))
    scenes = [red, red[:, ::-1], blue, blue[:, ::-1]]
    worst = {}
    for palette in ("adaptive", "each", "first"):
        record(tmp_path / f"{palette}.gif", scenes, {"palette": palette})
        seen = [pixels[..., :3] for pixels, _ in decoded(tmp_path / f"{palette}.gif")]
        worst[palette] = min(psnr(a, b) for a, b in zip(scenes, seen, strict=True))
    assert worst["adaptive"] > 38
    assert worst["adaptive"] > worst["each"] - 1
    assert worst["first"] < 25


# What is refused.


def test_an_unknown_ending_lists_the_known_ones():
    with pytest.raises(LimnerError, match=r"m\.xyzzy: unknown video format '\.xyzzy'; use .*\.webm"):
        video_format_for("m.xyzzy")
    with pytest.raises(LimnerError, match=r"did you mean '\.webm'"):
        video_format_for("m.wbm")
    assert video_format_for("clips").kind == video_format_for("take.1/").kind == "frames"
    assert video_format_for("M.GIF").kind == "gif"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("m.mp4", {"crf": 99}, r"m\.mp4: .*crf: .*51"),
        ("m.mp4", {"crv": 20}, r"crv.*did you mean 'crf'"),
        ("m.webp", {"background": "white"}, "stores transparency; omit `background`"),
        ("m.gif", {"dither": "odered"}, "dither"),
    ],
)
def test_options_that_will_not_do(name, options, message):
    with pytest.raises(LimnerError, match=message):
        video_format_for(name, options)


@pytest.mark.parametrize(
    ("name", "video", "message"),
    [
        ("m.gif", {"fps": 60.0}, "takes 0.01 to 50 frames per second, not 60; choose another frame rate"),
        ("m.webp", {"fps": 100.0}, "0.01 to 90 frames per second"),
        ("m.mp4", {"fps": 0.0}, "0.01 to 240 frames per second, not 0"),
        ("m.mp4", {"fps": float("nan")}, "not nan"),
        ("m.apng", {"hold": -1.0}, "must be 0 to 600 seconds, not -1"),
        ("m.gif", {"hold": 601.0}, "must be 0 to 600 seconds"),
        ("m.webp", {"width": 20_000}, "1 to 16383 pixels a side, not 20000x4"),
        ("m.gif", {"height": 0}, "not 4x0"),
        ("m.mp4", {"width": 16_384, "height": 16_129}, "16384x16129 is too large for FFmpeg"),
        ("m.mp4", {"repeat": -1}, "`repeat` -1: must be 1 to 10000"),
        ("m.gif", {"repeat": 65_537}, "must be 1 to 65536"),
        ("m/", {"repeat": 2}, "cannot play a movie 2 times; omit `repeat`"),
        ("m/", {"manifest": "x" * 2**21}, "which can embed 1048576 bytes"),
    ],
)
def test_movies_that_a_format_cannot_store(name, video, message, tmp_path):
    info = VideoInfo(**({"width": 4, "height": 4} | video))
    with pytest.raises(LimnerError, match=message), open_recorder(f"{tmp_path}/{name}", info):
        raise AssertionError("it began")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            np.zeros((4, 5, 3), np.uint8),
            r"frame 2: the shape is 4x5x3 \(height, width, channels\); .* needs 4x4x3",
        ),
        (np.zeros((4, 4, 4), np.uint8), "frame 2: the shape is 4x4x4"),
        (np.zeros((4, 4), np.uint8), "frame 2: the shape is 4x4 "),
        (np.zeros((4, 4, 3)), "frame 2: the dtype must be uint8 .*, not float64"),
    ],
    ids=["size", "channels", "gray", "dtype"],
)
def test_a_frame_unlike_the_others_is_refused_and_nothing_stays(name, frame, message, tmp_path):
    with pytest.raises(LimnerError, match=message):
        record(f"{tmp_path}/{name}", [np.zeros((4, 4, 3), np.uint8), frame])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("height", "fits"), [(16_128, True), (16_130, False)])
def test_which_frames_ffmpeg_holds(height, fits):
    """The bound that is refused is FFmpeg's own; none of these bytes is touched."""
    video_format, video = video_format_for("m.mp4").stage, VideoInfo(16_384, height)
    for tried, error in (
        (lambda: video_format.check(video), LimnerError),
        (lambda: av.VideoFrame(16_384, height), ValueError),
    ):
        if fits:
            tried()
        else:
            with pytest.raises(error):
                tried()


@pytest.mark.parametrize("name", VIDEO)
def test_what_ffmpeg_cannot_encode_is_reported_where_the_frame_is_added(name, tmp_path, monkeypatch):
    def failing(encoder, picture):
        raise av.error.ArgumentError(22, "Invalid argument")

    monkeypatch.setattr("limner_plugins.video_formats._video.VideoEncoder._encode", failing)

    errors = []

    def begun():
        with open_recorder(tmp_path / name, VideoInfo(4, 4)) as recorder:
            try:
                recorder.add(np.zeros((4, 4, 3), np.uint8))
            except LimnerError as error:
                errors.append(str(error))

    with pytest.raises(LimnerError, match="the movie has no frames"):
        begun()
    assert "FFmpeg cannot write this video (Invalid argument)" in errors[0]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", EVERY)
def test_a_movie_without_a_frame_is_refused(name, tmp_path):
    with (
        pytest.raises(LimnerError, match="the movie has no frames"),
        open_recorder(f"{tmp_path}/{name}", VideoInfo(4, 4)),
    ):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("name", EVERY)
def test_an_error_between_frames_leaves_nothing(name, error, tmp_path):
    def frames():
        yield from moving(3)
        raise error

    with pytest.raises(type(error)), open_recorder(f"{tmp_path}/{name}", VideoInfo(48, 32)) as recorder:
        list(map(recorder.add, frames()))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", EVERY)
def test_a_disk_that_is_full_is_reported_and_nothing_stays(name, tmp_path):
    noise = np.random.default_rng(1).integers(0, 256, (4, 100, 100, 3)).astype(np.uint8)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
        with pytest.raises(LimnerError, match="cannot be written: File too large"):
            record(f"{tmp_path}/{name}", noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", VIDEO)
def test_a_missing_pyav_names_the_extra(name, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    message = r"needs PyAV, which is not installed; install it: pip install 'limner\[video\]', or choose \.webp"
    with pytest.raises(LimnerError, match=message):
        record(tmp_path / name, moving(2))
    with pytest.raises(LimnerError, match=r"limner\[video\]"):
        list(video_format_for(name).stage.read_frames(tmp_path / name))
    assert not list(tmp_path.iterdir())


def test_a_pyav_without_the_encoder_is_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(av, "codecs_available", {"gif"})
    with pytest.raises(LimnerError, match="built without libx264"):
        record(tmp_path / "m.mp4", moving(2))


@pytest.mark.parametrize("name", EVERY)
def test_places_that_take_no_movie(name, tmp_path):
    with pytest.raises(LimnerError, match=r"the folder .*nowhere does not exist; create it"):
        record(f"{tmp_path}/nowhere/{name}", moving(1))
    record(f"{tmp_path}/{name}", moving(1))
    with pytest.raises(LimnerError, match=r"exists already; choose another name with `path`, or `force=True`"):
        record(f"{tmp_path}/{name}", moving(2))
    record(f"{tmp_path}/{name}", moving(2), force=True)
    assert len(decoded(tmp_path / name)) == 2
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["m.gif", "m/", "there/"])
def test_a_folder_that_takes_no_files(name, tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write anywhere
    with pytest.raises(LimnerError, match=r"cannot write to .*: permission denied"):
        record(f"{tmp_path}/{name}", moving(1))


def test_a_folder_of_something_else_is_never_replaced(tmp_path):
    place = tmp_path / "m"
    place.mkdir()
    record(place, moving(2))  # an empty one may lie there
    (place / "notes.txt").write_text("mine")
    with pytest.raises(LimnerError, match=r"m: holds 'notes\.txt', which would be lost; choose another folder"):
        record(place, moving(1), force=True)
    assert (place / "notes.txt").read_text() == "mine"
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", f"{tmp_path}/file/"):
        with pytest.raises(LimnerError, match=r"file.*: exists and is not a folder"):
            record(path, moving(1), force=True)
    for path in (f"{place}/..", "/"):
        with pytest.raises(LimnerError, match="which would be lost"):
            record(path, moving(1), force=True)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_not_a_movie_is_reported(name, tmp_path):
    movie = video_format_for(name).stage
    path = tmp_path / name
    for read in (movie.read_embedded, lambda path: list(movie.read_frames(path))):
        with pytest.raises(ArtworkError, match=r"cannot be read|not a folder"):
            read(path)
    if name != "m/":
        path.write_bytes(b"GIF89a no movie at all")
        with pytest.raises(ArtworkError, match="is damaged"):
            list(movie.read_frames(path))


def test_listeners_hear_that_a_movie_is_saved(tmp_path):
    heard = []

    class Listener:
        @hookimpl
        def limner_event(self, event):
            heard.append(event)

    listener = Listener()
    registry().listen(listener)
    record(tmp_path / "m.gif", moving(1))
    record(tmp_path / "m", moving(1))
    registry().unlisten(listener)
    assert heard == [FileSaved(tmp_path / "m.gif"), FileSaved(tmp_path / "m")]


def test_plugins_list_and_show_know_the_kind(capsys):
    from limner.cli.main import run

    assert run(["plugins", "list", "--kind", "video-format", "--json"]) == 0
    names = {json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()}
    assert {"gif", "webp", "apng", "mp4", "webm", "frames"} <= names
    assert run(["plugins", "show", "video-format/webp"]) == 0
    assert "lossless = true" in capsys.readouterr().out


# Memory.

SCRIPT = """
import resource, sys
import numpy as np
from limner.plugin import VideoInfo
from limner.formats.video_files import open_recorder
path, count, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
y, x, channel = np.indices((side, side, 3))
place = (x / 97 + y / 61 + 0.9 * channel).astype(np.float32)
with open_recorder(path, VideoInfo(side, side), force=True) as recorder:
    for k in range(count):
        recorder.add((255 * (0.5 + 0.5 * np.cos(place + 0.05 * k))).astype(np.uint8))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="waits for a platform whose ru_maxrss is known")
@pytest.mark.parametrize(
    ("name", "few", "many"), [("m.mp4", 100, 1000), ("m.webm", 60, 300), ("m.gif", 5, 50), ("m.webp", 5, 40),
                              ("m.apng", 5, 50), ("m/", 5, 50)],
)  # fmt: skip
def test_memory_does_not_grow_with_the_frames(name, few, many, tmp_path):
    peaks = []
    for count in (few, many):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, f"{tmp_path}/{name}", str(count), "800"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append(float(done.stdout))
    assert peaks[1] < peaks[0] + 24, peaks
    y, x, channel = np.indices((800, 800, 3))
    place = (x / 97 + y / 61 + 0.9 * channel).astype(np.float32)
    near = []
    for k, frame in enumerate(video_format_for(f"{tmp_path}/{name}").stage.read_frames(tmp_path / name)):
        if k % 25 == 0:
            near.append(psnr((255 * (0.5 + 0.5 * np.cos(place + 0.05 * k))).astype(np.uint8), frame.pixels))
    assert k == many - 1
    assert min(near) > 38
