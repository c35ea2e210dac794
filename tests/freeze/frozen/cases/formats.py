"""Formats: every kind of file, written and rendered again."""

from frozen.case import Case

ENDINGS = "png tif tiff webp jpg avif svg pdf limner".split()  # noqa: SIM905
DEEP = "png tiff svg pdf".split()  # noqa: SIM905


def _render(ending: str, more: str, name: str) -> str:
    return f"render art.png -o {name}.{ending} {more}"


# One saved again by another program, and one that shows another picture than it says.
CHANGE = """>>> from PIL import Image, PngImagePlugin
import pathlib
picture, notes = Image.open("a.png"), PngImagePlugin.PngInfo()
notes.add_text("limner", picture.text["limner"])
picture.save("saved.png", pnginfo=notes)
def chunks(data):
    at = 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at:at + 4], "big")
        yield data[at + 4:at + 8], data[at:end]
        at = end
a, b = (pathlib.Path(name).read_bytes() for name in ("a.png", "b.png"))
shown = b"".join(chunk for kind, chunk in chunks(b) if kind == b"IDAT")
kept = [(kind, chunk) for kind, chunk in chunks(a)]
first = next(at for at, (kind, _) in enumerate(kept) if kind == b"IDAT")
new = [shown if at == first else chunk for at, (kind, chunk) in enumerate(kept) if kind != b"IDAT" or at == first]
pathlib.Path("exchanged.png").write_bytes(a[:8] + b"".join(new))
"""
ART = "paint --seed 9 --size 40x32@120dpi -s color.alpha=true -o art.png"
BACKED = "--background white"

CASES = [
    Case(
        f"formats/{ending}",
        (
            f"paint strata --seed 9 --size 40x32@120dpi -o a.{ending}",
            f"render a.{ending} -o back.png --size 20x16",
            f"verify a.{ending}",
            f"info a.{ending}",
        ),
    )
    for ending in ENDINGS
]
CASES += [
    Case("formats/16-bits", (ART, *(_render(ending, "--bits 16", "deep") for ending in (*DEEP, "webp", "jpg")))),
    Case(
        "formats/clear",
        (ART, *(_render(ending, "", "clear") for ending in ENDINGS), *(_render(e, BACKED, "backed") for e in ENDINGS)),
    ),
    Case(
        "formats/settings",
        (
            ART,
            _render("webp", "-s image-format.lossless=false -s image-format.quality=60", "lossy"),
            _render("jpg", "--background #204060 -s image-format.quality=40", "rough"),
            _render("avif", "-s image-format.quality=30", "rough"),
            _render("png", "-s image-format.quality=3", "refused"),
            "verify lossy.webp rough.jpg rough.avif --json",
        ),
    ),
    Case(
        "render/again",
        (
            ART,
            "render art.png --size 64x64",
            "render art.png --size 64x64 --region 8,8,20,10",
            "render art.png --size A6@15dpi --supersample 2",
            "render art.png --size 8x8 -o short.tif",
            "render art.png --background white --size 8x8 -o long.jpeg",
            "render art.png art-64x64.png --size 10x10 -o folder/ --json",
            "render art.png --dither blue-noise -o grain.png",
            "render art.png --time 0.5 -o moment.png",
            "render art.png -o art.png",
            "render art.png -o art.png --force",
            "verify art-64x64.png folder/art-10x10.png",
        ),
    ),
    Case(
        "render/changed-file",
        (
            "paint --seed 1 --size 24x24 -o a.png",
            "paint --seed 2 --size 24x24 -o b.png",
            CHANGE,
            "verify a.png saved.png",
            "verify a.png exchanged.png",
            "verify exchanged.png --json",
            "info saved.png",
        ),
    ),
]
