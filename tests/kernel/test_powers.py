"""Powers whose exponent is no number, and sums over exponents: proved by all routes, or refused."""

from __future__ import annotations

import re

import pytest
from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    KroneckerProduct,
    Rational,
    Sum,
    Symbol,
    Trace,
    ZeroMatrix,
    log,
    sqrt,
)

from gradproof import (
    NotProved,
    define,
    derive,
    dims,
    eye,
    gradient,
    hessian,
    inner,
    jacobian,
    logdet,
    matrix,
    norm,
    numpy_function,
    ones,
    prove,
    refute,
    scalar,
    total,
    vector,
)
from gradproof.errors import NotDerived, Undecided
from gradproof.language.statement import Statement
from gradproof.printing import latex, text
from gradproof.routes.kernel import NoRule, check
from gradproof.routes.kernel.exponents import counted, never_negative, raised
from gradproof.routes.kernel.read import Reader
from gradproof.routes.kernel.terms import ZERO, constant
from gradproof.verdict.snippet import snippet

h, k, m, n, r = dims("h k m n r")
q = Symbol("q", integer=True, nonnegative=True)
A, B, X = matrix("A", n, n), matrix("B", m, m), matrix("X", n, n)
E, S = matrix("E", n, n), matrix("S", n, n, symmetric=True)
K, M = matrix("K", n, n, invertible=True), matrix("M", 2, 2)
W = matrix("W", 1, 1)
x, y = vector("x", n), vector("y", n, positive=True)
a, c, t, u = scalar("a"), scalar("c"), scalar("t"), scalar("u")
p, z = scalar("p", positive=True), scalar("z", nonzero=True)
kron = KroneckerProduct


def series(term, first=1, last=k):
    """A sum over r."""
    return Sum(term, (r, first, last))


