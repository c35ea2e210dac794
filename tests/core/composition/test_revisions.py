"""The revision of a stage in a recipe's table."""

import pytest

from limner.composition.revisions import current_fields
from limner.errors import LimnerError
from limner.registry.registry import registry

XY = registry().load("encoder", "xy")
ENTRY = registry().entry("encoder", "xy")


@pytest.mark.parametrize("revision", [True, False, 0, -1, 1.0, "1", None])
def test_a_revision_is_a_whole_number_above_0(revision):
    with pytest.raises(LimnerError, match="revision: must be a whole number above 0, got"):
        current_fields(XY, ENTRY, {"kind": "xy", "revision": revision}, None)


def test_the_installed_revision_changes_nothing():
    assert current_fields(XY, ENTRY, {"kind": "xy"}, None) == ({}, None)
    assert current_fields(XY, ENTRY, {"kind": "xy", "revision": XY.revision}, None) == ({}, None)
    with pytest.raises(LimnerError, match=f"needs revision {XY.revision + 1}, but .* has revision {XY.revision}"):
        current_fields(XY, ENTRY, {"kind": "xy", "revision": XY.revision + 1}, None)
