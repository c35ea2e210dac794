"""Which of the entries that claim one name an unqualified use means: the built-in, else the only one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from limner.registry.names import LOCAL

if TYPE_CHECKING:
    from limner.registry.registration import Entry


def chosen_claim(claims: Sequence[Entry], home: str = "") -> Entry | None:
    """Return the entry that a name means; None if it is ambiguous.

    Args:
        claims: the entries of the name, one at least.
        home: the package whose preset or stage uses the name; it means its own stage, unless a built-in has the name.
    """
    built_in = [claim for claim in claims if claim.built_in]
    own = [claim for claim in claims if claim.package == home]
    found = built_in or own or claims
    return found[0] if len(found) == 1 else None


def shortest_names(claims: Sequence[Entry]) -> list[str]:
    """Return for each entry of one name the shortest that means it: the name alone, or the qualified name."""
    others = [claim for claim in claims if claim.package != LOCAL]
    plain = chosen_claim(others) if others else None
    return [claim.name if claim is plain else claim.qualified_name for claim in claims]


def ambiguous(kind: str, name: str, claims: Sequence[Entry]) -> str:
    """Return the message about an unqualified name that several packages claim."""
    choices = " or ".join(sorted(claim.qualified_name for claim in claims))
    return f"{kind} {name!r}: {len(claims)} packages have this name; write {choices}"
