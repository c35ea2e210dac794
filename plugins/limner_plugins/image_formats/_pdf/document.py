"""Opening a PDF, if pikepdf is installed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO

from limner.plugin import ArtworkError, LimnerError

if TYPE_CHECKING:
    from pikepdf import Pdf


def check_library(kind: type[LimnerError]) -> None:
    """Tell in one sentence where pikepdf is missing.

    Raises:
        LimnerError: it is, told as an error of this kind.
    """
    if find_spec("pikepdf") is None:
        raise kind("PDF takes the package pikepdf, which is not installed: pip install 'limner[pdf]'")


@contextmanager
def open_pdf(file: BinaryIO) -> Iterator[Pdf]:
    """A PDF to be read; whatever fails in it is told as damage.

    Raises:
        ArtworkError: it is damaged.
    """
    check_library(ArtworkError)
    import pikepdf

    file.seek(0)
    try:
        with _silence_logging(), pikepdf.open(file, suppress_warnings=True, attempt_recovery=False) as document:
            yield document
    except ArtworkError:
        raise
    except Exception as error:  # whatever an object of another kind than it should be leads to
        raise ArtworkError("the file is truncated or damaged: it is no PDF as limner writes them") from error


@contextmanager
def _silence_logging() -> Iterator[None]:
    """Keep pikepdf from logging what it finds wrong, which would be printed where nobody has set logging up."""
    logger = logging.getLogger("pikepdf._core")
    logger.addFilter(_nothing)
    try:
        yield
    finally:
        logger.removeFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False
