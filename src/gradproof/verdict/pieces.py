"""An equation taken apart for a drawing of its shapes: the matrices it multiplies and adds.

Only what stands at the top of a side is told apart: ∂L/∂W = (P − Y)Xᵀ/N has the pieces ∂L/∂W,
1/N, P − Y and Xᵀ, each with its shape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sympy import HadamardPower, HadamardProduct, MatAdd, MatMul, Mul, sympify

from ..language.shapes import is_matrix
from ..language.statement import Statement
from ..language.symbols import OneHot
from ..language.unfold import DerivativeNode
from ..printing.boxes import PREFIX, PRODUCT, SUM, Box, tight
from ..printing.code import code
from ..printing.draw import Draw
from ..printing.taste import factors, is_negative, matrix_terms

Piece = dict[str, Any]

_MOST = 5  # pieces of a side, above which it is drawn as one
_LONG = 26  # characters of a name, above which it is cut short
_FIRST = (3, 2, 4, 5, 6, 7)  # sizes to draw where none are known


def pieces(statement: Statement, sizes: Mapping[str, int]) -> list[Piece]:
    """The matrices of an equation in the order in which they are drawn.

    Each has ``latex``, ``text``, ``shape`` as text and ``size`` in numbers, at ``sizes`` where
    they say it; what stands between two of them is a ``sign``.  A scalar has no ``shape``.  Where
    both sides are scalars, the matrices and vectors that they speak of are drawn instead.
    """
    taken = _Taken(statement, sizes)
    if is_matrix(statement.lhs):
        return [*taken.side(statement.lhs), {"sign": "="}, *taken.side(statement.rhs)]
    symbols = [s for s in statement.symbols if is_matrix(s) and not isinstance(s, OneHot)]
    return [taken.piece(symbol) for symbol in symbols[: 2 * _MOST]]


class _Taken:
    """How one statement is taken apart."""

    def __init__(self, statement: Statement, sizes: Mapping[str, int]) -> None:
        self.draw = Draw(statement)
        self.sizes = dict(sizes)

    def side(self, expr: Any) -> list[Piece]:
        found = self._sum(expr) if isinstance(expr, MatAdd) else self._term(expr, alone=True)
        blocks = sum("shape" in piece for piece in found)
        return found if blocks <= _MOST else [self.piece(expr)]

    def _sum(self, expr: Any) -> list[Piece]:
        found: list[Piece] = []
        for place, term in enumerate(matrix_terms(expr, code)):
            if place and not is_negative(term):
                found.append({"sign": "+"})
            found += self._term(term)
        return found

    def _term(self, expr: Any, *, alone: bool = False) -> list[Piece]:
        if isinstance(expr, HadamardProduct) and not any(map(_is_quotient, expr.args)):
            made = [self.piece(arg, PREFIX) for arg in expr.args]
            return [p for piece in made for p in ({"sign": "⊙"}, piece)][1:]
        if not isinstance(expr, MatMul):
            return [self.piece(expr, SUM if alone else PREFIX)]
        parts = factors(expr, code)
        found: list[Piece] = [{"sign": "−"}] if parts.negative else []
        number = Mul(*parts.above) / Mul(*parts.below)
        if number != 1:
            found.append(self.piece(number, PRODUCT))
        return found + [self.piece(matrix, PREFIX) for matrix in parts.matrices]

    def piece(self, expr: Any, level: int = SUM) -> Piece:
        """One block, or a number without a shape."""
        box = self._short(expr, tight(self.draw(expr), level))
        shape = expr.shape if is_matrix(expr) else ()
        return {
            "latex": box.latex,
            "text": box.text,
            "shape": [self.draw(size).text for size in shape],
            "size": [self._value(size) for size in shape],
        }

    def _short(self, expr: Any, box: Box) -> Box:
        """A long name cut short: a derivative by its sign, anything else by dots."""
        if len(box.text) <= _LONG:
            return box
        if isinstance(expr, DerivativeNode):
            head = box.latex.partition(" ")[0]
            if head.startswith((r"\nabla", "J_")) and head.count("{") == head.count("}"):
                return Box(head, re.split(r"[ (]", box.text)[0])
        return Box(r"(\cdots)", "(…)")

    def _value(self, size: Any) -> int:
        size = sympify(size)
        for symbol in sorted(size.free_symbols, key=str):
            if str(symbol) not in self.sizes:
                unused = [n for n in _FIRST if n not in self.sizes.values()]
                self.sizes[str(symbol)] = unused[0] if unused else len(self.sizes)
        return max(1, int(size.subs({s: self.sizes[str(s)] for s in size.free_symbols})))


def _is_quotient(factor: Any) -> bool:
    """Whether it is drawn below a ⊘."""
    return isinstance(factor, HadamardPower) and factor.exp.is_Rational and bool(factor.exp < 0)
