"""Every output of every command, for every kind of target: a file, a folder, a link, a mount point, a device, ..."""

import errno
import json
import os
import shutil
import stat
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

import limner
from limner.cli.main import run
from limner.training import loop

SIZE = ("--size", "16x16")
PAINT = ("paint", "random-art", "--seed", "1", *SIZE)
FIT = ("fit", "art.png", "--recipe", "likeness", "--steps", "1", "--train-size", "8", "-q")
TRAIN = ("translate", "train", "photos", "--steps", "1", *SIZE, "-q")
SWEEP = ("sweep", "random-art", "--seeds", "0..1", *SIZE, "-q")
ANIMATE = ("animate", "pair.png", "--motion", "buttons", "--seconds", "0.1", "--fps", "20", *SIZE, "-q")
FILES = {
    "paint": ([*PAINT, "-o"], ".png"),
    "paint tiff": ([*PAINT, "-o"], ".tiff"),
    "paint limner": ([*PAINT, "-o"], ".svg"),
    "paint sheet": ([*PAINT, "--count", "2", "--only-sheet", "--sheet"], ".png"),
    "render": (["render", "art.png", *SIZE, "-o"], ".png"),
    "press": (["render", "pair.png", "--press", "1,0", *SIZE, "-o"], ".png"),
    "press sheet": (["render", "pair.png", *SIZE, "--press-sheet"], ".png"),
    "animate": ([*ANIMATE, "-o"], ".gif"),
    "blend": (["blend", "art.png", "art2.png", "-o"], ".png"),
    "palettes": (["palettes", "fog", "-q", "-o"], ".png"),
    "fit": ([*FIT, "-o"], ".png"),
    "fit compare": ([*FIT, "--compare"], ".png"),
    "fit history": ([*FIT, "--history"], ".csv"),
    "fit timelapse": ([*FIT, "--timelapse"], ".gif"),
    "train": ([*TRAIN, "-o"], ".limner"),
    "train sheet": ([*TRAIN, "--sheet"], ".png"),
    "train history": ([*TRAIN, "--history"], ".jsonl"),
    "train report": ([*TRAIN, "--report"], ".html"),
    "train timelapse": ([*TRAIN, "--timelapse"], ".webp"),
    "preview": (["translate", "preview", "photos", *SIZE, "--encoders", "canny", "-o"], ".png"),
    "sample sheet": (["translate", "sample", "noise.limner", "--count", "1", "--sheet"], ".png"),
    "sample walk": (["translate", "sample", "noise.limner", "--count", "2", "--frames", "2", "--walk"], ".gif"),
    "sweep sheet": ([*SWEEP, "-o", "trials", "--sheet"], ".png"),
}
"""The files that commands write: the command line up to the file, and an ending of the file."""
FOLDERS = {
    "paint": [*PAINT, "--count", "2", "-o"],
    "render": ["render", "art.png", "art2.png", *SIZE, "-o"],
    "render samples": ["render", "pair.png", "--samples", "2", *SIZE, "-o"],
    "animate": [*ANIMATE, "-o"],
    "fit timelapse": [*FIT, "--timelapse"],
    "train timelapse": [*TRAIN, "--timelapse"],
    "apply": ["translate", "apply", "color.limner", "art.png", "-o"],
    "sample": ["translate", "sample", "noise.limner", "--count", "2", "-o"],
    "sample walk": ["translate", "sample", "noise.limner", "--count", "2", "--frames", "2", "--walk"],
    "faces": ["faces", "skimage:astronaut", "-o"],
    "sweep": [*SWEEP, "-o"],
    "gallery": ["gallery", "build", "art.png", "-o"],
    "plugins": ["plugins", "new", "ripple", "-o"],
}
"""The folders that commands write: the command line up to the folder."""
FILES_OR_FOLDERS = ("paint", "paint tiff", "paint limner", "render", "press")
"""The options that name a file or a folder."""
REPLACING = ("animate", "fit timelapse", "train timelapse", "sample walk")
"""The folders whose contents ``--force`` replaces."""


