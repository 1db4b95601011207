"""Distrust: near misses of an identity, each of which must be refused.

A mutant is the identity with one thing changed: a sign, a factor 2 or ½ or a size, a term
dropped, a transpose added or removed, ones added, two operands swapped, one symbol or size put
for another of its kind, another exponent or function; or what it rests on is made weaker, by a
hypothesis, an assumption or a condition. A mutant whose two sides differ at a point is false; the
index proof must refuse it. One that agrees at every point tried is counted apart as equal. A
hypothesis without which the claim is proved as well is an error of its author.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice
from typing import Any

from sympy import Integer, Rational, pi

from ..errors import GradproofError, StatementError, Undecided
from ..language.nodes import UNDEFINED, parts
from ..language.shown import shown
from ..language.statement import Statement
from ..routes import kernel
from ..routes.numbers import Judge, difference
from ..routes.numbers.degenerate import Condition, points, satisfied
from ..routes.numbers.evaluation import Point
from ..routes.numbers.reals import OutsideDomain
from .mutations import Changer, added, alike, constant, in_turn, scaled, whole_changes
from .weaker import without_a_hypothesis, without_an_assumption

#: More near misses than this teach nothing new.
MOST = 16
#: Where the right side leaves no room for this many, definitions and the left side are changed too.
LEAST = 10
#: Changes of the left side are differentiated anew and often change nothing.
MOST_ON_THE_LEFT = 5
_FACTORS = (Rational(2001, 2000), Integer(-2), Integer(3), Rational(1, 3), pi)


class ProverFault(GradproofError):
    """The index proof accepted a statement that numbers refuse: a defect of the prover."""


class NotNeeded(StatementError):
    """A hypothesis without which the claim is proved as well."""


@dataclass(frozen=True)
class Distrust:
    """How many mutants were refused, and how many turned out to be equal."""

    refused: int
    equal: int


def distrust(statement: Statement, conditions: tuple[Condition, ...] = ()) -> Distrust:
    """Try the mutants of a statement that is proved under conditions.

    Raises :class:`ProverFault` if a false one passes, and :class:`NotNeeded` for a hypothesis
    that is not needed.
    """
    trial, seen = _Trial(statement), set[Any]()
    for mutant in mutants(statement, seen):
        trial.right(mutant)
    for changed in further(statement, seen):
        if trial.refused >= LEAST:
            break
        (trial.right if changed.lhs is statement.lhs else trial.left)(changed)
    for weaker in (_weakened(statement), unconditional(statement, conditions)):
        trial.refused += weaker.refused
        trial.equal += weaker.equal
    return Distrust(trial.refused, trial.equal)


def _weakened(statement: Statement) -> Distrust:
    """Try the statement without what it rests on, one thing at a time."""
    refused = equal = 0
    for (one, other), claim in without_a_hypothesis(statement):
        if _proves(claim):
            raise NotNeeded(
                f"The hypothesis {shown(one)} = {shown(other)} is not needed: the claim is proved "
                "without it. Leave it out."
            )
        refused += 1
    for claim in without_an_assumption(statement):
        if not _proves(claim):
            refused += 1
        elif _agrees(claim):
            equal += 1
        else:
            raise ProverFault(f"The false statement {claim} was accepted.")
    return Distrust(refused, equal)


def unconditional(statement: Statement, conditions: tuple[Condition, ...]) -> Distrust:
    """Look where one condition alone fails: it is needed where the sides are undefined or differ.

    Where they are equal at every such point, it is one that suffices and need not be necessary.
    """
    needed: dict[Condition, bool] = {}
    for point in points(statement) if conditions else ():
        failing = [each for each in conditions if not satisfied(point, (each,))]
        if len(failing) == 1:
            needed[failing[0]] = needed.get(failing[0], False) or not _equal_at(point, statement)
    return Distrust(sum(needed.values()), len(needed) - sum(needed.values()))


def _equal_at(point: Point, statement: Statement) -> bool:
    try:
        left, right = point.evaluate(statement.left), point.evaluate(statement.right)
    except OutsideDomain:
        return False
    return difference(left, right) is None


def _proves(claim: Statement) -> bool:
    try:
        kernel.check(claim)
    except (StatementError, Undecided):
        return False
    return True


def _agrees(claim: Statement) -> bool:
    """Whether no point is found where a statement fails."""
    try:
        return Judge(claim).agrees(claim.right) is not False
    except Undecided:  # it holds at no point that could be found
        return True


class _Trial:
    """Each side of a statement, read once, against changed forms of the other.

    A changed form that is defined at none of the points claims nothing and does not count.
    """

    def __init__(self, statement: Statement) -> None:
        self.refused = self.equal = 0
        self._statement = statement
        self._judge = Judge(statement)
        self._comparisons: dict[bool, kernel.Comparison | None] = {}

    def right(self, mutant: Statement) -> None:
        """Try a statement whose right side is changed."""
        self._try(mutant, mutant.right, mirrored=False)

    def left(self, mutant: Statement) -> None:
        """Try a statement whose left side is changed."""
        self._try(mutant, mutant.left, mirrored=True)

    def _try(self, mutant: Statement, changed: Any, mirrored: bool) -> None:
        agrees = self._judge.agrees(changed)  # with the left side as it was, and so with the right
        if agrees is None:
            return
        if agrees:
            self.equal += 1
            return
        comparison = self._comparison(mirrored)
        if comparison is not None and _accepts(comparison, changed):
            raise ProverFault(f"The false statement {mutant} was accepted.")
        self.refused += 1

    def _comparison(self, mirrored: bool) -> kernel.Comparison | None:
        if mirrored not in self._comparisons:
            known = self._statement
            sides = (known.right, known.left) if mirrored else (known.left, known.right)
            try:
                self._comparisons[mirrored] = kernel.Comparison(
                    Statement.of_primitives(*sides, known.hypotheses)
                )
            except kernel.NoRule:
                self._comparisons[mirrored] = None
        return self._comparisons[mirrored]


def _accepts(comparison: kernel.Comparison, changed: Any) -> bool:
    try:
        comparison.check(changed)
    except Undecided:
        return False
    return True


def mutants(statement: Statement, seen: set[Any] | None = None) -> Iterator[Statement]:
    """The near misses of a statement in its right side, each different and of the right shape.

    ``seen`` are pairs of sides to leave out; those that are made join them.
    """
    rhs = statement.rhs
    sizes = (scaled(rhs, way) for size in statement.dimensions for way in (size, 1 / size))
    changer = Changer(_exchangeable(statement))
    ways = chain(whole_changes(rhs), changer.changes(rhs), sizes)
    sides = ((statement.lhs, changed) for changed in ways)
    yield from _different(statement, MOST, sides, set() if seen is None else seen)


def further(statement: Statement, seen: set[Any]) -> Iterator[Statement]:
    """More of them: in what names stand for, with another symbol added, and in the left side."""
    lhs, rhs = statement.lhs, statement.rhs
    changer = Changer(_exchangeable(statement), opened=True)
    factors = (scaled(rhs, factor) for factor in _FACTORS)
    symbols = (symbol for symbol in statement.symbols if alike(symbol, rhs))
    sizes = (constant(rhs, way) for size in statement.dimensions for way in (size, 1 / size))
    numbers = (constant(rhs, way) for way in (2, Rational(1, 2), *_FACTORS))
    terms = (added(rhs, term) for term in chain(symbols, sizes, numbers))
    ways = in_turn(
        (
            ((lhs, changed) for changed in changer.changes(rhs)),
            ((lhs, changed) for changed in chain(factors, terms)),
            islice(((changed, rhs) for changed in changer.changes(lhs)), MOST_ON_THE_LEFT),
        )
    )
    yield from _different(statement, 4 * MOST, ways, seen)


def _different(
    statement: Statement, most: int, ways: Iterator[tuple[Any, Any]], seen: set[Any]
) -> Iterator[Statement]:
    """Statements of these sides, each once, that SymPy has not divided by zero in."""
    seen.add((statement.lhs, statement.rhs))
    made = 0
    for sides in ways:
        if made == most:
            return
        if sides in seen:
            continue
        seen.add(sides)
        try:
            mutant = statement.with_sides(*sides)
        except (IndexError, StatementError, TypeError, ValueError):
            continue
        changed = mutant.left if mutant.right is statement.right else mutant.right
        if not UNDEFINED.isdisjoint(parts(changed)):
            continue
        made += 1
        yield mutant


def _exchangeable(statement: Statement) -> dict[Any, list[Any]]:
    """For each symbol and dimension, the others that could stand in its place."""
    table: dict[Any, list[Any]] = {}
    for one, other in chain(
        (pair for pair in combinations(statement.symbols, 2) if alike(*pair)),
        combinations(statement.dimensions, 2),
    ):
        table.setdefault(one, []).append(other)
        table.setdefault(other, []).append(one)
    return table
