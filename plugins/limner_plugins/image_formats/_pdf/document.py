"""Opening PDF files with pikepdf, an optional dependency."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO

from limner.plugin import ArtworkError, LimnerError

if TYPE_CHECKING:
    from pikepdf import Pdf


def check_library(error: type[LimnerError]) -> None:
    """Raise an error of the given class if pikepdf is not installed.

    Raises:
        LimnerError: pikepdf is not installed.
    """
    if find_spec("pikepdf") is None:
        raise error("PDF needs the package pikepdf, which is not installed: pip install 'limner[pdf]'")


@contextmanager
def open_pdf(file: BinaryIO) -> Iterator[Pdf]:
    """Open a PDF for reading; any failure inside the block is reported as damage.

    Raises:
        ArtworkError: the PDF is damaged, or pikepdf is not installed.
    """
    check_library(ArtworkError)
    import pikepdf

    file.seek(0)
    try:
        with _silence_logging(), pikepdf.open(file, suppress_warnings=True, attempt_recovery=False) as document:
            yield document
    except ArtworkError:
        raise
    except Exception as error:  # an object of an unexpected type can raise any exception
        raise ArtworkError("the file is truncated or damaged: its contents are not those of a PDF by limner") from error


@contextmanager
def _silence_logging() -> Iterator[None]:
    """Suppress pikepdf's log messages, which would be printed if logging is not configured."""
    logger = logging.getLogger("pikepdf._core")
    logger.addFilter(_reject)
    try:
        yield
    finally:
        logger.removeFilter(_reject)


def _reject(_: logging.LogRecord) -> bool:
    return False
