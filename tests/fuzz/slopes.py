"""Derivatives of powers, roots, logarithms and inverses, and near misses of what they are."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from sympy import Abs, Determinant, HadamardPower, HadamardProduct, Rational, Trace, exp, log, sqrt

from gradproof import dims, function, gradient, inner, logdet, matrix, norm, scalar, total, vector
from gradproof.language.statement import Statement

from .claims import Claim

M, N, K = dims("m n k")
U, V, P = scalar("u"), scalar("v"), scalar("p", positive=True)
A, B = matrix("A", N, N), matrix("B", N, N)
X, C = matrix("X", M, N), vector("c", N)
PHI = function("phi")
HALF = Rational(1, 2)

_LAWS = [
    (U**K, U, K * U ** (K - 1)),
    (U ** (K - 1), U, (K - 1) * U ** (K - 2)),
    ((U * V) ** K, U, K * V * (U * V) ** (K - 1)),
    (U**-K, U, -K * U ** (-K - 1)),
    (Abs(U), U, U / Abs(U)),
    (Abs(U * V), U, U * Abs(V) / Abs(U)),
    (sqrt(U * V), U, V / (2 * sqrt(U * V))),
    (log(U * V), U, 1 / U),
    (log(U**2), U, 2 / U),
    (log(Abs(U)), U, 1 / U),
    (sqrt(U**2 * V), V, Abs(U) / (2 * sqrt(V))),
    (P**U, U, P**U * log(P)),
    (1 / (U - V), U, -1 / (U - V) ** 2),
    (PHI(U * V), U, V * PHI.prime(U * V)),
    (norm(C), C, C / norm(C)),
    (norm(C) ** 3, C, 3 * norm(C) * C),
    (inner(C, A * C), A, C * C.T),
    (inner(C, A.I * C), A, -(A.T.I * C * C.T * A.T.I)),
    (Determinant(A), A, Determinant(A) * A.T.I),
    (Determinant(A) ** K, A, K * Determinant(A) ** K * A.T.I),
    (logdet(A), A, A.T.I),
    (Trace(A**3), A, 3 * (A.T) ** 2),
    (Trace(A**K), A, K * (A.T) ** (K - 1)),
    (Trace(A.I), A, -(A.T.I * A.T.I)),
    (Trace(B * A * B.T), A, B.T * B),
    (total(HadamardPower(X, HALF)), X, HadamardPower(X, -HALF) / 2),
    (total(HadamardPower(X, -1)), X, -HadamardPower(X, -2)),
    (total(X.applyfunc(log)), X, HadamardPower(X, -1)),
    (total(X.applyfunc(Abs)), X, HadamardProduct(X, X.applyfunc(lambda z: 1 / Abs(z)))),
    (total(X.applyfunc(PHI)), X, X.applyfunc(PHI.prime)),
    (log(inner(X, X)), X, 2 * X / inner(X, X)),
    (exp(inner(X, X)), X, 2 * exp(inner(X, X)) * X),
]


def slopes(chance: Random) -> Iterator[Claim]:
    """A derivative of a multiple or a sum, by hand, and the same with something changed."""
    body, variable, slope = chance.choice(_LAWS)
    factor = chance.choice([2, V if variable != V else U, exp(P)])
    factor = 3 if factor in body.free_symbols or factor == variable else factor
    other = chance.choice(_LAWS)
    statement = Statement(gradient(factor * body, variable), factor * slope)
    yield Claim(statement, holds=True)
    yield Claim(statement.with_sides(statement.lhs, -factor * slope))
    yield Claim(Statement(gradient(body, variable), slope + slope))
    if other[1] == variable:
        both = gradient(body + other[0], variable)
        yield Claim(Statement(both, slope + other[2]), holds=True)
        product = gradient(body * other[0], variable)
        yield Claim(Statement(product, slope * other[0] + body * other[2]), holds=True)
        yield Claim(Statement(product, slope * other[0] - body * other[2]))
