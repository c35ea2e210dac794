"""What a restyle kept and what it drew again, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from limner.artworks.restyling.units import Moved


@dataclass(frozen=True)
class Report:
    """The stages with parameters, by what became of them.

    Attributes:
        kept: what has the parameters of the artwork, bit for bit.
        drawn: what was drawn again, each with the reason.
        new: the stages that the artwork does not have.
    """

    kept: tuple[str, ...]
    drawn: tuple[str, ...]
    new: tuple[str, ...]

    def __str__(self) -> str:
        parts = {"kept": self.kept, "drawn again": self.drawn, "new": self.new}
        return "; ".join(f"{label}: {', '.join(names)}" for label, names in parts.items() if names)


def report_of(moves: Sequence[Moved]) -> Report:
    """Return the report about the parameters of all stages."""
    drawn = [f"{_drawn_name(one)} ({one.reason})" for one in moves if one.drawn and not one.is_new]
    new = [f"{one.unit.role} {one.unit.kind}{_of_layer(one)}" for one in moves if one.is_new]
    return Report(tuple(_kept_names(moves)), tuple(drawn), tuple(new))


def _kept_names(moves: Sequence[Moved]) -> list[str]:
    """Return the names of what is kept; all encoders of a recipe together if none of them is drawn again."""
    out = list[str]()
    for one in moves:
        group = [other for other in moves if (other.unit.role, other.unit.at) == (one.unit.role, one.unit.at)]
        together = len(group) > 1 and one.unit.role in ("encoder", "warp") and not any(other.drawn for other in group)
        name = f"{one.unit.role}s{_of_layer(one)}" if together else _name(one)
        if one.kept and one.drawn:
            name = f"{name} except {_of_its(one.where)}"
        if one.kept and name not in out:
            out.append(name)
    return out


def _of_its(where: str) -> str:
    """Return a part of a network with a pronoun: ``its last layer``, ``part of its last layer``, ``some layers``."""
    own = where.replace("part of the ", "part of its ")
    return f"its {own}" if own.startswith(("first", "last")) else own


def _drawn_name(one: Moved) -> str:
    return f"{one.where} of the {_name(one)}" if one.kept else _name(one)


def _name(one: Moved) -> str:
    unit = one.unit
    named = {"network": "network", "color": "color", "source": "color of the source"}
    return f"{named.get(unit.slot, f'{unit.role} {unit.kind}')}{_of_layer(one)}"


def _of_layer(one: Moved) -> str:
    return f" of {one.unit.at.rstrip('.')}" if one.unit.at else ""
