"""Explicit matrices: a statement's sides at one shape, entry by entry, as SymPy expressions.

Derivatives are those of scalars, in fresh symbols for the entries of the bound variable, whose
values at the point are put in afterwards, all at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    Add,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Integer,
    MatAdd,
    MatMul,
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
    sympify,
    tanh,
)
from sympy.core.numbers import NumberSymbol
from sympy.core.symbol import Str
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import Undecided, UnknownConstruct
from ...language.functions import FunctionOfMatrix, FunctionOfScalar
from ...language.nodes import Size, Total
from ...language.shapes import is_matrix
from ...language.shown import shown
from ...language.symbols import Variable
from ...language.unfold import ENTRY, DerivativeAt, GradientAt, JacobianAt, SlopeAt
from .linear import RULES as LINEAR
from .linear import product
from .slopes import Partial, Slopes, log_of

Rows = list[list[Any]]
Values = dict[Any, Any]

#: A size above this is not written out.
MAX_SIZE = 64
#: Nor is a matrix with more entries than this.
MAX_ENTRIES = 1024


class Explicit:
    """Evaluates primitives at one shape, with the given values of symbols.

    ``sizes`` gives every dimension its size; ``values`` every matrix its rows of expressions.
    """

    def __init__(self, sizes: Values, values: Values) -> None:
        self._sizes = {dim: Integer(size) for dim, size in sizes.items()}
        self._values = values
        self._seen: Values = {}

    def value(self, expr: Any) -> Any:
        """Return a scalar expression, or the rows of a matrix."""
        if expr in self._seen:
            return self._seen[expr]
        rule = _RULES.get(type(expr))
        if rule is None:
            rule = next((made for kind, made in _RULES.items() if isinstance(expr, kind)), None)
        if rule is None:
            raise UnknownConstruct(
                f"{type(expr).__name__} in {shown(expr)} cannot be written out entry by entry."
            )
        made = self._seen[expr] = rule(self, expr)
        return made

    def size(self, size: Any) -> int:
        """Return a size as a number, and refuse one too large to write out."""
        value = int(sympify(size).xreplace(self._sizes))
        if value > MAX_SIZE:
            raise Undecided(
                f"A matrix of size {value} is too large to check entry by entry (at most "
                f"{MAX_SIZE}). State it for a dimension from dims(...) instead."
            )
        return value

    def shape(self, matrix: Any) -> tuple[int, int]:
        """Return the shape of a matrix expression in numbers."""
        rows, cols = (self.size(size) for size in matrix.shape)
        if rows * cols > MAX_ENTRIES:
            raise Undecided(
                f"A matrix of {rows}×{cols} has too many entries to check one by one (at most "
                f"{MAX_ENTRIES}). State it for dimensions from dims(...) instead."
            )
        return rows, cols

    def bind(self, bound: Any, value: Any) -> Explicit:
        """Return an evaluator in which the bound symbol has this value."""
        return Explicit(self._sizes, {**self._values, bound: value})

    def symbol(self, expr: Any) -> Any:
        """Return the value of a symbol; a scalar stands for itself."""
        if expr in self._sizes:
            return self._sizes[expr]
        return self._values.get(expr, expr)


def fresh_rows(bound: Any, rows: int, cols: int) -> Rows:
    """Return symbols for the entries of a matrix that are free to move."""
    given = bound.given if isinstance(bound, Variable) else {}
    facts = {key: True for key in ("positive", "nonzero") if key in given}
    return [
        [Symbol(f"{bound.name}_{{{i},{j}}}", real=True, **facts) for j in range(cols)]
        for i in range(rows)
    ]


def _vec(rows: Rows) -> list[Any]:
    return [entry for column in zip(*rows, strict=True) for entry in column]


def _elementwise(at: Explicit, expr: Any) -> Rows:
    function, matrix = expr.args
    body, rows = at.value(function.expr), at.value(matrix)
    if body == log(ENTRY):
        return [[log_of(entry) for entry in row] for row in rows]
    return [[body.xreplace({ENTRY: entry}) for entry in row] for row in rows]


def _product(at: Explicit, expr: Any) -> Rows:
    coefficient, rest = Integer(1), None
    for factor in expr.args:
        if not is_matrix(factor):
            coefficient = Mul(coefficient, at.value(factor))
            continue
        value = at.value(factor)
        rest = value if rest is None else product(rest, value)
    if coefficient == 1:
        return rest or []
    return [[Mul(coefficient, entry) for entry in row] for row in rest or []]


def _entrywise(combine: Callable[..., Any]) -> Callable[[Explicit, Any], Rows]:
    def rule(at: Explicit, expr: Any) -> Rows:
        values = [at.value(arg) for arg in expr.args]
        return [
            [combine(*entries) for entries in zip(*rows, strict=True)]
            for rows in zip(*values, strict=True)
        ]

    return rule


def _hadamard_power(at: Explicit, expr: Any) -> Rows:
    base, exponent = expr.args
    to = at.value(exponent)
    return [[Pow(entry, to) for entry in row] for row in at.value(base)]


def _constant(fill: Callable[[int, int], int]) -> Callable[[Explicit, Any], Rows]:
    def rule(at: Explicit, expr: Any) -> Rows:
        rows, cols = at.shape(expr)
        return [[Integer(fill(i, j)) for j in range(cols)] for i in range(rows)]

    return rule


def _explicit_matrix(at: Explicit, expr: Any) -> Rows:
    at.shape(expr)
    return [[at.value(entry) for entry in row] for row in expr.tolist()]


def _element(at: Explicit, expr: Any) -> Any:
    matrix, i, j = expr.args
    rows = at.value(matrix)
    i, j = (int(at.value(index)) for index in (i, j))
    if not (0 <= i < len(rows) and 0 <= j < len(rows[0])):
        raise Undecided(
            f"The entry {i},{j} of a {len(rows)}×{len(rows[0])} matrix does not exist. "
            "Indices start at 0."
        )
    return rows[i][j]


def _function_of_matrix(at: Explicit, expr: Any) -> Any:
    rows = at.value(expr.args[1])
    name = Str(f"{expr.name}[{len(rows)}×{len(rows[0])}]")
    return Partial(name, Tuple(), *(entry for row in rows for entry in row))


def _function_of_scalar(at: Explicit, expr: Any) -> Any:
    slots = Tuple(*[Integer(0)] * expr.order)
    return Partial(Str(expr.name), slots, at.value(expr.args[2]))


def _derivative(at: Explicit, expr: Any) -> Any:
    """The derivative of the body in a bound scalar, at the point; of a matrix by entries."""
    body, bound, point = expr.args
    value, there = at.bind(bound, bound).value(body), {bound: at.value(point)}
    slopes = Slopes()
    if not isinstance(value, list):
        return slopes.derivative(value, bound).xreplace(there)
    return [[slopes.derivative(entry, bound).xreplace(there) for entry in row] for row in value]


def _moving(at: Explicit, expr: Any) -> tuple[Any, Rows, Callable[[Any], Any]]:
    """The body at entries that are free to move, those entries, and what puts in their values."""
    body, bound, point = expr.args
    there = at.value(point)
    if _are_free(at, body.free_symbols - {bound}, _vec(there)):
        return at.bind(bound, there).value(body), there, lambda entry: entry
    fresh = fresh_rows(bound, *at.shape(point))
    values = dict(zip(_vec(fresh), _vec(there), strict=True))
    return at.bind(bound, fresh).value(body), fresh, lambda entry: entry.xreplace(values)


def _are_free(at: Explicit, others: set[Any], entries: list[Any]) -> bool:
    """Whether the entries at the point are different symbols that nothing else depends on."""
    if not all(isinstance(entry, Symbol) for entry in entries) or len(set(entries)) < len(entries):
        return False
    used: set[Any] = {ENTRY}
    for other in others:
        value = at.symbol(other)
        for entry in _vec(value) if isinstance(value, list) else [value]:
            used |= entry.free_symbols
    return used.isdisjoint(entries)


def _gradient(at: Explicit, expr: Any) -> Rows:
    body, moving, there = _moving(at, expr)
    slopes = Slopes()
    return [[there(slopes.derivative(body, entry)) for entry in row] for row in moving]


def _jacobian(at: Explicit, expr: Any) -> Rows:
    body, moving, there = _moving(at, expr)
    slopes = Slopes()
    return [[there(slopes.derivative(out, entry)) for entry in _vec(moving)] for out in _vec(body)]


def _tanh(argument: Any) -> Any:
    """tanh u = (exp 2u − 1)/(exp 2u + 1)."""
    double = exp(2 * argument)
    return Mul(Add(double, -1), Pow(Add(double, 1), -1))


_RULES: dict[type, Callable[[Explicit, Any], Any]] = {
    Variable: Explicit.symbol,
    Symbol: Explicit.symbol,
    Rational: lambda at, expr: expr,
    NumberSymbol: lambda at, expr: expr,
    Add: lambda at, expr: Add(*map(at.value, expr.args)),
    Mul: lambda at, expr: Mul(*map(at.value, expr.args)),
    Pow: lambda at, expr: Pow(at.value(expr.base), at.value(expr.exp)),
    exp: lambda at, expr: exp(at.value(expr.args[0])),
    log: lambda at, expr: log_of(at.value(expr.args[0])),
    Abs: lambda at, expr: Abs(at.value(expr.args[0])),
    Total: lambda at, expr: Add(*(entry for row in at.value(expr.args[0]) for entry in row)),
    Size: lambda at, expr: Integer(at.size(expr.value)),
    Trace: lambda at, expr: Add(*(row[i] for i, row in enumerate(at.value(expr.args[0])))),
    MatrixElement: _element,
    FunctionOfMatrix: _function_of_matrix,
    FunctionOfScalar: _function_of_scalar,
    MatAdd: _entrywise(Add),
    MatMul: _product,
    HadamardProduct: _entrywise(Mul),
    HadamardPower: _hadamard_power,
    Transpose: lambda at, expr: [list(row) for row in zip(*at.value(expr.args[0]), strict=True)],
    ElementwiseApplyFunction: _elementwise,
    Identity: _constant(lambda i, j: int(i == j)),
    OneMatrix: _constant(lambda i, j: 1),
    ZeroMatrix: _constant(lambda i, j: 0),
    ImmutableDenseMatrix: _explicit_matrix,
    GradientAt: _gradient,
    DerivativeAt: _derivative,
    SlopeAt: _derivative,
    tanh: lambda at, expr: _tanh(at.value(expr.args[0])),
    erf: lambda at, expr: erf(at.value(expr.args[0])),
    JacobianAt: _jacobian,
    **LINEAR,
}
