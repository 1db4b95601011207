"""The shapes of an identity, drawn: each matrix as a grid of as many cells as it has entries.

The grids have the sizes at which the second route compared every entry, so that what a reader
counts on the card is what was checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from docutils import nodes

_UNIT, _MOST = 9.0, 76.0  # pixels of a cell, and of the longest side of a drawing
_FINE = 3.0  # pixels of a cell below which no lines are drawn between cells


def drawing(pieces: Sequence[Mapping[str, Any]]) -> nodes.paragraph | None:
    """The picture, with words in its place for who cannot see it; None if nothing has a shape."""
    sizes = [size for piece in pieces for size in piece.get("size", ())]
    if not sizes:
        return None
    unit = min(_UNIT, _MOST / max(sizes))
    words = ", ".join(f"{p['text']} is {_shape(p)}" for p in pieces if p.get("shape"))
    words = escape(f"Shapes: {words}")
    picture = nodes.paragraph(classes=["gp-shapes"])
    picture += nodes.raw("", f'<span role="img" aria-label="{words}">', format="html")
    for piece in pieces:
        if "sign" in piece:
            picture += nodes.inline("", piece["sign"], classes=["gp-sign"])
        elif piece["shape"]:
            picture += _block(piece, unit)
        else:
            picture += nodes.inline("", "", label(piece["latex"]), classes=["gp-sign"])
    picture += nodes.raw("", "</span>", format="html")
    return picture


def label(latex: str) -> nodes.math:
    """A formula within a picture, whose words speak for it."""
    return nodes.math(latex, latex, silent=True)


def _shape(piece: Mapping[str, Any]) -> str:
    return " × ".join(piece["shape"])


def _block(piece: Mapping[str, Any], unit: float) -> nodes.inline:
    grid = nodes.raw("", _grid(piece["size"], unit), format="html")
    below = nodes.inline("", _shape(piece), classes=["gp-size"])
    return nodes.inline("", "", grid, label(piece["latex"]), below, classes=["gp-block"])


def _grid(size: Sequence[int], unit: float) -> str:
    rows, columns = size
    width, height = round(columns * unit, 1), round(rows * unit, 1)
    path = f"M.5.5h{width:g}v{height:g}h-{width:g}z"
    if unit >= _FINE:
        path += "".join(f"M{round(k * unit + 0.5, 1):g}.5v{height:g}" for k in range(1, columns))
        path += "".join(f"M.5 {round(k * unit + 0.5, 1):g}h{width:g}" for k in range(1, rows))
    box = f'width="{width + 1:g}" height="{height + 1:g}"'
    return f'<svg {box} aria-hidden="true"><path d="{path}"/></svg>'
