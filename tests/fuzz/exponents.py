"""Powers with symbolic exponents: split, joined, scaled and summed, in right and wrong ways."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import (
    Abs,
    Determinant,
    HadamardProduct,
    Integer,
    KroneckerProduct,
    MatMul,
    MatPow,
    Mul,
    Sum,
    Trace,
)

from gradproof import define, dims, eye, inner, matrix, scalar, vector
from gradproof.language.statement import Statement

from .claims import Claim

N, K, J, R = dims("n k j r")
U, W, P = scalar("u"), scalar("w"), scalar("p", positive=True)
A, B = matrix("A", N, N), matrix("B", N, N)
S, D = matrix("S", N, N, symmetric=True), matrix("D", N, N, diagonal=True)
I, Q = matrix("L", N, N, invertible=True), matrix("Q", N, N, orthogonal=True)  # noqa: E741
Z, C = matrix("Z", 1, 1), vector("c", N)
_EXPONENTS = [K, K, J, K + J, 2 * K, K - 1, K - 1, K - 2, 2 * K - 1, K - J, -K, 1 - K, -J, R]
_EXPONENTS += [Integer(n) for n in (-2, -1, 1, 2)]
_MATRICES = [A, A, S, D, D, I, Q, Z, 2 * A, W * D, W * A, A.T, A * B, D * D, W * eye(N), A + eye(N)]
_SCALARS = [U, U, U * W, 2 * U, -U, P, Abs(U), U + W, U**2, Trace(A), Determinant(A), inner(C, C)]


def exponents(chance: Random) -> Iterator[Claim]:
    """Several claims about the powers of one base."""
    some = [chance.choice(_EXPONENTS) for _ in range(chance.choice((2, 2, 3)))]
    if chance.random() < 0.4:
        base = chance.choice(_SCALARS)
        left = Mul(*(_named(chance, base**e) for e in some))
        whole = [base ** (sum(some) + n) for n in (0, 0, 1, -1)]
        pairs = [(left, chance.choice(whole)), *_scalar_laws(chance, base, some)]
    else:
        base = chance.choice(_MATRICES)
        left = MatMul(*(_named(chance, MatPow(base, e)) for e in some))
        whole = [MatPow(base, sum(some) + n) for n in (0, 0, 1, -1)]
        pairs = [(left, chance.choice(whole)), *_matrix_laws(chance, base, some)]
    for one, other in pairs:
        yield Claim(Statement(one, other))


def _named(chance: Random, power: Any) -> Any:
    return define(f"t_{chance.randrange(9999)}", power) if chance.random() < 0.3 else power


def _scalar_laws(chance: Random, base: Any, some: Any) -> list[tuple[Any, Any]]:
    e, f = some[:2]
    laws = [
        ((W * base) ** e, W**e * base**e),
        ((base**e) ** f, base ** (e * f)),
        (1 / base**e, base ** (-e)),
        (base**e / base**f, base ** (e - f)),
        (Abs(base**e), Abs(base) ** e),
        ((-base) ** (2 * e), base ** (2 * e)),
        ((-1) ** e * base**e, (-base) ** e),
        (Sum(base ** (R - 1), (R, 1, K)) * (base - 1), base**K - 1),
        (Sum(base**R, (R, 0, K - 1)), Sum(base ** (K - 1 - R), (R, 0, K - 1))),
        (Sum(W, (R, 1, K - 1)), (K - 1) * W),
        (Sum(R, (R, 1, K)), K * (K + 1) / 2),
    ]
    return chance.sample(laws, 3)


def _matrix_laws(chance: Random, base: Any, some: Any) -> list[tuple[Any, Any]]:
    e, f = some[:2]
    n, power = base.shape[0], MatPow(base, e)
    after, before = MatPow(base, K - R), MatPow(base, R - 1)
    laws = [
        (MatPow(W * base, e), W**e * power),
        (power.T, MatPow(base.T, e)),
        (MatPow(power, f), MatPow(base, e * f)),
        (MatPow(power, -1), MatPow(base, -e)),
        (Determinant(power), Determinant(base) ** e),
        (Determinant(W * power), W**n * Determinant(base) ** e),
        (Determinant(MatMul(power, MatPow(base, f))), Determinant(base) ** (e + f)),
        (MatMul(power, base), MatMul(base, power)),
        (MatPow(MatMul(base, base), e), MatPow(base, 2 * e)),
        (KroneckerProduct(power, power), MatPow(KroneckerProduct(base, base), e)),
        (MatMul(base, MatPow(base, -1), power), power),
        (
            HadamardProduct(eye(n), power),
            MatPow(HadamardProduct(eye(n), base), e),
        ),
        (Trace(MatMul(power, MatPow(base, f))), Trace(MatMul(MatPow(base, f), power))),
        (
            Sum(Trace(MatMul(before, after)), (R, 1, K)),
            K * Trace(MatPow(base, K - 1)),
        ),
        (
            Sum(Trace(MatPow(base, R)), (R, 1, K - 1)),
            Sum(Trace(after), (R, 1, K - 1)),
        ),
    ]
    return chance.sample(laws, 3)
