"""A reference for values: expressions at exact points, in mpmath, with no bound on exponents.

Unlike route 3 it refuses only what is undefined: a division by zero, the logarithm or root of what
is not positive. So it can be asked at extreme points too.
"""

from __future__ import annotations

from typing import Any

import mpmath
from sympy import DiagMatrix, DiagonalOf, Sum, sympify

from gradproof.language.nodes import NOT_REAL
from gradproof.language.shapes import is_matrix
from gradproof.language.unfold import unfold

mp = mpmath.mp
#: Exponents beyond are left alone: exp(exp(exp 10)) would take for ever.
HIGHEST = 10**6


class Undefined(Exception):
    """There is no real value."""


class Exact:
    """Values of the symbols, and of expressions, at the working precision of mpmath.

    With ``noise`` the matrices that are inverted, or have a determinant, are not quite themselves,
    and what is divided by must not be a rounded zero.
    """

    def __init__(self, sizes: dict[Any, int], values: dict[Any, Any], noise: Any = 0) -> None:
        self.sizes, self.values, self.noise = sizes, values, noise
        self.known: dict[Any, Any] = {}
        self._met: list[Any] = [mp.mpf(0)]

    @property
    def largest(self) -> Any:
        """The largest value that was met on the way."""
        return self._met[0]

    def __call__(self, expr: Any) -> Any:
        """The value of an expression as it is written: a number, or a matrix of mpmath."""
        if expr not in self.known:
            value = self.known[expr] = self._value(expr)
            met = value if isinstance(value, mp.matrix) else [value]
            self._met[0] = max([self._met[0], *map(abs, met)])
        return self.known[expr]

    def size(self, size: Any) -> int:
        """A size in numbers."""
        return int(self(sympify(size)))

    def _value(self, expr: Any) -> Any:
        if expr in self.sizes:
            return mp.mpf(self.sizes[expr])
        if expr in self.values:
            return _exact(self.values[expr])
        if expr in NOT_REAL:
            raise Undefined
        if expr.is_Rational:
            return mp.mpf(int(expr.p)) / int(expr.q)
        if expr.is_number and not expr.args:
            return expr._to_mpmath(mp.prec)
        definition = getattr(expr, "definition", None)
        if definition is not None:
            return self(definition)
        if isinstance(expr, (Sum, DiagMatrix, DiagonalOf)):
            return self(unfold(expr))
        return getattr(self, f"_{type(expr).__mro__[0].__name__}")(expr)

    def _all(self, expr: Any) -> list[Any]:
        return [self(arg) for arg in expr.args]

    def _Add(self, expr: Any) -> Any:
        first, *rest = self._all(expr)
        for term in rest:
            first = first + term
        return first

    _MatAdd = _Add

    def _MatMul(self, expr: Any) -> Any:
        first, *rest = self._all(expr)
        for factor in rest:
            first = first * factor
        return first

    _Mul = _MatMul

    def _HadamardProduct(self, expr: Any) -> Any:
        first, *rest = self._all(expr)
        for factor in rest:
            first = _entries(lambda i, j, a=first, b=factor: a[i, j] * b[i, j], first)
        return first

    def _Pow(self, expr: Any) -> Any:
        base, to = self._all(expr)
        return self._raised(base, to)

    def _raised(self, base: Any, to: Any) -> Any:
        if self.noise and to < 0 and abs(base) < mp.mpf(10) ** -40:  # a zero, but for a rounding
            raise Undefined
        return _power(base, to)

    def _HadamardPower(self, expr: Any) -> Any:
        base, to = self._all(expr)
        return _entries(lambda i, j: self._raised(base[i, j], to), base)

    def _MatPow(self, expr: Any) -> Any:
        base, to = self._all(expr)
        return _inverse(base) ** int(-to) if to < 0 else base ** int(to)

    def _Inverse(self, expr: Any) -> Any:
        return _inverse(self._eliminated(self(expr.args[0])))

    def _Determinant(self, expr: Any) -> Any:
        return _determinant(self._eliminated(self(expr.args[0])))

    def _Trace(self, expr: Any) -> Any:
        matrix = self(expr.args[0])
        return mp.fsum(matrix[i, i] for i in range(matrix.rows))

    def _Total(self, expr: Any) -> Any:
        return mp.fsum(self(expr.args[0]))

    def _Size(self, expr: Any) -> Any:
        return mp.mpf(self.size(expr.value))

    def _Transpose(self, expr: Any) -> Any:
        return self(expr.args[0]).T

    def _Identity(self, expr: Any) -> Any:
        return mp.eye(self.size(expr.shape[0]))

    def _OneMatrix(self, expr: Any) -> Any:
        return mp.ones(*map(self.size, expr.shape))

    def _ZeroMatrix(self, expr: Any) -> Any:
        return mp.zeros(*map(self.size, expr.shape))

    def _KroneckerProduct(self, expr: Any) -> Any:
        first, *rest = self._all(expr)
        for b in rest:
            a, first = first, mp.zeros(first.rows * b.rows, first.cols * b.cols)
            for i in range(first.rows):
                for j in range(first.cols):
                    (p, q), (r, s) = divmod(i, b.rows), divmod(j, b.cols)
                    first[i, j] = a[p, r] * b[q, s]
        return first

    def _MatrixElement(self, expr: Any) -> Any:
        matrix, i, j = expr.args
        return self(matrix)[self.size(i), self.size(j)]

    def _ImmutableDenseMatrix(self, expr: Any) -> Any:
        return mp.matrix([[self(entry) for entry in row] for row in expr.tolist()])

    def _ElementwiseApplyFunction(self, expr: Any) -> Any:
        function, matrix = expr.args
        (bound,) = function.variables
        grid = self(matrix)
        return _entries(lambda i, j: self._with(bound, grid[i, j])(function.expr), grid)

    def _with(self, bound: Any, value: Any) -> Exact:
        inner = Exact(self.sizes, {**self.values, bound: value}, self.noise)
        inner._met = self._met
        return inner

    def _eliminated(self, matrix: Any) -> Any:
        """A matrix as elimination sees it: each entry off by as much as the largest is rounded."""
        size = self.noise * max(map(abs, matrix))
        return _entries(lambda i, j: matrix[i, j] + (-1) ** (i * j) * size, matrix)

    def _Series(self, expr: Any) -> Any:
        body, bound, count = expr.args
        terms = [self._with(bound, mp.mpf(r))(body) for r in range(int(self(count)))]
        if is_matrix(body):
            total = mp.zeros(*map(self.size, body.shape))
            for term in terms:
                total = total + term
            return total
        return mp.fsum(terms)

    _MatrixSeries = _Series

    def _im(self, expr: Any) -> Any:
        return mpmath.mpf(0)

    def _cos(self, expr: Any) -> Any:  # of an imaginary part
        return _each(mpmath.cos, self(expr.args[0]))

    def _sin(self, expr: Any) -> Any:
        return _each(mpmath.sin, self(expr.args[0]))

    def _re(self, expr: Any) -> Any:
        """All is real here, also what SymPy does not know to be."""
        return self(expr.args[0])

    def _exp(self, expr: Any) -> Any:
        return _each(_exponential, self(expr.args[0]))

    def _log(self, expr: Any) -> Any:
        return _each(_logarithm, self(expr.args[0]))

    def _Abs(self, expr: Any) -> Any:
        return abs(self(expr.args[0]))

    def _tanh(self, expr: Any) -> Any:
        return mp.tanh(self(expr.args[0]))

    def _erf(self, expr: Any) -> Any:
        return mp.erf(self(expr.args[0]))


