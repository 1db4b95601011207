"""Route 3: by numbers.

Both sides, as they are, at random exact points that satisfy the assumptions. Values are exact or
enclosed in balls of 40 digits: two sides that differ do so for certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, count
from random import Random
from typing import Any

from ...errors import Undecided
from ...language.statement import Statement
from ...language.symbols import Variable
from .concrete_functions import Instances
from .degenerate import Condition, satisfied
from .degenerate import points as degenerate_points
from .enclosures import holds_a_point
from .evaluation import Point
from .hypotheses import Model, NoModel, draw_model
from .parts import nesting
from .reals import OutsideDomain, Unresolved, differ, told_apart
from .sampling import draw_matrix, draw_scalar, shape_at

_Shapes = tuple[tuple[int, int, int], ...]

#: How many points are tried before none is said to lie in the domain of both sides.
TRIES = 40
#: How many points may take more bits than are tried, before that is said of all.
UNRESOLVED = 4
#: The shapes of points under hypotheses: small, and with the first sizes no larger than others;
#: then the other way round, for what holds of no wide matrix, as AᵀA = I.
MODEL_SHAPES: _Shapes = ((2, 3, 4), (1, 2, 3), (2, 2, 4), (4, 3, 2), (3, 2, 1), (4, 2, 2))
#: At how many points two sides agree that are called equal.
ENOUGH = 3


@dataclass(frozen=True)
class NumbersReport:
    """What route 3 did: at which sizes, at how many points, to how many digits.

    ``points`` are those in general position, ``degenerate`` the others.
    """

    sizes: tuple[dict[str, int], ...]
    points: int
    digits: int
    detail: str
    degenerate: int = 0


class NoPoint(Undecided):
    """No point was found at which both sides are real and defined."""


class NumbersDiffer(Undecided):
    """A point at which the two sides differ."""

    def __init__(
        self,
        point: Point,
        index: tuple[int, int] | None,
        left: Any,
        right: Any,
        at: str = "a random exact point",
    ) -> None:
        self.point, self.index, self.left, self.right = point, index, left, right
        where = (
            "the two sides" if index is None else f"entry {index[0]},{index[1]} of the two sides"
        )
        sizes = ", ".join(f"{dim} = {size}" for dim, size in point.sizes.items())
        one, other = told_apart(left, right)
        super().__init__(
            f"At {at}{f' with {sizes}' if sizes else ''}, {where} are {one} and {other}."
        )


def default_sizes(statement: Statement) -> list[dict[Any, int]]:
    """Return a few shapes, other than route 2's: small sizes in other orders, with a 1."""
    if statement.hypotheses:
        orders, rest = MODEL_SHAPES, range(5, 1000)
        return [dict(zip(statement.dimensions, (*order, *rest), strict=False)) for order in orders]
    deep = max(nesting(statement.left), nesting(statement.right)) > 1
    orders = ((2, 1, 3), (1, 3, 2), (3, 2, 1)) if deep else ((2, 4, 3), (4, 3, 2), (1, 2, 4))
    rest = range(3 if deep else 5, 1000)
    return [dict(zip(statement.dimensions, (*order, *rest), strict=False)) for order in orders]


def check(
    statement: Statement,
    sizes_list: Sequence[dict[Any, int]] | None = None,
    seed: int = 0,
    points: int = ENOUGH,
    digits: int = 40,
    conditions: tuple[Condition, ...] = (),
) -> NumbersReport:
    """Compare both sides at random exact points, at each of the shapes in turn, then at others.

    The others are degenerate. A difference counts where all the ``conditions`` hold, which are
    pairs of a kind and an expression as a certificate lists them.
    Raises :class:`NumbersDiffer` at a point where the sides differ for certain, and
    :class:`~gradproof.errors.Undecided` where too few points lie in the domain of both.
    """
    report = _in_general(statement, sizes_list, seed, points, digits, conditions)
    others = _degenerate(statement, conditions, digits)
    detail = f"{report.detail} and at {others} degenerate ones"
    return replace(report, degenerate=others, detail=detail)


def _degenerate(statement: Statement, conditions: tuple[Condition, ...], digits: int) -> int:
    """At how many degenerate points both sides are defined, and equal where they must be."""
    defined = 0
    for point in degenerate_points(statement, digits=digits):
        try:
            left, right = point.evaluate(statement.left), point.evaluate(statement.right)
        except OutsideDomain:
            continue
        found = difference(left, right)
        if found is not None and satisfied(point, conditions):
            raise NumbersDiffer(point, *found, at="a degenerate exact point")
        defined += 1
    return defined


