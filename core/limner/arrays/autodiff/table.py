"""The table of operations: all functions that a differentiable ``forward`` may use.

To add an operation, add a row here. Further facts about operations, such as their form in a shader, are elsewhere, by
name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from limner.arrays.autodiff.composite import COMPOSITES
from limner.arrays.autodiff.elementwise import BINARY, UNARY, ZERO_DERIVATIVE
from limner.arrays.autodiff.operation import Operation
from limner.arrays.autodiff.structural import PRODUCTS, REDUCTIONS, SHAPES

OPERATIONS: Mapping[str, Operation] = {
    row.name: row for rows in (UNARY, BINARY, ZERO_DERIVATIVE, REDUCTIONS, SHAPES, PRODUCTS) for row in rows
}
"""The operations by the names of the array API standard, and ``getitem`` for ``x[key]``."""

FUNCTIONS: Mapping[str, Any] = COMPOSITES
"""Functions of the standard that are composed of other operations."""

CREATION = frozenset(
    {
        *("arange", "asarray", "empty", "empty_like", "eye", "from_dlpack", "full", "full_like", "linspace"),
        *("meshgrid", "ones", "ones_like", "zeros", "zeros_like"),
    }
)
"""Functions that return new arrays, which do not depend on the variables."""

INSPECTION = frozenset({"can_cast", "finfo", "iinfo", "isdtype", "result_type"})
"""Functions about dtypes, which do not return arrays."""
