"""Real functions in numbers of many digits, which refuse what is not real or not defined."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from mpmath.ctx_mp import MPContext
from mpmath.libmp import mpf_mul, mpf_sum


class OutsideDomain(Exception):
    """A value that is not real, or not defined, at a point."""


class Reals:
    """Real arithmetic to a number of digits, apart from mpmath's global precision.

    A number below 10⁻²⁰ may be a rounded zero: it is neither divided by nor rooted.
    """

    def __init__(self, digits: int) -> None:
        self.ctx: Any = MPContext()
        self.ctx.dps = digits
        self._small = self.ctx.mpf(10) ** -20

    def number(self, value: Any) -> Any:
        """Return a fraction as a number."""
        return self.ctx.mpf(value.numerator) / value.denominator

    def rational(self, value: Any) -> Any:
        """Return a rational number of SymPy as a number."""
        return self.ctx.mpf(int(value.p)) / int(value.q)

    def sum(self, numbers: Iterable[Any]) -> Any:
        """Return the sum of numbers, rounded once."""
        return self._rounded([number._mpf_ for number in numbers])

    def dot(self, row: Iterable[Any], column: Iterable[Any]) -> Any:
        """Return the sum of the products of numbers, rounded once."""
        pairs = zip(row, column, strict=True)
        return self._rounded([mpf_mul(a._mpf_, b._mpf_) for a, b in pairs])

    def _rounded(self, terms: list[Any]) -> Any:
        # As mpmath's own fsum and fdot, which look at the type of each term first.
        return self.ctx.make_mpf(mpf_sum(terms, *self.ctx._prec_rounding))

    def power(self, base: Any, exponent: Any) -> Any:
        """Return a rational power."""
        p, q = int(exponent.p), int(exponent.q)
        if (p < 0 and abs(base) < self._small) or abs(p) > 4096:
            raise OutsideDomain
        if q == 1:
            return base**p if p != -1 else 1 / base
        if base < 0 or (base and base < self._small):
            raise OutsideDomain
        return (self.ctx.sqrt(base) if q == 2 else self.ctx.root(base, q)) ** p

    def exp(self, x: Any) -> Any:
        """Return the exponential of a number of moderate size."""
        if abs(x) > 10_000:
            raise OutsideDomain
        return self.ctx.exp(x)

    def log(self, x: Any) -> Any:
        """Return the logarithm of a positive number."""
        if x < self._small:
            raise OutsideDomain
        return self.ctx.log(x)

    def abs(self, x: Any, moving: bool) -> Any:
        """Return the absolute value; near 0 it cannot be differentiated (``moving``)."""
        if moving and abs(x) < self._small:
            raise OutsideDomain
        return abs(x)


@lru_cache(maxsize=16)
def reals(digits: int) -> Reals:
    """Return the real arithmetic of a precision, made once."""
    return Reals(digits)
