"""A refutation is certain, and a true statement is never refuted: cancellation, extremes, depth.

What is refuted is evaluated again by plain mpmath or fractions, which share nothing with route 3.
"""

from __future__ import annotations

import random
import threading
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq
from sympy import (
    Abs,
    Add,
    HadamardProduct,
    Integer,
    Mul,
    Pow,
    Rational,
    cosh,
    erf,
    exp,
    expand,
    lambdify,
    log,
    pi,
    sqrt,
    tanh,
    together,
)

from gradproof import (
    NotProved,
    NotRefuted,
    define,
    derive,
    dims,
    function,
    gradient,
    inner,
    logdet,
    logsumexp,
    matrix,
    norm,
    ones,
    prove,
    refute,
    relu,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.language.statement import Statement
from gradproof.language.unfold import unfold
from gradproof.routes import numbers
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.reals import (
    OutsideDomain,
    Unresolved,
    decimal,
    differ,
    precision,
    told_apart,
)
from gradproof.routes.numbers.route import NoPoint, NumbersDiffer
from gradproof.verdict.counterexample import find

a, b, x = scalar("a"), scalar("b"), scalar("x")
p = scalar("p", positive=True)
n, N = dims("n N")
z = vector("z", n)
HUGE, TINY = Integer(10) ** 60, Rational(1, 10**60)

#: True, and false by rounding at any fixed number of digits.
CANCELLING = {
    "squares": ((x**200 + 1) ** 2 - x**400 - 2 * x**200, 1),
    "squares of powers": ((x**90 + x) ** 2 - x**180 - 2 * x**91, x**2),
    "a huge number": ((x + HUGE) - HUGE, x),
    "huge squares": ((x + HUGE) ** 2 - 2 * HUGE * x - HUGE**2, x**2),
    "a tiny number": (((1 + TINY * x) - 1) / TINY, x),
    "a tiny square": (((1 + TINY * x) ** 2 - 1) / TINY, 2 * x + TINY * x**2),
    "the last digit": (p * (HUGE + 1) - p * HUGE - p, 0),
    "exponentials": ((exp(200 * x) + 1) ** 2 - exp(400 * x) - 2 * exp(200 * x), 1),
    "exp and log": (log(exp(300 * x)), 300 * x),
    "log of a sum": (log(exp(1000 * x) * (1 + p)) - 1000 * x, log(1 + p)),
    "roots": ((sqrt(HUGE + p) - sqrt(HUGE)) * (sqrt(HUGE + p) + sqrt(HUGE)), p),
    "a saturated tanh": (1 - tanh(40 * p), 2 / (exp(80 * p) + 1)),
    "log-sum-exp, shifted up": (logsumexp(z + 10**4 * ones(n)), logsumexp(z) + 10**4),
    "log-sum-exp, shifted down": (logsumexp(z - 10**4 * ones(n)), logsumexp(z) - 10**4),
    "softmax, shifted": (softmax(z + 10**4 * ones(n)), softmax(z)),
    "a gradient of powers": (gradient((x**150 + 1) ** 2 - x**300, x), 300 * x**149),
}
#: The same and a little more.
OFF = {
    "squares": Rational(1, 10**12),
    "a huge number": Rational(1, 10**12),
    "a tiny square": TINY,
    "exponentials": Rational(1, 10**30),
    "exp and log": Rational(1, 10**30),
    "a saturated tanh": Rational(1, 10**39),
    "log-sum-exp, shifted up": Rational(1, 10**30),
}


@pytest.mark.parametrize("name", CANCELLING)
def test_a_true_statement_is_never_refuted(name):
    left, right = CANCELLING[name]
    with pytest.raises(NotRefuted):
        refute(left, right)
    assert numbers.check(Statement(left, right)).points == 3


@pytest.mark.parametrize("name", OFF)
def test_what_is_off_by_little_is_refuted_and_never_proved(name):
    left, right = CANCELLING[name]
    wrong = right + OFF[name]
    with pytest.raises(NumbersDiffer):
        numbers.check(Statement(left, wrong))
    with pytest.raises(NotProved):
        prove(left, wrong)
    found = refute(left, wrong).certificate["counterexample"]
    assert found["lhs"] != found["rhs"]


def test_values_at_extreme_points_are_enclosed():
    for value in (Fraction(10**9), Fraction(-(10**9)), Fraction(1, 10**9), Fraction(10**40, 3)):
        point = Point({}, {x: value})
        assert point.evaluate((x + 1) ** 3 - x**3 - 3 * x**2 - 3 * x) == 1
    point = Point({}, {x: Fraction(10**4)})
    less = point.evaluate(exp(2 * x) - (exp(x) + 1) ** 2 + 2 * exp(x))
    assert less.overlaps(arb(-1))
    assert less.rel_accuracy_bits() > 130


def test_what_takes_too_many_bits_is_said_to_be_unresolved():
    """No bits tell that this is zero, and so whether it may be divided by."""
    none = tanh(x) * (exp(x) + exp(-x)) - exp(x) + exp(-x)
    with pytest.raises(Unresolved):
        Point({}, {x: Fraction(1, 3)}).evaluate(1 / none)
    with pytest.raises(NoPoint):
        numbers.check(Statement(2 / none, 1 / none + 1 / none))


# -- networks ------------------------------------------------------------------------------------


def network(layers):
    """Loss, first weights and gradient of a network of arbitrary activations and loss."""
    phi, loss = function("phi"), function("L")
    sizes = dims(" ".join(f"n_{i}" for i in range(layers + 1)))
    values, weights = [matrix("X", sizes[0], N)], []
    for i in range(layers):
        weights.append(matrix(f"W_{i + 1}", sizes[i + 1], sizes[i]))
        values.append(define(f"A_{i + 1}", (weights[i] * values[i]).applyfunc(phi)))
    back = gradient(loss(values[-1]), values[-1])
    for i in reversed(range(layers)):
        scores = HadamardProduct((weights[i] * values[i]).applyfunc(phi.prime), back)
        back = weights[i].T * scores
    return loss(values[-1]), weights[0], scores * values[0].T


@pytest.mark.parametrize("layers", [2, 3, 4, 5, 6])
def test_the_gradient_of_a_deep_network(layers):
    loss, first, right = network(layers)
    assert numbers.check(Statement(gradient(loss, first), right)).points == 3
    for off in (Rational(1, 10**6), Rational(-1, 10**35)):
        wrong = Statement(gradient(loss, first), (1 + off) * right)
        with pytest.raises(NumbersDiffer):
            numbers.check(wrong)
        assert find(wrong) is not None
    assert find(Statement(gradient(loss, first), right)) is None


def test_a_network_of_four_layers_is_derived_and_proved():
    loss, first, right = network(4)
    assert numbers.check(Statement(derive(loss, first).result, right)).points == 3


# -- kinks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kinked",
    [
        Abs(x), relu(x), sqrt(x**2), Abs(x) ** 3, sqrt(Abs(x)), Abs(x**3), norm(x * z),
        Abs(x) * exp(x), sqrt(x), x ** Rational(4, 3), log(Abs(x)),
    ],
    ids=str,
)  # fmt: skip
def test_there_is_no_derivative_at_a_kink(kinked):
    values = {x: Fraction(0), z: ((Fraction(1),),)}
    with pytest.raises(OutsideDomain):
        Point({n: 1}, values).evaluate(unfold(gradient(kinked, x)))
    inside = {x: Fraction(2), z: ((Fraction(1),),)}
    Point({n: 1}, inside).evaluate(unfold(gradient(kinked, x)))


