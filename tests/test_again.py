"""Certificates proved again: each true one is, and none that was changed in any field."""

from __future__ import annotations

import copy
import io
import json

import pytest
from sympy import HadamardProduct

from gradproof import (
    chain,
    define,
    derive,
    dims,
    function,
    gradient,
    matrix,
    norm,
    ones,
    prove,
    refute,
    scalar,
    vector,
)
from gradproof.check import again
from gradproof.check.reading import read
from gradproof.language.statement import Statement
from gradproof.verdict import display
from gradproof.verdict.snippet import snippet

C, D, H, N = dims("C D H N")
W, X, T = matrix("W", C, D), matrix("X", D, N), matrix("T", C, N)
K = matrix("K", N, N)
S = define("S", W * X)
w, y, t = vector("w", D), vector("y", N), scalar("t")
L = function("L")
Q = define("Q", norm(S) ** 2)


def plain(verdict):
    """The certificate as it leaves a kernel."""
    return json.loads(json.dumps(verdict.certificate))


def network():
    """A chain whose steps SymPy would put into another order."""
    phi = function("phi")
    Z = define("Z", matrix("V", H, D) * X + vector("c", H) * ones(1, N))
    return derive(L(matrix("U", C, H) * define("A", Z.applyfunc(phi))), matrix("V", H, D))


CLAIMS = {
    "proof": lambda: prove((W * X).T, X.T * W.T, name="an-id"),
    "with a condition": lambda: prove(K.I.T, K.T.I),
    "with an axiom": lambda: prove(gradient(L(W * X), W), gradient(L(W * X), W * X) * X.T),
    "at this shape": lambda: prove(matrix("M", 2, 3)[0, 1] * 2, matrix("M", 2, 3)[0, 1] * 2),
    "with a hypothesis": lambda: prove(K * X.T * 2, X.T * 2, given=[(K * X.T, X.T)]),
    "refuted": lambda: refute(W, 2 * W, name="wrong"),
    "factor before a sum": lambda: prove(2 * (S - T) * X.T, (S - T) * X.T + (S - T) * X.T),
    "sign before a sum": lambda: prove(-(S - T) * X.T, (T - S) * X.T),
    "entrywise": lambda: prove(
        HadamardProduct(T, S) * X.T, HadamardProduct(S, T, evaluate=False) * X.T
    ),
    "chain": lambda: chain(
        gradient(Q, W), (gradient(Q, S) * X.T, "a product"), (2 * S * X.T, "a square"), name="steps"
    ),
    "derivation": lambda: derive(norm(S - T) ** 2, W),
    "two places": lambda: derive(norm(X.T * w - y) ** 2 / (2 * N) + t / 2 * norm(w) ** 2, w),
    "network": network,
}


@pytest.fixture(scope="module")
def certificates():
    return {name: plain(make()) for name, make in CLAIMS.items()}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_true_certificate_is_proved_again(certificates, name):
    assert again.problem(certificates[name]) == ""


def _others(value):
    """Values that are not this one."""
    if isinstance(value, str):
        return [value + "2", value.replace("W", "X")] if "W" in value else [value + "2"]
    if isinstance(value, list):
        return [[], [*value, *value]] if value else [["more"]]
    if isinstance(value, dict):
        return [{**value, key: other} for key in value for other in _others(value[key])]
    return [1]


FIELDS = ("statement", "where", "variables", "assumptions", "conditions", "axioms", "scope")
MORE = ("verdict", "kind", "steps", "counterexample", "failure", "versions", "pieces")


@pytest.mark.parametrize("name", ["proof", "with a condition", "refuted", "chain", "at this shape"])
@pytest.mark.parametrize("field", [*FIELDS, *MORE])
def test_a_changed_field_is_a_problem(certificates, name, field):
    told = certificates[name]
    for other in _others(told[field]):
        changed = {**copy.deepcopy(told), field: other}
        if changed != told and not _doubled(field, other, told[field]):
            assert again.problem(changed), (field, other)


def _doubled(field, other, value):
    """A condition or axiom told twice is told."""
    return field in ("axioms",) and {*map(str, other)} == {*map(str, value)}


def test_a_program_that_does_more_than_state_is_not_run(certificates):
    told = copy.deepcopy(certificates["proof"])
    told["statement"]["sympy"] = 'print("run")\nprove(1, 1)'
    assert "it fails" in again.problem(told)


def test_the_step_of_a_chain_is_what_it_says(certificates):
    for key in ("latex", "text", "sympy"):
        told = copy.deepcopy(certificates["chain"])
        told["steps"][0][key] = told["steps"][1][key]
        assert again.problem(told)


def test_what_is_told_only_is_left_out(certificates):
    told = {**certificates["proof"], "seconds": 99, "mutants": {"refused": 1, "equal": 0}}
    assert again.problem(told) == ""


def test_a_shown_definition_is_printed_again():
    programs = [snippet(Statement(S, S)), snippet(Statement(W, W))]
    record = {"kind": "shown", "latex": display.row([S, W]), "programs": programs}
    assert again.problem(record) == ""
    assert again.problem({**record, "programs": programs[:1]})
    assert again.problem({**record, "latex": record["latex"].replace("X", "W")})
    assert again.problem({**record, "programs": [snippet(Statement(S, W * X)), programs[1]]})


def test_answers_come_one_a_line(certificates, monkeypatch):
    monkeypatch.setenv("GRADPROOF_GATE", "1")
    answers = io.BytesIO()
    again.answer([certificates["proof"], {**certificates["proof"], "scope": "x"}], answers)
    first, second = map(json.loads, answers.getvalue().splitlines())
    assert first == ""
    assert "scope" in second


def test_products_are_read_as_they_are_written():
    code = snippet(Statement(2 * (S - T) * X.T, 2 * S * X.T - 2 * T * X.T))
    as_written = Statement(*read(code, written=True))
    assert snippet(as_written) == code
