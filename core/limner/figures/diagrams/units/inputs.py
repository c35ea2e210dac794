"""The inputs of a network of units: a box for each encoder, with its features."""

from __future__ import annotations

from dataclasses import dataclass

from limner.figures.diagrams.contents.pipeline import Inputs
from limner.figures.diagrams.drawing import Legend
from limner.figures.diagrams.svg.group import Group, number
from limner.figures.diagrams.svg.text import shorten, text_width
from limner.figures.diagrams.units.ports import BLOCK_WIDTH, Port, UnitColumn

MAX_FEATURES = 16
"""The largest number of features of an encoder that are drawn as circles."""
MAX_TOTAL = 24
"""The largest number of features of all encoders that are drawn as circles."""
PITCH = 17.0
HEADER, PADDING, SPACING = 15.0, 6.0, 8.0
NAME_SIZE, FEATURE_SIZE = 10.5, 10.0
MAX_NAME, MAX_FEATURE = 110.0, 90.0
BLOCK_HEIGHT = 44.0


@dataclass(frozen=True)
class _Box:
    inputs: Inputs
    first: int
    as_circles: bool

    @property
    def height(self) -> float:
        body = PITCH * self.inputs.count if self.as_circles else BLOCK_HEIGHT + PADDING
        return HEADER + body + PADDING


def draw_inputs(inputs: tuple[Inputs, ...], radius: float, legend: Legend) -> tuple[Group, UnitColumn]:
    """Return the boxes, and the column of features at x = 0.

    Many features of an encoder are drawn as one block.
    """
    boxes, first, total = list[_Box](), 0, 0
    for one in inputs:
        fits = one.count <= MAX_FEATURES and total + one.count <= MAX_TOTAL
        boxes.append(_Box(one, first, fits))
        first += one.count
        total += one.count if fits else 1
    half = max([radius, *[BLOCK_WIDTH / 2 for box in boxes if not box.as_circles]])
    left = -half - 12 - max(_label_width(box, half) for box in boxes)
    group, ports = Group(), list[Port]()
    y = -(sum(box.height for box in boxes) + SPACING * (len(boxes) - 1)) / 2
    for box in boxes:
        group.rect(left, y, half + 7 - left, box.height, "chip", 5)
        group.text(left + 7, y + 13, shorten(box.inputs.name, MAX_NAME, NAME_SIZE), "bold", NAME_SIZE, "start")
        ports += _draw_features(group, box, y + HEADER, half, radius, legend)
        y += box.height + SPACING
    return group, UnitColumn(0.0, half, tuple(ports))


def _label_width(box: _Box, half: float) -> float:
    """Return the width left of the circles that names need."""
    names = [shorten(name, MAX_FEATURE, FEATURE_SIZE) for name in box.inputs.features] if box.as_circles else []
    header = text_width(shorten(box.inputs.name, MAX_NAME, NAME_SIZE), NAME_SIZE)
    return max([header - 2 * half, *[text_width(name, FEATURE_SIZE) for name in names], 4.0])


def _draw_features(group: Group, box: _Box, top: float, half: float, radius: float, legend: Legend) -> list[Port]:
    inputs = box.inputs
    if not box.as_circles:
        y = top + BLOCK_HEIGHT / 2 + PADDING / 2
        group.rect(-half, y - BLOCK_HEIGHT / 2, 2 * half, BLOCK_HEIGHT, "in", 4)
        group.vertical_text(0, y, f"{inputs.count:,}", "bold", 10)
        return [Port(box.first, inputs.count, y, BLOCK_HEIGHT / 2)]
    ports = []
    for i in range(inputs.count):
        y = top + (i + 0.5) * PITCH
        if inputs.features:
            name = shorten(inputs.features[i], MAX_FEATURE, FEATURE_SIZE)
            group.text(-radius - 5, y + 3.5, name, "soft", FEATURE_SIZE, "end")
        if inputs.buttons:
            legend.buttons = True
            _draw_button(group, y, radius, inputs.buttons[i])
        else:
            group.circle(0, y, radius, "in")
        ports.append(Port(box.first + i, 1, y))
    return ports


def _draw_button(group: Group, y: float, radius: float, weight: float) -> None:
    """Draw a button, filled by its weight."""
    group.rect(-radius, y - radius, 2 * radius, 2 * radius, "in", 3)
    if weight:
        inner = radius - 2.2
        group.add(
            f'<rect class="on" x="{number(-inner)}" y="{number(y - inner)}" width="{number(2 * inner)}" '
            f'height="{number(2 * inner)}" rx="2" fill-opacity="{min(1.0, abs(weight)):.2f}"/>'
        )
