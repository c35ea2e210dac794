"""The folder that faces are put into: whole or not there, and never in the place of anything but faces found before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from limner.app import LimnerError
from limner.app.files import atomic_write_folder, check_folder
from limner_apps.faces.table import files_in

TABLE = "faces.csv"
ABOUT = "about"
SHEET = f"{ABOUT}/sheet.png"
"""In a folder of its own: whoever takes all pictures of the folder takes the faces alone."""


@contextmanager
def emptied(folder: Path, photos: Mapping[str, str], *, force: bool) -> Iterator[Path]:
    """An empty folder that becomes ``folder``, in the place of faces found before where ``force`` says so.

    Args:
        folder: where to.
        photos: the photographs that are read: where they lie, and what they were called.
        force: take faces that were found before away.

    Raises:
        LimnerError: something else lies there, or one of the photographs does.
    """

    def check() -> None:
        check_folder(folder, "*", force=force)
        ours = {folder / name for name in (TABLE, ABOUT, SHEET, *files_in(folder / TABLE))}
        there = [*sorted(folder.glob("*")), *sorted((folder / ABOUT).glob("*"))]
        lost = next((path.relative_to(folder).as_posix() for path in there if path not in ours), None)
        if lost is not None:
            raise LimnerError(f"{folder}: holds {lost!r}, which would be lost; choose another folder with `out`")

    check()
    inside = next((name for place, name in photos.items() if folder.resolve() in Path(place).parents), None)
    if inside is not None:
        raise LimnerError(
            f"{folder}: the faces replace this folder, and {inside} lies in it; choose another with `out`"
        )
    with atomic_write_folder(folder, "*", force=force) as part:
        (part / ABOUT).mkdir()
        yield part
        check()  # it may have been filled meanwhile
