"""A video that plays several times in one file: its packets are copied, not encoded again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from av.container import OutputContainer

    from limner_plugins.video_formats._sound import SoundEncoder


def copy_repeated(
    source: BinaryIO,
    container: OutputContainer,
    seconds: Fraction,
    repeat: int,
    open_sound: Callable[[], SoundEncoder | None],
) -> None:
    """Copy the packets of an encoded video several times, each time with later timestamps.

    A single packet is in memory at a time.

    Args:
        source: a file with one video stream, in the format of ``container``.
        container: the output, without streams.
        seconds: the duration of the video.
        repeat: the number of copies.
        open_sound: called once the container has its video stream; returns the encoder of the sound, which lasts as
            long as all copies, or None.
    """
    import av

    stream, sound = None, None
    for k in range(repeat):
        source.seek(0)
        with av.open(source, "r", format=container.format.name) as once:
            if stream is None:
                stream = container.add_stream_from_template(once.streams.video[0])
                sound = open_sound()
            for packet in once.demux(once.streams.video[0]):
                if packet.dts is None or packet.pts is None:  # the empty packet at the end
                    continue
                shift = round(k * seconds / packet.time_base)
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                packet.stream = stream
                time = packet.dts * packet.time_base
                container.mux(packet)
                if sound:
                    sound.advance(time)
    if sound:
        sound.finish(repeat * seconds)
