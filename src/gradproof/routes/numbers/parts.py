"""Route 3: expressions made ready to be evaluated often, and scopes that keep their values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

from sympy import Symbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ...language.series import MatrixSeries, Series
from ...language.symbols import Variable
from ...language.unfold import BINDERS, ENTRY


class Part:
    """An expression, one object for all that are equal, so that its values are found by identity.

    SymPy compares expressions by their trees, which takes longer than most of the arithmetic.
    ``needs`` are the bound symbols that it depends on, ``nesting`` is how deeply derivatives stand
    in the bodies of derivatives.
    """

    __slots__ = ("__weakref__", "args", "expr", "needs", "nesting")

    def __init__(self, expr: Any) -> None:
        self.expr = expr
        self.args: tuple[Part, ...] = tuple(map(_part, _evaluated(expr)))
        self.needs: frozenset[Part] = self._needs()
        self.nesting: int = max((arg.nesting for arg in self.args), default=0)
        if isinstance(expr, BINDERS):
            self.nesting = max(1 + self.args[0].nesting, self.args[2].nesting)

    def _needs(self) -> frozenset[Part]:
        if isinstance(self.expr, (Symbol, Variable)):
            return frozenset((self,)) if str(self.expr.name).startswith("_") else frozenset()
        if isinstance(self.expr, (*BINDERS, Series, MatrixSeries)):
            body, bound, point = self.args
            return (body.needs - {bound}) | point.needs
        if isinstance(self.expr, ElementwiseApplyFunction):
            body, matrix = self.args
            return (body.needs - {ENTRY_PART}) | matrix.needs
        return frozenset().union(*(arg.needs for arg in self.args))


def _evaluated(expr: Any) -> tuple[Any, ...]:
    """What is evaluated of an expression; of a function at every entry, its value there."""
    if isinstance(expr, (Symbol, Variable)):
        return ()
    if isinstance(expr, ElementwiseApplyFunction):
        return expr.function.expr, expr.expr
    return tuple(expr.args)


_parts: WeakValueDictionary[Any, Part] = WeakValueDictionary()


def _part(expr: Any) -> Part:
    found = _parts.get(expr)
    if found is None:
        found = _parts[expr] = Part(expr)
    return found


@lru_cache(maxsize=4096)
def part(expr: Any) -> Part:
    """Return the one part for all expressions that are equal to this one."""
    return _part(expr)


#: The entry that a function is applied to.
ENTRY_PART = part(ENTRY)


class Scope:
    """The value of a bound symbol, within which some parts keep their values."""

    __slots__ = ("bound", "level", "memo", "outer", "value")

    def __init__(self, bound: Part | None, value: Any, outer: Scope | None, level: int) -> None:
        self.bound, self.value, self.outer, self.level = bound, value, outer, level
        self.memo: dict[Part, Any] = {}


def nesting(expr: Any) -> int:
    """Return how deeply derivatives stand in the bodies of derivatives."""
    return part(expr).nesting
