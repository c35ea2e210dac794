"""Typed texts: the type of the field decides what a text means."""

import re
import shlex
from typing import Annotated, Literal

import pytest
from pydantic import Field

from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.stages.base import Stage
from limner.testing.checks.shared.common import check_fields_described
from limner.testing.subject import Subject
from limner.utils.conditions import require_used, undeclared_fields, unmet_condition
from limner.utils.typed_text import TypedText, spelling, typed_value
from limner.utils.validation import to_tuples

Part = Annotated[int, Field(ge=1)]


class Fields(Stage):
    """A field of each type."""

    text: str = "limner"
    flag: bool = True
    whole: int = 8
    number: float = 0.5
    choice: Literal["one", "two"] = "one"
    factor: Literal[2, 4] = 2
    mixed: bool | Literal["chroma"] = False
    names: tuple[str, ...] = ("a", "b")
    wholes: tuple[Part, ...] = (1, 2)
    pair: tuple[float, float] = (0.0, 1.0)
    nested: tuple[tuple[str, ...], ...] = (("a", "b"), ("c",))
    width: Part | tuple[Part, ...] = 8
    waves: Literal["sin", "cos"] | tuple[Literal["sin", "cos"], ...] = "sin"

    conditional_fields = (("number", "choice", "two"), ("whole", "flag"), ("text", "names", ()))


def read(field, text):
    return typed_value(TypedText(text, f"stage.{field}"), Fields, field)


@pytest.mark.parametrize(
    "text",
    ["2024", "2024-01-01", "07:32:00", "2024-01-01T07:32:00Z", "true", "nan", "inf", "1e5", "0x10", "007", "1.0", "+1",
     "1_000", "[1, 2]", "a, b", "don't", "  spaces  ", "# no comment", "a = b", "", "{x = 1}", '"', "''' "],
)  # fmt: skip
def test_text_is_taken_as_it_was_typed(text):
    assert read("text", text) == text


@pytest.mark.parametrize(("text", "value"), [('"2024"', "2024"), ("'a\\n'", "a\\n"), ('"a\\nb"', "a\nb"), ('""', "")])
def test_quotes_around_a_text_are_removed(text, value):
    assert read("text", text) == value


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("flag", "False", False),
        ("whole", "007", 7),
        ("whole", "1e3", 1000),
        ("whole", "1_000", 1000),
        ("whole", "0x10", 16),
        ("whole", "64.0", 64),
        ("number", ".5", 0.5),
        ("number", "2", 2),
        ("number", " 1E-3 ", 0.001),
        ("choice", '"two"', "two"),
        ("factor", "4", 4),
        ("mixed", "true", True),
        ("mixed", "chroma", "chroma"),
        ("names", "navy,orange", ["navy", "orange"]),
        ("names", "[navy, 'a,b', 7]", ["navy", "a,b", "7"]),
        ("names", "navy", ["navy"]),
        ("names", "", []),
        ("names", "[]", []),
        ("wholes", "1,2,3", [1, 2, 3]),
        ("wholes", "[1, 2]", [1, 2]),
        ("pair", "0,-1.5", [0, -1.5]),
        ("nested", "[a,b],[c]", [["a", "b"], ["c"]]),
        ("nested", '[["a", "b"], ["c"]]', [["a", "b"], ["c"]]),
        ("width", "64", 64),
        ("width", "64,32", [64, 32]),
        ("width", "[64]", [64]),
        ("waves", "cos", "cos"),
        ("waves", "sin,cos", ["sin", "cos"]),
    ],
)
def test_values_of_other_types(field, text, value):
    assert read(field, text) == value
    Fields.model_validate({field: to_tuples(value)})


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("flag", "yes", "must be true or false, got 'yes'"),
        ("whole", "2.5", "must be a whole number, got '2.5'"),
        ("whole", "2024-01-01", "must be a whole number, got '2024-01-01'"),
        ("whole", "9" * 5000, "must be a whole number, got '999"),
        ("number", "0,5", "must be a number, got '0,5'"),
        ("number", "64 # wide", "must be a number, got '64 # wide'"),
        ("wholes", "1,x", "must be a list with commas between the items, each of them a whole number, got '1,x'"),
        ("wholes", "[1,2", "the bracket [ has no partner in [1,2"),
        ("pair", "1", "must be 2 values with commas between them, got '1'"),
        ("nested", "a,b", "must be a list of lists in brackets, got 'a,b'"),
        ("width", "wide", "must be a whole number or a list"),
        ("width", "8,x", "must be a list with commas between the items, each of them a whole number, got '8,x'"),
    ],
)
def test_an_error_shows_a_spelling_that_works(field, text, problem):
    with pytest.raises(LimnerError) as error:
        read(field, text)
    assert str(error.value).startswith(f"setting 'stage.{field}': {problem}")
    example = re.search(r"; for example: `set` (.*)$", str(error.value))
    path, _, value = "".join(shlex.split(example[1])).partition("=")
    assert path == f"stage.{field}"
    Fields.model_validate({field: to_tuples(read(field, value))})


