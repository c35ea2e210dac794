"""limner's own palettes, each ordered as a gradient: mostly from dark to light, then an accent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

PaletteName: TypeAlias = Literal[
    "ember",
    "tidepool",
    "aurora",
    "dusk",
    "lichen",
    "indigo",
    "orchid",
    "bazaar",
    "fog",
    "glacier",
    "sumi",
    "verdigris",
    "nebula",
    "terracotta",
    "peony",
    "fiesta",
]

PaletteSource: TypeAlias = Literal[PaletteName, "harmony"]

PALETTES: Mapping[PaletteName, tuple[str, ...]] = {
    "ember": ("#160a10", "#541519", "#b02d18", "#f0782a", "#ffc56b", "#fff3d6"),
    "tidepool": ("#061b2b", "#0b4a63", "#16898c", "#7fceb2", "#f4ecd0", "#ec7357"),
    "aurora": ("#090d2b", "#27306f", "#1a7f8e", "#3fd69a", "#c9f7a5", "#f6e9ff"),
    "dusk": ("#13112b", "#3d2263", "#8f2d72", "#e25a61", "#fba971", "#fdebc8"),
    "lichen": ("#171d16", "#3d4b34", "#83935a", "#cbc78d", "#f5eed8", "#d8812f"),
    "indigo": ("#0a0f24", "#1b2c66", "#3d60b8", "#93b1e0", "#f1efe6"),
    "orchid": ("#1c0d2e", "#571c6b", "#b03a9c", "#f08bbd", "#fde7e2"),
    "bazaar": ("#2a1640", "#97184d", "#e64a34", "#f8b52f", "#fdf1d2", "#12918f"),
    "fog": ("#1f2429", "#525f69", "#94a3a4", "#cfd6cf", "#f7f4ec"),
    "glacier": ("#05121e", "#0c4270", "#2f8fc9", "#a2daec", "#f6fcfb"),
    "sumi": ("#0d0c0b", "#3b3733", "#8e867a", "#dcd4c4", "#f8f3e8", "#c7321d"),
    "verdigris": ("#1a120d", "#5c3520", "#bb7343", "#e9c79a", "#7cc2a8", "#1d6f6b"),
    "nebula": ("#05040f", "#2b1863", "#7d2aa3", "#e44f97", "#ffb199", "#fff5e1"),
    "terracotta": ("#27160f", "#79382a", "#c8633a", "#eba97b", "#f8e6d2", "#4d8682"),
    "peony": ("#290c1c", "#8a1a48", "#e44f7c", "#f9b3b4", "#fff4e8", "#8fae7c"),
    "fiesta": ("#231557", "#e5235f", "#ff8426", "#ffdb3d", "#2cc4a4", "#1c6ad4"),
}
