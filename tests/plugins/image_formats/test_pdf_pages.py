"""Pages of PDF files for print, as an independent reader finds them: boxes, crop marks, and sheets of posters."""

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner_plugins.image_formats._pdf.geometry import POINTS_PER_MM, Sheets, fewest_sheets

pytest.importorskip("pikepdf", reason="waits for pikepdf: pip install 'limner[pdf]'")
pypdf = pytest.importorskip("pypdf", reason="waits for pypdf, an independent reader")
MM = POINTS_PER_MM
A6 = (105 * MM, 148 * MM)


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=4, size=(60, 40))


def pages(path):
    return pypdf.PdfReader(path, strict=True).pages


def box(page, name):
    return [float(x) for x in page[name]] if name in page else None


def drawn(page):
    return page.get_contents().get_data().decode("ascii")


def rectangles(page):
    """Return clip and image of a poster's page as left, bottom, width and height in points."""
    numbers = r"(-?[\d.]+)"
    clip = re.search(" ".join([numbers] * 4) + " re W n", drawn(page)).groups()
    width, height, left, bottom = re.search(f"{numbers} 0 0 {numbers} {numbers} {numbers} cm", drawn(page)).groups()
    return [float(x) for x in clip], [float(x) for x in (left, bottom, width, height)]


def marks(page):
    number = r"(-?[\d.]+)"
    found = re.findall(f"{number} {number} m {number} {number} l", drawn(page))
    return [tuple(float(x) for x in line) for line in found]


def test_bleed_and_trim_are_boxes_of_the_page(art, tmp_path):
    """At 72 dpi, a pixel is a point."""
    (page,) = pages(art.save(tmp_path / "a.pdf", dpi=72.0, bleed=9))
    assert box(page, "/MediaBox") == box(page, "/BleedBox") == [0, 0, 78, 58]
    assert box(page, "/TrimBox") == [9, 9, 69, 49]
    assert marks(page) == []


def test_a_page_without_bleed_and_marks_has_a_media_box_only(art, tmp_path):
    (page,) = pages(art.save(tmp_path / "a.pdf", dpi=72.0))
    assert box(page, "/MediaBox") == [0, 0, 60, 40]
    assert box(page, "/TrimBox") is None


@pytest.mark.parametrize("bleed", [0, 4, 20])
def test_crop_marks_lie_outside_the_bleed_and_on_the_lines_of_the_trim(art, tmp_path, bleed):
    path = art.save(tmp_path / "a.pdf", dpi=72.0, bleed=bleed, options={"crop_marks": True})
    assert limner.verify(path).ok
    (page,) = pages(path)
    media, whole, trim = (box(page, name) for name in ("/MediaBox", "/BleedBox", "/TrimBox"))
    assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([60, 40])
    assert [a - b for a, b in zip(whole, trim, strict=True)] == pytest.approx([-bleed, -bleed, bleed, bleed])
    assert [media[0] < whole[0], media[1] < whole[1], media[2] > whole[2], media[3] > whole[3]] == [True] * 4
    lines = marks(page)
    assert len(lines) == 8
    gap = max(bleed, 3 * MM) - 1e-3
    for x0, y0, x1, y1 in lines:
        upright = x0 == x1
        assert upright != (y0 == y1)
        along, ends = (x0, (y0, y1)) if upright else (y0, (x0, x1))
        low, high = (trim[1], trim[3]) if upright else (trim[0], trim[2])
        assert any(abs(along - edge) < 1e-3 for edge in (trim[0::2] if upright else trim[1::2]))
        assert max(ends) <= low - gap or min(ends) >= high + gap
        assert all(0 <= end <= (media[3] if upright else media[2]) for end in ends)
    assert page["/Resources"]["/ColorSpace"]["/All"][1] == "/All"  # the registration colour


def test_very_long_pages_count_boxes_in_larger_units(tmp_path):
    path = limner.paint("ink", seed=1, size=(400, 20)).save(
        tmp_path / "a.pdf", dpi=1.0, bleed=2, options={"crop_marks": True}
    )
    (page,) = pages(path)
    unit = int(page["/UserUnit"])
    trim = box(page, "/TrimBox")
    assert unit == 3
    assert (trim[2] - trim[0]) * unit == pytest.approx(400 * 72, abs=0.01)
    assert limner.verify(path).ok


def test_no_page_is_longer_than_readers_accept(tmp_path):
    """72 pixels at 0.36 dpi are 14,400 points, the limit of Acrobat; the crop marks make the page longer."""
    art = limner.paint("ink", seed=1, size=(72, 8))
    for crop_marks, unit in ((False, 1), (True, 2)):
        path = art.save(tmp_path / f"{unit}.pdf", dpi=0.36, options={"crop_marks": crop_marks})
        (page,) = pages(path)
        assert int(page.get("/UserUnit", 1)) == unit
        assert max(box(page, "/MediaBox")) <= 14_400


sides = st.floats(20, 3000)