TRUE = {
    "trace": (gradient(Trace(X**k), X), k * (X ** (k - 1)).T),
    "trace of an even power": (gradient(Trace(X ** (2 * k)), X), 2 * k * (X ** (2 * k - 1)).T),
    "trace with a matrix": (
        gradient(Trace(A * X**k), X),
        series((X ** (r - 1) * A * X ** (k - r)).T),
    ),
    "the other way round": (
        gradient(Trace(A * X**k), X),
        series((X ** (k - r) * A * X ** (r - 1)).T),
    ),
    "from 0 on": (
        gradient(Trace(A * X**k), X),
        Sum((X**q * A * X ** (k - 1 - q)).T, (q, 0, k - 1)),
    ),
    "in a direction": (
        inner(gradient(Trace(A * X**k), X), E),
        series(Trace(X ** (r - 1) * A * X ** (k - r) * E)),
    ),
    "the inverse to a power": (gradient(Trace(K**-k), K), -k * (K ** (-k - 1)).T),
    "determinant": (gradient(Determinant(X**k), X), k * Determinant(X**k) * X.I.T),
    "determinant of a power": (Determinant(X**k), Determinant(X) ** k),
    "log-determinant": (logdet(X**k), k * logdet(X)),
    "powers of one matrix": (X**k * A * X**h * X, X**k * A * X ** (h + 1)),
    "turned in a trace": (Trace(X**k * A * X**h), Trace(A * X ** (k + h))),
    "with the inverse": (K.I * A * K**k * K.I * K.I, K.I * A * K ** (k - 2)),
    "a product": ((A * X) ** k * define("P", A * X), (A * X) ** (k + 1)),
    "a power of a power": (define("P", X**k) ** h, X ** (k * h)),
    "the inverse of a power": (define("P", K**k).I, define("L", K.I) ** k),
    "the determinant of a named power": (Determinant(define("P", X**k)), Determinant(X) ** k),
    "a power and its inverse": (K**k * define("L", K**-k) * A, A),
    "the inverse of a transposed power": (define("P", K**k).T.I, K.T**-k),
    "an inverse that a gradient brings": (gradient(logdet(K), K).T * K**k, K ** (k - 1)),
    "a power of a transposed power": (define("P", X**k).T ** h, X.T ** (k * h)),
    "a power of squares": (HadamardPower(A, 2) ** k * x, HadamardProduct(A, A) ** k * x),
    "a norm": (norm(X**k) ** 2, Trace(X.T**k * X**k)),
    "a power of a sum, times a term": ((A + X) ** k * A, (X + A) ** k * A),
    "nothing to a power": (define("Z", X - E) ** k * x, define("Z", X - E) ** k * x),
    "all entries": (total(X**k), total(X.T**k)),
    "two factors beside it": (
        X**k * HadamardProduct(x, y),
        X**k * DiagMatrix(x) * y,
    ),
    "two powers, entry by entry": (inner(X**k, X**h), Trace(X.T**k * X**h)),
    "two powers of a symmetric matrix": (inner(S**k, S**h), Trace(S ** (k + h))),
    "a power of a sum": ((A + X) ** k * x, (X + A) ** k * x),
    "a product in the exponent": (
        series(Trace(X ** (r * k))),
        series(Trace(X.T ** ((k + 1 - r) * k))),
    ),
    "the transpose": (define("P", X**k).T, X.T**k),
    "a symmetric matrix": (define("P", S**k).T, S**k),
    "its square": (inner(S**k, S**k), Trace(S ** (2 * k))),
    "a quadratic form": (gradient(inner(x, S**k * x), x), 2 * S**k * x),
    "a diagonal matrix": (DiagMatrix(x) ** k * ones(n), HadamardPower(x, k)),
    "the identity": (eye(n) ** k, eye(n)),
    "a multiple": ((c * X) ** k, c**k * X**k),
    "Kronecker product": (kron(X, B) ** k, kron(X**k, B**k)),
    "one row and one column": (
        matrix("w", 1, 1) ** k * t,
        t * inner(matrix("w", 1, 1), ones(1)) ** k,
    ),
    "det cX": (Determinant(c * X), c**n * Determinant(X)),
    "det −X": (Determinant(-X), (-1) ** n * Determinant(X)),
    "det of a Kronecker product": (
        Determinant(kron(X, B)),
        Determinant(X) ** m * Determinant(B) ** n,
    ),
    "slope of det cX": (gradient(Determinant(c * X), c), n * c ** (n - 1) * Determinant(X)),
    "scalar": (gradient(t**k, t), k * t ** (k - 1)),
    "scalar, twice": (gradient(gradient(t**k, t), t), k * (k - 1) * t ** (k - 2)),
    "positive scalar": (gradient(p**k, p), k * p ** (k - 1)),
    "entries": (gradient(total(HadamardPower(x, k)), x), k * HadamardPower(x, k - 1)),
    "a product of scalars": ((t * u) ** k, t**k * u**k),
    "a number": (6**k, 2**k * 3**k),
    "a negative number": ((-2) ** k * (-1) ** k, 2**k),
    "a sum": ((2 * t + 2 * u) ** k, 2**k * (t + u) ** k),
    "a sum times itself": ((t + u) ** k * (t**2 - u**2), (t - u) * (t + u) ** (k + 1)),
    "modulus": (Abs(t**k), Abs(t) ** k),
    "modulus of a power": (log(Abs(t) ** k), k * log(Abs(t))),
    "nonzero": (1 / z**k, define("d", z**-k)),
    "alternating": (series((-1) ** r * t), t * series((-1) ** r)),
    "a sum of sums of signs": (
        Sum(Sum((-1) ** (r * h) * t, (h, 1, k)), (r, 1, n)),
        Sum(Sum((-1) ** (r * h) * t, (r, 1, n)), (h, 1, k)),
    ),
    "divided by a power": (1 / define("d", z**k), z**-k),
    "modulus of a sign": (Abs((-1) ** k * t), Abs(t)),
    "logarithm": (log(p**k), k * log(p)),
    "norm": (gradient(norm(x) ** (2 * k), x), 2 * k * norm(x) ** (2 * k - 2) * x),
    "reciprocal": (t**k * define("d", t**-k), 1),
    "real exponent": (gradient(t**a, t), a * t ** (a - 1)),
    "slope in the exponent": (gradient(t**a, a), t**a * log(t)),
    "both": (gradient(t**t, t), t**t * (log(t) + 1)),
    "exponents add": (p**a * define("q", p**t), p ** (a + t)),
    "real exponent of a product": ((p * t) ** a, p**a * t**a),
    "real exponent of entries": (
        gradient(total(HadamardPower(y, a)), y),
        a * HadamardPower(y, a - 1),
    ),
    "slope of an exponential": (gradient(2**t, t), 2**t * log(2)),
    "root": (sqrt(p) ** (2 * k), p**k),
    "a sum turned round": (series(Trace(X**r)), series(Trace(X.T ** (k + 1 - r)))),
    "a sum moved": (series(X**r, 2), series(X ** (r + 1), 1, k - 1)),
    "a sum of one thing": (series(t), k * t),
    "a sum of numbers": (series(r), k * (k + 1) / 2),
    "sums apart": (
        Sum(Sum(t * r * h, (h, 1, k)), (r, 1, n)),
        t * Sum(r, (r, 1, n)) * Sum(h, (h, 1, k)),
    ),
    "a sum of matrices, named": (series(Trace(A * X**r)), Trace(A * define("G", series(X**r)))),
    "a sum written out": (Sum(X**r, (r, 1, 3)), X + X**2 + X**3),
    "a known shape": (gradient(Trace(M**k), M), k * (M ** (k - 1)).T),
    "Jacobian": (jacobian(X**k * x, x), X**k),
}
FALSE = {
    "trace, transpose lost": (gradient(Trace(X**k), X), k * X ** (k - 1)),
    "trace, exponent kept": (gradient(Trace(X**k), X), k * (X**k).T),
    "trace, factor lost": (gradient(Trace(X**k), X), (X ** (k - 1)).T),
    "trace with a matrix, as if they commuted": (
        gradient(Trace(A * X**k), X),
        k * (A * X ** (k - 1)).T,
    ),
    "one term too few": (
        gradient(Trace(A * X**k), X),
        series((X ** (r - 1) * A * X ** (k - r)).T, 2),
    ),
    "one term too many": (
        gradient(Trace(A * X**k), X),
        Sum((X**q * A * X ** (k - q)).T, (q, 0, k)),
    ),
    "one exponent too large": (gradient(Trace(A * X**k), X), series((X**r * A * X ** (k - r)).T)),
    "powers commute with all": (X**k * A, A * X**k),
    "the transpose is the same": (define("P", X**k).T, X**k),
    "determinant, once": (Determinant(c * X), c * Determinant(X)),
    "determinant, sign": (Determinant(-X), -Determinant(X)),
    "determinant, sizes swapped": (
        Determinant(kron(X, B)),
        Determinant(X) ** n * Determinant(B) ** m,
    ),
    "trace of a power": (Trace(X**k), Trace(X) ** k),
    "power of a sum": ((A + X) ** k, A**k + X**k),
    "power of a product": ((A * X) ** k, A**k * X**k),
    "square of a power": (inner(X**k, X**k), Trace(X ** (2 * k))),
    "scalar, exponent kept": (gradient(t**k, t), k * t**k),
    "the power of a sum of scalars": ((t + u) ** k, t**k + u**k),
    "sign": ((-t) ** k, t**k),
    "every power is even": (Abs(t) ** k, t**k),
    "real exponent, kept": (gradient(t**a, t), a * t**a),
    "exponential for power": (gradient(t**a, a), t**a),
    "a sum of numbers, one off": (series(r), k * (k - 1) / 2),
    "a sum of a power": (series(X**r), k * X**k),
    "an exponent one off": (X**k * A * X**h, X**h * A * X**k),
}  # fmt: skip


