"""Every construct of the language has a NumPy form, or is refused with a remedy."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy as sp
from sympy import HadamardPower, HadamardProduct, KroneckerProduct, Rational, Sum, Symbol

import gradproof as gp
from gradproof import dims, matrix, numpy_function, scalar, vector
from gradproof.errors import StatementError

from ..fuzz.exact import Exact

m, n, k = dims("m n k")
A, B, Q, x = matrix("A", m, n), matrix("B", m, n), matrix("Q", n, n), vector("x", n)
t, u, y = scalar("t"), scalar("u", positive=True), gp.labels("y", n, m)
r = Symbol("r", integer=True, positive=True)
E2 = matrix("F", 2, 2)

#: By how the language page calls it.
CONSTRUCTS = {
    "total": gp.total(A),
    "total axis": gp.total(A, axis=0) + gp.total(Q, axis=0),
    "mean": gp.mean(A),
    "mean axis": gp.mean(A, axis=1),
    "inner": gp.inner(A, B),
    "norm": gp.norm(A),
    "ones": gp.ones(m, n),
    "eye": gp.eye(n) * 2,
    "softmax": gp.softmax(A),
    "softmax axis": gp.softmax(A, axis=1),
    "log_softmax": gp.log_softmax(A),
    "logsumexp": gp.logsumexp(A),
    "logsumexp of a vector": gp.logsumexp(x),
    "logdet": gp.logdet(Q),
    **{
        f.__name__: A.applyfunc(f)
        for f in (gp.sigmoid, gp.softplus, gp.silu, gp.gelu, gp.gelu_tanh, gp.relu, gp.step)
    },
    "leaky_relu": gp.leaky_relu(A, t),
    "elu": gp.elu(A, u),
    "cross_entropy": gp.cross_entropy(gp.softmax(A), y),
    "one_hot": E2 - gp.one_hot([1, 0], 2),
    "A + B": A + B - t * A / 2,
    "A @ B": A @ Q @ x,
    "A.T": A.T * B,
    "ZeroMatrix": sp.ZeroMatrix(m, n),
    "Trace": sp.Trace(Q),
    "Determinant": sp.Determinant(Q),
    "A.I": Q.I,
    "A.I b": Q.I * x,
    "A**k": Q**3 - Q**k,
    "A**-2": Q**-2,
    "KroneckerProduct": KroneckerProduct(A, Q, x.T),
    "HadamardProduct": HadamardProduct(A, B - A, B),
    "HadamardPower": HadamardPower(A, 3),
    "HadamardPower negative": HadamardPower(A, -2),
    "HadamardPower fraction": HadamardPower(A.applyfunc(sp.exp), -Rational(3, 2)),
    "HadamardPower of a dimension": HadamardPower(A, k + 1),
    "HadamardPower real": HadamardPower(A.applyfunc(sp.exp), t),
    "t**q": u ** Rational(2, 3) + t**3 - 1 / t**2 + u**t,
    "sqrt": sp.sqrt(u) / sp.sqrt(1 + t**2),
    "Sum": Sum(t**r / r, (r, 1, k)),
    "Sum of matrices": gp.define("M", Sum(Q**r * x, (r, 1, k))),
    "Sum of sums": Sum(t * r, (r, 1, k), (k, 1, n)),
    "DiagMatrix": sp.DiagMatrix(x) * Q,
    "DiagonalOf": sp.DiagonalOf(Q),
    "applyfunc": A.applyfunc(lambda z: sp.exp(z) / 2 - (1 - z) ** 2),
    "exp": sp.exp(t),
    "log": sp.log(u),
    "Abs": abs(t),
    "tanh": sp.tanh(t),
    "erf": sp.erf(t) + A.applyfunc(sp.erf)[0, 1],
    "Rational": Rational(1, 3) * t,
    "whole numbers": t * 0 + 7,
    "pi": sp.pi * sp.E,
    "Matrix": sp.ImmutableDenseMatrix([[t, 1], [Rational(1, 2), -u]]) * E2,
    "W[0, 1]": A[0, 1] - x[1, 0],
    "W.as_explicit()": E2.as_explicit(),
    "define": gp.define("D", 2 * gp.define("C", A)) - A,
    "a size": A * (n - 1) / m,
}
SIZES = {m: 2, n: 3, k: 2}
GIVEN = {
    A: [[1, -2, 3], [-1, 4, 2]],
    B: [[2, 1, 1], [3, -1, 5]],
    Q: [[2, 1, 0], [0, 3, 1], [1, 0, 1]],
    x: [[1], [-2], [4]],
    E2: [[1, 2], [3, 5]],
    t: -2,
    u: 3,
    y: [[1, 0, 0], [0, 1, 1]],
}


@pytest.mark.parametrize("expr", CONSTRUCTS.values(), ids=CONSTRUCTS)
def test_has_a_form(expr: Any) -> None:
    made = numpy_function(expr, *GIVEN, *SIZES)
    got = made(*[[0, 1, 1] if s == y else value for s, value in GIVEN.items()], *SIZES.values())
    with mpmath.workdps(40):
        values = {s: _fractions(value) for s, value in GIVEN.items()}
        wanted = Exact(SIZES, values)(gp.language.nodes.as_expression(expr, "it"))
        rows = wanted.tolist() if isinstance(wanted, mpmath.matrix) else wanted
        wanted = np.array(rows, dtype=float)
    assert np.shape(got) == wanted.shape
    np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=1e-15)


def _fractions(value: Any) -> Any:
    if isinstance(value, list):
        return [_fractions(entry) for entry in value]
    return Fraction(value)


def test_no_function_of_the_language_is_left_out() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "language.md"
    listed = page.read_text("utf8").split("## Functions")[1].split("## Verdicts")[0]
    functions = {name for name in gp.__all__ if f"`{name}(" in listed}
    assert len(functions) > 15
    assert functions - {"labels"} <= {name.split()[0] for name in CONSTRUCTS}


F = gp.function("F")
REFUSED = {
    "gradient": (gp.gradient(gp.norm(x), x), "Prove it equal to"),
    "jacobian": (gp.jacobian(Q * x, x), "Prove it equal to"),
    "hessian": (gp.hessian(gp.norm(x), x), "Prove it equal to"),
    "differential": (gp.differential(A), "Prove it equal to"),
    "function": (F(A), "Put a known one in its place"),
    "applyfunc of a function": (A.applyfunc(F), "Put a known one in its place"),
    "sin": (sp.sin(t), "what the language page lists"),
    "a float": (0.5 * t, "Write a Rational"),
    "a fractional power of a matrix": (sp.MatPow(Q, Rational(1, 2)), "whole number"),
    "an index that may be negative": (A[k - 2, 0], "whole number"),
    "a pole": (HadamardPower(A - A + sp.ZeroMatrix(m, n), -1), "Leave it out"),
    "a symbol that is missing": (A * matrix("Z", n, n), "make it an argument"),
}


@pytest.mark.parametrize(("expr", "remedy"), REFUSED.values(), ids=REFUSED)
def test_is_refused_with_a_remedy(expr: Any, remedy: str) -> None:
    with pytest.raises(StatementError, match=remedy):
        numpy_function(expr, *GIVEN, *SIZES)


def test_brackets_are_those_of_the_expression() -> None:
    for expr, written in {
        -(A + B) * x: "-(A + B) @ x",
        A * (t * Q) * x: "t * (A @ Q @ x)",
        HadamardProduct(A + B, A): "A * (A + B)",
        HadamardPower(A - B, 2): "(A - B) ** 2",
        (A * Q).T: "Q.T @ A.T",
        gp.sigmoid(A + B): "sigmoid(A + B)",
        t / (u * (t - 1)): "t / u / (t - 1)",
        t - (u - t**2): "t ** 2 + t - u",
        2 ** (-t): "2 ** (-t)",
        A.applyfunc(lambda z: (1 + z) ** 2): "(1 + A) ** 2",
    }.items():
        made = numpy_function(expr, *GIVEN, *SIZES)
        assert made.source.splitlines()[-1] == f"    return {written}"
