"""What the names of files say of buttons, and how a press is written."""

import os
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.composition.conditioning import weights_of, with_weights
from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.stages.conditioning import label_of
from limner.training.filename_codes import codes_of, labels_of


def test_names_are_buttons_in_their_order():
    codes = codes_of(["icons/00_fox.png", "icons/01_star.png", "skimage:coffee"])
    assert codes.table.tolist() == np.eye(3).tolist()
    assert codes.is_one_hot
    assert codes.labels == ("fox", "star", "coffee")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["10000000.png", "01000000.png"], [[1, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0, 0]]),
        (["0.5,0,1.png", "-1,.25,2e-1.png"], [[0.5, 0, 1], [-1, 0.25, 0.2]]),
        (["11.png", "00.png"], [[1, 1], [0, 0]]),
    ],
)
def test_names_that_are_weights(names, expected):
    codes = codes_of(names)
    assert codes.table.tolist() == np.array(expected, np.float32).tolist()
    assert codes.labels == ()
    assert not codes.is_one_hot


def test_one_name_that_is_no_code_makes_all_of_them_names():
    assert codes_of(["10.png", "fox.png"]).labels == ("10", "fox")
    assert codes_of(["001.png", "002.png"]).labels == ("001", "002")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["100.png", "10.png"], "10.png: its name is a code of 2 weights, but that of 100.png has 3"),
        (["a/10.png", "b/10.png"], "b/10.png: has the same code as a/10.png"),
        (["1.0,0.png", "1,0.png"], "1,0.png: has the same code as 1.0,0.png"),
        (["nan,0.png", "1,0.png"], "nan,0.png: invalid code"),
        (["1e9,0.png", "1,0.png"], "1e9,0.png: invalid code"),
        (["inf,0.png", "1,0.png"], "inf,0.png: invalid code"),
    ],
)
def test_codes_that_do_not_go_together(names, said):
    with pytest.raises(LimnerError) as error:
        codes_of(names)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("stems", "labels"),
    [
        (["00_fox", "01_fox"], ("00_fox", "01_fox")),
        (["fox", "fox", "fox"], ("fox", "fox-2", "fox-3")),
        (["a,b=c", "  spaced  "], ("a_b_c", "spaced")),
        (["\x1b[31m", "日本"], ("_[31m", "日本")),
        (["", "2024-01-02"], ("1", "01-02")),
        (["x" * 300, "x" * 300], ("x" * 80, "x" * 74 + "-2")),
        (["photo-3", "photo", "photo"], ("photo-3", "photo", "photo-2")),
        (["photo", "photo", "photo-2", "photo"], ("photo", "photo-3", "photo-2", "photo-4")),
        (["a,b", "a=b", "a_b"], ("a_b", "a_b-2", "a_b-3")),
        (["1_fox", "2_fox", "fox"], ("1_fox", "2_fox", "fox")),
        (["हिन्दी", "🦊", "👩\u200d🚀"], ("हिन्दी", "🦊", "👩\u200d🚀")),
        (["e\u0301te\u0301", "\xe9t\xe9", "at 1.23\u202fPM"], ("\xe9t\xe9", "\xe9t\xe9-2", "at 1.23\u202fPM")),
        ([os.fsdecode(b"caf\xe9"), "two\nlines", "a  b"], ("caf_", "two_lines", "a  b")),
    ],
)
def test_labels_can_always_be_typed(stems, labels):
    assert labels_of(stems) == labels
    parse({"encoder": [{"kind": "one-hot", "size": len(labels), "labels": list(labels)}]}, registry())


STEMS = (
    "हिन्दी",
    "🦊",
    "00_e\u0301te\u0301",
    "नमस्\u200dते",
    "two\nlines",
    os.fsdecode(b"caf\xe9"),
    "a  b",
    "x" * 300,
    "07_" + "y" * 300,
)


def board(labels):
    table = {"encoder": [{"kind": "xy"}, {"kind": "one-hot", "size": len(labels), "labels": list(labels)}]}
    return parse(table, registry())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_button_is_pressed_by_the_name_of_its_file(form):
    recipe = board(labels_of(STEMS))
    for i, stem in enumerate(STEMS):
        name = stem if "\udce9" in stem else unicodedata.normalize(form, stem)
        pressed = weights_of(with_weights(recipe, f"{name}=0.5"))
        assert pressed == tuple(0.5 * (i == k) for k in range(len(STEMS)))


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=90), min_size=1, max_size=6))
def test_labels_of_any_files_are_unique_and_pressed_by_their_names(stems):
    labels = labels_of(stems)
    recipe = board(labels)  # which checks them
    own = [label_of(stem) for stem in stems]
    for i, stem in enumerate(stems):
        if own.count(own[i]) == 1 and own[i] and not set(stem) & set(",="):
            assert weights_of(with_weights(recipe, f"{stem}=1")).index(1) == i


