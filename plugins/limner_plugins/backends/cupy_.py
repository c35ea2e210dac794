"""The backend ``cupy``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend, BackendError


class CuPy(Backend):
    """CuPy on an NVIDIA GPU: the same stages on larger tiles, with one transfer of finished pixels per tile."""

    tile: ClassVar[int] = 2**20

    gpu: int = Field(default=0, ge=0, le=1023, description="index of the GPU in CUDA's order")

    @classmethod
    def missing(cls) -> str:
        """Return why CuPy or a GPU is missing; empty if neither is."""
        if find_spec("cupy") is None:
            return (
                "CuPy is not installed; run pip install 'limner[cuda12x]' or 'limner[cuda13x]', "
                "or use the backend numpy"
            )
        try:
            import cupy

            count = cupy.cuda.runtime.getDeviceCount()
        except Exception as error:  # noqa: BLE001 - a driver or a library that is missing raises many kinds of errors
            return f"CuPy finds no working GPU ({' '.join(str(error).split())}); use the backend numpy"
        return "" if count else "CuPy finds no GPU; use the backend numpy"

    def describe(self) -> str:
        """Return the version and the GPU's name."""
        import cupy

        name = cupy.cuda.runtime.getDeviceProperties(self.gpu)["name"].decode()
        return f"CuPy {cupy.__version__}, {name}"

    def xp(self) -> Any:
        """Return CuPy, wrapped where it deviates from the standard."""
        import array_api_compat.cupy as xp

        return xp

    def device(self) -> Any:
        """Return the chosen GPU.

        Raises:
            BackendError: there is no GPU of that index.
        """
        import cupy

        count = cupy.cuda.runtime.getDeviceCount()
        if self.gpu >= count:
            raise BackendError(f"gpu: {self.gpu} does not exist; CUDA finds {count} GPUs, numbered from 0")
        return cupy.cuda.Device(self.gpu)

    def to_host(self, array: Array) -> np.ndarray:
        """Return a copy on the host, after waiting for the GPU."""
        import cupy

        return np.asarray(cupy.asnumpy(array))

    def scatter_add(self, index: Any, values: Any, size: int) -> Array:
        """Return the sums, computed with atomic additions on the GPU."""
        import cupyx

        sums: Any = self.xp().zeros((values.shape[0], size), dtype=values.dtype)
        for row, total in zip(values, sums, strict=True):
            cupyx.scatter_add(total, index, row)
        added: Array = sums
        return added
