"""OKLab, a perceptually uniform space: L is the lightness, 0 to 1, a runs from green to red, b from blue to yellow.

Arrays are features first, ``(3, n)``; sRGB from 0 to 1. Source: B. Ottosson, "A perceptual color space for image
processing", 2020; the sRGB transfer function is that of IEC 61966-2-1.
"""

from __future__ import annotations

import numpy as np

from limner.plugin import Array, device, namespace, operation

# OKLab to the cube roots of the cone responses, and from the responses to linear sRGB.
TO_ROOTS = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
TO_LINEAR = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
FROM_ROOTS = tuple(map(tuple, np.linalg.inv(TO_ROOTS).tolist()))
FROM_LINEAR = tuple(map(tuple, np.linalg.inv(TO_LINEAR).tolist()))
KNEE = 0.0031308  # end of the linear part of sRGB's transfer function
NEARLY_BLACK = 1e-6  # linear light below which the cube root is replaced by a line; L is then below 0.01


def constant(numbers: tuple[tuple[float, ...], ...], like: Array) -> Array:
    """Return a matrix in the namespace, dtype and device of another array."""
    return namespace(like).asarray(numbers, dtype=like.dtype, device=device(like))


def _encode(linear: Array) -> Array:
    xp = namespace(linear)
    power = 1.055 * xp.maximum(linear, KNEE) ** (1.0 / 2.4) - 0.055
    return xp.where(linear <= KNEE, 12.92 * linear, power)


def _encode_slope(linear: Array) -> Array:
    xp = namespace(linear)
    power = 1.055 / 2.4 * xp.maximum(linear, KNEE) ** (1.0 / 2.4 - 1.0)
    return xp.where(linear <= KNEE, 12.92, power)


encode = operation(_encode, lambda dy, _, linear: dy * _encode_slope(linear), name="encode")
"""``encode(linear)``: linear light as sRGB, extended by a line below 0 so that it is never NaN."""


def to_srgb(lab: Array) -> Array:
    """Return OKLab as sRGB; linear channels outside the gamut are clipped to 0 to 1, and give no gradient there."""
    roots = constant(TO_ROOTS, lab) @ lab
    linear = constant(TO_LINEAR, lab) @ (roots * roots * roots)
    return encode(namespace(lab).clip(linear, 0.0, 1.0))


def _decode(rgb: Array) -> Array:
    xp = namespace(rgb)
    power = ((xp.maximum(rgb, 12.92 * KNEE) + 0.055) / 1.055) ** 2.4
    return xp.where(rgb <= 12.92 * KNEE, rgb / 12.92, power)


def _decode_slope(rgb: Array) -> Array:
    xp = namespace(rgb)
    power = 2.4 / 1.055 * ((xp.maximum(rgb, 12.92 * KNEE) + 0.055) / 1.055) ** 1.4
    return xp.where(rgb <= 12.92 * KNEE, 1.0 / 12.92, power)


decode = operation(_decode, lambda dy, _, rgb: dy * _decode_slope(rgb), name="decode")
"""``decode(rgb)``: sRGB as linear light, the inverse of ``encode``."""


def _root(light: Array) -> Array:
    xp = namespace(light)
    return xp.where(light < NEARLY_BLACK, light * NEARLY_BLACK ** (-2 / 3), xp.maximum(light, NEARLY_BLACK) ** (1 / 3))


def _root_slope(light: Array) -> Array:
    xp = namespace(light)
    power = xp.maximum(light, NEARLY_BLACK) ** (-2 / 3) / 3.0
    return xp.where(light < NEARLY_BLACK, NEARLY_BLACK ** (-2 / 3), power)


root = operation(_root, lambda dy, _, light: dy * _root_slope(light), name="root")
"""``root(light)``: the cube root, continued by a line to 0, so that its slope is finite at black."""


def lightness(rgb: Array) -> Array:
    """Return the perceptual lightness L of sRGB, ``(1, n)``; channels are clipped to 0 to 1 first."""
    linear = decode(namespace(rgb).clip(rgb, 0.0, 1.0))
    return constant(FROM_ROOTS[:1], rgb) @ root(constant(FROM_LINEAR, rgb) @ linear)


def from_srgb(rgb: np.ndarray) -> np.ndarray:
    """Return sRGB ``(3, n)`` as OKLab, on the host, float64."""
    rgb = np.asarray(rgb, dtype=np.float64)
    linear = np.where(rgb <= 12.92 * KNEE, rgb / 12.92, ((np.maximum(rgb, 0.0) + 0.055) / 1.055) ** 2.4)
    return np.linalg.solve(np.asarray(TO_ROOTS), np.cbrt(np.linalg.solve(np.asarray(TO_LINEAR), linear)))
