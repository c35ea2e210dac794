"""Units of restyling: the stages whose parameters are kept or drawn again as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from limner.arrays.parameters import Parameter
from limner.artworks.restyling.recolored import is_recolored, shown_mode, source_mode
from limner.composition.stage_spec import StageSpec
from limner.models.field import FieldModel
from limner.registry.names import short_name
from limner.stages.base import Stage


@dataclass(frozen=True)
class Unit:
    """A stage of a single recipe, with its place in θ.

    Attributes:
        role: ``warp``, ``encoder``, ``mask``, ``network`` or ``color``.
        slot: what it is for: the role, except for colours, where ``source`` is the mode that the network's channels are
            meant for if another mode, ``color``, recolours the picture.
        spec: the stage.
        parameters: its parameters, in order.
        start: the index of the first of them in the θ of the single recipe.
        at: the path of the recipe, ``layer.0.``; empty for the outermost one.
    """

    role: str
    slot: str
    spec: StageSpec[Stage]
    parameters: tuple[Parameter, ...]
    start: int
    at: str = ""

    @property
    def kind(self) -> str:
        """The name of the stage."""
        return short_name(self.spec.kind)

    @property
    def size(self) -> int:
        """The number of parameters."""
        return sum(parameter.size for parameter in self.parameters)

    @property
    def span(self) -> slice:
        """The slice of θ."""
        return slice(self.start, self.start + self.size)

    @property
    def part(self) -> str:
        """The part that a lock names: ``network`` also for encoders and the mode of its channels, else the role."""
        return "network" if self.role == "encoder" or self.slot == "source" else self.role


@dataclass(frozen=True)
class Moved:
    """What became of the parameters of one stage of the new recipe.

    Attributes:
        unit: the stage.
        kept: the number of parameters that are those of the artwork.
        drawn: the number of parameters that were drawn again, or are new.
        reason: why parameters were drawn; empty if all are kept.
        is_new: whether the artwork has no such stage.
        where: which part of the network was drawn: ``last layer``; empty for all of it, or if it is not a network.
    """

    unit: Unit
    kept: int
    drawn: int
    reason: str = ""
    is_new: bool = False
    where: str = ""


def units_of(model: FieldModel, at: str = "") -> list[Unit]:
    """Return the stages of a model that may have parameters, in the order of θ."""
    recipe, layout = model.recipe, model.layout
    places: list[tuple[str, str, str, StageSpec[Stage]]] = []
    places += [("warp", "warp", f"warp.{i}.", spec) for i, spec in enumerate(recipe.warps)]
    places += [("encoder", "encoder", f"encoder.{i}.", spec) for i, spec in enumerate(recipe.encoders)]
    if recipe.mask:
        places.append(("mask", "mask", "mask.", recipe.mask))
    places.append(("network", "network", "network.", recipe.network))
    if is_recolored(recipe):
        places.append(("color", "source", "color.source.", source_mode(recipe)))
        places.append(("color", "color", "color.target.", shown_mode(recipe)))
    else:
        places.append(("color", "color", "color.", recipe.color))
    out, start = [], 0
    for role, slot, prefix, spec in places:
        own = tuple(entry for entry in layout.parameters if entry.name.startswith(prefix))
        out.append(Unit(role, slot, spec, own, start, at))
        start += out[-1].size
    return out


def matched_units(old: FieldModel, new: FieldModel, at: str = "") -> list[tuple[Unit, Unit | None]]:
    """Return the stages of a new model, each with the one of the old model that it continues; None for a new one.

    A stage continues one with the same name; of several warps or encoders with one name, the first continues the first.
    """
    left = units_of(old, at)
    out = list[tuple[Unit, Unit | None]]()
    for unit in units_of(new, at):
        found = next((one for one in left if _continues(unit, one, left)), None)
        if found is not None:
            left.remove(found)
        out.append((unit, found))
    return out


def _continues(unit: Unit, former: Unit, left: list[Unit]) -> bool:
    if (unit.role, unit.spec.kind) != (former.role, former.spec.kind):
        return False
    was_recolored = any(one.slot == "source" for one in left)
    if unit.slot == "source" or (was_recolored and former.slot == "source"):
        return former.slot == ("source" if was_recolored else "color")
    return True
