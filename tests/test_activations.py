"""Activations: their derivatives, their values, and where they do not hold."""

from __future__ import annotations

import mpmath
import pytest
from sympy import (
    Abs,
    Determinant,
    HadamardProduct,
    Rational,
    erf,
    exp,
    lambdify,
    log,
    pi,
    sqrt,
    tanh,
)

from gradproof import (
    NotProved,
    dims,
    elu,
    gelu,
    gelu_tanh,
    gradient,
    leaky_relu,
    logdet,
    matrix,
    ones,
    prove,
    relu,
    scalar,
    sigmoid,
    silu,
    softplus,
    step,
    total,
    vector,
)
from gradproof.errors import ShapeMismatch, StatementError, UnknownConstruct

m, n = dims("m n")
z, alpha = scalar("z"), scalar("alpha")
x, W, X = vector("x", n), matrix("W", m, n), matrix("X", n, n)
K = matrix("K", n, n)
u = sqrt(2 / pi) * (z + Rational(44715, 10**6) * z**3)

TRUE = {
    "sigmoid": (gradient(sigmoid(z), z), sigmoid(z) * (1 - sigmoid(z))),
    "softplus": (gradient(softplus(z), z), sigmoid(z)),
    "silu": (gradient(silu(z), z), sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "gelu": (
        gradient(gelu(z), z),
        (1 + erf(z / sqrt(2))) / 2 + z * exp(-(z**2) / 2) / sqrt(2 * pi),
    ),
    "gelu-tanh": (
        gradient(gelu_tanh(z), z),
        (1 + tanh(u)) / 2
        + z / 2 * (1 - tanh(u) ** 2) * sqrt(2 / pi) * (1 + Rational(134145, 10**6) * z**2),
    ),
    "relu": (gradient(relu(z), z), step(z)),
    "leaky": (gradient(leaky_relu(z, alpha), z), step(z) + alpha * step(-z)),
    "elu": (gradient(elu(z, alpha), z), step(z) + alpha * exp(z) * step(-z)),
    "of a matrix": (
        gradient(total(sigmoid(W * x)), x),
        W.T * HadamardProduct(sigmoid(W * x), ones(m) - sigmoid(W * x)),
    ),
    "with a parameter": (leaky_relu(W, alpha), relu(W) - alpha * relu(-W)),
    "halves": (relu(z), z * step(z)),
    "logdet": (gradient(logdet(X), X), X.I.T),
}
FALSE = {
    "gonn#8": (gradient(sigmoid(z), z), sigmoid(z) - (1 - sigmoid(z))),
    "kink forgotten": (gradient(relu(z), z), step(-z)),
    "both sides": (step(z) + step(-z), 2 * step(z)),
    "gelu": (gradient(gelu(z), z), (1 + erf(z / sqrt(2))) / 2),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved(name):
    assert prove(*TRUE[name]).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused(name):
    with pytest.raises(NotProved):
        prove(*FALSE[name])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (sigmoid, lambda t: 1 / (1 + mpmath.exp(-t))),
        (softplus, lambda t: mpmath.log1p(mpmath.exp(t))),
        (silu, lambda t: t / (1 + mpmath.exp(-t))),
        (gelu, lambda t: t * mpmath.ncdf(t)),
        (step, lambda t: int(t > 0)),
        (relu, lambda t: max(t, 0)),
        (lambda t: leaky_relu(t, Rational(1, 10)), lambda t: t if t > 0 else t / 10),
        (lambda t: elu(t, 2), lambda t: t if t > 0 else 2 * (mpmath.exp(t) - 1)),
    ],
)
@pytest.mark.parametrize("point", [-2.5, -0.3, 0.4, 3.0])
def test_definitions_mean_what_they_say(function, expected, point):
    from gradproof.language.unfold import unfold

    value = lambdify(z, unfold(function(z)), "mpmath")(mpmath.mpf(point))
    assert abs(value - expected(mpmath.mpf(point))) < 1e-12


def test_kinks_are_conditions():
    assert [c["text"] for c in prove(*TRUE["relu"]).certificate["conditions"]] == ["z ≠ 0"]
    assert [c["text"] for c in prove(*TRUE["logdet"]).certificate["conditions"]] == ["X invertible"]


def test_bad_arguments():
    with pytest.raises(StatementError):
        sigmoid("not maths")
    with pytest.raises(ShapeMismatch):
        prove(relu(W), z)


@pytest.mark.parametrize("matrix", [X - K, -K - X, (X - K).T * K], ids=str)
def test_a_log_determinant_that_sympy_cannot_hold_is_refused_with_the_remedy(matrix):
    with pytest.raises(UnknownConstruct, match="with the other sign"):
        logdet(matrix)
    prove(logdet(K - X), log(Abs(Determinant(K - X))))
