"""Parts of a sum: what hangs together through its bound indices, and finding a part in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

from .indices import AnyIndex, Index, token
from .labels import Sum
from .product import Factors, divided
from .terms import Atom, Entry, Mono, Power

#: What open indices stand for.
Match = dict[Index, Index]


def without(bound: tuple[Index, ...], *gone: Index) -> tuple[Index, ...]:
    """The indices other than ``gone``."""
    return tuple(index for index in bound if index not in gone)


def pick(mono: Mono, keep: Any) -> Mono:
    """The factors whose atoms ``keep`` says to keep."""
    return Mono({key: pair for key, pair in mono.factors.items() if keep(pair[0])})


def places(params: Iterable[AnyIndex], among: Iterable[Index]) -> Iterator[tuple[Index, ...]]:
    """The ways to put one of these indices, of the same sort, for each parameter."""
    return product(
        *([i for i in among if i.sort_name == getattr(p, "sort_name", None)] for p in params)
    )


def extract(
    bound: tuple[Index, ...], inner: tuple[Index, ...], factors: Factors, lead: Mono
) -> tuple[tuple[Index, ...], Factors] | None:
    """Take the monomial ``lead`` out of a sum: the indices and factors that are left.

    Only ``inner`` indices may go, those that the divisor does not have.
    """
    merged = [
        atom for atom, q in lead if isinstance(atom, Sum) and _merges(q) for _ in range(int(q))
    ]
    plain = Mono({k: p for k, p in lead.factors.items() if p[0] not in merged})
    rest = divided(factors, plain) if plain.factors else dict(factors)
    if rest is None:
        return None
    for atom in merged:
        found = part_equal_to(atom, inner, Mono({k: p for k, p in rest.items() if p[1]}))
        if found is None:
            return None
        gone, touched = found
        bound, inner = without(bound, *gone), without(inner, *gone)
        rest = {k: pair for k, pair in rest.items() if k not in touched}
    return bound, rest


def _merges(q: Power) -> bool:
    """Whether a sum to this power is one with the sum around it; else it is a factor there."""
    return q.denominator == 1 and q > 0


def part_equal_to(
    atom: Sum, bound: tuple[Index, ...], mono: Mono
) -> tuple[tuple[Index, ...], set[str]] | None:
    """The part of a sum that equals ``atom``, if its own bound indices occur nowhere else."""
    inner = tuple(index for index in bound if index not in atom.free)
    if len(inner) < len(atom.bound):
        return None
    touching = pick(mono, lambda other: any(index in inner for index in other.free))
    for part, body in connected(inner, touching):
        if len(part) == len(atom.bound) and Sum(part, body).key == atom.key:
            return part, set(body.factors)
    return None


def connected(bound: tuple[Index, ...], mono: Mono) -> list[tuple[tuple[Index, ...], Mono]]:
    """The bound indices and factors, apart where no bound index connects them."""
    parts: list[tuple[set[Index], dict[str, tuple[Atom, Power]]]] = []
    for key, (atom, q) in mono.factors.items():
        indices = {index for index in atom.free if index in bound}
        factors = {key: (atom, q)}
        apart = []
        for known, body in parts:
            if known & indices:
                indices |= known
                factors |= body
            else:
                apart.append((known, body))
        parts = [*apart, (indices, factors)]
    return [
        (tuple(index for index in bound if index in indices), Mono(factors))
        for indices, factors in parts
    ]


def alike(
    atom: Atom, target: Atom, open_: Sequence[AnyIndex], match: Match | None = None
) -> Iterator[Match]:
    """What the open indices of an atom must stand for, to make it the other atom."""
    match = match or {}
    if type(atom) is not type(target) or len(atom.free) < len(target.free):
        return
    if isinstance(atom, Entry) and atom.tensor.key != target.tensor.key:  # type: ignore[attr-defined]
        return
    unknown = [i for i in atom.free if i in open_ and i not in match]
    choices = [[t for t in target.free if t.sort_name == i.sort_name] for i in unknown]
    for chosen in itertools.product(*choices):
        more = {**match, **dict(zip(unknown, chosen, strict=True))}
        names = {i: token(more[i], {}) for i in atom.free if i in more}
        if atom.render(names, 0) == target.key:
            yield more
