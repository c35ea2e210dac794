"""A step of two players: what the network makes is shown to the discriminator, which learns first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from limner.plugin import Array, Context, Example, Optimizer, PairsProblem, State, Step, TrainableMask, namespace
from limner_plugins.trainers._gan.discriminator_step import GeneratedTile, discriminator_input
from limner_plugins.trainers._nested import packed, unpacked

if TYPE_CHECKING:
    from limner_plugins.trainers._gan.settings import AdversarialSettings

ACCURACY_DECAY = 0.02
"""What a step weighs in how often the discriminator has been right lately."""


@dataclass(frozen=True)
class AdversarialStep:
    """Two players, and the pictures."""

    rules: AdversarialSettings
    pairs: PairsProblem

    def step(self, theta: Array, state: State, ctx: Context) -> Step:
        """The discriminator's steps, where it is its turn, then the network's, on the last batch that the discriminator saw."""
        rules = self.rules
        left = 1.0 - (1.0 - rules.final) * max(0.0, 2.0 * ctx.progress - 1.0)
        if ctx.progress < rules.warmup:
            return self._generator_warmup_step(theta, state, ctx, left * rules.learning_rate)
        teaching = int(state.numbers["steps"]) % rules.discriminator_every == 0
        state = replace(state, numbers={**state.numbers, "steps": int(state.numbers["steps"]) + 1})
        seen: list[GeneratedTile] = []
        for i in range(rules.discriminator_steps):
            seen = []  # what was kept of one batch goes before the next is made
            seen = self._generate(theta, replace(ctx, step=ctx.step * rules.discriminator_steps + i))
            if not all(map(_finite, seen)):
                return Step(theta, state, math.nan, {"discriminator_loss": 0.0})
            if teaching:
                state = self._discriminator_step(state, seen, left * rules.discriminator_learning_rate)
        adversarial_loss, loss, gradient = self._generator_gradient(state, seen)
        discriminator_loss = state.numbers["discriminator_loss"] if math.isfinite(adversarial_loss) else math.nan
        state, theta = self._update_generator(theta, state, gradient, left * rules.learning_rate)
        accuracy = state.numbers["accuracy"]
        metrics = {
            "generator_loss": adversarial_loss,
            "discriminator_loss": discriminator_loss,
            "accuracy": accuracy,
            "learning_rate": left * rules.learning_rate,
        }
        return Step(theta, state, adversarial_loss + rules.weight * loss, metrics)

    def _generator_warmup_step(self, theta: Array, state: State, ctx: Context, rate: float) -> Step:
        """A step of the network by itself, by the recipe's loss: from means it is not far to what deceives a discriminator.

        Source: C. Ledig et al., "Photo-realistic single image super-resolution using a generative adversarial network",
        2017, which starts so.
        """
        made = self.pairs.map_tiles(
            lambda *given: (given[0], *self.pairs.translate(theta, *given)), ctx, self.rules.batch
        )
        pictures = sum(int(picture.shape[1]) for _, picture, _ in made)

        def of(one: tuple[Example, Array, Callable[[Array], Array]]) -> tuple[float, Array]:
            example, picture, pull = one
            loss, dmade = self._recipe_loss(example, picture, pictures)
            return loss, pull(dmade)

        parts = self.pairs.parallel_map(of, made)
        state = replace(state, numbers={**state.numbers, "steps": int(state.numbers["steps"]) + 1})
        state, theta = self._update_generator(theta, state, _summed([part[1] for part in parts]), rate)
        return Step(theta, state, self.rules.weight * sum(loss for loss, _ in parts), {"learning_rate": rate})

    def _recipe_loss(self, example: Example, made: Array, pictures: int) -> tuple[float, Array]:
        """The recipe's loss of a tile, and its gradient by what was made, λ times."""
        value, pull = self.pairs.loss.vjp(made, example.target)
        xp, divisor = namespace(value), self.pairs.loss.divisor(3, pictures * prod(example.target.shape[2:]))
        return float(xp.sum(value)) / divisor, pull((self.rules.weight / divisor) * xp.ones_like(value))

    def _generate(self, theta: Array, ctx: Context) -> list[GeneratedTile]:
        """The tiles of a batch as the network makes them."""

        def of(example: Example, at: Context) -> GeneratedTile:
            made, pull = self.pairs.translate(theta, example, at)
            at = replace(at, input_gradient=True)
            return GeneratedTile(
                example, at, made, pull, *discriminator_input(self.rules.network, self.rules.augment, example, made, at)
            )

        return self.pairs.map_tiles(of, ctx, self.rules.batch, whole_batch=self.rules.network.uses_batch_statistics())

    def _discriminator_step(self, state: State, seen: Sequence[GeneratedTile], rate: float) -> State:
        """The state after a step of the discriminator; it tells how the discriminator did before."""
        layout = self.rules.layout(self.pairs)
        params = self.rules.network.with_updated_buffers(layout.views(state.arrays["discriminator"]))
        parts = self.pairs.parallel_map(
            self.rules.discriminator_pass(params, _pictures(seen)).discriminator_gradient, seen
        )
        phi = params.flat
        mask = TrainableMask.of(layout.trainable, phi)
        gradient = mask.zero_frozen(_summed([part.gradient for part in parts]))
        updates = int(state.numbers["discriminator_steps"]) + 1
        optimizer = self.rules.discriminator_optimizer.stage
        moved, slots = _updated("discriminator-optimizer", optimizer, rate, updates, phi, gradient, state)
        moved = mask.keep_frozen(moved, phi)
        right = sum(part.num_correct for part in parts) / sum(part.num_scores for part in parts)
        recent = (1.0 - ACCURACY_DECAY) * state.numbers["recent_accuracy"] + ACCURACY_DECAY * right
        loss = sum(float(part.loss) for part in parts)
        numbers = {
            **state.numbers,
            "discriminator_steps": updates,
            "discriminator_loss": loss,
            "accuracy": right,
            "recent_accuracy": recent,
        }
        return State({**state.arrays, "discriminator": moved, **slots}, numbers)

    def _generator_gradient(self, state: State, seen: Sequence[GeneratedTile]) -> tuple[float, float, Array]:
        """What the network loses to the discriminator, the recipe's loss, and the gradient of both, weighted, by θ."""
        critique = self.rules.discriminator_pass(
            self.rules.layout(self.pairs).views(state.arrays["discriminator"]), _pictures(seen)
        )

        def of(one: GeneratedTile) -> tuple[float, float, Array]:
            fooling, dmade = critique.generator_gradient(one)
            loss, dloss = self._recipe_loss(one.example, one.generated, critique.num_images)
            return float(fooling), loss, one.generator_pullback(dmade + dloss)

        parts = self.pairs.parallel_map(of, seen)
        return sum(part[0] for part in parts), sum(part[1] for part in parts), _summed([part[2] for part in parts])

    def _update_generator(self, theta: Array, state: State, gradient: Array, rate: float) -> tuple[State, Array]:
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


def _pictures(seen: Sequence[GeneratedTile]) -> int:
    return sum(int(one.generated.shape[1]) for one in seen)


def _summed(gradients: Sequence[Array]) -> Array:
    total = gradients[0]
    for gradient in gradients[1:]:
        total = total + gradient
    return total


def _finite(seen: GeneratedTile) -> bool:
    return math.isfinite(float(namespace(seen.generated).sum(seen.generated)))
