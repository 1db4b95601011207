"""Derivations in steps."""

from __future__ import annotations

import pytest

from gradproof import (
    NotProved,
    chain,
    cross_entropy,
    define,
    dims,
    gradient,
    matrix,
    prove,
    softmax,
)
from gradproof.errors import BadName, StatementError

C, D, N = dims("C D N")
W, X = matrix("W", C, D), matrix("X", D, N)
Y = matrix("Y", C, N, column_sums=1)
S = define("S", W * X)
P = define("P", softmax(S))
L = define("L", cross_entropy(P, Y))
STEPS = (
    (gradient(L, S) * X.T, "the chain rule through S = WX"),
    ((P - Y) * X.T / N, "softmax and cross-entropy together"),
)


def test_a_chain_proves_its_ends_equal():
    proved = chain(gradient(L, W), *STEPS, name="softmax-ce-W")
    told = proved.certificate
    assert (told["verdict"], told["kind"], told["scope"]) == ("proved", "chain", "all shapes")
    assert [step["reason"] for step in told["steps"]] == [reason for _, reason in STEPS]
    assert (proved.lhs, proved.rhs) == (gradient(L, W), STEPS[-1][0])
    assert len(list(proved)) == len(proved.links) == 2
    assert [route["route"] for route in told["routes"]] == ["all shapes", "entries", "numbers"]
    assert "the chain rule" in repr(proved)


def test_a_link_that_fails_fails_the_chain_by_its_id():
    wrong = ((P + Y) * X.T / N, "a wrong sign")
    with pytest.raises(NotProved) as failed:
        chain(gradient(L, W), STEPS[0], wrong, name="softmax-ce-W")
    assert failed.value.certificate["id"] == "softmax-ce-W"
    assert all(link.certificate["id"] is None for link in chain(gradient(L, W), *STEPS, name="a"))


def test_a_wrong_link_fails_even_if_the_ends_agree():
    wrong = ((2 * gradient(L, S) * X.T, "a slip"), STEPS[1])
    with pytest.raises(NotProved):
        chain(gradient(L, W), *wrong)


def test_one_link_at_a_known_shape_makes_the_chain_so():
    w = matrix("W", 3, 2)
    told = chain(w[0, 0] * 2, (w[0, 0] + w[0, 0], "twice")).certificate
    assert told["scope"] == "this shape"


@pytest.mark.parametrize("steps", [(), (W,), ((W, 3),), ((W, "a", None),)])
def test_malformed_steps(steps):
    with pytest.raises(StatementError):
        chain(W, *steps)


def test_a_step_says_what_it_rests_on():
    proof = prove(gradient(L, S), (P - Y) / N, name="softmax-ce")
    cited = ((*STEPS[0], "matmul-W"), (*STEPS[1], proof, "hadamard"))
    steps = chain(gradient(L, W), *cited).certificate["steps"]
    assert [step["uses"] for step in steps] == [["matmul-W"], ["softmax-ce", "hadamard"]]
    assert chain(W, (W, "itself")).certificate["steps"][0]["uses"] == []


@pytest.mark.parametrize("rest", ["no good", 3, prove(W, W)])
def test_what_a_step_rests_on_has_an_id(rest):
    with pytest.raises(StatementError):
        chain(W, (W, "itself", rest))


def test_a_bad_name():
    with pytest.raises(BadName):
        chain(W, (W, "itself"), name="no good")
