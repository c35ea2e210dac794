"""A site's folder: what is new is made aside and moved in when all of it is whole; what is not ours is left alone."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from limner import __version__
from limner.app import LimnerError
from limner.app.files import check_target, os_reason

RECORD = "limner-gallery.json"
FORMAT = 3
NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
"""A file of a site, told from its folder: what a record says is not trusted beyond that."""


class Site:
    """A site that is being built.

    Attributes:
        folder: where it lies.
        token: names it where picks are kept in a browser.
        old: what its record said of pieces and sources, before.
        record: what it will say.
    """

    def __init__(self, folder: Path, part: Path, there: dict[str, Any], *, force: bool) -> None:
        self.folder = folder
        self.token = str(there.get("token") or secrets.token_hex(6))
        same = there.get("limner") == __version__ and there.get("format") == FORMAT
        self.old: dict[str, Any] = there if same else {}
        self.record: dict[str, Any] = {"format": FORMAT, "limner": __version__, "token": self.token}
        self._part = part
        self._owned = {name: str(said) for name, said in _files(there).items()}
        self._files: dict[str, str] = {}
        self._staged: dict[str, None] = {}  # in the order in which they came
        self._force = force

    def has(self, name: str) -> bool:
        """Is a file there from before, or made just now?"""
        return name in self._files or (name in self._owned and (self.folder / name).is_file())

    def keep(self, name: str) -> None:
        """A file stays as it is."""
        self._files.setdefault(name, self._owned.get(name, ""))

    def put(self, name: str, content: bytes) -> None:
        """A file, touched only where it is another one than before."""
        digest = hashlib.sha256(content).hexdigest()
        if self._owned.get(name) == digest and (self.folder / name).is_file():
            self._files[name] = digest
            return
        self.place(name).write_bytes(content)
        self._files[name] = digest

    def place(self, name: str) -> Path:
        """Where to write a file that is new; it is moved in with the others."""
        path = self._part / name
        path.parent.mkdir(exist_ok=True, parents=True)
        self._files[name] = ""
        self._staged[name] = None
        return path

    def finish(self) -> None:
        """Move everything in: what pages show before the pages, and the record last."""
        order = sorted(self._staged, key=lambda name: (name.endswith((".html", ".js", ".css")), "/" not in name))
        for name in order:
            if name not in self._owned and os.path.lexists(self.folder / name) and not self._force:
                raise LimnerError(
                    f"{self.folder / name}: is not this site's; move it away, or `force=True` to overwrite it"
                )
        if order:  # killed from here on, the next build knows which files to look at again
            self._keep_record({**self._owned, **dict.fromkeys(order, "")}, {"token": self.token})
        for name in order:
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self._part / name).replace(self.folder / name)
        for name in self._owned.keys() - self._files.keys():
            (self.folder / name).unlink(missing_ok=True)
        self._keep_record(self._files, self.record)

    def _keep_record(self, files: dict[str, str], record: dict[str, Any]) -> None:
        part = self._part / RECORD
        part.write_text(json.dumps({**record, "files": files}), "ascii")
        part.replace(self.folder / RECORD)

    @property
    def touched(self) -> int:
        """How many files are new or changed."""
        return len(self._staged)


@contextmanager
def opened(folder: Path, *, force: bool) -> Iterator[Site]:
    """A site to be built. What the block makes is moved in when it ends without an error.

    Raises:
        LimnerError: something else lies there, or it cannot be written.
    """
    there = _claim(folder, force=force)
    part = folder / f".limner-{secrets.token_hex(6)}.part"
    fresh = not folder.exists()
    try:
        folder.mkdir(exist_ok=True)
        for left in folder.glob(".limner-*.part"):
            shutil.rmtree(left, ignore_errors=True)
        part.mkdir()
        site = Site(folder, part, there, force=force)
        yield site
        site.finish()
        fresh = False
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be written: {os_reason(error)}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        if fresh and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def read_record(folder: Path) -> dict[str, Any]:
    """What a site says of itself.

    Raises:
        LimnerError: it is no site, or its record is damaged.
    """
    path = folder / RECORD
    try:
        record = json.loads(path.read_text("utf-8"))
        if not isinstance(record, dict) or not isinstance(record.get("files"), dict):
            raise ValueError("not a record")  # noqa: TRY004 - as JSON's own mistakes
    except FileNotFoundError as error:
        raise LimnerError(f"{folder}: is no site that `limner.gallery` made") from error
    except OSError as error:
        raise LimnerError(f"{path}: cannot be read: {os_reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise LimnerError(f"{path}: is damaged; remove the site, or build it anew elsewhere with `out`") from error
    return record


def _claim(folder: Path, *, force: bool) -> dict[str, Any]:
    """The record of the site that lies there; an empty one where there is none yet."""
    if not folder.name or folder.name == "..":
        folder = folder.resolve()
    if not folder.is_dir():
        if folder.is_file():
            raise LimnerError(f"{folder}: exists already, and is a file; name a folder for the site with `out`")
        check_target(folder, force=False)
        return {}
    try:
        if (folder / RECORD).exists():
            return read_record(folder)
        first = next((entry.name for entry in folder.iterdir() if not entry.name.startswith(".limner-")), None)
    except OSError as error:
        raise LimnerError(f"{folder}: cannot be read: {os_reason(error)}") from error
    if first is not None and not force:
        raise LimnerError(
            f"{folder}: holds something else, {first!r}; name another folder with `out`, or `force=True` to build "
            "among it"
        )
    return {}


def _files(record: dict[str, Any]) -> dict[str, Any]:
    files = record.get("files")
    return {name: said for name, said in files.items() if NAME.fullmatch(name)} if isinstance(files, dict) else {}
