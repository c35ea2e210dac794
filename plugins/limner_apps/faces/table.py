"""What is told of every place that a detector looked at: as a record, and as a table for spreadsheets."""

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
    """A place that a detector looked at.

    Attributes:
        source: the photograph, as it was named.
        box: where, in pixels of the upright photograph, and why it was dropped, if it was.
        cut: what was cut out round it.
        traits: of what was cut out, at the size that it was brought to.
        path: the picture's file; None where the place was dropped.
    """

    source: str
    box: Detection
    crop: CropBox
    statistics: ImageStatistics
    path: Path | None = None

    @property
    def kept(self) -> bool:
        """Is it a face?"""
        return not self.box.doubt

    def record(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        box = self.box
        return {
            "path": str(self.path) if self.path else None,
            "source": self.source,
            "kept": self.kept,
            "reason": box.doubt,
            "score": round(box.score, 4),
            "box": [round(side, 1) for side in (box.left, box.top, box.width, box.height)],
            "cut": list(self.crop),
            "brightness": round(self.statistics.brightness, 4),
            "contrast": round(self.statistics.contrast, 4),
            "sharpness": round(self.statistics.sharpness, 2),
            "colors": [{"color": color, "share": round(share, 4)} for color, share in self.statistics.colors],
        }


def write_table(path: Path, finds: Iterable[DetectedFace]) -> None:
    """A table in CSV, a line for each find; colours are joined by spaces, the most frequent first."""
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        table.writerows(_row(find) for find in finds)


def _row(find: DetectedFace) -> list[Any]:
    told = find.record()
    told |= dict(zip(("left", "top", "width", "height"), told["box"], strict=True))
    told |= {"file": find.path.name if find.path else "", "kept": "yes" if find.kept else "no"}
    told["colors"] = " ".join(color for color, _ in find.statistics.colors)
    return [told[name] for name in COLUMNS]


def files_in(path: Path) -> Iterator[str]:
    """The names of the files that a table tells of; none where it is no such table."""
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            table = csv.reader(file)
            if tuple(next(table, ())) == COLUMNS:
                yield from (row[0] for row in table if row and row[0])
    except (OSError, csv.Error):
        return
