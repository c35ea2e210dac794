"""Which commands are listed for which kind."""

import pytest

from limner.registry.commands import find_commands
from limner.registry.listing import COMMAND, listing_rows
from limner.registry.registry import registry

GOOD = '[tint]\ntarget = "limner_tints.command:tint"\nsummary = "Print the main colours."\n'
MODULE = {"command.py": "import click\n\ntint = click.Command('tint')\n"}


@pytest.mark.parametrize(
    ("kind", "built_in", "third_party"), [(None, False, True), (COMMAND, True, True), ("encoder", False, False)]
)
def test_commands_are_listed_unless_another_kind_is_asked_for(plugins, kind, built_in, third_party):
    plugins("limner-tints", "", "1.2", commands=GOOD, files=MODULE)
    rows = listing_rows(registry(), find_commands(), kind)
    names = {row.name for row in rows if row.kind == COMMAND}
    assert ("fit" in names) == built_in
    assert ("tint" in names) == third_party
    kinds = {row.kind for row in rows} - {COMMAND}
    assert ("encoder" in kinds) == (kind != COMMAND)
    assert ("network" in kinds) == (kind is None)
