"""Sums over bound indices, and canonical names for these, so that equal sums get equal keys.

The bound indices of a sum are coloured by where they occur, and the colours refined until they
no longer split (colour refinement). Where indices still share a colour, each in turn is set
apart, and the smallest name of the whole wins. So the result depends on the structure alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from .indices import Env, Index
from .terms import Atom, Column, Entry, Mono

#: Where an index being coloured occurs in its own surroundings.
HERE = "•"


class Sum(Atom):
    """Σ over ``bound`` of a product of atoms connected through the bound indices.

    ``choices`` are the one-hot columns in it whose row is bound and whose column is not: of each
    the entry and its row.
    """

    __slots__ = ("body", "bound", "choices")

    def __init__(self, bound: Iterable[Index], body: Mono) -> None:
        self.bound = tuple(bound)
        self.body = body
        super().__init__(index for index in body.free if index not in self.bound)
        self.choices: dict[Column, tuple[Entry, Index]] = {
            atom.column: (atom, row)
            for atom, q in body
            if isinstance(atom, Entry) and atom.tensor.has("one_hot") and q > 0
            for row in self.bound
            if atom.indices[0] is row and not set(self.bound) & set(atom.indices[1:])
        }

    def _render(self, env: Env, depth: int) -> str:
        return render_sum(self, env, depth)


def render_sum(atom: Sum, env: Env, depth: int) -> str:
    """The canonical name of a sum: sorts of the bound indices, then the body."""
    colours = {index: f"c{depth}.{index.sort_name}" for index in atom.bound}
    return _smallest(atom, env, depth, colours)


def _smallest(atom: Sum, env: Env, depth: int, colours: dict[Index, str]) -> str:
    colours = _refined(atom, env, depth, colours)
    tied = _first_tie(colours)
    if tied:
        apart = ({**colours, index: colours[index] + "!"} for index in tied)
        return min(_smallest(atom, env, depth, choice) for choice in apart)
    order = sorted(atom.bound, key=lambda index: colours[index])
    names = {index: f"b{depth}.{place}" for place, index in enumerate(order)}
    sorts = ",".join(index.sort_name for index in order)
    return f"Σ{sorts}[{atom.body.render({**env, **names}, depth + 1)}]"


def _refined(atom: Sum, env: Env, depth: int, colours: dict[Index, str]) -> dict[Index, str]:
    """Split colours by the factors that each index occurs in, until nothing splits."""
    classes = len(set(colours.values()))
    while classes < len(colours):
        around = {**env, **colours}
        seen = {
            index: colours[index] + "|" + _surroundings(atom, index, around, depth)
            for index in colours
        }
        ranks = {name: rank for rank, name in enumerate(sorted(set(seen.values())))}
        colours = {index: f"c{depth}.{ranks[name]:03d}" for index, name in seen.items()}
        if len(ranks) == classes:
            break
        classes = len(ranks)
    return colours


def _surroundings(atom: Sum, index: Index, around: dict[Index, str], depth: int) -> str:
    here = {**around, index: HERE}
    return ";".join(
        sorted(
            f"{factor.render(here, depth + 1)}^{power}"
            for factor, power in atom.body
            if index in factor.free
        )
    )


def _first_tie(colours: dict[Index, str]) -> list[Index]:
    groups: dict[str, list[Index]] = {}
    for index, colour in colours.items():
        groups.setdefault(colour, []).append(index)
    return next((groups[c] for c in sorted(groups) if len(groups[c]) > 1), [])
