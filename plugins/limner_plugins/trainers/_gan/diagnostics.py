"""What a person is told of two players."""

from __future__ import annotations

FEW_IMAGES = 200
"""Pictures below which a discriminator learns them by heart."""
MIN_IMAGES = 20
"""Pictures below which no variation of them is enough."""
OVERFITTING_AUGMENTS = frozenset({"cutout", "jitter"})
"""Augmentations that keep a discriminator from it; whatever is shifted or turned, one that slides along knows again."""
TOO_STRONG = 0.98
"""Of its answers right, over a long while, and the discriminator has won."""
TOO_WEAK = 0.505
"""And so it has lost: who gives every picture the same answer is right about half of them."""
MIN_UPDATES = 1000
"""Lessons that a discriminator has had before it is said to have lost; at first it knows nothing."""
UNBOUNDED_WARNING = (
    "wasserstein asks for a discriminator whose slope is bounded, and nothing bounds this one's; set trainer.penalty=10, or "
    "trainer.discriminator.spectral=true with trainer.discriminator.norm=none"
)
"""What is to be said of a contest that a discriminator wins by growing steep."""


def small_set_warning(points: int, *, augmented: bool) -> str:
    """What is to be said of a set that is too small, whether or not what the discriminator sees is varied; else nothing."""
    if points < MIN_IMAGES:
        return (
            f"{points} picture{'s' * (points != 1)} for a discriminator: it will learn them by heart, whatever is varied; "
            "bring some hundred, or cut large ones up with `patches`"
        )
    if points < FEW_IMAGES and not augmented:
        return (
            f"{points} pictures are few for a discriminator, which will learn them by heart; vary what it is shown, with "
            "[[trainer.augment]] in the recipe (cutout, jitter), or bring more pictures"
        )
    return ""


def balance_warning(accuracy: float, updates: int) -> str:
    """What is to be said where the discriminator has been right so often, of 1, lately, after so many lessons.

    Nothing while both have a chance.
    """
    if accuracy >= TOO_STRONG:
        return (
            f"the discriminator has won: for a long while {accuracy:.0%} of its answers were right, and who is always found out "
            "learns little; lower trainer.discriminator_learning_rate, raise trainer.discriminator_every, or vary what it is shown with "
            "[[trainer.augment]]"
        )
    if accuracy <= TOO_WEAK and updates >= MIN_UPDATES:
        return (
            f"the discriminator has lost: for a long while {accuracy:.0%} of its answers were right, no more than by chance, and "
            "who is never found out learns nothing of it; raise trainer.discriminator_learning_rate or trainer.discriminator_steps, or lower "
            "trainer.learning_rate"
        )
    return ""
