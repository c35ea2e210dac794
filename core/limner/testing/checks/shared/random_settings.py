"""Check of the settings that a stage draws for ``limner paint --surprise``."""

from __future__ import annotations

from pydantic import ValidationError

from limner.stages.base import Stage
from limner.testing.global_randomness import watching_generators
from limner.testing.subject import Subject, calling, require
from limner.utils.seeding import child_rng
from limner.utils.validation import frozen

SEEDS = range(8)


def check_random_settings(subject: Subject[Stage]) -> None:
    """Random settings are a valid stage or None, and follow from the generator alone."""
    cls = type(subject.stage)
    for seed in SEEDS:
        with watching_generators() as touched:
            with calling(subject, "surprise(rng)"):
                drawn, again = (cls.surprise(child_rng(seed, "kit")) for _ in range(2))
            stray = touched()
        good = drawn is None or type(drawn) is cls
        require(good, f"{subject}: surprise(rng) returned {type(drawn).__name__}; return {cls.__name__}(...) or None")
        require(
            drawn == again and not stray,
            f"{subject}: surprise(rng) gives two answers for one seed; draw from the generator handed in, and no other",
        )
        if drawn is None:
            continue
        try:
            with calling(subject, "dumping what surprise(rng) returned"):
                table = frozen(drawn.model_dump())
            cls.model_validate(table)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            problem = f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"
            raise AssertionError(
                f"{subject}: surprise(rng) returned settings that are not valid ({problem}); make them by"
                f" {cls.__name__}(...), within the bounds of its fields"
            ) from error
