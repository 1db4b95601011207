"""Residuals that begin at zero and stay there: determinants of products, and near misses."""

from __future__ import annotations

import pytest
from sympy import Abs, Determinant, Trace, exp, log, sqrt

from gradproof import NotProved, dims, eye, inner, logdet, matrix, prove, refute, scalar, vector
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel import check

k, m, n = dims("k m n")
P, Q = matrix("P", n, m), matrix("Q", m, n)
A, H, C = matrix("A", n, n), matrix("H", n, n), matrix("C", n, 1)
K, B = matrix("K", n, n, invertible=True), matrix("B", m, m)
S = matrix("S", n, n, positive_definite=True)
u, v, x = vector("u", n), vector("v", n), vector("x", n)
t = scalar("t")

TRUE = {
    "Sylvester": (Determinant(eye(n) + P * Q), Determinant(eye(m) + Q * P)),
    "Sylvester, less": (Determinant(eye(n) - P * Q), Determinant(eye(m) - Q * P)),
    "a scale": (Determinant(eye(n) + t * P * Q), Determinant(eye(m) + t * Q * P)),
    "a Gram matrix": (Determinant(eye(n) + P * P.T), Determinant(eye(m) + P.T * P)),
    "determinant lemma": (Determinant(K + u * v.T), Determinant(K) * (1 + inner(v, K.I * u))),
    "determinant lemma, A invertible": (
        Determinant(A + u * v.T),
        Determinant(A) * (1 + inner(v, A.I * u)),
    ),
    "planar flow": (Determinant(eye(n) + u * v.T), 1 + inner(u, v)),
    "divided": (Determinant(eye(n) + u * v.T) / inner(u, v), 1 + 1 / inner(u, v)),
    "times a power": (
        Determinant(eye(n) + t * u * v.T) * t ** (k - 1),
        t ** (k - 1) + t**k * inner(u, v),
    ),
    "Householder": (Determinant(eye(n) - 2 * u * u.T), 1 - 2 * inner(u, u)),
    "of rank m": (Determinant(K + P * Q), Determinant(K) * Determinant(eye(m) + Q * K.I * P)),
    "of rank m, weighted": (
        Determinant(K + P * B * Q),
        Determinant(K) * Determinant(B) * Determinant(B.I + Q * K.I * P),
    ),
    "logarithm": (logdet(eye(n) + P * Q), logdet(eye(m) + Q * P)),
    "logarithm of the lemma": (
        logdet(K + u * v.T),
        logdet(K) + log(Abs(1 + inner(v, K.I * u))),
    ),
    "without a modulus": (
        log(Determinant(S + u * u.T)),
        log(Determinant(S)) + log(1 + inner(u, S.I * u)),
    ),
    "trace": (Trace((eye(n) + A * H).I * A), Trace(A * (eye(n) + H * A).I)),
    "trace, other sizes": (Trace((eye(n) + P * Q).I), n - m + Trace((eye(m) + Q * P).I)),
}
FALSE = {
    "Sylvester, sign": (Determinant(eye(n) + P * Q), Determinant(eye(m) - Q * P)),
    "Sylvester, not the identity": (
        Determinant(2 * eye(n) + P * Q),
        Determinant(2 * eye(m) + Q * P),
    ),
    "determinant lemma, sign": (
        Determinant(K + u * v.T),
        Determinant(K) * (1 - inner(v, K.I * u)),
    ),
    "determinant lemma, no inverse": (
        Determinant(K + u * v.T),
        Determinant(K) * (1 + inner(v, K * u)),
    ),
    "determinant lemma, transposed": (
        Determinant(K + u * v.T),
        Determinant(K) * (1 + inner(v, K.I.T * u)),
    ),
    "only to first order": (Determinant(eye(n) + A), 1 + Trace(A)),
    "logarithm, only to first order": (logdet(eye(n) + A), Trace(A)),
    "begins at zero and does not stay": (
        Determinant(eye(n) + u * v.T),
        Determinant(eye(n) + u * v.T) ** 2,
    ),
    "stays, and does not begin at zero": (
        Determinant(eye(n) + u * v.T) + 1,
        inner(u, v),
    ),
    "a power that may have no beginning": (
        Determinant(eye(n) + t * u * v.T) * t ** (k - 1) + t,
        t ** (k - 1),
    ),
    "another power": (Determinant(eye(n) + P * Q), Determinant(eye(m) + Q * P) ** k),
    # Its derivative is 0 wherever it has one, but it is no rational function.
    "a sign": (Abs(Determinant(eye(n) + u * v.T)) / Determinant(eye(n) + u * v.T), 1),
    "a root": (sqrt(Determinant(eye(n) + u * v.T) ** 2), 1 + inner(u, v)),
    "times a logarithm": (
        logdet(eye(n) + P * Q) * Trace(P * Q),
        logdet(eye(m) + Q * P) * Trace(P * Q) ** 2,
    ),
}


@pytest.mark.parametrize("case", TRUE)
def test_proved_with_the_axioms_named(case):
    certificate = prove(*TRUE[case]).certificate
    assert certificate["scope"] == "all shapes"
    axioms = set(certificate["axioms"])
    with_determinants = any(side.has(Determinant) for side in TRUE[case])
    assert ("the rules of determinants" in axioms) == with_determinants
    axioms.discard("the rules of determinants")
    assert axioms == {"Jacobi's formula", "the derivative of an inverse", "uniqueness"}


@pytest.mark.parametrize("case", FALSE)
def test_refused_by_the_index_proof_alone_and_refuted(case):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[case]))
    refute(*FALSE[case])


UNDEFINED = {
    # At A = 0 both logarithms are of 0; their difference has no value there.
    "logarithm of a negative": (log(Determinant(-A)), log(Determinant(A))),
    "a quotient": (Determinant(A) / Determinant(A.T + u * v.T), 1),
    "no inverse at u = 0": (
        inner(x, (C * C.T + u * u.T).I * x),
        inner(x, (C * C.T + u * u.T).I * x) * (1 + Determinant(C * C.T)) - inner(u, u),
    ),
    "a logarithm of zero": (log(Determinant(u * v.T + A) ** 2), 2 * log(inner(u, v) + Trace(A))),
    "a function that is not rational": (
        exp(Determinant(eye(n) + u * v.T)),
        exp(1) + inner(u, v),
    ),
}


@pytest.mark.parametrize("case", UNDEFINED)
def test_what_does_not_begin_is_refused(case):
    with pytest.raises(NotProved):
        prove(*UNDEFINED[case])
