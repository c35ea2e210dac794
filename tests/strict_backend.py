"""A backend that a stranger might write: array-api-strict's arrays on its second pretend device."""

from typing import Any, Literal

import numpy as np
from pydantic import Field

from limner.plugin import Array, Backend, Registry, hookimpl


class Strict(Backend):
    """The Python array API standard and nothing else; arrays on two devices refuse to mix."""

    on: Literal["CPU_DEVICE", "device1", "device2", "no_float64"] = Field(
        default="device1", description="the pretend device"
    )

    @classmethod
    def missing(cls) -> str:
        try:
            import array_api_strict  # noqa: F401
        except ImportError:
            return "array-api-strict is not installed; pip install array-api-strict"
        return ""

    def describe(self) -> str:
        import array_api_strict

        return f"array-api-strict {array_api_strict.__version__}, {self.on}"

    def xp(self) -> Any:
        import array_api_strict

        return array_api_strict

    def device(self) -> Any:
        return self.xp().Device(self.on)

    def asarray(self, array: np.ndarray) -> Array:
        return self.xp().asarray(np.array(array), device=self.device())

    def to_host(self, array: Array) -> np.ndarray:
        return np.array(array.to_device(self.xp().Device("CPU_DEVICE")))


@hookimpl
def limner_register(registry: Registry) -> None:
    registry.backend("strict", "strict_backend:Strict", summary="array-api-strict, on a device of its own")