def test_near_a_kink_the_side_is_told():
    slope = unfold(gradient(Abs(x), x))
    for side in (1, -1):
        assert Point({}, {x: Fraction(side, 10**80)}).evaluate(slope) == side
    near = unfold(gradient(Abs(x - sqrt(2)), x))
    close = Fraction(int(mpmath.floor(mpmath.sqrt(2) * 10**12)), 10**12)
    assert Point({}, {x: close}).evaluate(near) == -1


# -- derivatives in derivatives ------------------------------------------------------------------


def test_perturbations_are_not_confused():
    """d/dx of x · d/dy (x + y) is 1: what moves inside is not what moves outside."""
    y = scalar("y")
    inner_slope = gradient(x + y, y)
    assert (
        Point({}, {x: Fraction(1), y: Fraction(1)}).evaluate(unfold(gradient(x * inner_slope, x)))
        == 1
    )
    third = gradient(gradient(gradient(x**2 * y**2 * exp(x * y), x), y), x)
    value = Point({}, {x: Fraction(1, 2), y: Fraction(2, 3)}).evaluate(unfold(third))
    sympys = lambdify((x, y), (x**2 * y**2 * exp(x * y)).diff(x, y, x), "mpmath")
    with mpmath.workdps(60):
        theirs = sympys(mpmath.mpf(1) / 2, mpmath.mpf(2) / 3)
        assert abs(mpmath.mpf(decimal(value, 50)) - theirs) < mpmath.mpf(10) ** -40


