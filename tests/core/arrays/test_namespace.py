"""To the host and back, whatever the library and the device."""

import numpy as np
import pytest

from limner.arrays.namespace import device, from_host, to_host
from limner.testing import CASES

HOST = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_there_and_back(case):
    array = case.asarray(HOST)
    assert type(to_host(array)) is np.ndarray
    np.testing.assert_array_equal(to_host(array), HOST)
    back = from_host(HOST.astype(float), array)
    assert type(back) is type(array)
    assert back.dtype == array.dtype
    assert device(back) == device(array)
    np.testing.assert_array_equal(case.to_host(back), HOST)
