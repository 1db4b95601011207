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
from .scopes import Scope, dependence, nesting
from .symbols import Variable
from .unfold import ENTRY, DerivativeAt, GradientAt, JacobianAt, SlopeAt

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
        if nesting(expr) > self.depth:
            self._deepen(nesting(expr))
        return self.at(self._root, expr)

    def at(self, scope: Scope, expr: Any) -> Any:
        """Return the value of ``expr`` in a scope, kept in the outermost scope it depends on."""
        needs = dependence(expr)
        while scope.outer is not None and scope.bound not in needs:
            scope = scope.outer
        value = scope.memo.get(expr)
        if value is None:
            value = scope.memo[expr] = _rule(expr)(self, scope, expr)
        return value

    def size(self, size: Any) -> int:
        """Return a size, or an index, as a number."""
        return int(sympify(size).xreplace(self.sizes))

    def whole(self, scope: Scope, expr: Any) -> Any:
        """Return an exponent: itself if it is a number, else the whole number that it is here."""
        return expr if isinstance(expr, Rational) else Integer(int(self.at(scope, expr)))

    def symbol(self, scope: Scope, expr: Any) -> Any:
        """Return the value of a symbol."""
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

    def slope(self, scope: Scope, expr: Any, move: Callable[[Any, Any], Any]) -> Any:
        """Return the central difference of the body along one move of its bound variable."""
        body, bound, _ = expr.args
        bits = max(80, int(self._good[scope.level] * 1.661) + 1)  # half of log2(10) to a digit
        step = self.ctx.ldexp(self.ctx.one, -bits)
        ends = []
        for shift in (step, -step):
            inner = Scope(bound, move(self.at(scope, expr.args[2]), shift), scope, scope.level + 1)
            ends.append(self.at(inner, body))
        return _map(lambda a, b: self.ctx.ldexp(a - b, bits - 1), *ends)


def _rule(expr: Any) -> Callable[[Point, Scope, Any], Any]:
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


def _all(at: Point, scope: Scope, expr: Any) -> list[Any]:
    return [at.at(scope, arg) for arg in expr.args]


def _vec(grid: Grid) -> list[Any]:
    return [entry for column in zip(*grid, strict=True) for entry in column]


def _add(at: Point, scope: Scope, expr: Any) -> Any:
    return _map(lambda *terms: at.ctx.fsum(terms), *_all(at, scope, expr))


def _multiply(at: Point, scope: Scope, expr: Any) -> Any:
    return _map(lambda *factors: at.ctx.fprod(factors), *_all(at, scope, expr))


def _product(at: Point, scope: Scope, expr: Any) -> Any:
    scalars = [at.at(scope, arg) for arg in expr.args if not is_matrix(arg)]
    first, *rest = [at.at(scope, arg) for arg in expr.args if is_matrix(arg)]
    for grid in rest:
        first = product(at, first, grid)
    if scalars:
        whole = at.ctx.fprod(scalars)
        first = [[whole * entry for entry in row] for row in first]
    return first


def _elementwise(at: Point, scope: Scope, expr: Any) -> Any:
    body = expr.function.expr
    grid = at.at(scope, expr.expr)
    return _map(lambda entry: at.at(Scope(ENTRY, entry, scope, scope.level), body), grid)


def _power(at: Point, scope: Scope, expr: Any) -> Any:
    base, to = at.at(scope, expr.args[0]), at.whole(scope, expr.args[1])
    return _map(lambda entry: at.reals.power(entry, to), base)


def _constant(fill: Callable[[int, int], int]) -> Callable[[Point, Scope, Any], Grid]:
    def rule(at: Point, scope: Scope, expr: Any) -> Grid:
        rows, cols = (at.size(size) for size in expr.shape)
        return [[at.ctx.mpf(fill(i, j)) for j in range(cols)] for i in range(rows)]

    return rule


def _element(at: Point, scope: Scope, expr: Any) -> Any:
    grid, i, j = at.at(scope, expr.args[0]), at.size(expr.args[1]), at.size(expr.args[2])
    if not (0 <= i < len(grid) and 0 <= j < len(grid[0])):
        raise OutsideDomain
    return grid[i][j]


def _moved(i: int, j: int) -> Callable[[Grid, Any], Grid]:
    def move(grid: Grid, shift: Any) -> Grid:
        rows = [list(row) for row in grid]
        rows[i][j] += shift
        return rows

    return move


def _gradient(at: Point, scope: Scope, expr: Any) -> Grid:
    rows, cols = (at.size(size) for size in expr.args[2].shape)
    return [[at.slope(scope, expr, _moved(i, j)) for j in range(cols)] for i in range(rows)]


def _jacobian(at: Point, scope: Scope, expr: Any) -> Grid:
    rows, cols = (at.size(size) for size in expr.args[2].shape)
    slopes = [_vec(at.slope(scope, expr, _moved(i, j))) for j in range(cols) for i in range(rows)]
    return [list(row) for row in zip(*slopes, strict=True)]


_RULES: dict[type, Callable[[Point, Scope, Any], Any]] = {
    Variable: Point.symbol,
    Symbol: Point.symbol,
    Rational: lambda at, scope, e: at.reals.rational(e),
    NumberSymbol: lambda at, scope, e: e._to_mpmath(at.ctx.prec),
    Add: _add,
    Mul: _multiply,
    Pow: _power,
    exp: lambda at, scope, e: at.reals.exp(at.at(scope, e.args[0])),
    log: lambda at, scope, e: at.reals.log(at.at(scope, e.args[0])),
    Abs: lambda at, scope, e: at.reals.abs(at.at(scope, e.args[0]), bool(scope.level)),
    Total: lambda at, scope, e: at.ctx.fsum(_vec(at.at(scope, e.args[0]))),
    Size: lambda at, scope, e: at.ctx.mpf(at.size(e.value)),
    Trace: lambda at, scope, e: at.ctx.fsum(
        row[i] for i, row in enumerate(at.at(scope, e.args[0]))
    ),
    MatrixElement: _element,
    FunctionOfMatrix: lambda at, scope, e: at.functions.matrix(
        at.ctx, e.name, at.at(scope, e.args[1])
    ),
    FunctionOfScalar: lambda at, scope, e: at.functions.scalar(
        at.ctx, e.name, e.order, at.at(scope, e.args[2])
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
        [at.at(scope, entry) for entry in row] for row in e.tolist()
    ],
    GradientAt: _gradient,
    DerivativeAt: lambda at, scope, e: at.slope(scope, e, lambda x, shift: x + shift),
    SlopeAt: lambda at, scope, e: at.slope(scope, e, lambda x, shift: x + shift),
    tanh: lambda at, scope, e: at.ctx.tanh(at.at(scope, e.args[0])),
    erf: lambda at, scope, e: at.ctx.erf(at.at(scope, e.args[0])),
    JacobianAt: _jacobian,
    **LINEAR,
}
