"""Inverses that are multiplied out: the push-through identity, Woodbury, and their near misses."""

from __future__ import annotations

import pytest
from sympy import Abs, HadamardPower, HadamardProduct, Rational, Trace, exp

from gradproof import NotProved, dims, eye, inner, matrix, ones, prove, scalar, vector
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.language.unfold import unfold
from gradproof.routes.kernel import check
from gradproof.routes.kernel.quotients import cleared
from gradproof.routes.kernel.read import Reader

m, n, k = dims("m n k")
A, B, M = matrix("A", m, n), matrix("B", n, m), matrix("M", k, m)
S, T = matrix("S", n, n, invertible=True), matrix("T", n, n, invertible=True)
C, U, V = matrix("C", k, k, invertible=True), matrix("U", n, k), matrix("V", k, n)
a, b, u, v = vector("a", m), vector("b", n), vector("u", n), vector("v", n)
K, W = matrix("K", m, m), matrix("W", m, m, positive=True)
HALF = Rational(1, 2)
lam = scalar("lambda", positive=True)
left, right = (eye(m) + A * B).I, (eye(n) + B * A).I
w, moved = vector("w", m), a + K * a
length = HadamardPower(HadamardPower(moved, 2), -HALF)
x = vector("x", 2)
woodbury = (C.I + V * S.I * U).I

TRUE = {
    "push-through": (left * A, A * right),
    "push-through behind a matrix": (M * left * A, M * A * right),
    "push-through between vectors": (inner(a, left * A * b), inner(a, A * right * b)),
    "one from the other": (left, eye(m) - A * right * B),
    "ridge": ((A.T * A + lam * eye(n)).I * A.T, A.T * (A * A.T + lam * eye(m)).I),
    "Woodbury": ((S + U * C * V).I, S.I - S.I * U * woodbury * V * S.I),
    "Sherman–Morrison": (
        (S + u * v.T).I,
        S.I - S.I * u * v.T * S.I / (1 + inner(v, S.I * u)),
    ),
    "Kailath": ((S.I + U * U.T).I, S - S * U * (eye(k) + U.T * S * U).I * U.T * S),
    "a scalar in the inverse": (
        (A.T * A / lam + eye(n)).I * A.T,
        lam * A.T * (A * A.T + lam * eye(m)).I,
    ),
    "difference of inverses": (S.I - T.I, S.I * (T - S) * T.I),
    "parallel sum": ((S.I + T.I).I, S * (S + T).I * T),
}
FALSE = {
    "a scalar in the inverse, dropped": (
        (A.T * A / lam + eye(n)).I * A.T,
        A.T * (A * A.T + lam * eye(m)).I,
    ),
    "push-through, sign": (left * A, A * (eye(n) - B * A).I),
    "push-through, swapped": (left * B.T, B.T * right),
    "one from the other, sign": (left, eye(m) + A * right * B),
    "ridge, half": ((A.T * A + lam * eye(n)).I * A.T, A.T * (2 * A * A.T + lam * eye(m)).I),
    "Woodbury, sign": ((S + U * C * V).I, S.I + S.I * U * woodbury * V * S.I),
    "Woodbury, inverse dropped": (
        (S + U * C * V).I,
        S.I - S.I * U * (C + V * S.I * U).I * V * S.I,
    ),
    "Sherman–Morrison, sign": (
        (S + u * v.T).I,
        S.I - S.I * u * v.T * S.I / (1 - inner(v, S.I * u)),
    ),
    "difference of inverses, sign": (S.I - T.I, S.I * (S - T) * T.I),
    "parallel sum, transposed": ((S.I + T.I).I, S * (S + T).I.T * T),
    "linear and constant": (inner(a, left * a) + Trace(left), Trace(left)),
    # Of degree 1 in a all the same, though its parts are not.
    "degree": (inner(a, left * a) / inner(a, a), Trace(left) / m),
    # Signs of a, and of Ka + a: of degree 1 where they stand outside of their own modulus.
    "modulus": (inner(HadamardProduct(a, HadamardPower(a.applyfunc(Abs), -1)), left * w), 0),
    "root of a square": (inner(HadamardProduct(moved, length), left * w), 0),
    # Of degree 1 in x, of which a single entry is named.
    "an entry": (x[0, 0] * Trace(left), 2 * x[0, 0] * Trace(left)),
}
for power in (HALF, 1, 3 * HALF, 2, -HALF, -1, -2):
    # The term of the matrix has a factor by its row: a sum to a power.
    scaled = HadamardProduct(K, HadamardPower(W * ones(m), power) * ones(1, m))
    shifted = (eye(m) + scaled).I
    TRUE[f"rows scaled, {power}"] = (scaled * shifted, eye(m) - shifted)
    TRUE[f"rows scaled, on the right, {power}"] = (shifted * scaled, eye(m) - shifted)
    FALSE[f"scaling lost, {power}"] = (K * shifted, eye(m) - shifted)
    FALSE[f"scaling lost, on the right, {power}"] = (shifted * K, eye(m) - shifted)


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_shapes(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", ["push-through", "push-through behind a matrix", "ridge"])
def test_proved_by_all_routes(name):
    assert prove(*TRUE[name]).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused_by_the_index_proof(name):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[name]))


@pytest.mark.parametrize("name", ["push-through, sign", "parallel sum, transposed", "degree"])
def test_refused_by_all_routes(name):
    with pytest.raises(NotProved):
        prove(*FALSE[name])


def test_a_residual_is_freed_of_what_no_function_contains():
    """Σ a_i exp(a_i) (left w)_i is of degree 1 in w, and of none in a."""
    poly = Reader().scalar(unfold(inner(HadamardProduct(a, a.applyfunc(exp)), left * w)))
    (freed,) = cleared(poly)
    assert "w" not in repr(freed)
