"""Determinants of matrices that are given entry by entry.

An axiom enters here: Jacobi's formula d det A = det A · tr(A⁻¹dA).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from .abstractions import Indices, halves, transposed, without_scalars
from .exponents import raised
from .indices import Index
from .matrix_powers import inverse_entry, root_of
from .parts import pick
from .product import delta, times
from .rename import Rebuild, rebuilds
from .sums import extent
from .terms import ONE, UNITY, Abstraction, Op, Poly, of_atom


def determinant(argument: Abstraction) -> Poly:
    """A determinant: det Aᵀ = det A, det I = 1, det cA = cⁿ det A for n × n A, and
    det (A ⊗ B) = (det A)ᵐ (det B)ⁿ for m × m B as well.
    """
    if not argument.params or not argument.body.terms:
        return argument.body
    coefficients = [c for _, c in argument.body]
    above, below = [c.numerator for c in coefficients], [c.denominator for c in coefficients]
    content = Fraction(gcd(*above), lcm(*below))
    factor, rest = without_scalars(argument, -content if max(coefficients) < 0 else content)
    places = list(zip(*halves(rest), strict=True))
    sizes = [extent(row.sort) for row, _ in places if isinstance(row, Index)]
    parts = _kronecker_factors(rest, places) or [rest]
    values = [raised(factor, times(*sizes))]
    for number, part in enumerate(parts):
        others = (size for place, size in enumerate(sizes) if place != number)
        exponent = times(*others) if len(parts) > 1 else ONE
        values.append(raised(_determinant(part), exponent))
    return times(*values)


@rebuilds("det")
def _again(atom: Op, again: Rebuild) -> Poly:
    return determinant(again.argument(atom.args[0]))


def _determinant(argument: Abstraction) -> Poly:
    root = root_of(argument)
    if root is not None:
        inner, exponent = root
        return raised(determinant(inner), exponent)
    rows, cols = halves(argument)
    if repr(argument.body) == repr(times(*map(delta, rows, cols))):
        return ONE
    chosen = min(argument, transposed(argument), key=lambda choice: choice.render({}, 0))
    return of_atom(Op("det", (chosen,)))


def _kronecker_factors(
    argument: Abstraction, places: Sequence[Indices]
) -> list[Abstraction] | None:
    """Square matrices whose Kronecker product it is, one for each pair of a row and a column."""
    if len(argument.body) != 1:
        return None
    ((mono, _),) = argument.body
    square = all(len({i.sort_name for i in place if isinstance(i, Index)}) == 1 for place in places)
    touched = [[place for place in places if set(place) & set(atom.free)] for atom, _ in mono]
    if not square or any(len(one) != 1 for one in touched):
        return None
    factors = [pick(mono, lambda atom, at=place: set(at) & set(atom.free)) for place in places]
    bodies = [Poly([(factor, UNITY)]) for factor in factors]
    return [Abstraction(place, body) for place, body in zip(places, bodies, strict=True)]


def slope_of_determinant(atom: Op, inner: Poly, row: Indices, col: Indices) -> Poly:
    """det A · A⁻¹_(col,row) · dA_(row,col), to be summed over row and col."""
    return times(of_atom(atom), inverse_entry(col, row, atom.args[0]), inner)
