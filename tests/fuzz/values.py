"""The value of an expression as it is written, at a point: an evaluator that shares no rule.

It reads what people write, unfolds names itself, and knows no derivative and no arbitrary function.
Values are fractions or, with roots and exponentials, numbers of so many digits.
"""

from __future__ import annotations

from collections.abc import Callable
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

from gradproof.language.derivatives import Gradient
from gradproof.language.nodes import Size, Total
from gradproof.language.shapes import is_matrix
from gradproof.language.symbols import Variable

from ..kernel.values import Unknown
from .arithmetic import (
    Irrational,
    by,
    determinant,
    exponential,
    inexact,
    inexactly,
    inverse,
    kronecker,
    logarithm,
    matrix_power,
    odd,
    over,
    plus,
    power,
    product,
    total_of,
)

Env = dict[Any, Any]
Value = Callable[[Env], Any]


def at(expr: Any, env: Env, count: int = 50) -> Any:
    """The value at a point: a fraction, or a number of so many digits; or rows of them.

    Raises ``Undefined`` outside the domain and ``Unknown`` for what this evaluator has no rule for.
    """
    try:
        return compiled(expr)(env)
    except Irrational:
        pass
    with mpmath.workdps(count), inexactly():
        numbers = {symbol: inexact(value) for symbol, value in env.items()}
        try:
            return compiled(expr)(numbers)
        except (OverflowError, mpmath.libmp.NoConvergence) as error:
            raise Unknown from error


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


def _power(expr: Any) -> Value:
    base, exponent = compiled(expr.args[0]), expr.args[1]
    each: Callable[[Any, Callable[[Any], Any]], Any] = over if is_matrix(expr) else _at_once
    if isinstance(exponent, Rational):
        p, q = int(exponent.p), int(exponent.q)
        return lambda env: each(base(env), lambda x: power(x, p, q))
    if exponent.is_integer:
        return lambda env: each(base(env), lambda x: power(x, size(exponent, env)))
    if isinstance(expr.args[0], Exp1):
        inner = compiled(exponent)
        return lambda env: exponential(inner(env))
    to = compiled(exponent)
    return lambda env: each(base(env), lambda x: exponential(by(to(env), logarithm(x))))


def _at_once(value: Any, function: Callable[[Any], Any]) -> Any:
    return function(value)


def _elementwise(expr: Any) -> Value:
    function, inner = expr.function, compiled(expr.expr)
    (bound,), body = function.variables, compiled(function.expr)
    return lambda env: over(inner(env), lambda entry: body({**env, bound: entry}))


def _filled(entry: Callable[[int, int], int]) -> Callable[[Any], Value]:
    def rule(expr: Any) -> Value:
        def made(env: Env) -> Any:
            rows, cols = (size(side, env) for side in expr.shape)
            return [[Fraction(entry(i, j)) for j in range(cols)] for i in range(rows)]

        return made

    return rule


def _matmul(expr: Any) -> Value:
    scalars = [compiled(arg) for arg in expr.args if not is_matrix(arg)]
    matrices = [compiled(arg) for arg in expr.args if is_matrix(arg)]

    def made(env: Env) -> Any:
        found = reduce(product, [matrix(env) for matrix in matrices])
        if not scalars:
            return found
        factor = reduce(by, [scalar(env) for scalar in scalars])
        return over(found, lambda entry: by(factor, entry))

    return made


def _matpow(expr: Any) -> Value:
    base, exponent = compiled(expr.args[0]), expr.args[1]
    return lambda env: matrix_power(base(env), size(exponent, env))


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
    tanh: _map(odd(mpmath.tanh)),
    erf: _map(odd(mpmath.erf)),
    Trace: _map(lambda grid: reduce(plus, [row[i] for i, row in enumerate(grid)])),
    Total: _map(total_of),
    Size: _size,
    Determinant: _map(determinant),
    Sum: _sum,
    MatAdd: _fold(_grids(plus)),
    MatMul: _matmul,
    HadamardProduct: _fold(_grids(by)),
    KroneckerProduct: _fold(kronecker),
    Transpose: _map(lambda grid: [list(column) for column in zip(*grid, strict=True)]),
    Inverse: _map(inverse),
    MatPow: _matpow,
    ElementwiseApplyFunction: _elementwise,
    Identity: _filled(lambda i, j: int(i == j)),
    OneMatrix: _filled(lambda i, j: 1),
    ZeroMatrix: _filled(lambda i, j: 0),
}
