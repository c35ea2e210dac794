"""Options for print on the command line: default resolutions, bleed, crop marks, and what is refused."""

import shutil

import pytest
from PIL import Image

import limner
from limner.cli.main import run


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    limner.paint("ink", seed=1, size=(40, 30)).save(folder / "a.png")
    limner.paint("ink", seed=2, size=(40, 30)).save(folder / "b.png", dpi=150.0)
    limner.fit([folder / "a.png"], steps=1, train_size=8, seed=1, size=(40, 30)).artwork.save(folder / "fit.png")
    return folder


@pytest.fixture
def call(files, tmp_path, monkeypatch, capsys):
    """Runs a command line in a copy of the folder and returns its exit code, its errors, and the new files."""
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def result(line):
        before = set(tmp_path.iterdir())
        code = run(line.split())
        return code, capsys.readouterr().err, sorted(path.name for path in set(tmp_path.iterdir()) - before)

    return result


@pytest.mark.parametrize(
    "command",
    ["paint ink --seed 1", "render a.png", "blend a.png b.png", "fit a.png --steps 1 --train-size 8 --seed 1"],
)
def test_a_size_on_paper_has_300_dpi_and_the_command_says_so(call, command):
    """0.2 x 0.1 inches are 60 x 30 pixels."""
    code, error, _ = call(f"{command} --size 0.2x0.1in -o new.png")
    assert code == 0, error
    assert "0.2x0.1in at 300 dpi: 60x30 pixels" in error
    with Image.open("new.png") as image:
        assert image.size == (60, 30)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)


@pytest.mark.parametrize("size", ["60x30", "0.2x0.1in@300dpi", "60x30@300"])
def test_other_sizes_need_no_note(call, size):
    code, error, _ = call(f"render a.png --size {size} -o new.png")
    assert (code, error) == (0, "")


def test_the_note_is_hidden_if_quiet(call):
    assert call("paint ink --seed 1 --size 0.2x0.1in -q -o new.png") == (0, "", ["new.png"])


BLEEDS = [
    ("paint ink --seed 1 --size 0.2x0.2in", "1mm", 12, 300, ""),
    ("paint ink --seed 1 --size 60x60", "1mm", 12, 300, "1mm of bleed at 300 dpi: 12 pixels"),
    ("paint ink --seed 1 --size 60x60@100dpi", "0.1in", 10, 100, ""),
    ("paint ink --seed 1 --size 60x60", "7px", 7, 0, ""),
    ("render b.png", "1mm", 6, 150, ""),  # the resolution of its file
    ("render a.png", "7px", 7, 0, ""),
    ("blend a.png b.png", "1mm", 12, 300, "1mm of bleed at 300 dpi: 12 pixels"),
    ("restyle b.png --color duotone", "1mm", 6, 150, ""),
]


@pytest.mark.parametrize(("command", "bleed", "pixels", "dpi", "note"), BLEEDS)
def test_bleed_is_a_length_at_the_resolution_of_the_picture(call, command, bleed, pixels, dpi, note):
    code, error, _ = call(f"{command} --bleed {bleed} -o new.png")
    assert code == 0, error
    assert note in error
    assert ("of bleed at" in error) == bool(note)
    settings = limner.open("new.png").render_settings
    assert (settings.bleed, settings.dpi) == (pixels, dpi)
    assert limner.verify("new.png").ok


def test_the_command_says_that_a_learned_picture_is_mirrored(call):
    assert (
        "fit-40x30.png: nothing is learned beyond the edges, so the bleed mirrors"
        in call("render fit.png --bleed 3px")[1]
    )
    assert "mirrors" not in call("render a.png --bleed 3px")[1]


def test_renditions_have_bleed_at_their_own_resolutions(call):
    shutil.copy("a.png", "c.png")
    code, error, files = call("render a.png b.png c.png --bleed 1mm -o out/")
    assert (code, files) == (0, ["out"])
    bleeds = {name: limner.open(f"out/{name}-40x30.png").render_settings.bleed for name in "abc"}
    assert bleeds == {"a": 12, "b": 6, "c": 12}
    assert error.count("1mm of bleed at 300 dpi: 12 pixels") == 1


REFUSED = [
    ("render a.png --bleed 3 -o c.png", "--bleed '3': write it as 3mm"),
    ("render a.png --bleed=-1mm -o c.png", "--bleed '-1mm': write it as 3mm"),
    ("render a.png --bleed 0.01mm -o c.png", "--bleed 0.01mm: is less than a pixel at 300 dpi"),
    (
        "render a.png --bleed 5cm -o c.png",
        "--bleed: must be 0 to 15 pixels, half of the shorter side of the picture",
    ),
    ("render a.png --bleed 2px --region 0,0,9,9 -o c.png", "omit --bleed or --region"),
    ("render a.png --bleed 2px -o c.limner", "--bleed: c.limner contains no pixels"),
    ("paint ink --bleed 2px --sheet s.png --only-sheet", "--bleed: cannot be combined with --only-sheet"),
    ("paint ink --bleed 2m -o c.png", "--bleed '2m'"),
    ("blend a.png b.png --bleed 16px -o c.png", "0 to 15 pixels, half of the shorter side of the picture, got 16"),
    ("restyle a.png --color duotone --bleed 2px -o c.limner", "--bleed: c.limner contains no pixels"),
    ("restyle a.png --color duotone --crop-marks -o c.png", "c.png: this format has no --crop-marks; choose .pdf"),
    ("render a.png --crop-marks -o c.png", "c.png: this format has no --crop-marks; choose .pdf"),
    ("render a.png --crop-marks -o c.limner", "contains no pixels"),
    ("paint ink --poster A4 -o c.tif", "c.tif: this format has no --poster; choose .pdf"),
    ("render a.png --size 9x9cm --poster A44 -o c.pdf", "paper 'A44'"),
    ("render a.png --size 9x9cm --poster A4 -s image-format.poster=A3 -o c.pdf", "image-format.poster is set too"),
    ("render a.png --size 9x9cm --poster A4 --crop-marks -o c.pdf", "omit one of them"),
    ("paint ink --size A99 -o c.png", "size 'A99': write it as 1024x768, A3@300dpi"),
    ("render a.png -s image-format.quality=3 -o c.png", "this format has no `quality`; choose"),
]


@pytest.mark.parametrize(("line", "message"), REFUSED)
def test_what_cannot_be_printed_is_refused_in_one_line(call, line, message):
    code, error, files = call(line)
    assert (code, files) == (2, [])
    assert message in error
    assert [line for line in error.splitlines() if not line.startswith("9x9cm at") and " of bleed at " not in line] == [
        error.splitlines()[-1]
    ]
