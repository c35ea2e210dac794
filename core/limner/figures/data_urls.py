"""Files inside an HTML page or an SVG document."""

from __future__ import annotations

from base64 import b64encode


def data_url(content: bytes, kind: str) -> str:
    """Return a file as a data URL; ``kind`` is its media type, such as ``image/png``."""
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"
