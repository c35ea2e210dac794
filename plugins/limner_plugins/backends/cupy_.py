"""The backend ``cupy``."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend, BackendError


class CuPy(Backend):
    """CuPy on an NVIDIA GPU: the same stages, larger tiles, one transfer of finished pixels a tile."""

    tile: ClassVar[int] = 2**20

    gpu: int = Field(default=0, ge=0, le=1023, description="which GPU, as CUDA counts them")

    @classmethod
    def missing(cls) -> str:
        """Whether CuPy is installed and finds a GPU."""
        if find_spec("cupy") is None:
            return "CuPy is not installed; pip install 'limner[cuda12x]' or 'limner[cuda13x]', or use the backend numpy"
        try:
            import cupy

            count = cupy.cuda.runtime.getDeviceCount()
        except Exception as error:  # noqa: BLE001 - a driver or a library that is missing shows in many ways
            return f"CuPy finds no working GPU ({' '.join(str(error).split())}); use the backend numpy"
        return "" if count else "CuPy finds no GPU; use the backend numpy"

    def describe(self) -> str:
        """The version and the GPU's name."""
        import cupy

        name = cupy.cuda.runtime.getDeviceProperties(self.gpu)["name"].decode()
        return f"CuPy {cupy.__version__}, {name}"

    def xp(self) -> Any:
        """CuPy, wrapped where it departs from the standard."""
        import array_api_compat.cupy as xp

        return xp

    def device(self) -> Any:
        """The chosen GPU.

        Raises:
            BackendError: there are not so many.
        """
        import cupy

        count = cupy.cuda.runtime.getDeviceCount()
        if self.gpu >= count:
            raise BackendError(f"there is no GPU {self.gpu}: CUDA counts {count}, from 0")
        return cupy.cuda.Device(self.gpu)

    def to_host(self, array: Array) -> np.ndarray:
        """A copy on the host; waits for the GPU."""
        import cupy

        return np.asarray(cupy.asnumpy(array))

    def scatter_add(self, index: Any, values: Any, size: int) -> Array:
        """Atomic additions on the GPU."""
        import cupyx

        sums: Any = self.xp().zeros((values.shape[0], size), dtype=values.dtype)
        for row, total in zip(values, sums, strict=True):
            cupyx.scatter_add(total, index, row)
        added: Array = sums
        return added
