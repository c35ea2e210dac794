"""The main colours of a picture: the centres of k-means clusters of its pixels."""

from __future__ import annotations

import numpy as np
from scipy.cluster.vq import kmeans2


def main_colors(pixels: np.ndarray, count: int) -> list[str]:
    """Return up to ``count`` colours in CSS notation, ``"#1a2b3c"``, the most frequent first.

    Args:
        pixels: uint8, ``(h, w, 3 or 4)``; pixels with an opacity below 50 % are ignored.
        count: number of clusters; if the picture has fewer distinct colours, there are fewer.
    """
    flat = pixels.reshape(-1, pixels.shape[-1])
    opaque = flat[flat[:, 3] > 127] if flat.shape[1] == 4 else flat
    points = opaque[:, :3].astype(np.float64)
    distinct = len(np.unique(points, axis=0))
    if not distinct:
        return []
    centres, labels = kmeans2(points, min(count, distinct), minit="++", rng=np.random.default_rng(0))
    order = np.argsort(-np.bincount(labels, minlength=len(centres)), kind="stable")
    shares = np.bincount(labels, minlength=len(centres))
    return ["#{:02x}{:02x}{:02x}".format(*centres[i].round().astype(int)) for i in order if shares[i]]
