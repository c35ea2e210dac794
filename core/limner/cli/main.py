"""The command line: ``limner COMMAND``.

The modules here import typer and the standard library alone; a command imports the rest when it runs, so that
``limner --help`` answers at once.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

import typer

from limner.cli.commands import backends, blend, fit, info, paint, plugins, recipes, render, translate, verify
from limner.console.options import forsake
from limner.console.output import fail, hear, interrupted, misread
from limner.errors import LimnerError

OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h
INTERRUPTED = 130
STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))

app = typer.Typer(
    name="limner",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("paint")(paint.paint)
app.command("fit")(fit.fit)
app.command("sweep")(import_module("limner_apps.sweeps.command").sweep)
app.command("faces")(import_module("limner_apps.faces.command").faces)
app.command("render")(render.render)
app.command("blend")(blend.blend)
app.command("info")(info.info)
app.command("verify")(verify.verify)
app.command("backends")(backends.backends)
app.add_typer(translate.app, name="translate")
app.add_typer(import_module("limner_apps.galleries.command").app, name="gallery")
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


def _interrupt(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """Being told to stop, in whichever way: once is enough, what is half written is then taken away in peace."""
    for which in STOPS:
        signal.signal(which, signal.SIG_IGN)
    raise KeyboardInterrupt


def run(args: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    hear(args)
    try:
        code = app(list(args), standalone_mode=False, prog_name="limner")
        if sys.stdout is not None:
            sys.stdout.flush()
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        interrupted()
        return INTERRUPTED
    except (LimnerError, typer.TyperException) as error:
        if isinstance(error, typer.TyperException) and error.format_message().startswith("Usage:"):
            typer.echo(error.format_message())  # a group without a command: its help is the answer
            return 0
        fail(misread(error.format_message(), args) if isinstance(error, typer.TyperException) else str(error))
        return 2
    except MemoryError:
        fail("memory ran out; choose a smaller --size or network")
        return 2
    except OSError as error:
        return _output_failed(error)
    except Exception as error:  # the last line of defence: our fault, whatever it is
        if "--debug" in args:
            raise
        fail(f"this is a fault of limner's: {type(error).__name__}: {error}; run it with --debug and report it")
        return OUR_FAULT
    finally:
        forsake()
    if code == INTERRUPTED:  # typer takes the interrupt itself, in silence
        interrupted()
    return code if isinstance(code, int) else 0


def _output_failed(error: OSError) -> int:
    """Standard output cannot be written; the commands tell of every other file themselves."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:  # whoever read our output has gone
        return 0
    fail(f"{error.filename or 'standard output'}: {error.strerror or error}")
    return 2


def main() -> None:
    """The console script."""
    for which in STOPS:
        signal.signal(which, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
