"""The decision: a statement holds for all shapes if its residual has the empty normal form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as combinations
from typing import Any

from ...errors import Undecided
from ...language.shapes import is_matrix
from ...language.statement import Statement
from .axes import Indices, finest, fresh
from .conditions import Condition, needed, trimmed
from .consequences import Consequences
from .indices import Index
from .needs import Need, Needs, collected, forward
from .powers import content_of
from .quotients import cleared, numerator, whole
from .read import Reader
from .rename import put_for
from .splits import splits
from .terms import Abstraction, Base, Op, Poly, plus, scaled
from .uniqueness import begins_and_stays

_MOST_CASES = 4
_MOST_CLEARED = 3


class Residual(Undecided):
    """The residual has a normal form that is not empty."""

    def __init__(self, residual: Poly) -> None:
        super().__init__(
            "The index proof does not see that the two sides are equal: their difference, in "
            "normal form, is not empty. If they are, prove a step in between."
        )
        self.residual = residual


class Unmet(Undecided):
    """The residual vanishes, if something is so that neither its form nor a condition says."""

    def __init__(self, needs: list[Need]) -> None:
        super().__init__(
            "The index proof takes a step that holds only where something is not 0, or is positive "
            "or invertible, and nothing says that it is. Declare it, for example by nonzero=True, "
            "positive=True or invertible=True, or state the claim without it."
        )
        self.needs = needs


@dataclass(frozen=True)
class IndexProof:
    """What a statement needs to be defined, and the axioms that its proof uses.

    A condition is a pair of a kind and the expression that has to be so.
    """

    conditions: tuple[tuple[str, Any], ...]
    axioms: tuple[str, ...] = ()


def check(statement: Statement) -> IndexProof:
    """Prove a statement for all its shapes, or raise :class:`Residual` or ``Undecided``."""
    return Comparison(statement).check(statement.right)


def stated(statement: Statement) -> tuple[Condition, ...]:
    """The conditions of a statement as written, for one that the index proof has no rule for."""
    sides = ((statement.left, statement.right), *statement.hypotheses)
    return trimmed(found for pair in sides for side in pair for found in needed(side))


class Comparison:
    """The left side of a statement, read once, to be compared with right sides."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._splits = splits(*statement.sides)
        self._reader = Reader(statement.names_entries, self._splits)
        self._is_matrix = statement.is_matrix
        left = statement.left
        self._places = list(self._entries(left, statement.right)) if self._is_matrix else [((), ())]
        with collected() as self._needs:
            self._left = [self._read(left, *place) for place in self._places]
            given = [e for sides in statement.hypotheses for e in self._equations(*sides)]
        self._given = Consequences(given, self._reader.domain.lacks) if given else None

    def check(self, right: Any) -> IndexProof:
        """Compare with ``right``; raise :class:`Residual` where the two differ.

        Raises :class:`Unmet` where they agree only if something is so that nothing says.
        """
        left, _, *given = self._statement.sides
        if right is not self._statement.right and splits(left, right, *given) != self._splits:
            other = Statement.of_primitives(left, right, self._statement.hypotheses)
            return Comparison(other).check(right)
        for place, left in zip(self._places, self._left, strict=True):
            with collected() as needs:
                residual = plus(left, scaled(self._read(right, *place), -1))
            self._check(residual, {**self._needs, **needs})
        return IndexProof(trimmed(self._reader.conditions), tuple(sorted(self._reader.axioms)))

    def _check(self, residual: Poly, needs: Needs) -> None:
        """Try each way to see that a residual is zero, with what the way there needs."""
        for way in (vanishes, self._follows, self._stays_zero):
            with collected() as more:
                found = way(residual)
            if found:
                lacking = self._reader.domain.lacks({**needs, **more}.values())
                if lacking:
                    raise Unmet(lacking)
                return
        raise Residual(residual)

    def _equations(self, one: Any, other: Any) -> Iterator[Abstraction]:
        """What a hypothesis says to be zero, at each place."""
        for place in self._entries(one, other) if is_matrix(one) else [((), ())]:
            left, right = (self._read(side, *place) for side in (one, other))
            params = tuple(i for axis in place for i in axis if isinstance(i, Index))
            yield Abstraction(params, whole(plus(left, scaled(right, -1))))

    def _follows(self, residual: Poly) -> bool:
        return self._given is not None and self._given.include(numerator(residual))

    def _stays_zero(self, residual: Poly) -> bool:
        try:
            _, _, reduced = content_of(whole(residual), True)
        except Undecided:
            return False
        with collected():  # where that is defined, it finds out itself
            found = begins_and_stays(reduced, vanishes)
        if found:
            self._reader.axioms |= {
                "Jacobi's formula",
                "the derivative of an inverse",
                "uniqueness",
            }
        return found

    def _read(self, side: Any, rows: Indices, cols: Indices) -> Poly:
        if is_matrix(side):
            return self._reader.entry(side, rows, cols)
        return self._reader.scalar(side)

    def _entries(self, left: Any, right: Any) -> Iterator[tuple[Indices, Indices]]:
        """One general entry; where sums are written out, every entry in turn."""
        axes = [self._finer(left, right, axis) for axis in (0, 1)]
        if not self._reader.literal:
            yield axes[0], axes[1]
            return
        rows, cols = ([range(index.sort.size) for index in indices] for indices in axes)
        yield from combinations(combinations(*rows), combinations(*cols))

    def _finer(self, left: Any, right: Any, axis: int) -> tuple[Index, ...]:
        """Indices for an axis, from the side that says more of its structure."""
        return fresh(finest(self._reader.sorts(side, axis) for side in (left, right)))


def vanishes(poly: Poly, cases: int = _MOST_CASES, clear: int = _MOST_CLEARED) -> bool:
    """Whether a residual is zero: as a fraction or, where |u| occurs, for each sign of u.

    Where an inverse occurs, whether it is zero once a matrix is multiplied out.
    """
    poly = numerator(poly)
    if not poly.terms:
        return True
    modulus = next(iter(_moduli(poly)), None)
    if modulus is not None and cases:
        argument = modulus.argument
        return all(
            _vanishes_where(poly, modulus, signed, cases - 1, clear)
            for signed in (argument, scaled(argument, -1))
        )
    more = next(cleared(poly), None) if clear else None
    return more is not None and vanishes(more, 0, clear - 1)


def _vanishes_where(poly: Poly, modulus: Op, signed: Poly, cases: int, clear: int) -> bool:
    """Whether a residual is zero where |u| is this; what it needs there, it needed before."""
    with collected() as known:
        case = put_for(poly, modulus, signed)
    with collected() as needs:
        found = vanishes(case, cases, clear)
    forward(need for key, need in needs.items() if key not in known)
    return found


def _moduli(poly: Poly) -> Iterator[Op]:
    """The absolute values of what has one sign at a point: not those inside sums."""
    for mono, _ in poly:
        for atom, _ in mono:
            if isinstance(atom, Base):
                yield from _moduli(atom.poly)
            elif isinstance(atom, Op) and not atom.args[0].params:
                if atom.head == "abs":
                    yield atom
                yield from _moduli(atom.argument)
