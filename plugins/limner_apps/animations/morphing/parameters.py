"""Parameters θ on a spline through those of several artworks, as large as theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from limner.plugin import LimnerError, Stage
from limner_apps.animations.curves import closed_curve

if TYPE_CHECKING:
    from limner.app.artworks import Artwork, Model

NUM_KNOTS = 4
MAX_SHRINKAGE = 0.25
"""The smallest mean square of mixed parameters that is restored, relative to that of the artworks."""


class ThetaSpline:
    """One segment of a Catmull-Rom spline through θ: from the second to the third of four artworks.

    A mixture of independent random arrays is smaller than the arrays: halfway between two of them by √2. Networks with
    smaller weights paint duller pictures. So each array that was drawn or trained is scaled to the root mean square
    that the mixture of equal arrays would have:

        scale² = Σ w_i G_ii / Σ w_i w_j G_ij,   G_ij = mean of θ_i θ_j

    w are the weights of the four artworks. Arrays that differ by ε, as those of two fits of one network, are scaled by
    1 + O(ε²). Negative correlations G_ij count as 0, since an array that changes its sign is 0 on the way and cannot be
    scaled.

    Args:
        knots: four artworks of one recipe: before the segment, its start, its end, and after it.
    """

    def __init__(self, knots: Sequence[Artwork]) -> None:
        self.thetas = [artwork.theta for artwork in knots]
        self.model = knots[1].model

    def at(self, position: float) -> np.ndarray:
        """Return θ at a position of the segment, 0 to 1: float32, read-only."""
        weights = closed_curve(np.eye(NUM_KNOTS), 1.0 + position)
        theta = np.zeros(self.thetas[0].size)
        for weight, knot in zip(weights, self.thetas, strict=True):
            theta += weight * knot
        for place, products in self._products:
            theta[place] *= _scale(weights, products)
        out = theta.astype(np.float32)
        out.flags.writeable = False
        return out

    @cached_property
    def _products(self) -> list[tuple[slice, np.ndarray]]:
        """The mean products of the artworks' parameters, ``(4, 4)``, for each array that was drawn or trained."""
        layout, out = self.model.layout, []
        for name in scalable_parameters(self.model):
            place = layout.slices[name]
            rows = np.stack([theta[place] for theta in self.thetas]).astype(np.float64)
            products = np.maximum(rows @ rows.T / rows.shape[1], 0.0)
            if products.any():
                out.append((place, products))
        return out


def _scale(weights: np.ndarray, products: np.ndarray) -> float:
    """Return the factor that restores the root mean square of mixed parameters."""
    squares = np.diagonal(products)
    wanted = max(float(weights @ squares), 0.5 * float(squares[1:3].min()))
    mixed = float(weights @ products @ weights)
    return float(np.sqrt(wanted / max(mixed, MAX_SHRINKAGE * wanted))) if wanted else 1.0


def scalable_parameters(model: Model) -> list[str]:
    """Return the names of the parameters that were drawn at random or trained, except those of colours and masks.

    Others are read from files, or follow from settings.
    """
    out, drawn = [], dict[str, set[str]]()
    stages = {path: spec.stage for path, spec in model.recipe.parts()}
    for parameter in model.layout.parameters:
        path, name = _owner(parameter.name, stages)
        if not parameter.size or path.rpartition(".")[2] in ("color", "mask"):
            continue
        if not parameter.trainable and path not in drawn:
            drawn[path] = _drawn_names(stages[path])
        if parameter.trainable or name in drawn[path]:
            out.append(parameter.name)
    return out


def _owner(name: str, stages: Mapping[str, Stage]) -> tuple[str, str]:
    """Return the path of the stage that a parameter belongs to, and its name in that stage."""
    parts = name.split(".")
    cut = next(k for k in range(len(parts) - 1, 0, -1) if ".".join(parts[:k]) in stages)
    return ".".join(parts[:cut]), ".".join(parts[cut:])


def _drawn_names(stage: Stage) -> set[str]:
    """Return the names of the parameters that depend on the random generator when a stage draws them."""
    if not hasattr(stage, "init_params"):
        return set()
    try:
        one, two = (stage.init_params(np.random.default_rng(seed)) for seed in (0, 1))
    except (LimnerError, TypeError):  # a file that it reads is missing; a network, whose constants stay as they are
        return set()
    arrays = {
        name: tuple(np.asarray(getattr(values[name], "value", values[name])) for values in (one, two)) for name in one
    }
    return {name for name, pair in arrays.items() if not np.array_equal(pair[0], pair[1])}
