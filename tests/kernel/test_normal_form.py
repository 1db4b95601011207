"""The normal form keeps the value, and different values never share a normal form."""

from __future__ import annotations

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Abs, Integer, Pow, Rational, exp, log, preorder_traversal

from gradproof import scalar
from gradproof.errors import Undecided
from gradproof.routes.kernel.calculus import derivative
from gradproof.routes.kernel.decide import vanishes
from gradproof.routes.kernel.indices import Tensor
from gradproof.routes.kernel.read import Reader
from gradproof.routes.kernel.terms import plus, scaled

from .values import Undefined, value

U, V, P = scalar("u"), scalar("v"), scalar("p", positive=True)
POINTS = [
    {"u": mpmath.mpf(a) / 7, "v": mpmath.mpf(b) / 5, "p": mpmath.mpf(c) / 9}
    for a, b, c in [(3, 4, 5), (-3, 8, 2), (10, -7, 13), (-12, -3, 7), (5, -6, 30)]
]
POWERS = [Integer(-2), Integer(-1), Integer(2), Rational(1, 2), Rational(-1, 2), Rational(3, 2)]

leaves = st.sampled_from([U, V, P, Integer(1), Integer(2), Integer(-1), Rational(1, 2), Integer(3)])


def grown(children):
    return st.one_of(
        st.builds(lambda a, b: a + b, children, children),
        st.builds(lambda a, b: a * b, children, children),
        st.builds(lambda a, q: a**q, children, st.sampled_from(POWERS)),
        st.builds(exp, children),
        st.builds(log, children),
        st.builds(Abs, children),
    )


expressions = st.recursive(leaves, grown, max_leaves=7)


def direct(expr, point):
    """The value of a SymPy expression, without SymPy's evaluation."""
    if expr.is_Symbol:
        return point[expr.name]
    if expr.is_Rational:
        return mpmath.mpf(expr.p) / expr.q
    args = [direct(arg, point) for arg in expr.args]
    if isinstance(expr, exp):
        if abs(args[0]) > 300:
            raise Undefined
        return mpmath.exp(args[0])
    if isinstance(expr, log):
        if args[0] <= 0:
            raise Undefined
        return mpmath.log(args[0])
    if isinstance(expr, Abs):
        return abs(args[0])
    if expr.is_Add:
        return mpmath.fsum(args)
    if expr.is_Mul:
        return mpmath.fprod(args)
    assert isinstance(expr, Pow)
    if (expr.exp.q != 1 and args[0] < 0) or (expr.exp < 0 and abs(args[0]) < 1e-20):
        raise Undefined
    return args[0] ** int(expr.exp) if expr.exp.q == 1 else args[0] ** args[1]


def readable(expr):
    return expr.is_real is not False and all(
        node.is_Symbol
        or node.is_Rational
        or node.is_Add
        or node.is_Mul
        or isinstance(node, (exp, log, Abs))
        or (node.is_Pow and node.exp.is_Rational)
        for node in preorder_traversal(expr)
    )


def table(expr):
    values = []
    for point in POINTS:
        try:
            values.append(direct(expr, point))
        except Undefined:
            values.append(None)
    return values


def close(a, b):
    return abs(a - b) <= mpmath.mpf(10) ** -20 * max(1, abs(a), abs(b))


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(40):
        yield


def read(expr):
    try:
        return Reader().scalar(expr)
    except Undecided:
        assume(False)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(expressions)
def test_reading_keeps_the_value(expr):
    assume(readable(expr))
    poly = read(expr)
    for point in POINTS:
        try:
            expected = direct(expr, point)
            found = value(poly, lambda name, _, point=point: point[name], {})
        except Undefined:
            continue
        assert close(expected, found), (expr, poly)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(expressions, expressions)
def test_what_vanishes_is_zero(left, right):
    assume(readable(left) and readable(right))
    try:
        equal = vanishes(plus(read(left), scaled(read(right), -1)))
    except Undecided:
        return
    if equal:
        pairs = [
            (a, b)
            for a, b in zip(table(left), table(right), strict=True)
            if a is not None and b is not None
        ]
        assert all(close(a, b) for a, b in pairs), (left, right)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(expressions)
def test_the_derivative_agrees_with_differences(expr):
    assume(readable(expr))
    slope = derivative(read(expr), Tensor("u"), ())
    step = mpmath.mpf(10) ** -12
    for point in POINTS:
        try:
            low = direct(expr, {**point, "u": point["u"] - step})
            high = direct(expr, {**point, "u": point["u"] + step})
            found = value(slope, lambda name, _, point=point: point[name], {})
        except Undefined:
            continue
        expected = (high - low) / (2 * step)
        if abs(expected) < 10**6:
            assert abs(expected - found) <= mpmath.mpf(10) ** -6 * max(1, abs(found)), expr


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1 / (U - V), -1 / (V - U)),
        (1 / (1 + exp(-U)) + 1 / (1 + exp(U)), Integer(1)),
        (exp(-U) / (1 + exp(-U)), 1 / (1 + exp(U))),
        (log(P * exp(U)), log(P) + U),
        (log(P**2), 2 * log(P)),
        (Abs(U * V), Abs(U) * Abs(V)),
        (Abs(U) ** 2, U**2),
        (Abs(-2 * U), 2 * Abs(U)),
        ((U**2 - V**2) / (U - V), U + V),
        (1 / U / (U + V), (1 / U - 1 / (U + V)) / V),
        (exp(2 * log(P)), P**2),
        (Pow(12, Rational(1, 2)), 2 * Pow(3, Rational(1, 2))),
        (1 / (Pow(2, Rational(1, 2)) + 1), Pow(2, Rational(1, 2)) - 1),
        (Pow(P, Rational(1, 2)) * Pow(P, Rational(3, 2)), P**2),
        (log(Integer(6)), log(Integer(2)) + log(Integer(3))),
    ],
)
def test_true_equations_vanish(left, right):
    reader = Reader()
    assert vanishes(plus(reader.scalar(left), scaled(reader.scalar(right), -1)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Pow(1 / (U + V) ** 2, Rational(1, 2)), 1 / (U + V)),
        (Pow(U**2, Rational(1, 2)), U),
        (log(U**2), 2 * log(U) + 1),
        (log(U * V), log(U) + log(V)),
        (Pow(U * V, Rational(1, 2)), Pow(U, Rational(1, 2)) * Pow(V, Rational(1, 2))),
        (Abs(U + V), Abs(U) + Abs(V)),
        (Abs(U), U),
        (exp(U + V), exp(U) + exp(V)),
        (1 / (U + V), 1 / U + 1 / V),
        (Pow((U + V) ** 2, Rational(1, 2)), U + V),
        (Pow(U**4, Rational(1, 4)), U),
    ],
)
def test_false_equations_do_not(left, right):
    reader = Reader()
    assert not vanishes(plus(reader.scalar(left), scaled(reader.scalar(right), -1)))
