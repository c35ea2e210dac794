"""A stage whose module loads a heavy library at once."""

import tifffile  # noqa: F401
from limner_sound import SoundWarp


class HeavyWarp(SoundWarp):
    pass
