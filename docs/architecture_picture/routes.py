"""The ways of the arrows: straight down, across a gap between rows, or round by a gutter."""

from __future__ import annotations

from architecture_picture.boxes import ASIDE, CORE, GAP, GUTTER, Box, Group
from architecture_picture.elements import Point, arrow

LEAVE, ENTER = 8, 12  # how far from a row its arrows turn into a gap, px: below it and above it


def is_straight(source: Box, target: Box) -> bool:
    """Whether an arrow can go straight down from one package to another."""
    low, high = max(source.x, target.x), min(source.x + source.width, target.x + target.width)
    return is_next(source, target) and low < high


def is_next(source: Box, target: Box) -> bool:
    """Whether a package stands in the row below another."""
    return target.y - source.y - source.height <= GAP


def goes_left(source: Box, target: Box) -> bool:
    """Whether an arrow that skips rows takes the left gutter."""
    return source.middle + target.middle < CORE[0] + CORE[1] - 2


def down(source: Box, target: Box) -> list[Point]:
    """Return the way straight down, in the middle of what the two have in common."""
    x = (max(source.x, target.x) + min(source.x + source.width, target.x + target.width)) / 2
    return [(x, source.y + source.height), (x, target.y)]


def across(source: Box, target: Box) -> list[Point]:
    """Return the way through the gap between two rows, to the near end of a package that is not straight below."""
    bottom, x = source.y + source.height, target.x + (30 if target.x > source.x else target.width - 30)
    return [(source.middle, bottom), (source.middle, bottom + LEAVE), (x, bottom + LEAVE), (x, target.y)]


def round_about(source: Box, target: Box, lane: int) -> list[Point]:
    """Return the way by a gutter: from side to side where nothing stands between, else above or below a row."""
    sign = -1 if goes_left(source, target) else 1
    edge = CORE[0] + GUTTER if sign < 0 else CORE[1] - GUTTER
    gutter = edge + sign * (8 + 6 * lane)
    start, end, bottom = source.y + source.height / 2 + 6, target.y + target.height / 2 - 6, source.y + source.height
    if _side(source, sign) == edge:
        way = [(edge, start), (gutter, start)]
    else:
        way = [(source.middle, bottom), (source.middle, bottom + LEAVE), (gutter, bottom + LEAVE)]
    if _side(target, sign) == edge:
        return [*way, (gutter, end), (edge, end)]
    x, above = _side(target, sign) - 30 * sign, target.y - ENTER
    return [*way, (gutter, above), (x, above), (x, target.y)]


def _side(box: Box, sign: int) -> float:
    """Return the x of a box's left (-1) or right (1) side, rounded as the panel's edge is."""
    return round(box.x if sign < 0 else box.x + box.width)


def core_arrows(pairs: list[tuple[Box, Box]]) -> list[str]:
    """Return the arrows within the core; those that share a gutter get lanes that do not overlap."""
    arrows: list[str] = []
    lanes: dict[bool, list[list[tuple[float, float]]]] = {True: [], False: []}
    for source, target in sorted(pairs, key=lambda pair: pair[1].y - pair[0].y):
        if is_straight(source, target):
            arrows.append(arrow(down(source, target)))
            continue
        if is_next(source, target):
            arrows.append(arrow(across(source, target)))
            continue
        span, side = (source.y, target.y + target.height), lanes[goes_left(source, target)]
        free = (i for i, taken in enumerate(side) if all(span[1] < low or span[0] > high for low, high in taken))
        lane = next(free, len(side))
        side[lane : lane + 1] = [[*(side[lane] if lane < len(side) else []), span]]
        arrows.append(arrow(round_about(source, target, lane)))
    return arrows


def surface_arrow(box: Box, rightmost: bool, port: float, lane: float) -> list[Point]:
    """Return the way from a group outside the core to a public package."""
    if rightmost:
        end = (box.x + box.width, min(max(port, box.y + 10), box.y + box.height - 10))
        way = [(ASIDE[0], port)] if end[1] == port else [(ASIDE[0], port), (lane, port), (lane, end[1])]
        return [*way, end]
    above, x = box.y - ENTER, box.x + box.width - 24
    return [(ASIDE[0], port), (lane, port), (lane, above), (x, above), (x, box.y)]


def surface_arrows(groups: list[Group], wanted: list[tuple[str, Box, bool]]) -> list[str]:
    """Return the arrows to public packages, each group's ports from top to bottom."""
    arrows, lane = [], CORE[1] + 8
    for group in groups:
        mine = sorted(((box, last) for name, box, last in wanted if name == group.name), key=lambda t: t[0].y + t[1])
        taken = group.y + 8.0
        for box, last in mine:
            wish = box.y + 16 if last else box.y - ENTER
            port = min(max(wish, taken + 12), group.bottom - 12)
            arrows.append(arrow(surface_arrow(box, last, port, lane), group.name))
            taken, lane = port, lane + 8 if port != wish else lane
    return arrows