@pytest.mark.parametrize(
    ("labels", "name", "button"),
    [
        (("ह_न_द_", "star"), "हिन्दी", 0),  # as limner wrote them before
        (("_", "star"), "🦊", 0),
        (("e\u0301te\u0301", "star"), "\xe9t\xe9", 0),
        (("fox", "Fox"), "Fox", 1),
        (("photo-3", "photo", "photo-3-3"), "photo-3", 0),
    ],
)
def test_labels_of_older_pictures_are_pressed_too(labels, name, button):
    pressed = weights_of(with_weights(board(labels), f"{name}=1"))
    assert pressed.index(1) == button


def test_many_files_of_one_name_are_numbered_at_once():
    labels = labels_of(["fox"] * 4096)
    assert labels[:3] == ("fox", "fox-2", "fox-3")
    assert len(set(labels)) == 4096


def test_a_button_without_a_weight_is_suggested_in_the_words_of_the_shell():
    with pytest.raises(LimnerError, match="is a button without a weight; write 'a  b=1'"):
        with_weights(board(("a  b", "c")), "a  b,0")


BOARD = parse(
    {
        "title": "Board",
        "encoder": [{"kind": "xy"}, {"kind": "one-hot", "size": 3, "labels": ["00_fox", "star", "Tree"]}],
    },
    registry(),
)


@pytest.mark.parametrize(
    ("press", "weights"),
    [
        ("1,0,0.5", (1, 0, 0.5)),
        (" -1 , 2.5,0 ", (-1, 2.5, 0)),
        ("star=1", (0, 1, 0)),
        ("star=0.5,fox=-2", (-2, 0.5, 0)),
        ("00_fox=1,tree=1", (1, 0, 1)),
        ((0.25, 0, 1), (0.25, 0, 1)),
    ],
)
def test_presses(press, weights):
    assert weights_of(with_weights(BOARD, press)) == weights
    assert weights_of(BOARD) == (1, 0, 0)


@pytest.mark.parametrize(
    ("press", "said"),
    [
        ("1,0", "expected 3 weights, one for each button (00_fox, star, Tree), got 2: 1, 0"),
        ("1,0,0,0", "expected 3 weights, one for each button (00_fox, star, Tree), got 4"),
        ("moon=1", "unknown button 'moon'; use 00_fox, star, Tree"),
        ("strar=1", "unknown button 'strar'; did you mean 'star'?"),
        ("fox=1,0", "name all weights or none"),
        ("fox=1,fox=0.5", "named twice"),
        ("nan,0,0", "a number, such as 0.5, got 'nan'"),
        ("fox=inf", "a number, such as 0.5, got 'inf'"),
        ("a,b,c", "a number, such as 0.5, got 'a'"),
        ("", "a number, such as 0.5, got ''"),
        ("star", "`press`: 'star' is a button without a weight; write star=1"),
        ("00_fox,0,0", "`press`: '00_fox' is a button without a weight; write 00_fox=1"),
        ("1e9,0,0", "from -1000 to 1000"),
        ((float("nan"), 0, 0), "from -1000 to 1000, got nan"),
    ],
)
def test_presses_that_cannot_be(press, said):
    with pytest.raises(LimnerError) as error:
        with_weights(BOARD, press)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_what_has_no_buttons_says_so():
    with pytest.raises(LimnerError, match="Plain: has no buttons; fit several pictures"):
        with_weights(parse({"title": "Plain", "encoder": [{"kind": "xy"}, {"kind": "latent"}]}, registry()), "1")
    layers = {"title": "Two", "layer": [BOARD.table(), BOARD.table()], "blend": {"kind": "mean"}}
    with pytest.raises(LimnerError, match="Two: a blend has no buttons"):
        with_weights(parse(layers, registry()), "1,0,0")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"size": 2, "weights": [1.0]}, "weights has 1 values"),
        ({"size": 2, "labels": ["a"]}, "labels has 1 values"),
        ({"size": 2, "labels": ["a", "a"]}, "a name twice"),
        ({"size": 2, "labels": ["a", "b,c"]}, "must not contain a comma"),
        ({"size": 2, "labels": ["a", "\u202eb"]}, "must not contain a comma, = or a control character"),
        ({"size": 2, "index": 2}, "index must be less than size = 2"),
        ({"size": 2, "weights": [1.0, float("nan")]}, "finite"),
    ],
)
def test_invalid_conditioning_fields_are_refused(fields, said):
    with pytest.raises(LimnerError, match=said):
        parse({"encoder": [{"kind": "one-hot", **fields}]}, registry())
