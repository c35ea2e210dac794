"""Seeded corruption of bytes, texts, plain data and command lines."""

import json
import struct
import zlib
from copy import deepcopy

ODD_BYTES = [b"\0", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"]
ODD_CHARACTERS = "\0\t\n\"'[]{=\x7f\u202e\ufeff"
ODD_VALUES = [
    None, True, False, 0, 1, -1, 3, 64, 2**31, 2**53 + 1, 2**64, -(2**63), 10**30, 0.0, -0.5, 0.1, 1e308, -1e308,
    1e-320, float("nan"), float("inf"), "", " ", "0", "nan", "xy", "mlp", "\0", "\ud800", "é", "a\nb", "../../x",
    "/dev/null", "limner.cli.main", "x" * 300, [], [[]],
    [0], [None], [1, 2, 3], ["a"], {}, {"kind": "xy"}, {"kind": 3}, {"": ""},
]  # fmt: skip
"""Values of each JSON type, and those that programs confuse. Always copied: a later corruption may change them."""


def corrupt_bytes(rng, data, others=()):
    """Return data with one to three small changes: bytes, runs, halves, or a piece of another input."""
    out = bytearray(data)
    for _ in range(rng.integers(1, 4)):
        _change(rng, out, others)
    return bytes(out)


def _change(rng, out, others):
    size, kind = len(out), rng.integers(0, 9)
    at = int(rng.integers(0, size + 1))
    run = int(rng.choice([1, 2, 4, 8, 64]))
    if kind <= 2 and size:  # most readers fail soonest by their heads
        at = min(at if kind else at % 64, size - 1)
        out[at] ^= 1 << int(rng.integers(0, 8))
    elif kind == 3:
        odd = ODD_BYTES[rng.integers(0, len(ODD_BYTES))]
        out[at : at + len(odd)] = odd
    elif kind == 4:
        del out[at : at + run]
    elif kind == 5:
        out[at:at] = out[at : at + run]
    elif kind == 6:
        del out[at:]
    elif kind == 7:
        out[at:at] = rng.bytes(run)
    elif others:
        other = others[rng.integers(0, len(others))]
        start = int(rng.integers(0, len(other) + 1))
        out[at : at + run] = other[start : start + run]


def repair_png(data):
    """Return a PNG file whose checksums fit its chunks again, so that a reader goes on behind a change."""
    out, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if length > len(data):
            break
        chunk = data[at + 4 : at + 8 + length]
        out += data[at : at + 4] + chunk + struct.pack(">I", zlib.crc32(chunk))
        at += 12 + length
    return bytes(out + data[at:])


def corrupt_text(rng, text, words):
    """Return a text with one to three changes: characters, lines, or words in the place of others."""
    for _ in range(rng.integers(1, 4)):
        lines, kind = text.split("\n"), rng.integers(0, 6)
        at, line = int(rng.integers(0, len(text) + 1)), int(rng.integers(0, len(lines)))
        word = str(words[rng.integers(0, len(words))])
        if kind == 0:
            text = text[:at] + word + text[at + len(word) :]
        elif kind == 1:
            text = text[:at] + text[at + int(rng.integers(1, 9)) :]
        elif kind == 2:
            text = "\n".join(lines[:line] + lines[line + 1 :])
        elif kind == 3:
            text = "\n".join([*lines[:line], lines[rng.integers(0, len(lines))], *lines[line:]])
        elif kind == 4 and "=" in lines[line]:
            lines[line] = lines[line].split("=")[0] + "= " + word
            text = "\n".join(lines)
        else:
            text = (
                text[:at] + chr(int(rng.choice([0, 9, 10, 34, 39, 91, 93, 123, 61, 0x7F, 0x202E, 0xFEFF]))) + text[at:]
            )
    return text


def corrupt_data(rng, data):
    """Return a copy of plain data with one to three values replaced, removed, renamed or moved."""
    data = json.loads(json.dumps(data))
    for _ in range(rng.integers(1, 4)):
        places = list(_places(data))
        if not places:
            return deepcopy(ODD_VALUES[rng.integers(0, len(ODD_VALUES))])
        holder, key = places[rng.integers(0, len(places))]
        other, other_key = places[rng.integers(0, len(places))]
        kind = rng.integers(0, 5)
        if kind == 0:
            del holder[key]
        elif kind == 1:
            value = json.loads(json.dumps(other[other_key]))
            holder[key] = value
        elif kind == 2 and isinstance(holder, dict):
            holder[str(other_key)] = holder.pop(key)
        else:
            holder[key] = deepcopy(ODD_VALUES[rng.integers(0, len(ODD_VALUES))])
    return data


def _places(data):
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        yield data, key
        if isinstance(value, dict | list):
            yield from _places(value)


def corrupt_words(rng, words, pool):
    """Return a command line with one or two words replaced, removed, doubled, inserted or misspelt."""
    words = list(words)
    for _ in range(rng.integers(1, 3)):
        at, kind = int(rng.integers(0, len(words))), rng.integers(0, 6)
        word = str(pool[rng.integers(0, len(pool))])
        if kind == 0:
            words[at] = word
        elif kind == 1 and len(words) > 1:
            del words[at]
        elif kind == 2:
            words.insert(at, words[rng.integers(0, len(words))])
        elif kind == 3 and words[at]:
            place = int(rng.integers(0, len(words[at])))
            words[at] = words[at][:place] + str(rng.choice(list("=.,:-[]{}\"'x0 é"))) + words[at][place + 1 :]
        else:
            words.insert(at, word)
    return words
