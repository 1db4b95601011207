"""Each route catches a fault planted in each of the others.

A fault lets a false statement through its own route, which is shown first, so that the plant is
known to work. Each of the other two, alone and untouched, refuses that statement; and a fault by
which one route refuses what is true stops the proof. Random statements find faults of every kind
that has been met.
"""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    Determinant,
    HadamardProduct,
    Identity,
    MatPow,
    Trace,
    Transpose,
    ZeroMatrix,
    erf,
    log,
    tanh,
)

from gradproof import NotProved, dims, eye, gradient, matrix, ones, prove, scalar, total
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.language.unfold import GradientAt
from gradproof.routes import entries, kernel, numbers
from gradproof.routes.entries import explicit
from gradproof.routes.kernel import calculus, decide, functions, matrices, powers, scalars, sums
from gradproof.routes.kernel.terms import ONE, Poly, of_atom, plus
from gradproof.routes.numbers import calculus as evaluation_calculus
from gradproof.routes.numbers import evaluation, reals
from gradproof.routes.numbers.reals import ZERO

from .fuzz.faults import FAULTS as SOUGHT
from .fuzz.faults import forget
from .fuzz.judges import Finding
from .fuzz.run import run

M, N = dims("m n")
A, B, W = matrix("A", M, N), matrix("B", M, N), matrix("W", N, N)
t, u = scalar("t"), scalar("u")
ROUTES = {"kernel": kernel, "entries": entries, "numbers": numbers}
SLOPE = gradient(total(A), A)


def _logs_of_terms(argument):
    return plus(*(functions.logarithm(Poly([term])) for term in argument))


def _slope_of_log_forgotten(atom):
    return of_atom(atom) if atom.head == "log" else functions.slope(atom)


#: Where a fault is planted (an object and an attribute, or a table and a key), what stands there
#: instead, and a false statement that it lets through.
FAULTS = {
    ("kernel", "log of a sum"): (
        (scalars, "logarithm", _logs_of_terms),
        (log(t**2 + u**2), log(t**2) + log(u**2)),
    ),
    ("kernel", "every sign is plus"): (
        (powers, "is_nonnegative", lambda _: True),
        (Abs(t * u), t * u),
    ),
    ("kernel", "slope of the logarithm"): (
        (calculus, "slope", _slope_of_log_forgotten),
        (gradient(log(t**2 + 1), t), 2 * t * log(t**2 + 1)),
    ),
    ("kernel", "an entry moves all others"): (
        (calculus, "delta", lambda i, j: ONE),
        (SLOPE, M * N * ones(M, N)),
    ),
    ("kernel", "any two places are one"): (
        (matrices, "deltas", lambda rows, cols: ONE),
        (eye(N), ones(N, N)),
    ),
    ("kernel", "sums over nothing are 1"): (
        (sums, "extent", lambda sort: ONE),
        (total(ones(M, N)), 1),
    ),
    ("kernel", "Jacobi's formula without the adjugate"): (
        (calculus, "slope_of_determinant", lambda atom, inner, row, col: inner),
        (gradient(Determinant(W), W), ones(N, N)),
    ),
    ("kernel", "transposes overlooked"): (
        (
            matrices._MATRICES,
            Transpose,
            lambda reader, e, rows, cols: reader.entry(e.arg, rows, cols),
        ),
        (W.T, W),
    ),
    ("kernel", "everything vanishes"): (
        (decide, "vanishes", lambda poly: True),
        (SLOPE, -ones(M, N)),
    ),
    ("entries", "transposes overlooked"): (
        (explicit._RULES, Transpose, lambda at, e: at.value(e.arg)),
        (W.T, W),
    ),
    ("kernel", "powers overlooked"): (
        (
            matrices._MATRICES,
            MatPow,
            lambda reader, e, rows, cols: reader.entry(e.base, rows, cols),
        ),
        (W**M, W),
    ),
    ("entries", "powers overlooked"): (
        (explicit._RULES, MatPow, lambda at, e: at.value(e.base)),
        (W**M, W),
    ),
    ("numbers", "powers overlooked"): (
        (evaluation._RULES, MatPow, lambda at, scope, e: at.at(scope, e.args[0])),
        (W**M, W),
    ),
    ("entries", "products for sums"): (
        (explicit._RULES, HadamardProduct, explicit._entrywise(lambda a, b: a + b)),
        (HadamardProduct(A, B), A + B),
    ),
    ("entries", "nothing moves"): (
        (explicit._RULES, GradientAt, explicit._constant(lambda i, j: 0)),
        (SLOPE, ZeroMatrix(M, N)),
    ),
    ("entries", "tanh is the identity"): (
        (explicit._RULES, tanh, lambda at, e: at.value(e.args[0])),
        (tanh(t), t),
    ),
    ("entries", "the residual is 0"): (
        (entries.route, "_check_entry", lambda *_: None),
        (SLOPE, -ones(M, N)),
    ),
    ("numbers", "transposes overlooked"): (
        (evaluation._RULES, Transpose, lambda at, scope, e: at.at(scope, e.args[0])),
        (W.T, W),
    ),
    ("numbers", "ones for the identity"): (
        (evaluation._RULES, Identity, evaluation._constant(lambda i, j: 1)),
        (eye(N), ones(N, N)),
    ),
    ("numbers", "slopes that vanish"): (
        (evaluation_calculus, "_slope", lambda value, scope, direction: ZERO),
        (SLOPE, ZeroMatrix(M, N)),
    ),
    ("numbers", "erf is tanh"): (
        (evaluation._RULES, erf, lambda at, scope, e: reals.tanh(at.at(scope, e.args[0]))),
        (erf(t), tanh(t)),
    ),
    ("numbers", "any two values are close"): (
        (numbers.route, "differ", lambda one, other: False),
        (SLOPE, -ones(M, N)),
    ),
}


