"""The derivative of a polynomial in the entry of a tensor: product rule and chain rule."""

from __future__ import annotations

from .abstractions import halves
from .determinants import slope_of_determinant
from .exponents import Place
from .functions import slope
from .indices import AnyIndex, Index, Tensor
from .labels import Sum
from .matrix_powers import MatrixPower, slope_of_inverse, slope_of_power
from .product import delta, settled, times
from .rename import applied, renamed
from .sums import total
from .terms import (
    UNITY,
    ZERO,
    Abstraction,
    Atom,
    Base,
    Delta,
    Entry,
    Inverse,
    Op,
    Poly,
    constant,
    of_atom,
    plus,
)


def derivative(poly: Poly, tensor: Tensor, at: tuple[AnyIndex, ...]) -> Poly:
    """∂ poly / ∂ tensor[at], every entry of the tensor moving alone."""
    terms = []
    for mono, c in poly:
        for key, (atom, q) in mono.factors.items():
            inner = _of_atom(atom, tensor, at)
            if inner.terms:
                lowered = settled({**mono.factors, key: (atom, q - 1)})
                terms.append(times(constant(c * q), lowered, inner))
    return plus(*terms)


def _of_atom(atom: Atom, tensor: Tensor, at: tuple[AnyIndex, ...]) -> Poly:
    if isinstance(atom, Entry):
        if atom.tensor.key != tensor.key:
            return ZERO
        return times(*(delta(i, k) for i, k in zip(atom.indices, at, strict=True)))
    if isinstance(atom, (Delta, Place)):
        return ZERO
    if isinstance(atom, Base):
        return derivative(atom.poly, tensor, at)
    if isinstance(atom, Sum):
        fresh = {index: Index(index.sort) for index in atom.bound}
        body = renamed(Poly([(atom.body, UNITY)]), fresh)
        return total(tuple(fresh.values()), derivative(body, tensor, at))
    if isinstance(atom, Inverse):
        inner, row, col = _of_matrix(atom.argument, tensor, at)
        if not inner.terms:
            return ZERO
        return total((*row, *col), slope_of_inverse(atom, inner, row, col))
    if isinstance(atom, MatrixPower):
        inner, row, col = _of_matrix(atom.argument, tensor, at)
        return slope_of_power(atom, inner, *row, *col) if inner.terms else ZERO
    assert isinstance(atom, Op)
    if not atom.args[0].params:
        inner = derivative(atom.argument, tensor, at)
        return times(slope(atom), inner) if inner.terms else ZERO
    if atom.head == "det":
        inner, row, col = _of_matrix(atom.args[0], tensor, at)
        if not inner.terms:
            return ZERO
        return total((*row, *col), slope_of_determinant(atom, inner, row, col))
    return _of_function(atom, tensor, at)


def _of_matrix(
    argument: Abstraction, tensor: Tensor, at: tuple[AnyIndex, ...]
) -> tuple[Poly, tuple[Index, ...], tuple[Index, ...]]:
    """The derivative of an entry of a square matrix, and fresh indices for its row and column."""
    row, col = (
        tuple(Index(i.sort) for i in half if isinstance(i, Index)) for half in halves(argument)
    )
    return derivative(applied(argument, (*row, *col)), tensor, at), row, col


def _of_function(atom: Op, tensor: Tensor, at: tuple[AnyIndex, ...]) -> Poly:
    """∂ L(S)/∂x = Σ_kl (∂L/∂S_kl)(∂S_kl/∂x) for an arbitrary function L of a tensor."""
    (argument,) = atom.args
    fresh = {i: Index(i.sort) for i in argument.params if isinstance(i, Index)}
    slot = tuple(fresh.get(i, i) if isinstance(i, Index) else i for i in argument.params)
    inner = derivative(renamed(argument.body, fresh), tensor, at)
    outer = of_atom(Op(atom.head, atom.args, (*atom.slots, slot)))
    return total(tuple(fresh.values()), times(outer, inner))
