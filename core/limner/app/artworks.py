"""Open, paint and render artworks, and read what their files contain."""

from limner.artworks.artwork import Artwork
from limner.artworks.interpolation.plan import InterpolationPlan, plan_interpolation
from limner.artworks.loader import open_artwork
from limner.artworks.movies.frames import render_frames
from limner.artworks.movies.movie import Movie, open_movie, parameters_file
from limner.artworks.movies.original import Original
from limner.artworks.movies.panels import frame_size
from limner.artworks.movies.playback import Playback
from limner.artworks.movies.record import record_movie
from limner.artworks.movies.still import Still
from limner.artworks.painting import packages_of, paint
from limner.artworks.pixels.swatches import swatches_of
from limner.artworks.preflight.cost import RenderingCost, series_cost
from limner.artworks.preflight.trained import is_trained
from limner.artworks.renditions import Rendition, open_renditions, save_renditions
from limner.artworks.resettings.insertion import with_stage
from limner.artworks.resettings.places import paths_in_layers
from limner.artworks.resettings.resetting import Resetting, with_settings
from limner.artworks.series import Series, picked_series, random_series, series_of, thumbnail
from limner.composition.conditioning import training_codes_of
from limner.formats.container import SUFFIX
from limner.formats.image_files import image_formats
from limner.formats.manifest import RenderSettings, theta_bytes
from limner.formats.movie_record import read_movie
from limner.models.base import Model
from limner.models.factory import model_of
from limner.models.layered import LayeredModel

__all__ = [
    "SUFFIX",
    "Artwork",
    "InterpolationPlan",
    "LayeredModel",
    "Model",
    "Movie",
    "Original",
    "Playback",
    "RenderSettings",
    "RenderingCost",
    "Rendition",
    "Resetting",
    "Series",
    "Still",
    "frame_size",
    "image_formats",
    "is_trained",
    "model_of",
    "open_artwork",
    "open_movie",
    "open_renditions",
    "packages_of",
    "paint",
    "parameters_file",
    "paths_in_layers",
    "picked_series",
    "plan_interpolation",
    "random_series",
    "read_movie",
    "record_movie",
    "render_frames",
    "save_renditions",
    "series_cost",
    "series_of",
    "swatches_of",
    "theta_bytes",
    "thumbnail",
    "training_codes_of",
    "with_settings",
    "with_stage",
]