def stage_fields():
    known = registry()
    for role in known.roles():
        for name in known.names(role.name) if role.contents == "stage" else ():
            cls = known.load(role.name, name)
            yield from ((role.name, name, field) for field in cls.model_fields)


@pytest.mark.parametrize(("role", "name"), sorted({(role, name) for role, name, _ in stage_fields()}))
def test_every_field_with_a_value_has_a_spelling(role, name):
    cls = registry().load(role, name)
    for field, info in cls.model_fields.items():
        default = info.get_default(call_default_factory=True)
        if default in ((), "") or isinstance(default, (dict, Stage)):
            continue
        assert spelling(cls, field) is not None, field


def test_conditions_name_fields_and_their_values():
    for role, name in sorted({(role, name) for role, name, _ in stage_fields()}):
        cls = registry().load(role, name)
        assert undeclared_fields(cls) == [], name
        for _, other, *wanted in cls.conditional_fields:
            for value in wanted:
                cls.model_validate({**cls.examples()[0].__dict__, other: value})


def test_an_error_needs_no_example():
    class Broken(Fields):
        whole: int = 0
        empty: tuple[int, ...] = ()

        @classmethod
        def examples(cls):
            raise RuntimeError("broken")

    with pytest.raises(LimnerError, match=r"^setting 'a\.empty': must be a list .*, got 'x'$"):
        typed_value(TypedText("x", "a.empty"), Broken, "empty")


def test_names_that_are_no_fields_are_found():
    class Wrong(Fields):
        exclusive_fields = (("text", "txet"),)
        conditional_fields = (("hwole", "flag"), ("whole", "txet"))

    assert undeclared_fields(Wrong) == ["txet", "hwole"]
    with pytest.raises(AssertionError, match="names txet, hwole, which is no field"):
        check_fields_described(Subject("encoder", "wrong", Wrong()))


@pytest.mark.parametrize(
    ("field", "values", "message"),
    [
        ("number", {"choice": "one"}, "with stage.choice=one; set stage.choice=two too, or omit this setting"),
        ("number", {"choice": "two"}, None),
        ("whole", {"flag": False}, "without stage.flag; set that too, or omit this setting"),
        ("whole", {"flag": True}, None),
        ("text", {"names": ["a"]}, "with stage.names=['a']; omit one of them"),
        ("text", {"names": []}, None),
        ("pair", {}, None),
    ],
)
def test_conditions(field, values, message):
    unmet = unmet_condition(Fields, field, values)
    assert (unmet and unmet.worded("stage.")) == message


def test_a_stage_may_not_be_given_a_field_in_vain():
    require_used(Fields(choice="two"), ["number"], "stage")
    with pytest.raises(LimnerError, match=r"^stage\.number: has no effect with choice=one; set choice=two too"):
        require_used(Fields(), ["number"], "stage")
