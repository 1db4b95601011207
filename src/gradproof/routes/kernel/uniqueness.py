"""Residuals that are zero because they begin at zero and their derivative is a multiple of them.

R is looked at as a function of one tensor a, in whose entries it is rational, but for logarithms
that are added to it. If R = 0 at a = 0 and ∂R/∂a = M·R near there, then R = 0 near there, being
the only solution along each line through 0, and then wherever it is defined, being rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from ...errors import Undecided
from .calculus import derivative
from .exponents import never_negative
from .indices import Index, Tensor
from .matrix_powers import MatrixPower
from .quotients import atoms, entries, inside
from .rename import put_for, replaced
from .signs import is_invertible, is_nonzero, is_positive
from .terms import (
    ZERO,
    Abstraction,
    Atom,
    Entry,
    Inverse,
    Mono,
    Op,
    Poly,
    Power,
    of_atom,
    plus,
    scaled,
)

#: In how many tensors it is tried.
MOST = 4


def begins_and_stays(residual: Poly, vanishes: Callable[[Poly], bool]) -> bool:
    """Whether a residual is zero at a = 0 and its derivative is a multiple of it, for some a."""
    for entry in _candidates(residual):
        tensor, place = entry.tensor, tuple(Index(i.sort) for i in entry.free)
        nothing = Abstraction(place, ZERO)
        try:
            if not _is_rational(residual, tensor, logs=True):
                continue
            known = {limit for limit, atom, _ in _limits(residual) if not _has(atom, tensor)}
            if not _is_defined(residual, tensor, nothing, known):
                continue
            if not vanishes(replaced(residual, tensor, nothing)):
                continue
            slope = derivative(residual, tensor, place)
            if not _is_defined(slope, tensor, nothing, known):
                continue
            if vanishes(slope) or any(map(vanishes, _reduced(slope, residual, tensor))):
                return True
        except (Undecided, RecursionError):  # this tensor leads nowhere
            continue
    return False


def _candidates(residual: Poly) -> list[Entry]:
    """Entries of tensors in determinants and inverses, of which nothing but the shape is known."""
    found: dict[str, Entry] = {}
    for atom, _ in atoms(residual):
        if isinstance(atom, (Inverse, MatrixPower)) or _is(atom, "det"):
            for entry in entries(atom):
                if entry.tensor.facts.keys() <= {"shape"} and entry.free == entry.indices:
                    found.setdefault(entry.tensor.key, entry)
    return list(found.values())[:MOST]


def _reduced(slope: Poly, residual: Poly, tensor: Tensor) -> Iterator[Poly]:
    """The derivative less multiples of R = c·D + rest: with −rest/c for a determinant D."""
    if not _is_rational(residual, tensor, logs=False):
        return
    for mono, c in residual:
        ((atom, q),) = mono if len(mono.factors) == 1 else ((None, 0),)
        if atom is not None and _is(atom, "det") and q == 1:
            rest = plus(residual, Poly([(mono, -c)]))
            if not _count(atom, rest) and _is_polynomial(slope, atom):
                yield put_for(slope, atom, scaled(rest, Fraction(-1) / c))


def _is_polynomial(poly: Poly, atom: Atom) -> bool:
    """Whether an atom occurs only as a factor of terms, to positive whole powers."""
    powers = [mono.factors[atom.key][1] for mono, _ in poly if atom.key in mono.factors]
    whole = all(q > 0 and q.denominator == 1 for q in powers)
    return whole and len(powers) == _count(atom, poly)


def _count(atom: Atom, poly: Poly) -> int:
    return sum(other.key == atom.key for other, _ in atoms(poly))


def _is_rational(poly: Poly, tensor: Tensor, logs: bool) -> bool:
    """Whether a polynomial is rational in the entries of a tensor; with ``logs`` but for those
    that are added to it.
    """
    return all(_is_rational_product(mono, tensor, logs) for mono, _ in poly)


def _is_rational_product(mono: Mono, tensor: Tensor, logs: bool) -> bool:
    moving = [(atom, q) for atom, q in mono if _has(atom, tensor)]
    if logs and len(moving) == 1 and moving[0][1] == 1 and _is(moving[0][0], "log"):
        ((argument,),) = (inside(atom) for atom, _ in moving)
        moduli = [atom for inner, _ in argument for atom, _ in inner if _is(atom, "abs")]
        if len(argument) == len(moduli) == 1:  # log |u|
            argument = plus(*inside(moduli[0]))
        return _is_rational(argument, tensor, logs=False)
    return all(
        q.denominator == 1
        and (not isinstance(atom, Op) or atom.head in ("det", "pow"))
        and all(_is_rational(part, tensor, logs=False) for part in inside(atom))
        for atom, q in moving
    )


def _is_defined(poly: Poly, tensor: Tensor, nothing: Abstraction, known: set[str]) -> bool:
    """Whether all that ``poly`` is made of exists at a = 0, since ``known`` does."""
    return all(
        limit in known
        for _, atom, q in _limits(poly)
        if _has(atom, tensor)
        for limit, _, _ in _limits(replaced(of_atom(atom, q), tensor, nothing))
    )


def _limits(poly: Poly) -> Iterator[tuple[str, Atom, Power]]:
    """What may be undefined: inverses, logarithms, and what is divided by or under a root."""
    for atom, q in atoms(poly):
        if isinstance(atom, Inverse) or (
            isinstance(atom, MatrixPower) and not never_negative(atom.exponent)
        ):
            if not is_invertible(atom.argument):
                yield f"inverse of {atom.argument.render({}, 0)}", atom, q
        elif isinstance(atom, Op) and atom.head == "log" and not is_positive(atom.argument):
            yield atom.key, atom, q
        if q.denominator != 1 or (q < 0 and not is_nonzero(atom)):
            yield f"{atom.key}^{min(q, 0)}", atom, q


def _is(atom: Atom, head: str) -> bool:
    return isinstance(atom, Op) and atom.head == head


def _has(atom: Atom, tensor: Tensor) -> bool:
    return any(entry.tensor.key == tensor.key for entry in entries(atom))
