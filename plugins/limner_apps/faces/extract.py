"""Extraction of faces into a folder: a picture of each, a table of measurements, and a contact sheet."""

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
from limner_apps.faces.detector_choice import get_detector
from limner_apps.faces.output_folder import SHEET, TABLE, new_folder
from limner_apps.faces.photos import SETTING, file_stems, read_photograph, save_photograph
from limner_apps.faces.table import DetectedFace, write_table

if TYPE_CHECKING:
    from limner_apps.faces.detector import Detector

FORMATS = ("png", "jpg", "webp", "tif")
MIN_SIDE, MAX_SIDE = 16, 4096
"""Range of each side of a cropped face, in pixels."""
MARGIN = 0.4
"""Default margin, as a fraction of the face: the whole head with a little space around it."""
MAX_MARGIN = 5


@dataclass
class FacesResult:
    """The result of extracting faces.

    Attributes:
        folder: contains the faces, ``faces.csv`` and ``about/sheet.png``.
        detected: all candidates by photograph: its faces from left to right, then the dropped ones.
        skipped: photographs that could not be read, each with the reason.
    """

    folder: Path
    detected: list[DetectedFace] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    @property
    def paths(self) -> list[Path]:
        """The files of the faces."""
        return [face.path for face in self.detected if face.path]

    @property
    def table(self) -> Path:
        """The CSV table of all candidates."""
        return self.folder / TABLE

    @property
    def sheet(self) -> Path:
        """The contact sheet of all candidates."""
        return self.folder / SHEET

    @property
    def dropped(self) -> list[DetectedFace]:
        """The candidates that were dropped."""
        return [face for face in self.detected if not face.kept]


@attributing()
def faces(
    photos: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "faces",
    *,
    size: tuple[int, int] = (256, 320),
    margin: float = MARGIN,
    detector: str = "cascade",
    set: Mapping[str, Any] | None = None,  # noqa: A002 - as in limner.paint
    format: str = "png",  # noqa: A002 - the same word as on the command line
    force: bool = False,
) -> FacesResult:
    """Find the faces in photographs and crop them to one size, into a folder that is complete or absent.

        result = limner.faces("holiday/", "holiday-faces", size=(128, 160))
        print(result.paths, result.table)

    Args:
        photos: files, folders, or ``skimage:NAME`` for scikit-image's samples; one or several.
        out: the folder; created.
        size: width and height of each face's picture, pixels; the proportions of the
            face are preserved by cropping a larger area.
        margin: margin around each face, as a fraction of its size.
        detector: the name of a registered detector.
        set: the detector's settings by name or path, ``{"detector.smallest": 0.1}``.
        format: the suffix of the files: png, jpg, webp or tif.
        force: replace a folder that contains nothing but faces from an earlier run.

    Raises:
        NothingFoundError: no photograph shows a face, or none could be read.
        LimnerError: a setting is wrong, or the folder exists or cannot be written.
    """
    folder, settings = (
        arguments.check_path("out", out),
        arguments.check_mapping("set", set, "{'detector.smallest': 0.1}"),
    )
    settings = {name.removeprefix("detector."): arguments.plain_value(value) for name, value in settings.items()}
    stage = get_detector(arguments.check_str("detector", detector), settings)
    width, height = arguments.check_ints("size", size, 2)
    size = (width, height)
    _check(size, arguments.check_number("margin", margin), format)
    names = list_pictures(arguments.check_paths("photos", photos))
    unique = {os.path.realpath(find_picture(name, SETTING)): name for name in names}
    names = list(unique.values())
    extracted, thumbnails = FacesResult(folder), list[SheetPhoto]()
    with new_folder(folder, unique, force=force) as part:
        stems = file_stems(names)
        for done, (name, stem) in enumerate(zip(names, stems, strict=True), 1):
            try:
                pixels = read_photograph(name)
            except LimnerError as error:
                extracted.skipped.append((name, str(error)))
                continue
            finally:
                registry().emit(Progress("faces", done, len(names)))
            for face, cropped in _extract(name, pixels, stage, folder / stem, size, margin, format):
                if face.path:
                    save_photograph(part / face.path.name, cropped)
                extracted.detected.append(face)
                thumbnails.append(SheetPhoto(cropped, _caption(face)))
        if not extracted.paths:
            raise NothingFoundError(_nothing_found(extracted, len(names), stage), extracted.skipped)
        write_table(part / TABLE, extracted.detected)
        _write_sheet(part / SHEET, extracted, thumbnails, len(names))
    for path in (*extracted.paths, extracted.table, extracted.sheet):
        registry().emit(FileSaved(path))
    return extracted


