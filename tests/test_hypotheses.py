"""Statements under hypotheses: what they prove, and that nothing false comes of them."""

from __future__ import annotations

import pytest
from sympy import Determinant, Eq, HadamardProduct, Symbol, Trace, exp

from gradproof import (
    NotProved,
    NotRefuted,
    define,
    differential,
    dims,
    eye,
    gradient,
    inner,
    labels,
    matrix,
    norm,
    ones,
    prove,
    refute,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import (
    BadName,
    ConstrainedVariable,
    DoesNotDepend,
    InexactNumber,
    ShapeMismatch,
    StatementError,
    Undecided,
)
from gradproof.language.statement import Statement
from gradproof.routes import entries, numbers
from gradproof.routes.kernel import Comparison, check, consequences
from gradproof.routes.numbers.hypotheses import NoModel
from gradproof.verdict.mutants import distrust

k, m, n = dims("k m n")
A, B = matrix("A", n, n, symmetric=True), matrix("B", n, n, invertible=True)
X, K = matrix("X", m, n), matrix("K", n, n)
u, v, x, b = vector("u", m), vector("v", n), vector("x", n), vector("b", n)
lam, sigma, t = scalar("lambda"), scalar("sigma"), scalar("t")
U, V, S = matrix("U", m, k), matrix("V", n, k), matrix("S", k, k, diagonal=True)
d = differential

EIGEN = [(A * v, lam * v), (inner(v, v), 1)]
SINGULAR = [(X * v, sigma * u), (X.T * u, sigma * v), (inner(u, u), 1), (inner(v, v), 1)]
INVERSE = [(K * (lam * eye(n) - A), eye(n) - v * v.T), (K * v, 0 * v)]
SOLVE = [(B * x, b)]
L = matrix("L", n, n, invertible=True)

TRUE = {
    "eigenvalue": (d(lam), inner(v, d(A) * v), EIGEN),
    "singular value": (d(sigma), inner(u, d(X) * v), SINGULAR),
    "eigenvector": (d(v), K * d(A) * v, [*EIGEN, *INVERSE]),
    "nuclear norm": (
        d(Trace(S)),
        inner(U * V.T, d(define("Y", U * S * V.T))),
        [(U.T * U, eye(k)), (V.T * V, eye(k))],
    ),
    "solution": (d(x), B.I * (d(b) - d(B) * x), SOLVE),
    "Cholesky": (
        L.I * d(A) * L.I.T,
        L.I * d(L) + (L.I * d(L)).T,
        [(A, L * L.T)],
    ),
    "a symbol that is said to be something": (softmax(X * v), softmax(u), [(u, X * v)]),
    "the other way round": (norm(X * v), norm(u), [(X * v, u)]),
    "one after the other": (exp(t), exp(lam), [(t, sigma), (sigma, lam)]),
    "in a derivative, which it does not change": (
        gradient(inner(u, X * v), v),
        X.T * X * v,
        [(u, X * v)],
    ),
    "Rayleigh quotient": (inner(v, A * v), lam, EIGEN),
    "second power": (A * A * v, lam**2 * v, EIGEN[:1]),
    "normal equations": (gradient(norm(X * v - u) ** 2, v), 0 * v, [(X.T * X * v, X.T * u)]),
    "differential of a product": (d(X * v), d(X) * v + X * d(v), []),
    "differential of a total": (d(total(X)), total(d(X)), []),
    "reciprocal": (t * sigma, 1, [(sigma, 1 / t)]),
    "reciprocals": (lam * sigma**2, t, [(t / sigma, lam * sigma)]),
    "a term with no part of it": (gradient(inner(v, A * v), v), 2 * lam * v, EIGEN[:1]),
    "what says nothing": (inner(v, A * v), lam, [(A, A.T), *EIGEN]),
    "a square matrix that may be tall, not wide": (
        (K * matrix("Z", n, m)).T * (K * matrix("Z", n, m)),
        matrix("Z", n, m).T * matrix("Z", n, m),
        [(K.T * K, eye(n))],
    ),
    "a sphere": (inner(x, d(x)), 0, [(inner(x, x), 1)]),
    "column sums stay": (
        ones(1, m) * d(matrix("Y", m, n, column_sums=1)),
        0 * ones(1, n),
        [],
    ),
}
FALSE = {
    "turned, as if it had not been": (
        (K * X.T) * (K * X.T).T,
        X.T * X,
        [(K.T * K, eye(n))],
    ),
    "said to be something else": (softmax(X * v), softmax(u), [(u, 2 * X * v)]),
    "said to be two things": (t, sigma, [(t, lam), (t, sigma**2)]),
    "said to be itself": (t, sigma, [(t, t**2)]),
    "said in terms of itself": (u, 0 * u, [(u, X * X.T * u)]),
    "in a derivative, as if it moved along": (
        gradient(inner(u, X * v), v),
        2 * X.T * X * v,
        [(u, X * v)],
    ),
    "of a positive symbol": (scalar("p", positive=True), t, [(scalar("p", positive=True), t**2)]),
    "eigenvalue, factor": (d(lam), 2 * inner(v, d(A) * v), EIGEN),
    "eigenvalue, not normed": (d(lam), inner(v, d(A) * v), EIGEN[:1]),
    "eigenvalue, not symmetric": (
        d(lam),
        inner(v, d(B) * v),
        [(B * v, lam * v), (inner(v, v), 1)],
    ),
    "singular value, one equation": (d(sigma), inner(u, d(X) * v), [SINGULAR[0], *SINGULAR[2:]]),
    "eigenvector, sign": (d(v), -K * d(A) * v, [*EIGEN, *INVERSE]),
    "solution, sign": (d(x), B.I * (d(b) + d(B) * x), SOLVE),
    "reciprocal, of both": (t, sigma, [(sigma, 1 / t)]),
    "what says nothing": (lam, sigma, [(A, A.T)]),
    # Σ_i v_i² is 1, and Σ_i v_i² b_i is not Σ_i b_i.
    "weighted": (inner(HadamardProduct(v, v), b), total(b), EIGEN[1:]),
    "hypotheses of no use": (sigma, t, EIGEN),
    "no motion of another": (d(sigma), inner(v, d(A) * v), EIGEN),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_shapes(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", TRUE)
def test_proved_entry_by_entry(name):
    entries.check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", ["eigenvalue", "solution", "normal equations", "a sphere"])
def test_proved_by_all_routes(name):
    lhs, rhs, given = TRUE[name]
    assert prove(lhs, rhs, given=given).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused_by_each_route(name):
    statement = Statement(*FALSE[name])
    with pytest.raises(Undecided):
        check(statement)
    with pytest.raises(Undecided):
        entries.check(statement)
    with pytest.raises(Undecided):
        numbers.check(statement)


@pytest.mark.parametrize("name", ["eigenvalue, factor", "solution, sign", "hypotheses of no use"])
def test_refuted_at_a_point_where_the_hypotheses_hold(name):
    lhs, rhs, given = FALSE[name]
    assert refute(lhs, rhs, given=given).certificate["counterexample"]


def test_what_is_true_is_not_refuted():
    lhs, rhs, given = TRUE["eigenvalue"]
    with pytest.raises(NotRefuted):
        refute(lhs, rhs, given=given)


CONTRADICTIONS = {
    "two values": (t, sigma, [(t, 1), (t, 2)]),
    "nothing": (t, sigma, [(0 * t + 1, 2)]),
    "no real square": (t, sigma, [(sigma**2, -1), (sigma * t, t)]),
    "a sign": (scalar("p", positive=True), 2, [(scalar("p", positive=True), -1)]),
    "no such columns": (Trace(V * V.T), 2 * k, [(V.T * V, eye(k)), (V.T * V, 2 * eye(k))]),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_nothing_follows_from_a_contradiction(name):
    lhs, rhs, given = CONTRADICTIONS[name]
    with pytest.raises((NotProved, StatementError)):
        prove(lhs, rhs, given=given)
    with pytest.raises((NoModel, StatementError)):
        numbers.check(Statement(lhs, rhs, given))


def test_a_consequence_of_a_contradiction_is_refused_by_numbers_alone():
    """The other routes do find 1 = 2 among the consequences of t = 1 and t = 2."""
    statement = Statement(t, 2 * t - 1, [(t, 1), (t, 2)])
    check(statement)
    entries.check(statement)
    with pytest.raises(NotProved, match="contradict"):
        prove(t, 2 * t - 1, given=[(t, 1), (t, 2)])


def test_a_search_that_grows_is_given_up(monkeypatch):
    statement = Statement(A * A * v, lam**2 * v, EIGEN[:1])
    check(statement)
    monkeypatch.setattr(consequences, "MOST", 1)
    with pytest.raises(Undecided):
        check(statement)


@pytest.mark.parametrize(
    "name", ["eigenvalue", "singular value", "eigenvector", "Rayleigh quotient"]
)
def test_what_was_asked_before_changes_no_answer(name):
    lhs, rhs, given = TRUE[name]
    statement = Statement(lhs, rhs, given)
    comparison = Comparison(statement)
    for _ in range(2):
        comparison.check(statement.right)
        for wrong in (2 * statement.right, -statement.right):
            with pytest.raises(Undecided):
                comparison.check(wrong)


def test_hypotheses_are_in_the_certificate_and_in_the_code():
    certificate = prove(inner(v, A * v), lam, given=EIGEN).certificate
    told = [fact["text"] for fact in certificate["assumptions"]]
    assert told == ["A is symmetric", "A v = λ v", "⟨v, v⟩ = 1"]
    scope: dict = {}
    exec(certificate["statement"]["sympy"], scope)


def test_equations_of_sympy_are_hypotheses():
    prove(t**2, 4, given=[Eq(t, 2)])


def test_near_misses_are_refused_under_the_hypotheses():
    assert distrust(Statement(*TRUE["eigenvalue"])).refused >= 10


def test_sizes_that_coincide_are_told_apart_in_hypotheses_too():
    Q, w, y = matrix("Q", 3, 3), vector("w", 3), vector("y", 3)
    certificate = prove(2 * Q * w, 2 * y, given=[(Q * w, y)]).certificate
    assert certificate["scope"] == "all shapes"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([(X * v, v)], ShapeMismatch, "do not fit"),
        ([(X, lam)], ShapeMismatch, "do not fit"),
        ([(lam, 0.5)], InexactNumber, "float"),
        ([A * v], StatementError, "no hypothesis"),
        ([(lam,)], StatementError, "no hypothesis"),
        ([Eq(Determinant(A), Determinant(A))], StatementError, "as it stands"),
        ([(vector("lambda", n), v)], BadName, "two different things"),
        ([(Symbol("dlambda", real=True), t)], BadName, "two different things"),
    ],
)
def test_what_is_no_hypothesis_is_refused_by_name(given, error, message):
    with pytest.raises(error, match=message):
        prove(d(lam), d(t), given=[*given, (lam, t)])


def test_what_cannot_move_has_no_differential():
    with pytest.raises(DoesNotDepend, match="Nothing in"):
        d(eye(n))
    with pytest.raises(DoesNotDepend, match="Nothing in"):
        d(total(labels("y", n, k)))
    with pytest.raises(StatementError, match="second"):
        d(d(lam))
    with pytest.raises(ConstrainedVariable, match="orthogonal"):
        Statement(d(matrix("Q", n, n, orthogonal=True)), eye(n))


def test_a_claim_about_differentials_that_is_none_is_told_of():
    with pytest.raises(BadName, match="v is used for two different things"):
        prove(d(v) * scalar("v"), d(v))


def test_a_point_around_which_an_assumption_fails_is_none():
    """Newton's method may end where B is singular, which its assumption rules out."""
    numbers.check(Statement(B.I * x, B.I * v, [(B * x, B * v)]))


def test_a_point_to_which_hypotheses_lead_counts_where_the_conditions_hold():
    """At m = 1 the hypothesis is met by t = 0, where t^(3m − 3) is 1 and the certificate has t ≠ 0.

    Newton's method finds such a point too; it says nothing of a claim that is made elsewhere.
    """
    given = [(t**m * lam, t**m * sigma)]
    statement = Statement(t ** (3 * m - 3) * lam, t ** (3 * m - 3) * sigma, given)
    conditions = check(statement).conditions
    assert conditions == (("nonzero", t),)
    assert not _differ(statement, conditions)
    assert _differ(statement, ())


def _differ(statement, conditions):
    """Whether numbers, at one of a few points, say that the sides differ."""
    return "NumbersDiffer" in {_ending(statement, conditions, seed) for seed in range(8)}


def _ending(statement, conditions, seed):
    try:
        numbers.check(statement, [{m: 1}], seed, points=1, conditions=conditions)
    except Undecided as error:
        return type(error).__name__
    return ""
