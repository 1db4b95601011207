"""True statements in which much cancels: the numbers of both sides are huge, and agree."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import Determinant, HadamardProduct, Integer, Trace, exp

from gradproof import define, dims, function, gradient, inner, matrix, norm, scalar, vector
from gradproof.language.statement import Statement

from .claims import Claim

N, K = dims("n k")
A, B = matrix("A", N, N), matrix("B", N, N)
X, Y = vector("x", N), vector("y", N)
U, V = scalar("u"), scalar("v")
PHI, F = function("phi"), function("F")
_HEIGHTS = (1, 3, 20, 90, 200)


def cancelling(chance: Random) -> Iterator[Claim]:
    """A true statement of one of these kinds, and a false one beside it."""
    left, right = chance.choice(_KINDS)(chance)
    yield Claim(Statement(left, right), holds=True)
    yield Claim(Statement(left, right + right))


def _huge(chance: Random) -> Any:
    """A number that may be huge at simple points."""
    n = chance.choice(_HEIGHTS)
    return chance.choice(
        [U**n, exp(n * U), (U + V) ** min(n, 20), exp(U) ** n, inner(X, Y) ** min(n, 90), 3**n * V]
    )


def _binomial(chance: Random) -> tuple[Any, Any]:
    one, other = _huge(chance), chance.choice([Integer(1), V, _huge(chance)])
    return (one + other) ** 2 - one**2 - 2 * one * other, other**2


def _difference(chance: Random) -> tuple[Any, Any]:
    one, small = _huge(chance), chance.choice([V, exp(V), norm(X) ** 2, Trace(A)])
    return define("t", one + small) - one, small


def _product(chance: Random) -> tuple[Any, Any]:
    one, other = _huge(chance), _huge(chance)
    return (one - other) * (one + other) - one**2, -(other**2)


def _determinants(chance: Random) -> tuple[Any, Any]:
    n = chance.choice((2, 5, 9))
    one = Determinant(A) ** n
    return (one + 1) ** 2 - Determinant(A**n) ** 2 - 2 * one, Integer(1)


def _slope(chance: Random) -> tuple[Any, Any]:
    """The gradient of a power or an exponential of a bilinear form."""
    n = chance.choice((2, 5, 30))
    form = inner(X, A * Y)
    if chance.random() < 0.5:
        return gradient(form**n, A), n * form ** (n - 1) * X * Y.T
    return gradient(exp(n * form), A), n * exp(n * form) * X * Y.T


def _layers(chance: Random) -> tuple[Any, Any]:
    """The gradient of a network in its first weights, by hand."""
    inside = A * X
    if chance.random() < 0.5:
        return gradient(F(inside), A), gradient(F(inside), inside) * X.T
    hidden = inside.applyfunc(PHI)
    left = gradient(inner(Y, B * hidden), A)
    return left, HadamardProduct(B.T * Y, inside.applyfunc(PHI.prime)) * X.T


def _in_a_scalar(chance: Random) -> tuple[Any, Any]:
    n = chance.choice(_HEIGHTS)
    body = exp(n * U) * V
    return gradient(body, U) - n * body, 0 * U


_KINDS = (_binomial, _difference, _product, _determinants, _slope, _layers, _in_a_scalar)
