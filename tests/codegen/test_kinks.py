"""At a kink a program returns the value that NumPy and PyTorch give, and never NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Abs, HadamardPower, HadamardProduct, Rational, exp, log, sqrt

from gradproof import (
    cross_entropy,
    define,
    derive,
    dims,
    elu,
    inner,
    labels,
    leaky_relu,
    matrix,
    mean,
    norm,
    numpy_function,
    ones,
    relu,
    scalar,
    sigmoid,
    silu,
    step,
    total,
    vector,
)
from gradproof.language.unfold import unfold

n, m, k = dims("n m k")
x, y, t, a = vector("x", n), vector("y", n), scalar("t"), scalar("a")
W, X, V = matrix("W", k, n), matrix("X", n, m), matrix("V", 1, k)
P, hot = matrix("P", n, m), labels("h", m, n)
TENTH = Rational(1, 10)

#: A function of a number, its value at −2, at 0 and at 2.
VALUES = [
    (relu, (0, 0, 2)),
    (step, (0, 0, 1)),
    (Abs, (2, 0, 2)),
    (lambda z: leaky_relu(z, TENTH), (-0.2, 0, 2)),
    (lambda z: elu(z, 1), (np.expm1(-2), 0, 2)),
    (lambda z: z / Abs(z), (-1, 0, 1)),
    (lambda z: Abs(z) / z, (-1, 0, 1)),
    (lambda z: -z / Abs(3 * z) * 3, (1, 0, -1)),
    (lambda z: (1 - z) / Abs(1 - z) + 1, (2, 2, 0)),
    (lambda z: z**3 / Abs(z), (-4, 0, 4)),
    (lambda z: z * step(z), (0, 0, 2)),
    (lambda z: step(z) - step(-z), (-1, 0, 1)),
    (lambda z: z / sqrt(z**2), (-1, 0, 1)),
    (lambda z: sqrt(z**2) / z, (-1, 0, 1)),
    (lambda z: sigmoid(relu(z)) - Rational(1, 2), (0, 0, 1 / (1 + np.exp(-2)) - 0.5)),
    (lambda z: relu(-z) + relu(z) - Abs(z), (0, 0, 0)),
    (lambda z: log(Abs(z)) * z, (-2 * np.log(2), 0, 2 * np.log(2))),
    (lambda z: relu(z) * log(relu(z)), (0, 0, 2 * np.log(2))),
]


@pytest.mark.parametrize("unfolded", [False, True])
@pytest.mark.parametrize(("f", "wanted"), VALUES)
def test_values(f: Any, wanted: Any, unfolded: bool) -> None:
    """The same under its name and written out, and as a scalar."""
    expr = x.applyfunc(f)
    made = numpy_function(unfold(expr) if unfolded else expr, x)
    with np.errstate(all="raise"):
        got = made([[-2], [0], [2]]).ravel()
        one = numpy_function(f(t), t)(0)
    np.testing.assert_allclose(got, wanted, atol=1e-15)
    assert one == pytest.approx(wanted[1])


#: A function and the slope that PyTorch gives at −2, at 0 and at 2.
SLOPES = [
    (relu, (0, 0, 1)),
    (Abs, (-1, 0, 1)),
    (lambda z: (z + Abs(z)) / 2, (0, 0, 1)),
    (lambda z: leaky_relu(z, TENTH), (0.1, 0.1, 1)),
    (lambda z: elu(z, 1), (np.exp(-2), 1, 1)),
    (lambda z: relu(z) ** 2 / 2, (0, 0, 2)),
    (lambda z: Abs(z) - relu(Abs(z) - 1), (0, 0, 0)),
    (lambda z: relu(-z), (-1, 0, 0)),
]


@pytest.mark.parametrize(("f", "wanted"), SLOPES)
def test_slopes_that_are_derived(f: Any, wanted: Any) -> None:
    made = numpy_function(derive(total(x.applyfunc(f)), x).result, x)
    with np.errstate(all="raise"):
        np.testing.assert_allclose(made([[-2], [0], [2]]).ravel(), wanted)


def test_the_slope_of_a_layer_with_a_padded_example() -> None:
    found = derive(total(V * relu(W * X)), W).result
    got = numpy_function(found, W, X, V)(np.ones((3, 2)), [[1, 0], [2, 0]], np.ones((1, 3)))
    np.testing.assert_array_equal(got, [[1, 2]] * 3)


def test_the_slope_of_a_clipped_objective() -> None:
    """PPO: a sample that is not clipped lies at a kink."""
    r, e = x.applyfunc(exp), scalar("epsilon", positive=True)
    clipped = (1 - e) * ones(n) + relu(r - (1 - e) * ones(n)) - relu(r - (1 + e) * ones(n))
    u, v = define("u", HadamardProduct(r, y)), define("v", HadamardProduct(clipped, y))
    slope = numpy_function(derive(mean(u - relu(u - v)), x).result, x, y, e)
    assert slope([[0.01]], [[1]], 0.2)[0, 0] == pytest.approx(np.exp(0.01))
    assert slope([[0.5]], [[1]], 0.2)[0, 0] == 0


@pytest.mark.parametrize(
    "unit",
    [
        x / norm(x),
        x / sqrt(inner(x, x)),
        x / sqrt(total(HadamardProduct(x, x))),
        derive(norm(x), x).result,
        define("z", x) / norm(define("z", x)),
        HadamardProduct(x, HadamardPower(norm(x) * ones(n), -1)),
        x * inner(x, x) / norm(x) ** 3,
        x * inner(x, y) / (norm(x) * norm(y)),
    ],
    ids=str,
)
def test_what_is_divided_by_its_norm_is_zero_at_zero(unit: Any) -> None:
    arguments = (x, y) if unit.has(y) else (x,)
    made = numpy_function(unit, *arguments)
    with np.errstate(all="raise"):
        got = made(*[np.zeros((3, 1))] * len(arguments))
    np.testing.assert_array_equal(got, np.zeros((3, 1)))


def test_a_pole_stays_a_pole() -> None:
    """Only 0/0 has a value by custom."""
    with np.errstate(all="ignore"):
        assert numpy_function(1 / Abs(t), t)(0) == np.inf
        assert numpy_function(y / norm(x), x, y)([[0]], [[1]])[0, 0] == np.inf
        assert np.isnan(numpy_function(t / a, t, a)(0, 0))


CERTAIN = np.array([[1, 0], [0, 1]])


@pytest.mark.parametrize(
    ("loss", "wanted"),
    [
        (cross_entropy(P, hot), 0),
        (-total(HadamardProduct(P, P.applyfunc(log))), 0),
        (-total(P.applyfunc(lambda z: z * log(z))), 0),
        (inner(P, P.applyfunc(log)), 0),
        (inner(hot, P.applyfunc(log) - hot.applyfunc(log)), 0),
        (inner(hot, P.applyfunc(lambda z: 2 * log(z))), 0),
        (total(HadamardProduct(hot, HadamardPower(P, -1))), 2),
    ],
    ids=str,
)
def test_zero_times_the_logarithm_of_zero_is_zero(loss: Any, wanted: Any) -> None:
    with np.errstate(all="raise"):
        assert numpy_function(loss, P, hot)(CERTAIN, [0, 1]) == wanted


@pytest.mark.parametrize("f", [relu, silu, Abs, step, sigmoid, lambda z: z * log(z)])
def test_what_is_not_a_number_stays_so(f: Any) -> None:
    with np.errstate(invalid="ignore"):  # of which logaddexp warns
        got = numpy_function(x.applyfunc(f), x)([[np.nan], [1.0]]).ravel()
    assert np.isnan(got[0])
    assert np.isfinite(got[1])
