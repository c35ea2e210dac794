"""Packages as boxes: what is written on them, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from architecture_picture.elements import LEADING, paragraph, rect, text, wrap

WIDTH, MARGIN, TOP = 900, 16, 56
CORE = (MARGIN, 640)  # left and right edge of the core's panel, px
GUTTER = 28  # between the panel's edge and its boxes: arrows that skip a row run here
ASIDE = (690, WIDTH - MARGIN)  # left and right edge of what is outside the core
GAP, PAD = 27, 12


@dataclass
class Box:
    """A package: what is written on it, and where it stands, px."""

    name: str
    label: str
    purpose: str
    count: str = ""
    public: bool = False
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def lines(self) -> list[str]:
        return wrap(self.purpose, self.width - 2 * PAD)

    def place(self, x: float, y: float, width: float) -> None:
        """Put it somewhere; its height follows from its width."""
        self.x, self.y, self.width = x, y, width
        self.height = 28 + LEADING * len(self.lines) + 6

    def svg(self) -> list[str]:
        """Return its elements."""
        kind = "public" if self.public else "box"
        found = [rect(kind, self.x, self.y, self.width, self.height)]
        found.append(text(self.label, self.x + PAD, self.y + 20, "name public" if self.public else "name"))
        if self.count:
            found.append(text(self.count, self.x + self.width - PAD, self.y + 20, "count"))
        return found + paragraph(self.lines, self.x + PAD, self.y + 38)


@dataclass
class Group:
    """A distribution's package next to the core, with packages in it or names only."""

    name: str
    label: str
    purpose: str
    boxes: list[Box]
    chips: list[str] = field(default_factory=list)
    y: float = 0
    bottom: float = 0


def place_rows(rows: list[list[Box]]) -> float:
    """Place the core's packages and return the bottom of their panel."""
    left, width, y = CORE[0] + GUTTER, CORE[1] - CORE[0] - 2 * GUTTER, TOP + GAP
    for row in rows:
        each = (width - (len(row) - 1) * PAD) / len(row)
        for i, box in enumerate(row):
            box.place(left + i * (each + PAD), y, each)
        height = max(box.height for box in row)
        for box in row:
            box.height = height
        y += height + GAP
    return y


def place_groups(groups: list[Group]) -> list[str]:
    """Place what is outside the core and return its elements."""
    y, found, (left, right) = TOP, [], ASIDE
    for group in groups:
        group.y, lines = y, wrap(group.purpose, right - left - 2 * PAD)
        inside = [text(group.label, left + PAD, y + 23, f"name {group.name}"), *paragraph(lines, left + PAD, y + 42)]
        y += 40 + LEADING * len(lines)
        for box in group.boxes:
            box.place(left + PAD, y, right - left - 2 * PAD)
            inside += box.svg()
            y += box.height + GAP - 8
        y = y - (GAP - 8) if group.boxes else y
        x = left + PAD
        for i, chip in enumerate(group.chips):
            wide = 6.7 * len(chip) + 12
            if i and x + wide > right - PAD:
                x, y = left + PAD, y + 26
            inside += [rect("pill", x, y, wide, 20, 10), text(chip, x + 6, y + 14, "chip")]
            x += wide + 6
        group.bottom = y + (20 if group.chips else 0) + PAD
        found += [rect(group.name, left, group.y, right - left, group.bottom - group.y), *inside]
        y = group.bottom + GAP
    return found
