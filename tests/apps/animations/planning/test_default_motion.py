"""The motion of a movie, if none is given."""

from __future__ import annotations

import limner
from limner_apps.animations.planning.motion_choice import default_motion


def test_it_follows_from_the_artworks():
    plain = 'encoder = [{ kind = "xy" }ENCODER]\nnetwork = { width = 4, depth = 1 }\nWARP'
    cases = {
        ("", ""): "parameters",
        (', { kind = "latent" }', ""): "latent",
        (', { kind = "time" }, { kind = "latent" }', ""): "time",
        (', { kind = "latent" }', 'warp = [{ kind = "droste" }]'): "zoom",
        (', { kind = "latent" }', 'warp = [{ kind = "mirror" }, { kind = "droste" }]'): "latent",
    }
    for (encoder, warp), motion in cases.items():
        recipe = limner.Recipe.from_toml(plain.replace("ENCODER", encoder).replace("WARP", warp))
        art = limner.paint(recipe, seed=1, size=(4, 4))
        assert default_motion([art]) == motion
        assert default_motion([art, art]) == "morph"
