"""Route 3 under hypotheses: points at which they hold, found by Newton's method.

From random values of all symbols, each step goes the shortest way to where the hypotheses hold to
first order. Where two of them say the same, one is left out. The slopes are differences, good to a
dozen digits, and a step with them gains as many; so the first steps take few digits, and the last
ones take the same slopes and all the digits. That no point is found says nothing of the
hypotheses but that nothing is proved from them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from .errors import Undecided
from .evaluation import Point
from .reals import OutsideDomain
from .sampling import build, draw, parameter_count, shape_at, shaping
from .scopes import nesting
from .statement import Statement
from .symbols import Variable

#: From how many random points Newton's method starts, how many steps it may take to halve by how
#: much hypotheses are missed, and how many to reach all the digits.
STARTS, PATIENCE, STEPS = 4, 6, 30
#: How many digits the hypotheses hold to beyond those that are asked for.
SPARE = 25

#: How many digits the first steps are good to, and by how much numbers move to find slopes.
COARSE = 12
_STEP = Fraction(1, 2**45)

Numbers = list[Any]


class _Stage(NamedTuple):
    """Hypotheses to be met by moving the numbers at these places."""

    hypotheses: Sequence[tuple[Any, Any]]
    places: list[int]
    depth: int


class NoModel(Undecided):
    """No point was found at which all hypotheses hold."""


def draw_model(
    statement: Statement, sizes: dict[Any, int], rng: Random, functions: Any, digits: int = 40
) -> dict[Any, Any]:
    """Return values for all symbols with which the hypotheses hold to ``digits`` and more."""
    search = _Search(statement, sizes, functions, digits + SPARE)
    for _ in range(STARTS):
        found = search.from_start([draw(rng, False) for _ in range(search.count)], rng)
        if found is not None:
            return found
    at = ", ".join(f"{dim} = {size}" for dim, size in sizes.items())
    raise NoModel(
        f"No point was found at which the hypotheses hold{f' at {at}' if at else ''}. They may "
        "contradict each other, and then anything would follow from them."
    )


class _Search:
    """The hypotheses as functions of the numbers that determine all symbols, at one shape."""

    def __init__(
        self, statement: Statement, sizes: dict[Any, int], functions: Any, digits: int
    ) -> None:
        self._sizes, self._functions, self._digits = sizes, functions, digits
        self._counts = {symbol: self._count(symbol) for symbol in statement.symbols}
        self._labels: dict[Any, Any] = {}
        self.count = sum(self._counts.values())
        at_rest = [pair for pair in statement.hypotheses if not max(map(nesting, pair))]
        stages = (at_rest, [pair for pair in statement.hypotheses if pair not in at_rest])
        self._stages: list[_Stage] = []
        settled: set[Any] = set()
        for hypotheses in filter(None, stages):
            free = set().union(*(side.free_symbols for pair in hypotheses for side in pair))
            self._stages.append(self._stage(hypotheses, free - settled))
            settled |= free

    def _stage(self, hypotheses: Sequence[tuple[Any, Any]], free: set[Any]) -> _Stage:
        """Hypotheses, with the places of the numbers of the symbols that are still free."""
        places: list[int] = []
        start = 0
        for symbol, count in self._counts.items():
            places += range(start, start + count) if symbol in free else ()
            start += count
        depth = max(nesting(side) for pair in hypotheses for side in pair)
        return _Stage(hypotheses, places, depth)

    def _count(self, symbol: Any) -> int:
        """How many numbers determine it; labels do not move."""
        if not isinstance(symbol, Variable):
            return 1
        if shaping(symbol) == "one_hot":
            return 0
        return parameter_count(symbol, *shape_at(symbol, self._sizes))

    def from_start(self, numbers: list[Fraction], rng: Random) -> dict[Any, Any] | None:
        """The values that Newton's method ends at; None if it does not, or outside the domain."""
        for symbol, count in self._counts.items():
            if not count:
                shape = shape_at(symbol, self._sizes)
                labels = [Fraction(rng.randrange(shape[0])) for _ in range(shape[1])]
                self._labels[symbol] = build(symbol, *shape, labels)
        try:
            return self._newton(numbers)
        except OutsideDomain:
            return None

    def _newton(self, numbers: list[Fraction]) -> dict[Any, Any] | None:
        """First what is at rest; then the differentials, which that ties by linear equations."""
        for stage in self._stages:
            best, patience = None, PATIENCE
            while True:
                misses, ctx = self._misses(stage, numbers, COARSE)
                solve = _solver(ctx, self._slopes(stage, numbers, misses))
                numbers = self._moved(stage, numbers, solve(misses), ctx)
                size = _largest(misses)
                if size < ctx.mpf(10) ** (-COARSE // 2):
                    break
                if best is None or 2 * size < best:
                    best, patience = size, PATIENCE
                patience -= 1
                if not patience:
                    return None
            for _ in range(STEPS):
                misses, ctx = self._misses(stage, numbers, self._digits)
                size = _largest(misses)
                if size < ctx.mpf(10) ** -self._digits:
                    break
                if size > 1:
                    return None
                numbers = self._moved(stage, numbers, solve(misses), ctx)
            else:
                return None
        return self._values(numbers)

    def _values(self, numbers: list[Fraction]) -> dict[Any, Any] | None:
        """The values of all symbols; None if a sign is not as assumed."""
        values, place = dict(self._labels), 0
        for symbol, count in self._counts.items():
            own = numbers[place : place + count]
            place += count
            if not isinstance(symbol, Variable):
                signed = own[0] > 0 or not symbol.is_positive
                values[symbol] = own[0] if signed and (own[0] or not symbol.is_nonzero) else None
            elif count:
                values[symbol] = build(symbol, *shape_at(symbol, self._sizes), own)
        return None if None in values.values() else values

    def _misses(self, stage: _Stage, numbers: list[Fraction], digits: int) -> tuple[Numbers, Any]:
        """By how much each hypothesis is missed, entry by entry."""
        values = self._values(numbers)
        if values is None:
            raise OutsideDomain
        point = Point(self._sizes, values, self._functions, digits=digits, depth=stage.depth)
        misses: Numbers = []
        for pair in stage.hypotheses:
            left, right = map(point.evaluate, pair)
            if not isinstance(left, list):
                left, right = [[left]], [[right]]
            for one, other in zip(left, right, strict=True):
                misses += [a - b for a, b in zip(one, other, strict=True)]
        return misses, point.ctx

    def _slopes(self, stage: _Stage, numbers: list[Fraction], misses: Numbers) -> list[Numbers]:
        """For each miss, its slope in each number that moves."""
        columns = []
        for place in stage.places:
            moved = [*numbers[:place], numbers[place] + _STEP, *numbers[place + 1 :]]
            there, ctx = self._misses(stage, moved, COARSE)
            scale = ctx.mpf(_STEP.denominator)
            columns.append([(b - a) * scale for a, b in zip(misses, there, strict=True)])
        return [list(row) for row in zip(*columns, strict=True)]

    def _moved(
        self, stage: _Stage, numbers: list[Fraction], by: Numbers, ctx: Any
    ) -> list[Fraction]:
        """The numbers after a step, which is shortened if it is long."""
        size = 2 if stage.depth else max(_largest(by), 2)
        moved = list(numbers)
        for place, step in zip(stage.places, by, strict=True):
            moved[place] += _fraction(2 * step / size)
        return moved


def _largest(numbers: Numbers) -> Any:
    return max(map(abs, numbers), default=0)


def _fraction(value: Any) -> Fraction:
    """A number of many digits as a fraction."""
    sign, mantissa, exponent, _ = value._mpf_
    return Fraction(-int(mantissa) if sign else int(mantissa)) * Fraction(2) ** int(exponent)


def _solver(ctx: Any, rows: list[Numbers]) -> Callable[[Numbers], Numbers]:
    """What gives the shortest move that undoes misses: Gram and Schmidt on the rows of slopes."""
    basis: list[tuple[int, list[Any], Any, Numbers]] = []
    for place, row in enumerate(rows):
        size, shares = ctx.norm(row), []
        for _, _, _, known in basis:
            share = ctx.fdot(row, known)
            shares.append(share)
            row = [a - share * b for a, b in zip(row, known, strict=True)]
        length = ctx.norm(row)
        if length > ctx.mpf(10) ** -3 * max(size, 1):
            basis.append((place, shares, length, [a / length for a in row]))

    def solve(misses: Numbers) -> Numbers:
        parts: Numbers = []
        for place, shares, length, _ in basis:
            rest = misses[place] - sum(s * p for s, p in zip(shares, parts, strict=True))
            parts.append(rest / length)
        count = len(rows[0]) if rows else 0
        return [
            -sum((p * b[3][k] for p, b in zip(parts, basis, strict=True)), ctx.zero)
            for k in range(count)
        ]

    return solve
