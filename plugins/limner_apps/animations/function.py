"""``limner.animate``: a movie of artworks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from limner.app.artworks import Artwork, open_artwork
from limner.app.registry import choose_backend, registry
from limner.app.values import arguments
from limner_apps.animations.animation import Animation
from limner_apps.animations.film import write_film
from limner_apps.animations.motion_choice import default_motion, get_motion


def animate(
    artworks: str | os.PathLike[str] | Artwork | Sequence[str | os.PathLike[str] | Artwork],
    path: str | os.PathLike[str],
    *,
    motion: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the same word as on the command line
    seconds: float = 6.0,
    fps: float = 30.0,
    size: tuple[int, int] | None = None,
    seed: int = 1,
    repeat: int | None = None,
    options: Mapping[str, Any] | None = None,
    force: bool = False,
) -> Path:
    """Make a movie of artworks, and return its path.

        limner.animate("night-7.png", "loop.mp4", motion="parameters", seconds=8)

    Args:
        artworks: an artwork or its file, or several of them in order.
        path: the output; its suffix selects the video format.
        motion: the name of the motion. Default: the one that suits the artworks.
        set: settings of the motion, by name.
        seconds: the length of the movie.
        fps: frames per second.
        size: width and height, in pixels. Default: the size of the first artwork.
        seed: the seed of everything random.
        repeat: how often the movie plays, 0 for forever. GIF, WebP and APNG store the number; MP4 and WebM store the
            frames again. Default: forever if the format can store that, otherwise once.
        options: settings of the video format, by name.
        force: overwrite an existing file.

    Raises:
        LimnerError: an artwork cannot be read, the motion does not support it, or the movie cannot be written.
    """
    sources = [artworks] if isinstance(artworks, str | os.PathLike | Artwork) else list(artworks)
    opened = [one if isinstance(one, Artwork) else open_artwork(one) for one in sources]
    chosen = get_motion(motion or default_motion(opened), set or {})
    animation = Animation(motion=chosen, artworks=len(opened), seed=seed, seconds=seconds, fps=fps)
    target = arguments.check_path("path", path)
    backend = choose_backend("auto", registry())
    write_film(target, animation, opened, size or opened[0].size, backend, repeat=repeat, options=options, force=force)
    return target
