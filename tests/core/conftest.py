"""Fake plugins, installed in a folder of the test alone, and trainings that are killed at a step."""

import sys
import time
from textwrap import dedent

import pytest

from limner.registry.registry import registry
from limner.training.checkpoint import read_checkpoint


@pytest.fixture
def plugins(tmp_path, monkeypatch):
    """Return a function that installs a fake plugin, or another version of it, for this test.

    It takes the distribution's name, the text of its module, its version, and TOML texts of presets by name. The
    module registers its stages itself. Without a text the package is removed.
    """
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delenv("LIMNER_PLUGINS", raising=False)
    names = set()

    def install(package, text=None, version="1.0", *, commands="", files=()):
        module = package.lower().replace("-", "_")
        names.add(module)
        for old in (*folder.glob(f"{module}-*.dist-info/*"), *folder.glob(f"{module}/**/*")):
            if old.is_file():
                old.unlink()
        for old in folder.glob(f"{module}-*.dist-info"):
            old.rmdir()
        forget()
        if text is None:
            return
        info = folder / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        points = f"[limner]\n{package} = {module}\n"
        points += f"[limner.commands]\n{package} = {module}\n" if commands else ""
        (info / "entry_points.txt").write_text(points)
        written = {"__init__.py": dedent(text), **dict(files), **({"commands.toml": commands} if commands else {})}
        for name, content in written.items():
            path = folder / module / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)

    def forget():
        for loaded in [one for one in sys.modules if one.partition(".")[0] in names]:
            del sys.modules[loaded]
        sys.path_importer_cache.clear()
        registry.cache_clear()

    yield install
    for loaded in [one for one in sys.modules if one.partition(".")[0] in names]:
        del sys.modules[loaded]
    registry.cache_clear()


@pytest.fixture
def kill_at_step():
    """Return a function that kills a training once its checkpoint has reached a step; it waits for no time.

    A step of 0 means that the checkpoint need not exist yet.
    """

    def reached(checkpoint, step):
        return step == 0 or (checkpoint.exists() and read_checkpoint(checkpoint).header.step >= step)

    def kill(process, checkpoint, step):
        while process.poll() is None and not reached(checkpoint, step):
            time.sleep(0.02)
        process.kill()
        process.communicate()

    return kill


@pytest.fixture
def interrupt_at_step(monkeypatch):
    """Return a function that lets every training in this process be interrupted as it begins a step."""
    from limner.training import loop

    take_step = loop._step

    def interrupt(number):
        def stopped(run, *args):
            if run.step == number:
                raise KeyboardInterrupt
            return take_step(run, *args)

        monkeypatch.setattr(loop, "_step", stopped)

    return interrupt
