"""What limner did when digests.json was recorded, it does still; and a difference would be seen."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

HERE = Path(__file__).parent
sys.path.append(str(HERE))

from frozen.case import Case, labels  # noqa: E402
from frozen.comparing import differences, without_bytes  # noqa: E402
from frozen.files import traces  # noqa: E402
from frozen.inputs import INPUTS, lay, scene  # noqa: E402
from frozen.machine import unlike  # noqa: E402
from frozen.texts import plain, plain_json, plain_table  # noqa: E402

ELSEWHERE = 3  # the exit code of a check on a machine other than the recorded one


@pytest.mark.slow
def test_nothing_has_changed():
    done = subprocess.run(
        [sys.executable, str(HERE / "freeze.py"), "check", str(HERE / "digests.json")],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode == ELSEWHERE:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr


def of_case(folder):
    """The record of one case: all traces of the files in a folder."""
    found = {f"{path.name}: {k}": value for path in folder.iterdir() for k, value in traces(path, folder)}
    return {"paint/one": found}


def save(path, pixels, note="{}"):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("limner", note)
    Image.fromarray(pixels).save(path, pnginfo=notes)


def test_a_changed_pixel_is_named(tmp_path):
    pixels = scene(24, 16)
    save(tmp_path / "a.png", pixels)
    save(tmp_path / "b.png", pixels)
    before = of_case(tmp_path)
    assert list(differences(before, of_case(tmp_path))) == []
    pixels[3, 5, 1] ^= 1
    save(tmp_path / "b.png", pixels)
    told = list(differences(before, of_case(tmp_path)))
    assert [line.split(" differs")[0] for line in told] == ["paint/one: b.png: bytes", "paint/one: b.png: pixels"]


def test_a_changed_record_is_not_taken_for_pixels(tmp_path):
    save(tmp_path / "a.png", scene(24, 16), '{"limner":"0.1.0","seed":1}')
    before = of_case(tmp_path)
    save(tmp_path / "a.png", scene(24, 16), '{"limner":"0.2.0","seed":1}')
    version = list(differences(before, of_case(tmp_path)))
    assert [line.split(" differs")[0] for line in version] == ["paint/one: a.png: bytes"]
    assert list(differences(without_bytes(before), without_bytes(of_case(tmp_path)))) == []
    save(tmp_path / "a.png", scene(24, 16), '{"limner":"0.2.0","seed":2}')
    told = differences(without_bytes(before), without_bytes(of_case(tmp_path)))
    assert [line.split(" differs")[0] for line in told] == ["paint/one: a.png: notes"]


def test_what_is_gone_and_what_is_new_is_named():
    old = {"a": {"x: bytes": "1", "y: bytes": "2"}, "b": {}}
    new = {"a": {"x: bytes": "1", "z: bytes": "3"}, "c": {}}
    assert list(differences(old, new)) == ["a: y: bytes is gone", "a: z: bytes is new", "b: is gone", "c: is new"]


def test_an_array_of_a_checkpoint_is_named(tmp_path):
    from safetensors.numpy import save_file

    arrays = {"theta": np.arange(4, dtype=np.float32), "best": np.zeros(4, np.float32)}
    save_file(arrays, tmp_path / "a.ckpt", {"limner-checkpoint": '{"step": 3, "seconds": 0.5}'})
    before = of_case(tmp_path)
    arrays["theta"][2] += np.float32(1e-6)
    save_file(arrays, tmp_path / "a.ckpt", {"limner-checkpoint": '{"step": 3, "seconds": 0.7}'})
    told = [line.split(" differs")[0] for line in differences(before, of_case(tmp_path))]
    assert told == ["paint/one: a.ckpt: array theta"]


def test_texts_are_compared_without_times_versions_and_folders(tmp_path):
    assert (
        plain(f"{tmp_path}/a.png in 0.3 s by limner 0.1.0", tmp_path) == "<here>/a.png in <time> s by limner <version>"
    )
    assert plain("12.5 dB, 3 steps, 640x480", tmp_path) == "12.5 dB, 3 steps, 640x480"
    assert plain_json('{"b": [{"seconds": 3, "a": 1}], "a": 2}', tmp_path) == '{"b": [{"a": 1}], "a": 2}'
    assert plain_table("step,seconds,loss\n1,0.5,0.25\n", tmp_path) == "step,loss\n1,0.25"


def test_another_machine_is_noticed():
    recorded = {"limner": "0.1.0", "processor": "A", "libraries": {"numpy": "2.4.6"}}
    assert unlike(recorded, recorded | {"limner": "0.2.0"}) == []
    assert unlike(recorded, recorded | {"processor": "B", "libraries": {"numpy": "2.5.0"}}) == [
        "processor",
        "libraries",
    ]


def test_cases_have_inputs_and_steps_have_names_of_their_own(tmp_path):
    from frozen.cases import CASES

    for case in CASES:
        assert all(name == "set" or name in INPUTS for name in case.inputs), case.name
        assert len(set(labels(case.steps))) == len(case.steps), case.name
    assert len(lay(("set", "photo.png"), tmp_path)) == 9
    assert Case("a", (), leave=("h.png: *",)).leaves("h.png: bytes")
