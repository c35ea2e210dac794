"""A small, valid ICC profile of an imaginary printing condition, because none is shipped with limner.

Its ink is a simple model: cyan, magenta and yellow take away red, green and blue, and black takes away light. The
tables are of the type lut8 (ICC.1:2022, 10.11, and version 2 of the format).
"""

from __future__ import annotations

import struct
from itertools import product

import numpy as np
from skimage import color

D50 = (0.9642, 1.0, 0.8249)
GRID_LAB, GRID_INK = 17, 5  # points of the tables along each axis


def cmyk_profile(name: str = "Test press", *, space: bytes = b"CMYK", role: bytes = b"prtr") -> bytes:
    """Return the profile, with tables in both directions; with another space or role in its header if given."""
    text = name.encode("ascii") + b"\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(8 + 3 + 67),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": b"XYZ " + bytes(4) + b"".join(_fixed(x) for x in D50),
        b"A2B0": _lut8(4, 3, GRID_INK, _lab_bytes(_ink_to_lab(_corners(4, GRID_INK)))),
        b"B2A0": _lut8(3, 4, GRID_LAB, np.rint(255 * _lab_to_ink(_corners(3, GRID_LAB)))),
    }
    start = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for signature, content in tags.items():
        content += bytes(-len(content) % 4)
        table += struct.pack(">4sII", signature, start + len(data), len(content))
        data += content
    size = start + len(data)
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, role, space, b"Lab ") + date + b"acsp"
    header += bytes(28) + b"".join(_fixed(x) for x in D50)
    return header.ljust(128, b"\0") + table + data


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _corners(axes: int, points: int) -> np.ndarray:
    """Return the points of a table from 0 to 1, ``(points ** axes, axes)``; the last axis varies fastest."""
    return np.array(list(product(np.linspace(0, 1, points), repeat=axes)))


def _lut8(inputs: int, outputs: int, points: int, table: np.ndarray) -> bytes:
    """Return a tag of the type lut8 with straight curves."""
    ramp = bytes(range(256))
    matrix = b"".join(_fixed(float(i == j)) for i in range(3) for j in range(3))
    head = b"mft1" + bytes(4) + bytes([inputs, outputs, points, 0]) + matrix
    return head + ramp * inputs + table.astype(np.uint8).tobytes() + ramp * outputs


def _lab_bytes(lab: np.ndarray) -> np.ndarray:
    """Return Lab as the bytes of lut8: lightness from 0 to 255, a and b from -128 to 127."""
    return np.clip(np.rint(lab * [2.55, 1, 1] + [0, 128, 128]), 0, 255)


def _ink_to_lab(ink: np.ndarray) -> np.ndarray:
    rgb = (1 - ink[:, :3]) * (1 - 0.9 * ink[:, 3:])
    return np.asarray(color.rgb2lab(rgb))  # relative to its white, as if that were D50


def _lab_to_ink(corners: np.ndarray) -> np.ndarray:
    lab = corners * [100, 255, 255] - [0, 128, 128]
    rgb = np.clip(color.xyz2rgb(_xyz_of(lab)), 0, 1)
    black = 0.7 * (1 - rgb.max(axis=1, keepdims=True)) ** 2
    ink = 1 - rgb / (1 - 0.9 * black)
    return np.clip(np.concatenate([ink, black], axis=1), 0, 1)


def _xyz_of(lab: np.ndarray) -> np.ndarray:
    """Return XYZ under D65, which scikit-image's sRGB takes, for Lab relative to the white D50."""
    fy = (lab[:, 0] + 16) / 116
    f = np.stack([fy + lab[:, 1] / 500, fy, fy - lab[:, 2] / 200], axis=1)
    relative = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29))
    return relative * [0.95047, 1.0, 1.08883]
