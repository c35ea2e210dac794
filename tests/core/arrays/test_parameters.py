"""Parameters by name: views of one flat vector."""

import numpy as np
import pytest

from limner.arrays.parameters import Parameter, ParameterLayout


def test_a_part_has_the_numbers_of_its_own_names():
    parts = [("a", ParameterLayout((Parameter("w", (2,)),))), ("none", ParameterLayout())]
    parts.append(("b", ParameterLayout((Parameter("w", (1, 3)), Parameter("c", (2,))))))
    params = ParameterLayout.join(parts).views(np.arange(7.0))
    assert params.part("b", parts[2][1])["w"].tolist() == [[2.0, 3.0, 4.0]]
    assert params.part("b", parts[2][1])["c"].tolist() == [5.0, 6.0]
    assert params.part("none", parts[1][1]).flat.size == 0
    with pytest.raises(KeyError, match=r"typo\.w"):
        params.part("typo", parts[0][1])
