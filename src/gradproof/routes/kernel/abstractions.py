"""Matrices as arguments: their rows and columns, their transposes, the scalars in them."""

from __future__ import annotations

from fractions import Fraction

from .indices import AnyIndex, Index
from .product import over
from .terms import Abstraction, Mono, Poly

Indices = tuple[AnyIndex, ...]


def halves(argument: Abstraction) -> tuple[Indices, Indices]:
    """The row and the column parameters of a square matrix."""
    half = len(argument.params) // 2
    return argument.params[:half], argument.params[half:]


def fresh_like(index: AnyIndex) -> AnyIndex:
    """A new index of the same sort; a literal one stays."""
    return Index(index.sort) if isinstance(index, Index) else index


def transposed(argument: Abstraction) -> Abstraction:
    """The transpose of a matrix."""
    rows, cols = halves(argument)
    return Abstraction((*cols, *rows), argument.body)


def without_scalars(argument: Abstraction, c: Fraction) -> tuple[Poly, Abstraction]:
    """The scalars that are factors of a matrix, with the number c, and the matrix without them."""
    monos = [mono for mono, _ in argument.body]
    alone = {
        key: (atom, min(mono.factors[key][1] for mono in monos))
        for key, (atom, _) in (monos[0].factors.items() if monos else ())
        if not any(index in argument.params for index in atom.free)
        and all(key in mono.factors for mono in monos)
    }
    factor = Poly([(Mono(alone), c)])
    return factor, Abstraction(argument.params, over(argument.body, alone, c))
