"""Route 3's own evaluator: expressions at an exact point, in numbers that are never wrong.

What is rational stays exact. The rest is enclosed in balls, and evaluated anew with twice the bits
until the balls are small enough. Derivatives come from dual numbers, which carry slopes along:
no step is taken, and their values are enclosed like any other. At a kink, where a modulus or a root
has no slope, a point is outside the domain, and so it is where something is divided by zero.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import ceil
from operator import mul
from typing import Any

from flint import arb
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
    ZeroMatrix,
    erf,
    exp,
    log,
    sympify,
    tanh,
)
from sympy.core.numbers import Catalan, EulerGamma, Exp1, NumberSymbol, Pi
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import UnknownConstruct
from ...language.functions import FunctionOfMatrix, FunctionOfScalar
from ...language.nodes import Size, Total
from ...language.shapes import is_matrix
from ...language.symbols import Variable
from . import reals
from .calculus import RULES as CALCULUS
from .concrete_functions import Generic, Instances
from .grids import Grid, product, transposed, vec
from .linear import RULES as LINEAR
from .parts import ENTRY_PART, Part, Scope, part
from .reals import OutsideDomain, Unclear, Unresolved, is_good, number, tamed, total

#: Bits beyond the digits that are asked for, to begin with.
SPARE_BITS = 64
#: How many bits are tried to tell what is defined, and how many to know a value.
MOST_BITS_TO_TELL, MOST_BITS = 2**12, 2**16


class Point:
    """Sizes of the dimensions and values of the symbols, at which to evaluate.

    ``values`` gives each matrix its rows of fractions and each scalar a fraction; under hypotheses
    they may be balls that hold a point. ``functions`` stands for the arbitrary functions;
    ``digits`` is how good the results are. Values are kept, so that a second expression with the
    same parts is cheap; ``work`` counts the entries that have been evaluated.
    """

    def __init__(
        self,
        sizes: dict[Any, int],
        values: dict[Any, Any],
        functions: Instances | int = 0,
        *,
        digits: int = 40,
    ) -> None:
        self.sizes, self.values = sizes, values
        self.functions = Generic(functions) if isinstance(functions, int) else functions
        self.digits = digits
        self.work = 0
        self.bits = SPARE_BITS + ceil(3.33 * digits)
        self._root = Scope(None, None, None, 0)

    def evaluate(self, expr: Any) -> Any:
        """Return a number, or rows of numbers, each known to within 10^(−digits) · max(1, \\|x\\|).

        Raises :class:`OutsideDomain` where it is not defined or not real, or,
        as :class:`Unresolved`, where that or the value takes too many bits.
        """
        while True:
            most = MOST_BITS
            try:
                value = self.enclose(expr)
                if all(is_good(entry, self.digits) for entry in entries_of(value)):
                    return value
            except Unclear:
                most = MOST_BITS_TO_TELL
            if 2 * self.bits > most:
                raise Unresolved
            self.bits *= 2
            self._root = Scope(None, None, None, 0)

    def enclose(self, expr: Any) -> Any:
        """Return a number, or rows of numbers, as the present bits enclose them.

        Raises :class:`OutsideDomain` where it is not defined, and
        :class:`Unclear` where the bits do not tell.
        """
        with reals.precision(self.bits):
            return self.at(self._root, part(expr))

    def at(self, scope: Scope, part: Part) -> Any:
        """Return the value of a part in a scope, kept in the outermost scope it depends on."""
        needs = part.needs
        while scope.outer is not None and scope.bound not in needs:
            scope = scope.outer
        value = scope.memo.get(part)
        if value is None:
            value = scope.memo[part] = _rule(part.expr)(self, scope, part)
            self.work += len(value) * len(value[0]) if isinstance(value, list) else 1
        return value

    def size(self, size: Any) -> int:
        """Return a size, or an index, as a number."""
        return int(sympify(size).xreplace(self.sizes))

    def shape(self, part: Part) -> tuple[int, int]:
        """Return the shape of a matrix in numbers."""
        rows, cols = map(self.size, part.expr.shape)
        return rows, cols

    def whole(self, scope: Scope, part: Part) -> Any:
        """Return an exponent: itself if it is a number, else the whole number that it is here."""
        expr = part.expr
        return expr if isinstance(expr, Rational) else Integer(int(self.at(scope, part)))

    def symbol(self, scope: Scope, part: Part) -> Any:
        """Return the value of a symbol."""
        expr = part.expr
        if scope.outer is not None:  # a bound symbol: `at` has found its scope
            return scope.value
        if expr in self.sizes:
            return number(self.sizes[expr])
        if expr not in self.values:
            raise UnknownConstruct(f"{expr} has no value at this point.")
        value = self.values[expr]
        if isinstance(expr, Variable):
            return [[number(entry) for entry in row] for row in value]
        return number(value)


def entries_of(value: Any) -> list[Any]:
    """Return the entries of rows of numbers, row by row, or the only number."""
    return [entry for row in value for entry in row] if isinstance(value, list) else [value]


def _rule(expr: Any) -> Callable[[Point, Scope, Part], Any]:
    rule = _RULES.get(type(expr))
    if rule is None:
        rule = next((made for kind, made in _RULES.items() if isinstance(expr, kind)), None)
    if rule is None:
        raise UnknownConstruct(f"{type(expr).__name__} in {expr} has no value in numbers.")
    return rule


def _map(combine: Callable[..., Any], *values: Any) -> Any:
    if not isinstance(values[0], list):
        return combine(*values)
    return [
        [combine(*entries) for entries in zip(*rows, strict=True)]
        for rows in zip(*values, strict=True)
    ]


def _all(at: Point, scope: Scope, part: Part) -> list[Any]:
    return [at.at(scope, arg) for arg in part.args]


def _add(at: Point, scope: Scope, part: Part) -> Any:
    return _map(lambda *terms: total(terms), *_all(at, scope, part))


def _multiply(at: Point, scope: Scope, part: Part) -> Any:
    return _map(lambda *factors: tamed(reduce(mul, factors)), *_all(at, scope, part))


def _product(at: Point, scope: Scope, part: Part) -> Any:
    scalars = [at.at(scope, arg) for arg in part.args if not is_matrix(arg.expr)]
    first, *rest = [at.at(scope, arg) for arg in part.args if is_matrix(arg.expr)]
    for grid in rest:
        first = product(first, grid)
    if scalars:
        whole = tamed(reduce(mul, scalars))
        first = [[tamed(whole * entry) for entry in row] for row in first]
    return first


def _elementwise(at: Point, scope: Scope, part: Part) -> Any:
    body, matrix = part.args
    grid = at.at(scope, matrix)
    return _map(lambda entry: at.at(Scope(ENTRY_PART, entry, scope, scope.level), body), grid)


def _power(at: Point, scope: Scope, part: Part) -> Any:
    base, to = at.at(scope, part.args[0]), at.whole(scope, part.args[1])
    p, q = int(to.p), int(to.q)
    return _map(lambda entry: reals.power(entry, p, q), base)


def _constant(fill: Callable[[int, int], int]) -> Callable[[Point, Scope, Part], Grid]:
    def rule(at: Point, scope: Scope, part: Part) -> Grid:
        rows, cols = at.shape(part)
        return [[reals.ONE if fill(i, j) else reals.ZERO for j in range(cols)] for i in range(rows)]

    return rule


def _element(at: Point, scope: Scope, part: Part) -> Any:
    grid = at.at(scope, part.args[0])
    i, j = (at.size(index.expr) for index in part.args[1:])
    if not (0 <= i < len(grid) and 0 <= j < len(grid[0])):
        raise OutsideDomain
    return grid[i][j]


def _constant_number(at: Point, scope: Scope, part: Part) -> Any:
    made = _CONSTANTS.get(type(part.expr))
    if made is not None:
        return made()
    return at.at(scope, _part_of(part.expr.expand(func=True)))


def _part_of(expr: Any) -> Part:
    if isinstance(expr, NumberSymbol):
        raise UnknownConstruct(f"{expr} has no value in numbers.")
    return part(expr)


#: The constants of which Arb has balls; another is what SymPy makes of it with roots.
_CONSTANTS: dict[type, Callable[[], Any]] = {
    Pi: arb.pi,
    Exp1: arb.const_e,
    EulerGamma: arb.const_euler,
    Catalan: arb.const_catalan,
}

_RULES: dict[type, Callable[[Point, Scope, Part], Any]] = {
    Variable: Point.symbol,
    Symbol: Point.symbol,
    Rational: lambda at, scope, e: number(e.expr),
    NumberSymbol: _constant_number,
    Add: _add,
    Mul: _multiply,
    Pow: _power,
    exp: lambda at, scope, e: reals.exp(at.at(scope, e.args[0])),
    log: lambda at, scope, e: reals.log(at.at(scope, e.args[0])),
    Abs: lambda at, scope, e: reals.absolute(at.at(scope, e.args[0])),
    Total: lambda at, scope, e: total(vec(at.at(scope, e.args[0]))),
    Size: lambda at, scope, e: number(at.size(e.expr.value)),
    Trace: lambda at, scope, e: total(row[i] for i, row in enumerate(at.at(scope, e.args[0]))),
    MatrixElement: _element,
    FunctionOfMatrix: lambda at, scope, e: at.functions.matrix(
        e.expr.name, at.at(scope, e.args[1])
    ),
    FunctionOfScalar: lambda at, scope, e: at.functions.scalar(
        e.expr.name, e.expr.order, at.at(scope, e.args[2])
    ),
    MatAdd: _add,
    MatMul: _product,
    HadamardProduct: _multiply,
    HadamardPower: _power,
    Transpose: lambda at, scope, e: transposed(at.at(scope, e.args[0])),
    ElementwiseApplyFunction: _elementwise,
    Identity: _constant(lambda i, j: int(i == j)),
    OneMatrix: _constant(lambda i, j: 1),
    ZeroMatrix: _constant(lambda i, j: 0),
    ImmutableDenseMatrix: lambda at, scope, e: [
        [at.at(scope, part(entry)) for entry in row] for row in e.expr.tolist()
    ],
    tanh: lambda at, scope, e: reals.tanh(at.at(scope, e.args[0])),
    erf: lambda at, scope, e: reals.erf(at.at(scope, e.args[0])),
    **LINEAR,
    **CALCULUS,
}
