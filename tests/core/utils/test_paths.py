"""Paths of outputs: files and folders that are mount points, links, or on full and read-only disks."""

import errno
import os
from pathlib import Path

import pytest

from limner.errors import LimnerError
from limner.utils import paths
from limner.utils.atomic_files import atomic_write, check_target
from limner.utils.atomic_folders import atomic_write_folder, check_folder
from limner.utils.paths import list_contents


def failing(number):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_that_is_a_mount_point_is_written_in_place(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"old and longer")
    node = path.stat().st_ino
    monkeypatch.setattr(Path, "replace", failing(errno.EBUSY))
    with atomic_write(path, force=True) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_ino == node
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("number", [errno.EROFS, errno.EDQUOT, errno.ENOSPC, errno.EIO])
def test_an_error_while_writing_keeps_the_old_file_and_names_the_reason(number, tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", failing(number))
    with pytest.raises(LimnerError) as caught, atomic_write(path, force=True) as file:
        file.write(b"new")
    assert str(caught.value).startswith(f"{path}: cannot be written: {os.strerror(number)}")
    assert str(caught.value).endswith("; free some space") == (number in (errno.EDQUOT, errno.ENOSPC))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_folder_is_filled_although_its_parent_takes_no_files(tmp_path, monkeypatch):
    """As in a container: a mounted folder in a read-only root."""
    folder, access = tmp_path / "mount", os.access
    folder.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path and access(path, mode))
    with atomic_write_folder(folder, "*.png") as part:
        assert part.parent == folder
        (part / "1.png").write_bytes(b"new")
    assert [path.name for path in folder.iterdir()] == ["1.png"]
    with pytest.raises(LimnerError, match="permission denied"):
        check_folder(tmp_path / "new", "*.png", force=False)


def test_a_folder_whose_writing_fails_is_empty_again(tmp_path):
    (tmp_path / "lost+found").mkdir()
    fail = failing(errno.ENOSPC)
    with pytest.raises(LimnerError, match="free some space"), atomic_write_folder(tmp_path, "*.png") as part:
        fail((part / "1.png").write_bytes(b"new"))
    assert [path.name for path in tmp_path.iterdir()] == ["lost+found"]
    assert list_contents(tmp_path) == []


def test_a_folder_that_another_program_fills_meanwhile_is_not_replaced(tmp_path):
    with pytest.raises(LimnerError, match="exists already"), atomic_write_folder(tmp_path, "*.png") as part:
        (part.parent / "theirs.png").write_bytes(b"theirs")
    assert [path.name for path in tmp_path.iterdir()] == ["theirs.png"]


def test_a_message_names_the_link_that_leads_to_no_folder(tmp_path):
    (tmp_path / "out").symlink_to("nowhere")
    with pytest.raises(LimnerError, match=r"x\.png: .*out is a link to .*nowhere, which does not exist; create it"):
        check_target(tmp_path / "out" / "x.png", force=False)


def test_a_message_about_a_link_that_leads_to_nothing_begins_with_the_link(tmp_path):
    link = tmp_path / "l.png"
    link.symlink_to("nowhere")
    with pytest.raises(LimnerError, match=r"l\.png: is a link to .*nowhere, which does not exist; choose another name"):
        check_target(link, force=False)
    with pytest.raises(LimnerError, match=r"l\.png: is a link to .*nowhere, which does not exist; create that folder"):
        paths.is_existing_folder(link, "-o")


def test_paths_are_compared_without_case_where_the_file_system_ignores_it(tmp_path):
    (tmp_path / "Some").mkdir()
    upper, lower = tmp_path / "Some" / "A.png", tmp_path / "Some" / "a.png"
    assert paths.real_path(upper) != paths.real_path(lower)
    (tmp_path / "sOME").symlink_to("Some")  # as if the file system ignored case
    assert paths.real_path(upper) == paths.real_path(lower)


def test_a_cycle_of_links_has_a_real_path(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert paths.real_path(tmp_path / "a").parent == tmp_path.resolve()
