"""Near misses: made for every kind of expression, refused when false, told apart when equal."""

from __future__ import annotations

import pytest
from sympy import HadamardProduct

from gradproof import (
    cross_entropy,
    dims,
    gradient,
    kernel,
    matrix,
    mutants,
    printing,
    scalar,
    softmax,
)
from gradproof.mutants import ProverFault, distrust
from gradproof.statement import Statement

C, D, N = dims("C D N")
W, X = matrix("W", C, D), matrix("X", D, N)
Y = matrix("Y", C, N, column_sums=1)
P = softmax(W * X)
t, u = scalar("t"), scalar("u")
SOFTMAX = Statement(gradient(cross_entropy(P, Y), W), (P - Y) * X.T / N)


def rights(statement):
    return [mutant.rhs for mutant in mutants.mutants(statement)]


def test_kinds_of_change():
    made = rights(SOFTMAX)
    assert all(change in made for change in (-SOFTMAX.rhs, 2 * SOFTMAX.rhs, SOFTMAX.rhs / 2))
    expected = {
        "softmax(W X) Xᵀ/N",
        "(Y + softmax(W X))Xᵀ/N",
        "(softmax(W X) − Y)Xᵀ/C",
        "(softmax(W X) − Y)Xᵀ/D",
        "(softmax(W X) − Y)Xᵀ",
    }
    assert expected <= {printing.text(change) for change in made}
    assert len(made) >= 10


def test_transposes_and_operands():
    a, b = matrix("A", N, N), matrix("B", N, N)
    made = rights(Statement(a * b.T, a * b.T))
    assert all(change in made for change in (a * b, b.T * a, b * b.T, a * a.T, (a * b.T).T))


def test_false_mutants_are_refused_and_equal_ones_counted_apart():
    assert distrust(SOFTMAX).refused >= 10
    a, b = matrix("A", C, D), matrix("B", C, D)
    report = distrust(Statement(HadamardProduct(a, b), HadamardProduct(a, b)))
    assert report.equal >= 1
    assert report.refused >= 5


def test_a_prover_that_accepts_a_mutant_is_at_fault(monkeypatch):
    monkeypatch.setattr(kernel.Comparison, "check", lambda self, right: None)
    with pytest.raises(ProverFault):
        distrust(SOFTMAX)


def test_powers_and_numbers():
    made = rights(Statement(3 * t**2, 3 * t**2))
    assert all(change in made for change in (3 * t**3, 3 * t**-2, 4 * t**2, t**2))
    assert distrust(Statement(t * u, t * u)).refused >= 4
