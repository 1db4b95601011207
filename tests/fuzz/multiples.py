"""Multiples of equations by powers, which are hypotheses that may hold in a degenerate way.

From m^p L = m^p R, for a power of a number, of a matrix or of a determinant, follows m^q L = m^q R
for larger exponents q; for smaller ones it fails where m is zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import Abs, Determinant, HadamardProduct, Integer, Trace, exp

from gradproof import dims, eye, inner, matrix, norm, scalar, total, vector
from gradproof.language.statement import Statement

from .claims import Claim, scaled

N, K, R = dims("n k r")
D, A = matrix("D", N, N, diagonal=True), matrix("A", N, N)
S, I = matrix("S", N, N, symmetric=True), matrix("J", N, N, invertible=True)  # noqa: E741
O = matrix("O", N, N, orthogonal=True)  # noqa: E741
ONE = matrix("Z", 1, 1)
C, E, G = (vector(name, N) for name in "ceg")
U, V, W, P = scalar("u"), scalar("v"), scalar("w"), scalar("p", positive=True)

#: Exponents, with what they are at k = r = 1.
_EXPONENTS = [
    *((K + n, 1 + n) for n in (-2, -1, 0, 0, 0, 1)),
    *((2 * K + n, 2 + n) for n in (-2, -2, -1, 0)),
    (3 * K - 3, 0),
    (K + R, 2),
    (K + R - 2, 0),
    (R - 1, 0),
    (-K, -1),
    (1 - K, 0),
    *((Integer(n), n) for n in (-1, 1, 2, 3)),
]


def multiples(chance: Random) -> Iterator[Claim]:
    """A multiple of an equation by a power, and others of the same equation."""
    of_matrix = chance.random() < 0.6
    base, determinant = chance.choice(_MATRICES if of_matrix else _SCALARS)
    one, other = (C, E) if of_matrix else chance.choice(((U, V), (total(C), V), (inner(C, E), U)))
    p, first = chance.choice(_EXPONENTS)
    given = [_sides(base, determinant, p, one, other, Integer(1))]
    for _ in range(3):
        q, least = chance.choice(_EXPONENTS)
        factor = chance.choice([Integer(1), Integer(1), W, U**2, W**K])
        claim = _sides(base, determinant, q, one, other, factor)
        # With sizes and exponents of 1 and a base of zero it says 0 = 0, and the claim L = R.
        fails = first > 0 == least and base in (D, A, S, ONE, W) and factor == 1
        yield Claim(Statement(*claim, given=given), holds=q - p == 0 and factor == 1, fails=fails)


def _sides(base: Any, determinant: bool, exponent: Any, one: Any, other: Any, factor: Any) -> Any:
    whole = base**exponent
    if determinant:
        whole = Determinant(whole)
    left, right = (whole * side for side in (one, other))
    return scaled(factor, left), scaled(factor, right)


_MATRICES = [
    *((base, False) for base in (D, D, A, S, I, O, W * D, 2 * S, W * eye(N), D.T, D * D, A.T)),
    *((HadamardProduct(eye(N), A), False), (P * D, False), ((C * E.T), False), (W * A, False)),
]
_SCALARS = [
    *((base, False) for base in (W, W, 2 * W, Abs(W), W * P, W + P, Determinant(A), norm(G) ** 2)),
    *((base, True) for base in (A, A, D, S, I, W * A, A.T, O, W * D)),
    *((inner(C, E), False), (exp(W), False), (Trace(D), False)),
]
