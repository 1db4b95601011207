"""Sums over indices in normal form.

A sum keeps only factors that hang together through its bound indices; everything else has left
it. Sums in sums are one sum. A part of a sum that equals a factor it is divided by cancels.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from sympy import Integer, Mul, Pow

from ...errors import Undecided
from .exponents import Place
from .indices import AnyIndex, Count, Index, Tensor
from .labels import Sum
from .linear import halves, pivot, transposed
from .matrix_powers import MatrixPower, joined, mirrored
from .parts import connected, extract, pick, places, without
from .powers import power
from .product import Factors, cancelled, delta, leading, settled, times
from .signs import is_nonzero
from .terms import (
    ONE,
    UNIT,
    UNITY,
    Abstraction,
    Base,
    Delta,
    Entry,
    Inverse,
    Mono,
    Poly,
    constant,
    of_atom,
    plus,
    scaled,
)


class Range:
    """A sort whose sums are written out: literal indices 0 to ``size`` − 1."""

    __slots__ = ("size",)

    def __init__(self, size: int) -> None:
        self.size = size

    def __repr__(self) -> str:
        return f"range{self.size}"


def extent(sort: Any) -> Poly:
    """How many values an index of this sort takes."""
    if isinstance(sort, Range):
        return constant(sort.size)
    if isinstance(sort, Count):
        size: Poly = sort.size
        return size
    if isinstance(sort, (int, Integer)):
        return constant(int(sort))
    if isinstance(sort, Pow) and sort.exp.is_Integer and sort.exp > 0:
        return times(*[extent(sort.base)] * int(sort.exp))
    if isinstance(sort, Mul):
        return times(*(extent(part) for part in sort.args))
    if not sort.is_Symbol:
        raise Undecided(f"The size {sort} is neither a number, a dimension nor a product.")
    return of_atom(Entry(dimension(sort.name)))


def dimension(name: str) -> Tensor:
    """The dimension of that name, as a scalar."""
    return Tensor(name, {"positive": True, "integer": True})


def total(bound: Sequence[Index], poly: Poly) -> Poly:
    """Σ over ``bound`` of ``poly``, in normal form."""
    if not bound:
        return poly
    return plus(*(scaled(_total(tuple(bound), mono), c) for mono, c in poly))


def _total(bound: tuple[Index, ...], mono: Mono) -> Poly:
    kinds = {type(atom) for atom, _ in mono}
    for rule in (
        _drop_delta,
        _write_out,
        *((_invert,) if Inverse in kinds else ()),  # before a factor leaves that it needs
        _leave,
        _flatten,
        _known_sum,
        _orthogonal,
        _cancel,
        *((joined,) if MatrixPower in kinds else ()),
    ):
        changed: Poly | None = rule(bound, mono)
        if changed is not None:
            return changed
    apart = connected(bound, mono)
    return times(*(of_atom(Sum(part, mirrored(part, body))) for part, body in apart))


def _of_mono(mono: Mono) -> Poly:
    return Poly([(mono, UNITY)])


def _drop_delta(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_j δ_ij f(j) = f(i)."""
    for atom, _ in mono:
        if not isinstance(atom, Delta):
            continue
        for gone, kept in (atom.indices, atom.indices[::-1]):
            if isinstance(gone, Index) and gone in bound:
                from .rename import renamed

                rest = _of_mono(pick(mono, lambda other, delta_=atom: other is not delta_))
                return total(without(bound, gone), renamed(rest, {gone: kept}))
    return None


