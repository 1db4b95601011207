"""Products and quotients of sums of exponentials with everything else that may stand beside them.

A sum is a number: what stands beside it has an index of its own, and stays outside.
"""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
import pytest
from sympy import HadamardProduct, Trace, exp, log

from gradproof import (
    define,
    derive,
    dims,
    inner,
    logsumexp,
    matrix,
    mean,
    numpy_function,
    ones,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)

n, m = dims("n m")
x, g, z = vector("x", n), vector("g", n), vector("z", m)
A, s = matrix("A", n, m), scalar("s")
ARGUMENTS = (x, g, z, A, s)
random = np.random.default_rng(3)
X, G = random.normal(size=(2, 3, 1))
Z, M, T = random.normal(size=(4, 1)), random.normal(size=(3, 4)), 0.7
E = np.exp(X)


def powers(argument: Any) -> Any:
    return argument.applyfunc(exp)


SUMS = {
    "⟨g, e⟩": (inner(g, powers(x)), (G * E).sum()),
    "⟨e, e⟩": (inner(powers(x), powers(x)), (E * E).sum()),
    "⟨A, e^A⟩": (inner(A, powers(A)), (M * np.exp(M)).sum()),
    "Σ e": (total(powers(x)), E.sum()),
    "mean e": (mean(powers(x)), E.mean()),
    "1/Σ e": (1 / total(powers(x)), 1 / E.sum()),
    "1/Σ e^z": (1 / total(powers(z)), 1 / np.exp(Z).sum()),
    "e^s": (exp(s), np.exp(T)),
    "e^−lse(z)": (exp(-logsumexp(z)), 1 / np.exp(Z).sum()),
    "tr e gᵀ": (Trace(powers(x) * g.T), (G * E).sum()),
}
BESIDE = {
    "1": (1, 1),
    "g": (g, G),
    "e": (powers(x), E),
    "e^z": (powers(z), np.exp(Z)),
    "e^A": (powers(A), np.exp(M)),
    "e^Aᵀ": (powers(A.T), np.exp(M.T)),
    "σ(x)": (sigmoid(x), 1 / (1 + np.exp(-X))),
    "softmax": (softmax(x), E / E.sum()),
    "e ⊙ g": (HadamardProduct(powers(x), g), E * G),
    "e gᵀ": (powers(x) * g.T, E @ G.T),
}


@pytest.mark.parametrize("beside", BESIDE)
def test_two_sums_and_what_stands_beside_them(beside: str) -> None:
    other, factor = BESIDE[beside]
    for (one, a), (two, b) in product(SUMS.values(), repeat=2):
        expr = one * two * other
        got = numpy_function(expr, *ARGUMENTS)(X, G, Z, M, T)
        np.testing.assert_allclose(got, a * b * factor, rtol=1e-12, err_msg=str(expr))


def test_three_sums() -> None:
    for (one, a), (two, b), (three, c) in combinations_with_replacement(SUMS.values(), 3):
        got = numpy_function(one * two * three, *ARGUMENTS)(X, G, Z, M, T)
        assert got == pytest.approx(a * b * c, rel=1e-12)


def test_the_slope_of_a_squared_mean() -> None:
    slope = derive((inner(g, powers(x)) / total(powers(x))) ** 2, x).result
    p = E / E.sum()
    middle = (G * p).sum()
    got = numpy_function(slope, x, g)(X, G)
    np.testing.assert_allclose(got, 2 * middle * p * (G - middle), rtol=1e-12)


def test_sums_of_one_entry_over_two_shapes() -> None:
    """The same entry everywhere, but not as many of them."""
    ours = log(total(define("a", powers(s * ones(n)))))
    theirs = log(total(define("b", powers(s * ones(m)))))
    got = numpy_function(ours - theirs, s, n, m)(T, 3, 4)
    assert got == pytest.approx(np.log(3) - np.log(4), rel=1e-12)
