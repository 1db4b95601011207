"""Near misses: made for every kind of expression, refused when false, told apart when equal."""

from __future__ import annotations

import pytest
from sympy import (
    Determinant,
    HadamardProduct,
    ImmutableMatrix,
    Rational,
    Trace,
    ZeroMatrix,
    erf,
    exp,
    log,
    tanh,
)

from gradproof import (
    cross_entropy,
    define,
    dims,
    eye,
    function,
    gradient,
    hessian,
    inner,
    logsumexp,
    matrix,
    ones,
    printing,
    relu,
    scalar,
    softmax,
    step,
    vector,
)
from gradproof.language.statement import Statement
from gradproof.language.unfold import unfold
from gradproof.routes import kernel
from gradproof.routes.numbers.route import Judge
from gradproof.verdict import mutants
from gradproof.verdict.mutants import NotNeeded, ProverFault, distrust
from gradproof.verdict.mutations import Changer, scaled
from gradproof.verdict.weaker import without_an_assumption

C, D, N = dims("C D N")
W, X = matrix("W", C, D), matrix("X", D, N)
Y = matrix("Y", C, N, column_sums=1)
P = softmax(W * X)
A = matrix("A", N, N)
t, u, v = scalar("t"), scalar("u"), vector("v", N)
SOFTMAX = Statement(gradient(cross_entropy(P, Y), W), (P - Y) * X.T / N)


def rights(statement):
    return [mutant.rhs for mutant in mutants.mutants(statement)]


def test_kinds_of_change():
    made = rights(SOFTMAX)
    assert all(scaled(SOFTMAX.rhs, factor) in made for factor in (-1, 2, Rational(1, 2)))
    expected = {
        "softmax(W X) Xᵀ/N",
        "(Y + softmax(W X))Xᵀ/N",
        "(softmax(W X) − Y)Xᵀ/C",
        "(softmax(W X) − Y)Xᵀ/D",
        "(softmax(W X) − Y)Xᵀ",
    }
    assert expected <= {printing.text(change) for change in made}
    assert len(made) >= 10


def test_transposes_and_operands():
    a, b = matrix("A", N, N), matrix("B", N, N)
    made = rights(Statement(a * b.T, a * b.T))
    assert all(change in made for change in (a * b, b.T * a, b * b.T, a * a.T, (a * b.T).T))


def test_false_mutants_are_refused_and_equal_ones_counted_apart():
    assert distrust(SOFTMAX).refused >= 10
    a, b = matrix("A", C, D), matrix("B", C, D)
    report = distrust(Statement(HadamardProduct(a, b), HadamardProduct(a, b)))
    assert report.equal >= 1
    assert report.refused >= 5


def test_a_prover_that_accepts_a_mutant_is_at_fault(monkeypatch):
    monkeypatch.setattr(kernel.Comparison, "check", lambda self, right: None)
    with pytest.raises(ProverFault):
        distrust(SOFTMAX)


def test_powers_and_numbers():
    made = rights(Statement(3 * t**2, 3 * t**2))
    assert all(change in made for change in (3 * t**3, 3 * t**-2, 4 * t**2, t**2))
    assert distrust(Statement(t * u, t * u)).refused >= 4


def told(statement):
    """How a trial ends, and the sides that it made beyond the ordinary ones."""
    seen = set()
    ordinary = list(mutants.mutants(statement, seen))
    return distrust(statement), ordinary, list(mutants.further(statement, seen))


def test_a_short_right_side_has_ten_mutants_too():
    """Definitions are opened, terms added, and the left side changed."""
    z = vector("z", N)
    for statement in (
        Statement(gradient(logsumexp(z), z), define("p", softmax(z))),
        Statement(gradient(relu(t), t), step(t)),
        Statement(gradient(Trace(A), A), eye(N)),
        Statement(ones(1, C) * softmax(W * X), ones(1, N)),
        Statement(ones(1, N) * hessian(logsumexp(z), z), ZeroMatrix(1, N)),
    ):
        report, ordinary, more = told(statement)
        assert report.refused >= mutants.LEAST
        assert len({(m.lhs, m.rhs) for m in (*ordinary, *more)}) == len(ordinary) + len(more)


def test_what_is_defined_nowhere_is_no_mutant():
    """log(−q) for positive q: true of no point, and so neither refused nor equal."""
    q = matrix("q", N, 1, positive=True)
    mutant = Statement(q.applyfunc(log), q.applyfunc(lambda z: log(-z)))
    assert Judge(mutant.with_sides(mutant.lhs, mutant.lhs)).agrees(mutant.right) is None
    assert distrust(Statement(q.applyfunc(log), q.applyfunc(log))).refused >= mutants.LEAST


def test_a_difference_that_small_shapes_hide():
    """(C − 1)(D − 1)(N − 1) vanishes wherever one of the sizes is 1."""
    everywhere = Statement(t * C * D * N, t * C * D * N)
    hidden = everywhere.with_sides(everywhere.lhs, t * (C * D * N + (C - 1) * (D - 1) * (N - 1)))
    assert Judge(everywhere).agrees(hidden.right) is False


def test_kinds_of_further_change():
    b, phi = matrix("B", N, N), function("phi")
    rows = [
        (A.I, A),
        (Trace(A), Determinant(A)),
        (Determinant(A), Trace(A)),
        (tanh(t), tanh(-t)),
        (erf(t), t),
        (phi(t), phi.prime(t)),
        (eye(N), ones(N, N)),
        (ones(N, N), eye(N)),
        (A**3, A**4),
        (ImmutableMatrix([[t, u], [u, t]]), ImmutableMatrix([[2 * t, u], [u, t]])),
        (softmax(A * b), softmax(b * A)),
        (inner(A, b), inner(A, A)),
        (A.applyfunc(exp), A),
        (A.applyfunc(lambda z: exp(2 * z)), A.applyfunc(lambda z: exp(3 * z))),
    ]
    for expr, change in rows:
        made = list(Changer({A: [b], b: [A]}).changes(expr))
        assert unfold(change) in map(unfold, made), (expr, made)
    whole = matrix("K", 2, 2)
    assert set(Changer({}).changes(whole[0, 1])) >= {whole[1, 1], whole[0, 0]}
    named = define("S", A * b)
    assert list(Changer({}).changes(named)) == [named.T]
    assert b * A in Changer({}, opened=True).changes(named)


def test_a_hypothesis_that_is_not_needed_is_told():
    assert distrust(Statement(t * inner(v, v), t, [(inner(v, v), 1)])).refused >= 4
    with pytest.raises(NotNeeded, match="⟨v, v⟩ = 1 is not needed"):
        distrust(Statement(t * inner(v, v), inner(t * v, v), [(inner(v, v), 1)]))


def test_an_assumption_is_taken_away():
    S = matrix("S", N, N, symmetric=True)
    assert [each.variables[0].given for each in without_an_assumption(Statement(S.T, S))] == [{}]
    assert distrust(Statement(S.T, S)).refused >= 4


def test_a_condition_is_needed_where_the_sides_differ_or_are_undefined():
    k = dims("k")
    split = Statement(t * u ** (k - 1), 2 * u ** (k - 1), [(t * u**k, 2 * u**k)])
    power = Statement(gradient(u**k, u), k * u ** (k - 1))
    report = mutants.unconditional(split, kernel.check(split).conditions)
    assert (report.refused, report.equal) == (1, 0)
    # The condition of the second suffices and is not necessary.
    report = mutants.unconditional(power, kernel.check(power).conditions)
    assert (report.refused, report.equal) == (0, 1)
