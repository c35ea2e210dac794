"""Files: what of each is digested, by its ending."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from frozen import pictures, texts
from frozen.digest import digest

PICTURES = (".png", ".webp", ".jpg", ".jpeg", ".gif", ".apng", ".avif")
FILMS = (".mp4", ".webm")
TENSORS = (".limner", ".ckpt")
SITE = "limner-gallery.json"
TABLES: dict[str, Callable[[str, Path], str]] = {
    ".csv": texts.plain_table, ".tsv": texts.plain_table, ".json": texts.plain_json, ".jsonl": texts.plain_lines,
}  # fmt: skip


def traces(path: Path, here: Path) -> Iterator[tuple[str, str]]:
    """Yield names and digests of a file: the bytes as they are, and what they mean."""
    data = path.read_bytes()
    if not is_timed(path, data):
        yield "bytes", digest(data)
    try:
        yield from meaning(path, data, here)
    except Exception as error:  # noqa: BLE001 - what cannot be read is a trace too: it must stay so
        yield "unreadable", type(error).__name__


def is_timed(path: Path, data: bytes) -> bool:
    """Tell whether a file holds seconds, or, as a WebM does, what its maker draws for it."""
    ending = path.suffix.lower()
    return ending in (".ckpt", ".webm") or (ending in TABLES and b"seconds" in data)


def meaning(path: Path, data: bytes, here: Path) -> Iterator[tuple[str, str]]:
    """Yield what a file means, as far as its ending tells."""
    ending = path.suffix.lower()
    if ending in PICTURES:
        yield "pixels", pictures.of_picture(data)
        yield "notes", pictures.of_notes(data, here)
        if data[12:16] == b"IHDR" and data[24] == 16:
            yield "samples", pictures.of_scanlines(data)
    elif ending in (".tif", ".tiff"):
        yield "pixels", pictures.of_tiff(path)
    elif ending == ".pdf":
        yield "pixels", pictures.of_pdf(path)
    elif ending in FILMS:
        yield "pixels", pictures.of_movie(path)
    elif ending in TENSORS:
        yield from arrays(path, here)
    else:
        yield from words(path, data, here)


def words(path: Path, data: bytes, here: Path) -> Iterator[tuple[str, str]]:
    """Yield the digest of a text, without times and folders."""
    ending = path.suffix.lower()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return
    if ending == ".svg":
        yield "pixels", pictures.of_svg(text)
    plain = texts.plain_site if path.name == SITE else TABLES.get(ending, texts.plain)
    yield "text", digest(plain(text, here))


def arrays(path: Path, here: Path) -> Iterator[tuple[str, str]]:
    """Yield a digest of each array of a network or a checkpoint, and of the record beside them."""
    from safetensors import safe_open

    with safe_open(str(path), framework="numpy") as tensors:
        for key, text in sorted((tensors.metadata() or {}).items()):
            yield f"record {key}", digest(json.dumps(json.loads(texts.plain_json(text, here)), ensure_ascii=False))
        for name in sorted(tensors.keys()):
            yield f"array {name}", pictures.of_array(tensors.get_tensor(name))
