"""Slips that people make, and what they are told: the thing that is wrong, and what to type."""

from __future__ import annotations

import pytest
from sympy import Abs, Piecewise, Rational, Trace, exp, log, pi, sqrt, tanh

from gradproof import (
    GradproofError,
    NotProved,
    define,
    derive,
    dims,
    gradient,
    hessian,
    inner,
    jacobian,
    logdet,
    matrix,
    norm,
    prove,
    scalar,
    total,
    vector,
)

d, n = dims("d n")
A, B, x = matrix("A", n, n), matrix("B", n, n), vector("x", n)
a, t = scalar("a"), scalar("t")

#: What is typed, and words that the message must have.
SLIPS = {
    "a function of numbers on a matrix": (lambda: total(tanh(x)), ("tanh", "applyfunc(tanh)")),
    "another": (lambda: norm(exp(x)), ("exp", "applyfunc(exp)")),
    "abs": (lambda: total(abs(x)), ("norm(x)", "applyfunc(Abs)")),
    "a float exponent": (lambda: derive(norm(x) ** 1.5, x), ("1.5", "Rational")),
    "a root of a product of matrices": (
        lambda: derive((x.T * x) ** (norm(x) ** 0 / 2), x),
        ("x.T*x", "norm(x)"),
    ),
    "pieces": (lambda: derive(Piecewise((a, a > 0), (0, True)), a), ("Piecewise", "prove")),
    "a matrix in a scalar": (lambda: gradient(t * A, t), ("t A", "inner(G", "matrix(")),
    "the Jacobian of a matrix in a scalar": (lambda: jacobian(t * A, t), ("t A", "inner(G")),
    "a Hessian in a scalar": (lambda: hessian(t**2, t), ("matrix", "t")),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_with_its_remedy(name):
    typed, words = SLIPS[name]
    with pytest.raises(GradproofError) as caught:
        typed()
    message = str(caught.value)
    assert all(word in message for word in words), message
    assert "_1" not in message
    assert "_entry" not in message


def test_an_irrational_exponent_is_a_power_by_any_real_number():
    p = scalar("p", positive=True)
    assert prove(gradient(p**pi, p), pi * p ** (pi - 1))
    assert prove(gradient(p ** sqrt(2), p) * p, sqrt(2) * p ** sqrt(2))
    assert prove(gradient(norm(x) ** Rational(3, 2), x), Rational(3, 2) * x / sqrt(norm(x)))


def test_second_derivatives_of_a_modulus_are_decided():
    M = define("M", A + t * B)
    proof = prove(gradient(gradient(logdet(M), t), t), -Trace(M.I * B * M.I * B))
    assert [c["text"] for c in proof.certificate["conditions"]] == ["A + t B invertible"]
    assert prove(gradient(gradient(Abs(t) ** 3, t), t), 6 * Abs(t))


def test_what_is_nested_too_deeply_ends_in_a_sentence():
    w, z, u, b = vector("w", d), vector("z", d), vector("u", d), scalar("b")
    s = tanh(inner(w, z) + b)
    with pytest.raises(NotProved, match="step in between"):
        prove(logdet(jacobian(z + u * s, z)), log(Abs(1 + (1 - s**2) * inner(u, w))))
    deep = x
    for _ in range(400):
        deep = deep + x.applyfunc(tanh)
        deep = define("y", deep)
    with pytest.raises(GradproofError, match=r"define|step"):
        prove(total(deep), total(x))
