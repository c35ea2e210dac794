"""Inputs: small pictures and texts, whole and broken, made anew for each case from formulas."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

WRONG_RECIPE = b"titel = 3\n[network]\nkind = 'mlp'\nwidth = 0\n[color]\nkind = 'rbg'\n"
RECIPE = b"""title = "Facets"
size = [40, 30]
[[warp]]
kind = "mirror"
[[encoder]]
kind = "xy"
[network]
kind = "mlp"
width = 8
depth = 3
activation = "relu"
[color]
kind = "hsl"
"""
LAYERS = b"""title = "Etched"
size = [40, 30]
[[layer]]
seed = 24
[layer.network]
kind = "mlp"
width = 16
depth = 9
contrast = 0.4
[[layer]]
seed = 12
[layer.color]
kind = "gray"
[blend]
kind = "multiply"
"""
SWEEP = b"""title = "How deep"
size = [24, 24]
[[encoder]]
kind = "xy"
[network]
kind = "mlp"
depth = 4
[sweep]
design = "latin-hypercube"
samples = 3
seeds = "0..1"
[sweep.vary]
"network.depth" = "2..9"
"network.contrast" = "0.2..2 log 4"
"""


def scene(width: int, height: int, phase: int = 0, channels: int = 3) -> np.ndarray:
    """Make a picture of slopes and squares, in whole numbers alone, so that every machine makes the same."""
    y, x = np.mgrid[:height, :width]
    planes = [(x * (5 + phase) + y * 3 + 40 * phase) % 256, (y * 7 + (x // 6 + y // 6) % 2 * 90) % 256]
    planes += [(x * y // (3 + phase) + 60) % 256, np.where((x - y) % 16 < 4, 0, 200 + x % 50)]
    return np.stack(planes[:channels], -1).astype(np.uint8)


def _encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _photo(width: int = 48, height: int = 36, phase: int = 0) -> bytes:
    return _encoded(Image.fromarray(scene(width, height, phase)), "PNG")


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    return _encoded(Image.fromarray(scene(40, 30, 2)), "JPEG", quality=92, exif=exif)


def _moving() -> bytes:
    frames = [Image.fromarray(scene(24, 24, phase)) for phase in range(3)]
    return _encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)


INPUTS: dict[str, Callable[[], bytes]] = {
    "photo.png": _photo,
    "other.png": lambda: _photo(36, 36, 1),
    "third.png": lambda: _photo(40, 32, 3),
    "clear.png": lambda: _encoded(Image.fromarray(scene(32, 32, 1, 4), "RGBA"), "PNG"),
    "gray.png": lambda: _encoded(Image.fromarray(scene(32, 24, 2)[..., 0]), "PNG"),
    "deep.png": lambda: _encoded(Image.fromarray(scene(32, 24)[..., 0].astype(np.uint16) * 257), "PNG"),
    "turned.jpg": _turned,
    "cmyk.jpg": lambda: _encoded(Image.fromarray(scene(32, 32)).convert("CMYK"), "JPEG", quality=95),
    "moving.gif": _moving,
    "foreign.png": lambda: _photo(5, 5),
    "short.png": lambda: _photo()[:200],
    "text.txt": lambda: b"hello",
    "named.png": lambda: b"hello, I am no picture",
    "empty.png": lambda: b"",
    "recipe.toml": lambda: RECIPE,
    "layers.toml": lambda: LAYERS,
    "sweep.toml": lambda: SWEEP,
    "broken.toml": lambda: b"= 3",
    "binary.toml": lambda: b"\xff\xfe",
    "digits.toml": lambda: b"seed = " + b"9" * 5000,
    "wrong.toml": lambda: WRONG_RECIPE,
    "empty.toml": lambda: b"",
    "broken.limner": lambda: b"\x08\x00\x00\x00\x00\x00\x00\x00{}",
} | {f"set/{at:02}_p{at}.png": lambda at=at: _photo(32, 32, at) for at in range(8)}


def lay(names: tuple[str, ...], here: Path) -> dict[str, bytes]:
    """Write inputs into a folder; ``set`` stands for the folder of eight."""
    wanted = [name for name in INPUTS if name in names or name.split("/")[0] in names]
    laid = {name: INPUTS[name]() for name in wanted}
    for name, data in laid.items():
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_bytes(data)
    return laid
