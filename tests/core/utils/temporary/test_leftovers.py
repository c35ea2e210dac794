"""Temporary files of killed processes are removed, those of running ones are kept; outputs are reserved."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from limner.errors import LimnerError
from limner.utils.atomic_files import atomic_write
from limner.utils.atomic_folders import atomic_write_folder, check_folder
from limner.utils.temporary import leftovers, locks
from limner.utils.temporary.leftovers import FOREIGN_AGE, partial_folder, partial_path, remove_partials
from limner.utils.temporary.locks import claim_output, hold_lock, lock_path

WRITER = """
import sys
from contextlib import ExitStack
from pathlib import Path
from limner.utils.atomic_files import atomic_write
from limner.utils.atomic_folders import atomic_write_folder, check_folder
from limner.utils.temporary.locks import claim_output
with ExitStack() as stack:
    stack.enter_context(claim_output(Path("x.png")))
    stack.enter_context(atomic_write(Path("x.png"))).write(b"half")
    (stack.enter_context(atomic_write_folder(Path("frames"), "*.png")) / "0.png").write_bytes(b"half")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def fresh(monkeypatch):
    """Forget which folders were cleaned, as a new process does."""
    monkeypatch.setattr(leftovers, "_CLEANED", set())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def old(path):
    """Create a file, unless it is there, that looks as if nobody has written to it for long."""
    if not path.exists():
        path.touch()
    os.utime(path, (time.time() - 2 * FOREIGN_AGE,) * 2)


def test_what_a_killed_process_leaves_is_removed_by_the_next_write(tmp_path, fresh):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"ready\n"
    running = names(tmp_path)
    assert sorted(name[-5:] for name in running) == [".lock", ".part", ".part"]
    remove_partials(tmp_path)
    assert names(tmp_path) == running  # all of them are in use
    with pytest.raises(LimnerError, match=r"x.png: another run is writing it; .* choose another name with -o"):
        claim_output(tmp_path / "x.png", "-o").__enter__()
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    with claim_output(tmp_path / "x.png"), atomic_write(tmp_path / "x.png") as file:
        file.write(b"whole")
    assert names(tmp_path) == ["x.png"]


