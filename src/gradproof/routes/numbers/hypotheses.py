"""Route 3 under hypotheses: points at which they hold, found by Newton's method.

From random values of all symbols, each step goes the shortest way to where the hypotheses hold to
first order. Where two of them say the same, one is left out. The slopes are good to a dozen digits,
and a step with them gains as many; so the first steps take few digits, and the last ones take the
same slopes and all the digits. The values are balls around what is found. That no point is found
says nothing of the hypotheses but that nothing is proved from them.

Whether the balls do hold a point is another question, asked where the sides differ: see
:mod:`gradproof.routes.numbers.enclosures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from math import hypot, isfinite
from random import Random
from typing import Any, NamedTuple

from flint import arb
from sympy import sympify

from ...errors import Undecided
from ...language.statement import Statement
from ...language.symbols import Variable
from .duals import Dual, slope, under
from .evaluation import Point, entries_of
from .parts import nesting
from .reals import ONE, OutsideDomain, Unclear, precision
from .sampling import build, draw, fits, parameter_count, shape_at, shaping

#: From how many random points Newton's method starts, how many steps it may take to halve by how
#: much hypotheses are missed, and how many to reach all the digits.
STARTS, PATIENCE, STEPS = 4, 6, 30
#: How many digits the hypotheses hold to beyond those that are asked for.
SPARE = 25
#: How well the first steps meet the hypotheses, and at how many bits all is evaluated.
_NEAR, _BITS = 1e-6, 64
#: A row of slopes that is this much shorter without the others says the same as they do.
_SHORT = 1e-3

Numbers = list[Any]


class NoModel(Undecided):
    """No point was found at which all hypotheses hold; ``work`` is how much was evaluated."""

    work = 0


class _Stage(NamedTuple):
    """Hypotheses to be met by moving the numbers at these places."""

    hypotheses: Sequence[tuple[Any, Any]]
    places: list[int]
    at_rest: bool


def draw_model(
    statement: Statement, sizes: dict[Any, int], rng: Random, functions: Any, digits: int = 40
) -> Model:
    """Return a point where the hypotheses hold: balls so small that ``digits`` can be told."""
    search = Search(statement, sizes, functions, digits)
    for _ in range(STARTS):
        found = search.from_start([draw(rng, False) for _ in range(search.count)], rng)
        if found is not None:
            with suppress(OutsideDomain):  # an assumption holds there, but not all around
                return Model(search, found)
    at = ", ".join(f"{dim} = {size}" for dim, size in sizes.items())
    nowhere = NoModel(
        f"No point was found at which the hypotheses hold{f' at {at}' if at else ''}. They may "
        "contradict each other, and then anything would follow from them."
    )
    nowhere.work = search.work
    raise nowhere


class Model(Point):
    """A point whose values are balls around where the hypotheses hold."""

    def __init__(self, search: Search, numbers: Numbers) -> None:
        values = search.values(search.balls(numbers))
        super().__init__(search.sizes, values, search.functions, digits=search.digits)
        self.search, self.numbers = search, numbers


class Search:
    """The hypotheses as functions of the numbers that determine all symbols, at one shape."""

    def __init__(
        self, statement: Statement, sizes: dict[Any, int], functions: Any, digits: int
    ) -> None:
        self.sizes, self.functions, self.digits = sizes, functions, digits
        self.hypotheses = statement.hypotheses
        self.radius = f"1e-{digits + SPARE}"
        self.bits = _BITS + 4 * (digits + SPARE)
        self._counts = {symbol: self._count(symbol) for symbol in statement.symbols}
        self._labels: dict[Any, Any] = {}
        self.work = 0
        self.count = sum(self._counts.values())
        at_rest = [pair for pair in statement.hypotheses if not max(map(nesting, pair))]
        moving = [pair for pair in statement.hypotheses if pair not in at_rest]
        self._stages: list[_Stage] = []
        settled: set[Any] = set()
        for hypotheses in filter(None, (at_rest, moving)):
            free = set().union(*(side.free_symbols for pair in hypotheses for side in pair))
            places = self._places(free - settled)
            self._stages.append(_Stage(hypotheses, places, hypotheses is at_rest))
            settled |= free

    def _places(self, free: set[Any]) -> list[int]:
        """The places of the numbers of the symbols that are still free."""
        places: list[int] = []
        start = 0
        for symbol, count in self._counts.items():
            places += range(start, start + count) if symbol in free else ()
            start += count
        return places

    def _count(self, symbol: Any) -> int:
        """How many numbers determine it; labels do not move."""
        if not isinstance(symbol, Variable):
            return 1
        if shaping(symbol) == "one_hot":
            return 0
        return parameter_count(symbol, *shape_at(symbol, self.sizes))

    def shape(self, matrix: Any) -> tuple[int, int]:
        """The shape of a matrix expression in numbers."""
        rows, cols = (int(sympify(size).xreplace(self.sizes)) for size in matrix.shape)
        return rows, cols

    def from_start(self, start: Sequence[Any], rng: Random) -> Numbers | None:
        """The numbers that Newton's method ends at; None if it does not, or outside the domain."""
        for symbol, count in self._counts.items():
            if not count:
                shape = shape_at(symbol, self.sizes)
                labels = [rng.randrange(shape[0]) for _ in range(shape[1])]
                self._labels[symbol] = build(symbol, *shape, labels)
        numbers: Numbers | None = [arb(float(number)) for number in start]
        with suppress(OutsideDomain, Unclear, OverflowError, ZeroDivisionError):
            for stage in self._stages:
                if numbers is not None:
                    numbers = self._newton(stage, numbers)
            return numbers
        return None

    def _newton(self, stage: _Stage, numbers: Numbers) -> Numbers | None:
        """First what is at rest; then the differentials, which that ties by linear equations."""
        best, patience = None, PATIENCE
        while True:
            misses, slopes = self._slopes(stage, numbers)
            solve = _solver(slopes)
            numbers = self._moved(stage, numbers, solve(misses))
            size = _largest(misses)
            if size < _NEAR:
                break
            if best is None or 2 * size < best:
                best, patience = size, PATIENCE
            patience -= 1
            if not patience:
                return None
        for _ in range(STEPS):
            misses = [float(miss) for miss in self.misses(stage.hypotheses, numbers, self.bits)]
            size = _largest(misses)
            if size < float(self.radius) / 100:
                return numbers
            if size > 1:
                return None
            numbers = self._moved(stage, numbers, solve(misses))
        return None

    def balls(self, numbers: Numbers) -> Numbers:
        """The numbers with a little room around each."""
        return [arb(number, self.radius) for number in numbers]

    def values(self, numbers: Numbers) -> dict[Any, Any]:
        """The values of all symbols; outside the domain if an assumption fails, or may fail."""
        values, place = dict(self._labels), 0
        with precision(self.bits):
            for symbol, count in self._counts.items():
                own = numbers[place : place + count]
                place += count
                if count:
                    values[symbol] = self._value(symbol, own)
        if None in values.values():
            raise OutsideDomain
        return values

    def _value(self, symbol: Any, own: Numbers) -> Any:
        if isinstance(symbol, Variable):
            return build(symbol, *shape_at(symbol, self.sizes), own)
        (value,) = own
        return value if fits(symbol, under(value)) else None

    def misses(self, hypotheses: Sequence[tuple[Any, Any]], numbers: Numbers, bits: int) -> Numbers:
        """By how much each hypothesis is missed, entry by entry."""
        point = Point(self.sizes, self.values(numbers), self.functions)
        point.bits = bits
        try:
            with precision(bits):
                return list(_misses(point, hypotheses))
        finally:
            self.work += point.work

    def _slopes(self, stage: _Stage, numbers: Numbers) -> tuple[list[float], list[list[float]]]:
        """Each miss, and its slope in each number that moves."""
        misses = self.misses(stage.hypotheses, moving(numbers, stage.places), _BITS)
        rows = [[float(slope(miss, 0, k)) for k in stage.places] for miss in misses]
        return [float(under(miss)) for miss in misses], rows

    def _moved(self, stage: _Stage, numbers: Numbers, by: list[float]) -> Numbers:
        """The numbers after a step, which is shortened if it is long."""
        size = max(_largest(by), 2) if stage.at_rest else 2
        if not isfinite(size):
            raise OutsideDomain
        moved = list(numbers)
        with precision(self.bits):
            for place, step in zip(stage.places, by, strict=True):
                moved[place] = (moved[place] + arb(2 * step / size)).mid()
        return moved


