"""Columns of a drawing: which ones are merged, and which ones are omitted."""

from limner.figures.diagrams.columns import COLUMNS_LEFT, MAX_CUT_COLUMNS, Column, Gap, simplified, visible
from limner.plugin import Graph, Node


def chain(*widths):
    graph = Graph.start(5)
    for width in widths:
        graph = graph.then(Node(width, operation="dense", num_params=1))
    return graph


def hidden(graph):
    """Return how many nodes have no column."""
    return len(graph.nodes) - sum(isinstance(item, Column) for item in visible(graph))


def test_few_layers_are_all_drawn():
    assert visible(chain(*[16] * 10, 3)) == [Column(i) for i in range(12)]


def test_layers_that_repeat_others_are_left_out():
    graph = chain(*[16] * 40, 3)
    items = visible(graph)
    assert len(items) == COLUMNS_LEFT + 1
    (gap,) = [item for item in items if isinstance(item, Gap)]
    assert gap.text == f"{hidden(graph)} more layers"
    assert items[0] == Column(0)
    assert items[-1] == Column(41)


def test_blocks_with_skip_connections_are_left_out_whole():
    graph = chain(8)
    for _ in range(10):
        source = len(graph.nodes) - 1
        graph = graph.then(Node(8, num_params=1)).then(Node(8, num_params=1)).joined(source, "add")
    graph = graph.then(Node(3, num_params=1))
    (gap,) = [item for item in visible(graph) if isinstance(item, Gap)]
    assert gap.text == f"{hidden(graph) // 2} more blocks of 2"
    assert hidden(graph) % 2 == 0


def test_the_middle_of_many_different_layers_is_left_out():
    graph = chain(*range(1, 101))
    items = visible(graph)
    assert len(items) == MAX_CUT_COLUMNS
    assert sum(isinstance(item, Gap) for item in items) == 1


def test_a_cut_counts_the_layers_that_repetitions_have_left_out_before():
    graph = chain(*range(1, 20), *[16] * 40, *range(21, 40), 3)
    (gap,) = [item for item in visible(graph) if isinstance(item, Gap)]
    assert gap.text == f"{hidden(graph)} more layers"


def test_an_enlargement_is_part_of_the_layer_that_follows():
    graph = Graph.start(4, (8, 8)).then(Node(4, (16, 16), "upsampling ×2"))
    graph = graph.then(Node(2, (16, 16), "convolution 3×3", num_params=74)).joined(0, "add")
    merged = simplified(graph)
    assert [node.operation for node in merged.nodes] == ["", "upsampling ×2, convolution 3×3"]
    assert [(edge.source, edge.target, edge.join) for edge in merged.edges] == [(0, 1, "flow"), (0, 1, "add")]
    assert merged.num_params == graph.num_params
