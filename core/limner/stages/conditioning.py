"""The conditioning encoder: the conditioning code of a network that has learned several pictures."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import AfterValidator, Field, model_validator

from limner.arrays.namespace import device, namespace
from limner.stages.encoder import Encoder
from limner.utils.text import canonical, is_showable

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.parameters import Params
    from limner.stages.base import Domain
    from limner.stages.context import Samples

MAX_BUTTONS = 4096
MAX_WEIGHT = 1000.0
MAX_LABEL_LENGTH = 80  # characters
NUMBER_PREFIX = re.compile(r"^\d+[\s_.-]+(?=\S)")
"""A number at the start of a file name that only sorts the files; labels omit it."""


def label_of(name: str) -> str:
    """Return the label that a name gives: what cannot be part of a label becomes ``_``; empty if nothing is left.

    Letters and emoji of all scripts are kept, in the form NFC.
    """
    label = "".join("_" if c in ",=" or not is_showable(c) else c for c in canonical(name).strip())
    return label[:MAX_LABEL_LENGTH].strip()


def _check_label(label: str) -> str:
    if not re.fullmatch(r"[^,=\s](?:[^,=]*[^,=\s])?", label) or not all(map(is_showable, label)):
        raise ValueError("a label must not contain a comma, = or a control character, nor begin or end with a space")
    return label


Weight = Annotated[float, Field(ge=-MAX_WEIGHT, le=MAX_WEIGHT)]
Code = Annotated[tuple[Weight, ...], Field(max_length=MAX_BUTTONS)]
Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL_LENGTH), AfterValidator(_check_label)]


class ConditioningEncoder(Encoder):
    """An encoder whose features depend on a conditioning code, so that one network can learn several pictures.

    A code is a vector of weights; each of its components is called a button. The code is the same at all points of a
    picture. By default each training picture has a button of its own. Samples may have a code, or the index of a
    picture; otherwise the weights in the recipe apply, so a blend of pictures is an ordinary artwork.

    A subclass implements ``num_buttons``, and ``forward``, which computes the features from ``codes_for(samples)``.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})
    count_field: ClassVar[str] = "size"
    """The name of the field that holds the number of buttons; a fit sets it."""
    exclusive_fields: ClassVar[tuple[tuple[str, ...], ...]] = (("index", "weights"),)

    index: int = Field(
        default=0, ge=0, lt=MAX_BUTTONS, description="the button with weight 1, counted from 0, if weights is empty"
    )
    weights: tuple[Weight, ...] = Field(
        default=(),
        max_length=MAX_BUTTONS,
        description="one weight per button: usually 1 for one picture and 0 for the others, but any mix is allowed",
    )
    labels: tuple[Label, ...] = Field(default=(), max_length=MAX_BUTTONS, description="one name per button")
    codes: tuple[Code, ...] = Field(
        default=(),
        max_length=MAX_BUTTONS,
        description="the code of each training picture; if empty, each picture has its own button",
    )

    @model_validator(mode="after")
    def _check_counts(self) -> ConditioningEncoder:
        count = self.num_buttons()
        if self.index >= count:
            raise ValueError(f"index must be less than {self.count_field} = {count}, got {self.index}")
        for name, values in (("weights", self.weights), ("labels", self.labels)):
            if values and len(values) != count:
                raise ValueError(
                    f"{self.count_field} is {count}, but {name} has {len(values)} values; they must be equal"
                )
        if any(len(code) != count for code in self.codes):
            raise ValueError(f"{self.count_field} is {count}; every code in codes must have as many weights")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("labels contains a name twice; each button needs its own")
        return self

    @abstractmethod
    def num_buttons(self) -> int:
        """Return the number of buttons."""

    def is_conditional(self) -> bool:
        """Return whether the features depend on the code; a fit of several pictures then configures the buttons."""
        return True

    def current_weights(self) -> tuple[float, ...]:
        """Return the current weight of each button."""
        return self.weights or tuple(float(i == self.index) for i in range(self.num_buttons()))

    def fit_settings(self, count: int, labels: tuple[str, ...], codes: list[list[float]]) -> dict[str, Any]:
        """Return the values of the fields for training pictures, with the code of the first one as the current weights.

        Args:
            count: the number of buttons.
            labels: one name per button.
            codes: the code of each training picture; if empty, each picture has its own button.
        """
        weights = codes[0] if codes else []
        return {self.count_field: count, "labels": list(labels), "codes": codes, "index": 0, "weights": weights}

    def training_codes(self) -> list[tuple[float, ...]]:
        """Return the code of each training picture."""
        count = self.num_buttons()
        return list(self.codes) or [tuple(float(i == k) for i in range(count)) for k in range(count)]

    def draw_latent(self, params: Params, rng: np.random.Generator) -> Mapping[str, np.ndarray]:  # noqa: ARG002
        """Return random values for the parameters that are a point in a latent space, by name; empty if none are.

        Other values give another picture of the same network. A walk through the latent space moves from the current
        values towards these.

        Args:
            params: the parameters of the encoder, as NumPy arrays.
            rng: the generator to draw from.
        """
        return {}

    def codes_for(self, samples: Samples) -> Array:
        """Return the weights at each sample, ``(m, n)``: its code, its picture's button, or the recipe's weights."""
        unconditional = not self.is_conditional()  # codes of the samples are meant for conditional encoders only
        if samples.code is not None and not unconditional:
            return samples.code
        anchor = samples.anchor
        xp, on_device = namespace(anchor), device(anchor)
        if samples.index is None or unconditional:
            weights = xp.asarray(self.current_weights(), dtype=anchor.dtype, device=on_device)
            return xp.broadcast_to(weights[:, None], (self.num_buttons(), samples.count))
        buttons = xp.arange(self.num_buttons(), device=on_device)[:, None]
        return xp.astype(buttons == xp.astype(samples.index, buttons.dtype)[None, :], anchor.dtype)
