"""Functions of real numbers that a program computes as one: what finite forms are made of."""

from __future__ import annotations

from typing import Any

from sympy import Function


class Head(Function):  # type: ignore[misc]
    """A function that SymPy leaves as it is."""

    is_real = True


class LogAddExp(Head):
    """log(exp a + exp b)."""


class LogSubExp(Head):
    """log(exp a − exp b), where a is above b."""


class LogSum(Head):
    """``LogSum(w, a, v, b, …)``: log(w exp a + v exp b + …), where that is positive."""


class LogErfc(Head):
    """The logarithm of 1 − erf z, also where that is too small for a float."""


class Erfc(Head):
    """1 − erf z."""


class Expm1(Head):
    """exp(z) − 1."""


class Minimum0(Head):
    """min(z, 0)."""

    @classmethod
    def eval(cls, z: Any) -> Any:
        """The minimum of a minimum is itself."""
        return z if isinstance(z, cls) else None


class Where(Head):
    """``Where(z, a, b)``: a where z > 0, else b."""


class Xlogy(Head):
    """x log y, and 0 where both are 0."""


class Ratio(Head):
    """a / b, and 0 where both are 0."""


class LogDet(Head):
    """The logarithm of a determinant, given by the name of the determinant."""


class LogAbsDet(Head):
    """The logarithm of the absolute value of a determinant."""
