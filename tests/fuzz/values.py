"""The value of an expression as it is written, at a point: an evaluator that shares no rule.

It reads what people write, unfolds names itself, and knows no derivative and no arbitrary function.
Values are fractions or, with roots and exponentials, numbers of so many digits.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import mpmath
from sympy import (
    Abs,
    Add,
    Determinant,
    HadamardPower,
    HadamardProduct,
    Identity,
    Integer,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Sum,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
    erf,
    exp,
    log,
    tanh,
)
from sympy.core.numbers import Exp1
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from gradproof.derivatives import Gradient
from gradproof.nodes import Size, Total, is_matrix
from gradproof.symbols import Variable

from ..kernel.values import Undefined, Unknown

Env = dict[Any, Any]
Value = Callable[[Env], Any]
#: More is not raised to a power, nor put into an exponential.
LARGEST_POWER, LARGEST_EXPONENT = 600, 5000


_inexact_too: ContextVar[bool] = ContextVar("inexact", default=False)


class Irrational(Exception):
    """A value that is no fraction."""


@contextmanager
def _inexactly() -> Iterator[None]:
    """What is no fraction is a number of many digits, and no error."""
    token = _inexact_too.set(True)
    try:
        yield
    finally:
        _inexact_too.reset(token)


def at(expr: Any, env: Env, count: int = 50) -> Any:
    """The value at a point: a fraction, or a number of so many digits; or rows of them.

    Raises ``Undefined`` outside the domain and ``Unknown`` for what this evaluator has no rule for.
    """
    try:
        return compiled(expr)(env)
    except Irrational:
        pass
    with mpmath.workdps(count), _inexactly():
        numbers = {symbol: _inexact(value) for symbol, value in env.items()}
        try:
            return compiled(expr)(numbers)
        except (OverflowError, mpmath.libmp.NoConvergence) as error:
            raise Unknown from error


def differ(one: Any, other: Any) -> bool:
    """Whether two values differ, at any entry, by more than roundings do."""
    if isinstance(one, list):
        rows = zip(one, other, strict=True)
        return any(differ(a, b) for row in rows for a, b in zip(*row, strict=True))
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return one != other
    return bool(abs(_inexact(one) - _inexact(other)) > 1e-12 * max(1, abs(_inexact(one))))


def is_zero(x: Any) -> bool:
    """Whether a value is zero, as far as its digits tell."""
    if isinstance(x, (int, Fraction)):
        return x == 0
    return bool(abs(x) < mpmath.mpf(10) ** (-0.6 * mpmath.mp.dps))


def sign(x: Any) -> int:
    """The sign of a value, as far as its digits tell."""
    return 0 if is_zero(x) else 1 if x > 0 else -1


def _transcendental(x: Any) -> Any:
    """The argument of a function that has no fraction for a value."""
    if isinstance(x, Fraction) and not _inexact_too.get():
        raise Irrational
    return _inexact(x)


def _inexact(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    if isinstance(value, (list, tuple)):
        return [[_inexact(entry) for entry in row] for row in value]
    return value


@lru_cache(maxsize=20_000)
def compiled(expr: Any) -> Value:
    """The expression as a function of the values of its symbols and sizes."""
    definition = getattr(expr, "definition", None)
    if definition is not None:
        return compiled(definition)
    rule = _RULES.get(type(expr))
    if rule is None:
        rule = next((made for kind, made in _RULES.items() if isinstance(expr, kind)), None)
    if rule is None or isinstance(expr, Gradient):
        raise Unknown(type(expr).__name__)
    return rule(expr)


def _number(expr: Any) -> Value:
    value = Fraction(int(expr.p), int(expr.q))
    return lambda env: value


def _symbol(expr: Any) -> Value:
    def get(env: Env) -> Any:
        value = env[expr]
        return Fraction(value) if isinstance(value, int) else value

    return get


def _both(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A combination of numbers of which one may be a fraction and the other have digits."""

    def combined(a: Any, b: Any) -> Any:
        if isinstance(a, Fraction) is not isinstance(b, Fraction):
            a, b = _inexact(a), _inexact(b)
        return combine(a, b)

    return combined


