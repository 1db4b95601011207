"""For which sizes a claim is proved: all, some, or the one that its numbers name."""

from __future__ import annotations

import pytest
from sympy import KroneckerProduct, Trace, prod

from gradproof import (
    NotProved,
    define,
    dims,
    eye,
    gradient,
    inner,
    jacobian,
    matrix,
    mean,
    norm,
    ones,
    prove,
    total,
    vector,
)

N, c, d, m, n, E = dims("N c d m n E")
A, B, Z = matrix("A", 3, N), matrix("B", 3, 4), matrix("Z", c, d)


def outcome(left, right):
    certificate = prove(left, right).certificate
    return certificate["scope"], [route["route"] for route in certificate["routes"]]


ALL = ["all shapes", "entries", "numbers"]


@pytest.mark.parametrize(
    ("left", "right", "scope"),
    [
        (total(A), total(A.T), "all shapes"),
        (gradient(norm(B) ** 2, B), 2 * B, "all shapes"),
        (Trace(A * A.T) * Trace(eye(3)), 3 * inner(A, A), "all shapes"),
        (mean(A), total(A) / (3 * N), "every N"),
        (mean(B), total(B) / 12, "this shape"),
    ],
)
def test_numbers_among_the_sizes_are_told(left, right, scope):
    assert outcome(left, right) == (scope, ALL)


def test_a_claim_for_some_sizes_says_which():
    assert "proved for every N, other sizes as stated" in repr(prove(mean(A), total(A) / (3 * N)))


LETTERS = {
    "a trace of a Jacobian": (Trace(jacobian(Z.T, Z)), 2),
    "a Jacobian in another order": (jacobian(Z.T, Z), jacobian(Z, Z)),
    "a size": (Trace(jacobian(Z.T, Z)), c),
}


@pytest.mark.parametrize("name", LETTERS)
def test_letters_for_sizes_are_not_proved_at_one_shape(name):
    with pytest.raises(NotProved):
        prove(*LETTERS[name])


def test_what_two_routes_can_decide_is_said_with_numbers():
    V, u, g, x = matrix("V", 2, 6), vector("u", 2), vector("g", 2), vector("x", 3)
    both = KroneckerProduct(g, x) + KroneckerProduct(x, g)
    proof = prove(gradient(inner(u, V * both), V), u * both.T)
    assert [route["route"] for route in proof.certificate["routes"]] == ["entries", "numbers"]
    assert "proved at this shape only, by two routes" in repr(proof)


def test_a_factor_that_is_one_at_small_sizes_only_is_refused():
    V, x, u, g = matrix("V", m, E * d), vector("x", d), vector("u", m), vector("g", E)
    left, right = gradient(inner(u, V * KroneckerProduct(g, x)), V), u * KroneckerProduct(g, x).T
    assert outcome(left, right) == ("all shapes", ALL)
    with pytest.raises(NotProved):
        prove(left, (1 + prod(E - i for i in range(1, 6))) * right)


def test_a_named_product_is_proved_for_all_shapes():
    Y = define("Y", KroneckerProduct(matrix("C", m, n), Z))
    assert outcome(gradient(norm(Y) ** 2, Y), 2 * Y)[0] == "all shapes"


def test_ones_of_a_size_in_numbers():
    assert outcome(total(ones(3, N)), 3 * N)[1] == ALL
