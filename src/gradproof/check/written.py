"""A program read as it is written, where SymPy would work it out or a function would refuse.

SymPy multiplies a number into a sum at once, `2*(S - T)*X` is read as `(2*S - 2*T)*X`, and it sorts
the factors of an entrywise product within a product of matrices.  All factors at once stay as
they are.
"""

from __future__ import annotations

import ast
from typing import Any

from sympy import Integer, MatMul, Mul, S, sympify

from ..language.derivatives import Gradient, ScalarDerivative
from ..language.shapes import is_matrix

PRODUCT = "_product"
"""The name by which the program calls `product`; no program from outside may use such a name."""


class AsWritten(ast.NodeTransformer):
    """Turns every chain of factors into one call of `product`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """A product becomes a call; in anything else its parts are looked at."""
        if not isinstance(node.op, ast.Mult):
            return self.generic_visit(node)
        factors = [self.visit(factor) for factor in _factors(node)]
        return ast.copy_location(ast.Call(ast.Name(PRODUCT, ast.Load()), factors, []), node)


def _factors(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*_factors(node.left), node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [ast.copy_location(ast.Constant(-1), node), *_factors(node.operand)]
    return [node]


def product(*factors: Any) -> Any:
    """The product of all factors at once, a number in front."""
    parts = [sympify(factor) for factor in factors]
    numbers = [part for part in parts if part.is_Number]
    others = [part for part in parts if not part.is_Number]
    number = Mul(*numbers) if numbers else S.One
    if not any(map(is_matrix, others)):
        return Mul(number, *others)
    return MatMul(*([] if number == Integer(1) else [number]), *others)


def held(scalar: Any, variable: Any) -> Any:
    """The gradient in a variable; whatever occurs besides it in the scalar is held fixed."""
    kind = Gradient if is_matrix(variable) else ScalarDerivative
    return kind(sympify(scalar), variable)
