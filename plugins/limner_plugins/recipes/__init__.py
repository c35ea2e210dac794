"""The presets: recipes that ship with limner, as TOML files in this folder."""

from limner.plugin import Registry, hookimpl

RECIPES = {
    "marbling": "paint folded nine times over, as a marbler combs it",
    "screenprint": "flat areas of a few related colours, as in a screen print",
    "ink": "contour lines in black and white",
    "rorschach": "three inks folded over once, as an ink blot: faces and beasts",
    "tilework": "a pattern that tiles without a seam",
    "mandala": "a mirrored wedge of folds around a centre, in the colours of a bazaar",
    "alhambra": "a wallpaper with six-fold rotations and no mirrors",
    "quilt": "six bright cloths with hard edges, in the wallpaper group p4g",
    "maelstrom": "a sea with one strong swirl",
    "strata": "layers of sediment, folded by slow noise",
    "rose-window": "rays and rings of stained glass",
    "molten": "glowing noise, bent by a residual network",
    "aurora": "curtains of light from a network of sines",
    "cyanotype": "sunlight through leaves on blue paper",
    "lodestar": "folds around a star under an aurora, in two blended colour modes",
    "breeder": "shards of glass from a network whose units have different activations",
    "signboard": "a word with paint flowing around it: -s encoder.text.text=WORD",
    "likeness": "a photograph fitted in seconds, by trainable grids and a small network",
    "neural-painting": "a photograph fitted by six layers on its coordinates, large shapes first",
    "rprop-portrait": "a portrait in 573 parameters, fitted by resilient backpropagation (Rprop)",
    "evolved-portrait": "a portrait in 573 parameters, fitted by a genetic algorithm and Rprop",
    "painting-grid": "ten settings of a painting network, for limner sweep --on PICTURE",
    "button-field": "several pictures in one network of coordinates, a button each, at any size",
    "button-board": "several pictures in one network that outputs all pixels at once, a button each",
    "button-board-flat": "several pictures in one layer without hidden units, a button each",
    "autoencode": "reconstruction of pictures from a narrow code",
    "colorize": "colour for gray photographs",
    "from-thresholds": "photographs from black-and-white layers of each colour",
    "from-contours": "photographs from contour lines",
    "from-canny": "photographs from Canny edges",
    "average-face": "the average of a set of pictures, from any one of them",
    "super-resolution": "pictures at twice the width and height",
    "face-gan": "faces from contour lines by a U-Net and a patch discriminator, at full size",
    "face-gan-small": "faces from contour lines by a U-Net and a patch discriminator, for two cores",
    "colorize-gan": "colour for gray photographs, more vivid thanks to a discriminator",
    "from-contours-gan": "photographs from contour lines, with realistic grain thanks to a discriminator",
    "super-resolution-gan": "pictures at twice the width and height, with realistic detail thanks to a discriminator",
    "morph-faces": "any picture of a set turned towards another, kept realistic by a discriminator",
    "from-noise": "new pictures generated from noise, for limner translate sample",
    "texture": "a material of any size, generated from noise after one photograph",
    "random-art": "a random network of ten tanh layers, as in neural-net-random-art",
}


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in recipes; the first is what a bare ``limner paint`` paints."""
    for name, summary in RECIPES.items():
        registry.recipe(name, f"limner_plugins.recipes:{name}.toml", summary=summary)
