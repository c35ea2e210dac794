"""What a person is told of two players."""

from __future__ import annotations

FEW = 200
"""Pictures below which a critic learns them by heart."""
SURE = 0.98
"""Of its answers right, over a long while, and the critic has won."""


def too_few(points: int) -> str:
    """What is to be said of a set that is too small; nothing of others."""
    if points >= FEW:
        return ""
    return (
        f"{points} pictures are few for a critic, which will learn them by heart; vary what it is shown, with "
        "[[trainer.augment]] in the recipe (flip, crop, jitter), or bring more pictures"
    )


def who_won(right: float) -> str:
    """What is to be said where the critic has been right so often, of 1, lately: nothing while both have a chance."""
    if right >= SURE:
        return (
            f"the critic has won: for a long while {right:.0%} of its answers were right, and who is always found out "
            "learns little; lower trainer.critic_rate, raise trainer.critic_every, or vary what it is shown with "
            "[[trainer.augment]]"
        )
    if right <= 1.0 - SURE:
        return (
            f"the critic has lost: for a long while {right:.0%} of its answers were right; raise trainer.critic_rate "
            "or trainer.critic_steps"
        )
    return ""
