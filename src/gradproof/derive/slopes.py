"""Derivatives of functions of real numbers, by the rules of calculus, in the form people print."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Add, Dummy, Mul, Pow, S, erf, exp, log, pi, sqrt, tanh

from ..errors import NotDerived
from ..language.activations import Activation, sigmoid, step
from ..language.functions import ArbitraryFunction, FunctionOfScalar
from ..language.shown import shown

#: The derivative of each function in its first argument, given its arguments.
_SLOPES: dict[str, Any] = {
    "exp": exp,
    "log": lambda z: 1 / z,
    "Abs": lambda z: step(z) - step(-z),
    "tanh": lambda z: 1 - tanh(z) ** 2,
    "erf": lambda z: 2 * exp(-(z**2)) / sqrt(pi),
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "softplus": sigmoid,
    "silu": lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),
    "relu": step,
    "step": lambda _: S.Zero,
    "leaky_relu": lambda z, alpha: step(z) + alpha * step(-z),
    "elu": lambda z, alpha: step(z) + alpha * exp(z) * step(-z),
}
#: Functions with one of these heads are differentiated by :func:`partials`.
CALCULUS = (Add, Mul, Pow, exp, tanh, erf, Activation, FunctionOfScalar)


def partials(expr: Any) -> Iterator[tuple[Any, Any]]:
    """Each argument of a sum, product, power or function, with the derivative in it."""
    if isinstance(expr, Add):
        yield from ((arg, S.One) for arg in expr.args)
    elif isinstance(expr, Mul):
        for i, arg in enumerate(expr.args):
            yield arg, Mul(*expr.args[:i], *expr.args[i + 1 :])
    elif isinstance(expr, Pow):
        yield expr.base, expr.exp * expr.base ** (expr.exp - 1)
        if not (expr.exp.is_Rational or expr.exp.is_integer):
            yield expr.exp, log(expr.base) * expr
    elif isinstance(expr, FunctionOfScalar):
        yield expr.args[2], ArbitraryFunction(expr.name, expr.order).prime(expr.args[2])
    elif type(expr).__name__ in _SLOPES:
        yield expr.args[0], _SLOPES[type(expr).__name__](*expr.args)
        yield from _by_definition(expr, expr.args[1:])
    elif isinstance(expr, Activation):
        yield from _by_definition(expr, expr.args)
    else:
        raise NotDerived(
            f"derive has no rule for {type(expr).__name__} in {shown(expr)}. Write it with the "
            "functions that the language page lists."
        )


def _by_definition(expr: Any, arguments: Any) -> Iterator[tuple[Any, Any]]:
    for arg in arguments:
        moving = Dummy(real=True)
        body = expr.func(*(moving if one == arg else one for one in expr.args)).definition
        yield arg, slope(body, moving).xreplace({moving: arg})


def slope(expr: Any, variable: Any) -> Any:
    """The derivative of a scalar in ``variable``, a symbol or a part of it."""
    if expr == variable:
        return S.One
    if not expr.has(variable):
        return S.Zero
    return Add(*(outer * slope(arg, variable) for arg, outer in partials(expr)))
