"""Dual numbers: a value with its slopes, so that derivatives are exact where values are."""

from __future__ import annotations

from typing import Any

from flint import fmpq


class Dual:
    """A value and its slope along each direction in which it moves, for one derivative.

    ``level`` says which derivative it belongs to: in the body of another, it has the higher level.
    The value and the slopes are numbers, or duals of lower levels, so that derivatives of
    derivatives keep apart what moves in which. ``slopes`` leaves out directions of slope zero.
    """

    __slots__ = ("level", "slopes", "value")

    def __init__(self, level: int, value: Any, slopes: dict[int, Any]) -> None:
        self.level, self.value, self.slopes = level, value, slopes

    def chained(self, value: Any, slope: Any) -> Dual:
        """Return a function of this number, from its value and its slope here."""
        return Dual(self.level, value, {k: slope * by for k, by in self.slopes.items()})

    def __add__(self, other: Any) -> Any:
        if isinstance(other, Dual):
            if other.level > self.level:
                return other + self
            if other.level == self.level:
                slopes = _added(self.slopes, other.slopes)
                return Dual(self.level, self.value + other.value, slopes)
        return Dual(self.level, self.value + other, self.slopes)

    __radd__ = __add__

    def __neg__(self) -> Dual:
        return Dual(self.level, -self.value, {k: -by for k, by in self.slopes.items()})

    def __sub__(self, other: Any) -> Any:
        return self + (-other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, Dual):
            if other.level > self.level:
                return other * self
            if other.level == self.level:
                mine = {k: by * other.value for k, by in self.slopes.items()}
                theirs = {k: self.value * by for k, by in other.slopes.items()}
                return Dual(self.level, self.value * other.value, _added(mine, theirs))
        return self.chained(self.value * other, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self * (fmpq(1) / other)

    def __rtruediv__(self, other: Any) -> Any:
        whole = 1 / self.value
        return other * self.chained(whole, -whole * whole)


def _added(mine: dict[int, Any], theirs: dict[int, Any]) -> dict[int, Any]:
    if not theirs:
        return mine
    slopes = dict(mine)
    for k, by in theirs.items():
        slopes[k] = slopes[k] + by if k in slopes else by
    return slopes


def under(number: Any) -> Any:
    """Return the plain number below a dual one, however deep."""
    while isinstance(number, Dual):
        number = number.value
    return number


def slope(number: Any, level: int, direction: int) -> Any:
    """Return the slope of a number along a direction of the derivative at a level."""
    if isinstance(number, Dual) and number.level == level:
        return number.slopes.get(direction, 0)
    return 0
