"""The detector cascade: what it finds, what it drops and why, and its arithmetic against slow oracles."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.imaging.discovery import find_picture
from limner.plugin import Detection
from limner_apps.faces.detectors import _appearance as appearance
from limner_apps.faces.detectors._second_look import agreement, view_around
from limner_apps.faces.detectors._windows import group_windows, iou, windows
from limner_apps.faces.detectors.cascade import Cascade

FACE = Detection(170, 60, 110, 120)
PART = Detection(55, 30, 55, 60)
"""Where it is in the part."""
EMPTY = ["page", "clock_motion", "horse"]


def sample(name, mode="RGB"):
    return np.asarray(Image.open(find_picture(f"skimage:{name}", "a test")).convert(mode))


@pytest.fixture(scope="module")
def astronaut():
    return sample("astronaut")


@pytest.fixture(scope="module")
def part(astronaut):
    """The head, in half the size."""
    return np.asarray(Image.fromarray(astronaut[:320, 60:380]).resize((160, 160), Image.Resampling.LANCZOS))


def faces(boxes):
    return [box for box in boxes if not box.doubt]


def test_one_face_and_nothing_else(astronaut):
    (face,) = faces(Cascade().find(astronaut))
    assert face.overlap(FACE) > 0.8
    assert 0.525 <= face.score < 1


@pytest.mark.parametrize("name", EMPTY)
def test_no_face_where_there_is_none(name):
    gray = Image.fromarray(sample(name)).getcolors(1 << 24)
    mode = "L" if all(r == g == b for _, (r, g, b) in gray) else "RGB"
    assert faces(Cascade().find(sample(name, mode))) == []


def test_the_second_look_is_what_drops_the_moons_crater():
    moon = sample("moon", "L")[:200]
    assert faces(Cascade(largest=0.15, agreement=0.3, caution=0.0).find(moon))
    assert faces(Cascade(largest=0.15).find(moon)) == []


def test_a_mirrored_gray_face_is_found_in_the_mirrored_place(part):
    gray = np.asarray(Image.fromarray(part).convert("L"))[:, ::-1]
    (face,) = faces(Cascade().find(gray))
    assert face.overlap(Detection(160 - 55 - 55, 30, 55, 60)) > 0.8


def test_a_face_in_the_dark_is_a_face(part):
    assert len(faces(Cascade().find((part * 0.25).astype(np.uint8)))) == 1


def test_boxes_are_in_pixels_of_the_picture_however_small_the_copy(part):
    large = np.asarray(Image.fromarray(part).resize((480, 960)))
    (face,) = faces(Cascade(longest=160, smallest=0.4).find(large[:480]))
    assert face.overlap(Detection(3 * 55, 3 * 60, 3 * 55, 6 * 60)) > 0.7


def test_a_face_of_another_colour_is_dropped_with_the_reason(part):
    assert faces(Cascade().find(part))
    blue = np.ascontiguousarray(part[..., ::-1])
    assert [box.doubt for box in Cascade().find(blue) if box.score > 0.6] == ["not the colour of skin"]
    assert faces(Cascade(skin=0.0).find(blue))


@pytest.mark.parametrize(
    ("setting", "doubt"),
    [
        ({"agreement": 0.99}, "not confirmed by the second look"),
        ({"contrast": 3.0}, "too little contrast"),
        ({"eyes": 3.0}, "eyes not darker than cheeks"),
        ({"skin": 1.0}, "not the colour of skin"),
    ],
)
def test_each_bound_drops_with_its_reason(setting, doubt, part):
    boxes = Cascade(**setting).find(part)
    assert not faces(boxes)
    assert boxes[0].doubt == doubt


def test_sizes_are_shares_of_the_shorter_side(part):
    assert not faces(Cascade(largest=0.2).find(part))
    assert not faces(Cascade(smallest=0.6).find(part))


@pytest.mark.parametrize("shape", [(1, 1), (23, 23), (23, 200, 3), (24, 24), (25, 24, 3)])
def test_a_picture_smaller_than_a_window_has_no_face(shape):
    assert Cascade().find(np.zeros(shape, dtype=np.uint8)) == []


def test_of_overlapping_faces_the_one_of_higher_score_is_kept(part):
    loose = Cascade(agreement=0.0, caution=0.0, neighbors=1, overlap=0.9, smallest=0.2)
    boxes = loose.find(part)
    kept = faces(boxes)
    assert "overlaps a face of higher score" in {box.doubt for box in boxes[len(kept) :]}
    assert all(a.overlap(b) <= 0.4 for i, a in enumerate(kept) for b in kept[:i])
    assert kept == sorted(kept, key=lambda box: -box.score)


boxes_ = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 15), st.integers(1, 15)), min_size=1, max_size=12
).map(lambda rows: np.asarray(rows, dtype=float))


@settings(max_examples=40, deadline=None)
@given(boxes_)
def test_iou_is_counted_pixel_by_pixel(boxes):
    def cells(box):
        left, top, width, height = map(int, box)
        return set(product(range(left, left + width), range(top, top + height)))

    for box in boxes:
        expected = [len(cells(box) & cells(other)) / len(cells(box) | cells(other)) for other in boxes]
        np.testing.assert_allclose(iou(boxes, box), expected)


@settings(max_examples=40, deadline=None)
@given(boxes_, st.floats(0.05, 0.95))
def test_every_window_votes_once(boxes, overlap):
    places = group_windows(boxes, overlap)
    votes = [count for _, count in places]
    assert sum(votes) == len(boxes)
    assert votes == sorted(votes, reverse=True)


def test_windows_are_not_merged(part):
    light = (appearance.luma(part) / 255).astype(np.float32)
    found = windows(light, scale=1.1, step=1.2, min_size=30, max_size=100)
    assert len(found) > 5
    assert found[:, 2].min() >= 30
    best, votes = group_windows(found, 0.4)[0]
    assert votes > 5
    assert Detection(*best).overlap(PART) > 0.8


def test_a_view_repeats_the_edge_where_the_picture_ends():
    pixels = np.zeros((40, 40), dtype=np.uint8)
    pixels[:, :20] = 250
    view = view_around(pixels, np.array([0.0, 0.0, 40.0, 40.0]))
    assert view.shape == (101, 101)
    assert view[:, :40].min() > 240
    assert view[:, 60:].max() < 10


def test_agreement_is_a_half_at_two_and_nought_for_nothing(monkeypatch):
    view = np.zeros((101, 101), dtype=np.uint8)
    assert agreement(view) == 0
    monkeypatch.setattr("limner_apps.faces.detectors._second_look._votes", lambda light: 4)
    assert agreement(view) == pytest.approx(0.5)


def test_the_appearance_is_measured():
    face = np.full((56, 56), 180.0)
    assert appearance.contrast(face) == 0
    assert appearance.shadow(face) == 0
    face[14:24] = 60.0
    assert appearance.contrast(face) == pytest.approx(face.std() / face.mean())
    assert appearance.contrast(face / 10) == pytest.approx(appearance.contrast(face))
    assert appearance.shadow(face) == pytest.approx((180 - 60) / face.std(), rel=0.02)
    half = np.zeros((10, 10, 3))
    half[:5] = (224, 172, 105)
    assert appearance.skin(half) == 0.5
    for shade in [(255, 219, 172), (241, 194, 125), (198, 134, 66), (141, 85, 36), (92, 58, 33)]:
        for light in (1.0, 0.3):
            assert appearance.skin(np.full((2, 2, 3), shade, dtype=float) * light) == 1


def test_a_toned_photograph_has_no_hues(astronaut):
    gray = appearance.luma(astronaut) / 255
    sepia = np.stack([gray * 255, gray * 215, gray * 160], axis=-1)
    assert appearance.many_hues(astronaut)
    assert not appearance.many_hues(np.repeat(gray[..., None] * 255, 3, axis=-1))
    assert not appearance.many_hues(sepia)
