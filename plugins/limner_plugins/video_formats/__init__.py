"""Built-in video formats."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in video formats."""
    registry.video_format(
        "mp4", "limner_plugins.video_formats.mp4:Mp4", summary="MP4 with H.264, lossy, plays everywhere"
    )
    registry.video_format("webm", "limner_plugins.video_formats.webm:WebM", summary="WebM with VP9, lossy and small")
    registry.video_format("gif", "limner_plugins.video_formats.gif:Gif", summary="GIF, 255 colours per frame, dithered")
    registry.video_format(
        "webp", "limner_plugins.video_formats.webp:WebP", summary="animated WebP, lossless by default"
    )
    registry.video_format("apng", "limner_plugins.video_formats.apng:Apng", summary="animated PNG, lossless")
    registry.video_format(
        "frames", "limner_plugins.video_formats.frames:Frames", summary="a folder of PNGs, one per frame"
    )
