"""What stages of the image domain ask of the pictures that they are handed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limner.plugin import Array, Samples, from_host, namespace, to_host

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def sources(samples: Samples) -> Array:
    """The pictures, ``(3, n, h, w)``.

    Raises:
        ValueError: these samples are none.
    """
    if samples.images is None:
        raise ValueError("a filter looks at pictures, and these samples have none")
    return samples.images


def luma(images: Array) -> Array:
    """The light of RGB pictures ``(3, n, h, w)`` as one channel ``(1, n, h, w)``, by ITU-R BT.601."""
    r, g, b = LUMA
    return r * images[:1, ...] + g * images[1:2, ...] + b * images[2:3, ...]


def places(samples: Samples) -> list[int]:
    """Each picture's place in its set; 0 where the samples do not say."""
    if samples.index is None:
        return [0] * samples.count
    return [int(i) for i in to_host(samples.index)]


def each(images: Array, function: Callable[[np.ndarray], np.ndarray]) -> Array:
    """A function of the host, of one plane ``(h, w)``, applied to every plane of ``(c, n, h, w)``."""
    planes = to_host(images)
    out = np.empty(planes.shape, planes.dtype)
    for place in np.ndindex(planes.shape[:2]):
        out[place] = function(planes[place])
    return from_host(out, images)


def layered(layers: list[list[Array]]) -> Array:
    """Layers, ``(1, n, h, w)`` each, of red, green and blue, one below the other."""
    return namespace(layers[0][0]).concat([layer for colour in layers for layer in colour], axis=0)
