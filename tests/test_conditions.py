"""Sided conditions: the certificate says them, and numbers and counterexamples respect them.

Each statement of the table is false or undefined where its conditions fail, so it must list them;
outside of them no route finds a value, and so neither a proof nor a counterexample.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from sympy import Abs, Determinant, HadamardPower, Rational, Symbol, Trace, exp, log, sqrt

from gradproof import (
    NotRefuted,
    differential,
    dims,
    eye,
    gradient,
    inner,
    leaky_relu,
    logdet,
    logsumexp,
    matrix,
    mean,
    norm,
    ones,
    prove,
    refute,
    relu,
    scalar,
    sigmoid,
    softmax,
    softplus,
    step,
    total,
    vector,
)
from gradproof.language.statement import Statement
from gradproof.language.unfold import ENTRY, unfold
from gradproof.routes import kernel
from gradproof.routes.kernel.conditions import needed, of_entries, plain, sign, trimmed
from gradproof.routes.numbers import route as numbers
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.reals import OutsideDomain

n, N = dims("n N")
t, s, a = scalar("t"), scalar("s"), scalar("a")
eps, p = scalar("epsilon", positive=True), scalar("p", nonzero=True)
x, w = vector("x", n), vector("w", n, positive=True)
y = vector("y", n, one_hot=True)
A, B, R = matrix("A", n, n), matrix("B", n, n), matrix("R", n, n, invertible=True)
Z = matrix("Z", n, N)
HALF, THIRD = Rational(1, 2), Rational(1, 3)
LARGEST = (t + s + Abs(t - s)) / 2

#: Left side, right side, conditions as the certificate says them, points outside of them.
SIDED = {
    "relu at its kink": (gradient(relu(t), t), step(t), ["t ≠ 0"], [{t: 0}]),
    "differential of relu": (
        differential(relu(t)),
        step(t) * differential(t),
        ["t ≠ 0"],
        [{t: 0}],
    ),
    "leaky relu": (
        gradient(leaky_relu(t, a), t),
        a + (1 - a) * step(t),
        ["t ≠ 0"],
        [{t: 0, a: 2}],
    ),
    "|t|": (gradient(Abs(t), t), t / Abs(t), ["t ≠ 0"], [{t: 0}]),
    "|t| by a root": (gradient(sqrt(t**2 + 0), t), t / Abs(t), ["t ≠ 0"], [{t: 0}]),
    "a tie of two": (gradient(LARGEST, t), step(t - s), ["s − t ≠ 0"], [{t: 1, s: 1}]),
    "a sum of |x|": (
        gradient(total(x.applyfunc(Abs)), x),
        step(x) - step(-x),
        ["x ≠ 0 in every entry"],
        [{x: [1, 0]}, {x: [0, 0]}],
    ),
    "root at 0": (gradient(sqrt(t), t), 1 / (2 * sqrt(t)), ["t > 0"], [{t: 0}, {t: -1}]),
    "root without a slope": (2 * sqrt(t), sqrt(t) + sqrt(t), ["t ≥ 0"], [{t: -1}]),
    "odd root": (2 * t**THIRD, t**THIRD + t**THIRD, ["t ≥ 0"], [{t: -1}]),
    "slope at an end": (
        gradient(t ** Rational(3, 2), t),
        3 * sqrt(t) / 2,
        ["t > 0"],
        [{t: 0}, {t: -1}],
    ),
    "roots of entries": (
        gradient(total(x.applyfunc(sqrt)), x),
        x.applyfunc(lambda v: 1 / (2 * sqrt(v))),
        ["x > 0 in every entry"],
        [{x: [1, 0]}, {x: [-1, 1]}],
    ),
    "norm at 0": (gradient(norm(x), x), x / norm(x), ["Σᵢ xᵢ² ≠ 0"], [{x: [0, 0]}]),
    "log": (gradient(log(t), t), 1 / t, ["t > 0"], [{t: 0}, {t: -2}]),
    "log of a square": (log(t**2), 2 * log(Abs(t)), ["t ≠ 0"], [{t: 0}]),
    "log of entries": (
        2 * total(x.applyfunc(log)),
        total(x.applyfunc(lambda v: log(v) * 2)),
        ["x > 0 in every entry"],
        [{x: [1, -1]}, {x: [0, 1]}],
    ),
    "log of a function of entries": (
        2 * total(x.applyfunc(lambda v: log(v**2 - 1))),
        total(x.applyfunc(lambda v: log(v**2 - 1) * 2)),
        ["(t ↦ t² − 1)(x) > 0 in every entry"],
        [{x: [2, 1]}],
    ),
    "log of |entries|": (
        2 * total(x.applyfunc(lambda v: log(Abs(v)))),
        total(x.applyfunc(lambda v: log(v**2))),
        ["x ≠ 0 in every entry"],
        [{x: [2, 0]}],
    ),
    "log over a choice": (
        gradient(log(1 / (inner(y, x) * (1 + exp(t)))), t),
        -sigmoid(t),
        ["Σᵢ xᵢ yᵢ > 0"],
        [{y: [1, 0], x: [-1, 2], t: 1}, {y: [1, 0], x: [0, 2], t: 1}],
    ),
    # A sum of entries may be zero where no entry is, and positive where one is negative.
    "column sums below": (
        2 * total(HadamardPower(total(A, axis=0), -1)),
        total(HadamardPower(total(A / 2, axis=0), -1)),
        ["𝟏ᵀ A ≠ 0 in every entry"],
        [{A: [[1, 2], [-1, 3]]}, {A: [[0, 2], [0, 3]]}],
    ),
    "log of column sums": (
        2 * total(total(A, axis=0).applyfunc(log)),
        total(total(A, axis=0).applyfunc(lambda v: log(v) * 2)),
        ["𝟏ᵀ A > 0 in every entry"],
        [{A: [[1, 2], [-1, 3]]}, {A: [[1, 2], [-2, 3]]}],
    ),
    "division": (t / (t**2 + t * s) * s, s / (s + t), None, [{t: 0, s: 1}, {t: 1, s: -1}]),
    "inverse": (gradient(Trace(A.I * B), B), A.I.T, ["A invertible"], "singular"),
    "inverse of a product": (inner((A * B).I, A), inner(B.I * A.I, A), None, "singular"),
    "inverse of a sum": (
        (A + B).I.T * x,
        (A.T + B.T).I * x,
        ["Aᵀ + Bᵀ invertible"],
        "singular",
    ),
    "determinant of an inverse": (
        Determinant(A.I),
        1 / Determinant(A),
        ["A invertible"],
        "singular",
    ),
    "log-determinant": (gradient(logdet(A), A), A.I.T, ["A invertible"], "singular"),
}

FREE = {
    "softplus": (gradient(softplus(t), t), sigmoid(t)),
    "log-sum-exp": (gradient(logsumexp(x), x), softmax(x)),
    "a value at a kink": (relu(t) - relu(-t), t),
    "largest and smallest": (LARGEST + (t + s - Abs(t - s)) / 2, t + s),
    "norm squared": (gradient(norm(x) ** 2, x), 2 * x),
    "norm cubed": (gradient(norm(x) ** 3, x), 3 * norm(x) * x),
    "a root of a mean of squares": (
        gradient(sqrt(mean(x.applyfunc(lambda v: v**2)) + eps), eps) * 2,
        1 / sqrt(mean(x.applyfunc(lambda v: v**2)) + eps),
    ),
    "a root of a deviation": (
        2 * sqrt(inner(x - w, x - w) + eps),
        sqrt(4 * eps + 4 * inner(w - x, w - x)),
    ),
    "positive entries": (gradient(total(w.applyfunc(log)), w), w.applyfunc(lambda v: 1 / v)),
    "a declared inverse": (gradient(logdet(R), R), R.I.T),
    "a declared divisor": (gradient(t / p, t), 1 / p),
}


def told(certificate):
    return [condition["text"] for condition in certificate["conditions"]]


@pytest.mark.parametrize("name", SIDED)
def test_conditions_are_said(name):
    left, right, conditions, _ = SIDED[name]
    certificate = prove(left, right).certificate
    if conditions is None:
        assert certificate["conditions"]
    else:
        assert sorted(told(certificate)) == sorted(conditions)


@pytest.mark.parametrize("name", FREE)
def test_nothing_is_said_of_what_holds_everywhere(name):
    assert told(prove(*FREE[name]).certificate) == []


def singular(statement):
    """A point where every matrix is singular, and a sum or product of two of them as well."""
    ones = tuple(tuple(Fraction(1) for _ in range(2)) for _ in range(2))
    tall = tuple((Fraction(1),) for _ in range(2))
    return {v: tall if v.shape[1] == 1 else ones for v in statement.symbols}


def rows(value):
    if isinstance(value, list):
        each = (entry if isinstance(entry, list) else [entry] for entry in value)
        return tuple(tuple(map(Fraction, row)) for row in each)
    return Fraction(value)


def points(name, statement):
    outside = SIDED[name][3]
    if outside == "singular":
        return [singular(statement)]
    others = {v: Fraction(1) for v in statement.symbols if not v.has(*outside[0])}
    return [
        {**others, **{symbol: rows(value) for symbol, value in point.items()}} for point in outside
    ]


@pytest.mark.parametrize("name", SIDED)
def test_no_numbers_outside_the_conditions(name):
    statement = Statement(*SIDED[name][:2])
    for values in points(name, statement):
        point = Point(dict.fromkeys(statement.dimensions, 2), values)
        with pytest.raises(OutsideDomain):
            _ = point.evaluate(statement.left), point.evaluate(statement.right)


@pytest.mark.parametrize("name", SIDED)
def test_what_is_sampled_meets_the_conditions(name):
    """Every condition, put in numbers, holds at every point that route 3 draws."""
    statement = Statement(*SIDED[name][:2])
    conditions = kernel.check(statement).conditions
    for seed in range(4):
        sizes = dict(zip(statement.dimensions, (3, 2), strict=False))
        point, _, _ = numbers.sample(statement, sizes, Random(seed))
        for kind, expr in conditions:
            value = point.evaluate(Determinant(expr) if kind == "invertible" else expr)
            entries = [e for row in value for e in row] if isinstance(value, list) else [value]
            holds = {"positive": lambda e: e > 0, "nonnegative": lambda e: e >= 0}
            assert all(map(holds.get(kind, lambda e: e != 0), entries)), (kind, expr)


@pytest.mark.parametrize("name", SIDED)
def test_no_counterexample_lies_outside_the_conditions(name):
    with pytest.raises(NotRefuted):
        refute(*SIDED[name][:2])


# -- one condition, said once ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "kept"),
    [
        ([("nonzero", t), ("nonzero", -t)], [("nonzero", t)]),
        ([("nonzero", t - s), ("nonzero", s - t)], [("nonzero", t - s)]),
        ([("positive", t), ("nonzero", -t), ("nonnegative", t)], [("positive", t)]),
        ([("nonnegative", t), ("nonzero", t)], [("positive", t)]),
        ([("nonnegative", -t), ("nonzero", t)], [("positive", -t)]),
        ([("positive", t - s), ("positive", s - t)], [("positive", t - s), ("positive", s - t)]),
        ([("nonnegative", t), ("nonnegative", -t)], [("nonnegative", t), ("nonnegative", -t)]),
        ([("positive", t**2)], [("nonzero", t)]),
        ([("positive", t**-3)], [("positive", t)]),
        ([("positive", 2 * eps * t)], [("positive", t)]),
        ([("nonzero", -2 * t * s / p)], [("nonzero", s), ("nonzero", t)]),
        ([("nonzero", Abs(t)), ("nonzero", sqrt(s))], [("nonzero", t), ("nonzero", s)]),
        ([("nonnegative", t**2 + s**2)], []),
        ([("positive", -2 * x), ("nonzero", 3 * x)], [("positive", -2 * x)]),
        ([("positive", 2 * x)], [("positive", x)]),
        ([("positive", eps * A * x)], [("positive", A * x)]),
        ([("nonzero", p * A * x)], [("nonzero", A * x)]),
        ([("nonzero", t * A * w)], [("nonzero", t), ("nonzero", A * w)]),
        ([("nonzero", Determinant(A))], [("invertible", A)]),
        ([("invertible", A.T), ("invertible", -A)], [("invertible", A)]),
        ([("invertible", A.I), ("invertible", 2 * A)], [("invertible", A)]),
        ([("invertible", A + B), ("invertible", B.T + A.T)], [("invertible", A + B)]),
        ([("invertible", A + B), ("invertible", -A - B)], [("invertible", A + B)]),
        ([("invertible", A * B - eye(n)), ("invertible", eye(n) - B.T * A.T)],
         [("invertible", A * B - eye(n))]),
        ([("invertible", A * B), ("invertible", B * A)],
         [("invertible", A * B), ("invertible", B * A)]),
        ([("invertible", -R)], []),
        ([("nonzero", vector("v", n, nonzero=True))], []),
    ],
)  # fmt: skip
def test_one_condition_is_said_once(conditions, kept):
    assert list(trimmed(conditions)) == kept


@pytest.mark.parametrize(
    ("expr", "least"),
    [
        (Rational(0), 1), (Rational(-1), 0), (t, 0), (eps, 2), (n, 2), (exp(1), 2),
        (t**2, 1), (t**2 + eps, 2), (t**2 - eps, 0), (t**3, 0), (eps**3, 2), (t**-2, 2),
        (t**HALF, 1), (t**-HALF, 2), (t * s, 0), (eps * t**2, 1), (Abs(t), 1), (Abs(eps), 2),
        (log(eps), 0), (total(w), 2), (total(x), 0), (norm(x) ** 2, 1), (y, 1), (w, 2), (x, 0),
        (matrix("D", n, n, positive=True, diagonal=True), 1), (eye(n), 1), (0 * Z, 1),
        (w.T, 2), (w * w.T, 2), (eye(n) + w * w.T, 2), (x.applyfunc(Abs), 1),
        (x.applyfunc(lambda v: v**2 + 1), 2), (unfold(w.applyfunc(lambda v: v + 1)), 2),
        (unfold(x.applyfunc(lambda v: v + 1)), 0),
    ],
)  # fmt: skip
def test_signs_as_written(expr, least):
    assert sign(expr) == least


def test_conditions_of_what_the_index_proof_cannot_read():
    """The same conditions, found in the statement as it is written."""
    for name, (left, right, conditions, _) in SIDED.items():
        if conditions is not None and name not in ("a sum of |x|", "determinant of an inverse"):
            stated = kernel.stated(Statement(left, right))
            assert set(kernel.check(Statement(left, right)).conditions) <= set(stated), name
    for left, right in FREE.values():
        assert all(kind != "invertible" for kind, _ in kernel.stated(Statement(left, right)))
    crowded = matrix("C", n, n, diagonal=True, column_sums=1)
    logs = (2 * log(t + Trace(crowded)), log((t + Trace(crowded)) ** 2))
    with pytest.raises(kernel.NoRule):
        kernel.check(Statement(*logs))
    assert kernel.stated(Statement(*logs)) == (("positive", t + Trace(crowded)),)
    assert list(needed(A**-2)) == [("invertible", A)]
    assert of_entries(Symbol("q"), x) == Symbol("q")
    assert of_entries(ENTRY, x) == x
    assert list(plain("positive", eps)) == []


def test_only_a_definite_matrix_has_a_positive_determinant():
    definite = matrix("S", n, n, positive_definite=True)
    for M, positive in (
        (definite, True), (2 * definite, True), (definite.T, True), (-definite, False),
        (ones(n, n), False), (-ones(n, n), False), (A, False), (definite + A, False),
    ):  # fmt: skip
        value = log(Determinant(M))
        conditions = kernel.check(Statement(2 * value, value + log(Determinant(M)))).conditions
        assert bool(conditions) is not positive, M
