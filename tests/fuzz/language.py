"""Random expressions over the whole language, and the symbols that they are made of."""

from __future__ import annotations

from random import Random
from typing import Any

from sympy import (
    Abs,
    Determinant,
    HadamardPower,
    HadamardProduct,
    Integer,
    KroneckerProduct,
    Rational,
    Sum,
    Trace,
    erf,
    exp,
    log,
    sqrt,
    tanh,
)

from gradproof import dims, eye, function, inner, matrix, norm, ones, scalar, softmax, total, vector

M, N = dims("m n")
K, R = dims("k r")
A, B = matrix("A", M, N), matrix("B", M, N)
SQUARE = matrix("Q", N, N, symmetric=True)
POSITIVE = matrix("R", M, N, positive=True)
Y = matrix("Y", M, N, column_sums=1)
HOT = matrix("H", M, N, one_hot=True)
COLD = matrix("G", M, N, one_hot=True)
INVERTIBLE = matrix("K", N, N, invertible=True)
DIAGONAL = matrix("D", N, N, diagonal=True)
ORTHOGONAL = matrix("O", N, N, orthogonal=True)
X, V = vector("x", N), vector("v", N)
PHI, F = function("phi"), function("F")
U, P = scalar("u"), scalar("p", positive=True)
POWERS = [Integer(-2), Integer(-1), Integer(2), Rational(1, 2), Rational(-1, 2), Rational(3, 2)]


def some_scalar(chance: Random, depth: int) -> Any:
    """A random scalar expression."""
    roll = chance.random()
    if depth == 0 or roll < 0.1:
        return chance.choice([U, P, Integer(1), Integer(2), Integer(-1), Rational(1, 2)])
    if roll < 0.3:
        return some_scalar(chance, depth - 1) + some_scalar(chance, depth - 1)
    if roll < 0.5:
        return some_scalar(chance, depth - 1) * some_scalar(chance, depth - 1)
    if roll < 0.6:
        return some_scalar(chance, depth - 1) ** chance.choice(POWERS)
    if roll < 0.7:
        head = chance.choice([exp, log, Abs, sqrt, tanh, erf, PHI])
        return head(some_scalar(chance, depth - 1))
    if roll < 0.85:
        return total(some_matrix(chance, depth - 1))
    if roll < 0.93:
        return inner(some_matrix(chance, depth - 1), some_matrix(chance, depth - 1))
    square = some_square(chance, depth - 1)
    if roll < 0.95:
        return some_power(chance, square)
    last = [inner(X, square * V), Trace(square), norm(square * X), F(square * V)]
    return chance.choice([*last, Determinant(square), total(KroneckerProduct(A, square))])


def some_power(chance: Random, square: Any) -> Any:
    """A random scalar with an exponent that is no number, or a sum over exponents."""
    exponent = chance.choice([K, K - 1, 2 * K, K + 1, N, N - 1, -K])
    within = [SQUARE, INVERTIBLE, DIAGONAL, square]
    base, other = chance.choice(within), chance.choice(within)
    term = base ** (R - 1) * other * base ** (K - R)
    return chance.choice(
        [
            Trace(other * base**exponent),
            inner(X, base**K * other * base**exponent * V),
            Sum(Trace(term), (R, 1, K)),
            Determinant(chance.choice([U, P, -1]) * base) ** exponent,
            U**exponent * chance.choice([U, P, 1]) ** K,
            total(HadamardPower(POSITIVE, exponent)),
            P ** (U * some_scalar(chance, 1)),
        ]
    )


def some_square(chance: Random, depth: int) -> Any:
    """A random expression of shape n×n."""
    roll = chance.random()
    if depth <= 0 or roll < 0.4:
        return chance.choice([SQUARE, INVERTIBLE, DIAGONAL, ORTHOGONAL, eye(N), ones(N, N)])
    if roll < 0.55:
        return some_square(chance, depth - 1) + some_square(chance, depth - 1)
    if roll < 0.7:
        return some_square(chance, depth - 1) * some_square(chance, depth - 1)
    if roll < 0.8:
        return HadamardProduct(some_square(chance, depth - 1), some_square(chance, depth - 1))
    if roll < 0.88:
        return some_matrix(chance, depth - 1).T * some_matrix(chance, depth - 1)
    square = some_square(chance, depth - 1)
    sums = HadamardPower(POSITIVE.T * ones(M), chance.choice(POWERS)) * ones(N).T
    inverses = [INVERTIBLE.I, (INVERTIBLE * DIAGONAL).I, square * INVERTIBLE.I]
    return chance.choice([square.T, *inverses, (eye(N) + HadamardProduct(sums, square)).I])


def some_matrix(chance: Random, depth: int) -> Any:
    """A random expression of shape m×n."""
    roll = chance.random()
    if depth == 0 or roll < 0.2:
        return chance.choice([A, B, POSITIVE, Y, HOT, COLD, ones(M, N), ones(M) * X.T])
    if roll < 0.35:
        return some_matrix(chance, depth - 1) + some_matrix(chance, depth - 1)
    if roll < 0.5:
        return HadamardProduct(some_matrix(chance, depth - 1), some_matrix(chance, depth - 1))
    if roll < 0.6:
        return some_matrix(chance, depth - 1) * some_square(chance, depth - 2)
    if roll < 0.7:
        return some_scalar(chance, depth - 1) * some_matrix(chance, depth - 1)
    if roll < 0.8:
        return softmax(some_matrix(chance, depth - 1))
    if roll < 0.9:
        return ones(M, M) * some_matrix(chance, depth - 1)
    if roll < 0.93:
        return HadamardPower(POSITIVE, chance.choice(POWERS))
    head = chance.choice([exp, tanh, erf, PHI, lambda z: z**2])
    return some_matrix(chance, depth - 1).applyfunc(head)