@pytest.mark.parametrize("case", TRUE)
def test_a_true_statement_is_proved_for_all_shapes(case):
    assert prove(*TRUE[case]).certificate["scope"] == (
        "this shape" if case in HERE else "all shapes"
    )


#: No size is left open, or none is named.
HERE: set[str] = set()


@pytest.mark.parametrize("case", FALSE)
def test_a_near_miss_is_refused_by_the_index_proof_alone_and_refuted(case):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[case]))
    refute(*FALSE[case])


def conditions(left, right):
    """What the certificate of a proof says must hold."""
    return [condition["text"] for condition in prove(left, right).certificate["conditions"]]


def test_conditions():
    assert conditions(gradient(t**k, t), k * t ** (k - 1)) == ["t ≠ 0"]
    assert conditions(t ** (k + 1), t**k * t) == []
    assert conditions(gradient(t**a, t), a * t ** (a - 1)) == ["t > 0"]
    assert conditions(X ** (k - 1) * A, X ** (k - 1) * A) == []
    assert conditions(X ** (k - 2) * A, X ** (k - 2) * A) == ["X invertible"]
    assert conditions(X**-k, X**-k) == ["X invertible"]
    assert conditions(1 / z**k, z**-k) == []
    assert conditions(log(Abs(z**k)), k * log(Abs(z))) == []
    assert conditions(log(Abs(t**k)), k * log(Abs(t))) == ["t ≠ 0"]
    assert conditions(series(Trace(X ** (r * k - 1))), series(Trace(X ** (r * k - 1)))) == []
    twice = Sum(Sum(Trace(X ** (r * h)), (h, 1, k)), (r, 1, k))
    assert conditions(twice, twice) == ["X invertible"]  # it does not know better


