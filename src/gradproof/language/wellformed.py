"""What the sides of a statement may be: exact numbers, fitting shapes, known constructs, names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sympy import (
    Abs,
    Add,
    Determinant,
    DiagonalOf,
    Dummy,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Symbol,
    Trace,
    Transpose,
    Tuple,
    ZeroMatrix,
    erf,
    exp,
    log,
    tanh,
)
from sympy.core.numbers import NumberSymbol
from sympy.core.symbol import Str
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import BadName, InexactNumber, ShapeMismatch, StatementError, UnknownConstruct
from .functions import FunctionOfMatrix, FunctionOfScalar
from .nodes import NOT_REAL, Size, Total, parts
from .series import MatrixSeries, Series
from .shapes import check_product, check_same_shape, is_matrix, shape_text
from .shown import shown
from .symbols import Variable
from .unfold import BINDERS, ENTRY, unfold

#: A number of more bits than this is refused.
MOST_BITS = 4096
#: Functions of one real variable that every route knows.
SCALAR_FUNCTIONS = (exp, log, Abs, tanh, erf)

_ARITHMETIC = (Add, Mul, Pow, Total, Size, Series)
_SCALARS = (*_ARITHMETIC, *SCALAR_FUNCTIONS, FunctionOfMatrix, FunctionOfScalar)
_MATRICES = (
    MatAdd,
    MatMul,
    MatPow,
    Transpose,
    HadamardProduct,
    HadamardPower,
    ElementwiseApplyFunction,
    Identity,
    OneMatrix,
    ZeroMatrix,
    ImmutableDenseMatrix,
    Trace,
    MatrixElement,
    Inverse,
    Determinant,
    KroneckerProduct,
    MatrixSeries,
)
PRIMITIVES = (*_SCALARS, *_MATRICES, *BINDERS)


def check_numbers(*sides: Any) -> None:
    """Refuse what is not an exact real number."""
    for side in sides:
        for node in parts(side):
            if getattr(node, "is_Float", False):
                raise InexactNumber(
                    f"{node} in {shown(side)} is a float, and a float is not exact. "
                    f"Write a Rational, for example Rational('{node:.6g}')."
                )
            if node.is_Integer and abs(node.p).bit_length() > MOST_BITS:
                raise InexactNumber(
                    f"A number of {abs(node.p).bit_length()} bits is too long to be shown. Put a "
                    "symbol in its place."
                )
            if node in NOT_REAL:
                raise InexactNumber(f"{node} in {shown(side)} is not a real number.")


def check_shapes(*sides: Any) -> None:
    """Refuse parts that do not fit, anywhere in the sides."""
    for side in sides:
        for node in parts(side, _meaningful):
            check_shape(node)


def check_shape(node: Any) -> None:
    """Refuse parts that do not fit, which SymPy lets stand where shapes are symbolic."""
    parts = [arg for arg in node.args if is_matrix(arg)]
    if isinstance(node, MatMul):
        for left, right in pairwise(parts):
            check_product(left, right)
    elif isinstance(node, (MatAdd, HadamardProduct)):
        for part in parts[1:]:
            check_same_shape(parts[0], part, "A sum or an entrywise product")
    elif isinstance(node, (Inverse, Determinant, Trace, MatPow, DiagonalOf)):
        matrix = node.args[0]
        if matrix.shape[0] != matrix.shape[1]:
            raise ShapeMismatch(
                f"{shown(node)} needs a square matrix, and {shown(matrix)} is {shape_text(matrix)}."
            )


def check_primitives(*sides: Any) -> None:
    """Refuse what no route has a meaning for."""
    for side in sides:
        for node in parts(side, _meaningful):
            if isinstance(node, (Pow, HadamardPower)) and not _is_exponent(node.exp):
                raise UnknownConstruct(
                    f"{_as_written(node, side)} has the exponent {shown(node.exp)}; "
                    "an exponent is an exact rational number or a whole number that dimensions "
                    "make up."
                )
            if isinstance(node, MatPow) and not (node.exp.is_integer and node.exp != 0):
                raise UnknownConstruct(
                    f"{_as_written(node, side)} has the exponent {shown(node.exp)}; "
                    "a matrix power is a whole number, or one that dimensions make up. The length "
                    "of x is norm(x), and a number such as ⟨x, x⟩ is inner(x, x), not x.T*x."
                )
            if not isinstance(node, (*PRIMITIVES, Variable, Symbol, Rational, NumberSymbol)):
                raise UnknownConstruct(
                    f"{type(node).__name__} in {_as_written(node, side)} has no meaning here. Use "
                    "the functions of gradproof and those of SymPy that the language page lists, "
                    'or an arbitrary function("f").'
                )


def _as_written(node: Any, side: Any) -> str:
    """A part of a side, with what its author wrote for the variables that derivatives bind."""
    points = {part.args[1]: part.args[2] for part in parts(side) if isinstance(part, BINDERS)}
    points[ENTRY] = Symbol("entry", real=True)
    while node.free_symbols & points.keys():
        node = node.xreplace(points)
    return shown(node)


def _is_exponent(expr: Any) -> bool:
    return isinstance(expr, Rational) or bool(expr.is_integer)


def _meaningful(expr: Any) -> Sequence[Any]:
    """What an expression is made of, but not what only describes a symbol or a binder."""
    if isinstance(expr, (Variable, Symbol, Identity, OneMatrix, ZeroMatrix)):
        return ()
    if isinstance(expr, ElementwiseApplyFunction):
        return expr.function.expr, expr.expr
    if isinstance(expr, ImmutableDenseMatrix):
        return tuple(expr.flat())
    return [arg for arg in expr.args if not isinstance(arg, (Str, Tuple))]


def check_names(*sides: Any) -> None:
    """Refuse one name for two things: symbols, definitions and functions share one namespace."""
    seen: dict[str, Any] = {}
    for side in sides:
        for symbol in side.free_symbols:
            if isinstance(symbol, Dummy):
                raise StatementError(
                    f"{symbol} is a Dummy, whose name may be that of another symbol. "
                    f'Use scalar("{symbol.name}").'
                )
        for node in parts(side):
            if isinstance(node, MatrixSymbol) and not isinstance(node, Variable):
                raise UnknownConstruct(
                    f"{node} is a plain MatrixSymbol, whose entries may be complex. "
                    f'Use matrix("{node}", {node.shape[0]}, {node.shape[1]}).'
                )
            if isinstance(node, Dummy):  # the bound symbol of an elementwise function
                continue
            if isinstance(node, (Symbol, Variable)) and str(node.name).startswith("_"):
                raise BadName(
                    f"The name {node} begins with '_', as the bound variables of derivatives do. "
                    "Give the symbol a name that begins with a letter."
                )
            if isinstance(node, Symbol) and not node.is_real:
                raise StatementError(
                    f'The symbol {node} is not declared real. Use scalar("{node}").'
                )
            named = _named(node)
            if named is None:
                continue
            if seen.setdefault(named[0], named[1]) != named[1]:
                raise BadName(
                    f"The name {named[0]} is used for two different things: {_tell(named[1])} and "
                    f"{_tell(seen[named[0]])}. Give each a name of its own."
                )


def _named(node: Any) -> tuple[str, Any] | None:
    """The name that ``node`` takes and what it stands for; None if it takes none."""
    if isinstance(node, (FunctionOfMatrix, FunctionOfScalar)):
        return node.name, "a function"
    if isinstance(getattr(node, "unfolded", None), (Variable, Symbol)):
        return str(node.unfolded.name), node  # a symbol's differential
    if isinstance(node, (Variable, Symbol)) or hasattr(node, "definition"):
        name = getattr(node, "name", None)
        if name is None:
            return None
        # Two definitions are one if they mean the same, however SymPy named what they bind.
        return name, unfold(node.definition) if hasattr(node, "definition") else node
    return None


def _tell(thing: Any) -> str:
    if isinstance(thing, Variable):
        facts = ", ".join(sorted(thing.given))
        rows, cols = thing.shape
        return f"a {rows}×{cols} matrix" + (f" ({facts})" if facts else "")
    if isinstance(thing, str):
        return thing
    if is_matrix(thing):
        return f"{shown(thing)}, which is {shape_text(thing)}"
    return "a scalar" if isinstance(thing, Symbol) else shown(thing)
