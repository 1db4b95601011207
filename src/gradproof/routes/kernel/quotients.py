"""Multiplying out what is divided by: denominators, and the inverses of matrices."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .calculus import derivative
from .consequences import opened, product_of
from .indices import Index
from .labels import Sum
from .matrix_powers import MatrixPower
from .powers import power
from .product import times
from .rename import applied
from .signs import is_positive
from .sums import total
from .terms import (
    UNITY,
    Atom,
    Base,
    Entry,
    Inverse,
    Mono,
    Op,
    Poly,
    Power,
    Term,
    of_atom,
    plus,
    scaled,
)

_MOST_DENOMINATORS = 50


def surely_positive(poly: Poly) -> bool:
    """Whether a polynomial is > 0: as it is, or over denominators that are."""
    for _ in range(_MOST_DENOMINATORS):
        if is_positive(poly):
            return True
        base = _denominator(poly)
        if base is None or not is_positive(base):
            return False
        poly = _multiplied_out(poly, base)
    return False


def numerator(poly: Poly) -> Poly:
    """A polynomial with every denominator multiplied out."""
    for _ in range(_MOST_DENOMINATORS):
        base = _denominator(poly)
        if base is None:
            break
        poly = _multiplied_out(poly, base)
    return poly


def whole(poly: Poly) -> Poly:
    """A polynomial times all that it is divided by, so that no power is negative."""
    poly = numerator(poly)
    lowest: dict[str, tuple[Atom, Power]] = {}
    for mono, _ in poly:
        for key, (atom, q) in mono.factors.items():
            if q < 0:
                lowest[key] = (atom, min(q, lowest.get(key, (atom, 0))[1]))
    return times(poly, *(of_atom(atom, -q) for atom, q in lowest.values()))


def _denominator(poly: Poly) -> Base | Sum | None:
    """A sum that is divided by: as it stands, or over what a one-hot column chooses from."""
    for mono, _ in poly:
        for atom, q in mono:
            if q < 0 and (isinstance(atom, Base) or (isinstance(atom, Sum) and atom.choices)):
                return atom
    return None


def _multiplied_out(poly: Poly, base: Base | Sum) -> Poly:
    """``poly`` times the power of ``base`` that leaves none of it in a denominator."""
    key = base.key
    powers = [mono.factors[key][1] if key in mono.factors else 0 for mono, _ in poly]
    lowest = min(powers)
    inside = base.poly if isinstance(base, Base) else of_atom(base)
    terms = []
    for (mono, c), q in zip(poly, powers, strict=True):
        rest = Mono({k: pair for k, pair in mono.factors.items() if k != key})
        raised = q - lowest
        whole = raised.numerator // raised.denominator
        fraction = of_atom(base, raised - whole) if raised != whole else None
        factors = [Poly([(rest, c)]), power(inside, whole)]
        terms.append(times(*factors, *([fraction] if fraction else [])))
    return plus(*terms)


def cleared(poly: Poly) -> Iterator[Poly]:
    """Polynomials that vanish only if ``poly`` does: A·R for each inverse of A at an end of R.

    Where an inverse stands within sums, R is first freed of a tensor of degree 1.
    """
    ends = 0
    inverses = {atom.key: atom for atom in _inverses(poly)}
    for atom in inverses.values():
        for end, first in ((atom.row, False), (atom.col, True)):
            met = tuple(i for i in end if i in poly.free and i not in atom.argument.free)
            if len(set(met)) == len(end):
                ends += 1
                new = tuple(Index(i.sort) for i in met)
                place = (*met, *new) if first else (*new, *met)
                yield plus(*(_multiplied(met, applied(atom.argument, place), t) for t in poly))
    if inverses and not ends:
        yield from _stripped(poly)


def _multiplied(met: tuple[Index, ...], matrix: Poly, term: Term) -> Poly:
    """Σ over ``met`` of an entry of a matrix times a term, whose sums are opened."""
    mono, c = term
    factors, bound = opened(mono)
    return scaled(total((*met, *bound), times(matrix, product_of(factors))), c)


def _stripped(poly: Poly) -> Iterator[Poly]:
    """∂R/∂a for each tensor a in which R is homogeneous of degree 1: R = Σ a ∂R/∂a."""
    degrees = [_degrees(mono) for mono, _ in poly]
    for key, (entry, _) in degrees[0].items():
        if entry.indices and all(key in seen and seen[key][1] == 1 for seen in degrees):
            places = tuple(Index(i.sort) for i in entry.indices if isinstance(i, Index))
            if len(places) == len(entry.indices):
                yield derivative(poly, entry.tensor, places)


def _degrees(mono: Mono) -> dict[str, tuple[Entry, float]]:
    """The degree of a monomial in each tensor; not a number where a function contains it."""
    found: dict[str, tuple[Entry, float]] = {}
    inner: dict[str, tuple[Entry, float]]
    for atom, q in mono:
        if isinstance(atom, Entry):
            inner = {atom.tensor.key: (atom, 1.0)}
        elif isinstance(atom, Sum):
            inner = _degrees(atom.body)
        else:
            inner = {entry.tensor.key: (entry, math.nan) for entry in entries(atom)}
        for key, (entry, degree) in inner.items():
            before = found[key][1] if key in found else 0
            found[key] = (entry, before + degree * float(q))
    return found


def entries(atom: Atom) -> Iterator[Entry]:
    """The tensor entries anywhere within an atom."""
    if isinstance(atom, Entry):
        yield atom
    for poly in inside(atom):
        yield from (inner for inner, _ in atoms(poly) if isinstance(inner, Entry))


def atoms(poly: Poly) -> Iterator[tuple[Atom, Power]]:
    """All atoms with their powers, those within others too."""
    for mono, _ in poly:
        for atom, q in mono:
            yield atom, q
            for part in inside(atom):
                yield from atoms(part)


def inside(atom: Atom) -> list[Poly]:
    """The polynomials that an atom is made of."""
    if isinstance(atom, Sum):
        return [Poly([(atom.body, UNITY)])]
    if isinstance(atom, Base):
        return [atom.poly]
    if isinstance(atom, (Inverse, MatrixPower)):
        return [atom.argument.body]
    return [argument.body for argument in atom.args] if isinstance(atom, Op) else []


def _inverses(poly: Poly) -> Iterator[Inverse]:
    """The inverses that stand in ``poly`` as factors, within sums too."""
    for mono, _ in poly:
        for atom, _ in mono:
            if isinstance(atom, Inverse):
                yield atom
            elif isinstance(atom, Sum):
                yield from _inverses(Poly([(atom.body, UNITY)]))
