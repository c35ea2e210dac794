"""The command line: ``limner COMMAND``.

The modules here import typer and the standard library alone; a command imports the rest when it runs, so that
``limner --help`` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

import typer

from limner.cli import backends, blend, info, paint, plugins, recipes, render, verify
from limner.cli.output import fail
from limner.errors import LimnerError

OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130

app = typer.Typer(
    name="limner",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("paint")(paint.paint)
app.command("render")(render.render)
app.command("blend")(blend.blend)
app.command("info")(info.info)
app.command("verify")(verify.verify)
app.command("backends")(backends.backends)
app.add_typer(recipes.app, name="recipes")
app.add_typer(plugins.app, name="plugins")


def _version(*, wanted: bool) -> None:
    if wanted:
        from limner import __version__

        typer.echo(f"limner {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    version: bool = typer.Option(  # noqa: ARG001
        False,
        "--version",
        help="Tell the version and stop.",
        callback=lambda value: _version(wanted=value),
        is_eager=True,
    ),
    debug: bool = typer.Option(False, "--debug", help="On a fault of ours, show the traceback."),  # noqa: ARG001
) -> None:
    """Neural generative art, composed of plugins. Start with: limner paint."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def _terminate(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Being told to stop is an interruption like any other: files half written are taken away."""
    raise KeyboardInterrupt


def run(args: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    try:
        code = app(list(args), standalone_mode=False, prog_name="limner")
        sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        fail("interrupted")
        return INTERRUPTED
    except (LimnerError, typer.TyperException) as error:
        fail(error.format_message() if isinstance(error, typer.TyperException) else str(error))
        return 2
    except MemoryError:
        fail("memory ran out; choose a smaller --size or network")
        return 2
    except BrokenPipeError:  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last line of defence: our fault, whatever it is
        if "--debug" in args:
            raise
        fail(f"this is a fault of limner's: {type(error).__name__}: {error}; run it with --debug and report it")
        return OUR_FAULT
    if code == INTERRUPTED:  # typer takes the interrupt itself, in silence
        fail("interrupted")
    return code if isinstance(code, int) else 0


def main() -> None:
    """The console script."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(run(sys.argv[1:]))
