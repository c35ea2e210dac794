"""The caption of a state."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from limner.training.states.state_file import KeptState


def caption_of(state: KeptState, between: str = "   ") -> str:
    """Return step and PSNR as text, with a text between them: ``step 1,200   23.4 dB``."""
    return f"step {state.step:,}{between}{f'{state.psnr:.1f} dB' if math.isfinite(state.psnr) else 'exact'}"
