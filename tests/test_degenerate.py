"""Degenerate points: false claims that hold in general position, and true ones that hold there."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from pathlib import Path

import pytest
from sympy import Abs, Determinant, Sum, Symbol, log, sqrt

import gradproof.routes.kernel
from gradproof import (
    NotProved,
    dims,
    eye,
    function,
    gradient,
    inner,
    matrix,
    norm,
    prove,
    refute,
    scalar,
    total,
    vector,
)
from gradproof.language.statement import Statement
from gradproof.routes import kernel, numbers
from gradproof.routes.numbers.degenerate import points, satisfied, special_matrices
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.route import NumbersDiffer
from gradproof.routes.numbers.sampling import satisfies
from gradproof.verdict.counterexample import find

k, m, n, r = dims("k m n r")
A, B, K = matrix("A", n, n), matrix("B", n, n), matrix("K", n, n)
D = matrix("D", n, n, diagonal=True)
X = matrix("X", m, n)
c, e, x, y = vector("c", n), vector("e", n), vector("x", n), vector("y", n)
s, t, u, v = scalar("s"), scalar("t"), scalar("u"), scalar("v")
q = Symbol("q", integer=True, nonnegative=True)

#: Claims that follow from their hypotheses unless something vanishes.
HOLLOW = {
    "a power, as a product of lower ones": (
        D ** (2 * k - 2) * c,
        D ** (2 * k - 2) * e,
        [(D**k * c, D**k * e)],
    ),
    "a power of a determinant": (
        u * Determinant(A ** (2 * r - 2)),
        v * Determinant(A ** (2 * r - 2)),
        [(u * Determinant(A) ** r, v * Determinant(A) ** r)],
    ),
    "a power of a scalar": (u * t ** (2 * r - 2), v * t ** (2 * r - 2), [(u * t**r, v * t**r)]),
    "a scalar cancelled": (x, y, [(t * x, t * y)]),
    "a matrix cancelled": (x, y, [(A * x, A * y)]),
    "a square cancelled": (A * x, A * y, [(A * A * x, A * A * y)]),
    "a determinant cancelled": (u, v, [(u * Determinant(A), v * Determinant(A))]),
    "a total cancelled": (u, v, [(u * total(x), v * total(x))]),
    "a norm cancelled": (u, v, [(u * norm(x), v * norm(x))]),
    "an inner product, of all vectors": (c, e, [(inner(x, c), inner(x, e))]),
    "an arbitrary function cancelled": (u, v, [(u * t * t, v * t * t)]),
    "an empty sum": (
        u,
        v,
        [(u * Sum(t**q, (q, 1, k - 1)), v * Sum(t**q, (q, 1, k - 1)))],
    ),
}


@pytest.mark.parametrize("name", HOLLOW)
def test_what_fails_where_something_vanishes_is_refused_for_certain(name):
    lhs, rhs, given = HOLLOW[name]
    with pytest.raises(NumbersDiffer):
        numbers.check(Statement(lhs, rhs, given))
    with pytest.raises(NotProved) as caught:  # also where a condition that is listed fails there
        prove(lhs, rhs, given=given)
    assert "differ at" in str(caught.value) or "differ, for" in str(caught.value)
    assert refute(lhs, rhs, given=given).certificate["verdict"] == "refuted"


@pytest.mark.parametrize("name", HOLLOW)
def test_the_point_is_exact_and_the_hypotheses_hold_there(name):
    lhs, rhs, given = HOLLOW[name]
    statement = Statement(lhs, rhs, given)
    found = find(statement)
    values = {}
    for symbol, value in found.point:
        if hasattr(value, "tolist"):
            values[symbol] = tuple(tuple(exact(entry) for entry in row) for row in value.tolist())
            assert satisfies(symbol, values[symbol])
        else:
            values[symbol] = exact(value)
    sizes = {dim: found.sizes[str(dim)] for dim in statement.dimensions}
    point = Point(sizes, values)
    for one, other in statement.hypotheses:
        assert point.evaluate(one) == point.evaluate(other)
    assert point.evaluate(statement.left) != point.evaluate(statement.right)


def exact(value):
    assert value.is_Rational
    return Fraction(int(value.p), int(value.q))


def test_a_function_may_be_zero():
    phi, one = function("phi"), scalar("p", positive=True)
    statement = Statement(u, v, [(u * phi(one), v * phi(one))])
    with pytest.raises(NumbersDiffer, match="a point where the hypotheses hold"):
        numbers.check(statement)
    assert "phi(x) = 0" in find(statement).text()


def test_a_point_outside_of_the_conditions_does_not_count():
    """Both sides are defined at t = 0, and a certificate that asks for t ≠ 0 says nothing there."""
    statement = Statement(u, v, [(u * t, v * t)])
    assert any(
        point.values[t] == 0 and point.values[u] != point.values[v] for point in points(statement)
    )
    with pytest.raises(NumbersDiffer):
        numbers.check(statement)
    for conditions in ((("nonzero", t),), (("positive", t),), (("invertible", t * eye(2)),)):
        for point in points(statement):
            if satisfied(point, conditions):
                assert point.evaluate(u) == point.evaluate(v)


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (("nonzero", t), 0, False), (("nonzero", t), -1, True),
        (("positive", t), 0, False), (("positive", t), 2, True), (("positive", -t), 2, False),
        (("nonnegative", t), 0, True), (("nonnegative", t), -1, False),
        (("nonzero", sqrt(2) * t), 3, True), (("positive", log(t)), 0, False),
        (("invertible", t * eye(2)), 0, False), (("invertible", t * eye(2)), 3, True),
        (("nonzero", t * eye(2)), 3, False),
    ],
)  # fmt: skip
def test_conditions_at_a_point(condition, value, holds):
    from gradproof.language.unfold import unfold

    kind, expr = condition
    assert satisfied(Point({}, {t: Fraction(value)}), ((kind, unfold(expr)),)) is holds


GIVEN = [
    {},
    {"positive": True},
    {"nonzero": True},
    {"column_sums": 1},
    {"column_sums": 1, "positive": True},
    {"one_hot": True},
    {"symmetric": True},
    {"diagonal": True},
    {"orthogonal": True},
    {"invertible": True},
    {"positive_definite": True},
]


@pytest.mark.parametrize("given", GIVEN, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_special_matrices_satisfy_the_assumptions(given, size):
    V = matrix("V", n, n, **given)
    special = special_matrices(V, size, size)
    assert special
    assert len(set(special)) == len(special)
    assert all(satisfies(V, made) for made in special)


def test_special_matrices_are_special():
    special = special_matrices(A, 2, 2)
    rows = [[[int(entry) for entry in row] for row in made] for made in special]
    for wanted in (
        [[0, 0], [0, 0]], [[1, 0], [0, 1]], [[1, 1], [1, 1]], [[-1, -1], [-1, -1]],
        [[1, 0], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [1, 1]], [[0, 1], [1, 0]],
    ):  # fmt: skip
        assert wanted in rows


def test_points_depend_on_the_statement_alone():
    statement = Statement(*HOLLOW["a matrix cancelled"])
    drawn = [[(p.sizes, p.values) for p in points(statement)] for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert any(set(sizes.values()) == {1} for sizes, _ in drawn[0])
    assert len(list(points(statement, effort=4))) > len(drawn[0])


def test_shapes_at_which_an_assumption_cannot_hold_are_left_out():
    P = matrix("P", n, n, diagonal=True, positive=True)  # of size 1 only
    assert {tuple(point.sizes.values()) for point in points(Statement(P, P))} == {(1,)}


#: For every module of rules, true identities that use them: the tables of the kernel's own tests.
FAMILIES = {
    "needs": "kernel.test_powers",
    "domain": "kernel.test_powers",
    "powers": "kernel.test_powers",
    "exponents": "kernel.test_powers",
    "matrix_powers": "kernel.test_powers",
    "abstractions": "kernel.test_inverses",
    "determinants": "kernel.test_inverses",
    "inverses": "kernel.test_inverses",
    "matrices": "kernel.test_inverses",
    "quotients": "kernel.test_inverses",
    "functions": "kernel.test_rules",
    "sums": "kernel.test_rules",
    "product": "kernel.test_rules",
    "scalars": "kernel.test_rules",
    "signs": "test_activations",
    "calculus": "kernel.test_identities",
    "choices": "kernel.test_choices",
    "parts": "kernel.test_orthogonal",
    "uniqueness": "kernel.test_uniqueness",
    "consequences": "test_hypotheses",
    "decide": "test_linear_algebra",
}
#: Modules of the kernel without rewriting rules: data, names, conditions, reading.
NO_RULES = {
    "__init__", "axes", "conditions", "indices", "labels", "read", "rename", "splits", "terms",
}  # fmt: skip
#: Sides that no shape defines: a determinant of 0, and of what is no square at the shapes drawn.
NOWHERE = {"zero", "kron of rectangles"}


def test_every_module_of_rules_has_its_family():
    modules = {path.stem for path in Path(gradproof.routes.kernel.__file__).parent.glob("*.py")}
    assert modules - NO_RULES <= set(FAMILIES)


@pytest.mark.parametrize("table", sorted({*FAMILIES.values(), "kernel.test_determinants"}))
def test_true_identities_hold_at_degenerate_points(table):
    """Where the conditions of the certificate hold, as far as both sides are defined."""
    tried = 0
    for name, (left, right, *given) in import_module(f"tests.{table}").TRUE.items():
        statement = Statement(left, right, *[g for g in given if isinstance(g, list)])
        if name in NOWHERE:
            continue
        conditions = kernel.check(statement).conditions
        tried += numbers.check(statement, conditions=conditions).degenerate
    assert tried > 40


@pytest.mark.parametrize(
    "wrong",
    [
        (A * x, A * x + (1 - Abs(Determinant(A)) / Abs(Determinant(A))) * x),
        (gradient(norm(x) ** 2, x), 2 * x),
    ],
    ids=["outside where A is singular", "true"],
)
def test_what_is_true_where_defined_is_not_refused(wrong):
    assert numbers.check(Statement(*wrong)).degenerate > 0
