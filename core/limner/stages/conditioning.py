"""Buttons: a network that knows several pictures has one for each, and any of them may be pressed, at any weight."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, model_validator

from limner.arrays.namespace import device, namespace
from limner.stages.encoder import Encoder

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Domain
    from limner.stages.context import Samples

MAX_BUTTONS = 4096
MAX_WEIGHT = 1000.0
MAX_LABEL_LENGTH = 80  # characters
NUMBER_PREFIX = re.compile(r"^\d+[\s_.-]+(?=\S)")
"""What only puts files in order, at the start of a name, and is left out of a label."""


def _check_label(label: str) -> str:
    if not re.fullmatch(r"[^,=\s](?:[^,=]*[^,=\s])?", label) or not label.isprintable():
        raise ValueError("a label has no comma, no =, and no space at its ends")
    return label


Weight = Annotated[float, Field(ge=-MAX_WEIGHT, le=MAX_WEIGHT)]
Code = Annotated[tuple[Weight, ...], Field(max_length=MAX_BUTTONS)]
Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL_LENGTH), AfterValidator(_check_label)]


class ConditioningEncoder(Encoder):
    """An encoder that tells pictures apart by a code: a weight for each of its buttons, the same all over a picture.

    Samples that bring a code, or the index of a picture, are answered with that; all others with what the recipe says
    is pressed. A subclass writes ``buttons`` and, from ``pressed``, its features.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})
    count_field: ClassVar[str] = "size"
    """The field that says how many buttons there are; a fit writes it."""

    index: int = Field(
        default=0, ge=0, lt=MAX_BUTTONS, description="which button is pressed, counted from 0, where press says nothing"
    )
    weights: tuple[Weight, ...] = Field(
        default=(),
        max_length=MAX_BUTTONS,
        description="a weight for each button: 1 is pressed, 0 is not, others are allowed",
    )
    labels: tuple[Label, ...] = Field(default=(), max_length=MAX_BUTTONS, description="the buttons' names")
    codes: tuple[Code, ...] = Field(
        default=(),
        max_length=MAX_BUTTONS,
        description="what was pressed for each picture that was learned, where not one each",
    )

    @model_validator(mode="after")
    def _check_counts(self) -> ConditioningEncoder:
        count = self.num_buttons()
        if self.index >= count:
            raise ValueError(f"index must be less than {self.count_field} = {count}, got {self.index}")
        for name, values in (("weights", self.weights), ("labels", self.labels)):
            if values and len(values) != count:
                raise ValueError(f"{self.count_field} is {count}, but {name} has {len(values)} values; make them agree")
        if any(len(code) != count for code in self.codes):
            raise ValueError(f"{self.count_field} is {count}, and every one of codes must have as many weights")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("labels has a name twice; every button needs its own")
        return self

    @abstractmethod
    def num_buttons(self) -> int:
        """Return the number of buttons."""

    def is_conditional(self) -> bool:
        """Return whether it tells pictures apart. A fit of several then makes it one for them."""
        return True

    def current_weights(self) -> tuple[float, ...]:
        """Return the current weight of each button."""
        return self.weights or tuple(float(i == self.index) for i in range(self.num_buttons()))

    def fit_settings(self, count: int, labels: tuple[str, ...], codes: list[list[float]]) -> dict[str, Any]:
        """Return the fields for so many buttons, the first picture's pressed; without codes each has its own."""
        weights = codes[0] if codes else []
        return {self.count_field: count, "labels": list(labels), "codes": codes, "index": 0, "weights": weights}

    def training_codes(self) -> list[tuple[float, ...]]:
        """Return the codes that pictures were learned with."""
        count = self.num_buttons()
        return list(self.codes) or [tuple(float(i == k) for i in range(count)) for k in range(count)]

    def codes_for(self, samples: Samples) -> Array:
        """Return the weights at every sample, ``(buttons, n)``."""
        own = not self.is_conditional()  # what the others are told of pictures is not its affair
        if samples.code is not None and not own:
            return samples.code
        anchor = samples.anchor
        xp, on = namespace(anchor), device(anchor)
        if samples.index is None or own:
            weights = xp.asarray(self.current_weights(), dtype=anchor.dtype, device=on)
            return xp.broadcast_to(weights[:, None], (self.num_buttons(), samples.count))
        buttons = xp.arange(self.num_buttons(), device=on)[:, None]
        return xp.astype(buttons == xp.astype(samples.index, buttons.dtype)[None, :], anchor.dtype)
