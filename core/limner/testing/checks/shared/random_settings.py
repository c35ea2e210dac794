"""Check of the random settings that a stage draws for ``limner paint --random``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from limner.stages.base import Stage
from limner.testing.dependencies import needs
from limner.testing.global_randomness import watch_global_generators
from limner.testing.subject import Subject, calling, require
from limner.utils.seeding import child_rng
from limner.utils.validation import to_tuples

SEEDS = range(8)


@needs("frozen", "fields_bounded")
def check_random_settings(subject: Subject[Stage]) -> None:
    """Require a valid stage or None that depends only on the generator."""
    cls = type(subject.stage)
    for seed in SEEDS:
        with watch_global_generators() as used_global_generators:
            with calling(subject, "random_settings(rng)"), _valid(subject):
                drawn, again = (cls.random_settings(child_rng(seed, "kit")) for _ in range(2))
            used_global = used_global_generators()
        valid = drawn is None or type(drawn) is cls
        require(
            valid,
            f"{subject}: random_settings(rng) returned {type(drawn).__name__}; return {cls.__name__}(...) or None",
        )
        require(
            drawn == again and not used_global,
            f"{subject}: random_settings(rng) returns two results for one seed; draw only from the given generator",
        )
        if drawn is not None:
            with calling(subject, "dumping what random_settings(rng) returned"), _valid(subject):
                cls.model_validate(to_tuples(drawn.model_dump()))


@contextmanager
def _valid(subject: Subject[Stage]) -> Iterator[None]:
    """Report invalid settings in one sentence.

    Raises:
        AssertionError: the settings are out of bounds.
    """
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        where, message = ".".join(str(part) for part in first["loc"]), first["msg"]
        problem = f"random_settings(rng) draws invalid settings, {where}: {message[:1].lower()}{message[1:]}"
        raise AssertionError(f"{subject}: {problem}; stay within the bounds of the fields") from error
