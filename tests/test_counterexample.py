"""The search for counterexamples: small, exact, honest, and never against a true statement."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import fmpq
from sympy import ImmutableDenseMatrix, Integer, Rational, exp, log, sqrt

from gradproof import (
    cross_entropy,
    function,
    gradient,
    inner,
    labels,
    matrix,
    ones,
    relu,
    scalar,
    softmax,
    total,
)
from gradproof.language.statement import Statement
from gradproof.routes.numbers.concrete_functions import Simple
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.reals import differ
from gradproof.routes.numbers.sampling import satisfies
from gradproof.verdict.counterexample import Counterexample, find

from .test_entries import FALSE, TRUE, A, C, D, L, N, P, W, X, Y, Z, s, u, v

KNOWN = set(FALSE) - {"log-of-square"}


@pytest.mark.parametrize("slug", sorted(KNOWN))
def test_false_statements_have_a_counterexample(slug):
    statement = Statement(*FALSE[slug])
    found = find(statement)
    assert found is not None
    assert found.left != found.right
    _check_point(statement, found)


@pytest.mark.parametrize("sign", [1, -1])
def test_no_counterexample_lies_at_a_kink(sign):
    """Half of the points are no counterexample, and 0, the simplest, is a kink."""
    z = matrix("z", N, 1)
    found = find(Statement(gradient(total(relu(sign * z)), z), sign * ones(N)))
    assert found is not None
    ((_, value),) = found.point
    assert all(entry != 0 for entry in value)


def test_no_counterexample_lies_at_a_pole():
    z = scalar("z")
    found = find(Statement(gradient(1 / z, z), -z))
    assert found is not None
    assert dict(found.point)[z] != 0


def test_the_error_of_the_evaluation_is_not_shown_as_a_value():
    """A single softmax is 1 whatever its score, and numbers give its slope as some 10⁻⁷²."""
    z = matrix("z", N, 1)
    found = find(Statement(gradient(total(softmax(z)), z), z.applyfunc(exp) - ones(N)))
    assert found is not None
    assert (found.left, found.right) == ("0", "1.718281828")


def _check_point(statement, found):
    """The point is exact, respects the assumptions, and the sides do differ there."""
    values = {}
    for symbol, value in found.point:
        if isinstance(value, ImmutableDenseMatrix):
            rows = tuple(tuple(Fraction(int(e.p), int(e.q)) for e in r) for r in value.tolist())
            assert satisfies(symbol, rows)
            values[symbol] = rows
        else:
            assert value.is_Rational
            values[symbol] = Fraction(int(value.p), int(value.q))
    if found.functions:
        return
    sizes = {dim: found.sizes[str(dim)] for dim in statement.dimensions}
    point = Point(sizes, values, digits=50)
    left, right = point.evaluate(statement.left), point.evaluate(statement.right)
    if found.entry is not None:
        i, j = found.entry
        left, right = left[i][j], right[i][j]
    assert differ(left, right)
    assert abs(float(left) - float(found.left)) < 1e-8
    assert abs(float(right) - float(found.right)) < 1e-8


@pytest.mark.parametrize("slug", ["softmax-ce-S", "any-loss-W", "norm", "quadratic", "shift"])
def test_true_statements_have_none(slug):
    assert find(Statement(*TRUE[slug]), 0.5) is None


def test_it_is_smallest():
    found = find(Statement(*FALSE["classes-for-examples"]))
    assert found.sizes == {"C": 2, "D": 1, "N": 1}
    assert found.entry == (0, 0)
    assert (found.left, found.right) == ("0.5", "0.25")


def test_it_reads_well():
    found = find(Statement(*FALSE["transpose"]))
    assert found.text() == (
        "The two sides differ at N = 1, for\n"
        "  A = [[1]]\n"
        "  left:  entry 0,0 = 3\n"
        "  right: entry 0,0 = 1"
    )
    assert found.to_json() == {
        "sizes": {"N": 1},
        "point": [{"latex": r"A = \begin{bmatrix}1\end{bmatrix}", "text": "A = [[1]]"}],
        "entry": "0,0",
        "lhs": "3",
        "rhs": "1",
    }


def test_without_symbols_or_sizes():
    found = find(Statement(scalar("q") ** 2, scalar("q")))
    assert found.text().startswith("The two sides differ, for\n  q = ")
    assert found.to_json()["entry"] is None
    found = find(Statement(Integer(1), Integer(2)))
    assert found.text() == "The two sides differ\n  left:  1\n  right: 2"
    found = find(Statement(total(ones(N)), N + (N - 1) * (N - 2) * (N - 3)))
    assert found.sizes == {"N": 4}


def test_unequal_sizes_are_tried():
    # True for square matrices of one size, false beyond.
    found = find(Statement(total(ones(C, N)), N**2))
    assert found.sizes in ({"C": 1, "N": 2}, {"C": 2, "N": 1})


def test_concrete_shapes_stay():
    V = matrix("V", 3, 3)
    found = find(Statement(V, V.T))
    assert found.sizes == {}
    assert sum(entry != 0 for entry in found.point[0][1]) == 1


def test_labels_are_shown_as_labels():
    y = labels("y", N, C)
    found = find(Statement(gradient(cross_entropy(P, y), W), P * X.T / N))
    assert "labels y = (0)" in found.text()
    assert found.to_json()["point"][-1]["latex"] == "y = \\left(0\\right)".replace(
        "\\left(", "("
    ).replace("\\right)", ")")


def test_functions_are_shown():
    phi = function("phi")
    found = find(Statement(gradient(phi(u), u), phi(u)))
    assert any(line["text"].startswith("phi(x) = ") for line in found.to_json()["point"])
    found = find(Statement(gradient(L(W), W), gradient(L(2 * W), W)))
    assert "L(M) = Σ (1 + 2i + 3j) M_ij" in found.text()


def test_every_choice_of_functions_gets_its_turn():
    # phi″ = 2 holds for x² alone, phi = phi′ for exp alone.
    phi = function("phi")
    assert find(Statement(phi.prime.prime(u), 2 + 0 * u)) is not None
    assert find(Statement(phi(u), phi.prime(u))) is not None
    described = [Simple(attempt) for attempt in range(3)]
    for functions in described:
        point = Point({}, {u: Fraction(2)}, functions)
        point.evaluate(phi.prime.prime.prime.prime(u))
        point.functions.matrix("L", [[fmpq(1), fmpq(2)]])
    shown = {text for functions in described for _, text in functions.described()}
    assert shown == {
        "phi(x) = x^2",
        "phi(x) = exp(x)",
        "phi(x) = x^3",
        "L(M) = Σ (1 + 2i + 3j) M_ij^2",
        "L(M) = exp(Σ (1 + 2i + 3j) M_ij)",
        "L(M) = Σ (1 + 2i + 3j) M_ij^3",
    }


def test_the_functions_shown_are_those_used():
    functions = Simple(0)
    point = Point({}, {u: Fraction(3)}, functions)
    phi, psi = function("phi"), function("psi")
    assert point.evaluate(phi(u)) == 9
    assert abs(float(point.evaluate(psi.prime(u))) - math.exp(3)) < 1e-13
    assert dict(functions.described()) == {
        r"\phi(x) = x^2": "phi(x) = x^2",
        r"\psi(x) = e^{x}": "psi(x) = exp(x)",
    }


@pytest.mark.parametrize(
    "given", [{"positive": True}, {"column_sums": 1}, {"one_hot": True}, {"nonzero": True}]
)
def test_assumptions_hold_at_the_point(given):
    V = matrix("V", C, N, **given)
    statement = Statement(inner(V, V), 3 * total(V))
    _check_point(statement, find(statement))


def test_signs_of_scalars_hold():
    for symbol in (scalar("p", positive=True), scalar("p", nonzero=True)):
        found = find(Statement(symbol**2, 7 * symbol))
        assert found.point[0][1] != 0
        if symbol.is_positive:
            assert found.point[0][1] > 0


def test_a_budget_that_is_spent_finds_nothing():
    assert find(Statement(*FALSE["sign"]), 0.0) is None


def test_what_is_never_defined_has_none():
    assert find(Statement(log(-1 - u**2), sqrt(-1 - u**2))) is None


def test_contradictory_assumptions_have_none():
    V = matrix("V", 2, 2, one_hot=True, column_sums=2)
    assert find(Statement(total(V), 2 * total(V))) is None


def test_a_small_difference_is_shown_with_the_digits_that_tell_it():
    """It is exact, so it is no rounding, and what is shown as two values is not shown alike."""
    nearly = 1 + Rational(1, 10**30)
    found = find(Statement(nearly * u, u))
    assert (found.left, found.right) == ("1.000000000000000000000000000001", "1")


def test_numbers_are_simplified_in_the_end():
    found = find(Statement(gradient(cross_entropy(softmax(Z), Y), Z), softmax(Z) / N))
    assert {entry for _, value in found.point for entry in value} <= {-1, 0, 1, 2}
    assert isinstance(found, Counterexample)
    assert (A.shape, D, s.shape, v.is_positive) == ((N, N), D, (C, 1), True)
