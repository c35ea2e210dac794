"""Lists written with commas between the items, as on a command line: ``navy,orange``, ``[1, 2], [3, 4]``."""

from __future__ import annotations

CLOSING = {"[": "]", "{": "}", "(": ")"}
SEPARATORS = " \t\n,[{(=:"
"""The characters after which a quote begins a quoted text; after any other character it is a letter, as in don't."""


class ListSyntaxError(ValueError):
    """A quote or a bracket has no partner; the message says which one and how to write it."""


def split_commas(text: str) -> list[str]:
    """Return the items between commas, stripped; commas inside brackets and quotes separate nothing.

    A quote inside or at the end of a word is a letter: ``don't,can't`` has two items. A comma at the end is ignored.

    Raises:
        ListSyntaxError: a quote or a bracket has no partner.
    """
    items: list[str] = []
    brackets: list[str] = []
    start = i = 0
    while i < len(text):
        c = text[i]
        if c in "\"'" and (i == 0 or text[i - 1] in SEPARATORS):
            i = _closing_quote(text, i)
        elif c in CLOSING:
            brackets.append(c)
        elif c in CLOSING.values():
            if not brackets or CLOSING[brackets.pop()] != c:
                raise _unbalanced(text, c)
        elif c == "," and not brackets:
            items.append(text[start:i].strip())
            start = i + 1
        i += 1
    if brackets:
        raise _unbalanced(text, brackets[-1])
    if text[start:].strip():
        items.append(text[start:].strip())
    return items


def without_brackets(text: str) -> str:
    """Return the inside of a list in brackets, ``[1, 2]``; any other text is returned unchanged.

    Raises:
        ListSyntaxError: a quote or a bracket has no partner.
    """
    inner = text.strip()
    is_list = inner.startswith("[") and inner.endswith("]") and len(split_commas(inner)) == 1 and _closes_last(inner)
    return inner[1:-1] if is_list else text


def _closes_last(text: str) -> bool:
    """Return whether the first bracket of a text is closed by its last character: not in ``[1][2]``."""
    try:
        split_commas(text[1:-1])
    except ListSyntaxError:
        return False
    return True


def _closing_quote(text: str, start: int) -> int:
    """Return the index of the quote that closes the one at ``start``: the next one that does not precede a letter.

    Raises:
        ListSyntaxError: there is none.
    """
    quote, i = text[start], start + 1
    while i < len(text):
        if text[i] == "\\" and quote == '"':
            i += 1
        elif text[i] == quote and not text[i + 1 : i + 2].isalnum():
            return i
        i += 1
    raise _unbalanced(text, quote)


def _unbalanced(text: str, character: str) -> ListSyntaxError:
    kind = "quote" if character in "\"'" else "bracket"
    around = "'...'" if character == '"' else '"..."'
    shown = text if len(text) <= 80 else f"{text[:77]}..."
    return ListSyntaxError(
        f"the {kind} {character} has no partner in {shown}; add it, or write {around} around a text that contains it"
    )
