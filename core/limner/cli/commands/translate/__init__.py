"""``limner translate``."""

from __future__ import annotations

import typer

from limner.cli.commands.translate import apply, preview, sample, train

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Train image-to-image networks and apply them.")
app.command("train")(train.train)
app.command("apply")(apply.apply)
app.command("preview")(preview.preview)
app.command("sample")(sample.sample)
