"""Inverses and determinants of matrices that are given entry by entry.

Two axioms enter here and nowhere else: dA⁻¹ = −A⁻¹(dA)A⁻¹ and Jacobi's formula
d det A = det A · tr(A⁻¹dA). That A⁻¹A = AA⁻¹ = I is applied inside sums (:mod:`.sums`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from .indices import AnyIndex, Index
from .labels import Sum
from .parts import pick
from .powers import power
from .product import delta, leading, over, times
from .terms import ONE, UNITY, Abstraction, Delta, Inverse, Mono, Op, Poly, Term, of_atom, scaled

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


def inverse_entry(row: Indices, col: Indices, argument: Abstraction) -> Poly:
    """An entry of an inverse: (Aᵀ)⁻¹ = (A⁻¹)ᵀ, (cA)⁻¹ = A⁻¹/c, I⁻¹ = I."""
    if not argument.params:
        return power(argument.body, -1)
    coefficient = leading(argument.body)[1] if argument.body.terms else UNITY
    factor, argument = without_scalars(argument, coefficient)
    from .matrix_powers import power_entry, root_of

    root = root_of(argument) if len(row) == 1 else None
    if root is not None:
        inner, exponent = root
        whole = power_entry(row[0], col[0], inner, scaled(exponent, -1))
        return times(power(factor, -1), whole)
    rows, cols = halves(argument)
    if argument.body.terms.keys() == times(*map(delta, rows, cols)).terms.keys():
        return times(power(factor, -1), *map(delta, row, col))
    one, other = argument.render({}, 0), transposed(argument).render({}, 0)
    if other < one:
        row, col, argument = col, row, transposed(argument)
    return times(power(factor, -1), of_atom(Inverse(row, col, argument, one == other)))


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


def determinant(argument: Abstraction) -> Poly:
    """A determinant: det Aᵀ = det A, det I = 1, det cA = cⁿ det A for n × n A, and
    det (A ⊗ B) = (det A)ᵐ (det B)ⁿ for m × m B as well.
    """
    from .exponents import raised
    from .sums import extent

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


def _determinant(argument: Abstraction) -> Poly:
    from .exponents import raised
    from .matrix_powers import root_of

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
