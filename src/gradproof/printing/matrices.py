"""Matrices: transposes, inverses, entrywise operations, explicit matrices, single entries."""

from __future__ import annotations

from typing import Any

from sympy import (
    Function,
    HadamardPower,
    Identity,
    Inverse,
    Lambda,
    OneMatrix,
    Pow,
    Rational,
    Transpose,
)

from ..language.functions import FunctionOfScalar
from ..language.nodes import ScalarNode
from .algebra import arbitrary, exponent_of
from .boxes import (
    ATOM,
    ENTRYWISE,
    PREFIX,
    Box,
    atom,
    call,
    entrywise,
    hadamard,
    parens,
    prefix,
    raised,
    tight,
    transposed,
)
from .draw import Draw, rule
from .entries import entry
from .names import function_box, name_box, snake


@rule("Transpose")
def _transpose(draw: Draw, expr: Any) -> Box:
    if isinstance(expr.arg, Inverse):
        return transposed(draw(expr.arg.arg), inverse=True)
    return transposed(draw(expr.arg))


@rule("Inverse")
def _inverse(draw: Draw, expr: Any) -> Box:
    if isinstance(expr.arg, Transpose):
        return transposed(draw(expr.arg.arg), inverse=True)
    return raised(draw(expr.arg), "-1")


@rule("OneHot")
def _one_hot(draw: Draw, expr: Any) -> Box:
    return call(function_box("onehot"), name_box(expr.labels))


@rule("Identity")
def _identity(draw: Draw, expr: Any) -> Box:
    return _sized(draw, expr, "I", "I") if draw.are_many("Identity") else atom("I", "I")


@rule("ZeroMatrix")
def _zero(draw: Draw, expr: Any) -> Box:
    return _sized(draw, expr, "0", "0") if draw.are_many("ZeroMatrix") else atom("0", "0")


def _sized(draw: Draw, expr: Any, latex: str, text: str) -> Box:
    """A constant matrix with its sizes, a column and an identity with one of them."""
    rows, cols = expr.shape
    alone = cols == 1 != rows or isinstance(expr, Identity)
    sizes = [draw(rows)] if alone else [draw(rows), draw(cols)]
    lower = r" \times ".join(box.latex for box in sizes)
    below = "×".join(tight(box, ATOM).text for box in sizes)
    return atom(f"{latex}_{{{lower}}}", f"{text}_{below}", scripted=True)


@rule("OneMatrix")
def _ones(draw: Draw, expr: Any) -> Box:
    rows, cols = expr.shape
    if (rows == 1) != (cols == 1):
        one = atom(r"\mathbf{1}", "𝟏")
        if draw.are_many("OneMatrix"):
            one = _sized(draw, OneMatrix(rows * cols, 1), one.latex, one.text)
        return one if cols == 1 else transposed(one)
    return _sized(draw, expr, r"\mathbf{1}", "𝟏")


@rule("HadamardProduct")
def _hadamard(draw: Draw, expr: Any) -> Box:
    above, below = [], []
    for factor in expr.args:
        if isinstance(factor, HadamardPower) and factor.exp.is_Rational and factor.exp < 0:
            positive = HadamardPower(factor.base, -factor.exp)
            below.append(draw(factor.base if factor.exp == -1 else positive))
        else:
            above.append(draw(factor))
    if not above:
        return hadamard([draw(factor) for factor in expr.args])
    return entrywise(hadamard(above), hadamard(below) if below else None)


@rule("HadamardPower")
def _hadamard_power(draw: Draw, expr: Any) -> Box:
    return _entrywise_power(draw, draw(expr.base), expr.exp)


def _entrywise_power(draw: Draw, base: Box, exponent: Any) -> Box:
    latex, text = exponent_of(draw, exponent)
    return raised(base, rf"\odot {latex}", f"⊙{text}")


@rule("ElementwiseApplyFunction")
def _elementwise(draw: Draw, expr: Any) -> Box:
    function, matrix = expr.args
    return apply(draw, function, draw(matrix))


def apply(draw: Draw, function: Lambda, argument: Box) -> Box:
    """An elementwise function of a matrix that is drawn already."""
    (bound,) = function.variables
    body = function.expr
    if body == bound:
        return argument
    if isinstance(body, FunctionOfScalar) and body.args[2] == bound:
        return call(arbitrary(body.name, body.order), argument)
    if body.args == (bound,) and isinstance(body, Function | ScalarNode):
        head = function_box(snake(type(body).__name__))
        return prefix(head, argument) if head.text == "log" else call(head, argument)
    if isinstance(body, Pow) and body.base == bound and isinstance(body.exp, Rational):
        return _entrywise_power(draw, argument, body.exp)
    letter = draw.letter()
    with draw.bind(bound, letter):
        inner = draw(body)
    arrow = Box(rf"{letter.latex} \mapsto {inner.latex}", f"{letter.text} ↦ {inner.text}")
    return call(parens(arrow), argument)


@rule("Trace")
def _trace(draw: Draw, expr: Any) -> Box:
    return call(function_box("trace"), draw(expr.arg))


@rule("Determinant")
def _determinant(draw: Draw, expr: Any) -> Box:
    return prefix(function_box("determinant"), draw(expr.arg))


@rule("KroneckerProduct")
def _kronecker(draw: Draw, expr: Any) -> Box:
    inner = [tight(draw(arg), PREFIX) for arg in expr.args]
    latex = r" \otimes ".join(box.latex for box in inner)
    return Box(latex, " ⊗ ".join(box.text for box in inner), ENTRYWISE)


@rule("MatrixBase")
def _explicit(draw: Draw, expr: Any) -> Box:
    rows = [[draw(expr[i, j]) for j in range(expr.cols)] for i in range(expr.rows)]
    latex = r" \\ ".join(" & ".join(box.latex for box in row) for row in rows)
    text = ", ".join("[" + ", ".join(box.text for box in row) + "]" for row in rows)
    return atom(rf"\begin{{bmatrix}} {latex} \end{{bmatrix}}", f"[{text}]")


@rule("MatrixElement")
def _element(draw: Draw, expr: Any) -> Box:
    matrix, row, col = expr.args
    return draw(entry(draw, matrix, draw(row), draw(col)))
