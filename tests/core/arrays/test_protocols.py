"""The protocols of arrays and of their libraries have the attributes that real ones have."""

from typing import Protocol

import array_api_strict
import numpy as np
import pytest

from limner.arrays.array import StandardArray
from limner.arrays.autodiff.tape import Tape
from limner.arrays.namespace import namespace
from limner.arrays.standard import Namespace
from limner.errors import TracingError

ARRAYS = {
    "numpy": np.ones((2, 2)),
    "strict": array_api_strict.ones((2, 2)),
    "traced": Tape().variable(np.ones((2, 2))),
}
NOT_DIFFERENTIATED = {"nextafter", "repeat", "sort", "tensordot", "newaxis"}


def written(protocol):
    """The names that the body of a class writes, without those of every class."""

    class Empty(Protocol): ...

    return (set(vars(protocol)) | set(protocol.__annotations__)) - set(vars(Empty)) - {"__annotations__"}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_arrays_have_what_the_protocol_says(array):
    names = written(StandardArray)
    assert {"shape", "mT", "__matmul__", "__ixor__", "__float__"} <= names
    assert names <= set(dir(array))


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_their_libraries_have_its_functions(array):
    names = written(Namespace)
    assert {"concat", "sin", "float32", "pi", "where"} <= names
    missing = set()
    for name in names:
        try:
            getattr(namespace(array), name)
        except (AttributeError, TracingError):
            missing.add(name)
    assert missing == (NOT_DIFFERENTIATED if array is ARRAYS["traced"] else set())
