"""A video that plays several times in one file: its packets are copied, not encoded again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from av.container import OutputContainer


def copy_repeated(source: BinaryIO, container: OutputContainer, seconds: Fraction, repeat: int) -> None:
    """Copy the packets of an encoded video several times, each time with later timestamps.

    A single packet is in memory at a time.

    Args:
        source: a file with one video stream, in the format of ``container``.
        container: the output, without streams.
        seconds: the duration of the video.
        repeat: the number of copies.
    """
    import av

    stream = None
    for k in range(repeat):
        source.seek(0)
        with av.open(source, format=container.format.name) as once:
            stream = stream or container.add_stream_from_template(once.streams.video[0])
            for packet in once.demux(once.streams.video[0]):
                if packet.dts is None or packet.pts is None:  # the empty packet at the end
                    continue
                shift = round(k * seconds / packet.time_base)
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                packet.stream = stream
                container.mux(packet)