def _check(size: tuple[int, int], margin: float, ending: str) -> None:
    """Raise an error if the size, the margin or the format is invalid.

    Raises:
        LimnerError: a side or the margin is out of range, or the format is unknown.
    """
    if not MIN_SIDE <= min(size) <= max(size) <= MAX_SIDE:
        raise LimnerError(f"size {size[0]}x{size[1]}: each side must be {MIN_SIDE} to {MAX_SIDE} pixels")
    if not 0 <= margin <= MAX_MARGIN:
        raise LimnerError(f"margin {margin:g}: must be 0 to {MAX_MARGIN}, as a fraction of the face")
    if ending not in FORMATS:
        raise LimnerError(f"format {ending!r}: must be one of {', '.join(FORMATS)}{did_you_mean(ending, FORMATS)}")


def _extract(
    name: str,
    pixels: np.ndarray,
    detector: Detector,
    stem: Path,
    size: tuple[int, int],
    margin: float,
    ending: str,
) -> Iterator[tuple[DetectedFace, np.ndarray]]:
    """Yield the faces in a photograph from left to right, then the dropped candidates, with the crops ``(h, w, 3)``."""
    boxes = detector.find(pixels)
    if not isinstance(boxes, list) or not all(isinstance(box, Detection) for box in boxes):
        raise stage_error(detector, f"find() must return a list of Detection, got {boxes!r:.80}")
    kept = sorted((box for box in boxes if not box.doubt), key=lambda box: (box.left, box.top))
    colour = pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=-1)
    for number, box in enumerate([*kept, *(box for box in boxes if box.doubt)], 1):
        area = crop_box(box, (pixels.shape[1], pixels.shape[0]), size, margin)
        cropped = crop(colour, area, size)
        path = stem.with_name(f"{stem.name}-{number}.{ending}") if number <= len(kept) else None
        yield DetectedFace(name, box, area, image_statistics(cropped), path), cropped


def _caption(face: DetectedFace) -> tuple[str, ...]:
    """Return the lines below a face, or below a dropped candidate, on the contact sheet."""
    if face.path:
        return (face.path.name, f"score {face.box.score:.2f}")
    return (face.box.doubt, f"score {face.box.score:.2f}", Path(face.source).name)


def _write_sheet(path: Path, extracted: FacesResult, thumbnails: Sequence[SheetPhoto], photos: int) -> None:
    kept = [photo for face, photo in zip(extracted.detected, thumbnails, strict=True) if face.kept]
    dropped = [photo for face, photo in zip(extracted.detected, thumbnails, strict=True) if not face.kept]
    heading = f"{_count(len(kept), 'face')} in {_count(photos - len(extracted.skipped), 'picture')}"
    write_face_sheet(path, [(heading, kept, False), (f"{len(dropped)} dropped", dropped, True)])


def _nothing_found(extracted: FacesResult, photos: int, detector: Detector) -> str:
    """Return the error for a run without faces: what was dropped or unreadable, and how to find more."""
    if len(extracted.skipped) == photos:
        if photos == 1:
            return extracted.skipped[0][1]
        return f"none of {photos} pictures could be read; the first: {extracted.skipped[0][1]}"
    message = f"no face in {_count(photos - len(extracted.skipped), 'picture')}"
    if extracted.dropped:
        best = max(extracted.dropped, key=lambda face: face.box.score).box
        message += f"; dropped {_count(len(extracted.dropped), 'candidate')}, the best with score {best.score:.2f}"
        message += f" ({best.doubt})"
    if extracted.skipped:
        message += f"; {_count(len(extracted.skipped), 'other')} could not be read"
    advice = detector.with_lower_thresholds()
    return message + (f"; to find more: {advice}" if advice else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