def working(outputs):
    """Return parameters of tests that let the commands work: those that train or start processes are slow."""
    slow = ("sweep", "fit", "train", "sample", "gallery")
    return [pytest.param(name, marks=pytest.mark.slow) if name.startswith(slow) else name for name in outputs]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Return a folder with what the commands read."""
    folder = tmp_path_factory.mktemp("inputs")
    (folder / "photos").mkdir()
    art, more = str(folder / "art.png"), str(folder / "art2.png")
    for seed, name in enumerate([art, more, *(f"{folder}/photos/{i}.png" for i in range(4))]):
        assert run(["paint", "random-art", "--seed", str(seed), *SIZE, "-o", name, "-q"]) == 0
    pair = ["fit", art, more, "--recipe", "button-field", "--steps", "1", "--train-size", "8", "-q"]
    assert run([*pair, "-o", f"{folder}/pair.png"]) == 0
    train = ["translate", "train", f"{folder}/photos", "--steps", "1", *SIZE, "-q"]
    assert run([*train, "--recipe", "from-noise", "-o", f"{folder}/noise.limner"]) == 0
    assert run([*train, "-o", f"{folder}/color.limner"]) == 0
    return folder


@pytest.fixture
def command(inputs, tmp_path, monkeypatch, capsys):
    """Run a command line in a folder that holds the inputs; return the exit code and the errors."""
    shutil.copytree(inputs, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def call(*args):
        code = run(list(args))
        return code, capsys.readouterr().err

    return call


def state():
    """Return what stands at each path of the current folder: its type, size, time and the path that a link leads to."""
    found = {}
    for path in sorted(Path().rglob("*")):
        status = path.lstat()
        link = path.readlink() if path.is_symlink() else None
        found[path] = (status.st_mode, link, not path.is_dir() and (status.st_size, status.st_mtime_ns, status.st_ino))
    return found


def refused(command, args, says):
    """Check that a command line is refused in one line with an exit code of 2, and that it writes nothing."""
    before = state()
    code, err = command(*args)
    assert (code, err.count("\n")) == (2, 1), err
    assert says in err
    assert "Traceback" not in err
    assert state() == before


@pytest.fixture
def early(monkeypatch):
    """Fail if the work begins: a picture is rendered, or a training starts."""

    def begins(*_args, **_settings):
        raise AssertionError("the work begins before the target is checked")

    for place in ("limner.artworks.renderer.bands", "limner.training.session.train"):
        monkeypatch.setattr(place, begins)


def device(path):
    """Create a device like /dev/null, or link to it; root gets no link, through which a fault might replace it."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))
    except (OSError, AttributeError):
        if not hasattr(os, "geteuid") or os.geteuid() == 0:
            pytest.skip("root may not create devices here")
        Path(path).symlink_to(os.devnull)


def make(kind, path):
    """Create a target that is refused, and return its path and a part of the message."""
    path = Path(path)
    other = path.with_stem(f"real-{path.stem}")
    match kind:
        case "device":
            device(path)
            return path, "is a device, not a file"
        case "link to a device":
            device(other)
            path.symlink_to(other)
            return path, "is a device, not a file"
        case "FIFO":
            os.mkfifo(path)
            return path, "is a FIFO, not a file"
        case "folder":
            path.mkdir()
            return path, "is a folder; name a file in it"
        case "link to a folder":
            other.mkdir()
            path.symlink_to(other)
            return path, "is a folder; name a file in it"
        case "file":
            path.write_bytes(b"mine")
            return path, "exists already"
        case "link to a file":
            other.write_bytes(b"mine")
            path.symlink_to(other)
            return path, "exists already"
        case "dangling link":
            path.symlink_to(other)
            return path, "which does not exist; choose another name"
        case "dangling link into no folder":
            path.symlink_to(Path("nowhere", path.name))
            return path, "does not exist; create it, or choose another"
        case "cycle of links":
            path.symlink_to(path)
            return path, "levels of symbolic links; choose another name"
        case "no folder":
            return Path("nowhere", path), "the folder nowhere does not exist; create it, or choose another"
        case "in a file":
            return Path("art.png", path), "art.png is a file, not a folder; choose another folder"
        case "too long":
            return path.with_name("x" * 300 + path.suffix), "name too long; choose another name"
        case "null byte":
            return path.with_name(f"a\0{path.suffix}"), "cannot be written"
    raise ValueError(kind)