def plant(monkeypatch, where, what, instead):
    put = monkeypatch.setitem if isinstance(where, dict) else monkeypatch.setattr
    put(where, what, instead)


def accepts(route, statement):
    try:
        ROUTES[route].check(statement)
    except Undecided:
        return False
    return True


@pytest.mark.parametrize(("faulty", "name"), FAULTS)
def test_the_other_routes_catch_it(faulty, name, monkeypatch):
    place, false = FAULTS[faulty, name]
    statement = Statement(*false)
    assert not any(accepts(route, statement) for route in ROUTES)
    plant(monkeypatch, *place)
    assert accepts(faulty, statement)
    assert not any(accepts(route, statement) for route in ROUTES if route != faulty)
    with pytest.raises(NotProved):
        prove(*false)


TRUE = [
    ("kernel", "an entry moves all others", (SLOPE, ones(M, N))),
    ("kernel", "transposes overlooked", (total(HadamardProduct(W, W.T)), Trace(W * W))),
    ("kernel", "sums over nothing are 1", (total(ones(M, N)), M * N)),
    ("entries", "nothing moves", (SLOPE, ones(M, N))),
    ("entries", "products for sums", (HadamardProduct(A, ones(M, N)), A)),
    ("numbers", "slopes that vanish", (SLOPE, ones(M, N))),
    ("numbers", "ones for the identity", (total(eye(N)), N)),
]


@pytest.mark.parametrize(("faulty", "name", "true"), TRUE)
def test_a_route_that_refuses_stops_the_proof(faulty, name, true, monkeypatch):
    prove(*true)
    plant(monkeypatch, *FAULTS[faulty, name][0])
    assert [route for route in ROUTES if not accepts(route, Statement(*true))] == [faulty]
    with pytest.raises(NotProved):
        prove(*true)


#: Random statements of so many seeds, so many each, are tried until a planted fault is found.
SEEDS, EACH = 30, 50


def try_many(kind):
    for seed in range(SEEDS):
        run(seed, EACH, [kind], often=0.2)


@pytest.mark.parametrize("name", SOUGHT)
def test_random_statements_find_it(name, monkeypatch):
    kind, places = SOUGHT[name]
    for place in places:
        plant(monkeypatch, *place)
    forget()
    try:
        with pytest.raises(Finding):
            try_many(kind)
    finally:
        forget()
