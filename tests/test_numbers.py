"""Route 3 alone: exact points that respect the assumptions, derivatives good to 40 digits."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import autograd
import autograd.numpy as anp
import mpmath
import numpy
import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Adjoint,
    Catalan,
    E,
    EulerGamma,
    GoldenRatio,
    HadamardPower,
    HadamardProduct,
    Lambda,
    Rational,
    S,
    Symbol,
    Trace,
    TribonacciConstant,
    Tuple,
    exp,
    log,
    pi,
    sqrt,
)
from sympy.core.symbol import Str

from gradproof import (
    cross_entropy,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    logsumexp,
    matrix,
    norm,
    ones,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import Undecided, UnknownConstruct
from gradproof.language.statement import Statement
from gradproof.language.symbols import Variable
from gradproof.language.unfold import unfold
from gradproof.routes.numbers import route as numbers
from gradproof.routes.numbers.concrete_functions import Generic
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.parts import ENTRY_PART, nesting, part
from gradproof.routes.numbers.reals import OutsideDomain, Unresolved, is_good
from gradproof.routes.numbers.route import Judge, NumbersDiffer, default_sizes, sample
from gradproof.routes.numbers.sampling import (
    build,
    draw_matrix,
    parameter_count,
    satisfies,
    shape_at,
)

from .test_entries import FALSE, TRUE, A, C, D, N, P, W, X, Y, s, u, v, x

t = Symbol("t", real=True)


@pytest.mark.parametrize("slug", TRUE)
def test_true_statements_pass(slug):
    report = numbers.check(Statement(*TRUE[slug]))
    assert (report.points, report.digits) == (3, 40)


@pytest.mark.parametrize("slug", sorted(set(FALSE) - {"log-of-square"}))
def test_false_statements_are_refused(slug):
    with pytest.raises(NumbersDiffer) as caught:
        numbers.check(Statement(*FALSE[slug]))
    assert "random exact point" in str(caught.value)
    assert abs(float(caught.value.left) - float(caught.value.right)) > 1e-6


def test_log_of_square_holds_wherever_both_sides_are_defined():
    assert numbers.check(Statement(*FALSE["log-of-square"])).points == 3


@pytest.mark.parametrize("seed", range(5))
def test_a_derivative_wrong_by_a_factor_close_to_one_is_refused(seed):
    nearly = 1 + Rational(1, 10**30)
    with pytest.raises(NumbersDiffer):
        numbers.check(Statement(gradient(norm(W), W), nearly * W / norm(W)), seed=seed)


def test_shapes_are_other_than_those_of_the_entries():
    from gradproof.routes.entries import route as entries

    statement = Statement(*TRUE["softmax-ce-W"])
    shapes = default_sizes(statement)
    assert entries.default_sizes(statement) not in shapes
    assert all(len(set(sizes.values())) == 3 for sizes in shapes)
    report = numbers.check(statement)
    assert report.sizes[0] == {"C": 2, "D": 4, "N": 3}


def test_shapes_and_the_number_of_points_can_be_chosen():
    statement = Statement(total(W), total(W.T))
    report = numbers.check(statement, [{C: 1, D: 5}], seed=7, points=2, digits=60)
    assert report.sizes == ({"C": 1, "D": 5},)
    assert (report.points, report.digits) == (2, 60)


def test_nothing_passes_where_nothing_is_defined():
    for left in (log(-1 - u**2), sqrt(-1 - u**2), 1 / (total(A) - total(A.T))):
        with pytest.raises(Undecided, match="No point"):
            numbers.check(Statement(left, left))


def test_points_outside_the_domain_are_drawn_again():
    assert numbers.check(Statement(sqrt(u) ** 2, u)).points == 3


GIVEN = [
    {},
    {"positive": True},
    {"nonzero": True},
    {"column_sums": 1},
    {"column_sums": Rational(-1, 2)},
    {"column_sums": 1, "positive": True},
    {"one_hot": True},
    {"one_hot": True, "column_sums": 1},
    {"symmetric": True},
    {"symmetric": True, "positive": True},
    {"diagonal": True},
    {"diagonal": True, "invertible": True},
    {"orthogonal": True},
    {"invertible": True},
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GIVEN), st.integers(1, 4), st.integers(0, 10**9))
def test_drawn_matrices_satisfy_their_assumptions(given_, size, seed):
    V = matrix("V", C, C, **given_)
    drawn = draw_matrix(V, *shape_at(V, {C: size}), Random(seed))
    rows = numpy.array(drawn, dtype=object)
    assert rows.shape == (size, size)
    if "positive" in given_:
        assert (rows > 0).all()
    if "column_sums" in given_:
        assert all(c == Fraction(str(given_["column_sums"])) for c in rows.sum(axis=0))
    if "one_hot" in given_:
        assert sorted({*rows.flat} | {0, 1}) == [0, 1]
        assert all(c == 1 for c in rows.sum(axis=0))
    if "symmetric" in given_:
        assert (rows == rows.T).all()
    if "diagonal" in given_:
        assert (rows - numpy.diag(rows.diagonal()) == 0).all()
    if "orthogonal" in given_:
        assert (rows.T @ rows == numpy.eye(size, dtype=int)).all()


@pytest.mark.parametrize(
    ("given_", "rows", "holds"),
    [
        ({"invertible": True}, [[1, 2], [2, 4]], False),
        ({"invertible": True}, [[0, 1], [1, 0]], True),
        ({"nonzero": True}, [[1, 0], [1, 1]], False),
        ({"orthogonal": True}, [[1, 1], [0, 1]], False),
        ({"symmetric": True}, [[1, 2], [3, 1]], False),
        ({"one_hot": True}, [[1, 1], [0, 1]], False),
        ({"diagonal": True}, [[1, 1], [0, 1]], False),
        ({"column_sums": 1}, [[1, 1], [0, 1]], False),
    ],
)
def test_assumptions_are_checked_exactly(given_, rows, holds):
    exact = tuple(tuple(map(Fraction, row)) for row in rows)
    assert satisfies(matrix("V", 2, 2, **given_), exact) is holds


def test_assumptions_that_contradict_each_other_are_undecided():
    for given_ in ({"one_hot": True, "column_sums": 2}, {"diagonal": True, "positive": True}):
        V = matrix("V", 2, 2, **given_)
        with pytest.raises(Undecided, match="No 2×2 matrix V"):
            numbers.check(Statement(total(V), total(V)))
    odd = Variable("V", 1, 1, (Tuple(Str("odd"), S.true),))
    with pytest.raises(Undecided, match="odd"):
        satisfies(odd, ((Fraction(1),),))
    weights = matrix("V", 2, 1, column_sums=0, positive=True)
    assert parameter_count(weights, 2, 1) == 2
    assert build(weights, 2, 1, [Fraction(1), Fraction(-1)]) is None


AUTOGRAD = {
    "softmax-cross-entropy": (
        cross_entropy(P, Y),
        lambda w, o: (
            -anp.sum(
                o["Y"]
                * (anp.dot(w, o["X"]) - anp.log(anp.sum(anp.exp(anp.dot(w, o["X"])), axis=0)))
            )
            / o["X"].shape[1]
        ),
    ),
    "norm-and-power": (
        norm(W) ** 3 + total(HadamardPower(W, 3)),
        lambda w, o: anp.sum(w**2) ** 1.5 + anp.sum(w**3),
    ),
    "log-trace": (
        log(Trace(W.T * W)) * total(W * X),
        lambda w, o: anp.log(anp.sum(w * w)) * anp.sum(anp.dot(w, o["X"])),
    ),
    "absolute": (
        total(W.applyfunc(Lambda(t, Abs(t) * exp(t)))),
        lambda w, o: anp.sum(anp.abs(w) * anp.exp(w)),
    ),
}


@pytest.mark.parametrize("slug", AUTOGRAD)
@pytest.mark.parametrize("seed", range(3))
def test_derivatives_agree_with_autograd(slug, seed):
    loss, plain = AUTOGRAD[slug]
    statement = Statement(gradient(loss, W), gradient(loss, W))
    point, mine, _ = sample(statement, {C: 3, D: 2, N: 4}, Random(seed))
    arrays = {
        symbol.name: numpy.array([[float(e) for e in row] for row in value])
        for symbol, value in point.values.items()
    }
    theirs = autograd.grad(lambda w: plain(w, arrays))(arrays["W"])
    assert numpy.allclose(numpy.array(mine, dtype=float), theirs, rtol=1e-11, atol=1e-12)


def plain(value):
    """A number of FLINT as one of mpmath, to its present precision."""
    if isinstance(value, fmpq):
        return mpmath.mpf(int(value.p)) / int(value.q)
    mantissa, exponent = value.mid().man_exp()
    return mpmath.mpf(int(mantissa)) * mpmath.mpf(2) ** int(exponent)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.fractions(-3, 3, max_denominator=9), min_size=1, max_size=5),
    st.fractions(-2, 2, max_denominator=9),
    st.integers(1, 3),
)
def test_nested_derivatives_are_good_to_45_digits(coefficients, at, order):
    """Repeated derivatives of a polynomial times exp, against the closed form."""
    body = sum(Rational(c) * u**k for k, c in enumerate(coefficients)) + 2 * u * exp(u / 2)
    expr = body
    for _ in range(order):
        expr = gradient(expr, u) if u in expr.free_symbols else S.Zero
    point = Point({}, {u: at}, digits=45)
    mine = point.evaluate(unfold(expr))
    with mpmath.workdps(90):
        value = mpmath.mpf(at.numerator) / at.denominator
        theirs = mpmath.mpf(0)
        for k, c in enumerate(coefficients):
            if k >= order:
                whole = mpmath.ff(k, order) * value ** (k - order)
                theirs += whole * c.numerator / c.denominator
        # (u e^{u/2})⁽ⁿ⁾ = (u/2ⁿ + n/2ⁿ⁻¹) e^{u/2}
        theirs += (
            2 * (value / 2**order + mpmath.mpf(order) / 2 ** (order - 1)) * mpmath.exp(value / 2)
        )
        assert abs(plain(mine) - theirs) < mpmath.mpf(10) ** -45 * max(1, abs(theirs))


def test_what_is_rational_stays_exact_whatever_the_depth():
    point = Point({}, {u: Fraction(1, 3)})
    third = unfold(gradient(gradient(gradient(u**3 / (1 + u), u), u), u))
    assert nesting(third) == 3
    assert point.evaluate(u) * 3 == 1
    assert point.evaluate(third) == fmpq(6 * 3**4, 4**4)  # of u² − u + 1 − 1/(1 + u)


def test_equal_parts_are_evaluated_once():
    calls = []

    class Counting(Generic):
        def matrix(self, name, rows):
            calls.append(name)
            return super().matrix(name, rows)

    loss = function("L")(W)
    point = Point({C: 1, D: 1}, {W: ((Fraction(1),),)}, Counting(3))
    point.evaluate(unfold(loss + 1))
    point.evaluate(unfold(2 * loss))
    assert calls == ["L"]


@pytest.mark.parametrize("order", range(4))
def test_derivatives_of_arbitrary_functions_belong_together(order):
    phi = function("phi")
    for _ in range(order):
        phi = phi.prime
    numbers.check(Statement(gradient(phi(u), u), phi.prime(u)))
    with pytest.raises(NumbersDiffer):
        numbers.check(Statement(gradient(phi(u), u), phi(u)))


def test_arbitrary_functions_have_no_symmetry():
    K = function("K")
    for left, right in [
        (K(A), K(A.T)),
        (K(A), function("L")(A)),
        (K(2 * x), 2 * K(x)),
        (K(-x), K(x)),
        (jacobian(gradient(K(x), x), x), HadamardProduct(hessian(K(x), x), _eye(N))),
    ]:
        with pytest.raises(NumbersDiffer):
            numbers.check(Statement(left, right))
    numbers.check(Statement(hessian(K(x), x), hessian(K(x), x).T))


def _eye(size):
    from gradproof import eye

    return eye(size)


@pytest.mark.parametrize(
    "undefined",
    [
        log(-v),
        log(v - 2),
        1 / (v - 2),
        sqrt(1 - v),
        (v - 2) ** Rational(1, 2) / (v - 2),
        gradient(Abs(v - 2), v),
        gradient(sqrt((v - 2) ** 2), v),
        gradient(sqrt(v - 2), v),
        exp(10**6 * v),
        v**5000,
    ],
)
def test_what_is_not_defined_at_a_point_is_outside_the_domain(undefined):
    with pytest.raises(OutsideDomain):
        Point({}, {v: Fraction(2)}).evaluate(unfold(undefined))


def test_constants_and_roots():
    point = Point({}, {v: Fraction(8)})
    assert point.evaluate(v ** Rational(2, 3)) == 4
    assert point.evaluate(sqrt(v - 8)) == 0
    assert point.evaluate(sqrt(v + 1) / 2) == fmpq(3, 2)
    with mpmath.workdps(45):
        for constant in (pi, E, EulerGamma, Catalan, GoldenRatio, TribonacciConstant):
            theirs = mpmath.mpf(constant.evalf(60)._mpf_)
            assert abs(plain(point.evaluate(constant)) - theirs) < mpmath.mpf(10) ** -42
            assert abs(plain(point.evaluate(constant * v)) - 8 * theirs) < mpmath.mpf(10) ** -41


def test_equal_expressions_are_one_part():
    V = matrix("V", C, C)
    whole = part(V * V.T + 2 * V)
    assert part(V * V.T) in whole.args
    assert part(V * V.T + 2 * V) is whole is not part(V * V.T)
    assert (whole.needs, whole.nesting) == (frozenset(), 0)


def test_a_part_needs_the_bound_symbols_that_are_free_in_it():
    V = matrix("V", C, C)
    slope = part(unfold(gradient(Trace(V * V), V)))
    body, bound, _ = slope.args
    assert body.needs == {bound}
    assert not slope.needs
    assert (slope.nesting, body.nesting) == (1, 0)
    applied = part(unfold(V.applyfunc(exp)))
    assert applied.args[0].needs == {ENTRY_PART}
    assert not applied.needs


def test_entries_that_do_not_exist():
    V = matrix("V", C, C)
    with pytest.raises(OutsideDomain):
        Point({C: 1}, {V: ((Fraction(1),),)}).evaluate(V[1, 0])


def test_unknown_constructs_are_named():
    V = matrix("V", 1, 1)
    point = Point({}, {V: ((Fraction(1),),)})
    with pytest.raises(UnknownConstruct, match="Adjoint"):
        point.evaluate(Adjoint(V))
    with pytest.raises(UnknownConstruct, match="no value at this point"):
        point.evaluate(u)


def test_what_is_not_a_number_is_never_a_value():
    """A ball that is not finite, as of 1/0, asks for more bits and then is refused."""
    assert not is_good(arb.nan(), 1)
    assert not is_good(arb.pos_inf(), 1)

    class Wild(Generic):
        def scalar(self, name, order, x):
            return arb.nan()

    with pytest.raises(Unresolved):
        Point({}, {u: Fraction(1)}, Wild(0)).evaluate(function("phi")(u))


def test_judge_compares_other_right_sides():
    judge = Judge(Statement(gradient(cross_entropy(P, Y), W), (P - Y) * X.T / N))
    assert judge.agrees(unfold((P - Y) * X.T / N))
    assert judge.agrees(unfold((P * X.T - Y * X.T) / N))
    assert not judge.agrees(unfold((P - Y) * X.T / C))
    assert not judge.agrees(unfold((Y - P) * X.T / N))
    assert not judge.agrees(unfold((P - Y) * X.T / N / (total(X) - total(X.T))))
    assert not Judge(Statement(u, u)).agrees(log(-1 - u**2))


def test_hidden_points_depend_on_the_seed_only():
    statement = Statement(logsumexp(s), logsumexp(s))
    drawn = [sample(statement, {C: 3}, Random("seed"))[0].values for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != sample(statement, {C: 3}, Random("other"))[0].values


def test_derivatives_of_derivatives_keep_apart_what_moves():
    quartic = inner(x, x) ** 2
    numbers.check(Statement(hessian(quartic, x), 4 * inner(x, x) * _eye(N) + 8 * x * x.T))
    numbers.check(Statement(jacobian(softmax(s), s).T, jacobian(softmax(s), s)))
    numbers.check(
        Statement(
            gradient(total(gradient(quartic, x)), x), 4 * inner(x, x) * ones(N) + 8 * total(x) * x
        )
    )


def test_scalars_with_signs():
    w = scalar("w", positive=True)
    numbers.check(Statement(sqrt(w**2), w))
    assert numbers.draw_values(Statement(w, w), {}, Random(1))[w] > 0
    assert vector("q", D).shape == (D, 1)
