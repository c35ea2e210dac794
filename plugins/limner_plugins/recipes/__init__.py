"""Recipes that limner brings along."""

from limner.plugin import Registry, hookimpl

RECIPES = {
    "marbling": "paint folded over and over, as a marbler combs it",
    "screenprint": "a few inks in hard shapes",
    "ink": "contour lines in black and white",
    "rorschach": "marbling folded over both axes",
    "tilework": "a pattern that repeats without a seam",
    "mandala": "a wedge of folds turned about its centre",
    "alhambra": "a wallpaper with six-fold turns, in any colours",
    "quilt": "bright cloths cut hard, a wallpaper of another symmetry",
    "maelstrom": "a sea stirred once, hard",
    "strata": "sediment laid down in waves and folded",
    "rose-window": "rays and rings of stained glass",
    "molten": "noise stirred until it glows",
    "aurora": "curtains of light, from a network of sines",
    "cyanotype": "sunlight through leaves, in two colours",
    "lodestar": "folds around a star, two palettes over each other",
    "breeder": "shards of glass: each unit has an activation of its own",
    "signboard": "a word that the paint flows around",
    "likeness": "a photograph within seconds: grids of learned numbers and a small network",
    "neural-painting": "a network of six layers learns a picture from its coordinates",
    "rprop-portrait": "a portrait in 573 numbers, by resilient backpropagation",
    "evolved-portrait": "the same portrait by a population that is bred and refined",
    "painting-grid": "ten settings of that network, swept: limner sweep painting-grid --on PICTURE",
    "button-field": "several pictures in one network, a button each, at any size",
    "button-board": "eight buttons and a whole picture at once, as in the experiment that began it",
    "button-board-flat": "the same without a hidden layer",
    "autoencode": "pictures through a narrow code and back, by a network that is trained on many",
    "colorize": "gray pictures in colour: limner translate train FOLDER --recipe colorize",
    "from-thresholds": "photographs from black and white layers of each colour",
    "from-contours": "photographs from contour lines",
    "from-canny": "photographs from their edges",
    "average-face": "every picture into any other of its set: their average",
    "super-resolution": "pictures twice as wide and high",
    "face-gan": "faces from their contour lines, by a network and a discriminator, as in the experiments with faces",
    "face-gan-small": "the same two players in a size that two cores can train",
    "colorize-gan": "gray pictures in bolder colours: a discriminator has looked at them",
    "from-contours-gan": "photographs from contour lines, with the grain that a discriminator asks for",
    "super-resolution-gan": "pictures twice as wide and high, with detail that a discriminator takes for real",
    "morph-faces": "every picture of a set into any other, so that a discriminator takes it for one of them",
    "from-noise": "pictures made of noise alone: limner translate sample shows new ones",
    "texture": "a material from one photograph of it, made of noise, at any size",
    "random-art": "a random tanh network, as in the article that began it",
}


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in recipes; the first is what a bare ``limner paint`` paints."""
    for name, summary in RECIPES.items():
        registry.recipe(name, f"limner_plugins.recipes:{name}.toml", summary=summary)
