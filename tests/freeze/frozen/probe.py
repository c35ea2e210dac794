"""Open artworks with the limner that is looked at: a program of its own, run by that one's Python.

Paths come on standard input, one a line; a line of JSON goes out for each.
"""

import hashlib
import json
import sys

import limner


def told(path: str) -> dict[str, str | None]:
    """Tell θ's digest, the seed and how the artwork presents itself; nulls where it is none."""
    try:
        art = limner.open(path)
    except limner.LimnerError:
        return {"path": path, "theta": None}
    theta = hashlib.sha256(f"{art.theta.dtype}{art.theta.shape}".encode() + art.theta.tobytes())
    return {"path": path, "theta": theta.hexdigest()[:16], "seed": str(art.seed), "repr": repr(art)}


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(told(line.rstrip("\n"))) + "\n")
