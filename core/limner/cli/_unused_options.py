"""Options that have no effect on what a command writes: errors that name them, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from limner.console.output import print_note
from limner.errors import LimnerError

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.training.plan import FitPlan

SIDE = 16
TIMES = (0.37, 0.71)
"""Times at which a picture is compared with time 0; at 0.5 or 1, a loop of several turns may look the same."""
TRAINING_ROLES = ("trainer", "loss", "augment", "output")
"""The roles that painting does not use."""
UNUSED_BACKGROUND = "`background` has no effect: without transparency, nothing behind the picture is seen"


def refuse_unused(options: Mapping[str, Any], why: str) -> None:
    """Check that no option is given that has no effect.

    Args:
        options: by the name of each option, whether it is given.
        why: the end of the message: the reason, and the fix.

    Raises:
        LimnerError: an option is given.
    """
    names = ", ".join(name for name, is_given in options.items() if is_given)
    if names:
        raise LimnerError(f"{names}: {why}")


def picture_options(
    *, region: Any, supersample: int, bits: int, dither: str, time: float, background: Any, dpi: float, **others: Any
) -> dict[str, Any]:
    """Return whether each option of a rendered picture is given, by its name; ``others`` has further ones."""
    given = {"-o": others.get("out"), "--region": region, "--supersample": supersample != 1, "--bits": bits != 8}
    given |= {"--dither": dither != "none", "--time": time, "--background": background, "--bleed": others.get("bleed")}
    formats = {name for name in others.get("settings", {}) if name not in ("kind", "background")}
    given |= {f"-s image-format.{name}": True for name in sorted(formats)}
    return given | {"--format": others.get("format_"), "the dpi of --size": dpi}


def note_unused_time(artworks: Iterable[tuple[str, Artwork]], time: float, *, quiet: bool) -> None:
    """Print which artworks do not change with the time, if a time is given."""
    for name, artwork in artworks if 0 < time <= 1 and not quiet else ():
        if not _depends_on_time(artwork):
            print_note(f"{name}: --time has no effect, because no stage uses the time", quiet=quiet)


def _depends_on_time(artwork: Artwork) -> bool:
    """Return whether small renderings of an artwork at other times differ from that at time 0."""
    first = artwork.render((SIDE, SIDE), bits=16)
    return any((artwork.render((SIDE, SIDE), bits=16, time=time) != first).any() for time in TIMES)


def note_unused_background(options: Mapping[str, Any], artworks: Iterable[Artwork], *, quiet: bool) -> None:
    """Print that a background has no effect, if one is set and no artwork has transparent areas that would show it."""
    from limner.imaging.background import TRANSPARENT

    unused = options.get("background", TRANSPARENT) not in ("", TRANSPARENT)
    if unused and not any(artwork.model.alpha for artwork in artworks):
        print_note(UNUSED_BACKGROUND, quiet=quiet)


def note_unused_training_background(plan: FitPlan, *, quiet: bool) -> None:
    """Print that a background has no effect, if one is set and no picture to fit has transparent areas."""
    if plan.background is not None and not any(target.flattened for target in plan.target_set.targets):
        print_note(UNUSED_BACKGROUND, quiet=quiet)


def note_unused_train_size(plan: FitPlan, *, quiet: bool) -> None:
    """Print that a picture is smaller than the training size."""
    largest = max(plan.target.size)
    if plan.train_size > largest and len(plan.target_set) == 1:
        width, height = plan.target.size
        print_note(f"--train-size {plan.train_size}: the picture has only {width}x{height} pixels", quiet=quiet)


def note_unused_training(roles: Iterable[str], *, quiet: bool) -> None:
    """Print which settings a painting stores without using them.

    Args:
        roles: the paths of the settings and the roles of the swapped stages.
        quiet: print nothing.
    """
    unused = [path for path in roles if path.partition(".")[0] in TRAINING_ROLES]
    if unused:
        print_note(f"{', '.join(unused)}: stored in the recipe for limner fit; painting does not train", quiet=quiet)
