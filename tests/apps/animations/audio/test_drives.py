"""Drives: their stored signals, what they change in a still, and the pace that closes a loop."""

import base64
import zlib

import numpy as np
import pytest

import limner
from limner.app.artworks import Still, with_settings
from limner.errors import LimnerError
from limner_apps.animations.audio.drive import Drive, pack_samples, unpack_samples
from limner_apps.animations.audio.driven import driven, paced, travel, with_values
from limner_apps.animations.audio.requests import DriveRequest, parse_drives, split_drives
from limner_apps.animations.audio.targets import range_of


@pytest.fixture(scope="module")
def ink():
    """A painting with a latent vector of two numbers."""
    return limner.paint("ink", seed=7, size=(16, 12))


def drive(path, values, low=0.0, high=1.0):
    return Drive(path=path, signal="bass", low=low, high=high, samples=pack_samples(np.asarray(values)))


def test_a_signal_is_stored_to_four_digits_and_short():
    values = np.random.default_rng(1).random(1000)
    values[:2] = 0, 1
    np.testing.assert_array_equal(unpack_samples(pack_samples(values)), np.round(values, 4))
    smooth = 0.5 + 0.5 * np.cos(np.arange(1800) / 40)
    assert len(pack_samples(smooth)) < 1800 * len("0.1234, ") / 3


@pytest.mark.parametrize(
    "data", [b"", b"\x01\x00\x01", np.array([3, -4], "<i2").tobytes(), np.array([10_001], "<i2").tobytes()]
)
def test_damaged_signals_are_refused(data):
    for text in (base64.b64encode(zlib.compress(data)).decode(), "no base64", base64.b64encode(b"junk").decode()):
        with pytest.raises(ValueError, match="is damaged"):
            Drive(path="frame.scale", signal="bass", low=0, high=1, samples=text)


def test_a_signal_that_unpacks_to_gigabytes_is_refused(monkeypatch):
    monkeypatch.setattr("limner_apps.animations.audio.drive.MAX_SAMPLES", 1000)
    bomb = base64.b64encode(zlib.compress(bytes(2002))).decode()
    with pytest.raises(ValueError, match="must have 1 to"):
        unpack_samples(bomb)


def test_values_are_those_of_the_frames_and_linear_between_them():
    one = drive("frame.scale", [0, 0.5, 1, 0.25], low=2, high=4)
    assert [one.value_at(k / 4, closes=True) for k in range(4)] == [2, 3, 4, 2.5]
    assert one.value_at(0.125, closes=True) == 2.5
    assert one.value_at(0.875, closes=True) == 2.25  # halfway from the last frame to the first
    assert [one.value_at(k / 3, closes=False) for k in range(4)] == [2, 3, 4, 2.5]


def test_a_driven_setting_is_the_setting(ink):
    at = driven(lambda position: Still(ink, position), [drive("frame.scale", [0, 1], 1, 2)], 1, closes=True)
    assert at(0.0).artwork == ink
    assert at(0.5).artwork == with_settings(ink, {"frame.scale": 2.0})
    assert at(0.25).artwork == with_settings(ink, {"frame.scale": 1.5})
    assert at(0.25).time == 0.25


@pytest.mark.parametrize("path", ["encoder.latent", "encoder.2"])
def test_a_driven_latent_goes_to_a_random_one_of_the_seed(ink, path):
    def theta(seed, amount):
        still = driven(lambda _: Still(ink), [drive(path, [amount])], seed, closes=True)(0.0)
        return still.artwork.theta

    place = ink.model.layout.slices["encoder.2.z"]
    others = np.delete(np.arange(ink.theta.size), np.arange(place.start, place.stop))
    np.testing.assert_array_equal(theta(1, 0.0), ink.theta)
    np.testing.assert_array_equal(theta(1, 1.0)[others], ink.theta[others])
    target = theta(1, 1.0)[place]
    assert np.abs(target).max() <= 1  # the spread of drawn vectors
    np.testing.assert_allclose(theta(1, 0.25)[place], 0.75 * ink.theta[place] + 0.25 * target, rtol=1e-6)
    assert not np.allclose(theta(2, 1.0)[place], target)


def test_whole_numbers_stay_whole():
    art = limner.paint("ink", seed=7, size=(16, 12), swap={"warp": ["kaleidoscope"]})
    low, high, _ = range_of(DriveRequest("warp.kaleidoscope.segments", "bass", (2, 9)), art)
    still = driven(lambda _: Still(art), [drive("warp.kaleidoscope.segments", [0.4], low, high)], 1, closes=True)(0.0)
    assert still.artwork == with_settings(art, {"warp.kaleidoscope.segments": 5})


