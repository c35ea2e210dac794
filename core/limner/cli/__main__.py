"""The console script ``limner``, and ``python -m limner``.

It handles stop signals before it imports anything else, which takes a while.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import time
from types import FrameType

STOP_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
INTERRUPTED = 128 + signal.SIGINT
GRACE_SECONDS = 3.0
"""How long later stop signals are ignored, so that they do not interrupt cleaning up."""


class StopHandler:
    """Turns a stop signal into a KeyboardInterrupt.

    Attributes:
        received: the first signal; 0 if there was none.
    """

    def __init__(self) -> None:
        self.received = 0
        self._at = 0.0
        for which in STOP_SIGNALS:
            if which == signal.SIGINT or signal.getsignal(which) != signal.SIG_IGN:  # nohup ignores SIGHUP
                signal.signal(which, self._interrupt)

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        if self.received and time.monotonic() - self._at < GRACE_SECONDS:
            return
        self.received, self._at = self.received or signum, time.monotonic()
        raise KeyboardInterrupt

    def restore(self) -> None:
        """Let signals end the process at once, as Python would report a KeyboardInterrupt while it shuts down."""
        for which in STOP_SIGNALS:
            if signal.getsignal(which) == self._interrupt:
                signal.signal(which, signal.SIG_DFL)

    def exit(self) -> None:
        """End an interrupted process with the exit code of its signal, without waiting for threads."""
        atexit._run_exitfuncs()  # os._exit skips them; multiprocessing and Dask remove their semaphores there
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (AttributeError, OSError, ValueError):  # None, or its reader has gone
                continue
        os._exit(128 + self.received if self.received else INTERRUPTED)


def main() -> None:
    """Run the command line, and end with its exit code: 130 after Ctrl+C, 143 after SIGTERM."""
    stop = StopHandler()
    try:
        from limner.cli.main import main as run_command_line

        run_command_line()
    except KeyboardInterrupt:  # before or after the command itself
        if sys.stderr is not None:
            sys.stderr.write("error: interrupted\n")
        stop.exit()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            stop.exit()
        stop.restore()
        raise


if __name__ == "__main__":
    main()
