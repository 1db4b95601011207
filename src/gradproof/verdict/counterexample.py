"""A smallest counterexample: an exact point where the two sides of a statement differ.

Sizes are tried from the smallest upwards, with small exact numbers; the point found is made as
simple as it can be while the sides still differ.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from sympy import Float, ImmutableDenseMatrix, Rational, Symbol, latex

from ..language.statement import Statement
from ..language.symbols import OneHot, Variable
from ..printing import latex as symbol_latex
from ..printing import text as symbol_text
from ..routes.numbers import difference
from ..routes.numbers.concrete_functions import Simple, Zero
from ..routes.numbers.degenerate import points
from ..routes.numbers.enclosures import holds_a_point
from ..routes.numbers.evaluation import Point
from ..routes.numbers.hypotheses import NoModel, draw_model
from ..routes.numbers.reals import OutsideDomain, decimal, differ, number, told_apart
from ..routes.numbers.sampling import build, fits, parameter_count, shape_at

#: How many digits of the values are known, and how many are shown if they tell them apart.
DIGITS, DIGITS_SHOWN = 60, 10
#: How much is evaluated in all before the search is given up, and how much more is done than a
#: proof does at degenerate points.
MOST_WORK, EFFORT = 600_000, 4
#: The largest size that is tried for a dimension.
LARGEST = 4
#: How many points are tried at one shape.
TRIES = 6

Numbers = dict[Any, list[Fraction]]


@dataclass(frozen=True)
class Counterexample:
    """Exact values of all symbols, with which the two sides differ.

    ``point`` pairs each symbol with a SymPy rational or matrix; ``functions`` tells, in LaTeX and
    text, what stands for each arbitrary function; ``entry`` is where the sides differ, None for
    scalars; ``left`` and ``right`` are the two values there, to ten digits.
    """

    sizes: dict[str, int]
    point: tuple[tuple[Any, Any], ...]
    entry: tuple[int, int] | None
    left: str
    right: str
    functions: tuple[tuple[str, str], ...] = field(default=())

    def text(self) -> str:
        """Return the counterexample in a few lines for people."""
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        where = "" if self.entry is None else f"entry {self.entry[0]},{self.entry[1]} = "
        lines = [f"  {line['text']}" for line in self._lines()]
        head = f"The two sides differ{f' at {sizes}' if sizes else ''}{', for' if lines else ''}"
        return "\n".join(
            [head, *lines, f"  left:  {where}{self.left}", f"  right: {where}{self.right}"]
        )

    def to_json(self) -> dict[str, Any]:
        """Return the counterexample as a certificate carries it."""
        return {
            "sizes": dict(self.sizes),
            "point": self._lines(),
            "entry": None if self.entry is None else f"{self.entry[0]},{self.entry[1]}",
            "lhs": self.left,
            "rhs": self.right,
        }

    def _lines(self) -> list[dict[str, str]]:
        lines = [_line(symbol, value) for symbol, value in self.point]
        return lines + [{"latex": tex, "text": text} for tex, text in self.functions]


def _line(symbol: Any, value: Any) -> dict[str, str]:
    if isinstance(symbol, OneHot):
        labels = [value.col(j).tolist().index([1]) for j in range(value.cols)]
        shown = f"({', '.join(map(str, labels))})"
        return {
            "latex": f"{latex(Symbol(symbol.labels))} = {shown}",
            "text": f"labels {symbol.labels} = {shown}",
        }
    name, tex = symbol_text(symbol), symbol_latex(symbol)
    text = str(value.tolist()) if isinstance(value, ImmutableDenseMatrix) else str(value)
    shown = latex(value, mat_str="bmatrix", mat_delim="")
    return {"latex": f"{tex} = {shown}", "text": f"{name} = {text}"}


def find(statement: Statement, budget_seconds: float = 20.0) -> Counterexample | None:
    """Return a smallest counterexample, or None if none is found.

    What is returned is certain: an exact point that satisfies the assumptions, or a ball that
    holds one where the hypotheses hold, at which the values are unequal rationals or lie in balls
    that are apart. The search ends after so much work, the same on every machine; the seconds are
    a last guard.
    """
    end = time.monotonic() + budget_seconds
    if statement.hypotheses:
        return _find_degenerate(statement, end) or _find_small(statement, end, _find_model)
    return _find_small(statement, end, _find_at) or _find_degenerate(statement, end)


def _find_small(
    statement: Statement, end: float, find_at: Callable[[_Search], Counterexample | None]
) -> Counterexample | None:
    """What is found at the smallest shape where something is found."""
    work = 0
    for sizes in _shapes(statement):
        search = _Search(statement, sizes, end)
        found = find_at(search)
        work += search.work
        if found is not None or work > MOST_WORK or time.monotonic() > end:
            return found
    return None


def _find_degenerate(statement: Statement, end: float) -> Counterexample | None:
    """The first degenerate point where the hypotheses hold and the sides differ."""
    search = _Search(statement, {}, end)
    for point in points(statement, EFFORT, DIGITS, Simple(0)):
        if search.is_over():
            return None
        compared = search.compared(point)
        if compared is not None:
            return _report(point, compared[1], _exact)
    return None


def _find_at(search: _Search) -> Counterexample | None:
    """The simplest point at one shape where the sides differ."""
    for attempt in range(TRIES if search.sizes else 5 * TRIES):
        if search.is_over():
            return None
        numbers, functions = search.draw(attempt), Simple(attempt)
        if numbers is not None and search.differs(numbers, functions):
            simple = search.simplify(numbers, functions)
            point, found = search.differs(simple, functions)
            return _report(point, found, _exact)
    return None


def _find_model(search: _Search) -> Counterexample | None:
    """A point where the hypotheses hold and the sides differ; its numbers are rounded."""
    for attempt in range(2):
        if search.is_over():
            return None
        functions = Simple(attempt)
        try:
            point = draw_model(search.statement, search.sizes, Random(attempt), functions)
        except NoModel as error:
            search.work += error.work
            continue
        search.work += point.search.work
        compared = search.compared(point)
        if compared is not None and holds_a_point(point):
            return _report(point, compared[1], _rounded)
    return None


def _report(
    point: Point, found: tuple[Any, Any, Any], shown: Callable[[Any], Any]
) -> Counterexample:
    entry, left, right = found
    functions = point.functions
    assert isinstance(functions, (Simple, Zero))
    one, other = told_apart(left, right, DIGITS_SHOWN)
    return Counterexample(
        sizes={str(dim): size for dim, size in point.sizes.items()},
        point=tuple((symbol, shown(value)) for symbol, value in point.values.items()),
        entry=entry,
        left=one,
        right=other,
        functions=functions.described(),
    )


def _shapes(statement: Statement) -> Iterator[dict[Any, int]]:
    """Sizes for the dimensions, the smallest total first."""
    names = statement.dimensions
    for total in range(len(names), LARGEST * len(names) + 1):
        for sizes in sorted(_of_total(len(names), total), key=lambda each: max(each, default=0)):
            yield dict(zip(names, sizes, strict=True))


def _of_total(count: int, total: int) -> Iterator[tuple[int, ...]]:
    """So many sizes with that total."""
    if not count:
        yield ()
        return
    rest = count - 1
    for size in range(max(1, total - LARGEST * rest), min(LARGEST, total - rest) + 1):
        yield from ((size, *others) for others in _of_total(rest, total - size))


class _Search:
    """The search at one shape, and how much work it has been."""

    def __init__(self, statement: Statement, sizes: dict[Any, int], end: float) -> None:
        self.statement, self.sizes, self._end = statement, sizes, end
        self.work = 0

    def is_over(self) -> bool:
        """Whether there is nothing left to search with."""
        return self.work > MOST_WORK or time.monotonic() > self._end

    def draw(self, attempt: int) -> Numbers | None:
        """Small numbers for the parameters of all symbols; None if none fit the assumptions."""
        rng = Random(attempt)
        pool = [Fraction(n) for n in (-1, 0, 1, 2)] if attempt < 2 else _POOL
        numbers: Numbers = {}
        for symbol in self.statement.symbols:
            for _ in range(20):
                count = 1
                if isinstance(symbol, Variable):
                    count = parameter_count(symbol, *shape_at(symbol, self.sizes))
                numbers[symbol] = [rng.choice(pool) for _ in range(count)]
                if self._value(symbol, numbers[symbol]) is not None:
                    break
            else:
                return None
        return numbers

    def _value(self, symbol: Any, numbers: list[Fraction]) -> Any:
        """The exact value that the parameters give; None if an assumption fails."""
        if isinstance(symbol, Variable):
            return build(symbol, *shape_at(symbol, self.sizes), numbers)
        (value,) = numbers
        return value if fits(symbol, value) else None

    def differs(self, numbers: Numbers, functions: Simple) -> Any:
        """Where and how the sides differ with these parameters; None if they do not."""
        values = {symbol: self._value(symbol, own) for symbol, own in numbers.items()}
        if None in values.values():
            return None
        return self.compared(Point(self.sizes, values, functions, digits=DIGITS))

    def compared(self, point: Point) -> Any:
        """The point, and where and how the sides differ there; None if they do not."""
        try:
            left = point.evaluate(self.statement.left)
            found = difference(left, point.evaluate(self.statement.right))
        except OutsideDomain:
            return None
        finally:
            self.work += point.work
        return None if found is None else (point, found)

    def simplify(self, numbers: Numbers, functions: Simple) -> Numbers:
        """Put 0, 1, −1 or 2 for every parameter that lets the sides still differ."""
        for symbol, own in numbers.items():
            for place, old in enumerate(own):
                for simple in (0, 1, -1, 2):
                    if old == simple or time.monotonic() > self._end:
                        break
                    changed = [*own[:place], Fraction(simple), *own[place + 1 :]]
                    trial = {**numbers, symbol: changed}
                    if self.differs(trial, functions):
                        numbers, own = trial, changed
                        break
        return numbers


_POOL = [
    *(Fraction(n) for n in (-2, -1, 0, 1, 2, 3)),
    *(Fraction(n, 2) for n in (-3, -1, 1, 3)),
    Fraction(1, 3),
]


def _rounded(value: Any) -> Any:
    """A value to six digits."""
    if isinstance(value, (tuple, list)):
        return ImmutableDenseMatrix([[_rounded(entry) for entry in row] for row in value])
    return Float(decimal(number(value), 6), 6) if differ(number(value), 0) else Rational(0)


def _exact(value: Any) -> Any:
    if isinstance(value, tuple):
        return ImmutableDenseMatrix([[_exact(entry) for entry in row] for row in value])
    return Rational(value.numerator, value.denominator)
