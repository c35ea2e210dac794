"""A step of two players: what the network makes is shown to the critic, which learns first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from limner.plugin import Array, Context, Example, Optimizer, PairsProblem, State, Step, TrainableMask, namespace
from limner_plugins.trainers._gan.discriminator_step import Seen, shown
from limner_plugins.trainers._nested import packed, unpacked

if TYPE_CHECKING:
    from limner_plugins.trainers._gan.settings import AdversarialSettings

FORGETS = 0.02
"""What a step weighs in how often the critic has been right lately."""


@dataclass(frozen=True)
class Duel:
    """Two players, and the pictures."""

    rules: AdversarialSettings
    pairs: PairsProblem

    def step(self, theta: Array, state: State, ctx: Context) -> Step:
        """The critic's steps, where it is its turn, then the network's, on the last batch that the critic saw."""
        rules = self.rules
        left = 1.0 - (1.0 - rules.final) * max(0.0, 2.0 * ctx.progress - 1.0)
        if ctx.progress < rules.warmup:
            return self._alone(theta, state, ctx, left * rules.rate)
        teaching = int(state.numbers["steps"]) % rules.critic_every == 0
        state = replace(state, numbers={**state.numbers, "steps": int(state.numbers["steps"]) + 1})
        seen: list[Seen] = []
        for i in range(rules.critic_steps):
            seen = []  # what was kept of one batch goes before the next is made
            seen = self._seen(theta, replace(ctx, step=ctx.step * rules.critic_steps + i))
            if not all(map(_finite, seen)):
                return Step(theta, state, math.nan, {"critic": 0.0})
            if teaching:
                state = self._taught(state, seen, left * rules.critic_rate)
        fooling, loss, gradient = self._deceived(state, seen)
        critic = state.numbers["critic"] if math.isfinite(fooling) else math.nan
        state, theta = self._moved(theta, state, gradient, left * rules.rate)
        accuracy = state.numbers["right"]
        metrics = {"fooling": fooling, "critic": critic, "accuracy": accuracy, "rate": left * rules.rate}
        return Step(theta, state, fooling + rules.weight * loss, metrics)

    def _alone(self, theta: Array, state: State, ctx: Context, rate: float) -> Step:
        """A step of the network by itself, by the recipe's loss: from means it is not far to what deceives a critic.

        Source: C. Ledig et al., "Photo-realistic single image super-resolution using a generative adversarial network",
        2017, which starts so.
        """
        made = self.pairs.tiles(lambda *given: (given[0], *self.pairs.translate(theta, *given)), ctx, self.rules.batch)
        pictures = sum(int(picture.shape[1]) for _, picture, _ in made)

        def of(one: tuple[Example, Array, Callable[[Array], Array]]) -> tuple[float, Array]:
            example, picture, pull = one
            loss, dmade = self._own(example, picture, pictures)
            return loss, pull(dmade)

        parts = self.pairs.side_by_side(of, made)
        state = replace(state, numbers={**state.numbers, "steps": int(state.numbers["steps"]) + 1})
        state, theta = self._moved(theta, state, _summed([part[1] for part in parts]), rate)
        return Step(theta, state, self.rules.weight * sum(loss for loss, _ in parts), {"rate": rate})

    def _own(self, example: Example, made: Array, pictures: int) -> tuple[float, Array]:
        """The recipe's loss of a tile, and its gradient by what was made, λ times."""
        value, pull = self.pairs.loss.vjp(made, example.target)
        xp, divisor = namespace(value), self.pairs.loss.divisor(3, pictures * prod(example.target.shape[2:]))
        return float(xp.sum(value)) / divisor, pull((self.rules.weight / divisor) * xp.ones_like(value))

    def _seen(self, theta: Array, ctx: Context) -> list[Seen]:
        """The tiles of a batch as the network makes them."""

        def of(example: Example, at: Context) -> Seen:
            made, pull = self.pairs.translate(theta, example, at)
            at = replace(at, input_gradient=True)
            return Seen(example, at, made, pull, *shown(self.rules.judge, self.rules.augment, example, made, at))

        return self.pairs.tiles(of, ctx, self.rules.batch, whole=self.rules.judge.uses_batch_statistics())

    def _taught(self, state: State, seen: Sequence[Seen], rate: float) -> State:
        """The state after a step of the critic; it tells how the critic did before."""
        layout = self.rules.layout(self.pairs)
        params = self.rules.judge.refreshed(layout.views(state.arrays["critic"]))
        lessons = self.pairs.side_by_side(self.rules.critique(params, _pictures(seen)).teach, seen)
        phi = params.flat
        mask = TrainableMask.of(layout.trainable, phi)
        gradient = mask.zero_frozen(_summed([lesson.gradient for lesson in lessons]))
        taught = int(state.numbers["taught"]) + 1
        optimizer = self.rules.critic_optimizer.stage
        moved, slots = _updated("critic-optimizer", optimizer, rate, taught, phi, gradient, state)
        moved = mask.keep_frozen(moved, phi)
        right = sum(lesson.right for lesson in lessons) / sum(lesson.numbers for lesson in lessons)
        lately = (1.0 - FORGETS) * state.numbers["lately"] + FORGETS * right
        critic = sum(float(lesson.loss) for lesson in lessons)
        numbers = {**state.numbers, "taught": taught, "critic": critic, "right": right, "lately": lately}
        return State({**state.arrays, "critic": moved, **slots}, numbers)

    def _deceived(self, state: State, seen: Sequence[Seen]) -> tuple[float, float, Array]:
        """What the network loses to the critic, the recipe's loss, and the gradient of both, weighted, by θ."""
        critique = self.rules.critique(self.rules.layout(self.pairs).views(state.arrays["critic"]), _pictures(seen))

        def of(one: Seen) -> tuple[float, float, Array]:
            fooling, dmade = critique.deceive(one)
            loss, dloss = self._own(one.example, one.made, critique.pictures)
            return float(fooling), loss, one.pull(dmade + dloss)

        parts = self.pairs.side_by_side(of, seen)
        return sum(part[0] for part in parts), sum(part[1] for part in parts), _summed([part[2] for part in parts])

    def _moved(self, theta: Array, state: State, gradient: Array, rate: float) -> tuple[State, Array]:
        """θ and the state after a step of the network."""
        rules, steps = self.rules, int(state.numbers["steps"])
        moved, arrays = _updated("optimizer", rules.optimizer.stage, rate, steps, theta, gradient, state)
        if rules.average:  # at first it follows faster: about the mean of the last tenth of the steps
            slow = min(rules.average, (steps - 1.0) / (steps + 9.0))
            mean = slow * state.arrays["mean"] + (1.0 - slow) * moved
            arrays["mean"] = TrainableMask.of(self.pairs.trainable, theta).keep_frozen(mean, theta)
        return State({**state.arrays, **arrays}, state.numbers), moved


def _updated(
    prefix: str, optimizer: Optimizer, rate: float, count: int, theta: Array, gradient: Array, state: State
) -> tuple[Array, dict[str, Array]]:
    """Return θ of one of the networks after an update, and the optimizer's slots by their names in the state."""
    moved, slots = optimizer.apply_update(theta, gradient, unpacked(prefix, state).arrays, rate, count)
    return moved, dict(packed(prefix, State(slots)).arrays)


def _pictures(seen: Sequence[Seen]) -> int:
    return sum(int(one.made.shape[1]) for one in seen)


def _summed(gradients: Sequence[Array]) -> Array:
    total = gradients[0]
    for gradient in gradients[1:]:
        total = total + gradient
    return total


def _finite(seen: Seen) -> bool:
    return math.isfinite(float(namespace(seen.made).sum(seen.made)))