def test_a_pace_follows_the_signal_and_closes_the_loop():
    steady = travel(drive("motion", [0.5] * 6, 0, 10), 60.0, closes=True)
    np.testing.assert_allclose(steady, np.linspace(0, 5, 7))  # five passes in a minute
    uneven = travel(drive("motion", [1, 0, 1, 0], 0, 10), 6.0, closes=True)
    np.testing.assert_allclose(uneven, [0, 0.5, 0.5, 1, 1])  # one pass at least
    once = travel(drive("motion", [0, 1, 0.5, 0.5], 1, 3), 600.0, closes=False)
    np.testing.assert_allclose(once, [0, 1 / 6, 4 / 6, 1])  # steps 1, 3 and 2
    np.testing.assert_allclose(travel(drive("motion", [0, 0], 0, 5), 1.0, closes=True), [0, 0.5, 1])


def test_a_paced_loop_goes_on_where_it_began():
    two_passes = drive("motion", [1.0] * 8, 1, 2)
    at = paced(lambda position: Still(None, position), [two_passes], 60.0, closes=True)
    assert [at(k / 8).time for k in range(8)] == pytest.approx([0, 0.25, 0.5, 0.75, 1, 0.25, 0.5, 0.75])
    move = lambda position: Still(None, position)  # noqa: E731
    assert paced(move, [drive("frame.scale", [1])], 1.0, closes=True) is move


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("frame.scale", (1.0, 1.5)),
        ("encoder.latent", (0.0, 1.0)),
        ("motion", (2.5, 10.0)),
        ("encoder.radius.scale", (2.5, 3.75)),
    ],
)
def test_ranges_that_are_chosen(ink, path, expected):
    assert range_of(DriveRequest(path, "bass"), ink) == (*expected, "linear")
    assert range_of(DriveRequest(path, "bass", (0.25, 0.5)), ink) == (0.25, 0.5, "linear")


def test_a_chosen_range_respects_the_bounds_of_the_setting(ink):
    largest = with_settings(ink, {"frame.scale": 1000.0})
    assert range_of(DriveRequest("frame.scale", "bass"), largest)[:2] == (1000.0, 500.0)
    centre = limner.paint("ink", seed=7, size=(8, 8), swap={"warp": ["swirl"]}, set={"warp.swirl.strength": 0.0})
    assert range_of(DriveRequest("warp.swirl.strength", "bass"), centre)[:2] == (0.0, 0.5)


INVALID = {
    "encoder.xy": "this stage has no latent vector; name a setting, such as encoder.xy.scale",
    "frame.scal": "did you mean 'scale'",
    "encoder.latnt": "the recipe has no encoder 'latnt'; did you mean 'latent'",
    "network.activation": "is not a number",
    "encoder.latent.values": "is not a number",
    "network.learning": "unknown setting",
    "title": "is not a setting of a stage",
    "motion.strength": "is a setting of the motion",
    "warp.swirl.strength": "the recipe has no warp 'swirl'",
}


@pytest.mark.parametrize(("path", "message"), INVALID.items())
def test_paths_that_cannot_be_driven(ink, path, message):
    with pytest.raises(LimnerError, match=message) as error:
        range_of(DriveRequest(path, "bass"), ink)
    assert str(error.value).startswith("`drive`")


def test_values_outside_the_bounds_are_refused(ink):
    with pytest.raises(LimnerError, match=r"frame\.scale: must be more than 0"):
        range_of(DriveRequest("frame.scale", "bass", (0.0, 1.0)), ink)
    with pytest.raises(LimnerError, match="passes per minute; use 0 to 600"):
        range_of(DriveRequest("motion", "bass", (-1.0, 1.0)), ink)


def test_requests_are_read():
    texts = ["frame.scale = loudness:-1.5..2", "encoder.latent=300-800hz", "motion=onset:.5..1"]
    assert parse_drives(split_drives(texts)) == [
        DriveRequest("frame.scale", "loudness", (-1.5, 2.0)),
        DriveRequest("encoder.latent", "300-800hz", None),
        DriveRequest("motion", "onset", (0.5, 1.0)),
    ]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["frame.scale"], "must have the form PATH=SIGNAL"),
        (["=bass"], "must have the form PATH=SIGNAL"),
        (["frame.scale=bass", "frame.scale=mid"], "by both bass and mid"),
        (["frame.scale=bas"], "unknown signal 'bas'"),
        (["frame.scale=bass:1"], "must have the form A..B"),
        (["frame.scale=bass:"], "must have the form A..B"),
        (["frame.scale=bass:nan..1"], "must have the form A..B"),
        (["frame.scale=bass:2..2"], "has no effect"),
    ],
)
def test_requests_that_are_refused(texts, message):
    with pytest.raises(LimnerError, match=message):
        parse_drives(split_drives(texts))


