"""What a person is told of two players."""

from __future__ import annotations

FEW = 200
"""Pictures below which a discriminator learns them by heart."""
A_HANDFUL = 20
"""Pictures below which no variation of them is enough."""
VARY = frozenset({"cutout", "jitter"})
"""Augmentations that keep a discriminator from it; whatever is shifted or turned, one that slides along knows again."""
SURE = 0.98
"""Of its answers right, over a long while, and the discriminator has won."""
GUESSING = 0.505
"""And so it has lost: who gives every picture the same answer is right about half of them."""
PATIENCE = 1000
"""Lessons that a discriminator has had before it is said to have lost; at first it knows nothing."""
UNBOUNDED = (
    "wasserstein asks for a discriminator whose slope is bounded, and nothing bounds this one's; set trainer.penalty=10, or "
    "trainer.discriminator.spectral=true with trainer.discriminator.norm=none"
)
"""What is to be said of a contest that a discriminator wins by growing steep."""


def too_few(points: int, *, varied: bool) -> str:
    """What is to be said of a set that is too small, whether or not what the discriminator sees is varied; else nothing."""
    if points < A_HANDFUL:
        return (
            f"{points} picture{'s' * (points != 1)} for a discriminator: it will learn them by heart, whatever is varied; "
            "bring some hundred, or cut large ones up with `patches`"
        )
    if points < FEW and not varied:
        return (
            f"{points} pictures are few for a discriminator, which will learn them by heart; vary what it is shown, with "
            "[[trainer.augment]] in the recipe (cutout, jitter), or bring more pictures"
        )
    return ""


def balance_warning(right: float, taught: int) -> str:
    """What is to be said where the discriminator has been right so often, of 1, lately, after so many lessons.

    Nothing while both have a chance.
    """
    if right >= SURE:
        return (
            f"the discriminator has won: for a long while {right:.0%} of its answers were right, and who is always found out "
            "learns little; lower trainer.discriminator_learning_rate, raise trainer.discriminator_every, or vary what it is shown with "
            "[[trainer.augment]]"
        )
    if right <= GUESSING and taught >= PATIENCE:
        return (
            f"the discriminator has lost: for a long while {right:.0%} of its answers were right, no more than by chance, and "
            "who is never found out learns nothing of it; raise trainer.discriminator_learning_rate or trainer.discriminator_steps, or lower "
            "trainer.learning_rate"
        )
    return ""
