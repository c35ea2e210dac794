"""Memory does not grow with the picture."""

import subprocess
import sys

import pytest

import limner
from limner.artworks.verification import verify

MIB = 1024  # ru_maxrss counts KiB on Linux


MEASURED = """import resource, sys
from limner.cli.main import run
code = run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""
"""A program that runs a command and prints its own peak: that of all children would be another test's."""


def peak_of(*args, cwd):
    """The peak resident size of one limner command, MiB."""
    done = subprocess.run([sys.executable, "-c", MEASURED, *args], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) / MIB


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="waits for a platform whose ru_maxrss is known")
def test_a_very_large_picture_stays_under_400_mib(tmp_path):
    assert peak_of("paint", "--seed", "13", "--size", "16384x16384", "-o", "big.tiff", cwd=tmp_path) < 400
    assert peak_of("info", "big.tiff", cwd=tmp_path) < 400
    assert peak_of("verify", "big.tiff", cwd=tmp_path) < 400
    assert peak_of("render", "big.tiff", "--size", "64x64", "-o", "small.png", cwd=tmp_path) < 400


@pytest.mark.slow
def test_bigtiff_where_four_gigabytes_do_not_suffice(tmp_path):
    art = limner.paint("ink", seed=1, set={"network.width": 1, "network.depth": 1, "network.activation": "tanh"})
    path = art.save(tmp_path / "huge.tiff", size=(40_000, 40_000))  # 4.8 GB of pixels
    with path.open("rb") as file:
        assert file.read(4) == b"II+\0"
    assert limner.open(path).render_settings.size == (40_000, 40_000)
    path.unlink()
    small = art.save(tmp_path / "small.tiff", size=(40, 40))
    assert verify(small).ok
