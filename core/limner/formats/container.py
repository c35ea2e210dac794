"""``.limner`` files: a recipe and its θ without pixels, for networks too large to be embedded in a picture.

A ``.limner`` file is a safetensors file with one float32 tensor, ``theta``, and the manifest in the header.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from limner.errors import ArtworkError, LimnerError
from limner.utils.atomic_files import atomic_write
from limner.utils.paths import os_reason

SUFFIX = ".limner"
MANIFEST_KEY = "limner"


def write_container(path: Path, manifest: str, theta: np.ndarray, *, force: bool) -> None:
    """Write a manifest and θ to a ``.limner`` file.

    Raises:
        LimnerError: the file cannot be written, or exists and ``force`` is not set.
    """
    from safetensors.numpy import save

    with atomic_write(path, force=force) as file:
        file.write(save({"theta": theta}, {MANIFEST_KEY: manifest}))


def read_container(path: Path, *, with_theta: bool = True) -> tuple[str, np.ndarray]:
    """Return the manifest and θ in a ``.limner`` file; θ is empty unless ``with_theta``.

    Raises:
        ArtworkError: the file cannot be read, is damaged, or is not a ``.limner`` file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as tensors:
            manifest = (tensors.metadata() or {}).get(MANIFEST_KEY)
            if manifest is None:
                raise ArtworkError(f"{path}: contains tensors, but no limner manifest")
            if not with_theta:
                return manifest, np.empty(0, np.float32)
            theta = tensors.get_tensor("theta")
    except SafetensorError as error:
        raise ArtworkError(f"{path}: is damaged or not a .limner file ({error})") from error
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error
    if theta.dtype != np.float32 or theta.ndim != 1:
        raise ArtworkError(f"{path}: θ must be a vector of float32; the file is damaged or forged")
    return manifest, theta


def contains_theta(path: Path, theta: np.ndarray) -> bool:
    """Return whether a file for θ exists and contains exactly this θ.

    Raises:
        LimnerError: the file contains another θ, which another picture may need.
    """
    if not path.exists():
        return False
    if np.array_equal(read_container(path)[1], theta):
        return True
    raise foreign_theta_error(path)


def foreign_theta_error(path: Path) -> LimnerError:
    """Return the error about a file with the θ of another picture, which is not overwritten even with ``force``."""
    return LimnerError(
        f"{path}: contains the parameters of another picture, and this picture needs such a file too; "
        "choose another name with `path`"
    )