ALWAYS = (
    "device", "link to a device", "FIFO", "folder", "link to a folder", "dangling link into no folder",
    "cycle of links", "no folder", "in a file", "too long",
)  # fmt: skip
"""The targets that are refused even with ``--force``."""


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("output", FILES)
def test_targets_that_no_file_can_replace_are_refused_before_the_work_begins(output, command):
    args, suffix = FILES[output]
    for i, kind in enumerate([*ALWAYS, "file", "link to a file", "dangling link"]):
        if output in FILES_OR_FOLDERS and "folder" in kind and "no" not in kind:
            continue  # a file in the folder is written
        target, says = make(kind, f"target{i}{suffix}")
        force = ["--force"] if kind in ALWAYS else []
        refused(command, [*args, str(target), *force], says)


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("output", FILES)
def test_folders_that_take_no_files_are_refused_with_the_reason(output, command, monkeypatch):
    args, suffix = FILES[output]
    Path("locked").mkdir()
    target = f"locked/new{suffix}"
    real = os.statvfs

    class ReadOnly:
        f_flag = os.ST_RDONLY

    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", lambda path: ReadOnly if "locked" in str(path) else real(path))
        refused(command, [*args, target], "cannot write to locked: read-only file system; choose another folder")
    access = os.access
    with monkeypatch.context() as patch:  # root may write anywhere
        patch.setattr(os, "access", lambda path, mode: "locked" not in str(path) and access(path, mode))
        refused(command, [*args, target], "cannot write to locked: permission denied; choose another folder")


@pytest.mark.parametrize("output", working(FILES))
def test_a_link_stays_and_the_file_that_it_leads_to_is_written(output, command):
    args, suffix = FILES[output]
    Path("elsewhere").mkdir()
    real, link = Path(f"elsewhere/real{suffix}"), Path(f"link{suffix}")
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to(real)
    code, err = command(*args, str(link), "--force")
    assert code == 0, err
    assert link.readlink() == real
    assert real.read_bytes() != b"old"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert not [name for name in Path().rglob("*") if name.name.startswith(".limner")]


def test_a_dangling_link_is_written_through_with_force(command):
    Path("link.png").symlink_to("new.png")
    assert command(*PAINT, "-o", "link.png", "--force")[0] == 0
    assert Path("new.png").is_file()
    assert Path("link.png").is_symlink()


LARGE = ("-s", "network.width=200", "-s", "network.depth=2", "-o", "new.jpg")
"""Parameters that do not fit into a JPEG: they go to a separate file, new.limner."""


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("args", [PAINT, (*FIT[:2], *SIZE, "--steps", "1")])
def test_the_separate_file_of_large_parameters_is_checked_too(args, command):
    for kind in ("device", "FIFO", "folder", "dangling link into no folder"):
        target, says = make(kind, "new.limner")
        refused(command, [*args, *LARGE, "--force"], says)
        target.rmdir() if kind == "folder" else target.unlink()
    Path("new.limner").write_bytes(Path("color.limner").read_bytes())  # an artwork that another picture may need
    refused(command, [*args, *LARGE, "--force"], "new.limner: contains the parameters of another picture")


def folder_target(kind):
    """Create a target that cannot become a folder, and return its path and a part of the message."""
    path, other = Path(kind.replace(" ", "-")), Path(f"real-{kind.replace(' ', '-')}")
    match kind:
        case "file":
            path.write_bytes(b"mine")
        case "link to a file":
            other.write_bytes(b"mine")
            path.symlink_to(other)
        case "FIFO":
            os.mkfifo(path)
        case "device":
            device(path)
        case "dangling link":
            path.symlink_to(other)
            return path, "which does not exist; create that folder, or choose another"
        case "cycle of links":
            path.symlink_to(path)
            return path, "levels of symbolic links; choose another name"
        case "no folder":
            return Path("nowhere", "new"), "the folder nowhere does not exist; create it, or choose another"
        case "in a file":
            return Path("art.png", "new"), "art.png is a file, not a folder; choose another folder"
        case "too long":
            return Path("x" * 300), "name too long; choose another name"
    return path, "exists and is not a folder; choose another name"


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize("output", FOLDERS)
def test_targets_that_cannot_become_folders_are_refused(output, command):
    kinds = ["file", "link to a file", "FIFO", "device", "dangling link", "cycle of links", "in a file", "too long"]
    kinds += ["no folder"] if output != "sweep" else []  # a sweep creates the folders above its own
    for kind in kinds:
        target, says = folder_target(kind)
        refused(command, [*FOLDERS[output], f"{target}/"], says)


def kept(folder):
    """Return the identity of a folder: a folder that is filled in place is still the same."""
    return folder.stat().st_ino, stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize("output", working(FOLDERS))
