"""The file ``NAME.limner``: a recipe and its θ without pixels, for networks too large to lie inside a picture.

It is a safetensors file: one float32 tensor ``theta``, and the manifest in the header.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from limner.errors import ArtworkError
from limner.utils.atomic_files import atomic_write
from limner.utils.paths import os_reason

SUFFIX = ".limner"
KEY = "limner"


def write_container(path: Path, manifest: str, theta: np.ndarray, *, force: bool) -> None:
    """Write a manifest and θ.

    Raises:
        LimnerError: the file cannot be written.
    """
    from safetensors.numpy import save

    with atomic_write(path, force=force) as file:
        file.write(save({"theta": theta}, {KEY: manifest}))


def read_container(path: Path, *, with_theta: bool = True) -> tuple[str, np.ndarray]:
    """The manifest and θ in a file; an empty θ where only the manifest is asked for.

    Raises:
        ArtworkError: the file is not such a file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="numpy") as tensors:
            manifest = (tensors.metadata() or {}).get(KEY)
            if manifest is None:
                raise ArtworkError(f"{path}: holds tensors, but no limner record")
            if not with_theta:
                return manifest, np.empty(0, np.float32)
            theta = tensors.get_tensor("theta")
    except SafetensorError as error:
        raise ArtworkError(f"{path}: is not a .limner file, or is damaged ({error})") from error
    except OSError as error:
        raise ArtworkError(f"{path}: cannot be read: {os_reason(error)}") from error
    if theta.dtype != np.float32 or theta.ndim != 1:
        raise ArtworkError(f"{path}: its θ is not one vector of float32")
    return manifest, theta
