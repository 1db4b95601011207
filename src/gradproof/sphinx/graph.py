"""The drawn graph of what rests on what: laid out when the site is built, each node a link."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from fast_sugiyama import from_edges

# It tells every phase of the layout to whoever listens.
for _name in ("rust-sugiyama", "connected_components"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_ROW, _HEIGHT, _GAP = 34.0, 26.0, 56.0  # pixels: from box to box, of a box, between columns
_CHARACTER, _PADDING = 7.9, 20.0  # widths at the size of text that the style sheet sets
_WIDE = 1200.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """A box: its words, its address, a sentence for a tooltip, and the kind that styles it."""

    label: str
    address: str
    title: str
    kind: str = "proved"

    @property
    def width(self) -> float:
        """The width of the box in pixels."""
        return len(self.label) * _CHARACTER + _PADDING


@dataclass(frozen=True)
class _Part:
    """A connected part, laid out: the left middle of each box, and the bends of each edge."""

    places: dict[int, Point]
    bends: dict[tuple[int, int], list[Point]]
    width: float
    height: float


def draw(nodes: Sequence[Node], edges: Sequence[tuple[int, int]], label: str) -> str:
    """An SVG drawing; an edge (i, j) says that node j rests on node i, which stands left of it."""
    placed = list(_shelves(_parts(nodes, edges)))
    width = max((x + part.width for part, x, _ in placed), default=0) + 2
    height = max((y + part.height for part, _, y in placed), default=0) + 2
    lines, boxes = [], []
    for part, x, y in placed:
        for (i, j), bends in part.bends.items():
            lines.append(_line(i, j, [(x + a, y + b) for a, b in bends]))
        for i, (a, b) in sorted(part.places.items()):
            boxes.append(_box(i, nodes[i], x + a, y + b))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="{escape(label)}" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="-1 -1 {width:.0f} {height:.0f}">'
        '<defs><marker id="gp-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'
        + "\n".join(lines + boxes)
        + "\n</svg>"
    )


def _parts(nodes: Sequence[Node], edges: Sequence[tuple[int, int]]) -> list[_Part]:
    """Every connected part in layers, the largest first."""
    layouts = from_edges(edges, vertex_spacing=1.0, dummy_vertices=True)
    parts = []
    for positions, _, _, links in layouts:
        found = {int(i): (float(x), float(y)) for i, (x, y) in positions}
        parts.append(_part(nodes, found, [(int(i), int(j)) for i, j in links or ()]))
    return sorted(parts, key=lambda part: (-len(part.places), min(part.places)))


def _part(
    nodes: Sequence[Node], found: Mapping[int, Point], links: Sequence[tuple[int, int]]
) -> _Part:
    """Turn layers of unit boxes from top to bottom into columns of boxes from left to right."""
    top, first = max(y for _, y in found.values()), min(x for x, _ in found.values())
    layer = {i: round(top - y) for i, (_, y) in found.items()}
    widths = [0.0] * (max(layer.values()) + 1)
    for i, column in layer.items():
        if i < len(nodes):
            widths[column] = max(widths[column], nodes[i].width)
    lefts = [sum(widths[:column]) + column * _GAP for column in range(len(widths))]
    heights = {i: (x - first) * _ROW + _HEIGHT / 2 for i, (x, _) in found.items()}
    bends: dict[tuple[int, int], list[Point]] = {}
    for path in _paths(links, len(nodes)):
        start, end = path[0], path[-1]
        points = [(lefts[layer[start]] + nodes[start].width, heights[start])]
        for i in path[1:-1]:  # straight across a column in which the edge has no box
            left = lefts[layer[i]]
            points += [(left, heights[i]), (left + widths[layer[i]], heights[i])]
        bends[start, end] = [*points, (lefts[layer[end]], heights[end])]
    places = {i: (lefts[layer[i]], heights[i]) for i in found if i < len(nodes)}
    return _Part(places, bends, lefts[-1] + widths[-1], max(heights.values()) + _HEIGHT / 2)


def _paths(links: Sequence[tuple[int, int]], real: int) -> Iterator[list[int]]:
    """The edges between real nodes, each with the dummies of the layers that it passes."""
    onward = {i: j for i, j in links if i >= real}
    for i, j in links:
        if i < real:
            path = [i, j]
            while path[-1] >= real:
                path.append(onward[path[-1]])
            yield path


def _shelves(parts: Sequence[_Part]) -> Iterator[tuple[_Part, float, float]]:
    """Parts side by side, in rows about as wide as the widest."""
    room = max([_WIDE, *(part.width for part in parts)])
    x = y = tallest = 0.0
    for part in parts:
        if x and x + part.width > room:
            x, y, tallest = 0.0, y + tallest + _ROW, 0.0
        yield part, x, y
        x, tallest = x + part.width + _GAP, max(tallest, part.height)


def _line(i: int, j: int, points: Sequence[Point]) -> str:
    path = "M{:.0f} {:.0f}".format(*points[0])
    for (a, b), (c, d) in pairwise(points):
        middle = (a + c) / 2
        path += f"C{middle:.0f} {b:.0f} {middle:.0f} {d:.0f} {c:.0f} {d:.0f}"
    return f'<path class="gp-edge" data-from="{i}" data-to="{j}" d="{path}"/>'


def _box(i: int, node: Node, x: float, y: float) -> str:
    box = (
        f'<rect x="{x:.0f}" y="{y - _HEIGHT / 2:.0f}" width="{node.width:.0f}" '
        f'height="{_HEIGHT:.0f}" rx="5"/>'
        f'<text x="{x + node.width / 2:.0f}" y="{y + 4.5:.0f}">{escape(node.label)}</text>'
    )
    start = f'<g class="gp-node gp-{node.kind}" data-node="{i}"><title>{escape(node.title)}</title>'
    if not node.address:
        return f"{start}{box}</g>"
    return f'{start}<a href="{escape(node.address)}">{box}</a></g>'
