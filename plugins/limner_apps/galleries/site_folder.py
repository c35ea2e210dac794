"""The folder of a site: new files are written to a temporary folder and moved when complete; foreign files are kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner import __version__
from limner.app import LimnerError
from limner.app.files import claim_output, is_existing_folder, list_contents, os_reason, partial_folder

RECORD = "limner-gallery.json"
FORMAT = 5
"""Version of the record; pieces in records of other versions are rebuilt."""
NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
"""Valid names of files, relative to the site: names in a record are not trusted beyond that."""


class Site:
    """A site during a build.

    Attributes:
        folder: folder of the site.
        token: id of the site, under which a browser stores marks.
        old: record of the last build; empty if another version wrote it.
        record: record of this build.
    """

    def __init__(self, folder: Path, part: Path, existing: dict[str, Any], *, force: bool) -> None:
        self.folder = folder
        self.token = str(existing.get("token") or secrets.token_hex(6))
        same = existing.get("limner") == __version__ and existing.get("format") == FORMAT
        self.old: dict[str, Any] = existing if same else {}
        self.record: dict[str, Any] = {"format": FORMAT, "limner": __version__, "token": self.token}
        self._part = part
        self._owned = {name: str(digest) for name, digest in _files(existing).items()}
        self._files: dict[str, str] = {}
        self._staged: dict[str, None] = {}  # an ordered set
        self._force = force

    def has(self, name: str) -> bool:
        """Return whether the site has a file, from the last build or from this one."""
        return name in self._files or (name in self._owned and (self.folder / name).is_file())

    def keep(self, name: str) -> None:
        """Keep a file unchanged."""
        self._files.setdefault(name, self._owned.get(name, ""))

    def write(self, name: str, content: bytes) -> None:
        """Write a file if its content has changed."""
        digest = hashlib.sha256(content).hexdigest()
        if self._owned.get(name) == digest and (self.folder / name).is_file():
            self._files[name] = digest
            return
        self.new_file(name).write_bytes(content)
        self._files[name] = digest

    def new_file(self, name: str) -> Path:
        """Return the temporary path of a new file, which ``finish`` moves into the site."""
        path = self._part / name
        path.parent.mkdir(exist_ok=True, parents=True)
        self._files[name] = ""
        self._staged[name] = None
        return path

    def discard(self, piece: str) -> None:
        """Forget the new files of a piece that could not be written."""
        for name in [name for name in list(self._staged) if name.partition("/")[2].startswith(piece)]:
            self._staged.pop(name, None)
            self._files.pop(name, None)

    def finish(self) -> None:
        """Move all new files into the site: pictures before the pages that show them, and the record last."""
        order = sorted(self._staged, key=lambda name: (name.endswith((".html", ".js", ".css")), "/" not in name))
        for name in order:
            if name not in self._owned and os.path.lexists(self.folder / name) and not self._force:
                raise LimnerError(
                    f"{self.folder / name}: is not part of this site; move it away, or use `force=True` to overwrite it"
                )
        if order:  # if the build is killed from here on, the next one rebuilds these files
            self._write_record({**self._owned, **dict.fromkeys(order, "")}, {"token": self.token})
        for name in order:
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self._part / name).replace(self.folder / name)
        for name in self._owned.keys() - self._files.keys():
            (self.folder / name).unlink(missing_ok=True)
        self._write_record(self._files, self.record)

    def _write_record(self, files: dict[str, str], record: dict[str, Any]) -> None:
        """Write a record with the digests of files."""
        part = self._part / RECORD
        content = {**record, "files": files}
        part.write_text(json.dumps({**content, "digest": _digest(content)}), "ascii")
        part.replace(self.folder / RECORD)

    @property
    def changed_files(self) -> int:
        """The number of files that are new or changed."""
        return len(self._staged)


@contextmanager
def open_site(folder: Path, *, force: bool) -> Iterator[Site]:
    """Yield the site in a folder; new files are moved into it if the block ends without an error.

    Raises:
        LimnerError: the folder holds other files, or cannot be written.
    """
    with claim_output(folder, "`out`"):
        existing = _existing_record(folder, force=force)
        created = not folder.exists()
        try:
            folder.mkdir(exist_ok=True)
            with partial_folder(folder / RECORD) as part:
                site = Site(folder, part, existing, force=force)
                yield site
                site.finish()
            created = False
        except OSError as error:
            raise LimnerError(f"{folder}: cannot be written: {os_reason(error)}") from error
        finally:
            if created and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def read_record(folder: Path) -> dict[str, Any]:
    """Return the record of a site.

    Raises:
        LimnerError: the folder is not a site, or its record is damaged.
    """
    path = folder / RECORD
    try:
        record = json.loads(path.read_text("utf-8"))
        if not isinstance(record, dict) or not isinstance(record.get("files"), dict):
            raise ValueError("not a record")  # noqa: TRY004 - handled like errors of JSON
        if record.get("format") == FORMAT and record.pop("digest", None) != _digest(record):
            raise ValueError("changed by hand, or damaged")  # so the rest need not be validated
    except FileNotFoundError as error:
        raise LimnerError(f"{folder}: is not a gallery; name the folder of one") from error
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise LimnerError(f"{path}: is damaged; delete the site, or build it in another folder with `out`") from error
    return record


def _digest(record: dict[str, Any]) -> str:
    """Return the digest of a record, which shows whether it was changed since limner wrote it."""
    return hashlib.sha256(json.dumps(record).encode()).hexdigest()


def _existing_record(folder: Path, *, force: bool) -> dict[str, Any]:
    """Return the record of the site in a folder; an empty one if there is no site yet."""
    if not is_existing_folder(folder, "`out`"):
        return {}
    try:
        if (folder / RECORD).exists():
            return read_record(folder)
        first = next((entry.name for entry in list_contents(folder)), None)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be read: {os_reason(error)}") from error
    if first is not None and not force:
        raise LimnerError(
            f"{folder}: holds other files, such as {first!r}; name another folder with `out`, or use `force=True` to "
            "build into it"
        )
    return {}


def _files(record: dict[str, Any]) -> dict[str, Any]:
    """Return the files in a record that have valid names, with their digests."""
    files = record.get("files")
    return {name: digest for name, digest in files.items() if NAME.fullmatch(name)} if isinstance(files, dict) else {}
