"""The index proof alone: what it proves, and what it must refuse."""

from __future__ import annotations

import pytest
from sympy import Adjoint, HadamardPower, HadamardProduct, Matrix, Rational, Trace, exp, log, pi

from gradproof import (
    cross_entropy,
    define,
    dims,
    eye,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    labels,
    log_softmax,
    logsumexp,
    matrix,
    mean,
    norm,
    ones,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.language.functions import one_hot
from gradproof.language.statement import Statement
from gradproof.routes.kernel import NoRule, Residual, check

C, D, N, K = dims("C D N K")
W, X = matrix("W", C, D), matrix("X", D, N)
Y, T = matrix("Y", C, N, column_sums=1), matrix("T", C, N)
H = matrix("H", C, N, one_hot=True)
y = labels("y", N, C)
b, s, p, q = vector("b", C), vector("s", C), vector("p", C), vector("q", C)
x, A = vector("x", N), matrix("A", N, N)
A_sym = matrix("B", N, N, symmetric=True)
t, u, eps = scalar("t"), scalar("u"), scalar("epsilon", positive=True)
S = define("S", W * X)
P = define("P", softmax(S))
L = cross_entropy(P, Y)
F, phi = function("F"), function("phi")
dF = gradient(F(S), S)


def diag(v):
    return HadamardProduct(eye(C), v * ones(1, C))


def batch_norm():
    center = X - X * ones(N, N) / N
    spread = HadamardProduct(center, center) * ones(N, N) / N + eps * ones(D, N)
    scale = HadamardPower(spread, Rational(-1, 2))
    return HadamardProduct(center, scale), scale


X_hat, R = batch_norm()
G = matrix("G", D, N)


def mean_rows(M):
    return M * ones(N, N) / N


TRUE = {
    "softmax-ce-W": (gradient(L, W), (P - Y) * X.T / N),
    "softmax-ce-X": (gradient(L, X), W.T * (P - Y) / N),
    "softmax-ce": (gradient(L, S), (P - Y) / N),
    "hard-labels": (gradient(cross_entropy(P, y), W), (P - y) * X.T / N),
    "one-hot": (gradient(cross_entropy(P, H), S), (P - H) / N),
    "any-labels": (
        gradient(cross_entropy(P, T), S),
        (HadamardProduct(P, ones(C, C) * T) - T) / N,
    ),
    "matmul-W": (gradient(F(S), W), dF * X.T),
    "matmul-X": (gradient(F(S), X), W.T * dF),
    "bias": (
        gradient(F(S + b * ones(1, N)), b),
        gradient(F(S + b * ones(1, N)), S + b * ones(1, N)) * ones(N),
    ),
    "softmax-jac": (jacobian(softmax(s), s), diag(softmax(s)) - softmax(s) * softmax(s).T),
    "hess-lse": (hessian(logsumexp(s), s), diag(softmax(s)) - softmax(s) * softmax(s).T),
    "shift": (softmax(s + t * ones(C)), softmax(s)),
    "log-softmax": (log_softmax(S).applyfunc(exp), softmax(S)),
    "log-softmax-rows": (log_softmax(S, axis=1).applyfunc(exp), softmax(S, axis=1)),
    "stable": (L, (total(logsumexp(S)) - inner(Y, S)) / N),
    "row-sums": (softmax(S, axis=1) * ones(N), ones(C)),
    "phi": (gradient(total(S.applyfunc(phi)), W), S.applyfunc(phi.prime) * X.T),
    "norm": (gradient(norm(x), x), x / norm(x)),
    "norm-jac": (jacobian(x / norm(x), x), eye(N) / norm(x) - x * x.T / norm(x) ** 3),
    "quadratic": (gradient(x.T * A * x, x), (A + A.T) * x),
    "quadratic-sym": (gradient(x.T * A_sym * x, x), 2 * A_sym * x),
    "hess-quad": (hessian(x.T * A * x, x), A + A.T),
    "least-squares": (gradient(norm(W * X - T) ** 2, W), 2 * (W * X - T) * X.T),
    "trace-cube": (gradient(Trace(A * A * A), A), 3 * (A * A).T),
    "mean": (gradient(mean(T), T), ones(C, N) / (C * N)),
    "schwarz": (hessian(F(x), x), hessian(F(x), x).T),
    "batch-norm": (
        gradient(inner(G, X_hat), X),
        HadamardProduct(
            R, G - mean_rows(G) - HadamardProduct(X_hat, mean_rows(HadamardProduct(G, X_hat)))
        ),
    ),
    "in-a-scalar": (gradient(t**3 * exp(2 * t), t), (3 * t**2 + 2 * t**3) * exp(2 * t)),
    "hvp": (gradient(inner(gradient(inner(x, A * x), x), x), x), 2 * (A + A.T) * x),
    "constant": (gradient(pi * inner(x, x), x), 2 * pi * x),
    "kl": (
        gradient(logsumexp(s) - inner(q, s), s),
        softmax(s) - q,
    ),
    "dot-of-sums": (total(S) ** 2, total(S) * inner(ones(C, N), S)),
    "diagonal": (
        matrix("Q", N, N, diagonal=True) * x,
        HadamardProduct(matrix("Q", N, N, diagonal=True) * ones(N), x),
    ),
}
FALSE = {
    "C for N": (gradient(L, W), (P - Y) * X.T / C),
    "added": (gradient(L, W), (P + Y) * X.T / N),
    "sign": (gradient(L, S), (Y - P) / N),
    "unconstrained": (gradient(cross_entropy(P, T), S), (P - T) / N),
    "half": (gradient(L, W), (P - Y) * X.T / (2 * N)),
    "asymmetric": (gradient(x.T * A * x, x), 2 * A * x),
    "transposed": (gradient(Trace(A * A * A), A), 3 * A * A),
    "not-diag": (jacobian(softmax(s), s), diag(softmax(s))),
    "2p(1-p)": (hessian(logsumexp(s), s), diag(2 * softmax(s)) - softmax(s) * softmax(s).T),
    "by 0.05 %": (gradient(L, W), Rational(10005, 10000) * (P - Y) * X.T / N),
    "no-prime": (gradient(total(S.applyfunc(phi)), W), S.applyfunc(phi) * X.T),
    "unsquared": (gradient(norm(x) ** 2, x), x / norm(x)),
    "row for column": (softmax(S, axis=1), softmax(S)),
    "cube-not-square": (gradient(t**3, t), 2 * t**2),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", FALSE)
def test_refused(name):
    with pytest.raises(Residual):
        check(Statement(*FALSE[name]))


def test_conditions_are_told():
    proof = check(Statement(gradient(norm(x), x), x / norm(x)))
    assert [kind for kind, _ in proof.conditions] == ["nonzero"]
    assert not check(Statement(*TRUE["softmax-ce-W"])).conditions
    logs = check(Statement(gradient(total(x.applyfunc(log)), x), x.applyfunc(lambda z: 1 / z)))
    assert ("positive", x) in logs.conditions


def test_an_assumption_belongs_to_its_symbol():
    """The same name, with and without the assumption: one proof must not help the other."""
    free = matrix("Y", C, N)
    check(Statement(gradient(L, S), (P - Y) / N))
    with pytest.raises(Residual):
        check(Statement(gradient(cross_entropy(P, free), S), (P - free) / N))


def test_column_sums_of_a_single_row_are_its_entries():
    row = matrix("r", 1, N, column_sums=1)
    check(Statement(row, ones(1, N)))
    with pytest.raises(Residual):
        check(Statement(total(row), scalar("one_row")))
    check(Statement(matrix("h", 1, N, one_hot=True), ones(1, N)))


def test_entries_of_known_sizes():
    w, data = matrix("W", 3, 2), matrix("X", 2, 4)
    scores = w * data
    loss = cross_entropy(softmax(scores), [0, 2, 1, 1])
    explicit = (softmax(scores) - one_hot([0, 2, 1, 1], 3)) * data.T / 4
    check(Statement(gradient(loss, w), explicit))
    check(Statement(gradient(loss, w)[2, 1], explicit[2, 1]))
    check(Statement(scores, scores.as_explicit()))
    check(Statement(Matrix([[t, 2]]) * Matrix([[u], [t]]), Matrix([[t * u + 2 * t]])))
    with pytest.raises(Residual):
        check(Statement(gradient(loss, w)[2, 1], explicit[1, 1]))


def test_what_it_does_not_cover_it_says():
    with pytest.raises(NoRule):
        check(Statement.of_primitives(Trace(Adjoint(A)), Trace(A)))