plus, by = _both(operator.add), _both(operator.mul)


def _fold(combine: Callable[[Any, Any], Any]) -> Callable[[Any], Value]:
    def rule(expr: Any) -> Value:
        parts = [compiled(arg) for arg in expr.args]
        return lambda env: reduce(combine, [part(env) for part in parts])

    return rule


def _grids(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def rule(one: Any, other: Any) -> Any:
        rows = zip(one, other, strict=True)
        return [[combine(a, b) for a, b in zip(*row, strict=True)] for row in rows]

    return rule


def _map(function: Callable[[Any], Any]) -> Callable[[Any], Value]:
    def rule(expr: Any) -> Value:
        inner = compiled(expr.args[0])
        return lambda env: function(inner(env))

    return rule


def size(expr: Any, env: Env) -> int:
    """A size, an index or an exponent, as a whole number."""
    value = env.get(expr)
    if value is None:
        value = compiled(expr)(env)
    return int(value)


def power(base: Any, p: int, q: int = 1) -> Any:
    """base^(p/q), undefined for a root of what is negative and for a division by zero."""
    if p == 0:
        return Fraction(1)
    side = sign(base)
    if (q != 1 and side < 0) or (p < 0 and not side):
        raise Undefined
    if abs(p) > LARGEST_POWER:
        raise Unknown
    if q == 1:
        return base**p
    if not side or base == 1:
        return Fraction(side)
    return _transcendental(base) ** (mpmath.mpf(p) / q)


def _power(expr: Any) -> Value:
    base, exponent = compiled(expr.args[0]), expr.args[1]
    over: Callable[[Any, Callable[[Any], Any]], Any] = _over if is_matrix(expr) else _at_once
    if isinstance(exponent, Rational):
        p, q = int(exponent.p), int(exponent.q)
        return lambda env: over(base(env), lambda x: power(x, p, q))
    if exponent.is_integer:
        return lambda env: over(base(env), lambda x: power(x, size(exponent, env)))
    if isinstance(expr.args[0], Exp1):
        inner = compiled(exponent)
        return lambda env: exponential(inner(env))
    to = compiled(exponent)
    return lambda env: over(base(env), lambda x: exponential(by(to(env), logarithm(x))))


def _at_once(value: Any, function: Callable[[Any], Any]) -> Any:
    return function(value)


def _over(grid: Any, function: Callable[[Any], Any]) -> Any:
    return [[function(entry) for entry in row] for row in grid]


def exponential(x: Any) -> Any:
    """exp x."""
    if is_zero(x):
        return Fraction(1)
    if abs(x) > LARGEST_EXPONENT:
        raise Unknown
    return mpmath.exp(_transcendental(x))


def logarithm(x: Any) -> Any:
    """log x, for positive x."""
    if sign(x) <= 0:
        raise Undefined
    if x == 1:
        return Fraction(0)
    return mpmath.log(_transcendental(x))


def _odd(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def of(x: Any) -> Any:
        if is_zero(x):
            return Fraction(0)
        return function(_transcendental(x))

    return of


def _elementwise(expr: Any) -> Value:
    function, inner = expr.function, compiled(expr.expr)
    (bound,), body = function.variables, compiled(function.expr)
    return lambda env: _over(inner(env), lambda entry: body({**env, bound: entry}))


def _filled(entry: Callable[[int, int], int]) -> Callable[[Any], Value]:
    def rule(expr: Any) -> Value:
        def made(env: Env) -> Any:
            rows, cols = (size(side, env) for side in expr.shape)
            return [[Fraction(entry(i, j)) for j in range(cols)] for i in range(rows)]

        return made

    return rule


def product(one: Any, other: Any) -> Any:
    """The product of two matrices."""
    columns = list(zip(*other, strict=True))
    return [
        [reduce(plus, [by(a, b) for a, b in zip(row, col, strict=True)]) for col in columns]
        for row in one
    ]


def _matmul(expr: Any) -> Value:
    scalars = [compiled(arg) for arg in expr.args if not is_matrix(arg)]
    matrices = [compiled(arg) for arg in expr.args if is_matrix(arg)]

    def made(env: Env) -> Any:
        found = reduce(product, [matrix(env) for matrix in matrices])
        if not scalars:
            return found
        factor = reduce(by, [scalar(env) for scalar in scalars])
        return _over(found, lambda entry: by(factor, entry))

    return made


def determinant(grid: Any) -> Any:
    """The determinant, by its first row."""
    if len(grid) > 4:
        raise Unknown
    if len(grid) == 1:
        return grid[0][0]
    minors = ([[*row[:j], *row[j + 1 :]] for row in grid[1:]] for j in range(len(grid)))
    terms = [by((-1) ** j * grid[0][j], determinant(minor)) for j, minor in enumerate(minors)]
    return reduce(plus, terms)


def inverse(grid: Any) -> Any:
    """The inverse, by minors; a singular matrix has none."""
    whole, n = determinant(grid), len(grid)
    if is_zero(whole):
        raise Undefined
    if n == 1:
        return [[1 / whole]]

    def minor(i: int, j: int) -> Any:
        rows = [row for k, row in enumerate(grid) if k != i]
        return determinant([[*row[:j], *row[j + 1 :]] for row in rows])

    over = 1 / whole
    return [[by(over, (-1) ** (i + j) * minor(j, i)) for j in range(n)] for i in range(n)]


def matrix_power(grid: Any, exponent: int) -> Any:
    """A power of a square matrix."""
    if exponent < 0:
        return matrix_power(inverse(grid), -exponent)
    if exponent > 40:
        raise Unknown
    n = len(grid)
    unit = [[Fraction(int(i == j)) for j in range(n)] for i in range(n)]
    return reduce(product, [grid] * exponent, unit)


def _matpow(expr: Any) -> Value:
    base, exponent = compiled(expr.args[0]), expr.args[1]
    return lambda env: matrix_power(base(env), size(exponent, env))


def _kronecker(one: Any, other: Any) -> Any:
    return [[by(a, b) for a in row for b in inner] for row in one for inner in other]


def _sum(expr: Any) -> Value:
    if len(expr.limits) != 1:
        raise Unknown
    body, (index, first, last) = compiled(expr.function), expr.limits[0]

    def made(env: Env) -> Any:
        places = range(size(first, env), size(last, env) + 1)
        terms = (body({**env, index: place}) for place in places)
        return reduce(plus, terms, Fraction(0))

    return made


def _size(expr: Any) -> Value:
    value = expr.value
    return lambda env: Fraction(size(value, env))


def _total(grid: Any) -> Any:
    return reduce(plus, [entry for row in grid for entry in row])


_RULES: dict[type, Callable[[Any], Value]] = {
    Integer: _number,
    Rational: _number,
    Variable: _symbol,
    Symbol: _symbol,
    Add: _fold(plus),
    Mul: _fold(by),
    Pow: _power,
    HadamardPower: _power,
    exp: _map(exponential),
    log: _map(logarithm),
    Abs: _map(abs),
    tanh: _map(_odd(mpmath.tanh)),
    erf: _map(_odd(mpmath.erf)),
    Trace: _map(lambda grid: reduce(plus, [row[i] for i, row in enumerate(grid)])),
    Total: _map(_total),
    Size: _size,
    Determinant: _map(determinant),
    Sum: _sum,
    MatAdd: _fold(_grids(plus)),
    MatMul: _matmul,
    HadamardProduct: _fold(_grids(by)),
    KroneckerProduct: _fold(_kronecker),
    Transpose: _map(lambda grid: [list(column) for column in zip(*grid, strict=True)]),
    Inverse: _map(inverse),
    MatPow: _matpow,
    ElementwiseApplyFunction: _elementwise,
    Identity: _filled(lambda i, j: int(i == j)),
    OneMatrix: _filled(lambda i, j: 1),
    ZeroMatrix: _filled(lambda i, j: 0),
}
