"""Differentials: how an expression moves, to first order, with all the symbols in it.

The differential of a symbol A is a symbol dA of the same shape, tied as A is. The differential of
an expression is its derivative as every symbol A moves to A + t·dA, at t = 0.
"""

from __future__ import annotations

from typing import Any

from sympy import Identity, S, Symbol, ZeroMatrix

from ..errors import ConstrainedVariable, DoesNotDepend, StatementError
from .nodes import MatrixNode, ScalarNode, as_expression, substituted
from .shapes import is_matrix
from .shown import shown
from .symbols import OneHot, Variable, moved_assumptions
from .unfold import DerivativeAt, DerivativeNode, SlopeAt, depth, unfold


class Differential(DerivativeNode, MatrixNode):
    """The differential of a matrix."""

    @property
    def shape(self) -> Any:
        """The shape of the matrix."""
        return self.args[0].shape

    @property
    def unfolded(self) -> Any:
        """The differential in primitives."""
        return _unfolded(self.args[0])


class ScalarDifferential(DerivativeNode, ScalarNode):
    """The differential of a scalar."""

    @property
    def unfolded(self) -> Any:
        """The differential in primitives."""
        return _unfolded(self.args[0])


class MovedVariable(Variable):
    """The differential of a matrix symbol, as a symbol."""


class MovedScalar(Symbol):  # type: ignore[misc]
    """The differential of a scalar symbol, as a symbol."""


def is_moved(symbol: Any) -> bool:
    """Whether a symbol is the differential of another."""
    return isinstance(symbol, (MovedVariable, MovedScalar))


def differential(expr: Any) -> Any:
    """Return the differential of an expression, unevaluated.

    ``differential(A)`` of a symbol is dA, a symbol of the shape of A that is symmetric, diagonal
    or of column sums 0 where A is symmetric, diagonal or of known column sums. The differential
    of an expression moves every symbol in it: that of ``A*v`` is dA v + A dv.
    Raises :class:`DoesNotDepend` where nothing in the expression can move.
    """
    expr = as_expression(expr, "What differential moves")
    if expr.has(Differential, ScalarDifferential):
        raise StatementError(
            f"{shown(expr)} contains a differential, and there are no second ones. "
            "Write out what moves to first order."
        )
    if not _moving(expr):
        raise DoesNotDepend(
            f"Nothing in {shown(expr)} can move, so its differential is zero. Write zero."
        )
    return Differential(expr) if is_matrix(expr) else ScalarDifferential(expr)


def moved(expr: Any) -> Any:
    """The differential of an expression, zero where nothing in it can move."""
    if _moving(expr):
        return differential(expr)
    return ZeroMatrix(*expr.shape) if is_matrix(expr) else S.Zero


def _moving(expr: Any) -> list[Any]:
    """The symbols that can move, by name: neither dimensions nor labels."""
    found = []
    for symbol in sorted(expr.free_symbols, key=lambda symbol: str(symbol.name)):
        fixed = symbol.is_integer if isinstance(symbol, Symbol) else symbol.has_given("one_hot")
        if not fixed and not isinstance(symbol, OneHot):
            found.append(symbol)
    return found


def _moved_symbol(symbol: Any) -> Any:
    name = f"d{symbol.name}"
    if isinstance(symbol, Symbol):
        return MovedScalar(name, real=True)
    if symbol.has_given("orthogonal"):
        raise ConstrainedVariable(
            f"{symbol} is orthogonal, and its differential is tied to it. Declare {symbol} without "
            f"that, and give {shown(symbol.T * symbol)} = {shown(Identity(symbol.shape[0]))} as a "
            "hypothesis."
        )
    rows, cols = symbol.shape
    return MovedVariable(name, rows, cols, moved_assumptions(symbol))


def _unfolded(expr: Any) -> Any:
    symbols = {symbol: _moved_symbol(symbol) for symbol in _moving(expr)}
    if expr in symbols:
        return symbols[expr]
    body = unfold(expr)
    step = Symbol(f"_{1 + depth(body)}", real=True)
    shifted = substituted(body, {symbol: symbol + step * to for symbol, to in symbols.items()})
    return (SlopeAt if is_matrix(body) else DerivativeAt)(shifted, step, S.Zero)
