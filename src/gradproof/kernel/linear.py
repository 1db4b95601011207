"""Inverses and determinants of matrices that are given entry by entry.

Two axioms enter here and nowhere else: dA⁻¹ = −A⁻¹(dA)A⁻¹ and Jacobi's formula
d det A = det A · tr(A⁻¹dA). That A⁻¹A = AA⁻¹ = I is applied inside sums (:mod:`.sums`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from .indices import AnyIndex, Index
from .parts import pick
from .powers import power
from .product import delta, leading, times
from .terms import ONE, UNITY, Abstraction, Delta, Inverse, Mono, Op, Poly, Sum, Term, of_atom

Indices = tuple[AnyIndex, ...]


def halves(argument: Abstraction) -> tuple[Indices, Indices]:
    """The row and the column parameters of a square matrix."""
    half = len(argument.params) // 2
    return argument.params[:half], argument.params[half:]


def transposed(argument: Abstraction) -> Abstraction:
    """The transpose of a matrix."""
    rows, cols = halves(argument)
    return Abstraction((*cols, *rows), argument.body)


def inverse_entry(row: Indices, col: Indices, argument: Abstraction) -> Poly:
    """An entry of an inverse: (Aᵀ)⁻¹ = (A⁻¹)ᵀ, (cA)⁻¹ = A⁻¹/c, I⁻¹ = I."""
    if not argument.params:
        return power(argument.body, -1)
    coefficient = leading(argument.body)[1] if argument.body.terms else UNITY
    factor, argument = _without_scalars(argument, coefficient)
    rows, cols = halves(argument)
    if argument.body.terms.keys() == times(*map(delta, rows, cols)).terms.keys():
        return times(power(factor, -1), *map(delta, row, col))
    one, other = argument.render({}, 0), transposed(argument).render({}, 0)
    if other < one:
        row, col, argument = col, row, transposed(argument)
    return times(power(factor, -1), of_atom(Inverse(row, col, argument, one == other)))


def _without_scalars(argument: Abstraction, c: Fraction) -> tuple[Poly, Abstraction]:
    """The scalars that are factors of a matrix, with the number c, and the matrix without them."""
    monos = [mono for mono, _ in argument.body]
    alone = {
        key: (atom, min(mono.factors[key][1] for mono in monos))
        for key, (atom, _) in (monos[0].factors.items() if monos else ())
        if not any(index in argument.params for index in atom.free)
        and all(key in mono.factors for mono in monos)
    }
    factor = Poly([(Mono(alone), c)])
    return factor, Abstraction(argument.params, times(argument.body, power(factor, -1)))


def determinant(argument: Abstraction) -> Poly:
    """A determinant: det Aᵀ = det A, det I = 1."""
    if not argument.params:
        return argument.body
    rows, cols = halves(argument)
    if repr(argument.body) == repr(times(*map(delta, rows, cols))):
        return Poly([(Mono({}), UNITY)])
    other = transposed(argument)
    chosen = min(argument, other, key=lambda choice: choice.render({}, 0))
    return of_atom(Op("det", (chosen,)))


def determinants(argument: Abstraction) -> list[tuple[Poly, Poly]]:
    """Values and powers whose product is a determinant: det cA = cⁿ det A for n × n A, and
    det (A ⊗ B) = (det A)ᵐ (det B)ⁿ for m × m B as well.
    """
    from .sums import extent

    coefficients = [c for _, c in argument.body] or [UNITY]
    above, below = [c.numerator for c in coefficients], [c.denominator for c in coefficients]
    content = Fraction(gcd(*above), lcm(*below))
    factor, rest = _without_scalars(argument, -content if max(coefficients) < 0 else content)
    places = list(zip(*halves(rest), strict=True))
    sizes = [extent(row.sort) for row, _ in places if isinstance(row, Index)]
    found = [(factor, times(*sizes))] if repr(factor) != repr(ONE) else []
    parts = _kronecker_factors(rest, places)
    if parts is None:
        return [*found, (determinant(rest), ONE)]
    for number, part in enumerate(parts):
        others = (size for place, size in enumerate(sizes) if place != number)
        found.append((determinant(part), times(*others)))
    return found


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


def pivot(argument: Abstraction) -> Term | None:
    """The term of A by which A⁻¹A = I is recognised; None if A is diagonal in form.

    It is one factor if it can be, for what has not the row and the column leaves a sum; and
    the longest of these, so that what takes its place is shorter.
    """
    terms = [
        (mono, c)
        for mono, c in argument.body
        if not any(isinstance(atom, Delta) for atom, _ in mono)
    ]
    best = max((_fitness(mono) for mono, _ in terms), default=None)
    return leading(Poly(t for t in terms if _fitness(t[0]) == best)) if terms else None


def _fitness(mono: Mono) -> tuple[bool, int]:
    return len(mono.factors) == 1, _length(mono)


def _length(mono: Mono) -> int:
    """How many factors a monomial has, those of its sums counted one by one."""
    return sum(_length(atom.body) if isinstance(atom, Sum) else 1 for atom, _ in mono)


def slope_of_inverse(atom: Inverse, inner: Poly, row: Indices, col: Indices) -> Poly:
    """−A⁻¹_(i,row) · dA_(row,col) · A⁻¹_(col,j), to be summed over row and col."""
    left = inverse_entry(atom.row, row, atom.argument)
    right = inverse_entry(col, atom.col, atom.argument)
    return times(Poly([(Mono({}), -UNITY)]), left, inner, right)


def slope_of_determinant(atom: Op, inner: Poly, row: Indices, col: Indices) -> Poly:
    """det A · A⁻¹_(col,row) · dA_(row,col), to be summed over row and col."""
    return times(of_atom(atom), inverse_entry(col, row, atom.args[0]), inner)