def test_drives_of_a_blend_are_those_of_its_layers(ink):
    other = limner.paint("ink", seed=8, size=(16, 12))
    blend = limner.blend([ink, other])
    assert range_of(DriveRequest("frame.scale", "bass"), blend)[:2] == (1.0, 1.5)
    scaled = with_values(blend, {"frame.scale": 1.25}, 1)
    assert scaled == limner.blend([with_settings(one, {"frame.scale": 1.25}) for one in (ink, other)])
    moved = with_values(blend, {"encoder.latent": 0.5}, 1)
    alone = [with_values(one, {"encoder.latent": 0.5}, 1) for one in (ink, other)]
    np.testing.assert_array_equal(moved.theta, np.concatenate([one.theta for one in alone]))
    first = with_values(blend, {"layer.1.frame.scale": 2.0}, 1)
    assert first == limner.blend([ink, with_settings(other, {"frame.scale": 2.0})])


def test_colours_and_lists_are_mixed_as_by_moves(ink):
    art = limner.paint("ink", seed=7, size=(16, 12), swap={"color": "duotone"}, set={"color.dark": "#000000"})
    colours = range_of(DriveRequest("color.dark", "bass", ("black", "white")), art)
    one = Drive(path="color.dark", signal="bass", **colours._asdict(), samples=pack_samples(np.array([0, 0.5, 1])))
    at = driven(lambda _: Still(art), [one], 1, closes=False)
    darks = [at(k / 2).artwork.recipe.table()["color"]["dark"] for k in range(3)]
    assert darks == ["black", "#636363", "white"]  # half of OKLab's lightness is 0.389 in sRGB
    vector = range_of(DriveRequest("encoder.latent.values", "bass", ("0,1", "1,0")), ink)
    assert vector == ((0.0, 1.0), (1.0, 0.0), "linear")
    two = Drive(path="encoder.latent.values", signal="bass", **vector._asdict(), samples=pack_samples(np.array([0.25])))
    z = driven(lambda _: Still(ink), [two], 1, closes=True)(0.0).artwork
    np.testing.assert_allclose(z.theta[z.model.layout.slices["encoder.2.z"]], [0.25, 0.75])
    assert range_of(DriveRequest(two.path, "bass", (two.low, two.high), two.between), ink) == vector
    assert Drive.model_validate(two.model_dump()) == two


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        ("frame.scale", ("1", "x"), "must be a number"),
        ("network.activation", ("tanh", "sin"), "cannot move|has 4|lists"),
        ("encoder.latent", ("a", "b"), "two numbers"),
        ("motion", ("fast", "slow"), "two numbers"),
        ("encoder.latent.values", ("1", "1,2"), "different lengths|size is 2"),
    ],
)
def test_values_that_cannot_be_mixed(ink, path, values, message):
    with pytest.raises(LimnerError, match=message) as error:
        range_of(DriveRequest(path, "bass", values), ink)
    assert str(error.value).startswith("`drive`")


@pytest.mark.parametrize(
    ("low", "high", "between"),
    [
        ("a", "b", "linear"),
        ("red", "nonsense", "colour"),
        (-1.0, 1.0, "logarithmic"),
        ((1.0,), (1.0, 2.0), "linear"),
        (1, "a", "whole"),
    ],
)
def test_forged_values_are_refused(low, high, between):
    samples = pack_samples(np.array([0.5]))
    with pytest.raises(ValueError, match="cannot be mixed"):
        Drive(path="frame.scale", signal="bass", low=low, high=high, between=between, samples=samples)


def test_forged_kinds_of_values_are_refused(ink):
    def forged(path, low, high, between):
        samples = pack_samples(np.array([0.5, 1]))
        return Drive(path=path, signal="bass", low=low, high=high, between=between, samples=samples)

    colours = "red", "blue", "colour"
    with pytest.raises(LimnerError, match="must have numbers"):
        driven(lambda _: Still(ink), [forged("encoder.latent", *colours)], 1, closes=True)(0.0)
    for ends in (colours, (-1.0, 2.0, "linear")):
        with pytest.raises(LimnerError, match="`drive` motion: must have numbers"):
            travel(forged("motion", *ends), 1.0, closes=True)
