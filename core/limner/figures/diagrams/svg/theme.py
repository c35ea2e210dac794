"""The colours of diagrams, light and dark, as CSS rules."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from limner.errors import LimnerError, did_you_mean

Theme: TypeAlias = Literal["light", "dark", "auto"]
THEMES: tuple[Theme, ...] = get_args(Theme)
STRENGTHS = 5
"""The number of classes of lines by the strength of a weight, from 0."""
FONTS = "Inter,'Helvetica Neue',Helvetica,Arial,'Liberation Sans','DejaVu Sans',sans-serif"

COLORS: dict[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#16181c"),
    "ink": ("#1f2328", "#eceff3"),
    "soft": ("#5b636d", "#a3abb6"),
    "line": ("#7a838e", "#8b94a0"),
    "faint": ("#d3d8de", "#3c434d"),
    "chip": ("#f4f6f8", "#22262d"),
    "unit": ("#ffffff", "#1c2026"),
    "in": ("#e3ecf7", "#263a52"),
    "out": ("#fbe9d7", "#51391f"),
    "skip": ("#7a4fc0", "#b497f0"),
    "plus": ("#d1580a", "#ff9d57"),
    "minus": ("#1769b3", "#68b2f7"),
}
"""Colours by name, for light and dark paper. Weights use the blue and vermilion that the colour-blind tell apart."""
MAPS: dict[str, tuple[tuple[str, str, str], tuple[str, str, str]]] = {
    "same": (("#c5d5ea", "#dde7f3", "#a3bbd9"), ("#3d5877", "#50708f", "#304862")),
    "down": (("#b7ddd2", "#d6ede6", "#93c6b7"), ("#2f6758", "#418070", "#255346")),
    "up": (("#f3d3a4", "#f9e6c9", "#e2b877"), ("#7d5b26", "#987439", "#66491d")),
    "plain": (("#dcdfe3", "#eceef0", "#c3c8ce"), ("#4a5059", "#5e6570", "#3b4048")),
    "picture": (("#e5dcf1", "#f1ebf8", "#cdbfe2"), ("#51446a", "#655783", "#413656")),
}
"""Front, top and side of the blocks of maps by what computes them, for light and dark paper."""


def check_theme(theme: str) -> Theme:
    """Return the theme of a name.

    Raises:
        LimnerError: there is no such theme.
    """
    found = next((one for one in THEMES if one == theme), None)
    if found is None:
        raise LimnerError(f"`theme`: unknown theme {theme!r}{did_you_mean(str(theme), THEMES)}")
    return found


def style_sheet(theme: Theme) -> str:
    """Return the CSS of a diagram; each rule applies to a diagram of this theme only, as pages may show several."""
    root = f".limner-diagram-{theme}"
    dark = int(theme == "dark")
    rules = [f"{root} text{{font-family:{FONTS}}}", *_fixed(root), *_colored(root, dark)]
    if theme == "auto":
        rules.append(f"{root}{{color-scheme:light dark}}")  # of a page that shows the diagram alone
        rules.append("@media (prefers-color-scheme:dark){" + "".join(_colored(root, 1)) + "}")
    return "\n".join(rules)


def _fixed(root: str) -> list[str]:
    """Return the rules that do not depend on the theme."""
    rules = [
        f"{root} .bold{{font-weight:600}}",
        f"{root} .line,{root} .skip,{root} .dash,{root} .glyph{{fill:none;stroke-width:1.2}}",
        f"{root} .glyph{{stroke-linejoin:round;stroke-linecap:round}}",
        f"{root} .dash{{stroke-dasharray:4 3}}",
        f"{root} .plain{{fill:none;stroke-width:.7}}",
        f"{root} .swatch{{stroke-width:.6}}",
        f"{root} .band{{opacity:.55}}",
    ]
    for i in range(STRENGTHS):
        share = (i + 1) / STRENGTHS
        rule = f"fill:none;stroke-width:{0.3 + 1.9 * share**1.6:.2f};stroke-opacity:{0.10 + 0.75 * share**1.3:.2f}"
        rules.append(f"{root} .p{i},{root} .n{i}{{{rule}}}")
    return rules


def _colored(root: str, dark: int) -> list[str]:
    """Return the rules with colours, for light (0) or dark (1) paper."""
    c = {name: pair[dark] for name, pair in COLORS.items()}

    def rule(names: str, text: str) -> str:
        return ",".join(f"{root} .{name}" for name in names.split()) + f"{{{text}}}"

    rules = [
        rule("paper", f"fill:{c['paper']}"),
        rule("ink bold", f"fill:{c['ink']}"),
        rule("soft", f"fill:{c['soft']}"),
        rule("head", f"fill:{c['line']}"),
        rule("line dash", f"stroke:{c['line']}"),
        rule("skip", f"stroke:{c['skip']}"),
        rule("glyph", f"stroke:{c['ink']}"),
        rule("plain swatch", f"stroke:{c['faint']}"),
        rule("band", f"fill:{c['faint']}"),
        rule("chip", f"fill:{c['chip']};stroke:{c['faint']}"),
        rule("unit", f"fill:{c['unit']};stroke:{c['line']}"),
        rule("in", f"fill:{c['in']};stroke:{c['minus']}"),
        rule("out", f"fill:{c['out']};stroke:{c['plus']}"),
        rule("tip", f"fill:{c['skip']}"),
        rule("on", f"fill:{c['plus']}"),
        rule("edge", f"stroke:{c['faint']}"),
        rule(" ".join(f"p{i}" for i in range(STRENGTHS)), f"stroke:{c['plus']}"),
        rule(" ".join(f"n{i}" for i in range(STRENGTHS)), f"stroke:{c['minus']}"),
    ]
    for name, shades in MAPS.items():
        for part, color in zip(("front", "top", "side"), shades[dark], strict=True):
            rules.append(rule(f"{name}-{part}", f"fill:{color};stroke:{c['paper']};stroke-width:.6"))
    return rules
