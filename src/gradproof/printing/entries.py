"""The entry of a matrix, as far as it is an expression of entries: (A ⊙ B)ᵢⱼ is Aᵢⱼ Bᵢⱼ.

The result is a scalar expression in which symbols stand for boxes, so that the taste for sums
and products is the one of every scalar.
"""

from __future__ import annotations

from typing import Any

from sympy import (
    Add,
    HadamardPower,
    HadamardProduct,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Pow,
    S,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ..language.derivatives import Gradient, Hessian, Jacobian
from ..language.nodes import DefinedMatrix
from ..language.symbols import OneHot, Variable
from . import derivatives
from .boxes import Box, atom, indexed
from .draw import Draw
from .names import name_box


def entry(draw: Draw, matrix: Any, row: Box, col: Box) -> Any:
    """The scalar expression of one entry; an index that has one value only is left out."""
    if isinstance(matrix, OneHot):
        return draw.hold(_is_label(matrix, row, col))
    if isinstance(matrix, OneMatrix):
        return S.One
    if isinstance(matrix, ZeroMatrix):
        return S.Zero
    if isinstance(matrix, Transpose):
        return entry(draw, matrix.arg, col, row)
    if isinstance(matrix, MatAdd):
        return Add(*[entry(draw, term, row, col) for term in matrix.args])
    if isinstance(matrix, HadamardProduct):
        return Mul(*[entry(draw, factor, row, col) for factor in matrix.args])
    if isinstance(matrix, HadamardPower):
        return Pow(entry(draw, matrix.base, row, col), matrix.exp)
    if isinstance(matrix, ElementwiseApplyFunction):
        (bound,) = matrix.function.variables
        return matrix.function.expr.xreplace({bound: entry(draw, matrix.expr, row, col)})
    if isinstance(matrix, MatMul):
        inner = [arg for arg in matrix.args if getattr(arg, "is_Matrix", False)]
        if len(inner) == 1:
            scalars = [arg for arg in matrix.args if arg is not inner[0]]
            return Mul(*scalars, entry(draw, inner[0], row, col))
    return draw.hold(_indexed(draw, matrix, row, col))


def _is_label(matrix: OneHot, row: Box, col: Box) -> Box:
    name = label(matrix, col)
    return atom(f"[{name.latex} = {row.latex}]", f"[{name.text} = {row.text}]")


def label(matrix: OneHot, col: Box) -> Box:
    """The label of a column: y_j, or y where there is only one."""
    name = name_box(matrix.labels)
    return name if matrix.shape[1] == 1 else indexed(name, [col])


def _indexed(draw: Draw, matrix: Any, row: Box, col: Box) -> Box:
    rows, cols = matrix.shape
    if isinstance(matrix, Gradient | Jacobian | Hessian):
        shown = derivatives.entry_of(draw, matrix, row, col)
        if shown is not None:
            return shown
    # A column or row that has a name is a vector: its entries have one index.
    named = isinstance(matrix, Variable | DefinedMatrix)
    indices = [row] if cols == 1 and named else [col] if rows == 1 and named else [row, col]
    if not named and (rows == 1 or cols == 1):
        indices = [row] if cols == 1 else [col]
    box = indexed(draw(matrix), indices)
    return Box(box.latex, box.text, scripted=True, plain=named)
