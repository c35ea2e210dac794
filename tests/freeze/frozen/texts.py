"""Texts without what no two runs, machines or versions have in common: folders, seconds, version numbers."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

TIMES = frozenset({"seconds"})
"""Keys of JSON and columns of tables that hold a time."""
OF_A_SITE = frozenset({"token", "sources", "files", "digest"})
"""What a gallery's record says of itself alone: a name that is drawn, dates by absolute paths, digests of its pages."""

VERSION = re.compile(r"""(limner(?:\\?["'])?[ :=@,]+\\?["']?v?)\d+\.\d+(?:\.\d+)?(?:[.+-]?\w+)*""")
TIME = re.compile(r"\b\d+(?:\.\d+)?(?:e-?\d+)? (s|ms|min|h)\b")
PLOT = re.compile(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]+")
TOKEN = re.compile(r"""(data-token=["'])[0-9a-f]+""")


def plain(text: str, here: Path) -> str:
    """Put words in the place of the folder, of limner's version and of times."""
    for folder in {str(here), str(here.resolve())}:
        text = text.replace(folder, "<here>")
    text = VERSION.sub(r"\1<version>", text)
    text = TOKEN.sub(r"\1<token>", PLOT.sub("<plot over seconds>", text))
    return TIME.sub(r"<time> \1", text)


def without_times(value: Any) -> Any:
    """Leave out of nested JSON what is called as a time."""
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if key not in TIMES}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def plain_json(text: str, here: Path) -> str:
    """Write one JSON value anew, without times; its keys stay in their order."""
    return plain(json.dumps(without_times(json.loads(text)), ensure_ascii=False), here)


def plain_site(text: str, here: Path) -> str:
    """Write a gallery's record anew, without what it says of itself alone."""
    kept = {key: value for key, value in json.loads(text).items() if key not in OF_A_SITE}
    return plain_json(json.dumps(kept, ensure_ascii=False), here)


def plain_lines(text: str, here: Path) -> str:
    """Treat each line by itself: as JSON where it is an object, else as words."""
    told = []
    for line in text.splitlines(keepends=True):
        try:
            told.append(plain_json(line, here) + "\n" if line.startswith("{") else plain(line, here))
        except ValueError:
            told.append(plain(line, here))
    return "".join(told)


def plain_table(text: str, here: Path) -> str:
    """Leave the columns of times out of a table."""
    rows = list(csv.reader(io.StringIO(text)))
    kept = [at for at, name in enumerate(rows[0]) if name not in TIMES] if rows else []
    return plain("\n".join(",".join(row[at] for at in kept if at < len(row)) for row in rows), here)