def test_slopes_of_functions_agree_with_sympys():
    for f in (exp, log, tanh, erf, sqrt, Abs, lambda e: e ** Rational(-5, 3), lambda e: 1 / e):
        point = Point({}, {x: Fraction(5, 7)})
        value = point.evaluate(unfold(gradient(f(x) * f(x + 1), x)))
        q = scalar("q", positive=True)
        with mpmath.workdps(60):
            theirs = lambdify(q, (f(q) * f(q + 1)).diff(q).doit(), "mpmath")(mpmath.mpf(5) / 7)
            assert abs(mpmath.mpf(decimal(value, 50)) - theirs) < mpmath.mpf(10) ** -40


# -- random identities ---------------------------------------------------------------------------


def random_expression(chance, depth):
    """A random real expression in a, b and p, defined at most points."""
    if depth == 0 or chance.random() < 0.15:
        return chance.choice([a, b, p, Rational(chance.randint(-9, 9), 7), Integer(3)])
    one, other = (random_expression(chance, depth - 1) for _ in range(2))
    return chance.choice(
        [
            lambda: one + other,
            lambda: one * other,
            lambda: one - other,
            lambda: one / (1 + other**2),
            lambda: Pow(one, chance.choice((2, 3, 7))),
            lambda: exp(one / 3),
            lambda: log(1 + one**2),
            lambda: sqrt(1 + other**2),
            lambda: tanh(one),
            lambda: Abs(one),
        ]
    )()


TRUE_WAYS = [
    expand,
    together,
    lambda e: ((e + 1) ** 2 - e**2 - 1) / 2,
    lambda e: log(exp(e)),
    lambda e: e * (1 + a**2) / (1 + a**2),
    lambda e: (e + HUGE) - HUGE,
    lambda e: e + Add(*[tanh(b) - (1 - 2 / (exp(2 * b) + 1))]),
    lambda e: Mul(e, sqrt(p) ** 2, 1 / p),
    lambda e: e + cosh(a).rewrite(exp) - exp(a) / 2 - exp(-a) / 2,
]
FALSE_WAYS = [
    lambda e: e + Rational(1, 10**9),
    lambda e: e + Rational(1, 10**25) * p,
    lambda e: e + exp(-50 - a**2),
    lambda e: e + (a - b) ** 2 / 10**15,
    lambda e: e + pi - Rational(31415926535897932384626433832795028841971693993751, 10**49),
]


def plain(expr, point, digits=300):
    """The value by plain mpmath, or by SymPy's own rationals."""
    symbols = [s for s, _ in point]
    with mpmath.workdps(digits):
        numbers_ = [mpmath.mpf(int(v.p)) / int(v.q) for _, v in point]
        return lambdify(symbols, expr, "mpmath")(*numbers_)


@pytest.mark.parametrize("seed", range(40))
def test_random_true_identities_are_not_refuted(seed):
    chance = random.Random(seed)
    expr = random_expression(chance, 3)
    same = chance.choice(TRUE_WAYS)(expr)
    assert find(Statement(expr, same)) is None


