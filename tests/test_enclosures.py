"""Counterexamples under hypotheses: a ball that is certain to hold a point where they hold."""

from __future__ import annotations

from random import Random

import pytest
from sympy import Rational, Trace, exp, sqrt

from gradproof import (
    NotRefuted,
    differential,
    dims,
    eye,
    function,
    inner,
    matrix,
    ones,
    refute,
    scalar,
    total,
    vector,
)
from gradproof.errors import Undecided
from gradproof.language.shapes import is_matrix
from gradproof.language.statement import Statement
from gradproof.routes import numbers
from gradproof.routes.numbers.concrete_functions import Generic
from gradproof.routes.numbers.enclosures import _is_tied_by_shape, holds_a_point
from gradproof.routes.numbers.hypotheses import Model, draw_model
from gradproof.routes.numbers.route import NumbersDiffer
from gradproof.verdict.counterexample import find

m, n = dims("m n")
A, S = matrix("A", n, n), matrix("S", n, n, symmetric=True)
Q, R = matrix("Q", n, n), matrix("R", n, n)
u, v, x = vector("u", m), vector("v", n), vector("x", n)
X = matrix("X", m, n)
a, b, lam, sigma, t = scalar("a"), scalar("b"), scalar("lambda"), scalar("sigma"), scalar("t")
p = scalar("p", positive=True)
phi = function("phi")

UNIT = [(inner(v, v), 1)]
CERTAIN = {
    "a root": (t, [(t**5 + t, 3)]),
    "a sphere": (total(x), [(inner(x, x), 2)]),
    "an eigenvector": (lam, [(S * v, lam * v), *UNIT]),
    "an orthogonal matrix": (Trace(Q), [(Q.T * Q, eye(n))]),
    "two orthogonal matrices": (Trace(Q * R), [(Q.T * Q, eye(n)), (R.T * R, eye(n))]),
    "exponentials": (a + b, [(exp(a) + exp(b), 5)]),
    "of a positive symbol": (p, [(p**3 + exp(p), 4)]),
    "an arbitrary function": (t, [(phi(t) + t**3, 1)]),
    "what says nothing besides": (total(x), [(S, S.T), (inner(x, x), 2)]),
    "differentials": (differential(lam), [(S * v, lam * v), *UNIT]),
    "singular vectors": (sigma, [(X * v, sigma * u), (X.T * u, sigma * v), (inner(u, u), 2)]),
}


def model(name, seed=0):
    expr, given = CERTAIN[name]
    statement = Statement(expr, 2 * expr + 1, given)
    sizes = dict.fromkeys(statement.dimensions, 2)
    return draw_model(statement, sizes, Random(seed), Generic(seed))


@pytest.mark.parametrize("name", CERTAIN)
def test_a_point_is_enclosed(name):
    for seed in range(3):
        assert holds_a_point(model(name, seed)), seed


@pytest.mark.parametrize("name", CERTAIN)
def test_a_ball_beside_the_point_is_not_said_to_hold_it(name):
    found = model(name)
    moved = [number + number.__class__("1e-50") for number in found.numbers]
    assert not holds_a_point(Model(found.search, moved))


@pytest.mark.parametrize("name", CERTAIN)
def test_the_hypotheses_hold_in_the_ball(name):
    expr, given = CERTAIN[name]
    found = model(name)
    for one, other in Statement(expr, expr, given).hypotheses:
        assert numbers.difference(found.evaluate(one), found.evaluate(other)) is None
        twice = 2 * one + 1 if not is_matrix(one) else 2 * one + ones(*one.shape)
        assert numbers.difference(found.evaluate(twice), found.evaluate(other)) is not None


@pytest.mark.parametrize("name", CERTAIN)
def test_what_is_false_there_is_refuted(name):
    expr, given = CERTAIN[name]
    assert refute(expr, 2 * expr + 1, given=given).certificate["counterexample"]


def test_a_point_that_is_not_certain_refutes_nothing():
    """t² = 2, said three times in ways that nobody sees to be the same."""
    given = [(t**2, 2), (t**4, 4), (t**6, 8)]
    statement = Statement(t, 3, given)
    assert find(statement) is None
    with pytest.raises(NotRefuted):
        refute(t, 3, given=given)
    with pytest.raises(Undecided, match="not for certain") as caught:
        numbers.check(statement)
    assert not isinstance(caught.value, NumbersDiffer)
    numbers.check(Statement(t**3, 2 * t, given))


def test_hypotheses_that_no_point_meets_refute_nothing():
    """(t² − 2)² + 10⁻¹⁰⁰ = 0 holds nowhere, and nearly holds at √2."""
    nearly = (t**2 - 2) ** 2 + Rational(1, 10**100)
    with pytest.raises(NotRefuted):
        refute(t, 3, given=[(nearly, 0)])


def test_what_is_true_there_is_not_refuted():
    for left, right, given in [
        (t**3, 2 * t, [(t**2, 2)]),
        (inner(v, S * v), lam, [(S * v, lam * v), *UNIT]),
        (Q * Q.T * Q, Q, [(Q.T * Q, eye(n))]),
        (sqrt(exp(2 * a)), 5 - exp(b), [(exp(a) + exp(b), 5)]),
        (differential(lam), inner(v, differential(S) * v), [(S * v, lam * v), *UNIT]),
    ]:
        with pytest.raises(NotRefuted):
            refute(left, right, given=given)
        numbers.check(Statement(left, right, given))


@pytest.mark.parametrize(
    ("given", "tied"),
    [
        ({}, True),
        ({"symmetric": True}, True),
        ({"positive_definite": True}, True),
        ({"diagonal": True, "positive_definite": True}, True),
        ({"orthogonal": True, "invertible": True}, True),
        ({"symmetric": True, "column_sums": 1}, False),
        ({"symmetric": True, "orthogonal": True}, False),
    ],
)
def test_an_assumption_that_ties_entries_holds_by_construction(given, tied):
    """Balls overlap, which shows no equation: only what is made symmetric is so."""
    assert _is_tied_by_shape(matrix("D", n, n, **given)) is tied
