"""The role ``motion``, the motions that come with limner, and the playback of the movies that they make."""

from limner.plugin import Registry, hookimpl

MOTIONS = {
    "buttons": ("Buttons", "from each learned picture to the next, and back to the first"),
    "latent": ("Latent", "a circle through the latent space, around the artwork"),
    "still": ("StillMotion", "no motion, for movies in which only single settings move"),
    "morph": ("MorphMotion", "a walk through several artworks, on a spline through their parameters"),
    "orbit": ("Orbit", "the frame moves on a circle, or turns"),
    "parameters": ("Parameters", "a circle through the parameters of the network, around the artwork"),
    "states": ("States", "the states of a fit, from the first step to the last"),
    "time": ("TimeMotion", "one turn of the time circle"),
    "weights": ("Weights", "a sweep of one number, array or layer of the network"),
    "zoom": ("Zoom", "a zoom into the picture and back, or one without end"),
}
"""The class of each built-in motion, in the module of its name, and a summary."""


@hookimpl
def limner_register(registry: Registry) -> None:
    """Add the role, and register the built-in motions and the playback."""
    lead = "limner_apps.animations"
    registry.add_role(
        "motion", f"{lead}.motion:Motion", checks=f"{lead}.motions.checks:CHECKS", template=f"{lead}:template"
    )
    for name, (cls, summary) in MOTIONS.items():
        registry.add("motion", name, f"{lead}.motions.{name}:{cls}", summary=summary)
    registry.playback("animation", f"{lead}.animation:Animation", summary="the movies of limner animate")
