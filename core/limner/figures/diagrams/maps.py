"""Networks of maps: blocks whose height shows the resolution and whose depth shows the channels."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from limner.figures.diagrams.columns import Column, Gap, simplified, visible
from limner.figures.diagrams.contents.pipeline import Pipeline
from limner.figures.diagrams.drawing import Drawing, Legend
from limner.figures.diagrams.skips import draw_skip
from limner.figures.diagrams.svg.group import Group, Point
from limner.figures.diagrams.svg.text import text_width
from limner.stages.structure.graph import Graph

MAX_HEIGHT, MIN_HEIGHT = 120.0, 8.0
SLANT = (0.26, 0.17)  # how far the top of a block is shifted right and up, as a fraction of its width
SPACING = 17.0
LABEL_SIZE, SIZE_SIZE = 11.0, 9.0


@dataclass(frozen=True)
class Block:
    """A map as a block around the axis.

    Attributes:
        x: the left edge of its front.
        depth: the width of its front, which shows the channels.
        height: the height of its front, which shows that of the map.
        slant: how far its top is shifted right and up, which shows the width of the map.
    """

    x: float
    depth: float
    height: float
    slant: Point

    @property
    def right(self) -> float:
        """The right edge of its side."""
        return self.x + self.depth + self.slant[0]

    @property
    def top(self) -> float:
        """The upper edge of its top."""
        return -(self.height + self.slant[1]) / 2

    @property
    def crown(self) -> Point:
        """The middle of its upper edge, where skip connections begin and end."""
        return self.x + self.depth / 2 + self.slant[0], self.top - 2


def draw_maps(pipeline: Pipeline, legend: Legend) -> Drawing:
    """Return the drawing of a network of images."""
    graph = simplified(pipeline.graph)
    group, blocks, x = Group(), dict[int, Block](), 0.0
    largest = max(max(node.size or (1, 1)) for node in graph.nodes)
    for item in visible(graph):
        if isinstance(item, Gap):
            x = _draw_gap(group, item, x)
            continue
        block = _block(graph, item, x, largest)
        if blocks:
            group.arrow((x - SPACING + 2, 0), (block.x - 2, 0))
        blocks[item.position] = block
        x = max(block.right, block.x + block.depth / 2 + _label_width(graph, item.position) / 2) + SPACING
    below = max(block.height + block.slant[1] for block in blocks.values()) / 2
    for position, block in blocks.items():
        role = _role(graph, position)
        _draw_block(group, block, role)
        _label(group, graph, position, block, below)
        node = graph.nodes[position]
        if node.operation:
            legend.operations[(role, node.operation)] = None
        legend.activations |= {node.activation: None} if node.activation else {}
        legend.details |= dict.fromkeys(node.details)
    for edge in graph.edges:
        if edge.join != "flow" and edge.source in blocks and edge.target in blocks:
            legend.joins[edge.join] = None
            draw_skip(group, edge, blocks[edge.source].crown, blocks[edge.target].crown)
    return Drawing(group, 0.0, blocks[len(graph.nodes) - 1].right)


def _block(graph: Graph, item: Column, x: float, largest: int) -> Block:
    """Return the block of a node; sides of maps are drawn by their square roots, channels by their logarithm."""
    node = graph.nodes[item.position]
    width, height = (max(MIN_HEIGHT, MAX_HEIGHT * (side / largest) ** 0.5) for side in node.size or (1, 1))
    depth = 2.0 + 3.0 * log2(graph.outputs(item.position) + 1)
    half = _label_width(graph, item.position) / 2
    left = max(x, x + half - depth / 2) if item.position else x
    return Block(left, depth, height, (SLANT[0] * width, SLANT[1] * width))


def _role(graph: Graph, position: int) -> str:
    """Return the colour of a block by what computes it: whether its map is larger or smaller than the one before."""
    node = graph.nodes[position]
    if not position:
        return "picture"
    if not node.num_params:
        return "plain"
    before, after = (one.size or (1, 1) for one in (graph.nodes[position - 1], node))
    return "same" if before == after else "up" if after > before else "down"


def _draw_block(group: Group, block: Block, role: str) -> None:
    (dx, dy), x, right = block.slant, block.x, block.x + block.depth
    top = block.top + dy
    bottom = top + block.height
    group.polygon([(x, top), (x + dx, top - dy), (right + dx, top - dy), (right, top)], f"{role}-top")
    group.polygon([(right, top), (right + dx, top - dy), (right + dx, bottom - dy), (right, bottom)], f"{role}-side")
    group.rect(x, top, block.depth, block.height, f"{role}-front")


def _size_text(graph: Graph, position: int) -> str:
    width, height = graph.nodes[position].size or (1, 1)
    return f"{width}×{height}"


def _label_width(graph: Graph, position: int) -> float:
    channels = text_width(f"{graph.nodes[position].width:,}", LABEL_SIZE)
    return max(channels, text_width(_size_text(graph, position), SIZE_SIZE))


def _label(group: Group, graph: Graph, position: int, block: Block, below: float) -> None:
    x = max(block.x + block.depth / 2, _label_width(graph, position) / 2 if not position else 0.0)
    group.text(x, below + 16, f"{graph.nodes[position].width:,}", "bold", LABEL_SIZE)
    group.text(x, below + 28, _size_text(graph, position), "soft", SIZE_SIZE)


def _draw_gap(group: Group, gap: Gap, x: float) -> float:
    """Draw three dots and how many layers are omitted; return the x where the next block may begin."""
    words = gap.text.split(" ", 2)
    half = max(text_width(word, SIZE_SIZE) for word in words) / 2
    for shift in (-8, 0, 8):
        group.circle(x + half + shift, 0, 1.6, "soft")
    for i, word in enumerate(words):
        group.text(x + half, 18 + 11 * i, word, "soft", SIZE_SIZE)
    return x + 2 * half + SPACING
