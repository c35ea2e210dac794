"""The optimizer: the rule that updates parameters from a gradient."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, TypeAlias, final

from limner.arrays.namespace import namespace
from limner.stages.base import Stage
from limner.stages.optimization.read_only import is_refused_write, read_only

if TYPE_CHECKING:
    from limner.arrays.namespace import Array

Slots: TypeAlias = "Mapping[str, Array]"
"""The arrays that an optimizer keeps between steps, by name; each has the shape of θ."""


class Optimizer(Stage):
    """An update rule for parameters. Batches, schedules, clipping and frozen parameters are up to the trainer."""

    slots: ClassVar[tuple[str, ...]] = ()
    """The names of the arrays that the rule keeps between steps; all are 0 before the first step."""

    @abstractmethod
    def update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Return the next θ and the next slots.

        Args:
            theta: the parameters ``(n,)``.
            gradient: the gradient of the loss. The rule may overwrite this array, because the trainer does not use it
                again; it must not overwrite θ or a slot.
            slots: the arrays that the last update returned.
            learning_rate: the learning rate of this step.
            step: the number of this update, counted from 1, for the bias correction of slots that started at 0.
        """

    @final
    def apply_update(
        self, theta: Array, gradient: Array, slots: Slots, learning_rate: float, step: int
    ) -> tuple[Array, Slots]:
        """Call ``update`` with a read-only θ and check the result; trainers call this method.

        Raises:
            TypeError: ``update`` wrote to θ, or returned slots of other names, shapes or dtypes than ``zero_slots``.
        """
        theta, name = read_only(theta), f"{type(self).__name__}.update"
        try:
            done = self.update(theta, gradient, slots, learning_rate, step)
        except ValueError as error:
            if is_refused_write(error):
                raise TypeError(f"{name}: θ is read-only; return a new array: theta - x, not theta -= x") from error
            raise
        if not isinstance(done, tuple) or len(done) != 2:
            raise TypeError(f"{name} returned {type(done).__name__}; return a tuple of the next θ and the next slots")
        moved, slots = done
        shape = getattr(moved, "shape", None)
        if shape != theta.shape:
            raise TypeError(f"{name} returns a θ of shape {shape}; return one of shape {tuple(theta.shape)}")
        if not isinstance(slots, Mapping):
            raise TypeError(f"{name} returns the slots as {type(slots).__name__}; return a mapping by name")
        if set(slots) != set(self.slots):
            raise TypeError(f"{name} returns the slots {sorted(slots)}; the class declares {sorted(self.slots)}")
        for slot, array in slots.items():
            if (array.shape, array.dtype) != (theta.shape, theta.dtype):
                problem = f"{array.dtype} {tuple(array.shape)}; return {theta.dtype} {tuple(theta.shape)}, as θ is"
                raise TypeError(f"{name} returns the slot {slot!r} as {problem}")
        return moved, slots

    @final
    def zero_slots(self, theta: Array) -> dict[str, Array]:
        """Return the slots before the first step: zeros."""
        return {name: namespace(theta).zeros_like(theta) for name in self.slots}