def test_an_output_is_reserved_until_the_block_ends(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    with claim_output(tmp_path / "a.png"):
        for same in (tmp_path / "a.png", tmp_path / "link" / "a.png"):
            with pytest.raises(LimnerError, match="another run is writing it"), claim_output(same):
                pass
        with claim_output(tmp_path / "b.png"):
            pass
    with claim_output(tmp_path / "a.png"):
        pass
    assert names(tmp_path) == ["link"]


def test_an_output_that_cannot_be_written_is_reported_by_its_check_instead(tmp_path):
    for path in (tmp_path / "missing" / "a.png", Path("/proc/a.png"), tmp_path / ("x" * 300)):
        with claim_output(path):
            pass
    assert names(tmp_path) == []


def test_a_folder_whose_parent_is_read_only_is_reserved_from_within(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    hold = locks.hold_lock

    def read_only(path, *args, **options):
        if path.parent == tmp_path:
            raise PermissionError
        return hold(path, *args, **options)

    monkeypatch.setattr(locks, "hold_lock", read_only)
    with claim_output(tmp_path / "site"):
        assert len(names(tmp_path / "site")) == 1
        with pytest.raises(LimnerError, match="another run"), claim_output(tmp_path / "site"):
            pass
    assert names(tmp_path / "site") == []


def test_a_lock_file_that_a_killed_process_left_is_no_obstacle(tmp_path):
    (tmp_path / "lock").touch()
    with hold_lock(tmp_path / "lock", "busy"):
        pass
    assert names(tmp_path) == ["lock"]


def test_a_lock_whose_file_was_removed_meanwhile_is_not_taken(tmp_path, monkeypatch):
    path = tmp_path / "lock"
    monkeypatch.setattr(locks, "_is_at", lambda fd, path: False)
    assert lock_path(path, create=True) is None


def test_files_of_other_hosts_are_removed_after_a_day_only(tmp_path):
    new, stale = (tmp_path / f".limner-01234567-{secrets.token_hex(6)}.part" for _ in range(2))
    new.touch()
    old_folder = tmp_path / f".limner-{secrets.token_hex(6)}.part"  # of an earlier version
    old_folder.mkdir()
    (old_folder / "frame.png").touch()
    old(stale)
    old(old_folder)
    remove_partials(tmp_path)
    assert names(tmp_path) == [new.name]


def test_a_file_that_cannot_be_locked_counts_as_one_of_another_host(tmp_path, monkeypatch):
    import fcntl

    def no_locks(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    recent, stale = partial_path(tmp_path / "x"), partial_path(tmp_path / "x")
    recent.touch()
    old(stale)
    remove_partials(tmp_path)
    assert names(tmp_path) == [recent.name]
    with claim_output(tmp_path / "y"), atomic_write(tmp_path / "y") as file:
        file.write(b"whole")
    assert names(tmp_path) == [recent.name, "y"]


def test_files_of_the_user_remain(tmp_path):
    for name in (".limner-notes.part", ".limner-0123456789ab.txt", "limner-0123456789ab.part", ".limner-.lock"):
        old(tmp_path / name)
    (tmp_path / "mine").touch()
    link = partial_path(tmp_path / "x")
    link.symlink_to("mine")
    kept = names(tmp_path)
    remove_partials(tmp_path)
    assert names(tmp_path) == kept


def write_set(folder, number, *files):
    """Write files, some of them in subfolders, that hold a number."""
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(str(number))


def read_set(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_after_a_kill_at_any_moment_a_folder_holds_its_old_or_its_new_contents(tmp_path, monkeypatch):
    target = tmp_path / "faces"
    write_set(target, 1, "0.png", "1.png", "2.png", "about/sheet.png", "about/more.png")
    old_set = read_set(target)
    states = []

    def spying(function):
        def wrapped(*args, **options):
            states.append(shutil.copytree(target, tmp_path / f"state-{len(states)}"))
            return function(*args, **options)

        return wrapped

    with atomic_write_folder(target, "*", force=True) as part:
        write_set(part, 2, "0.png", "3.png", "about/sheet.png")
        new_set = read_set(part)
        monkeypatch.setattr(Path, "rename", spying(Path.rename))
        monkeypatch.setattr(Path, "mkdir", spying(Path.mkdir))
        monkeypatch.setattr(shutil, "rmtree", spying(shutil.rmtree))
    monkeypatch.undo()
    assert read_set(target) == new_set
    ends = []
    for state in states:
        remove_partials(state)
        ends.append(read_set(state))
    assert [end for end in ends if end not in (old_set, new_set)] == []
    assert ends[0] == old_set
    assert ends[-1] == new_set
    assert len(ends) > 8


def test_what_a_killed_process_moved_away_does_not_replace_a_newer_file(tmp_path):
    write_set(partial_path(tmp_path / "x", "old"), 1, "0.png", "1.png")
    write_set(tmp_path, 3, "0.png")
    remove_partials(tmp_path)
    assert read_set(tmp_path) == {"0.png": "3", "1.png": "1"}


def test_a_folder_is_restored_before_it_is_checked(tmp_path, fresh):
    write_set(partial_path(tmp_path / "frames" / "x", "old"), 1, "notes.txt")
    with pytest.raises(LimnerError, match="exists already"):
        check_folder(tmp_path / "frames", "*.png", force=False)
    with pytest.raises(LimnerError, match=r"holds 'notes.txt', which would be lost"):
        check_folder(tmp_path / "frames", "*.png", force=True)


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_folder_that_cannot_be_replaced_is_unchanged(tmp_path, monkeypatch, error):
    target = tmp_path / "frames"
    target.mkdir()
    (target / "0.png").write_bytes(b"old")
    rename = Path.rename

    def failing(path, to):
        if path.parent.suffix == ".new":
            raise error
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", failing)
    with (
        pytest.raises((LimnerError, KeyboardInterrupt)),
        atomic_write_folder(target, "*.png", force=True) as folder,
    ):
        (folder / "0.png").write_bytes(b"new")
    assert names(tmp_path) == ["frames"]
    assert (target / "0.png").read_bytes() == b"old"


def test_what_cannot_be_restored_is_kept(tmp_path, monkeypatch):
    moved = partial_path(tmp_path / "frames", "old")
    (moved / "frames").mkdir(parents=True)
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(PermissionError))
    remove_partials(tmp_path)
    assert (moved / "frames").is_dir()


def test_a_new_file_that_another_process_removes_at_once_is_created_again(tmp_path, monkeypatch):
    real, lost = leftovers.lock_path, []

    def cleaned(path, **options):
        if not lost:  # another process took it for a leftover before it was locked
            lost.append(path)
            path.rmdir() if path.is_dir() else path.unlink()
            return None
        return real(path, **options)

    monkeypatch.setattr(leftovers, "lock_path", cleaned)
    with atomic_write(tmp_path / "x.png") as file:
        file.write(b"whole")
    assert (tmp_path / "x.png").read_bytes() == b"whole"
    lost.clear()
    with partial_folder(tmp_path / "y") as part:
        assert part.is_dir()
    assert names(tmp_path) == ["x.png"]