def test_an_empty_folder_stays_and_is_filled_also_through_a_link(output, command):
    Path("real").mkdir(0o750)
    Path("real", "lost+found").mkdir()  # as in the root of a file system
    Path("link").symlink_to("real")
    before = kept(Path("real"))
    code, err = command(*FOLDERS[output], "link/")
    assert code == 0, err
    assert Path("link").readlink() == Path("real")
    assert kept(Path("real")) == before
    written = {path.name for path in Path("real").iterdir()} - {"lost+found"}
    assert written
    assert not [name for name in written if name.startswith(".limner")]
    if output in REPLACING:  # and again, with other contents
        Path("real", "frame-999999.png").write_bytes(b"an old frame")
        code, err = command(*FOLDERS[output], "link/", "--force")
        assert code == 0, err
        assert kept(Path("real")) == before
        assert {path.name for path in Path("real").iterdir()} - {"lost+found"} == written


def test_the_current_folder_is_filled(command, monkeypatch):
    Path("here").mkdir()
    monkeypatch.chdir("here")
    assert command(*FIT[:1], "../art.png", *FIT[2:], "-o", "../fit.png", "--timelapse", "./")[0] == 0
    assert Path("frame-000001.png").is_file()


@pytest.mark.usefixtures("early")
@pytest.mark.parametrize(("args", "out"), [(FIT, "new.png"), (TRAIN, "new.limner")])
def test_a_checkpoint_that_is_no_file_is_neither_read_nor_replaced(args, out, command):
    for name in (f"{out}.ckpt", out):
        for kind in ("device", "FIFO", "folder"):
            target, says = make(kind, name)
            Path(f"{out}.ckpt").touch()
            for option in ("--resume", "--force"):
                refused(command, [*args, "-o", out, option], says)
            target.rmdir() if kind == "folder" else target.unlink()


@pytest.mark.parametrize("kind", ["file", "FIFO", "dangling link"])
def test_highlights_check_their_folder(kind, command):
    target, says = folder_target(kind)
    target.rename("new-highlights")
    refused(command, [*TRAIN, "-o", "new.limner", "--highlights", "2"], says)


@pytest.mark.parametrize("kind", ["file", "FIFO", "dangling link", "in a file"])
def test_picks_check_their_folder(kind, command):
    assert command("gallery", "build", "art.png", "-o", "site")[0] == 0
    record = json.loads(Path("site", "limner-gallery.json").read_text("ascii"))
    (piece,) = record["pieces"]  # its id
    picks = {"format": 1, "site": record["token"], "pieces": [{"id": piece, "pick": "pick"}]}
    Path("picks.json").write_text(json.dumps(picks))
    target, says = folder_target(kind)
    refused(command, ["gallery", "pick", "site", "picks.json", "-o", f"{target}"], says)


class FillingDisk:
    """Replaces the training's steps: the disk is full after some of them, until ``clear`` is called."""

    def __init__(self, monkeypatch, *, full, free):
        self.full, self._full, self._free = False, full, free
        self._step, self._fsync = loop._step, os.fsync
        monkeypatch.setattr(loop, "_step", self.step)
        monkeypatch.setattr(os, "fsync", self.fsync)

    def step(self, run, *args):
        loss = self._step(run, *args)
        self.full = self.full if run.step not in (self._full, self._free) else run.step == self._full
        return loss

    def fsync(self, fd):
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._fsync(fd)


RUNS = [
    (("fit", "art.png", "--recipe", "likeness", "--train-size", "8"), "new.png"),
    (("translate", "train", "photos", *SIZE), "new.limner"),
]


@pytest.mark.parametrize(("args", "out"), RUNS)
def test_a_full_disk_skips_checkpoints_and_is_reported_once_each_time(args, out, command, monkeypatch):
    FillingDisk(monkeypatch, full=2, free=4)
    more = ["--seed", "1", "--checkpoint-every", "0", "--keep-checkpoint", "-o", out]
    code, err = command(*args, "--steps", "6", *more)
    assert code == 0, err
    note = f"{out}.ckpt: cannot be written: {os.strerror(errno.ENOSPC)}; free some space; the training continues"
    assert err.count(note) == 1
    assert Path(f"{out}.ckpt").exists()
    whole = limner.open(out).theta
    disk = FillingDisk(monkeypatch, full=5, free=0)
    code, err = command(*args, "--steps", "6", *more, "--force")
    assert code == 2
    assert (
        f"error: {out}: cannot be written: {os.strerror(errno.ENOSPC)}; free some space; {out}.ckpt holds the " in err
    )
    assert err.endswith("run after step 4; continue it with --resume\n")
    assert limner.open(out).theta.tolist() == whole.tolist()
    assert not [name for name in Path().iterdir() if name.name.endswith(".part")]
    disk.full = False
    code, err = command(*args, "--steps", "4", "--seed", "1", "-o", out, "--resume")
    assert code == 0, err
    assert not Path(f"{out}.ckpt").exists()


