"""Verdicts: every route must accept, and none of them is needed to refuse what is false."""

from __future__ import annotations

import json
import time

import pytest
from sympy import Abs, HadamardProduct, Matrix, Rational, exp, log, sqrt

from gradproof import (
    NotProved,
    NotRefuted,
    StatementError,
    cross_entropy,
    define,
    dims,
    function,
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
from gradproof.errors import AccidentalSizes, BadName, ShapeMismatch
from gradproof.routes import entries, kernel, numbers
from gradproof.verdict import prover
from gradproof.verdict import publish as report

C, D, N = dims("C D N")
W, X = matrix("W", C, D), matrix("X", D, N)
Y = matrix("Y", C, N, column_sums=1)
S = define("S", W * X)
P = define("P", softmax(S))
L = define("L", cross_entropy(P, Y))
F = function("F")
x, a, t, u = vector("x", N), vector("a", N), scalar("t"), scalar("u")

FALSE = {
    "sign": (gradient(L, W), -(P - Y) * X.T / N),
    "C for N": (gradient(L, W), (P - Y) * X.T / C),
    "by 0.05 %": (gradient(L, W), Rational(10005, 10000) * (P - Y) * X.T / N),
    "any loss, by 0.05 %": (gradient(F(S), W), Rational(9995, 10000) * gradient(F(S), S) * X.T),
    "labels without sum": (
        gradient(cross_entropy(P, matrix("T", C, N)), S),
        (P - matrix("T", C, N)) / N,
    ),
    "root of a square": (sqrt(t**2 + 2 * t * u + u**2), t + u),
    "modulus": (Abs(t), t),
    "logarithm of a product": (norm(x) ** 2, total(x) ** 2),
}


class Sabotage:
    """Routes that accept whatever they are given."""

    def kernel(self, statement):
        return kernel.IndexProof(())

    def entries(self, statement, sizes=None):
        return entries.EntriesReport({}, 1, "")

    def numbers(self, statement, *_args, **_kwargs):
        return numbers.NumbersReport((), 3, 40, "")


ROUTES = {"kernel": kernel, "entries": entries, "numbers": numbers}


@pytest.mark.parametrize("name", FALSE)
@pytest.mark.parametrize("honest", ROUTES)
def test_each_route_alone_refuses_what_is_false(name, honest, monkeypatch):
    for route, module in ROUTES.items():
        if route != honest:
            monkeypatch.setattr(module, "check", getattr(Sabotage(), route))
    with pytest.raises(NotProved):
        prove(*FALSE[name])


def test_all_routes_sabotaged_would_accept(monkeypatch):
    """The sabotage above really takes the other routes away."""
    for route, module in ROUTES.items():
        monkeypatch.setattr(module, "check", getattr(Sabotage(), route))
    prove(*FALSE["sign"])


def test_a_proof_says_what_was_done():
    proof = prove(gradient(L, W), (P - Y) * X.T / N, name="softmax-ce-W")
    told = proof.certificate
    assert (told["id"], told["verdict"], told["scope"]) == ("softmax-ce-W", "proved", "all shapes")
    assert [route["route"] for route in told["routes"]] == ["all shapes", "entries", "numbers"]
    assert told["routes"][1]["sizes"] == {"C": 3, "D": 2, "N": 4}
    assert told["routes"][1]["entries"] == 6
    assert told["routes"][2]["digits"] == 40
    assert told["assumptions"][0]["text"] == "every column of Y sums to 1"
    assert not told["conditions"]
    assert json.loads(json.dumps(told)) == told
    assert "proved for all shapes" in repr(proof)
    assert (proof.lhs, proof.rhs) == (gradient(L, W), (P - Y) * X.T / N)


def test_a_failure_is_worth_reading():
    with pytest.raises(NotProved) as caught:
        prove(gradient(L, W), (P - Y) * X.T / C, name="softmax-ce-W")
    message = str(caught.value)
    for part in (
        "softmax-ce-W: not proved",
        "left − right =",
        "differ at C = 2, D = 1, N = 1",
        "W = [[0], [0]]",
        "0.25",
    ):
        assert part in message
    assert caught.value.certificate["failure"]["counterexample"]


def test_conditions_are_stated():
    proof = prove(gradient(norm(x - a), x), (x - a) / norm(x - a))
    assert [c["text"] for c in proof.certificate["conditions"]]
    assert proof.certificate["scope"] == "all shapes"


def test_known_sizes_are_proved_at_that_shape_only():
    w, data = matrix("W", 3, 2), matrix("X", 2, 4)
    loss = cross_entropy(softmax(w * data), [0, 2, 1, 1])
    proof = prove(gradient(loss, w)[0, 1], gradient(loss, w).T[1, 0])
    assert proof.certificate["scope"] == "this shape"


n = dims("n")


@pytest.mark.parametrize("size", [n, 3])
def test_accidents_of_equal_sizes_are_refused(size):
    """With C = N, dividing by the number of classes would look right."""
    w, data = matrix("W", size, size), matrix("X", size, size)
    targets = matrix("Y", size, size, column_sums=1)
    p = softmax(w * data)
    loss = cross_entropy(p, targets)
    with pytest.raises(AccidentalSizes, match="name or a value of its own"):
        prove(gradient(loss, w), (p - targets) * data.T / size)
    with pytest.raises(NotProved):
        prove(gradient(loss, w), (p - targets).T * data.T / size)
    prove(gradient(F(w * data), w), gradient(F(w * data), w * data) * data.T)
    with pytest.raises(NotProved):
        prove(gradient(F(w * data), w), gradient(F(w * data), w * data).T * data.T)


def test_sizes_that_must_be_equal_are_no_accident():
    square = matrix("A", n, n)
    v = vector("v", n)
    prove(gradient(inner(v, square * v), v), (square + square.T) * v)
    prove(gradient(F(square * square), square), gradient(F(square * square), square))


def test_hard_labels_at_every_route():
    y = labels("y", N, C)
    proof = prove(gradient(cross_entropy(P, y), S), (P - y) / N)
    assert "label" in str(proof.certificate["assumptions"])


@pytest.mark.parametrize("name", ["", "a b", "-x", "x-", "softmax_ce", 3])
def test_bad_identity_names(name):
    with pytest.raises(BadName, match="id of an identity"):
        prove(t, t, name=name)


def test_a_claim_that_is_no_statement_raises_its_own_error():
    with pytest.raises(ShapeMismatch):
        prove(W, X)
    with pytest.raises(ShapeMismatch):
        refute(W, X)


def test_refute_gives_an_exact_point():
    found = refute(gradient(L, W), (P - Y) * X.T / C, name="wrong-average")
    told = found.certificate
    assert told["verdict"] == "refuted"
    assert told["counterexample"]["lhs"] != told["counterexample"]["rhs"]
    assert "≠" in repr(found)


def test_what_is_true_is_not_refuted(monkeypatch):
    monkeypatch.setattr(prover, "SEARCH_LIMIT", 0.3)
    with pytest.raises(NotRefuted):
        refute(W * X, (X.T * W.T).T)


def test_a_false_statement_that_holds_almost_everywhere_numbers_look():
    """Equal wherever t ≥ 0: numbers must look on both sides."""
    with pytest.raises(NotProved):
        prove(sqrt(t**2), t)
    with pytest.raises(NotProved):
        prove(log(t**2), 2 * log(-t))


def test_no_point_in_the_domain_is_no_proof():
    with pytest.raises(NotProved):
        prove(log(-1 - t**2), log(-1 - t**2) + 0 * u)


def test_a_proof_that_takes_too_long_fails(monkeypatch):
    monkeypatch.setattr(prover, "TIME_LIMIT", 0.2)

    def spin(_statement):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            pass

    monkeypatch.setattr(kernel, "check", spin)
    with pytest.raises(NotProved, match=r"no verdict within 0.2 s"):
        prove(t, t)


def test_a_bomb_is_defused(monkeypatch):
    monkeypatch.setattr(prover, "TIME_LIMIT", 10.0)
    monkeypatch.setattr(prover, "SEARCH_LIMIT", 0.5)
    start = time.monotonic()
    with pytest.raises((NotProved, StatementError)):
        prove((exp(t) + exp(u) + t + u) ** 400, (exp(t) + exp(u) + t - u) ** 400)
    assert time.monotonic() - start < 60


def test_every_verdict_is_published_even_if_the_error_is_swallowed(monkeypatch):
    sent = []
    monkeypatch.setattr(prover, "publish", sent.append)
    prove(t, t)
    for claim in ((t, 2 * t), (t, W), (2.5 * t, t)):
        with pytest.raises((NotProved, StatementError)):
            prove(*claim, name="claim")
    refute(t, 2 * t)
    assert [told["verdict"] for told in sent] == ["proved", *["not proved"] * 3, "refuted"]
    assert report.wanted() is False


def test_mutants_are_counted_where_a_gate_listens(monkeypatch):
    monkeypatch.setenv(report.GATE, "1")
    proof = prove(gradient(L, S), (P - Y) / N, name="softmax-ce")
    assert proof.certificate["mutants"]["refused"] >= 6
    assert prove(t, t).certificate["mutants"] is None


def test_hadamard_and_broadcast():
    prove(HadamardProduct(P, ones(C, C) * P), P)


def test_entries_at_equal_sizes_speak_of_those_sizes():
    w, data = matrix("W", 3, 2), matrix("X", 2, 3)
    slope = gradient(F(w * data), w * data)
    by_hand = sum(data[0, k] * slope[0, k] for k in range(3))
    assert prove(gradient(F(w * data), w)[0, 0], by_hand).certificate["scope"] == "this shape"


def test_no_condition_that_always_holds():
    loss = cross_entropy(softmax(Matrix([t, 0, 0])), [0])
    assert not prove(loss, log(1 + 2 * exp(-t))).certificate["conditions"]


def test_whatever_breaks_off_a_proof_is_published(monkeypatch):
    sent = []
    monkeypatch.setattr(prover, "publish", sent.append)
    monkeypatch.setattr(kernel, "check", lambda statement: [][0])
    with pytest.raises(NotProved, match="IndexError"):
        prove(t, t)
    assert sent[0]["verdict"] == "not proved"


def test_the_slope_of_a_root_needs_more_than_the_root():
    told = prove(gradient(sqrt(t), t), 1 / (2 * sqrt(t))).certificate["conditions"]
    assert "t > 0" in [condition["text"] for condition in told]


def test_a_function_applied_again_and_again_is_not_called_different():
    """Three exponentials in each other once outgrew the digits, and a true claim was refuted."""
    phi, w = function("phi"), matrix("A", n, n)
    v = vector("v", n)
    deep = (w * (w * (w * v).applyfunc(phi)).applyfunc(phi)).applyfunc(phi)
    with pytest.raises(NotRefuted):
        refute(total(deep), inner(ones(n), deep))
