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

MOST = 4096
HEAVIEST = 1000.0
MAX_LABEL = 80  # characters
ORDERING = re.compile(r"^\d+[\s_.-]+(?=\S)")
"""What only puts files in order, at the start of a name, and is left out of a label."""


def _plain(label: str) -> str:
    if not re.fullmatch(r"[^,=\s](?:[^,=]*[^,=\s])?", label) or not label.isprintable():
        raise ValueError("a label has no comma, no =, and no space at its ends")
    return label


Weight = Annotated[float, Field(ge=-HEAVIEST, le=HEAVIEST)]
Code = Annotated[tuple[Weight, ...], Field(max_length=MOST)]
Label = Annotated[str, Field(min_length=1, max_length=MAX_LABEL), AfterValidator(_plain)]


class Buttons(Encoder):
    """An encoder that tells pictures apart by a code: a weight for each of its buttons, the same all over a picture.

    Samples that bring a code, or the index of a picture, are answered with that; all others with what the recipe says
    is pressed. A subclass writes ``buttons`` and, from ``pressed``, its features.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"point", "code"})
    counts: ClassVar[str] = "size"
    """The field that says how many buttons there are; a fit writes it."""

    hot: int = Field(
        default=0, ge=0, lt=MOST, description="which button is pressed, counted from 0, where press says nothing"
    )
    press: tuple[Weight, ...] = Field(
        default=(), max_length=MOST, description="a weight for each button: 1 is pressed, 0 is not, others are allowed"
    )
    labels: tuple[Label, ...] = Field(default=(), max_length=MOST, description="the buttons' names")
    codes: tuple[Code, ...] = Field(
        default=(),
        max_length=MOST,
        description="what was pressed for each picture that was learned, where not one each",
    )

    @model_validator(mode="after")
    def _one_each(self) -> Buttons:
        count = self.buttons()
        if self.hot >= count:
            raise ValueError(f"hot must be less than {self.counts} = {count}, got {self.hot}")
        for name, values in (("press", self.press), ("labels", self.labels)):
            if values and len(values) != count:
                raise ValueError(f"{self.counts} is {count}, but {name} has {len(values)} values; make them agree")
        if any(len(code) != count for code in self.codes):
            raise ValueError(f"{self.counts} is {count}, and every one of codes must have as many weights")
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("labels has a name twice; every button needs its own")
        return self

    @abstractmethod
    def buttons(self) -> int:
        """Return the number of buttons."""

    def tells_apart(self) -> bool:
        """Return whether it tells pictures apart. A fit of several then makes it one for them."""
        return True

    def weights(self) -> tuple[float, ...]:
        """Return the current weight of each button."""
        return self.press or tuple(float(i == self.hot) for i in range(self.buttons()))

    def fitted(self, count: int, labels: tuple[str, ...], codes: list[list[float]]) -> dict[str, Any]:
        """Return the fields for so many buttons, the first picture's pressed; without codes each has its own."""
        press = codes[0] if codes else []
        return {self.counts: count, "labels": list(labels), "codes": codes, "hot": 0, "press": press}

    def stations(self) -> list[tuple[float, ...]]:
        """Return the codes that pictures were learned with."""
        count = self.buttons()
        return list(self.codes) or [tuple(float(i == k) for i in range(count)) for k in range(count)]

    def pressed(self, samples: Samples) -> Array:
        """Return the weights at every sample, ``(buttons, n)``."""
        own = not self.tells_apart()  # what the others are told of pictures is not its affair
        if samples.code is not None and not own:
            return samples.code
        anchor = samples.anchor
        xp, on = namespace(anchor), device(anchor)
        if samples.index is None or own:
            weights = xp.asarray(self.weights(), dtype=anchor.dtype, device=on)
            return xp.broadcast_to(weights[:, None], (self.buttons(), samples.count))
        buttons = xp.arange(self.buttons(), device=on)[:, None]
        return xp.astype(buttons == xp.astype(samples.index, buttons.dtype)[None, :], anchor.dtype)