def _in_general(
    statement: Statement,
    sizes_list: Sequence[dict[Any, int]] | None,
    seed: int,
    points: int,
    digits: int,
    conditions: tuple[Condition, ...],
) -> NumbersReport:
    """Compare both sides at points in general position, where the hypotheses leave such."""
    shapes = list(sizes_list or default_sizes(statement))
    used: list[dict[Any, int]] = []
    without_model: list[dict[Any, int]] = []
    nowhere: Undecided | None = None
    points_done = 0
    for k, sizes in enumerate(shapes * points):
        rng = Random(f"{seed}/{k}")
        if sizes in without_model:
            continue
        try:
            point, left, right = sample(statement, sizes, rng, digits=digits)
        except (NoPoint, NoModel) as error:  # a Gram matrix is singular at some shapes
            nowhere = error
            if isinstance(error, NoModel):
                without_model.append(sizes)
            continue
        found = difference(left, right)
        if found is not None:
            if satisfied(point, conditions):
                raise _refusal(point, *found)
            continue  # hypotheses may lead to where a condition fails
        points_done += 1
        if sizes not in used:
            used.append(sizes)
        if points_done == points:
            break
    if points_done < points:
        raise nowhere or NoPoint("Too few points lie in the domain of both sides.")
    named = tuple({str(dim): size for dim, size in sizes.items()} for sizes in used)
    detail = f"equal to {digits} digits at {points} random exact points"
    return NumbersReport(named, points, digits, detail)


def _refusal(point: Point, index: tuple[int, int] | None, left: Any, right: Any) -> Undecided:
    """The error where two sides differ: for certain, if the hypotheses hold for certain."""
    if not isinstance(point, Model):
        return NumbersDiffer(point, index, left, right)
    if holds_a_point(point):
        at = "a point where the hypotheses hold"
        return NumbersDiffer(point, index, left, right, at)
    return Undecided(
        "The two sides differ where the hypotheses hold as far as can be told, which is not for "
        "certain."
    )


def sample(
    statement: Statement,
    sizes: dict[Any, int],
    rng: Random,
    *,
    functions: Instances | int | None = None,
    digits: int = 40,
) -> tuple[Point, Any, Any]:
    """Return a random point in the domain of both sides, and the values of both there."""
    seed = rng.getrandbits(64) if functions is None else functions
    unresolved = 0
    for _ in range(TRIES):
        point = _draw_point(statement, sizes, rng, seed, digits)
        try:
            return point, point.evaluate(statement.left), point.evaluate(statement.right)
        except OutsideDomain as error:
            unresolved += isinstance(error, Unresolved)
            if unresolved == UNRESOLVED:
                break
    raise NoPoint(
        f"No point was found at which both sides are real and defined, in {TRIES} tries. "
        "State what keeps the expression in its domain, for example matrix(..., positive=True)."
    )


def _draw_point(
    statement: Statement, sizes: dict[Any, int], rng: Random, functions: Any, digits: int
) -> Point:
    if statement.hypotheses:
        return draw_model(statement, sizes, rng, functions, digits)
    return Point(sizes, draw_values(statement, sizes, rng), functions, digits=digits)


class Judge:
    """Compares other expressions with the left side of a statement, at points kept for all.

    Points are drawn as they are asked for, from the smallest shape on: one is enough to tell two
    sides apart, and all of them, :data:`ENOUGH` at most, are needed to call them equal.
    """

    def __init__(self, statement: Statement, seed: int = 0) -> None:
        self._statement, self._seed = statement, seed
        deep = max(nesting(statement.left), nesting(statement.right)) > 1
        orders: _Shapes = ((2, 1, 3), (1, 3, 2), (3, 2, 1) if deep else (3, 2, 4))
        if statement.hypotheses:
            orders = MODEL_SHAPES
        self._shapes = [
            dict(zip(statement.dimensions, chain(order, count(3)), strict=False))
            for order in (orders if statement.dimensions else orders[:2])
        ]
        self._known: list[tuple[Point, Any] | None] = []
        if not any(self._points()):
            raise NoPoint("No point was found at which both sides are defined.")

    def _points(self) -> Iterator[tuple[Point, Any]]:
        """The points, each with the value of the left side there."""
        for k, sizes in enumerate(self._shapes):
            if sum(map(bool, self._known[:k])) == ENOUGH:
                return
            if k == len(self._known):
                self._known.append(None)
                with suppress(NoPoint, NoModel):
                    rng = Random(f"{self._seed}/judge/{k}")
                    self._known[k] = sample(self._statement, sizes, rng)[:2]
            known = self._known[k]
            if known is not None:
                yield known

    def agrees(self, right: Any) -> bool | None:
        """Whether ``right``, in primitives, has the value of the left side wherever it is defined.

        None where it is defined at none of the points.
        """
        defined = 0
        for point, left in self._points():
            try:
                value = point.evaluate(right)
            except OutsideDomain:
                continue
            defined += 1
            if difference(left, value) is not None:
                return False
        return True if defined else None


def draw_values(statement: Statement, sizes: dict[Any, int], rng: Random) -> dict[Any, Any]:
    """Return random exact values for all symbols of a statement."""
    values: dict[Any, Any] = {}
    for symbol in statement.symbols:
        if isinstance(symbol, Variable):
            values[symbol] = draw_matrix(symbol, *shape_at(symbol, sizes), rng)
        else:
            values[symbol] = draw_scalar(symbol, rng)
    return values


def difference(left: Any, right: Any) -> tuple[tuple[int, int] | None, Any, Any] | None:
    """Return the first entry that differs for certain, with both values; None if all agree.

    Rationals agree where they are equal, balls where they meet: the true values are then no
    further apart than the balls are wide.
    """
    if not isinstance(left, list):
        return (None, left, right) if differ(left, right) else None
    for i, rows in enumerate(zip(left, right, strict=True)):
        for j, (one, other) in enumerate(zip(*rows, strict=True)):
            if differ(one, other):
                return (i, j), one, other
    return None
