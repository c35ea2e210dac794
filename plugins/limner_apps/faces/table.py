"""Records of detected faces and dropped candidates, as JSON and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limner.app.pictures import CropBox, ImageStatistics
from limner.plugin import Detection

COLUMNS = (
    *("file", "source", "kept", "reason", "score", "left", "top", "width", "height"),
    *("brightness", "contrast", "sharpness", "colors"),
)


@dataclass(frozen=True)
class DetectedFace:
    """A face that a detector found, or a candidate that was dropped.

    Attributes:
        source: the photograph, as the user named it.
        box: position in pixels of the upright photograph, score, and the reason if it was dropped.
        crop: the area that was cropped, in whole pixels.
        statistics: measured on the crop at its output size.
        path: the file of the crop; None if it was dropped.
    """

    source: str
    box: Detection
    crop: CropBox
    statistics: ImageStatistics
    path: Path | None = None

    @property
    def kept(self) -> bool:
        """Whether it was accepted as a face."""
        return not self.box.doubt

    def record(self) -> dict[str, Any]:
        """Return all fields as plain data for JSON."""
        box = self.box
        return {
            "path": str(self.path) if self.path else None,
            "source": self.source,
            "kept": self.kept,
            "reason": box.doubt,
            "score": round(box.score, 4),
            "box": [round(side, 1) for side in (box.left, box.top, box.width, box.height)],
            "crop": list(self.crop),
            "brightness": round(self.statistics.brightness, 4),
            "contrast": round(self.statistics.contrast, 4),
            "sharpness": round(self.statistics.sharpness, 2),
            "colors": [{"color": color, "share": round(share, 4)} for color, share in self.statistics.colors],
        }


def write_table(path: Path, detected: Iterable[DetectedFace]) -> None:
    """Write a CSV table of faces and dropped candidates; colours are separated by spaces, most frequent first."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(_row(face) for face in detected)


def _row(face: DetectedFace) -> list[Any]:
    row = face.record()
    row |= dict(zip(("left", "top", "width", "height"), row["box"], strict=True))
    row |= {"file": face.path.name if face.path else "", "kept": "yes" if face.kept else "no"}
    row["colors"] = " ".join(color for color, _ in face.statistics.colors)
    return [row[name] for name in COLUMNS]


def files_in(path: Path) -> Iterator[str]:
    """Yield the names of the files in a table of faces; nothing if the file is missing or another table."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            table = csv.reader(file)
            if tuple(next(table, ())) == COLUMNS:
                yield from (line[0] for line in table if line and line[0])
    except (OSError, csv.Error):
        return
