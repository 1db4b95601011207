"""A program is finite where the value is, and right there: without overflow, underflow or 0/0."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Rational,
    Symbol,
    erf,
    exp,
    log,
    sqrt,
    tanh,
)

from gradproof import (
    cross_entropy,
    define,
    derive,
    dims,
    elu,
    gelu,
    gelu_tanh,
    inner,
    labels,
    log_softmax,
    logdet,
    logsumexp,
    matrix,
    mean,
    numpy_function,
    ones,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    step,
    total,
    vector,
)
from gradproof.language.unfold import unfold

from ..fuzz.exact import Exact

n, C, N = dims("n C N")
x, w, A, S = vector("x", n), vector("w", n), matrix("A", n, n), matrix("S", C, N)
y = labels("y", N, C)
POINTS = [10_000, -10_000, 700, -700, 40, -40, 1, 0]

FUNCTIONS = [
    softplus,
    sigmoid,
    silu,
    gelu,
    gelu_tanh,
    tanh,
    erf,
    relu,
    lambda z: elu(z, 2),
    lambda z: log(1 + exp(z)),
    lambda z: log(1 + exp(-Abs(z))),
    lambda z: log(sigmoid(z)),
    lambda z: log(1 - sigmoid(z)),
    lambda z: -log(1 / (1 + exp(-z))),
    lambda z: log(1 - 1 / (1 + exp(-z))),
    lambda z: log(1 - exp(z) / (1 + exp(z))),
    lambda z: log(exp(z) / (1 + exp(z))),
    lambda z: log((exp(z) + exp(-z)) / 2),
    lambda z: log(1 + exp(z) + exp(2 * z)),
    lambda z: 1 / (1 + exp(-z)),
    lambda z: exp(z) / (1 + exp(z)),
    lambda z: exp(z) / (exp(z) + 2),
    lambda z: exp(-z) / (1 + exp(-z)) ** 2,
    lambda z: exp(2 * z) / (1 + exp(z)) ** 2,
    lambda z: (1 + exp(z)) ** -Rational(1, 2),
    lambda z: 1 / (exp(z) + exp(-z)),
    lambda z: 1 / (1 + exp(z) + exp(3 * z)),
    lambda z: (exp(z) - exp(-z)) / (exp(z) + exp(-z)),
    lambda z: (1 - exp(-2 * z)) / (1 + exp(-2 * z)),
    lambda z: z * exp(z) / (1 + exp(z)),
    lambda z: exp(z) * sigmoid(-z),
    lambda z: 1 - sigmoid(z),
    lambda z: sigmoid(z) * (1 - sigmoid(z)),
    lambda z: z * tanh(log(1 + exp(z))),
    lambda z: exp(z) * step(-z),
    lambda z: step(z) + exp(z) * step(-z),
    lambda z: relu(z) * exp(-z),
    lambda z: relu(-z) ** 2 * exp(z),
    lambda z: exp(-(z**2)) / sqrt(1 + z**2),
    lambda z: (1 + erf(z)) / 2,
]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_functions_of_every_entry(f: Any) -> None:
    expr = x.applyfunc(f)
    points = [z for z in POINTS if z] if expr.has(step, elu) else POINTS  # which is defined off 0
    got = _values(expr, points)
    with mpmath.workdps(9_000):  # which hold 1 + exp(−10⁴)
        wanted = Exact({n: len(points)}, {x: [[Fraction(z)] for z in points]})(unfold(expr))
        wanted = [float(value) for value in wanted]
    np.testing.assert_allclose(got, wanted, rtol=1e-11, atol=1e-15)


def _values(expr: Any, points: list[int]) -> Any:
    with np.errstate(all="raise"):
        return numpy_function(expr, x)(np.array(points)[:, None]).ravel()


@pytest.mark.parametrize(
    "f",
    [
        softplus,
        sigmoid,
        silu,
        gelu,
        gelu_tanh,
        lambda z: elu(z, 1),
        lambda z: log(1 + exp(-z)),
        lambda z: log(sigmoid(z)),
        lambda z: 1 / (1 + exp(-z)),
    ],
)
def test_slopes_that_are_derived(f: Any) -> None:
    slope = derive(total(x.applyfunc(f)), x).result
    assert np.all(np.isfinite(_values(slope, [10_000, -10_000, 700, -700, 0])))


e = x.applyfunc(exp)
LARGE = np.array([[10_000.0], [9_999.0], [-10_000.0]])


@pytest.mark.parametrize(
    "written",
    [
        e / total(e),
        HadamardProduct(e, HadamardPower(ones(n, n) * e, -1)),
        HadamardProduct(e, HadamardPower(ones(n, 1) * ones(1, n) * e, -1)),
        define("u", e) / total(define("u", e)),
        derive(log(total(e)), x).result,
        derive(logsumexp(x), x).result,
        (x - log(total(e)) * ones(n)).applyfunc(exp),
        DiagMatrix(e) * ones(n, 1) / total(e),
        e * exp(-logsumexp(x)),
    ],
    ids=str,
)
def test_softmax_as_people_write_it(written: Any) -> None:
    with np.errstate(all="raise"):
        got = numpy_function(written, x)(LARGE)
    np.testing.assert_allclose(got, numpy_function(softmax(x), x)(LARGE), rtol=1e-11)


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (log(total(e)), 10_000 + np.log1p(np.exp(-1))),
        (log(mean(e)), 10_000 + np.log1p(np.exp(-1)) - np.log(3)),
        (log(3 * total(e)), 10_000 + np.log1p(np.exp(-1)) + np.log(3)),
        (inner(x, e) / total(e), 10_000 - 1 / (1 + np.e)),
        (total(x.T * e / total(e)), 10_000 - 1 / (1 + np.e)),
    ],
)
def test_sums_of_exponentials(expr: Any, wanted: float) -> None:
    with np.errstate(all="raise"):
        assert numpy_function(expr, x)(LARGE) == pytest.approx(wanted, rel=1e-12)


SCORES = np.array([[10_000.0, -10_000], [-10_000, 10_000], [0, 9_999]])


@pytest.mark.parametrize(
    "loss",
    [
        cross_entropy(softmax(S), y),
        cross_entropy(define("P", softmax(define("Z", S))), y),
        -inner(y, log_softmax(S)) / N,
        -inner(y, softmax(S).applyfunc(log)) / N,
        -total(HadamardProduct(y, S - ones(C) * logsumexp(S))) / N,
        (total(logsumexp(S)) - inner(y, S)) / N,
        -inner(y, softmax(S.T, axis=1).T.applyfunc(log)) / N,
    ],
    ids=str,
)
def test_cross_entropy(loss: Any) -> None:
    with np.errstate(all="raise"):
        got = numpy_function(loss, S, y, C, N)(SCORES, [2, 1], 3, 2)
    assert got == pytest.approx(5_000 + np.log1p(np.exp(-1)) / 2, rel=1e-12)


@pytest.mark.parametrize("axis", [0, 1])
def test_a_class_that_is_masked_out(axis: int) -> None:
    masked = np.array([[0.0, -np.inf], [0.0, 0.0]])
    got = numpy_function(softmax(S, axis=axis), S)(masked if axis else masked.T)
    np.testing.assert_allclose(got if axis else got.T, [[1, 0], [0.5, 0.5]])


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_determinants_of_large_matrices(scale: float) -> None:
    """Of which the determinant itself is 0, or too large for a float."""
    random = np.random.default_rng(0)
    factor = random.normal(size=(500, 500))
    square = scale * (factor @ factor.T + np.eye(500))
    wanted = np.linalg.slogdet(square)[1]
    written = [
        logdet(A),
        log(Determinant(A)),
        log(2 * Determinant(A)) - log(2),
        log(Determinant(A) ** 2) / 2,
        log(Determinant(A) ** 3) / 3,
        log(sqrt(Determinant(A))) * 2,
        -log(1 / Determinant(A)),
        log(Determinant(A) * exp(x[0])),
        log(define("d", Determinant(A))),
    ]
    for expr in written:
        with np.errstate(all="raise"):
            got = numpy_function(expr, A, x)(square, np.zeros((500, 1)))
        assert got == pytest.approx(wanted, rel=1e-10), expr


def test_the_logarithm_of_a_negative_determinant_is_none() -> None:
    assert np.isnan(numpy_function(log(Determinant(A)), A)([[-1]]))
    assert numpy_function(logdet(A), A)([[-1]]) == 0


@pytest.mark.parametrize("size", [1e-9, 1.0, 1e8, 1e12, 1e16])
def test_slopes_far_out(size: float) -> None:
    """Where the difference of two large numbers has lost its digits."""
    log_cosh = derive(total(x.applyfunc(lambda z: log((exp(z) + exp(-z)) / 2))), x).result
    logistic = derive(total(x.applyfunc(lambda z: exp(z) / (1 + exp(z)))), x).result
    with np.errstate(all="raise", under="ignore"):
        got = numpy_function(log_cosh, x)(np.array([[size], [-size]]))
        np.testing.assert_allclose(got.ravel(), [np.tanh(size), -np.tanh(size)], rtol=1e-14)
        got = numpy_function(logistic, x)(np.array([[size], [-size]]))
        wanted = float(mpmath.sech(size / 2) ** 2 / 4)
        np.testing.assert_allclose(got.ravel(), wanted, rtol=1e-12)


@pytest.mark.parametrize(
    "scores", [[1e4, 1e4 - 20], [100, 70, 30], [0, -40], [1e12] * 3, [1e16] * 2]
)
def test_small_losses_keep_their_digits(scores: list[float]) -> None:
    exact = [mpmath.mpf(score) for score in scores]
    with mpmath.workdps(60):
        wanted = float(mpmath.log(mpmath.fsum(mpmath.exp(one - exact[0]) for one in exact)))
    column = np.array(scores)[:, None]
    for loss in (cross_entropy(softmax(S), y), -inner(y, log_softmax(S)) / N):
        assert numpy_function(loss, S, y)(column, [0]) == pytest.approx(wanted, rel=1e-14, abs=0)
    small = np.array(scores)[:, None] - max(scores)
    assert numpy_function(logsumexp(x), x)(small) == pytest.approx(wanted, rel=1e-14, abs=0)
    assert numpy_function(log(total(e)), x)(small) == pytest.approx(wanted, rel=1e-14, abs=0)


q = vector("q", n, positive=True)
one_label, p = labels("c", 1, n), define("p", sigmoid(x))
W = matrix("W", C, N)
TWO = np.array([[10_000.0], [0.0]])


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (-log(inner(one_label, softmax(x))), 10_000),
        (-log(inner(one_label, softmax(x)) / 2), 10_000 + np.log(2)),
        (-log(inner(one_label, define("P", softmax(x)))), 10_000),
        (-log(inner(one_label, HadamardProduct(softmax(x), sigmoid(-x)))), 10_000 + np.log(2)),
        (-log(total(HadamardProduct(one_label, softmax(x)))), 10_000),
        (-log(mean(HadamardProduct(one_label, softmax(x)))), 10_000 + np.log(2)),
        (log(inner(q, e)), 10_000),
        (log(inner(w, e)), 10_000 + np.log(2)),
        (log(inner(w, HadamardPower(e, -1))), np.log(3)),
        (log(3 * inner(w, e)), 10_000 + np.log(6)),
        (log(1 / inner(w, e)), -10_000 - np.log(2)),
        (log(inner(w, e) / total(e)), np.log(2)),
        (log(sigmoid(x[0]) - sigmoid(x[1]) / 2), np.log(0.75)),
        (log(define("h", exp(x[0])) - 1), 10_000),
        (log(total(p) - p[1, 0] / 2), np.log(1.25)),
        (-total((ones(n) - p).applyfunc(log)), 10_000 + np.log(2)),
        (-total(define("o", ones(n) - p).applyfunc(log)), 10_000 + np.log(2)),
        (-total(p.applyfunc(lambda z: log(1 - z))), 10_000 + np.log(2)),
        (log(1 - define("s", sigmoid(x[0]))), -10_000),
    ],
    ids=str,
)
def test_logarithms_of_weighted_sums(expr: Any, wanted: float) -> None:
    weights = np.array([[2.0], [3.0]])
    with np.errstate(over="raise", invalid="raise", under="ignore"):
        made = numpy_function(expr, x, q, w, one_label)
        got = made(TWO, np.array([[1.0], [3.0]]), weights, [1])
    assert got == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize(
    "loss",
    [
        -total(total(HadamardProduct(y, softmax(S)), axis=0).applyfunc(log)) / N,
        -total((ones(1, C) * HadamardProduct(softmax(S), y)).applyfunc(log)) / N,
        -mean(total(HadamardProduct(y, softmax(S)), axis=0).applyfunc(log)),
        -mean(total(HadamardProduct(y, softmax(S)).T, axis=1).applyfunc(log)),
        cross_entropy((softmax(S) + softmax(W)) / 2, y),
    ],
    ids=str,
)
def test_the_probability_of_the_label(loss: Any) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = numpy_function(loss, S, W, y)(SCORES, SCORES, [2, 1])
    assert got == pytest.approx(5_000 + np.log1p(np.exp(-1)) / 2, rel=1e-12)


TAILS = [
    (lambda z: log(exp(z) - 1), [1e-12, 0.5, 1, 40, 800, 1e4]),
    (lambda z: log(1 - exp(-z)), [1e-12, 0.5, 1, 40, 800, 1e4]),
    (lambda z: log(exp(2 * z) - exp(z)), [1e-12, 0.5, 1, 40, 800, 1e4]),
    (lambda z: log(3 * exp(z) - 2 * exp(-z)), [0, 0.5, 1, 40, 800, 1e4]),
    (lambda z: log(z * exp(z) + exp(-z)), [0, 0.5, 1, 40, 800, 1e4]),
    (lambda z: log(z * exp(-(z**2)) + 2 * exp(-((z - 1) ** 2))), [0, 1, 40, 500]),
    (lambda z: log(1 + erf(z)), [-1e4, -800, -40, -27, -21, -20, -19, -5, -1, 0, 1, 40]),
    (lambda z: log((1 - erf(z / sqrt(2))) / 2), [1e4, 800, 40, 27, 21, 20, 19, 5, 1, 0, -40]),
]


@pytest.mark.parametrize(("f", "points"), TAILS)
def test_logarithms_of_differences_and_tails(f: Any, points: list[float]) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = numpy_function(x.applyfunc(f), x)(np.array(points)[:, None]).ravel()
    wanted = [float(_with_all_digits(f, z)) for z in points]
    np.testing.assert_allclose(got, wanted, rtol=1e-13)


def _with_all_digits(f: Any, z: float) -> Any:
    t = Symbol("t", real=True)
    with mpmath.workprec(400):
        if f(t).has(erf):  # whose tail needs no more digits as the exponential of a logarithm
            return (
                mpmath.log(mpmath.erfc(-z)) if f(t).has(1 + erf(t)) else mpmath.log(mpmath.ncdf(-z))
            )
    with mpmath.workdps(9_000):
        return Exact({}, {t: Fraction(z)})(f(t))


powers, row = S.applyfunc(exp), total(S.applyfunc(exp), axis=0)


@pytest.mark.parametrize(
    "written",
    [
        HadamardProduct(powers, ones(C) * HadamardPower(row, -1)),
        powers * DiagMatrix(HadamardPower(row, -1).T),
        (DiagMatrix(HadamardPower(row, -1).T) * powers.T).T,
        powers * DiagMatrix(row.T.applyfunc(lambda z: 1 / z)),
        HadamardProduct(powers, (HadamardPower(row, -1).T * ones(1, C)).T),
        (S - ones(C) * row.applyfunc(log)).applyfunc(exp),
    ],
    ids=str,
)
def test_softmax_of_columns_as_people_write_it(written: Any) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = numpy_function(written, S)(SCORES)
        loss = numpy_function(cross_entropy(written, y), S, y)(SCORES, [2, 1])
    np.testing.assert_allclose(got, numpy_function(softmax(S), S)(SCORES), rtol=1e-11)
    assert loss == pytest.approx(5_000 + np.log1p(np.exp(-1)) / 2, rel=1e-12)


def test_an_outer_product_of_two() -> None:
    z = vector("z", N)
    powers = z.T.applyfunc(exp)
    expr = e * powers / (total(e) * total(powers))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = numpy_function(expr, x, z)(TWO, np.array([[0.0], [10_000.0], [10_000.0]]))
    np.testing.assert_allclose(got, [[0, 0.5, 0.5], [0, 0, 0]], rtol=1e-12)


COLUMNS = total(HadamardPower(S, 2), axis=0)


@pytest.mark.parametrize(
    "norms",
    [
        total(HadamardPower(COLUMNS, Rational(1, 2))),
        total(COLUMNS.applyfunc(sqrt)),
        total(total(HadamardPower(S.T, 2), axis=1).applyfunc(sqrt)),
    ],
    ids=str,
)
def test_the_slope_of_the_norm_of_a_column_of_zeros(norms: Any) -> None:
    with np.errstate(all="raise"):
        got = numpy_function(derive(norms, S).result, S)(np.array([[0.0, 3], [0, 4]]))
    np.testing.assert_allclose(got, [[0, 0.6], [0, 0.8]], rtol=1e-15)


def test_a_distribution_that_is_met_exactly() -> None:
    """A class of which both probabilities are 0 adds nothing to the loss, nor to its slope."""
    Y, P = matrix("Y", C, N, column_sums=1), matrix("P", C, N, positive=True)
    certain = np.array([[1.0], [0], [0]])
    with np.errstate(all="raise"):
        assert numpy_function(cross_entropy(P, Y), P, Y)(certain, certain) == 0
        slope = numpy_function(derive(cross_entropy(P, Y), P).result, P, Y)(certain, certain)
    np.testing.assert_array_equal(slope, [[-1], [0], [0]])