def _write_out(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """A sum over literal values is written out."""
    for index in bound:
        if isinstance(index.sort, Range):
            from .rename import renamed

            rest = without(bound, index)
            body = _of_mono(mono)
            return plus(*(total(rest, renamed(body, {index: v})) for v in range(index.sort.size)))
    return None


def _leave(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Factors without a bound index leave; an index that no factor has counts its values."""
    inside = pick(mono, lambda atom: any(index in bound for index in atom.free))
    used = tuple(index for index in bound if index in inside.free)
    if len(inside.factors) == len(mono.factors) and len(used) == len(bound):
        return None
    outside = pick(mono, lambda atom: not any(index in bound for index in atom.free))
    extents = [extent(index.sort) for index in bound if index not in used]
    summed = total(used, _of_mono(inside)) if used else ONE
    return times(_of_mono(outside), *extents, summed)


def _flatten(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """A product with sums is one sum, each copy with bound indices of its own."""
    nested = [(a, int(q)) for a, q in mono if isinstance(a, Sum) and q > 0 and q.denominator == 1]
    if not nested:
        return None
    from .rename import renamed

    parts = [_of_mono(pick(mono, lambda atom: all(atom is not one for one, _ in nested)))]
    new: list[Index] = []
    for atom, copies in nested:
        for _ in range(copies):
            fresh = {index: Index(index.sort) for index in atom.bound}
            new.extend(fresh.values())
            parts.append(renamed(_of_mono(atom.body), fresh))
    return total((*bound, *new), times(*parts))


def _known_sum(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_i Y_ij is what the symbol declares, where Y is the only factor with i."""
    for index in bound:
        touching = [(atom, q) for atom, q in mono if index in atom.free]
        ((atom, q), *more) = touching
        if isinstance(atom, Place) and not more and q == 1:
            others = _of_mono(pick(mono, lambda other, place=atom: other is not place))
            return times(_triangle(index.sort.size), total(without(bound, index), others))
        if more or q != 1 or not isinstance(atom, Entry) or atom.indices.count(index) != 1:
            continue
        value = 1 if atom.tensor.has("one_hot") else atom.tensor.facts.get("column_sums")
        if value is not None and atom.indices[0] is index:
            rest = _of_mono(pick(mono, lambda other, known=atom: other is not known))
            known = constant(Fraction(str(value)))
            return times(known, total(without(bound, index), rest))
    return None


def _triangle(count: Poly) -> Poly:
    """0 + 1 + … + (n − 1) = n(n − 1)/2."""
    return scaled(times(count, plus(count, constant(-1))), Fraction(1, 2))


def _orthogonal(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_k Q_ki Q_kj = δ_ij and Σ_k Q_ik Q_jk = δ_ij, where k is in no other factor."""
    for one, _ in mono:
        if not (isinstance(one, Entry) and one.tensor.has("orthogonal") and one.indices[1:]):
            continue
        half = len(one.indices) // 2  # the row may be a pair, and then so is the column
        for inner, outer in (axes := (slice(half), slice(half, None)), axes[::-1]):
            meeting = tuple(i for i in one.indices[inner] if isinstance(i, Index) and i in bound)
            touching = [(atom, q) for atom, q in mono if set(meeting) & {*atom.free}]
            if len(set(meeting)) < half or any(q not in (1, 2) for _, q in touching):
                continue
            both = [atom for atom, q in touching for _ in range(int(q))]
            ends = [
                atom.indices[outer]
                for atom in both
                if isinstance(atom, Entry) and atom.tensor.key == one.tensor.key
                if atom.indices[inner] == meeting and not set(meeting) & {*atom.indices[outer]}
            ]
            if len(both) == len(ends) == 2:
                rest = _of_mono(pick(mono, lambda atom, gone=both: atom not in gone))
                return total(without(bound, *meeting), times(*map(delta, *ends), rest))
    return None


def _cancel(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """A part of the sum that equals its divisor, or the leading term of it, cancels."""
    for key, (atom, q) in mono.factors.items():
        if q > 0 or not isinstance(atom, (Sum, Base)):
            continue
        if isinstance(atom, Sum):
            lead, c = Mono({key: (atom, 1)}), UNITY
        else:
            lead, c = leading(atom.poly)
            if not any(isinstance(part, Sum) for part, _ in lead):
                continue
        others = {k: pair for k, pair in mono.factors.items() if k != key}
        free = tuple(index for index in bound if index not in atom.free)
        found = extract(bound, free, others, lead)
        if found is None:
            continue
        left, rest = found
        if isinstance(atom, Sum):
            return total(left, times(settled(rest), power(of_atom(atom), q + 1)))
        return total(left, times(settled(rest), cancelled(atom, q, lead, c)))
    return None


def _invert(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_j A_ij A⁻¹_jk = δ_ik and Σ_j A⁻¹_kj A_ji = δ_ki, for one term of A and the rest of it."""
    for key, (atom, q) in mono.factors.items():
        if not isinstance(atom, Inverse) or q != 1:
            continue
        others = {k: pair for k, pair in mono.factors.items() if k != key}
        for side, (axis, end) in enumerate(((atom.row, atom.col), (atom.col, atom.row))):
            meeting = tuple(i for i in axis if isinstance(i, Index) and i in bound)
            if len(set(meeting)) < len(axis) or set(meeting) & {*end, *atom.argument.free}:
                continue
            for argument in (atom.argument, transposed(atom.argument))[: 1 + atom.symmetric]:
                found = _inverted(bound, others, atom, argument, side, meeting, end)
                if found is not None:
                    return found
    return None


def _inverted(
    bound: tuple[Index, ...],
    others: Factors,
    atom: Inverse,
    argument: Abstraction,
    side: int,
    meeting: tuple[Index, ...],
    end: tuple[AnyIndex, ...],
) -> Poly | None:
    """Replace the leading term of A, where it meets A⁻¹, by δ less the rest of A times A⁻¹."""
    from .rename import applied, renamed

    term = pivot(argument)
    if term is None:
        return None
    here, there = halves(argument)[:: 1 if side == 0 else -1]
    inner = tuple(index for index in bound if index not in atom.free)
    lead, c = term
    factor = pick(lead, lambda atom: not any(i in argument.params for i in atom.free))
    if not is_nonzero(_of_mono(factor)):  # it has to stand there
        factor = UNIT
    part = pick(lead, lambda atom: atom.key not in factor.factors)
    around = dict.fromkeys(i for other, _ in others.values() for i in other.free)
    for index in places(here, [i for i in around if i not in meeting]):
        place = dict(zip((*here, *there), (*index, *meeting), strict=True))
        expected = renamed(_of_mono(part), place)  # type: ignore[arg-type]
        ((pattern, one),) = expected.terms.values() if len(expected) == 1 else ((None, 0),)
        found = extract(bound, inner, others, pattern) if pattern and one == 1 else None
        if found is None or any(set(meeting) & {*a.free} for a, q in found[1].values() if q):
            continue
        left, rest = without(found[0], *meeting), settled(found[1])
        fresh = tuple(Index(i.sort) for i in meeting)
        remaining = Abstraction(argument.params, plus(argument.body, Poly([(lead, -c)])))
        pair = (*index, *fresh) if side == 0 else (*fresh, *index)
        row, col = (fresh, end) if side == 0 else (end, fresh)
        entry = Inverse(row, col, atom.argument, atom.symmetric)
        more = total(fresh, times(applied(remaining, pair), of_atom(entry)))
        whole = plus(times(*map(delta, index, end)), scaled(more, -1))
        whole = scaled(times(power(_of_mono(factor), -1), whole), Fraction(1) / c)
        return total(left, times(rest, whole))
    return None
