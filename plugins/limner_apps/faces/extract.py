"""Faces of photographs, cut out into a folder: one picture each, a table of what they are like, and a sheet of all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.app import LimnerError, NothingFoundError, did_you_mean
from limner.app.pictures import crop, crop_box, find_picture, image_statistics, list_pictures
from limner.app.registry import FileSaved, Progress, attributing, registry, stage_error
from limner.app.values import arguments
from limner.plugin import Detection
from limner_apps.faces.contact_sheet import SheetPhoto, write_face_sheet
from limner_apps.faces.detector_choice import detector_of
from limner_apps.faces.output_folder import SHEET, TABLE, emptied
from limner_apps.faces.photos import SETTING, file_stems, read_photograph, save_photograph
from limner_apps.faces.table import DetectedFace, write_table

if TYPE_CHECKING:
    from limner_apps.faces.detector import Detector

FORMATS = ("png", "jpg", "webp", "tif")
SMALLEST, LARGEST = 16, 4096
"""Pixels a side that faces are brought to."""
MARGIN = 0.4
"""Left round a face, in shares of it: the whole head, and a little air."""


@dataclass
class Faces:
    """What came of it.

    Attributes:
        folder: where the faces lie, with ``faces.csv`` and ``about/sheet.png``.
        finds: every place that was looked at, by photograph: its faces from left to right, then what was dropped.
        skipped: photographs that could not be read, and why.
    """

    folder: Path
    detected: list[DetectedFace] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def paths(self) -> list[Path]:
        """The faces' files."""
        return [find.path for find in self.detected if find.path]

    @property
    def table(self) -> Path:
        """What is told of every find, as CSV."""
        return self.folder / TABLE

    @property
    def sheet(self) -> Path:
        """All of them on a page."""
        return self.folder / SHEET

    @property
    def dropped(self) -> list[DetectedFace]:
        """The places that were taken for none."""
        return [find for find in self.detected if not find.kept]


@attributing()
def faces(
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "faces",
    *,
    size: tuple[int, int] = (256, 320),
    margin: float = MARGIN,
    detector: str = "cascade",
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as in limner.paint
    format: str = "png",  # noqa: A002 - as people say
    force: bool = False,
) -> Faces:
    """Find the faces in photographs and crop them to one size, into a folder that is complete or absent.

        found = limner.faces("holiday/", "holiday-faces", size=(128, 160))
        print(found.paths, found.table)

    Args:
        photos: files, folders, or ``skimage:NAME`` for scikit-image's samples; one or several.
        out: the folder; created.
        size: width and height of each face's picture, pixels; nothing is stretched, more is cut out instead.
        margin: margin around each face, as a fraction of its size.
        detector: the name of a registered detector.
        set: the detector's settings by name or path, ``{"detector.smallest": 0.1}``.
        format: the ending of the files: png, jpg, webp or tif.
        force: replace a folder that holds nothing but faces found before.

    Raises:
        NothingFoundError: no photograph shows a face, or none could be read.
        LimnerError: a setting is wrong, or the folder exists or cannot be written.
    """
    folder, settings = (
        arguments.check_path("out", out),
        arguments.check_mapping("set", set, "{'detector.smallest': 0.1}"),
    )
    settings = {name.removeprefix("detector."): arguments.plain_value(value) for name, value in settings.items()}
    finder = detector_of(arguments.check_str("detector", detector), settings)
    width, height = arguments.check_ints("size", size, 2)
    size = (width, height)
    _check(size, arguments.check_number("margin", margin), format)
    names = list_pictures(arguments.check_paths("photos", photos))
    places = {os.path.realpath(find_picture(name, SETTING)): name for name in names}
    names = list(places.values())
    found, thumbs = Faces(folder), list[SheetPhoto]()
    with emptied(folder, places, force=force) as part:
        stems = file_stems(names)
        for done, (name, stem) in enumerate(zip(names, stems, strict=True), 1):
            try:
                pixels = read_photograph(name)
            except LimnerError as error:
                found.skipped.append((name, str(error)))
                continue
            finally:
                registry().emit(Progress("faces", done, len(names)))
            for find, face in _cut_out(name, pixels, finder, folder / stem, size, margin, format):
                if find.path:
                    save_photograph(part / find.path.name, face)
                found.detected.append(find)
                thumbs.append(SheetPhoto(face, _lines(find)))
        if not found.paths:
            raise NothingFoundError(_nothing(found, len(names), finder), found.skipped)
        write_table(part / TABLE, found.detected)
        _write_sheet(part / SHEET, found, thumbs, len(names))
    for path in (*found.paths, found.table, found.sheet):
        registry().emit(FileSaved(path))
    return found