@pytest.mark.parametrize("seed", range(40))
def test_what_is_refuted_differs_by_an_evaluator_of_others(seed):
    chance = random.Random(seed)
    expr = random_expression(chance, 3)
    wrong = chance.choice(FALSE_WAYS)(expr)
    found = find(Statement(expr, wrong))
    assert found is not None
    difference = plain(expr, found.point) - plain(wrong, found.point)
    scale = max(1, abs(plain(expr, found.point)))
    assert abs(difference) > mpmath.mpf(10) ** -200 * scale
    assert found.left != found.right
    for shown, side in ((found.left, expr), (found.right, wrong)):
        value = plain(side, found.point)
        assert abs(mpmath.mpf(shown) - value) <= mpmath.mpf(10) ** -8 * max(1, abs(value))


@pytest.mark.parametrize("seed", range(20))
def test_balls_hold_the_true_value(seed):
    """At few bits and at many: mpmath's value lies within."""
    chance = random.Random(f"balls {seed}")
    expr = random_expression(chance, 4)
    values = {s: Fraction(chance.randint(1, 30), 7) for s in (a, b, p)}
    point = Point({}, values)
    for bits in (64, 200, 900):
        point = Point({}, values)
        point.bits = bits
        ball = point.enclose(unfold(expr))
        theirs = plain(expr, [(s, Rational(v.numerator, v.denominator)) for s, v in values.items()])
        if isinstance(ball, fmpq):
            assert abs(mpmath.mpf(int(ball.p)) / int(ball.q) - theirs) < 1e-12 * max(1, abs(theirs))
            continue
        with precision(1100):
            assert ball.overlaps(arb(mpmath.nstr(theirs, 290), "1e-250"))


# -- the machine ---------------------------------------------------------------------------------


def test_the_precision_of_flint_is_left_as_it_was():
    before = ctx.prec
    Point({}, {x: Fraction(1, 3)}).evaluate(exp(x))
    with pytest.raises(OutsideDomain):
        Point({}, {x: Fraction(0)}).evaluate(log(x))
    assert ctx.prec == before


def test_threads_do_not_take_each_others_precision():
    wrong = []

    def work(digits):
        for _ in range(60):
            value = Point({}, {x: Fraction(1, 3)}, digits=digits).evaluate(exp(x) * sqrt(2 + x))
            if value.rel_accuracy_bits() < 3.3 * digits:
                wrong.append(digits)

    threads = [threading.Thread(target=work, args=(digits,)) for digits in (10, 400, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_rational_and_a_ball_are_compared_with_all_their_digits():
    third = fmpq(1, 3)
    with precision(300):
        near, ball = arb(third) + arb("1e-60"), arb(third)
    assert differ(third, near)
    assert differ(near, third)
    assert differ(near, ball)
    assert not differ(third, ball)
    assert not differ(ball, third)
    assert not differ(ball, ball)


def test_numbers_are_shown_with_the_digits_that_tell_them_apart():
    assert told_apart(fmpq(1, 2), fmpq(1, 3), 10) == ("0.5", "0.3333333333")
    assert told_apart(fmpq(10**20 + 1), fmpq(10**20), 10) == (
        "100000000000000000001",
        "100000000000000000000",
    )
    assert decimal(fmpq(-3), 10) == "-3"
    assert decimal(fmpq(0), 10) == "0"
    assert decimal(fmpq(1, 10**30), 10) == "1e-30"


def test_a_search_ends_after_so_much_work(monkeypatch):
    """With no clock at all a true statement is given up, and a false one refuted all the same."""
    monkeypatch.setattr("gradproof.verdict.counterexample.time.monotonic", lambda: 0.0)
    A, X = matrix("A", n, n), matrix("X", n, N)
    assert find(Statement(gradient(inner(X, A * X), X), (A + A.T) * X)) is None
    assert find(Statement(gradient(logdet(A), A), A.I)) is not None
    assert find(Statement(total(X), total(X.T))) is None
