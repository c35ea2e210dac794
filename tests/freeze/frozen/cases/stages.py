"""Stages: each warp, encoder, network and colour mode in the place of another, with its defaults and with settings."""

from frozen.case import Case, words

SIZE = "--seed 11 --size 40x32"
WARPS = "mirror tile kaleidoscope polar swirl fisheye affine noise wallpaper".split()  # noqa: SIM905
ENCODERS = (
    "radius latent one-hot index angle triangle parabola sqrt waves fourier grid noise distance text time".split()  # noqa: SIM905
)
NETWORKS = "mlp cppn siren residual identity unet patch-discriminator".split()  # noqa: SIM905
COLORS = "rgb cmyk hsl hsv gray oklch oklab palette duotone layers".split()  # noqa: SIM905
FRAMES = "centred corner raster".split()  # noqa: SIM905
ACTIVATIONS = words(
    "tanh sigmoid relu identity softsign sin cos softmax gaussian softplus abs raised-cosine leaky-relu "
    "gelu swish triangle sawtooth"
)

SETTINGS = {
    "hexagons": "--warps wallpaper -s warp.wallpaper.group=p6m",
    "two-warps": "--warps mirror,swirl -s warp.mirror.axes=both",
    "no-warps": "--warps none",
    "star": "--encoders xy,distance -s encoder.distance.shape=star",
    "places": "--encoders xy,latent,latent -s encoder.1.size=3",
    "words": "--encoders xy,text -s encoder.text.text=ab",
    "clear": "-s color.alpha=true",
    "clear-hsv": "--color hsv -s color.alpha=true",
    "bright-ink": "--color cmyk -s color.key=bright",
    "three-inks": "--color palette -s \"color.colors=['red','#00f','white']\"",
    "deep": "-s network.depth=12 -s network.width=24 -s network.bias=false",
    "xavier": "-s network.init=xavier -s network.activation=relu -s network.output=identity",
    "titled": "-s title=Night -s network.weight_scale=2",
}
PAINT_ALL = f""">>> import limner
for name in {ACTIVATIONS}:
    limner.paint("random-art", seed=11, size=(40, 32), set={{"network.activation": name}}).save(f"{{name}}.png")
"""


def swap(option: str, name: str) -> str:
    """Write a command that swaps one stage."""
    value = f"xy,{name}" if option == "encoders" else name
    return f"paint --{option} {value} {SIZE} -o {name}.png"


CASES = [
    Case("stages/warps", tuple(swap("warps", name) for name in WARPS)),
    Case("stages/encoders", tuple(swap("encoders", name) for name in ENCODERS)),
    Case("stages/networks", tuple(swap("network", name) for name in NETWORKS)),
    Case("stages/colors", tuple(swap("color", name) for name in COLORS)),
    Case("stages/frames", tuple(swap("frame", name) for name in FRAMES)),
    # In one process: there are many of them, and options are looked at elsewhere.
    Case("stages/activations", (PAINT_ALL,)),
    Case("stages/settings", tuple(f"paint {words} {SIZE} -o {name}.png" for name, words in SETTINGS.items())),
    Case(
        "stages/image",
        (
            f"paint --encoders xy,image -s encoder.image.path=photo.png {SIZE} -o image.png",
            f"paint --encoders image -s encoder.image.path=clear.png -s encoder.image.blur=0.2 {SIZE} -o blur.png",
            f"paint --encoders xy,image -s encoder.image.path=turned.jpg {SIZE} -o turned.png",
        ),
        inputs=("photo.png", "clear.png", "turned.jpg"),
    ),
]
