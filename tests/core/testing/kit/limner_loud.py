"""A stage whose module prints when it is imported."""

from limner_sound import SoundWarp

print("hello")  # noqa: T201


class LoudWarp(SoundWarp):
    pass
