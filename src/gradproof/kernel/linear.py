"""Inverses and determinants of matrices that are given entry by entry.

Two axioms enter here and nowhere else: dA⁻¹ = −A⁻¹(dA)A⁻¹ and Jacobi's formula
d det A = det A · tr(A⁻¹dA). That A⁻¹A = AA⁻¹ = I is applied inside sums (:mod:`.sums`).
"""

from __future__ import annotations

from .indices import AnyIndex
from .powers import power
from .product import delta, leading, times
from .terms import UNITY, Abstraction, Delta, Inverse, Mono, Op, Poly, Sum, Term, of_atom

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
    factor, argument = _without_scalars(argument)
    rows, cols = halves(argument)
    if argument.body.terms.keys() == times(*map(delta, rows, cols)).terms.keys():
        return times(power(factor, -1), *map(delta, row, col))
    one, other = argument.render({}, 0), transposed(argument).render({}, 0)
    if other < one:
        row, col, argument = col, row, transposed(argument)
    return times(power(factor, -1), of_atom(Inverse(row, col, argument, one == other)))


def _without_scalars(argument: Abstraction) -> tuple[Poly, Abstraction]:
    """A scalar factor of a matrix, and the matrix without it."""
    monos = [mono for mono, _ in argument.body]
    alone = {
        key: (atom, min(mono.factors[key][1] for mono in monos))
        for key, (atom, _) in (monos[0].factors.items() if monos else ())
        if not any(index in argument.params for index in atom.free)
        and all(key in mono.factors for mono in monos)
    }
    factor = Poly([(Mono(alone), leading(argument.body)[1] if monos else UNITY)])
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
