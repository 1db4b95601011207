"""A proof names every axiom that it uses, by whatever way it came to use it."""

from __future__ import annotations

import pytest
from sympy import Determinant, KroneckerProduct, Trace

from gradproof import (
    define,
    differential,
    dims,
    eye,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    logdet,
    matrix,
    vector,
)
from gradproof.language.statement import Statement
from gradproof.routes.kernel import calculus, check

k, m, n = dims("k m n")
A, X, Z = matrix("A", n, n), matrix("X", n, n), matrix("Z", m, n)
a, b, x, w = vector("a", n), vector("b", n), vector("x", n), vector("w", m)
F = function("F")
Y, S = define("Y", X.I), define("S", (Z.T * Z).I)
d = differential

INVERSE = "the derivative of an inverse"
JACOBI = "Jacobi's formula"
RULES = "the rules of determinants"
SYMMETRY = "the symmetry of second derivatives"
#: What differentiates an inverse or a determinant in the kernel, and the axiom that it uses.
USED_BY = {"slope_of_inverse": INVERSE, "slope_of_determinant": JACOBI}

CASES = {
    "a Jacobian": (jacobian(X.I, X), -KroneckerProduct(X.I.T, X.I), {INVERSE}),
    "behind a function": (
        gradient(F(Y), X),
        -X.I.T * gradient(F(Y), Y) * X.I.T,
        {INVERSE},
    ),
    "of a product": (gradient(F(S), Z), gradient(F(S), Z), {INVERSE}),
    "a differential": (d(X.I), -X.I * d(X) * X.I, {INVERSE}),
    "a determinant": (gradient(Determinant(X), X), Determinant(X) * X.I.T, {JACOBI, RULES}),
    "under a logarithm": (d(logdet(X)), Trace(X.I * d(X)), {JACOBI, RULES}),
    "both": (
        gradient(logdet(X) + inner(a, X.I * b), X),
        X.I.T - X.I.T * a * b.T * X.I.T,
        {INVERSE, JACOBI, RULES},
    ),
    "a second derivative": (
        jacobian(gradient(logdet(X), X), X),
        jacobian(X.I.T, X),
        {INVERSE, JACOBI, RULES},
    ),
    "a product of determinants": (Determinant(A * X), Determinant(X) * Determinant(A), {RULES}),
    "a Hessian": (hessian(F(x), x), hessian(F(x), x).T, {SYMMETRY}),
    "a gradient of a gradient": (
        hessian(F(x), x) * a,
        gradient(inner(gradient(F(x), x), a), x),
        {SYMMETRY},
    ),
    "nothing moves": (X * X.I, eye(n), set()),
    "one derivative of a function": (gradient(F(Z * x), x), Z.T * gradient(F(Z * x), Z * x), set()),
    "a gradient that stands still": (
        gradient(inner(gradient(F(w), w), Z * x), x),
        Z.T * gradient(F(w), w),
        set(),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_proof_names_the_axioms_that_it_uses(case, monkeypatch):
    used = set()
    for function_, axiom in USED_BY.items():
        work = getattr(calculus, function_)

        def watched(*args, work=work, axiom=axiom):
            used.add(axiom)
            return work(*args)

        monkeypatch.setattr(calculus, function_, watched)
    left, right, axioms = CASES[case]
    assert set(check(Statement(left, right)).axioms) == axioms
    assert used == axioms & set(USED_BY.values())
