"""Route 3's own evaluator: expressions at an exact point, in numbers of many digits.

Derivatives are central differences, (f(x + h) − f(x − h)) / 2h. How good they are:

- the truncation error is h² f‴/6, so a result good to A digits needs h = 10^(−A/2);
- f known to E digits gives a rounding error of 10^(−E) / h, so E = A + A/2 is needed of f;
- for a derivative within the body of another, E is what is asked of the inner one: the inner step
  is smaller than the outer one, as its A is 3/2 of the outer.

With A = digits + 20 outside, 20 digits are left for large f‴. Steps are powers of 2, so that
x ± h is exact. Near a singularity (|denominator| < 10⁻²⁰, a kink of |x|) a point is refused;
no step is longer than 2⁻⁸⁰, so that a point at a singularity is seen to be near it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
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
    ZeroMatrix,
    erf,
    exp,
    log,
    sympify,
    tanh,
)
from sympy.core.numbers import NumberSymbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from .errors import UnknownConstruct
from .evaluation_linear import RULES as LINEAR
from .evaluation_linear import product
from .functions import FunctionOfMatrix, FunctionOfScalar
from .instances import Generic, Instances
from .nodes import Size, Total, is_matrix
from .reals import OutsideDomain, reals
from .scopes import ENTRY_PART, Part, Scope, part
from .symbols import Variable
from .unfold import DerivativeAt, GradientAt, JacobianAt, SlopeAt

Grid = list[list[Any]]


class Point:
    """Sizes of the dimensions and exact values of the symbols, at which to evaluate.

    ``values`` gives each matrix its rows of fractions and each scalar a fraction; ``functions``
    stands for the arbitrary functions; ``digits`` is how good the results are, for derivatives
    nested up to ``depth`` deep. Values are kept, so that a second expression with the same parts
    is cheap.
    """

    def __init__(
        self,
        sizes: dict[Any, int],
        values: dict[Any, Any],
        functions: Instances | int = 0,
        *,
        digits: int = 40,
        depth: int = 1,
    ) -> None:
        self.sizes, self.values = sizes, values
        self.functions = Generic(functions) if isinstance(functions, int) else functions
        self.digits = digits
        self._deepen(depth)

    def _deepen(self, depth: int) -> None:
        self.depth = depth
        self._good = [self.digits + 20]
        for _ in range(depth):
            self._good.append(self._good[-1] + (self._good[-1] + 1) // 2)
        self.reals = reals(self._good[-1] + 10)
        self.ctx: Any = self.reals.ctx
        self._root = Scope(None, None, None, 0)

    def evaluate(self, expr: Any) -> Any:
        """Return a number, or rows of numbers; raise :class:`OutsideDomain` where undefined."""
        whole = part(expr)
        if whole.nesting > self.depth:
            self._deepen(whole.nesting)
        return self.at(self._root, whole)

    def at(self, scope: Scope, part: Part) -> Any:
        """Return the value of a part in a scope, kept in the outermost scope it depends on."""
        needs = part.needs
        while scope.outer is not None and scope.bound not in needs:
            scope = scope.outer
        value = scope.memo.get(part)
        if value is None:
            value = scope.memo[part] = _rule(part.expr)(self, scope, part)
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
            return self.ctx.mpf(self.sizes[expr])
        if expr not in self.values:
            raise UnknownConstruct(f"{expr} has no value at this point.")
        value = self.values[expr]
        if isinstance(expr, Variable):
            return [[self.reals.number(entry) for entry in row] for row in value]
        return self.reals.number(value)

    def slope(self, scope: Scope, part: Part, move: Callable[[Any, Any], Any]) -> Any:
        """Return the central difference of the body along one move of its bound variable."""
        body, bound, point = part.args
        bits = max(80, int(self._good[scope.level] * 1.661) + 1)  # half of log2(10) to a digit
        step = self.ctx.ldexp(self.ctx.one, -bits)
        ends = []
        there = self.at(scope, point)
        for shift in (step, -step):
            inner = Scope(bound, move(there, shift), scope, scope.level + 1)
            ends.append(self.at(inner, body))
        return _map(lambda a, b: self.ctx.ldexp(a - b, bits - 1), *ends)


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


def _vec(grid: Grid) -> list[Any]:
    return [entry for column in zip(*grid, strict=True) for entry in column]


def _add(at: Point, scope: Scope, part: Part) -> Any:
    return _map(lambda *terms: at.reals.sum(terms), *_all(at, scope, part))


def _multiply(at: Point, scope: Scope, part: Part) -> Any:
    return _map(lambda *factors: reduce(mul, factors), *_all(at, scope, part))


def _product(at: Point, scope: Scope, part: Part) -> Any:
    scalars = [at.at(scope, arg) for arg in part.args if not is_matrix(arg.expr)]
    first, *rest = [at.at(scope, arg) for arg in part.args if is_matrix(arg.expr)]
    for grid in rest:
        first = product(at, first, grid)
    if scalars:
        whole = reduce(mul, scalars)
        first = [[whole * entry for entry in row] for row in first]
    return first


def _elementwise(at: Point, scope: Scope, part: Part) -> Any:
    body, matrix = part.args
    grid = at.at(scope, matrix)
    return _map(lambda entry: at.at(Scope(ENTRY_PART, entry, scope, scope.level), body), grid)


def _power(at: Point, scope: Scope, part: Part) -> Any:
    base, to = at.at(scope, part.args[0]), at.whole(scope, part.args[1])
    return _map(lambda entry: at.reals.power(entry, to), base)


def _constant(fill: Callable[[int, int], int]) -> Callable[[Point, Scope, Part], Grid]:
    def rule(at: Point, scope: Scope, part: Part) -> Grid:
        rows, cols = at.shape(part)
        return [[at.ctx.mpf(fill(i, j)) for j in range(cols)] for i in range(rows)]

    return rule


def _element(at: Point, scope: Scope, part: Part) -> Any:
    grid = at.at(scope, part.args[0])
    i, j = (at.size(index.expr) for index in part.args[1:])
    if not (0 <= i < len(grid) and 0 <= j < len(grid[0])):
        raise OutsideDomain
    return grid[i][j]


def _moved(i: int, j: int) -> Callable[[Grid, Any], Grid]:
    def move(grid: Grid, shift: Any) -> Grid:
        rows = [list(row) for row in grid]
        rows[i][j] += shift
        return rows

    return move


def _gradient(at: Point, scope: Scope, part: Part) -> Grid:
    rows, cols = at.shape(part.args[2])
    return [[at.slope(scope, part, _moved(i, j)) for j in range(cols)] for i in range(rows)]


def _jacobian(at: Point, scope: Scope, part: Part) -> Grid:
    rows, cols = at.shape(part.args[2])
    slopes = [_vec(at.slope(scope, part, _moved(i, j))) for j in range(cols) for i in range(rows)]
    return [list(row) for row in zip(*slopes, strict=True)]


_RULES: dict[type, Callable[[Point, Scope, Part], Any]] = {
    Variable: Point.symbol,
    Symbol: Point.symbol,
    Rational: lambda at, scope, e: at.reals.rational(e.expr),
    NumberSymbol: lambda at, scope, e: at.ctx.mpf(e.expr._to_mpmath(at.ctx.prec)),
    Add: _add,
    Mul: _multiply,
    Pow: _power,
    exp: lambda at, scope, e: at.reals.exp(at.at(scope, e.args[0])),
    log: lambda at, scope, e: at.reals.log(at.at(scope, e.args[0])),
    Abs: lambda at, scope, e: at.reals.abs(at.at(scope, e.args[0]), bool(scope.level)),
    Total: lambda at, scope, e: at.reals.sum(_vec(at.at(scope, e.args[0]))),
    Size: lambda at, scope, e: at.ctx.mpf(at.size(e.expr.value)),
    Trace: lambda at, scope, e: at.reals.sum(
        row[i] for i, row in enumerate(at.at(scope, e.args[0]))
    ),
    MatrixElement: _element,
    FunctionOfMatrix: lambda at, scope, e: at.functions.matrix(
        at.ctx, e.expr.name, at.at(scope, e.args[1])
    ),
    FunctionOfScalar: lambda at, scope, e: at.functions.scalar(
        at.ctx, e.expr.name, e.expr.order, at.at(scope, e.args[2])
    ),
    MatAdd: _add,
    MatMul: _product,
    HadamardProduct: _multiply,
    HadamardPower: _power,
    Transpose: lambda at, scope, e: [
        list(row) for row in zip(*at.at(scope, e.args[0]), strict=True)
    ],
    ElementwiseApplyFunction: _elementwise,
    Identity: _constant(lambda i, j: int(i == j)),
    OneMatrix: _constant(lambda i, j: 1),
    ZeroMatrix: _constant(lambda i, j: 0),
    ImmutableDenseMatrix: lambda at, scope, e: [
        [at.at(scope, part(entry)) for entry in row] for row in e.expr.tolist()
    ],
    GradientAt: _gradient,
    DerivativeAt: lambda at, scope, e: at.slope(scope, e, lambda x, shift: x + shift),
    SlopeAt: lambda at, scope, e: at.slope(scope, e, lambda x, shift: x + shift),
    tanh: lambda at, scope, e: at.ctx.tanh(at.at(scope, e.args[0])),
    erf: lambda at, scope, e: at.ctx.erf(at.at(scope, e.args[0])),
    JacobianAt: _jacobian,
    **LINEAR,
}
