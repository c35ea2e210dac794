"""Lists with commas: quotes and brackets protect commas, and apostrophes are letters."""

import pytest

from limner.utils.comma_lists import ListSyntaxError, split_commas, without_brackets


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("don't,can't", ["don't", "can't"]),
        ("dogs',cats'", ["dogs'", "cats'"]),
        ('5",6"', ['5"', '6"']),
        ("'a,b',c", ["'a,b'", "c"]),
        ("'don't, can't',c", ["'don't, can't'", "c"]),
        ('"a \\"b\\", c",d', ['"a \\"b\\", c"', "d"]),
        ('he said "hi, there",bye', ['he said "hi, there"', "bye"]),
        ("[1, 2], [3, 4]", ["[1, 2]", "[3, 4]"]),
        ("[[a,b],[c]],{x = 1, y = 2}", ["[[a,b],[c]]", "{x = 1, y = 2}"]),
        ("rgb(1,2,3),navy", ["rgb(1,2,3)", "navy"]),
        ("1,2,", ["1", "2"]),
        ("1,,2", ["1", "", "2"]),
        ("", []),
    ],
)
def test_commas_separate_items(text, items):
    assert split_commas(text) == items


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[a,b", "the bracket [ has no partner in [a,b"),
        ("a],b", "the bracket ] has no partner"),
        ("[a,(b]),c", "the bracket ] has no partner"),
        ("'tis,x", "the quote ' has no partner"),
        ('"a,b', 'the quote " has no partner'),
    ],
)
def test_quotes_and_brackets_need_partners(text, problem):
    with pytest.raises(ListSyntaxError) as error:
        split_commas(text)
    assert problem in str(error.value)
    assert "; add it, or write " in str(error.value)


@pytest.mark.parametrize(
    ("text", "inside"), [("[1, 2]", "1, 2"), ("[1],[2]", "[1],[2]"), ("[1][2]", "[1][2]"), ("a", "a"), ("[]", "")]
)
def test_brackets_around_a_whole_list(text, inside):
    assert without_brackets(text) == inside
