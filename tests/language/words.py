"""Find words and phrases that limner has retired, in names, docstrings, comments, messages and documents."""

import ast
import io
import keyword
import re
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[2]

NAMES = {
    "Album",
    "Apart",
    "Camera",
    "Contest",
    "Critic",
    "Critique",
    "Diary",
    "Duel",
    "Flock",
    "Glimpse",
    "InTurn",
    "Jury",
    "Judgement",
    "Lesson",
    "Lessons",
    "Looks",
    "Mistake",
    "MistakesError",
    "Moment",
    "Plates",
    "Reel",
    "album",
    "blame",
    "boards",
    "calibrated",
    "calmer",
    "camera",
    "contest",
    "critic",
    "critique",
    "crowd",
    "diary",
    "duel",
    "emitted",
    "fooling",
    "forsake",
    "frozen_copy",
    "glance",
    "glimpse",
    "held_out",
    "jury",
    "judge",
    "judged",
    "judgement",
    "learner",
    "lesson",
    "lessons",
    "made_for",
    "mend",
    "mistake",
    "mistakes",
    "mixes",
    "movie_for",
    "nonsense",
    "notable",
    "pressed",
    "put_outer",
    "recognises",
    "reel",
    "reels",
    "refreshed",
    "repaints",
    "replacing",
    "saying",
    "seldom",
    "settled",
    "shooting",
    "shots",
    "sized",
    "stations",
    "stranger",
    "surprise",
    "sweep_up",
    "tailoring",
    "tells_apart",
    "theta_beside",
    "told",
    "triptych",
    "variety",
    "verdicts",
    "working_set",
}
"""Identifiers, whole or as a word of one."""

WHOLE = {
    "Chain",
    "Embedded",
    "Lookup",
    "Page",
    "Plate",
    "Shot",
    "Take",
    "Translator",
    "held",
    "hot",
    "lives",
    "shot",
    "cut_of",
    "drawer",
    "hear",
    "human",
}
"""Identifiers that stay good words of longer ones."""

PHRASES = (
    r"\btold\b",
    r"\btells (of|apart|that|what|how|whether|which)\b",
    r"\bis to be (said|told|shown|learned|painted)\b",
    r"\b(if|where|when|what is|is|are|be) left out\b",
    r"\bnothing is said\b",
    r"\bsays nothing\b",
    r"\b(is|are|be|was|were) said\b",
    r"\bas (any|all) others?\b",
    r"\bso (many|long|often)\b(?! (as|that))",
    r"\b[Ll]ikewise\b",
    r"\banew\b",
    r"\bafresh\b",
    r"\bheld out\b",
    r"\bcome of (it|this|that)\b",
    r"\bcame of\b",
    r"\bgo(es|ing)? on with\b",
    r"\bas it was\b",
    r"\bby (their|its) places?\b",
    r"\btwo players\b",
    r"\bstrangers?\b",
    r"\bnonsense\b",
    r"\bmend(s|ed|ing)?\b",
    r"\bmistakes?\b",
    r"\bjur(y|ies)\b",
    r"\bcritics?\b",
    r"\bcontests?\b",
    r"\blessons?\b",
    r"\bdeceives?\b",
    r"\bof a kind\b",
    r"\bpress what\b",
    r"\blearned ones\b",
    r"\bis no (number|picture|artwork|size|recipe|colour|name|file|folder|plugin|stage|kind)\b",
    r"\bare no (numbers|pictures|artworks|files|stages)\b",
    r"\bmay stand\b",
    r"\bby heart\b",
    r"\bin its stead\b",
    r"\bthat which\b",
    r"\bThe same, ",
    r"\bBoth\.$",
    r"\bbeside (it|the|each|a|what)\b",
    r"\bmore than there (is|are)\b",
    r"\bis asked (for|of|what)\b",
)
"""Phrases of prose: docstrings, comments, messages, help and documents."""

SEARCHED = re.compile("|".join(PHRASES))
SEEDS = re.compile(r"\b(child_rng|rng)\(")
"""Calls whose strings are keys of random streams: another word would paint other pictures."""


def words_of(identifier: str) -> set[str]:
    """Return an identifier and the words that it is made of, capitals and underscores apart."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", identifier)
    return {identifier.strip("_"), *parts} if len(parts) > 1 else {identifier.strip("_")}


def retired_names(source: str) -> list[tuple[int, str]]:
    """Return the retired names that a module defines or uses, with their lines."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        name = None
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.keyword):
            name = node.arg
        if name and not keyword.iskeyword(name) and (words_of(name) & NAMES or name in WHOLE):
            found.add((node.lineno if hasattr(node, "lineno") else node.value.lineno, name))
    return sorted(found)


def retired_phrases(source: str) -> list[tuple[int, str]]:
    """Return the retired phrases in a module's strings and comments, with their lines."""
    found, lines = [], source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.STRING, tokenize.COMMENT) and not SEEDS.search(lines[token.start[0] - 1]):
            found += [
                (token.start[0] + token.string[: hit.start()].count("\n"), hit.group(0))
                for hit in SEARCHED.finditer(token.string)
            ]
    return found


def retired_in_text(text: str) -> list[tuple[int, str]]:
    """Return the retired phrases of a document, with their lines."""
    return [(text[: hit.start()].count("\n") + 1, hit.group(0)) for hit in SEARCHED.finditer(text)]


def retired_in(path: Path) -> list[tuple[int, str]]:
    """Return what a file says in retired words, with the lines."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return sorted({*retired_names(text), *retired_phrases(text)})
    return retired_in_text(text)


if __name__ == "__main__":  # python tests/language/words.py PATH ...
    import sys

    for given in map(Path, sys.argv[1:]):
        for each in sorted(given.rglob("*")) if given.is_dir() else [given]:
            if each.suffix in (".py", ".md", ".toml", ".html", ".js", ".tmpl"):
                for line, what in retired_in(each):
                    print(f"{each}:{line}: {what}")  # noqa: T201
