"""Degenerate points: where a claim that holds in general position may fail.

Zeros, ones, negatives, equal entries, singular and nilpotent matrices; sizes and exponents of 1, at
which sums may be empty; functions that are zero; hypotheses that hold because both of their sides
vanish. Which points are tried depends on the statement alone: so many as a fixed amount of work
allows, the likeliest first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import islice, product
from random import Random
from typing import Any

from ...errors import Undecided
from ...language.differentials import is_moved
from ...language.statement import Statement
from ...language.symbols import Variable
from .concrete_functions import Instances, Zero
from .evaluation import Point, entries_of
from .grids import determinant
from .reals import OutsideDomain
from .sampling import Exact, build, draw_matrix, fits, parameter_count, satisfies, shape_at

#: How much is evaluated at degenerate points, and at how many at the most; and how much more to
#: find those where hypotheses hold.
WORK, MOST, UNDER_HYPOTHESES = 4000, 24, 4
#: How many shapes are looked at.
SHAPES = 5

Condition = tuple[str, Any]
Choice = dict[Any, Any]

_ENTRIES: tuple[Callable[[int, int, int, int], int], ...] = (
    lambda i, j, rows, cols: 0,
    lambda i, j, rows, cols: int(i == j),
    lambda i, j, rows, cols: 1,
    lambda i, j, rows, cols: -1,
    lambda i, j, rows, cols: int(i == 0 == j),  # of rank one, a singular diagonal
    lambda i, j, rows, cols: int(j == i + 1),  # nilpotent
    lambda i, j, rows, cols: int(i > 0),  # a row of zeros
    lambda i, j, rows, cols: int(i + j == cols - 1),  # a reflection
    lambda i, j, rows, cols: -int(i == j),
    lambda i, j, rows, cols: int(j == i) + int(j == i + 1),  # one eigenvalue, one eigenvector
    lambda i, j, rows, cols: 2 * int(i == j) + int(abs(i - j) == 1),
    lambda i, j, rows, cols: int(i == j % rows),
)


def points(
    statement: Statement,
    effort: int = 1,
    digits: int = 40,
    functions: Instances | int = 0,
) -> Iterator[Point]:
    """Yield the points at which the hypotheses hold, exactly; more with more effort.

    ``functions`` stand for the arbitrary functions, except at a point where all are zero. There
    are none for motions under hypotheses: where those vanish, an equation between differentials
    may have solutions along which nothing can move, as da where a² = 0.
    """
    if statement.hypotheses and any(map(is_moved, statement.symbols)):
        return
    work, most = effort * WORK, effort * MOST
    if statement.hypotheses:
        work *= UNDER_HYPOTHESES
    for sizes, values, zero in _choices(statement):
        if work <= 0 or most <= 0:
            return
        point = Point(sizes, values, Zero() if zero else functions, digits=digits)
        if _hold(statement, point):
            most -= 1
            yield point
        work -= max(point.work, 1)


def satisfied(point: Point, conditions: tuple[Condition, ...]) -> bool:
    """Whether all conditions of a certificate are certain to hold at a point."""
    try:
        return all(_is_so(kind, point.evaluate(expr)) for kind, expr in conditions)
    except OutsideDomain:
        return False


def _is_so(kind: str, value: Any) -> bool:
    if kind == "invertible":
        return bool(determinant(value) != 0)
    signs = [_sign(entry) for entry in entries_of(value)]
    if kind == "nonzero":
        return all(signs)
    return min(signs, default=1) >= (1 if kind == "positive" else 0)


def _sign(value: Any) -> int:
    return 1 if value > 0 else -1 if value < 0 else 0


def _hold(statement: Statement, point: Point) -> bool:
    """Whether the hypotheses hold exactly; balls cannot say so."""
    try:
        return all(
            one == other
            for pair in statement.hypotheses
            for one, other in zip(*(entries_of(point.evaluate(side)) for side in pair), strict=True)
        )
    except OutsideDomain:
        return False


def _choices(statement: Statement) -> Iterator[tuple[dict[Any, int], Choice, bool]]:
    """Sizes, values, and whether functions are zero, the likeliest first."""
    shapes = list(_shapes(statement))
    for sizes, values in shapes:
        for choice in values.zeros(alone=bool(statement.hypotheses)):
            yield sizes, choice, False
    for sizes, values in shapes[-1:]:
        yield sizes, values.generic, True
    for stage in (_Values.patterns, _Values.singly, _Values.mixed):
        for sizes, values in reversed(shapes[:2]):  # of size 1 many are the same
            for choice in stage(values):
                yield sizes, choice, False


def _shapes(statement: Statement) -> Iterator[tuple[dict[Any, int], _Values]]:
    """All sizes 1, all sizes 2, and each size by itself 1 or 2, where symbols have values."""
    names = statement.dimensions
    made = [dict.fromkeys(names, 1), dict.fromkeys(names, 2)]
    made += [{**dict.fromkeys(names, 2), name: 1} for name in names]
    made += [{**dict.fromkeys(names, 1), name: 2} for name in names]
    different = (sizes for k, sizes in enumerate(made) if sizes not in made[:k])
    for sizes in islice(different, SHAPES):
        with suppress(Undecided):
            yield sizes, _Values(statement, sizes)


class _Values:
    """Special values of the symbols of a statement at one shape, and small generic ones.

    ``generic`` are small numbers, other ones for each symbol.
    """

    def __init__(self, statement: Statement, sizes: dict[Any, int]) -> None:
        self._special: dict[Any, list[Any]] = {}
        self.generic: Choice = {}
        self._equal: Choice = {}
        for offset, symbol in enumerate(statement.symbols):
            shape = shape_at(symbol, sizes) if isinstance(symbol, Variable) else None
            self.generic[symbol] = _generic(symbol, shape, offset)
            self._equal[symbol] = _generic(symbol, shape, 0)
            if shape is None:
                special: list[Any] = [n for n in map(Fraction, (0, 1, -1)) if fits(symbol, n)]
            else:
                special = special_matrices(symbol, *shape)
            self._special[symbol] = special or [self.generic[symbol]]

    def zeros(self, alone: bool) -> Iterator[Choice]:
        """All symbols zero, or what comes first; one of them so; or all but one (``alone``)."""
        zeros = {symbol: special[0] for symbol, special in self._special.items()}
        yield zeros
        yield self._equal
        if len(zeros) > 1:
            for symbol in zeros:
                yield {**self.generic, symbol: zeros[symbol]}
                if alone:
                    yield {**zeros, symbol: self.generic[symbol]}

    def patterns(self) -> Iterator[Choice]:
        """All symbols of one pattern: all ones, all identities, all negative ..."""
        for k in range(1, max(map(len, self._special.values()), default=0)):
            yield {symbol: special[k % len(special)] for symbol, special in self._special.items()}

    def singly(self) -> Iterator[Choice]:
        """One symbol of each pattern, the others generic."""
        for symbol, special in self._special.items():
            for value in special[1:] if len(self._special) > 1 else special:
                yield {**self.generic, symbol: value}

    def mixed(self) -> Iterator[Choice]:
        """Each symbol zero, of its first other pattern, or generic, in all combinations."""
        pools = [
            [*islice(special, 2), self.generic[symbol]] for symbol, special in self._special.items()
        ]
        for values in product(*pools):
            yield dict(zip(self._special, values, strict=True))


def _generic(symbol: Any, shape: tuple[int, int] | None, offset: int) -> Any:
    """Small whole numbers, other ones for each offset, or what else fits the assumptions."""
    if shape is None:
        return Fraction(1 + (1 + 2 * offset) % 5)
    count = parameter_count(symbol, *shape)
    made = build(symbol, *shape, [Fraction(1 + (2 * (offset + k) + 1) % 5) for k in range(count)])
    return draw_matrix(symbol, *shape, Random(offset)) if made is None else made


def special_matrices(variable: Variable, rows: int, cols: int) -> list[Exact]:
    """Return the special matrices that satisfy the assumptions of a variable, zero first."""
    found: list[Exact] = []
    for made in _special(variable, rows, cols):
        if made not in found and satisfies(variable, made):
            found.append(made)
    return found


def _special(variable: Variable, rows: int, cols: int) -> Iterator[Exact]:
    for entry in _ENTRIES:
        yield _filled(rows, cols, partial(_exact, entry, rows, cols))
    if variable.has_given("column_sums"):
        whole = variable.given["column_sums"]
        each = Fraction(int(whole.p), int(whole.q))
        yield _filled(rows, cols, lambda i, j: each if i == 0 else Fraction(0))
        yield _filled(rows, cols, lambda i, j: each / rows)


def _exact(entry: Callable[..., int], rows: int, cols: int, i: int, j: int) -> Fraction:
    return Fraction(entry(i, j, rows, cols))


def _filled(rows: int, cols: int, entry: Callable[[int, int], Fraction]) -> Exact:
    return tuple(tuple(entry(i, j) for j in range(cols)) for i in range(rows))
