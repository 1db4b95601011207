"""Sums in which a matrix meets its inverse: A⁻¹A = AA⁻¹ = I."""

from __future__ import annotations

from fractions import Fraction

from .abstractions import halves, transposed
from .indices import AnyIndex, Index
from .labels import Sum
from .parts import extract, pick, places, without
from .powers import power
from .product import Factors, delta, leading, settled, times
from .rename import applied, renamed
from .signs import is_nonzero
from .sums import ends, of_mono, total
from .terms import UNIT, Abstraction, Delta, Inverse, Mono, Poly, Term, of_atom, plus, scaled


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


@ends(Inverse, first=True)  # before a factor leaves that it needs
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
    term = pivot(argument)
    if term is None:
        return None
    here, there = halves(argument)[:: 1 if side == 0 else -1]
    inner = tuple(index for index in bound if index not in atom.free)
    lead, c = term
    factor = pick(lead, lambda atom: not any(i in argument.params for i in atom.free))
    if not is_nonzero(of_mono(factor)):  # it has to stand there
        factor = UNIT
    part = pick(lead, lambda atom: atom.key not in factor.factors)
    around = dict.fromkeys(i for other, _ in others.values() for i in other.free)
    for index in places(here, [i for i in around if i not in meeting]):
        place = dict(zip((*here, *there), (*index, *meeting), strict=True))
        expected = renamed(of_mono(part), place)  # type: ignore[arg-type]
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
        whole = scaled(times(power(of_mono(factor), -1), whole), Fraction(1) / c)
        return total(left, times(rest, whole))
    return None
