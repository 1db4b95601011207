"""Route 3: what binds a symbol, and which bound symbols an expression depends on."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import Symbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from .series import MatrixSeries, Series
from .symbols import Variable
from .unfold import BINDERS, ENTRY


class Scope:
    """The value of a bound symbol, within which some subexpressions keep their values."""

    __slots__ = ("bound", "level", "memo", "outer", "value")

    def __init__(self, bound: Any, value: Any, outer: Scope | None, level: int) -> None:
        self.bound, self.value, self.outer, self.level = bound, value, outer, level
        self.memo: dict[Any, Any] = {}


@lru_cache(maxsize=65536)
def dependence(expr: Any) -> frozenset[Any]:
    """Return the bound symbols that ``expr`` depends on."""
    if isinstance(expr, (Symbol, Variable)):
        return frozenset((expr,)) if str(expr.name).startswith("_") else frozenset()
    if isinstance(expr, (*BINDERS, Series, MatrixSeries)):
        body, bound, point = expr.args
        return (dependence(body) - {bound}) | dependence(point)
    if isinstance(expr, ElementwiseApplyFunction):
        return (dependence(expr.function.expr) - {ENTRY}) | dependence(expr.expr)
    return frozenset().union(*map(dependence, expr.args))


@lru_cache(maxsize=65536)
def nesting(expr: Any) -> int:
    """Return how deeply derivatives stand in the bodies of derivatives."""
    if isinstance(expr, BINDERS):
        return max(1 + nesting(expr.args[0]), nesting(expr.args[2]))
    if isinstance(expr, ElementwiseApplyFunction):
        return max(nesting(expr.function.expr), nesting(expr.expr))
    return max(map(nesting, expr.args), default=0)
