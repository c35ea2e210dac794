"""The output folder of faces: complete or absent; it replaces nothing but faces from an earlier run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from limner.app import LimnerError
from limner.app.files import atomic_write_folder, check_folder, claim_output, list_contents
from limner.app.pictures import ABOUT_FOLDER
from limner_apps.faces.table import files_in

TABLE = "faces.csv"
SHEET = f"{ABOUT_FOLDER}/sheet.png"
"""In a subfolder, so that the pictures of the output folder are faces only."""


def _nfc(path: Path) -> str:
    """Return a path in the form NFC: a copy made by macOS may have the form NFD."""
    return unicodedata.normalize("NFC", str(path))


@contextmanager
def new_folder(folder: Path, photos: Mapping[str, str], *, force: bool) -> Iterator[Path]:
    """Yield an empty folder whose contents move to ``folder`` at the end; with ``force``, they replace earlier faces.

    Args:
        folder: the output folder.
        photos: the photographs that are read: real paths, and the names that the user gave.
        force: replace faces from an earlier run.

    Raises:
        LimnerError: the folder holds something else, or one of the photographs.
    """

    def check() -> None:
        check_folder(folder, "*", force=force)
        expected = {_nfc(folder / name) for name in (TABLE, ABOUT_FOLDER, SHEET, *files_in(folder / TABLE))}
        about = folder / ABOUT_FOLDER
        present = [entry for part in (folder, about) if part.is_dir() for entry in list_contents(part)]
        other = next((path.relative_to(folder).as_posix() for path in present if _nfc(path) not in expected), None)
        if other is not None:
            raise LimnerError(
                f"{folder}: also holds {other!r}, which would be deleted; choose another folder with `out`"
            )

    check()
    inside = next((name for place, name in photos.items() if folder.resolve() in Path(place).parents), None)
    if inside is not None:
        raise LimnerError(
            f"{folder}: would be replaced, but contains the photograph {inside}; choose another folder with `out`"
        )
    with claim_output(folder, "`out`"), atomic_write_folder(folder, "*", force=force) as part:
        (part / ABOUT_FOLDER).mkdir()
        yield part
        check()  # again: another program may have added files meanwhile
