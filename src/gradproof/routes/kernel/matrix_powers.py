"""Powers of square matrices, the inverse among them: entries, products and derivatives.

An axiom enters here: dA⁻¹ = −A⁻¹(dA)A⁻¹.
"""

from __future__ import annotations

from .abstractions import Indices, halves, transposed, without_scalars
from .exponents import Place, counted, never_negative, number, place, raised
from .indices import AnyIndex, Count, Env, Index, token
from .labels import Sum
from .needs import note
from .parts import extract, pick, without
from .powers import power
from .product import Factors, delta, leading, settled, times
from .rename import Rebuild, applied, put_for, rebuilds
from .sums import bodies, ends, total
from .terms import (
    UNITY,
    ZERO,
    Abstraction,
    Atom,
    Delta,
    Inverse,
    Mono,
    Poly,
    constant,
    matrix_of,
    of_atom,
    plus,
    scaled,
)


class MatrixPower(Atom):
    """An entry of a power of a square matrix; its indices may be swapped if it is symmetric."""

    __slots__ = ("argument", "col", "exponent", "row", "symmetric")

    def __init__(
        self,
        row: AnyIndex,
        col: AnyIndex,
        argument: Abstraction,
        exponent: Poly,
        symmetric: bool,
    ) -> None:
        super().__init__((row, col, *argument.free, *exponent.free))
        self.row, self.col, self.argument = row, col, argument
        self.exponent, self.symmetric = exponent, symmetric
        if not never_negative(exponent):
            note("invertible", matrix_of(argument))

    def _render(self, env: Env, depth: int) -> str:
        names = [token(self.row, env), token(self.col, env)]
        if self.symmetric:
            names.sort()
        to = self.exponent.render(env, depth)
        return f"pow[{';'.join(names)}]({self.argument.render(env, depth)};{to})"


def power_entry(row: AnyIndex, col: AnyIndex, argument: Abstraction, exponent: Poly) -> Poly:
    """An entry of a power: A⁰ = I, (Aᵀ)ᵏ = (Aᵏ)ᵀ, (cA)ᵏ = cᵏAᵏ, of a diagonal by its entries."""
    known = number(exponent)
    if known is not None:
        return _written_out(row, col, argument, int(known))
    if not argument.body.terms:
        return raised(ZERO, exponent)
    factor, argument = without_scalars(argument, leading(argument.body)[1])
    scalar = raised(factor, exponent)
    root = root_of(argument)
    if root is not None:
        inner, first = root
        return times(scalar, power_entry(row, col, inner, times(first, exponent)))
    diagonal = _diagonal(argument)
    if diagonal is not None:
        at = applied(diagonal, (row, row))
        return times(scalar, delta(row, col), raised(at, exponent))
    one, other = argument.render({}, 0), transposed(argument).render({}, 0)
    if other < one:
        row, col, argument = col, row, transposed(argument)
    return times(scalar, of_atom(MatrixPower(row, col, argument, exponent, one == other)))


@rebuilds(MatrixPower)
def _power_again(atom: MatrixPower, again: Rebuild) -> Poly:
    row, col = again.indices((atom.row, atom.col))
    return power_entry(row, col, again.argument(atom.argument), again(atom.exponent))


def inverse_entry(row: Indices, col: Indices, argument: Abstraction) -> Poly:
    """An entry of an inverse: (Aᵀ)⁻¹ = (A⁻¹)ᵀ, (cA)⁻¹ = A⁻¹/c, I⁻¹ = I."""
    if not argument.params:
        return power(argument.body, -1)
    coefficient = leading(argument.body)[1] if argument.body.terms else UNITY
    factor, argument = without_scalars(argument, coefficient)
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


@rebuilds(Inverse)
def _inverse_again(atom: Inverse, again: Rebuild) -> Poly:
    rows, cols = again.indices(atom.row), again.indices(atom.col)
    return inverse_entry(rows, cols, again.argument(atom.argument))