def moving(numbers: Numbers, places: Sequence[int]) -> Numbers:
    """The numbers, each of those at the places in a direction of its own."""
    moved = list(numbers)
    for place in places:
        moved[place] = Dual(0, numbers[place], {place: ONE})
    return moved


def _misses(point: Point, hypotheses: Sequence[tuple[Any, Any]]) -> Iterator[Any]:
    for pair in hypotheses:
        left, right = (entries_of(point.enclose(side)) for side in pair)
        yield from (a - b for a, b in zip(left, right, strict=True))


def _largest(numbers: list[float]) -> float:
    return max(map(abs, numbers), default=0.0)


def _dot(row: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(row, other, strict=True))


class _Direction(NamedTuple):
    """A row by its place: shares in those before it, the length of what is left, and that."""

    place: int
    shares: list[float]
    length: float
    unit: list[float]


def independent(rows: list[list[float]]) -> list[_Direction]:
    """The rows of slopes that say something of their own, by Gram and Schmidt."""
    basis: list[_Direction] = []
    for place, row in enumerate(rows):
        size, shares = hypot(*row), []
        for _, _, _, known in basis:
            share = _dot(row, known)
            shares.append(share)
            row = [a - share * b for a, b in zip(row, known, strict=True)]
        length = hypot(*row)
        if length > _SHORT * max(size, 1):
            basis.append(_Direction(place, shares, length, [a / length for a in row]))
    return basis


def _solver(rows: list[list[float]]) -> Callable[[list[float]], list[float]]:
    """What gives the shortest move that undoes misses."""
    basis = independent(rows)

    def solve(misses: list[float]) -> list[float]:
        parts: list[float] = []
        for place, shares, length, _ in basis:
            rest = misses[place] - sum(s * p for s, p in zip(shares, parts, strict=True))
            parts.append(rest / length)
        count = len(rows[0]) if rows else 0
        return [
            -sum(p * b.unit[k] for p, b in zip(parts, basis, strict=True)) for k in range(count)
        ]

    return solve