def test_zero_to_a_power():
    nothing = define("Z", X - define("Y", X))
    check(Statement(nothing**k * x, ZeroMatrix(n, 1)))
    with pytest.raises(Undecided):
        check(Statement(nothing ** (k - 1) * x, ZeroMatrix(n, 1)))


def test_a_power_of_what_only_looks_like_a_power():
    rows = define("R", DiagonalOf(X**k) * ones(n).T + eye(n) - eye(n))
    check(Statement(rows**h * x, rows**h * x))
    with pytest.raises(Undecided):
        check(Statement(rows**h * x, X ** (k * h) * x))


def test_a_power_of_a_jacobian_has_no_rule():
    with pytest.raises(NoRule, match="split"):
        check(Statement(jacobian(X, X) ** k * total(x), jacobian(X, X) ** k * total(x)))


def test_the_axiom_behind_negative_powers_is_named():
    proof = prove(gradient(Trace(X**-k), X), -k * (X ** (-k - 1)).T)
    assert proof.certificate["axioms"] == ["the derivative of an inverse"]
    assert prove(*TRUE["trace"]).certificate["axioms"] == []


def test_a_sum_that_may_be_empty_is_not_positive():
    empty = Sum(p**r, (r, 1, k - 1))
    assert conditions(log(empty), log(empty)) == ["Σ(s = 0 … k − 2) p^(s + 1) > 0"]
    assert conditions(log(series(p**r)), log(series(p**r))) == []


def test_a_power_of_zero():
    size = Reader().exponent(k)
    assert not raised(ZERO, size).terms
    with pytest.raises(Undecided, match="may be 0"):
        raised(ZERO, Reader().exponent(k - 1))
    with pytest.raises(Undecided, match="fractions"):
        raised(Reader().scalar(t), Reader().scalar(k * (k - 1) / 2))


def test_never_negative():
    sure = [k, k - 1, k * h - 1, k + h - 2, k**2 - k]
    unsure = [-k, 1 - k, k - 2, k - h, k**2 - 2 * k]
    assert all(never_negative(Reader().exponent(each)) for each in sure)
    assert not any(never_negative(Reader().exponent(each)) for each in unsure)


def test_a_count_that_may_be_negative_is_refused():
    with pytest.raises(Undecided, match="may be negative"):
        counted(Reader().exponent(k - 2))
    assert counted(Reader().exponent(k - 1)).filled is False
    assert counted(constant(3)).filled
    with pytest.raises(NotProved):
        prove(series(X**r, 3), series(X ** (r + 2), 1, k - 2))


def test_a_derivative_of_a_term_of_a_sum_is_refused():
    twice = hessian(Trace(A * X**k), X)
    with pytest.raises(NotProved):
        prove(twice, 2 * twice)
    inside = gradient(series(Trace(A * X**r)), X)
    with pytest.raises(Undecided):
        check(Statement(inside, inside))


def test_derive():
    assert derive(Trace(X**k), X).result == k * X.T ** (k - 1)
    assert text(derive(Trace(A * X**k), X).result) == "Σ(r = 1 … k) (Xᵀ)^(r − 1)Aᵀ(Xᵀ)^(k − r)"
    assert derive(t**k, t).result == k * t ** (k - 1)
    assert derive(t**a, t).result == a * t ** (a - 1)
    assert derive(t**a, a).result == t**a * log(t)
    derive(Determinant(X**k), X)
    with pytest.raises(NotDerived, match="never negative"):
        derive(Trace(X**-k), X)


def test_numpy_function():
    import numpy as np

    square = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert np.allclose(numpy_function(X**k, X, k)(square, 3), square @ square @ square)


def test_shown():
    total_ = Statement(*TRUE["trace with a matrix"]).rhs
    assert latex(total_) == r"\sum_{r=1}^{k} (X^{\top})^{k - r} A^{\top}(X^{\top})^{r - 1}"
    with pytest.raises(NotProved, match=re.escape("k (X^(k − 1))ⱼᵢ − k (X^k)ⱼᵢ")):
        prove(*FALSE["trace, exponent kept"])


def test_the_snippet_declares_the_index_and_runs():
    code = snippet(Statement(*TRUE["trace with a matrix"]))
    assert 'k, n, r = dims("k n r")' in code
    exec(code, {})


def test_half_an_exponent_is_no_whole_number():
    with pytest.raises(NotProved):
        prove((t**2) ** (k * Rational(1, 2)), t**k)
