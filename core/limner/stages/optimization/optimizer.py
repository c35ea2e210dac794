"""The optimizer: the update rule that turns a gradient into a step."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, TypeAlias, final

from limner.arrays.namespace import namespace
from limner.stages.base import Stage

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

Slots: TypeAlias = "Mapping[str, Array]"
"""The arrays that an optimizer keeps from step to step, by name; each has the shape of θ."""


class Optimizer(Stage):
    """An update rule. Batches, schedules, clipping and frozen parameters are the trainer's that holds it.

    ``slots`` names the arrays that the rule keeps from step to step; all are 0 before the first step.
    """

    slots: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def update(self, theta: Array, gradient: Array, slots: Slots, rate: float, step: int) -> tuple[Array, Slots]:
        """Return the next θ and the next slots.

        Args:
            theta: the parameters ``(n,)``.
            gradient: the gradient of the loss. The rule may overwrite this array, which the trainer does not use again;
                it must not overwrite θ or a slot.
            slots: the arrays that the last update returned.
            rate: the learning rate of this step.
            step: the number of this update, from 1: corrections of a bias count from the zeros in the slots.
        """

    @final
    def take_step(self, theta: Array, gradient: Array, slots: Slots, rate: float, step: int) -> tuple[Array, Slots]:
        """Call ``update``; trainers call this.

        Raises:
            TypeError: ``update`` did not return a θ and slots of the shape of θ.
        """
        returned = self.update(theta, gradient, slots, rate, step)
        name = f"{type(self).__name__}.update returned"
        if not (isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[1], Mapping)):
            raise TypeError(f"{name} {type(returned).__name__}; return the next θ and the slots by name")
        for what, array in {"θ": returned[0], **{f"slot {one}": returned[1].get(one) for one in self.slots}}.items():
            shape = getattr(array, "shape", None)
            if shape != theta.shape:
                raise TypeError(f"{name} a {what} of shape {shape}, not {theta.shape}")
        return returned

    @final
    def zero_slots(self, theta: Array) -> dict[str, Array]:
        """Return the slots before the first step."""
        return {name: namespace(theta).zeros_like(theta) for name in self.slots}
