"""Arithmetic with fractions and, where they do not do, with numbers of so many digits."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import reduce
from typing import Any

import mpmath

from ..kernel.values import Undefined, Unknown

#: More is not raised to a power, nor put into an exponential.
LARGEST_POWER, LARGEST_EXPONENT = 600, 5000


INEXACT: ContextVar[bool] = ContextVar("inexact", default=False)


class Irrational(Exception):
    """A value that is no fraction."""


@contextmanager
def inexactly() -> Iterator[None]:
    """What is no fraction is a number of many digits, and no error."""
    token = INEXACT.set(True)
    try:
        yield
    finally:
        INEXACT.reset(token)


def differ(one: Any, other: Any) -> bool:
    """Whether two values differ, at any entry, by more than roundings do."""
    if isinstance(one, list):
        rows = zip(one, other, strict=True)
        return any(differ(a, b) for row in rows for a, b in zip(*row, strict=True))
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one != other
    return bool(abs(inexact(one) - inexact(other)) > 1e-12 * max(1, abs(inexact(one))))


def is_zero(x: Any) -> bool:
    """Whether a value is zero, as far as its digits tell."""
    if isinstance(x, (int, Fraction)):
        return x == 0
    return bool(abs(x) < mpmath.mpf(10) ** (-0.6 * mpmath.mp.dps))


def sign(x: Any) -> int:
    """The sign of a value, as far as its digits tell."""
    return 0 if is_zero(x) else 1 if x > 0 else -1


def transcendental(x: Any) -> Any:
    """The argument of a function that has no fraction for a value."""
    if isinstance(x, Fraction) and not INEXACT.get():
        raise Irrational
    return inexact(x)


def inexact(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    if isinstance(value, (list, tuple)):
        return [[inexact(entry) for entry in row] for row in value]
    return value


def _both(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A combination of numbers of which one may be a fraction and the other have digits."""

    def combined(a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) is not isinstance(b, Fraction):
            a, b = inexact(a), inexact(b)
        return combine(a, b)

    return combined


plus, by = _both(operator.add), _both(operator.mul)


def power(base: Any, p: int, q: int = 1) -> Any:
    """base^(p/q), undefined for a root of what is negative and for a division by zero."""
    if p == 0:
        return Fraction(1)
    side = sign(base)
    if (q != 1 and side < 0) or (p < 0 and not side):
        raise Undefined
    if abs(p) > LARGEST_POWER:
        raise Unknown
    if q == 1:
        return base**p
    if not side or base == 1:
        return Fraction(side)
    return transcendental(base) ** (mpmath.mpf(p) / q)


def over(grid: Any, function: Callable[[Any], Any]) -> Any:
    return [[function(entry) for entry in row] for row in grid]


def exponential(x: Any) -> Any:
    """exp x."""
    if is_zero(x):
        return Fraction(1)
    if abs(x) > LARGEST_EXPONENT:
        raise Unknown
    return mpmath.exp(transcendental(x))


def logarithm(x: Any) -> Any:
    """log x, for positive x."""
    if sign(x) <= 0:
        raise Undefined
    if x == 1:
        return Fraction(0)
    return mpmath.log(transcendental(x))


def odd(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def of(x: Any) -> Any:
        if is_zero(x):
            return Fraction(0)
        return function(transcendental(x))

    return of


def product(one: Any, other: Any) -> Any:
    """The product of two matrices."""
    columns = list(zip(*other, strict=True))
    return [
        [reduce(plus, [by(a, b) for a, b in zip(row, col, strict=True)]) for col in columns]
        for row in one
    ]


def determinant(grid: Any) -> Any:
    """The determinant, by its first row."""
    if len(grid) > 4:
        raise Unknown
    if len(grid) == 1:
        return grid[0][0]
    minors = ([[*row[:j], *row[j + 1 :]] for row in grid[1:]] for j in range(len(grid)))
    terms = [by((-1) ** j * grid[0][j], determinant(minor)) for j, minor in enumerate(minors)]
    return reduce(plus, terms)


def inverse(grid: Any) -> Any:
    """The inverse, by minors; a singular matrix has none."""
    whole, n = determinant(grid), len(grid)
    if is_zero(whole):
        raise Undefined
    if n == 1:
        return [[1 / whole]]

    def minor(i: int, j: int) -> Any:
        rows = [row for k, row in enumerate(grid) if k != i]
        return determinant([[*row[:j], *row[j + 1 :]] for row in rows])

    over = 1 / whole
    return [[by(over, (-1) ** (i + j) * minor(j, i)) for j in range(n)] for i in range(n)]


def matrix_power(grid: Any, exponent: int) -> Any:
    """A power of a square matrix."""
    if exponent < 0:
        return matrix_power(inverse(grid), -exponent)
    if exponent > 40:
        raise Unknown
    n = len(grid)
    unit = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    return reduce(product, [grid] * exponent, unit)


def kronecker(one: Any, other: Any) -> Any:
    return [[by(a, b) for a in row for b in inner] for row in one for inner in other]


def total_of(grid: Any) -> Any:
    return reduce(plus, [entry for row in grid for entry in row])
