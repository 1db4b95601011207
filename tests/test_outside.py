"""What an attack from outside found, beyond the kinds that have tests of their own."""

from __future__ import annotations

import pytest
from sympy import Abs, DiagMatrix, HadamardPower, Integer, Sum, Symbol, Trace, ZeroMatrix, log, tanh

from gradproof import (
    GradproofError,
    NotProved,
    NotRefuted,
    StatementError,
    define,
    differential,
    dims,
    inner,
    matrix,
    norm,
    numpy_function,
    ones,
    prove,
    refute,
    relu,
    scalar,
    sigmoid,
    softplus,
    step,
    vector,
)

n, m, k, r = dims("n m k r")
a, b, c, p = scalar("a"), scalar("b"), scalar("c"), scalar("p", positive=True)
A, X, x = matrix("A", n, n), matrix("X", n, m), vector("x", n)
d = differential
ZERO = ZeroMatrix(n, n)

#: On a curve on which the hypothesis holds these are true; to first order alone they are not.
MOTIONS = {
    "a product": (d(a) * d(b), 0, [(a * b, 0)]),
    "a square": (d(a), 0, [(a**2, 0)]),
    "squares": (d(a) ** 2, d(b) ** 2, [(a**2, b**2)]),
    "a sum of squares": (d(a) ** 2 + d(b) ** 2, 0, [(a**2 + b**2, 0)]),
    "a length": (d(x), 0 * x, [(inner(x, x), 0)]),
    "a nilpotent matrix": (Trace(d(A)), 0, [(A * A, ZERO)]),
    "a Gram matrix": (d(A), ZERO, [(A.T * A, ZERO)]),
    "a power": (d(a), 0, [(a**k, 0)]),
}


@pytest.mark.parametrize("name", MOTIONS)
def test_what_cannot_move_refutes_nothing(name):
    left, right, given = MOTIONS[name]
    with pytest.raises(NotRefuted):
        refute(left, right, given=given)
    with pytest.raises(NotProved) as caught:
        prove(left, right, given=given)
    assert "differ at" not in str(caught.value)


#: What a function of a number needs, whatever SymPy would make of its definition.
FUNCTIONS = {
    "a step": (a * step(b**2), a, ["b ≠ 0"]),
    "of a modulus": (step(Abs(a)), 1, ["a ≠ 0"]),
    "of a length": (step(norm(x)), 1, ["Σᵢ xᵢ² ≠ 0"]),
    "of a positive multiple": (step(a * p), step(a), ["a ≠ 0"]),
    "times a square": (step(a * b**2), step(a), ["a ≠ 0", "b ≠ 0"]),
    "a softplus of a logarithm": (softplus(2 * log(a)), log(1 + a**2), ["a > 0"]),
    "a sigmoid of a logarithm": (sigmoid(log(a)), a / (1 + a), ["a > 0", "a + 1 ≠ 0"]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_a_number_keeps_its_conditions(name):
    left, right, conditions = FUNCTIONS[name]
    certificate = prove(left, right).certificate
    assert [each["text"] for each in certificate["conditions"]] == conditions
    exec(certificate["statement"]["sympy"], {})


def test_and_its_symbols():
    certificate = prove(step(a * p), step(a)).certificate
    assert [each["text"] for each in certificate["assumptions"]] == ["p > 0"]
    assert [each["name"] for each in certificate["variables"]] == ["a", "p"]


def test_where_it_is_undefined_nothing_is_proved():
    with pytest.raises(NotProved):
        prove(softplus(2 * log(a)), log(2), given=[(a, -1)])
    with pytest.raises(NotProved):
        prove(a * step(n - 1), a)
    assert numpy_function(a * step(b**2), a, b)(5.0, 0.0) == 0


def test_a_differential_says_how_it_is_tied():
    S = matrix("S", n, n, symmetric=True)
    certificate = prove(d(S).T, d(S)).certificate
    assert [each["text"] for each in certificate["assumptions"]] == ["S is symmetric"]
    prints = {
        repr(prove(ones(1, n) * d(matrix("Y", n, m, column_sums=c)), ZeroMatrix(1, m)))
        for c in (1, 3)
    }
    assert len(prints) == 2


def test_sums_within_sums_of_one_index():
    s = define("s", Sum(a**r, (r, 1, k)))
    prove(Sum(s * b**r, (r, 1, k)), s * Sum(b**r, (r, 1, k)))
    with pytest.raises(NotProved):
        prove(Sum(b**r * Sum(a**r, (r, 1, k)), (r, 1, k)), Sum((a * b) ** r, (r, 1, k)))


def test_an_index_is_what_it_is_declared_to_be():
    with pytest.raises(StatementError, match="begins at 0"):
        prove(Sum(Abs(r - 1), (r, 0, k)), k * (k + 1) / 2 - k - 1)
    q = Symbol("q", integer=True, nonnegative=True)
    prove(Sum(q * b, (q, 0, k)), b * Sum(q, (q, 0, k)))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (lambda: norm(X) ** 2 + sum(X), "total"),
        (lambda: list(x), "total"),
        (lambda: prove("2*3", "6"), "without quotes"),
        (lambda: prove(Integer(7) ** (10**6) * a, a), "too long"),
        (lambda: prove(define("M", A * A.T) * define("M", A.T * A), A), "n×n"),
    ],
)
def test_slips_are_told(typed, words):
    with pytest.raises(GradproofError, match=words):
        typed()


def test_names_are_those_that_were_written():
    P = matrix("P", n, n, positive_definite=True)
    assert prove(d(P.I), -P.I * d(P) * P.I).certificate["conditions"] == []
    power = prove(DiagMatrix(x) ** (k - 1), DiagMatrix(HadamardPower(x, k - 1))).certificate
    assert [each["text"] for each in power["conditions"]] == ["x ≠ 0 in every entry"]


def test_sizes_of_one_have_their_functions():
    prove(relu(matrix("z", 1, 1)), relu(matrix("z", 1, 1).T))


def test_the_letter_of_a_function_of_entries_is_no_name():
    y = vector("y", n)
    refute(d(x.applyfunc(tanh)), d(y))
    prove(d(x.applyfunc(tanh)) + d(y), d(y) + d(x.applyfunc(tanh)))
