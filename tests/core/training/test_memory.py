"""The estimates of the memory that training takes."""

import pytest

from limner.errors import LimnerError
from limner.imaging.target import shrunk
from limner.training.memory import check_training_memory


def test_memory_is_asked_for_beforehand():
    check_training_memory("a.png", (8000, 6000), 250, free=12_000_000_000)
    with pytest.raises(LimnerError) as caught:
        check_training_memory("a.png", (8000, 6000), 250, free=5_000_000_000)
    words = str(caught.value)
    assert words.startswith(
        "training a.png at 8000x6000 would take about 12.0 GB of memory, but only 5.0 GB are free; "
    )
    fits = int(words.split("`train_size` to ")[1].split()[0])
    assert 0.7 * 5e9 < fits * fits * 0.75 * 250 <= 5e9
    check_training_memory("a.png", shrunk((8000, 6000), fits), 250, free=5_000_000_000)
    with pytest.raises(LimnerError, match="close other programs"):
        check_training_memory("a.png", (80, 60), 250, free=100)
    with pytest.raises(LimnerError, match="set `train_size` to 24000"):
        check_training_memory("a.png", (100_000, 1), 100, free=2_700_000)
    check_training_memory("a.png", (8, 6), 250)
