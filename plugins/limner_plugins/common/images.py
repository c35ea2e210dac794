"""Access to the pictures of samples, for stages of the image domain."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limner.plugin import Array, Samples, from_host, namespace, to_host

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601


def sources(samples: Samples) -> Array:
    """Return the pictures, ``(3, n, h, w)``.

    Raises:
        ValueError: the samples have no pictures.
    """
    if samples.images is None:
        raise ValueError("a filter needs samples with pictures")
    return samples.images


def luma(images: Array) -> Array:
    """Return the luma of RGB pictures ``(3, n, h, w)`` as one channel ``(1, n, h, w)``, by ITU-R BT.601."""
    r, g, b = LUMA
    return r * images[:1, ...] + g * images[1:2, ...] + b * images[2:3, ...]


def places(samples: Samples) -> list[int]:
    """Return the index of each picture in its set; 0 if the samples have no indices."""
    if samples.index is None:
        return [0] * samples.count
    return [int(i) for i in to_host(samples.index)]


def each(images: Array, function: Callable[[np.ndarray], np.ndarray]) -> Array:
    """Return a function of one plane ``(h, w)`` on the host, applied to every plane of ``(c, n, h, w)``."""
    planes = to_host(images)
    out = np.empty(planes.shape, planes.dtype)
    for place in np.ndindex(planes.shape[:2]):
        out[place] = function(planes[place])
    return from_host(out, images)


def layered(layers: list[list[Array]]) -> Array:
    """Return the layers of red, green and blue, ``(1, n, h, w)`` each, stacked in this order."""
    return namespace(layers[0][0]).concat([layer for colour in layers for layer in colour], axis=0)
