# What type checkers see of limner. At run time __init__.py imports each name when it is first used, and finds those
# of applications in their commands.toml; tests/core/api compares the two files. The modules are not in dir(limner).

from limner import app as app
from limner import errors as errors
from limner import plugin as plugin
from limner import testing as testing
from limner._version import __version__ as __version__
from limner.artworks.artwork import Artwork as Artwork
from limner.artworks.blending import blend as blend
from limner.artworks.diagrams.diagram import Diagram as Diagram
from limner.artworks.diagrams.diagram import diagram as diagram
from limner.artworks.loader import open_artwork as open  # noqa: A004
from limner.artworks.painting import paint as paint
from limner.artworks.recipe_sources import recipes as recipes
from limner.artworks.restyling.function import restyle as restyle
from limner.artworks.verification import verify as verify
from limner.composition.recipe import Recipe as Recipe
from limner.errors import LimnerError as LimnerError
from limner.training.fit import fit as fit
from limner.training.results.fit_result import FitResult as FitResult
from limner.translation.inference import translate as translate
from limner.translation.train import train as train
from limner_apps.animations.function import animate as animate
from limner_apps.faces.extract import faces as faces
from limner_apps.galleries.build import gallery as gallery
from limner_apps.palettes.function import palettes as palettes
from limner_apps.sweeps.function import sweep as sweep

__all__ = [
    "Artwork",
    "Diagram",
    "FitResult",
    "LimnerError",
    "Recipe",
    "__version__",
    "animate",
    "blend",
    "diagram",
    "faces",
    "fit",
    "gallery",
    "open",
    "paint",
    "palettes",
    "recipes",
    "restyle",
    "sweep",
    "train",
    "translate",
    "verify",
]
