"""Inverses, determinants, Kronecker products and the functions of activations, by every route."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    DiagonalOf,
    HadamardProduct,
    KroneckerProduct,
    Rational,
    Trace,
    erf,
    exp,
    log,
    pi,
    sqrt,
    tanh,
)

from gradproof import (
    NotProved,
    dims,
    eye,
    function,
    gradient,
    inner,
    matrix,
    ones,
    prove,
    refute,
    scalar,
    vector,
)
from gradproof.errors import ConstrainedVariable, StatementError
from gradproof.language.statement import Statement
from gradproof.routes import kernel
from gradproof.routes.numbers.sampling import draw_matrix

m, n = dims("m n")
A, B, X = (matrix(name, n, n) for name in "ABX")
Q = matrix("Q", n, n, symmetric=True)
R = matrix("R", m, n)
a, b, v = (vector(name, n) for name in "abv")
t, p = scalar("t"), scalar("p", positive=True)
F = function("F")
G = R.T * R


def sigmoid(u):
    return 1 / (1 + exp(-u))


def logdet(M):
    return log(Abs(Determinant(M)))


TRUE = {
    "inverse": (X * X.I + X.I * X, 2 * eye(n)),
    "inverse of a product": ((A * B).I, B.I * A.I),
    "inverse of a shift": ((eye(n) + A).I, eye(n) - A * (eye(n) + A).I),
    "ridge": ((G + p * eye(n)).I * G, eye(n) - p * (G + p * eye(n)).I),
    "symmetric inverse": (G.I.T, G.I),
    "projection": (R * G.I * R.T * R * G.I * R.T, R * G.I * R.T),
    "det of a product": (Determinant(A * B), Determinant(A) * Determinant(B)),
    "det": (gradient(Determinant(X), X), Determinant(X) * X.I.T),
    "det-inv": (gradient(Determinant(X.I), X), -Determinant(X.I) * X.I.T),
    "logdet": (gradient(logdet(X), X), X.I.T),
    "inv-bilinear": (gradient(a.T * X.I * b, X), -X.I.T * a * b.T * X.I.T),
    "solve": (gradient(F(A.I * b), b), A.I.T * gradient(F(A.I * b), A.I * b)),
    "kron": (KroneckerProduct(A, B) * KroneckerProduct(X, Q), KroneckerProduct(A * X, B * Q)),
    "trace of kron": (gradient(Trace(KroneckerProduct(A, X)), X), Trace(A) * eye(n)),
    "diagonal": (DiagMatrix(v) * a, HadamardProduct(v, a)),
    "diagonal of": (DiagonalOf(A), HadamardProduct(A, eye(n)) * ones(n)),
    "tanh": (gradient(tanh(t), t), 1 - tanh(t) ** 2),
    "tanh through exp": (tanh(t), (exp(t) - exp(-t)) / (exp(t) + exp(-t))),
    "sigmoids": (sigmoid(t) + sigmoid(-t), t / t),
    "gelu": (
        gradient(t * (1 + erf(t / sqrt(2))) / 2, t),
        (1 + erf(t / sqrt(2))) / 2 + t * exp(-(t**2) / 2) / sqrt(2 * pi),
    ),
    "relu": (gradient((t + Abs(t)) / 2, t), (1 + t / Abs(t)) / 2),
    "odd": (erf(-t), -erf(t)),
}
FALSE = {
    "transposed": (gradient(logdet(X), X), X.I),
    "sum": ((A + B).I, A.I + B.I),
    "det of a sum": (Determinant(A + B), Determinant(A) + Determinant(B)),
    "det is not linear": (Determinant(2 * A), 2 * Determinant(A)),
    "sign": (gradient(a.T * X.I * b, X), X.I.T * a * b.T * X.I.T),
    "not symmetric": (A.I.T, A.I),
    "order": ((A * B).I, A.I * B.I),
    "one sided": (R * G.I * R.T, eye(m)),
    "kron swapped": (KroneckerProduct(A, B), KroneckerProduct(B, A)),
    "slope of erf": (gradient(erf(t), t), exp(-(t**2))),
    "slope of tanh": (gradient(tanh(t), t), 1 - tanh(t)),
    "kink": ((t + Abs(t)) / 2, t),
    "half": (gradient(logdet(G), R), Rational(1, 2) * R * G.I),
    "batch of inverses": (inner(a, X.I * b), inner(b, X.I * a)),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_shapes(name):
    assert prove(*TRUE[name]).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused(name):
    with pytest.raises(kernel.Residual):
        kernel.check(Statement(*FALSE[name]))
    with pytest.raises(NotProved):
        prove(*FALSE[name])


def test_conditions_of_inverses_and_kinks():
    conditions = prove(*TRUE["logdet"]).certificate["conditions"]
    assert any("X" in condition["text"] for condition in conditions)
    kink = prove(*TRUE["relu"]).certificate["conditions"]
    assert [condition["text"] for condition in kink] == ["t ≠ 0"]


def test_no_condition_where_the_symbol_says_it():
    invertible = matrix("X", n, n, invertible=True)
    assert not prove(invertible * invertible.I, eye(n)).certificate["conditions"]


def test_axioms_are_listed_where_they_are_used():
    det = prove(*TRUE["det"]).certificate["axioms"]
    assert det == ["Jacobi's formula", "the rules of determinants"]
    assert prove(*TRUE["solve"]).certificate["axioms"] == []
    found = prove(*TRUE["inv-bilinear"]).certificate["axioms"]
    assert found == ["the derivative of an inverse"]


class TestPositiveDefinite:
    n = dims("n")
    P, Q = (matrix(name, n, n, positive_definite=True) for name in "PQ")
    x = vector("x", n)

    def test_it_is_symmetric_and_has_an_inverse(self) -> None:
        assert prove(self.P.T, self.P).certificate["conditions"] == []
        proof = prove(gradient(inner(self.x, self.P.I * self.x), self.x), 2 * self.P.I * self.x)
        assert proof.certificate["conditions"] == []

    def test_its_determinant_is_positive(self) -> None:
        claim = (log(Determinant(self.P) ** 2), 2 * log(Determinant(self.P)))
        assert prove(*claim).certificate["conditions"] == []

    def test_the_negative_of_one_has_no_sign_of_its_own(self) -> None:
        with pytest.raises(NotProved):
            prove(log(Determinant(-self.P)), log(Determinant(self.P)))

    def test_products_have_the_product_of_the_determinants(self) -> None:
        prove(logdet(self.P * self.Q), logdet(self.P) + logdet(self.Q))

    def test_values_are_positive_definite(self) -> None:
        rng = Random(1)
        for _ in range(20):
            values = np.array(draw_matrix(self.P, 3, 3, rng), dtype=float)
            assert (values == values.T).all()
            assert np.linalg.eigvalsh(values).min() > 0
        x_Px = inner(self.x, self.P * self.x)
        assert refute(x_Px, -x_Px).certificate["verdict"] == "refuted"

    def test_what_is_true_of_symmetric_matrices_only_at_random_is_refused(self) -> None:
        with pytest.raises(NotProved):
            prove(self.P * self.Q, self.Q * self.P)
        with pytest.raises(ConstrainedVariable):
            prove(gradient(logdet(self.P), self.P), self.P.I)

    def test_it_is_square(self) -> None:
        with pytest.raises(StatementError, match="positive_definite needs a square matrix"):
            matrix("R", dims("m"), self.n, positive_definite=True)

    def test_a_diagonal_one_stays_diagonal(self) -> None:
        D = matrix("D", self.n, self.n, diagonal=True, positive_definite=True)
        prove(D * D.I, eye(self.n))
        prove(HadamardProduct(D, D), D * D)
