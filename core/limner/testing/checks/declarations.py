"""Checks of what a format declares that it stores: each declaration is true, in both directions."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np

from limner.formats.image_format import Page, Writer
from limner.formats.video_format import Movie, Reel
from limner.imaging.quality import psnr
from limner.testing.checks import movie as movies
from limner.testing.checks import writer as writers
from limner.testing.subject import Subject, require

PAGE = Page(5, 3, 3)
NOISY = Page(300, 7, 3)
DPI = 300.0
ALIKE = 30.0  # dB: more than a picture keeps whose opacity is gone


def check_declared_alpha(subject: Subject[Writer]) -> None:
    """A writer takes alpha if, and only if, it declares that it keeps it or lays it over a background."""
    writer, page = subject.stage, replace(PAGE, channels=4, bits=subject.stage.depths[0])
    if not writers.takes(writer, replace(page, channels=3)):
        return  # another check says that it takes nothing
    if writer.keeps_alpha:
        require(writers.takes(writer, page), f"{subject}: check() refuses alpha; declare keeps_alpha = False")
        return
    laid = bool(getattr(writer, "background", ""))
    due = f"{subject}: check() takes alpha, which keeps_alpha = False declares to be lost; call super().check(page)"
    require(laid or not writers.takes(writer, page), due)
    require(not _returns(writer, page), f"{subject}: alpha comes back from a file; leave out keeps_alpha = False")


def check_declared_depths(subject: Subject[Writer]) -> None:
    """A writer takes the depths that it declares, and no others."""
    writer = subject.stage
    for bits in (8, 16):
        page = replace(PAGE, bits=bits)
        takes = writers.takes(writer, page)
        if bits in writer.depths:
            require(takes, f"{subject}: check() refuses {bits} bits, and depths declares them; take {bits} out")
        else:
            due = f"{subject}: check() takes {bits} bits, and depths does not declare them"
            require(not takes, f"{due}; call super().check(page)")
            require(not _returns(writer, page), f"{subject}: {bits} bits come back from a file; add {bits} to depths")


def check_declared_dpi(subject: Subject[Writer]) -> None:
    """A writer that declares that it keeps no resolution refuses one, and none comes back."""
    writer, page = subject.stage, replace(PAGE, bits=subject.stage.depths[0], dpi=DPI)
    if writer.keeps_dpi:
        return  # that it comes back has a check of its own
    due = f"{subject}: check() takes a resolution, which keeps_dpi = False declares to be lost"
    require(not writers.takes(writer, page), f"{due}; call super().check(page)")
    require(not _returns(writer, page), f"{subject}: the resolution comes back; leave out keeps_dpi = False")


def check_declared_theta(subject: Subject[Writer]) -> None:
    """A writer that declares that it keeps no θ keeps none."""
    writer = subject.stage
    if writer.max_theta == 0:
        kept = _theta_returns(writer, replace(PAGE, bits=writer.depths[0]))
        require(not kept, f"{subject}: θ comes back from a file; set max_theta to the bytes of θ that fit")


def check_declared_loss(subject: Subject[Writer]) -> None:
    """A writer that declares that pixels change changes some of a noisy picture."""
    writer = subject.stage
    pages = [replace(NOISY, channels=channels, bits=writer.depths[0]) for channels in (3, 4)]
    taken = [page for page in pages if writers.takes(writer, page)]
    if writer.lossy and taken:
        exact = all(_returns(writer, page, exactly=True) for page in taken)
        require(not exact, f"{subject}: lossy is True, and noise comes back unchanged; return False")


def _returns(writer: Writer, page: Page, *, exactly: bool = False) -> bool:
    """Whether a picture comes back from a file with its channels, depth and resolution, and nearly its pixels."""
    pixels = writers.pixels_of(page, smooth=not exactly)
    try:
        file = _file(writer, page, pixels, count=0)
        got, bands = writer.read_pixels(file)
        read = np.concatenate(list(bands), axis=0).astype(float)
    except Exception:  # noqa: BLE001 - what a format does with what it does not take is its own affair
        return False
    same = (got.channels, got.bits, read.shape) == (page.channels, page.bits, pixels.shape)
    if not same or abs(got.dpi - page.dpi) > 0.5:
        return False
    off = np.abs(read - pixels)[..., page.channels - 1]  # opacity, if there is any
    return not off.any() if exactly else float(off.mean()) / (2**page.bits - 1) <= writers.CLOSE


def _file(writer: Writer, page: Page, pixels: np.ndarray, count: int) -> BytesIO:
    """A file as ``write`` makes it, without asking ``check``."""
    file = BytesIO()
    writer.write(file, page, iter((pixels,)), writers.embedded_of(count), lambda: "")
    file.seek(0)
    return file


def _theta_returns(writer: Writer, page: Page) -> bool:
    try:
        got = writer.read_embedded(_file(writer, page, writers.pixels_of(page), count=5))
    except Exception:  # noqa: BLE001
        return False
    return got is not None and got.theta == writers.embedded_of(5).theta


def check_declared_frames_alpha(subject: Subject[Movie]) -> None:
    """A movie takes opacity if, and only if, it declares that it keeps it or lays it over a background."""
    movie = movies.movie_of(subject)
    reel = Reel(64, 49, rate=10.0, alpha=True)
    takes = movies.takes(movie, reel)
    if movie.keeps_alpha:
        require(takes, f"{subject}: check() refuses opacity; declare keeps_alpha = False")
        return
    due = f"{subject}: check() takes opacity, which keeps_alpha = False declares to be lost; call super().check(reel)"
    require(bool(getattr(movie, "background", "")) or not takes, due)
    back = _opacity_returns(movie, reel)
    require(not back, f"{subject}: opacity comes back from a file; leave out keeps_alpha = False")


def _opacity_returns(movie: Movie, reel: Reel) -> bool:
    frame = movies.frame_of(reel, 0)
    try:
        with movies.place_of(movie) as path:
            with movie.record(path, reel) as take:
                take(frame)
            (shot,) = movie.shots(path)
    except Exception:  # noqa: BLE001
        return False
    return shot.pixels.shape == frame.shape and psnr(frame, shot.pixels) > ALIKE


def check_declared_durations(subject: Subject[Movie]) -> None:
    """Frames come back with the seconds that they stand if, and only if, the movie declares that it keeps them."""
    movie = movies.movie_of(subject)
    with movies.written(subject, next(movies.reels(movie))) as path:
        told = any(shot.seconds for shot in movies.shots_of(subject, path))
    if movie.keeps_durations:
        require(told, f"{subject}: no frame comes back with the seconds it stands; declare keeps_durations = False")
    else:
        require(not told, f"{subject}: frames come back with seconds; leave out keeps_durations = False")


OF_WRITER = (
    *writers.OF_EXAMPLE,
    check_declared_alpha,
    check_declared_depths,
    check_declared_dpi,
    check_declared_theta,
    check_declared_loss,
)
OF_MOVIE = (*movies.OF_EXAMPLE, check_declared_frames_alpha, check_declared_durations)
