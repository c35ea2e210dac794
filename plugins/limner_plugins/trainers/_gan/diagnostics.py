"""Warnings of the adversarial trainer."""

from __future__ import annotations

FEW_IMAGES = 200
"""The number of images below which a discriminator overfits without augmentation."""
MIN_IMAGES = 20
"""The number of images below which a discriminator overfits despite augmentation."""
REGULARIZING_AUGMENTS = frozenset({"cutout", "jitter"})
"""Augmentations that reduce overfitting. Shifts and flips do not: convolutions recognise the image."""
TOO_STRONG = 0.98
"""The average accuracy from which the discriminator is too strong."""
TOO_WEAK = 0.505
"""The average accuracy below which the discriminator is too weak: a constant answer has an accuracy of one half."""
MIN_UPDATES = 1000
"""The number of updates before a discriminator may be reported as too weak."""
UNBOUNDED_WARNING = (
    "wasserstein: the gradient of the discriminator is not bounded; set trainer.penalty=10, or "
    "trainer.discriminator.spectral=true with trainer.discriminator.norm=none"
)
"""The warning for a Wasserstein loss that a discriminator can lower without limit by scaling its output."""


def small_set_warning(points: int, *, augmented: bool) -> str:
    """Return a warning about too small a training set; empty if it is large enough."""
    if points < MIN_IMAGES:
        return (
            f"{points} picture{'s' * (points != 1)}: the discriminator will overfit despite augmentation; use a few "
            "hundred pictures, or split large ones with `patches`"
        )
    if points < FEW_IMAGES and not augmented:
        return (
            f"{points} pictures: the discriminator may overfit; add [[trainer.augment]] (cutout, jitter) to the "
            "recipe, or use more pictures"
        )
    return ""


def balance_warning(accuracy: float, updates: int) -> str:
    """Return a warning if the discriminator is too strong or too weak; empty while the training is balanced.

    Args:
        accuracy: the discriminator's recent accuracy, 0 to 1.
        updates: number of the discriminator's updates.
    """
    if accuracy >= TOO_STRONG:
        return (
            f"the discriminator is too strong (accuracy {accuracy:.0%}), so the network learns little; lower "
            "trainer.discriminator_learning_rate, raise trainer.discriminator_every, or add [[trainer.augment]]"
        )
    if accuracy <= TOO_WEAK and updates >= MIN_UPDATES:
        return (
            f"the discriminator is too weak (accuracy {accuracy:.0%}, no better than chance), so the network learns "
            "nothing from it; raise trainer.discriminator_learning_rate or trainer.discriminator_steps, or lower "
            "trainer.learning_rate"
        )
    return ""
