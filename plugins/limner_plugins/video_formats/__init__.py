"""Formats of moving pictures."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in movies."""
    registry.movie("mp4", "limner_plugins.video_formats.mp4:Mp4", summary="MP4 with H.264, lossy, plays everywhere")
    registry.movie("webm", "limner_plugins.video_formats.webm:WebM", summary="WebM with VP9, lossy and small")
    registry.movie("gif", "limner_plugins.video_formats.gif:Gif", summary="GIF, 255 colours a frame, dithered")
    registry.movie(
        "webp", "limner_plugins.video_formats.webp:WebP", summary="WebP that moves, lossless unless told otherwise"
    )
    registry.movie("apng", "limner_plugins.video_formats.apng:Apng", summary="APNG: a PNG that moves, lossless")
    registry.movie("frames", "limner_plugins.video_formats.frames:Frames", summary="a folder of PNGs, a frame each")
