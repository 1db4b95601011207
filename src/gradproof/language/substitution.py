"""Hypotheses that say what a symbol is: the symbol is replaced by what it is said to be.

"Wherever u = Ax, f(u) = g(u)" says the same as "f(Ax) = g(Ax)", if nothing else is known of u.
A derivative keeps its meaning, since what it moves has a name of its own by then.
"""

from __future__ import annotations

from typing import Any

from sympy import Symbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from .nodes import substituted
from .series import MatrixSeries, Series
from .symbols import Variable
from .unfold import BINDERS

#: What binds a symbol is not put into other such things.
_BINDING = (*BINDERS, Series, MatrixSeries, ElementwiseApplyFunction)

Equations = tuple[tuple[Any, Any], ...]


def solved(equations: Equations) -> tuple[tuple[tuple[Any, Any], ...], Equations]:
    """Symbols with what to put in their place, one after the other, and the equations left."""
    puts: list[tuple[Any, Any]] = []
    left = list(equations)
    while found := next(filter(None, map(_definition, left)), None):
        symbol, value, equation = found
        puts.append((symbol, value))
        left.remove(equation)
        left = [(put(one, [found[:2]]), put(other, [found[:2]])) for one, other in left]
    return tuple(puts), tuple(left)


def put(expr: Any, puts: Any) -> Any:
    """``expr`` with each symbol replaced in turn."""
    for symbol, value in puts:
        expr = substituted(expr, {symbol: value})
    return expr


def _definition(equation: tuple[Any, Any]) -> tuple[Any, Any, Any] | None:
    for symbol, value in (equation, equation[::-1]):
        if _is_open(symbol) and symbol not in value.free_symbols and not value.has(*_BINDING):
            return symbol, value, equation
    return None


def _is_open(expr: Any) -> bool:
    """Whether it is a symbol of which nothing is known but its shape."""
    if isinstance(expr, Variable):
        return not expr.given
    return isinstance(expr, Symbol) and not (expr.is_integer or expr.is_nonzero)
