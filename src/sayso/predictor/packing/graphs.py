"""Walk and edit ONNX graphs, nested graphs too."""

from collections.abc import Iterator

import onnx


def nodes_of(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    """Give every node of a graph, those of nested graphs too."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from nodes_of(attribute.g)


def rename(graph: onnx.GraphProto, old: str, new: str) -> None:
    """Let every node read another tensor."""
    for node in nodes_of(graph):
        for index, name in enumerate(node.input):
            if name == old:
                node.input[index] = new


def prune(graph: onnx.GraphProto) -> None:
    """Remove nodes and constants that lead to no output."""
    needed = {item.name for item in graph.output}
    kept = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    needed.update(name for inner in nodes_of(attribute.g) for name in inner.input)
    constants = [item for item in graph.initializer if item.name in needed]
    del graph.node[:], graph.initializer[:], graph.value_info[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(constants)


def attribute_of(node: onnx.NodeProto, name: str) -> object:
    """Give the value of a node's attribute; None where it has none of that name."""
    for item in node.attribute:
        if item.name == name:
            return onnx.helper.get_attribute_value(item)
    return None
