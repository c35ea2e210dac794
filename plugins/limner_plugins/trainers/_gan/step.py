"""A step of adversarial training: the discriminator's updates, then the generator's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING

from limner.plugin import Array, Context, Example, Optimizer, PairsProblem, State, Step, TrainableMask, namespace
from limner_plugins.trainers._gan.discriminator_step import GeneratedTile, discriminator_input
from limner_plugins.trainers._nested import pack_state, unpack_state

if TYPE_CHECKING:
    from limner_plugins.trainers._gan.settings import AdversarialSettings

ACCURACY_DECAY = 0.02
"""The weight of a step in the moving average of the discriminator's accuracy."""


@dataclass(frozen=True)
class AdversarialStep:
    """The steps of adversarial training on a problem.

    Attributes:
        settings: the trainer's settings.
        problem: the problem of image pairs.
    """

    settings: AdversarialSettings
    problem: PairsProblem

    def step(self, theta: Array, state: State, ctx: Context) -> Step:
        """Take the discriminator's steps if they are due, then a step of the generator on the last of their batches."""
        settings = self.settings
        rate_factor = 1.0 - (1.0 - settings.final) * max(0.0, 2.0 * ctx.progress - 1.0)
        if ctx.progress < settings.warmup:
            return self._generator_warmup_step(theta, state, ctx, rate_factor * settings.learning_rate)
        discriminator_turn = int(state.numbers["steps"]) % settings.discriminator_every == 0
        state = replace(state, numbers={**state.numbers, "steps": int(state.numbers["steps"]) + 1})
        tiles: list[GeneratedTile] = []
        for i in range(settings.discriminator_steps):
            tiles = []  # free the last batch before the next is generated
            tiles = self._generate(theta, replace(ctx, step=ctx.step * settings.discriminator_steps + i))
            if not all(map(_finite, tiles)):
                return Step(theta, state, math.nan, {"discriminator_loss": 0.0})
            if discriminator_turn:
                state = self._discriminator_step(state, tiles, rate_factor * settings.discriminator_learning_rate)
        generator_loss, recipe_loss, gradient = self._generator_gradient(state, tiles)
        discriminator_loss = state.numbers["discriminator_loss"] if math.isfinite(generator_loss) else math.nan
        state, theta = self._update_generator(theta, state, gradient, rate_factor * settings.learning_rate)
        accuracy = state.numbers["accuracy"]
        metrics = {
            "generator_loss": generator_loss,
            "discriminator_loss": discriminator_loss,
            "accuracy": accuracy,
            "learning_rate": rate_factor * settings.learning_rate,
        }
        return Step(theta, state, generator_loss + settings.weight * recipe_loss, metrics)

    def _generator_warmup_step(self, theta: Array, state: State, ctx: Context, rate: float) -> Step:
        """Take a step of the generator with the recipe's loss alone, which makes a good start for adversarial training.

        Source: C. Ledig et al., "Photo-realistic single image super-resolution using a generative adversarial network",
        2017.
        """
        outputs = self.problem.map_tiles(
            lambda *given: (given[0], *self.problem.translate(theta, *given)), ctx, self.settings.batch
        )
        num_images = sum(int(picture.shape[1]) for _, picture, _ in outputs)

        def tile_gradient(one: tuple[Example, Array, Callable[[Array], Array]]) -> tuple[float, Array]:
            example, picture, pull = one
            loss, gradient = self._recipe_loss(example, picture, num_images)
            return loss, pull(gradient)

        parts = self.problem.parallel_map(tile_gradient, outputs)
        state = replace(state, numbers={**state.numbers, "steps": int(state.numbers["steps"]) + 1})
        state, theta = self._update_generator(theta, state, _sum_gradients([part[1] for part in parts]), rate)
        return Step(theta, state, self.settings.weight * sum(loss for loss, _ in parts), {"learning_rate": rate})

    def _recipe_loss(self, example: Example, generated: Array, num_images: int) -> tuple[float, Array]:
        """Return the recipe's loss on a tile, and λ times its gradient by the generated images."""
        value, pull = self.problem.loss.vjp(generated, example.target)
        xp, divisor = namespace(value), self.problem.loss.divisor(3, num_images * prod(example.target.shape[2:]))
        return float(xp.sum(value)) / divisor, pull((self.settings.weight / divisor) * xp.ones_like(value))

    def _generate(self, theta: Array, ctx: Context) -> list[GeneratedTile]:
        """Return the tiles of a batch with the generated images."""

        def generate_tile(example: Example, at: Context) -> GeneratedTile:
            generated, pull = self.problem.translate(theta, example, at)
            at = replace(at, input_gradient=True)
            return GeneratedTile(
                example,
                at,
                generated,
                pull,
                *discriminator_input(self.settings.network, self.settings.augment, example, generated, at),
            )

        return self.problem.map_tiles(
            generate_tile, ctx, self.settings.batch, whole_batch=self.settings.network.uses_batch_statistics()
        )

    def _discriminator_step(self, state: State, tiles: Sequence[GeneratedTile], rate: float) -> State:
        """Return the state after an update of the discriminator; its loss and accuracy are those before the update."""
        layout = self.settings.discriminator_layout(self.problem)
        params = self.settings.network.with_updated_buffers(layout.views(state.arrays["discriminator"]))
        parts = self.problem.parallel_map(
            self.settings.discriminator_pass(params, _count_images(tiles)).discriminator_gradient, tiles
        )
        phi = params.flat
        mask = TrainableMask.of(layout.trainable, phi)
        gradient = mask.zero_frozen(_sum_gradients([part.gradient for part in parts]))
        updates = int(state.numbers["discriminator_steps"]) + 1
        optimizer = self.settings.discriminator_optimizer.stage
        moved, slots = _optimizer_update("discriminator-optimizer", optimizer, rate, updates, phi, gradient, state)
        moved = mask.keep_frozen(moved, phi)
        accuracy = sum(part.num_correct for part in parts) / sum(part.num_scores for part in parts)
        recent = (1.0 - ACCURACY_DECAY) * state.numbers["recent_accuracy"] + ACCURACY_DECAY * accuracy
        loss = sum(float(part.loss) for part in parts)
        numbers = {
            **state.numbers,
            "discriminator_steps": updates,
            "discriminator_loss": loss,
            "accuracy": accuracy,
            "recent_accuracy": recent,
        }
        return State({**state.arrays, "discriminator": moved, **slots}, numbers)

    def _generator_gradient(self, state: State, tiles: Sequence[GeneratedTile]) -> tuple[float, float, Array]:
        """Return the generator's adversarial loss, the recipe's loss, and the gradient of their weighted sum by θ."""
        discriminator = self.settings.discriminator_pass(
            self.settings.discriminator_layout(self.problem).views(state.arrays["discriminator"]), _count_images(tiles)
        )

        def tile_gradient(tile: GeneratedTile) -> tuple[float, float, Array]:
            adversarial_loss, adversarial_gradient = discriminator.generator_gradient(tile)
            loss, recipe_gradient = self._recipe_loss(tile.example, tile.generated, discriminator.num_images)
            return float(adversarial_loss), loss, tile.generator_pullback(adversarial_gradient + recipe_gradient)

        parts = self.problem.parallel_map(tile_gradient, tiles)
        return (
            sum(part[0] for part in parts),
            sum(part[1] for part in parts),
            _sum_gradients([part[2] for part in parts]),
        )

    def _update_generator(self, theta: Array, state: State, gradient: Array, rate: float) -> tuple[State, Array]:
        """Return the state and θ after an update of the generator, with the moving average of θ."""
        settings, steps = self.settings, int(state.numbers["steps"])
        moved, arrays = _optimizer_update("optimizer", settings.optimizer.stage, rate, steps, theta, gradient, state)
        if settings.average:  # a smaller decay at first: about the mean of the last tenth of the steps
            decay = min(settings.average, (steps - 1.0) / (steps + 9.0))
            mean = decay * state.arrays["mean"] + (1.0 - decay) * moved
            arrays["mean"] = TrainableMask.of(self.problem.trainable, theta).keep_frozen(mean, theta)
        return State({**state.arrays, **arrays}, state.numbers), moved


def _optimizer_update(
    prefix: str, optimizer: Optimizer, rate: float, count: int, theta: Array, gradient: Array, state: State
) -> tuple[Array, dict[str, Array]]:
    """Return θ of one of the networks after an update, and the optimizer's slots by their names in the state."""
    moved, slots = optimizer.apply_update(theta, gradient, unpack_state(prefix, state).arrays, rate, count)
    return moved, dict(pack_state(prefix, State(slots)).arrays)


def _count_images(tiles: Sequence[GeneratedTile]) -> int:
    return sum(int(tile.generated.shape[1]) for tile in tiles)


def _sum_gradients(gradients: Sequence[Array]) -> Array:
    total = gradients[0]
    for gradient in gradients[1:]:
        total = total + gradient
    return total


def _finite(tile: GeneratedTile) -> bool:
    return math.isfinite(float(namespace(tile.generated).sum(tile.generated)))