def test_names_that_differ_only_in_case_are_one_file_on_some_file_systems(command, monkeypatch):
    Path("Art.png").write_bytes(Path("art2.png").read_bytes())
    names = [*PAINT, "-o", "new.png", "--sheet", "NEW.png"]
    pair = ["translate", "apply", "color.limner", "art.png", "Art.png", "-o", "out"]
    small = ["render", "art.png", "Art.png", "-o", "small/"]
    fit = [*FIT, "-o", "new.png", "--compare", "NEW.PNG"]
    assert command(*small)[0] == 0
    monkeypatch.setattr("limner.utils.paths._ignores_case", lambda folder: True)
    refused(command, names, "NEW.png: is also the file of a picture")
    refused(command, pair, "Art.png: has the same output")
    refused(command, [*small[:-1], "other/"], "two pictures would go into this file")
    refused(command, fit, "NEW.PNG: the output and --compare are the same file")


@pytest.mark.slow
@pytest.mark.parametrize("output", FOLDERS)
def test_a_mount_point_is_filled(output, command):
    Path("mount").mkdir()
    with mounted("mount"):
        code, err = command(*FOLDERS[output], "mount/")
        assert code == 0, err
        assert os.path.ismount("mount")
        assert list(Path("mount").iterdir())
        if output in REPLACING:
            assert command(*FOLDERS[output], "mount/", "--force")[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("output", FILES)
def test_a_file_that_is_a_mount_point_is_written(output, command):
    args, suffix = FILES[output]
    Path(f"source{suffix}").write_bytes(b"old")
    Path(f"target{suffix}").write_bytes(b"")
    with mounted(f"target{suffix}", "--bind", f"source{suffix}"):
        code, err = command(*args, f"target{suffix}", "--force")
        assert code == 0, err
    assert Path(f"source{suffix}").read_bytes() != b"old"


@pytest.mark.slow
@pytest.mark.parametrize("output", FOLDERS)
def test_a_read_only_mount_is_refused(output, command):
    Path("mount").mkdir()
    with mounted("mount", "-t", "tmpfs", "-o", "ro", "none"):
        refused(command, [*FOLDERS[output], "mount/"], "read-only file system")
        refused(command, [*FOLDERS[output], "mount/new/"], "read-only file system")


@pytest.mark.slow
@pytest.mark.parametrize(("args", "out"), RUNS)
def test_a_small_disk_that_fills_up(args, out, command, monkeypatch):
    step, filler = loop._step, Path("mount/filler")

    def filling(run, *rest):
        loss = step(run, *rest)
        if run.step == 3:
            with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
                filler.write_bytes(bytes(64 << 20))
        return loss

    monkeypatch.setattr(loop, "_step", filling)
    Path("mount").mkdir()
    with mounted("mount", "-t", "tmpfs", "-o", "size=32m", "none"):
        more = ["--seed", "1", "-o", f"mount/{out}"]
        code, err = command(*args, "--steps", "5", "--checkpoint-every", "0", *more)
        assert code == 2
        assert err.endswith(f"mount/{out}.ckpt holds the run after step 2; continue it with --resume\n")
        assert {path.name for path in Path("mount").iterdir()} == {f"{out}.ckpt", "filler"}
        filler.unlink()
        monkeypatch.setattr(loop, "_step", step)
        code, err = command(*args, "--steps", "5", *more, "--resume")
        assert code == 0, err
        assert {path.name for path in Path("mount").iterdir()} - {"new.png"} == {out} - {"new.png"}


@contextmanager
def mounted(path, *args):
    """Mount a file system while the block runs: an empty one by default."""
    mount = subprocess.run(["mount", *(args or ("-t", "tmpfs", "none")), path], capture_output=True, check=False)
    if mount.returncode:
        pytest.skip("mounting is not permitted")
    try:
        yield
    finally:
        subprocess.run(["umount", path], check=True)