def root_of(argument: Abstraction) -> tuple[Abstraction, Poly] | None:
    """The matrix of which this is a power, and the exponent; the inverse is a power too."""
    whole = [mono for mono, c in argument.body if c == 1 and len(mono.factors) == 1]
    if not len(whole) == len(argument.body) == 1:
        return None
    ((atom, q),) = whole[0]
    if q != 1:
        return None
    place: tuple[AnyIndex, ...]
    if isinstance(atom, MatrixPower):
        place, exponent, inner = (atom.row, atom.col), atom.exponent, atom.argument
    elif isinstance(atom, Inverse):
        place, exponent, inner = (*atom.row, *atom.col), constant(-1), atom.argument
    else:
        return None
    if place == argument.params[::-1]:
        inner = transposed(inner)
    elif place != argument.params:
        return None
    return inner, exponent


def _diagonal(argument: Abstraction) -> Abstraction | None:
    """The entries on the diagonal of what is diagonal in form."""
    if len(argument.body) > 1:
        return None
    ((mono, c),) = argument.body
    rest = pick(
        mono, lambda a: not (isinstance(a, Delta) and set(a.indices) == set(argument.params))
    )
    if len(rest.factors) == len(mono.factors):
        return None
    return Abstraction(argument.params, Poly([(rest, c)]))


def _written_out(row: AnyIndex, col: AnyIndex, argument: Abstraction, exponent: int) -> Poly:
    if exponent == 0:
        return delta(row, col)
    (meeting,) = (Index(i.sort) for i in argument.params[:1] if isinstance(i, Index))
    if exponent < 0:
        one = inverse_entry((row,), (meeting,), argument)
        rest = _written_out(meeting, col, argument, exponent + 1)
    else:
        one = applied(argument, (row, meeting))
        rest = _written_out(meeting, col, argument, exponent - 1)
    return total((meeting,), times(one, rest))


def slope_of_power(atom: MatrixPower, inner: Poly, row: Index, col: Index) -> Poly:
    """d Aᵏ = Σ_r Aʳ dA Aᵏ⁻¹⁻ʳ over r < k, and d A⁻ᵏ = −Σ_r A⁻ʳ⁻¹ dA A⁻ᵏ⁺ʳ, by the product rule."""
    upwards = never_negative(atom.exponent)
    index = Index(counted(atom.exponent if upwards else scaled(atom.exponent, -1)))
    here, less_one = place(index), constant(-1)
    if upwards:
        before, after = here, plus(atom.exponent, less_one, scaled(here, -1))
    else:
        before, after = plus(less_one, scaled(here, -1)), plus(atom.exponent, here)
    term = times(
        constant(1 if upwards else -1),
        power_entry(atom.row, row, atom.argument, before),
        inner,
        power_entry(col, atom.col, atom.argument, after),
    )
    return total((index, row, col), term)


def slope_of_inverse(atom: Inverse, inner: Poly, row: Indices, col: Indices) -> Poly:
    """−A⁻¹_(i,row) · dA_(row,col) · A⁻¹_(col,j), to be summed over row and col."""
    left = inverse_entry(atom.row, row, atom.argument)
    right = inverse_entry(col, atom.col, atom.argument)
    return times(Poly([(Mono({}), -UNITY)]), left, inner, right)


