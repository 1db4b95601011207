"""Real numbers that are never wrong: exact while they are rational, else balls that enclose.

A number is a rational of FLINT, a ball of Arb, or a dual number of these. A ball is an interval
that holds the true value; where it is too wide to tell, say, a sign, :class:`Unclear` asks for
more bits. What is not real, or not defined, is :class:`OutsideDomain`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import reduce
from operator import add
from threading import RLock
from typing import Any

from flint import arb, ctx, fmpq

from .duals import Dual, under

#: A rational with a longer numerator or denominator becomes a ball.
EXACT_BITS = 4096
#: Beyond these a number is too large to tell.
LARGEST_EXPONENT, LARGEST_POWER = 10**6, 4096
#: More decimals are not shown.
MOST_DIGITS = 400

ZERO, ONE = fmpq(0), fmpq(1)
_LOCK = RLock()


class OutsideDomain(Exception):
    """A value that is not real, or not defined, at a point."""


class Unresolved(OutsideDomain):
    """A value that all the bits that are tried do not tell."""


class Unclear(Exception):
    """A ball is too wide to tell whether a value is defined."""


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Give balls this many bits; FLINT has one precision for all threads, so one at a time."""
    with _LOCK:
        before = ctx.prec
        try:
            ctx.prec = bits
            yield
        finally:
            ctx.prec = before


def number(value: Any) -> Any:
    """Return a fraction or a whole number as a rational; other numbers as they are."""
    if isinstance(value, (fmpq, arb, Dual)):
        return value
    return fmpq(value.numerator, value.denominator)


def sign(x: Any) -> int:
    """Return −1, 0 or 1; raise :class:`Unclear` where a ball holds zero and more."""
    x = under(x)
    if x > 0:
        return 1
    if x < 0:
        return -1
    if x == 0:
        return 0
    raise Unclear


def tamed(x: Any) -> Any:
    """Return a number with rationals that have grown long as balls."""
    if isinstance(x, arb):
        return x
    if isinstance(x, Dual):
        return Dual(x.level, tamed(x.value), {k: tamed(by) for k, by in x.slopes.items()})
    return x if x.height_bits() <= EXACT_BITS else arb(x)


def total(numbers: Iterable[Any]) -> Any:
    """Return the sum of numbers."""
    return reduce(add, numbers, ZERO)


def dot(row: Iterable[Any], column: Iterable[Any]) -> Any:
    """Return the sum of the products of numbers."""
    return tamed(total(a * b for a, b in zip(row, column, strict=True)))


def reciprocal(x: Any) -> Any:
    """Return 1/x of what is not zero."""
    if not sign(x):
        raise OutsideDomain
    return 1 / x


def power(x: Any, p: int, q: int = 1) -> Any:
    """Return x to the power p/q in lowest terms, q > 0; x⁰ is 1, the product of nothing."""
    if abs(p) > LARGEST_POWER:
        raise OutsideDomain
    if q != 1:
        return _fractional(x, p, q)
    if not p:
        return ONE
    if isinstance(x, Dual):
        return x.chained(power(x.value, p), p * power(x.value, p - 1))
    whole = x
    for digit in bin(abs(p))[3:]:  # not arb's own power, which is undefined at balls around 0
        whole = whole * whole * x if digit == "1" else whole * whole
        whole = tamed(whole)
    return whole if p > 0 else reciprocal(whole)


def _fractional(x: Any, p: int, q: int) -> Any:
    """A power by a fraction: at zero it has a value where p > 0, and no slope."""
    side = sign(x)
    if side < 0 or (not side and (p < 0 or isinstance(x, Dual))):
        raise OutsideDomain
    if isinstance(x, Dual):
        return x.chained(power(x.value, p, q), fmpq(p, q) * power(x.value, p - q, q))
    return power(_root(x, q), p) if side else ZERO


def _root(x: Any, q: int) -> Any:
    if isinstance(x, fmpq):
        above, below = x.p.root(q), x.q.root(q)
        if above**q == x.p and below**q == x.q:
            return fmpq(above, below)
    return arb(x).sqrt() if q == 2 else arb(x).root(q)


def exp(x: Any) -> Any:
    """Return the exponential of a number of moderate size."""
    if isinstance(x, Dual):
        value = exp(x.value)
        return x.chained(value, value)
    if x == 0:
        return ONE
    if not abs(x) <= LARGEST_EXPONENT:
        raise OutsideDomain if abs(x) > LARGEST_EXPONENT else Unclear
    return arb(x).exp()


def log(x: Any) -> Any:
    """Return the logarithm of a positive number."""
    if sign(x) <= 0:
        raise OutsideDomain
    if isinstance(x, Dual):
        return x.chained(log(x.value), 1 / x.value)
    return ZERO if x == 1 else arb(x).log()


def absolute(x: Any) -> Any:
    """Return the absolute value, which at 0 has no slope."""
    if not isinstance(x, Dual):
        return abs(x)
    side = sign(x)
    if not side:
        raise OutsideDomain
    return x if side > 0 else -x


def tanh(x: Any) -> Any:
    """Return the hyperbolic tangent."""
    if isinstance(x, Dual):
        value = tanh(x.value)
        return x.chained(value, 1 - value * value)
    return ZERO if x == 0 else arb(x).tanh()


def erf(x: Any) -> Any:
    """Return the error function."""
    if isinstance(x, Dual):
        return x.chained(erf(x.value), 2 / arb.pi().sqrt() * exp(-x.value * x.value))
    return ZERO if x == 0 else arb(x).erf()


def sin(x: Any) -> Any:
    """Return the sine."""
    if isinstance(x, Dual):
        return x.chained(sin(x.value), cos(x.value))
    return ZERO if x == 0 else arb(x).sin()


def cos(x: Any) -> Any:
    """Return the cosine."""
    if isinstance(x, Dual):
        return x.chained(cos(x.value), -sin(x.value))
    return ONE if x == 0 else arb(x).cos()


def is_good(x: Any, digits: int) -> bool:
    """Whether a number is known to within 10^(−digits) · max(1, \\|x\\|)."""
    if isinstance(x, fmpq):
        return True
    return bool(x.is_finite() and x.rel_one_accuracy_bits() >= 3.33 * digits)


def differ(one: Any, other: Any) -> bool:
    """Whether two numbers differ for certain: rationals that are unequal, balls that are apart."""
    if isinstance(one, arb) != isinstance(other, arb):
        with precision(EXACT_BITS):  # to which the rational becomes a ball
            return bool(arb(one) != arb(other))
    return bool(one != other)


def decimal(x: Any, digits: int) -> str:
    """Return a number in decimals."""
    if not differ(x, 0):
        return "0"
    with precision(4 * digits + 64):
        text = str(arb(x).mid().str(digits, radius=False))
    head, mark, exponent = text.partition("e")
    return (head.rstrip("0").rstrip(".") if "." in head else head) + mark + exponent


def told_apart(one: Any, other: Any, digits: int = 15) -> tuple[str, str]:
    """Return two numbers that differ in decimals, as many as show that they do."""
    texts = decimal(one, digits), decimal(other, digits)
    while texts[0] == texts[1] and digits < MOST_DIGITS:
        digits *= 2
        texts = decimal(one, digits), decimal(other, digits)
    return texts
