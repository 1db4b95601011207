"""Claims under hypotheses of other kinds: what follows from them, and what seems to."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import Abs, Determinant, Integer, Trace, exp, log

from gradproof import define, eye, inner, norm, total
from gradproof.language.statement import Statement

from .claims import Claim, scaled
from .multiples import A, C, D, E, G, I, K, N, P, S, U, V, W

_OVER = define("o", 1 / V)
#: Hypotheses, claims that follow from them, and claims that do not.
_EQUATIONS: list[tuple[Any, Any, Any]] = [
    (
        [(W**2 * U, W**2 * V)],
        [(W**3 * U, W**3 * V), (W**2 * U**2, W**2 * V**2), (W * U, W * V)],
        [(U, V), (W ** (K - 1) * U, W ** (K - 1) * V)],
    ),
    (
        [(A * C, W * C)],
        [(A * A * C, W**2 * C), (inner(C, A * C), W * norm(C) ** 2)],
        [(A, W * eye(N)), (A.T * C, W * C), (A * E, W * E)],
    ),
    (
        [(A * C, A * E)],
        [(A**2 * C, A**2 * E), (A**K * C, A**K * E), (G.T * A * C, G.T * A * E)],
        [(C, E), (A ** (K - 1) * C, A ** (K - 1) * E), (norm(C), norm(E))],
    ),
    ([(I * C, I * E)], [(C, E), (I.I * C, I.I * E)], [(I.T * C, I.T * G)]),
    (
        [(A.T * A, eye(N))],
        [(norm(A * C) ** 2, norm(C) ** 2), (Determinant(A) ** 2, Integer(1))],
        [(Determinant(A), Integer(1)), (A, A.T), (A, eye(N))],
    ),
    (
        [(A * A, A)],
        [(A**3, A), ((eye(N) - A) * (eye(N) - A), eye(N) - A)],
        [(A, eye(N)), (A.T, A), (Determinant(A), Integer(1))],
    ),
    ([(A * A, 0 * A)], [(A**3, 0 * A)], [(A, 0 * A), (Trace(A), W)]),
    (
        [(W * U, W * V)],
        [(W**2 * U, W**2 * V), (W * U**2, W * V**2)],
        [(U, V), (U * _OVER, V * _OVER), (W ** (K - 1) * U, W ** (K - 1) * V)],
    ),
    (
        [(V * U, V * W)],
        [(U * V * _OVER, W * V * _OVER)],
        [(U, W), (V ** (K - 1) * U, V ** (K - 1) * W)],
    ),
    ([(U**2, V**2)], [(U**4, V**4), (Abs(U), Abs(V))], [(U, V), (U**3, V**3), (U**K, V**K)]),
    (
        [(U**K, V**K)],
        [(U ** (2 * K), V ** (2 * K)), (W * U**K, V**K * W)],
        [(U, V), (U ** (K + 1), V ** (K + 1)), (U ** (2 * K - 1), V ** (2 * K - 1))],
    ),
    (
        [(inner(C, E), 0)],
        [(norm(C + E) ** 2, norm(C) ** 2 + norm(E) ** 2)],
        [(C, 0 * C), (norm(C), norm(E))],
    ),
    ([(norm(C) ** 2, 1)], [(C * C.T * C, C)], [(C * C.T, eye(N)), (total(C), Integer(1))]),
    ([(exp(U), exp(V))], [(exp(2 * U), exp(2 * V))], [(U, W)]),
    ([(log(U), log(V))], [(2 * log(U), 2 * log(V))], [(U, W), (log(U * W), log(V * P))]),
    (
        [(A * S, S * A)],
        [(A * S**2, S**2 * A), (Trace(A * S * A), Trace(A * A * S))],
        [(A, A.T), (A * D, D * A), (A.T * A, A * A.T)],
    ),
    (
        [(Determinant(A), 0)],
        [(Determinant(A * S), Integer(0)), (Determinant(A) ** K, Integer(0))],
        [(Trace(A), Integer(0)), (Determinant(A) ** (K - 1), Integer(0))],
    ),
    (
        [(D**K * C, D**K * E), (D**K * E, D**K * G)],
        [(D**K * C, D**K * G), (D ** (K + 1) * C, D ** (K + 1) * G)],
        [(D ** (2 * K - 2) * C, D ** (2 * K - 2) * G), (C, G)],
    ),
]


def equations(chance: Random) -> Iterator[Claim]:
    """Equations of other kinds, and what follows from them or seems to."""
    given, true, false = chance.choice(_EQUATIONS)
    for holds, claims in ((True, true), (False, false)):
        for one, other in chance.sample(claims, min(2, len(claims))):
            factor = chance.choice([Integer(1), Integer(1), P, W, W**K, exp(U)])
            sides = (scaled(factor, one), scaled(factor, other))
            yield Claim(Statement(*sides, given=given), holds=holds)
