"""Consequences: a residual that is a linear combination of multiples of equations is zero.

An equation is an abstraction whose body is zero whatever its parameters are. A consequence of it
is Σ rest · body, for any factors in the rest and any indices for the parameters. Which ones are
tried is a search that needs no trust: for each monomial and each term of an equation that is part
of it, the consequence in which that monomial occurs. One that needs what nobody grants is none: an
equation is not multiplied by what may not exist.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence

from .indices import AnyIndex, Index
from .labels import Sum
from .needs import Need, collected
from .parts import Match, alike
from .product import settled, times
from .rename import renamed
from .sums import total
from .terms import UNITY, Abstraction, Atom, Delta, Mono, Poly, Power, plus, scaled

#: How often the consequences of what is new are looked for, and how many may be found.
ROUNDS = 6
MOST = 200

Factors = list[tuple[Atom, Power]]


class Consequences:
    """Those of some equations, each found once for all residuals that are asked about."""

    def __init__(
        self, equations: Sequence[Abstraction], lacks: Callable[[Iterable[Need]], list[Need]]
    ) -> None:
        self._equations, self._lacks = equations, lacks
        self._known: dict[str, list[Poly]] = {}

    def include(self, residual: Poly) -> bool:
        """Whether ``residual`` is seen to be zero where all equations hold."""
        rows: dict[str, Poly] = {}
        order: dict[str, int] = dict.fromkeys(residual.terms, 0)
        new = [mono for mono, _ in residual]
        found = 0
        for _ in range(ROUNDS):
            known, new = new, []
            for row in (row for mono in known for row in self._multiples(mono)):
                for key, (more, _) in row.terms.items():
                    if key not in order:
                        order[key] = len(order)
                        new.append(more)
                row = _reduced(row, rows, order)
                if row.terms:
                    rows[_last(row.terms, order)] = row
                found += 1
                if found > MOST:
                    return False
            if not _reduced(residual, rows, order).terms:
                return True
        return False

    def _multiples(self, mono: Mono) -> list[Poly]:
        if mono.key not in self._known:
            self._known[mono.key] = list(itertools.islice(self._valid(mono), MOST + 1))
        return self._known[mono.key]

    def _valid(self, mono: Mono) -> Iterator[Poly]:
        """The multiples in which a monomial occurs, by factors that are defined."""
        multiples = _multiples(mono, self._equations)
        while True:
            with collected() as needs:
                row = next(multiples, None)
            if row is None:
                return
            if not self._lacks(needs.values()):
                yield row


def _last(keys: Iterable[str], order: dict[str, int]) -> str:
    return max(keys, key=lambda key: (order[key], key))


def _reduced(row: Poly, rows: dict[str, Poly], order: dict[str, int]) -> Poly:
    """``row`` less multiples of the others: Gauss's elimination, what is newest first."""
    while keys := [key for key in row.terms if key in rows]:
        key = _last(keys, order)
        pivot = rows[key]
        row = plus(row, scaled(pivot, -row.terms[key][1] / pivot.terms[key][1]))
    return row


def _multiples(mono: Mono, equations: Sequence[Abstraction]) -> Iterator[Poly]:
    """The consequences in which a monomial occurs."""
    factors, bound = opened(mono)
    for equation in equations:
        for pattern, _ in equation.body:
            parts, inner = opened(pattern)
            solid = [(atom, q) for atom, q in parts if not isinstance(atom, Delta)]
            if solid:
                for match, rest in _matches(solid, factors, (*equation.params, *inner)):
                    yield from _instances(equation, match, rest, bound)


def opened(mono: Mono) -> tuple[Factors, tuple[Index, ...]]:
    """The factors of a monomial, those of its sums among them, and the indices summed over."""
    factors: Factors = []
    bound: tuple[Index, ...] = ()
    for atom, q in mono:
        if not isinstance(atom, Sum) or q < 1 or q.denominator != 1:
            factors.append((atom, q))
            continue
        for _ in range(int(q)):
            fresh = {index: Index(index.sort) for index in atom.bound}
            ((body, _),) = renamed(Poly([(atom.body, UNITY)]), fresh)
            inside, more = opened(body)
            factors += inside
            bound += (*fresh.values(), *more)
    return factors, bound


def _matches(
    pattern: Factors, factors: Factors, open_: Sequence[AnyIndex], match: Match | None = None
) -> Iterator[tuple[Match, Factors]]:
    """Ways to find the pattern among factors: what its indices stand for, and what is left."""
    match = match or {}
    if not pattern:
        yield match, factors
        return
    (atom, q), *others = pattern
    for place, (target, p) in enumerate(factors):
        if not 0 < q <= p and not p <= q < 0:
            continue
        left = [(target, p - q)] if p != q else []
        rest = [*factors[:place], *left, *factors[place + 1 :]]
        for more in alike(atom, target, open_, match):
            yield from _matches(others, rest, open_, more)


def _instances(
    equation: Abstraction, match: Match, rest: Factors, bound: tuple[Index, ...]
) -> Iterator[Poly]:
    """Σ rest · body, over the indices that were summed over and still stand somewhere."""
    params = [i for i in equation.params if isinstance(i, Index)]
    used = {i for atom, _ in rest for i in atom.free} | {match[i] for i in params if i in match}
    left = tuple(i for i in bound if i in used)
    unknown = [i for i in params if i not in match]
    choices = [[t for t in used if t.sort_name == i.sort_name] for i in unknown]
    for chosen in itertools.product(*choices):
        place = {**match, **dict(zip(unknown, chosen, strict=True))}
        body = renamed(equation.body, {i: place[i] for i in params})
        yield total(left, times(product_of(rest), body))


def product_of(factors: Factors) -> Poly:
    """The product of factors, among which one may occur twice."""
    powers: dict[str, tuple[Atom, Power]] = {}
    for atom, q in factors:
        before = powers[atom.key][1] if atom.key in powers else 0
        powers[atom.key] = (atom, before + q)
    return settled(powers)
