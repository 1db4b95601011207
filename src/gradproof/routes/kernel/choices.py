"""One-hot columns choose: Σ_i Y_ij g(i) is the value of g at the one row where Y_ij is 1.

So a function of the chosen value is the chosen value of the function, where that is defined at
every row.
"""

from __future__ import annotations

from collections.abc import Callable

from .functions import enters
from .indices import Index
from .labels import Sum
from .powers import power
from .product import Factors, delta, others_than, settled, settles, times
from .rename import renamed
from .signs import is_nonnegative, is_nonzero, is_positive
from .sums import total
from .terms import UNITY, Column, Entry, Mono, Poly, Power, of_atom


def choice_of(atom: Sum, column: Column) -> tuple[Entry, Index, Poly]:
    """The entry of a one-hot column in a sum, the row that is summed, and what is chosen from."""
    entry, row = atom.choices[column]
    rest = {key: pair for key, pair in atom.body.factors.items() if key != entry.key}
    bound = tuple(index for index in atom.bound if index is not row)
    return entry, row, total(bound, Poly([(Mono(rest), UNITY)]))


@enters(Sum)
def chosen(
    atom: Sum, function: Callable[[Poly], Poly], fits: Callable[[Poly], bool]
) -> Poly | None:
    """f(Σ_i Y_ij g(i)) as Σ_i Y_ij f(g(i)), where every g(i) fits; else None."""
    if not atom.choices:
        return None
    entry, row, value = choice_of(atom, next(iter(atom.choices)))
    if not fits(value):
        return None
    fresh = Index(row.sort)
    body = times(of_atom(entry), function(value))
    return total((fresh,), renamed(body, {row: fresh}))


def met(entry: Entry, atom: Sum, q: Power) -> Poly | None:
    """(Σ_i Y_ij g(i))^q as g(k)^q, where it is multiplied by Y_kj."""
    if entry.column not in atom.choices:
        return None
    _, row, value = choice_of(atom, entry.column)
    if not _has_power(value, q):
        return None
    return power(renamed(value, {row: entry.indices[0]}), q)


@settles(Entry)
def _settle_one_hot(factors: Factors, key: str, atom: Entry, q: Power) -> Poly | None:
    """Y_ij² = Y_ij, and Y_ij Y_kj = δ_ik Y_ij, for a matrix with one 1 in every column."""
    if not atom.tensor.has("one_hot"):
        return None
    if q > 0 and q != 1:
        return settled({**factors, key: (atom, 1)})
    for other_key, (other, p) in factors.items():
        if (
            other_key != key
            and isinstance(other, Entry)
            and other.column == atom.column
            and q > 0
            and p > 0
        ):
            rest = settled(others_than(factors, other_key))
            return times(delta(atom.indices[0], other.indices[0]), rest)
        if isinstance(other, Sum) and other.choices and q > 0:
            value = met(atom, other, p)
            if value is not None:
                return times(settled(others_than(factors, other_key)), value)
    return None


@settles(Sum)
def merged(factors: Factors, key: str, atom: Sum, q: Power) -> Poly | None:
    """A power of a choice, or a product of two choices by one column, as one choice."""
    if not atom.choices:
        return None
    others = others_than(factors, key)
    if q != 1:
        inside = chosen(atom, lambda value: power(value, q), lambda value: _has_power(value, q))
        return None if inside is None else times(inside, settled(others))
    for other_key, (other, p) in others.items():
        if p == 1 and isinstance(other, Sum) and atom.choices.keys() & other.choices.keys():
            fresh = {index: Index(index.sort) for index in other.bound}
            body = renamed(Poly([(other.body, UNITY)]), fresh)
            both = total((*atom.bound, *fresh.values()), times(Poly([(atom.body, UNITY)]), body))
            rest = {k: pair for k, pair in others.items() if k != other_key}
            return times(both, settled(rest))
    return None


def _has_power(value: Poly, q: Power) -> bool:
    """Whether the power is surely defined."""
    if q.denominator == 1:
        return q > 0 or is_nonzero(value)
    return is_positive(value) or (q > 0 and is_nonnegative(value))