@settings(max_examples=50)
@given(sides, sides, st.floats(0, 40), st.floats(0, 30))
def test_the_sheets_cover_the_picture_and_none_is_superfluous(width, height, overlap, margin):
    sheets = Sheets((width, height), A6, margin, overlap)
    assume(math.prod(n + 1 for n in (width / sheets.step[0], height / sheets.step[1])) < 900)
    columns, rows = sheets.grid
    for axis, (count, side) in enumerate(zip((columns, rows), (width, height), strict=True)):
        ends = 0.0
        for index in range(count):
            start, size = (sheets.part(*((index, 0) if axis == 0 else (0, index)))[i] for i in (axis, axis + 2))
            assert start <= max(0.0, ends - overlap) + 1e-2  # it repeats as much of the one before
            assert size <= sheets.printed[axis] + 1e-9
            ends = start + size
            assert (ends >= side - 1e-2) == (index == count - 1)


def test_every_sheet_shows_its_part_of_one_image(art, tmp_path):
    """60 x 40 pixels at 6 dpi are 254 x 169.3 mm. Turned A6 has 132 x 89 mm to print on; 122 and 79 are new."""
    path = art.save(tmp_path / "p.pdf", dpi=6.0, options={"poster": "A6"})
    assert limner.verify(path).ok
    assert limner.open(path) == art
    sheets = pages(path)
    assert len(sheets) == 6  # 2 columns of 122 and 3 rows of 79, and the last 10 of each
    images = {page["/Resources"]["/XObject"].raw_get("/Im0").idnum for page in sheets}
    assert len(images) == 1
    shown = np.zeros((3, 2), bool)
    for index, page in enumerate(sheets):
        row, column = divmod(index, 2)
        assert box(page, "/MediaBox") == pytest.approx([0, 0, *A6[::-1]], abs=1e-3)
        clip, image = rectangles(page)
        assert image[2:] == pytest.approx([60 * 12, 40 * 12], abs=1e-3)
        from_left, from_top = clip[0] - image[0], image[1] + image[3] - (clip[1] + clip[3])
        assert [from_left, from_top] == pytest.approx([column * 122 * MM, row * 79 * MM], abs=1e-2)
        assert f"(row {row + 1} of 3, column {column + 1} of 2)" in drawn(page)
        shown[row, column] = True
        left, bottom, right, top = clip[0], clip[1], clip[0] + clip[2], clip[1] + clip[3]
        for x0, y0, x1, y1 in marks(page):  # all in the margins
            assert not (max(x0, x1) > left and min(x0, x1) < right and max(y0, y1) > bottom and min(y0, y1) < top)
            assert all(-1e-3 <= x <= A6[1] and -1e-3 <= y <= A6[0] for x, y in ((x0, y0), (x1, y1)))
    assert shown.all()


def test_paper_is_turned_if_fewer_sheets_do_unless_it_says_how(art, tmp_path):
    for paper, count in (("A6", 6), ("A6-portrait", 8), ("A6-landscape", 6)):
        path = art.save(tmp_path / f"{paper}.pdf", dpi=6.0, options={"poster": paper})
        assert len(pages(path)) == count


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"poster": "A44"}, "paper 'A44': write it as A4.*did you mean A4"),
        ({"poster": "100x200"}, "paper '100x200'"),
        ({"poster": "9000x10cm"}, "each side must be at most 5000 mm"),
        ({"poster": "A6", "overlap": "3"}, "length '3': write it as 10mm"),
        ({"poster": "A6", "margin": "60mm"}, "leave nothing of a sheet"),
        ({"poster": "A6", "overlap": "100mm"}, "leave nothing of a sheet"),
        ({"poster": "2x2cm", "margin": "9mm", "overlap": "1mm"}, "42,757 sheets, more than 1,000"),
        ({"overlap": "3mm"}, "has no effect without image-format.poster"),
        ({"poster": "A6", "crop_marks": True}, "has no effect with image-format.poster=A6"),
    ],
)
def test_impossible_posters_are_refused(art, tmp_path, options, message):
    with pytest.raises(LimnerError, match=message):
        art.save(tmp_path / "p.pdf", dpi=6.0, options=options)
    assert list(tmp_path.iterdir()) == []


def test_a_poster_needs_a_size_on_paper_and_has_no_bleed(art, tmp_path):
    with pytest.raises(LimnerError, match="needs the picture's size on paper"):
        art.save(tmp_path / "p.pdf", options={"poster": "A6"})
    with pytest.raises(LimnerError, match="omit `bleed` or `poster`"):
        art.save(tmp_path / "p.pdf", dpi=6.0, bleed=2, options={"poster": "A6"})


def test_paper_in_either_position_is_tried():
    assert fewest_sheets((100, 200), (210, 110), 0, 10, turn=True).grid == (1, 1)
    assert fewest_sheets((100, 200), (210, 110), 0, 10, turn=False).grid == (1, 2)


def test_only_the_paper_as_it_is_printed_counts():
    """1,100 sheets upright, and 550 turned."""
    picture, paper = (110_000, 100), (100, 200)
    assert fewest_sheets(picture, paper, 0, 0, turn=True).grid == (550, 1)
    with pytest.raises(LimnerError, match="needs 1,100 sheets, more than 1,000"):
        fewest_sheets(picture, paper, 0, 0, turn=False)


def test_the_command_prints_the_number_of_sheets(art, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    art.save("a.png")
    assert (
        run(
            [
                "render",
                "a.png",
                "--size",
                "30x20cm@6dpi",
                "--poster",
                "A6",
                "-s",
                "image-format.overlap=5mm",
                "-o",
                "p.pdf",
            ]
        )
        == 0
    )
    assert "p.pdf: 8 sheets of A6: 2 rows of 4" in capsys.readouterr().err
    assert len(pages("p.pdf")) == 8
