"""Sums over indices in normal form.

A sum keeps only factors that hang together through its bound indices; everything else has left
it. Sums in sums are one sum. A part of a sum that equals a factor it is divided by cancels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from sympy import Integer, Mul, Pow

from ...errors import Undecided
from .indices import Count, Index, Tensor
from .labels import Sum
from .parts import connected, extract, pick, without
from .powers import power
from .product import cancelled, delta, leading, settled, times
from .rename import Rebuild, rebuilds, renamed
from .terms import (
    ONE,
    UNITY,
    Atom,
    Base,
    Delta,
    Entry,
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


#: What a sum is in which an atom of a class stands, or None where the rule does not apply: rules
#: that come before factors leave the sum, and rules that come after all others.
Ending = Callable[[tuple[Index, ...], Mono], Poly | None]
_FIRST: dict[type[Atom], Ending] = {}
_LAST: dict[type[Atom], Ending] = {}
#: Of several ways to write the body of a sum, one.
Body = Callable[[tuple[Index, ...], Mono], Mono]
_BODIES: list[Body] = []


def ends(kind: type[Atom], *, first: bool = False) -> Callable[[Ending], Ending]:
    """Register what becomes of sums in which an atom of a class stands; else they stay sums."""

    def register(rule: Ending) -> Ending:
        (_FIRST if first else _LAST)[kind] = rule
        return rule

    return register


def bodies(rule: Body) -> Body:
    """Register a choice between ways to write the body of a sum."""
    _BODIES.append(rule)
    return rule


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
        *(rule for kind, rule in _FIRST.items() if kind in kinds),
        _leave,
        _flatten,
        _known_sum,
        _orthogonal,
        _cancel,
        *(rule for kind, rule in _LAST.items() if kind in kinds),
    ):
        changed = rule(bound, mono)
        if changed is not None:
            return changed
    apart = connected(bound, mono)
    return times(*(of_atom(Sum(part, _body(part, body))) for part, body in apart))


def _body(bound: tuple[Index, ...], mono: Mono) -> Mono:
    for choose in _BODIES:
        mono = choose(bound, mono)
    return mono


@rebuilds(Sum)
def _again(atom: Sum, again: Rebuild) -> Poly:
    fresh = {index: Index(index.sort) for index in atom.bound}
    return total(tuple(fresh.values()), again.within(fresh)(of_mono(atom.body)))


def of_mono(mono: Mono) -> Poly:
    """A monomial as a polynomial."""
    return Poly([(mono, UNITY)])


def _drop_delta(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_j δ_ij f(j) = f(i)."""
    for atom, _ in mono:
        if not isinstance(atom, Delta):
            continue
        for gone, kept in (atom.indices, atom.indices[::-1]):
            if isinstance(gone, Index) and gone in bound:
                rest = of_mono(pick(mono, lambda other, delta_=atom: other is not delta_))
                return total(without(bound, gone), renamed(rest, {gone: kept}))
    return None


def _write_out(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """A sum over literal values is written out."""
    for index in bound:
        if isinstance(index.sort, Range):
            rest = without(bound, index)
            body = of_mono(mono)
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
    summed = total(used, of_mono(inside)) if used else ONE
    return times(of_mono(outside), *extents, summed)


def _flatten(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """A product with sums is one sum, each copy with bound indices of its own."""
    nested = [(a, int(q)) for a, q in mono if isinstance(a, Sum) and q > 0 and q.denominator == 1]
    if not nested:
        return None
    parts = [of_mono(pick(mono, lambda atom: all(atom is not one for one, _ in nested)))]
    new: list[Index] = []
    for atom, copies in nested:
        for _ in range(copies):
            fresh = {index: Index(index.sort) for index in atom.bound}
            new.extend(fresh.values())
            parts.append(renamed(of_mono(atom.body), fresh))
    return total((*bound, *new), times(*parts))


def _known_sum(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """Σ_i Y_ij is what the symbol declares, where Y is the only factor with i."""
    for index in bound:
        touching = [(atom, q) for atom, q in mono if index in atom.free]
        ((atom, q), *more) = touching
        if more or q != 1 or not isinstance(atom, Entry) or atom.indices.count(index) != 1:
            continue
        value = 1 if atom.tensor.has("one_hot") else atom.tensor.facts.get("column_sums")
        if value is not None and atom.indices[0] is index:
            rest = of_mono(pick(mono, lambda other, known=atom: other is not known))
            known = constant(Fraction(str(value)))
            return times(known, total(without(bound, index), rest))
    return None


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
                rest = of_mono(pick(mono, lambda atom, gone=both: atom not in gone))
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