def _exact(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return mp.matrix([[_exact(entry) for entry in row] for row in value])
    return mp.mpf(value.numerator) / value.denominator if hasattr(value, "numerator") else value


def _each(function: Any, value: Any) -> Any:
    """The value; SymPy applies a function of each entry to a 1×1 matrix itself."""
    if isinstance(value, mp.matrix):
        return _entries(lambda i, j: function(value[i, j]), value)
    return function(value)


def _exponential(value: Any) -> Any:
    if value > HIGHEST:
        raise Undefined
    return mp.exp(value) if value > -HIGHEST else mp.mpf(0)


def _logarithm(value: Any) -> Any:
    if value <= 0:
        raise Undefined
    return mp.log(value)


def _entries(entry: Any, like: Any) -> Any:
    made = mp.zeros(like.rows, like.cols)
    for i in range(like.rows):
        for j in range(like.cols):
            made[i, j] = entry(i, j)
    return made


def _power(base: Any, to: Any) -> Any:
    if (base == 0 and to <= 0) or abs(to) > HIGHEST:
        raise Undefined
    if base < 0 and to != int(to):
        raise Undefined
    return base ** (int(to) if to == int(to) else to)


def _determinant(matrix: Any) -> Any:
    """By Laplace's expansion: mpmath's own fails for a matrix of zeros."""
    if matrix.rows == 1:
        return matrix[0, 0]
    return mp.fsum(
        (-1) ** j * matrix[0, j] * _determinant(_without(matrix, 0, j)) for j in range(matrix.rows)
    )


def _without(matrix: Any, row: int, column: int) -> Any:
    rows = [line for i, line in enumerate(matrix.tolist()) if i != row]
    return mp.matrix([line[:column] + line[column + 1 :] for line in rows])


def _inverse(matrix: Any) -> Any:
    """By Cramer's rule."""
    whole = _determinant(matrix)
    if abs(whole) < mp.mpf(10) ** -30:  # singular, but for a rounding
        raise Undefined
    if matrix.rows == 1:
        return mp.matrix([[1 / whole]])
    return _entries(
        lambda i, j: (-1) ** (i + j) * _determinant(_without(matrix, j, i)) / whole, matrix
    )
