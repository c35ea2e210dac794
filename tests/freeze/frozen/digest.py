"""The digest: the first sixteen hexadecimal digits of a SHA-256."""

import hashlib


def digest(*parts: str | bytes) -> str:
    """Digest texts and bytes one after the other, each with its length, so that no two lists look alike."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        sha.update(b"%d:" % len(data))
        sha.update(data)
    return sha.hexdigest()[:16]