@ends(MatrixPower)
def joined(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_j Aᵏ_ij Aᵐ_jl = Aᵏ⁺ᵐ_il, for A and A⁻¹ as for its other powers."""
    for key, (atom, q) in mono.factors.items():
        if not isinstance(atom, MatrixPower) or atom.row is atom.col:
            continue
        others = {k: pair for k, pair in mono.factors.items() if k != key}
        for side, meeting in enumerate((atom.row, atom.col)):
            if not isinstance(meeting, Index) or meeting not in bound:
                continue
            if q == 1:
                found = _next(bound, others, atom, meeting, side)
            else:
                found = _itself(bound, others, atom, meeting) if q == 2 else None
            if found is not None:
                left, rest, more, index = found
                ends = (atom.row, index) if side else (index, atom.col)
                exponent = plus(atom.exponent, more)
                whole = power_entry(*ends, atom.argument, exponent)
                return total(without(left, meeting), times(settled(rest), whole))
    return None


def _next(
    bound: tuple[Index, ...], others: Factors, atom: MatrixPower, meeting: Index, side: int
) -> tuple[tuple[Index, ...], Factors, Poly, AnyIndex] | None:
    """The power of the same matrix that stands beside one: indices and factors that are left
    without it, its exponent, and the index at its other end.
    """
    touching = [(k, a, q) for k, (a, q) in others.items() if meeting in a.free]
    if meeting in atom.argument.free or not touching:
        return None
    if len(touching) == 1:
        ((key, other, q),) = touching
        found = _ends(other, atom) if q == 1 else None
        if found is not None:
            row, col, exponent = found
            ways = ((row, col), (col, row)) if side else ((col, row), (row, col))
            for one, end in ways[: 1 + atom.symmetric]:
                if one is meeting and end is not meeting:
                    rest = {k: pair for k, pair in others.items() if k != key}
                    return bound, rest, exponent, end
    return _once_more(bound, others, atom, meeting, side)


def _itself(
    bound: tuple[Index, ...], others: Factors, atom: MatrixPower, meeting: Index
) -> tuple[tuple[Index, ...], Factors, Poly, AnyIndex] | None:
    """Σ_j Aᵏ_ij Aᵏ_ij = A²ᵏ_ii for a symmetric matrix."""
    touched = meeting in atom.argument.free or any(meeting in a.free for a, _ in others.values())
    if touched or not atom.symmetric:
        return None
    return bound, others, atom.exponent, atom.row if meeting is atom.col else atom.col


def _ends(other: Atom, atom: MatrixPower) -> tuple[AnyIndex, AnyIndex, Poly] | None:
    """The row, column and exponent of another power of the same matrix."""
    if isinstance(other, MatrixPower) and _same(other.argument, atom.argument):
        return other.row, other.col, other.exponent
    if isinstance(other, Inverse) and _same(other.argument, atom.argument):
        return other.row[0], other.col[0], constant(-1)
    return None


def _same(one: Abstraction, other: Abstraction) -> bool:
    return one.render({}, 0) == other.render({}, 0)


def _once_more(
    bound: tuple[Index, ...], others: Factors, atom: MatrixPower, meeting: Index, side: int
) -> tuple[tuple[Index, ...], Factors, Poly, AnyIndex] | None:
    """The matrix itself beside its power."""
    inner = tuple(index for index in bound if index not in atom.free)
    candidates = dict.fromkeys(i for other, _ in others.values() for i in other.free)
    for argument in (atom.argument, transposed(atom.argument))[: 1 + atom.symmetric]:
        for index in candidates:
            if index is meeting or index.sort_name != meeting.sort_name:
                continue
            once = applied(argument, (meeting, index) if side else (index, meeting))
            if len(once) != 1:
                return None
            ((pattern, c),) = once
            found = extract(bound, inner, others, pattern) if c == 1 else None
            if found is None or any(meeting in a.free for a, q in found[1].values() if q):
                continue
            return found[0], found[1], constant(1), index
    return None


@bodies
def mirrored(bound: tuple[Index, ...], body: Mono) -> Mono:
    """The body of a sum, or the same read from its last term to its first: of the two one."""
    for index in bound:
        if not isinstance(index.sort, Count):
            continue
        if any(index in a.free and not isinstance(a, MatrixPower) for a, _ in body):
            continue
        here = Place(index)
        last = plus(index.sort.size, constant(-1), scaled(of_atom(here), -1))
        other = put_for(Poly([(body, UNITY)]), here, last)
        ((turned, _),) = other
        body = min(body, turned, key=lambda choice: Sum(bound, choice).key)
    return body