def _check(size: tuple[int, int], margin: float, ending: str) -> None:
    """Refuse what no face is cut to.

    Raises:
        LimnerError: a side, the margin or the format is none.
    """
    if not SMALLEST <= min(size) <= max(size) <= LARGEST:
        raise LimnerError(f"size {size[0]}x{size[1]}: faces are cut to {SMALLEST} to {LARGEST} pixels a side")
    if not 0 <= margin <= 5:
        raise LimnerError(f"margin {margin:g}: must be 0 to 5, in shares of the face")
    if ending not in FORMATS:
        raise LimnerError(f"format {ending!r}: there is none for faces{did_you_mean(ending, FORMATS)}")


def _cut_out(
    name: str,
    pixels: np.ndarray,
    finder: Detector,
    stem: Path,
    size: tuple[int, int],
    margin: float,
    ending: str,
) -> Iterator[tuple[DetectedFace, np.ndarray]]:
    """What was found in a photograph, faces from left to right first, each with what is cut out, ``(h, w, 3)``."""
    boxes = finder.find(pixels)
    if not isinstance(boxes, list) or not all(isinstance(box, Detection) for box in boxes):
        raise stage_error(finder, f"find() must return a list of Box, got {boxes!r:.80}")
    kept = sorted((box for box in boxes if not box.doubt), key=lambda box: (box.left, box.top))
    colour = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=-1)
    for number, box in enumerate([*kept, *(box for box in boxes if box.doubt)], 1):
        cut = crop_box(box, (pixels.shape[1], pixels.shape[0]), size, margin)
        face = crop(colour, cut, size)
        path = stem.with_name(f"{stem.name}-{number}.{ending}") if number <= len(kept) else None
        yield DetectedFace(name, box, cut, image_statistics(face), path), face


def _lines(find: DetectedFace) -> tuple[str, ...]:
    """What stands below a face, or below what is none."""
    if find.path:
        return (find.path.name, f"score {find.box.score:.2f}")
    return (find.box.doubt, f"score {find.box.score:.2f}", Path(find.source).name)


def _write_sheet(path: Path, found: Faces, thumbs: Sequence[SheetPhoto], photos: int) -> None:
    kept = [shown for find, shown in zip(found.detected, thumbs, strict=True) if find.kept]
    dropped = [shown for find, shown in zip(found.detected, thumbs, strict=True) if not find.kept]
    found_in = f"{_count(len(kept), 'face')} in {_count(photos - len(found.skipped), 'picture')}"
    write_face_sheet(path, [(found_in, kept, False), (f"{len(dropped)} dropped", dropped, True)])


def _nothing(found: Faces, photos: int, finder: Detector) -> str:
    """Why there is no face, and what would find more."""
    if len(found.skipped) == photos:
        return f"no picture could be read of {photos}; the first: {found.skipped[0][1]}"
    told = f"no face in {_count(photos - len(found.skipped), 'picture')}"
    if found.dropped:
        best = max(found.dropped, key=lambda find: find.box.score).box
        told += f", {_count(len(found.dropped), 'place')} dropped, the surest with a score of {best.score:.2f}"
        told += f" ({best.doubt})"
    if found.skipped:
        told += f"; {_count(len(found.skipped), 'other')} could not be read"
    more = finder.with_lower_thresholds()
    return told + (f"; to find more: {more}" if more else "")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
