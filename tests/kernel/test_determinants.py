"""Logarithms of determinants of multiples and of Kronecker products, and their near misses."""

from __future__ import annotations

from random import Random

import pytest
from flint import fmpq
from sympy import Determinant, HadamardProduct, KroneckerProduct, log
from sympy import Matrix as SympyMatrix

from gradproof import NotProved, dims, eye, gradient, logdet, matrix, ones, prove, scalar
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel import check
from gradproof.routes.numbers.grids import determinant

m, n, k = dims("m n k")
A, D, B, E = matrix("A", n, n), matrix("D", n, n), matrix("B", m, m), matrix("E", k, k)
P, Q = matrix("P", n, n, positive_definite=True), matrix("Q", m, m, positive_definite=True)
R, S = matrix("R", n, m), matrix("S", m, n)
c, t = scalar("c", positive=True), scalar("t", nonzero=True)
kron = KroneckerProduct

TRUE = {
    "a positive multiple": (logdet(c * A), n * log(c) + logdet(A)),
    "a multiple": (2 * logdet(t * A), n * log(t**2) + 2 * logdet(A)),
    "a number": (logdet(A * 3 / 2), n * log(3) - n * log(2) + logdet(A)),
    "the negative": (logdet(-A), logdet(A)),
    "a multiple of a definite matrix": (log(Determinant(c * P)), n * log(c) + log(Determinant(P))),
    "a multiple, with its sign": (log(Determinant(c * A)), n * log(c) + log(Determinant(A))),
    "a multiple of a sum": (logdet(2 * c * A + c * D), n * log(c) + logdet(2 * A + D)),
    "the negative of a sum": (
        log(Determinant(-3 * A - 3 * D.T) ** 2),
        2 * n * log(3) + 2 * logdet(D + A.T),
    ),
    "zero": (logdet(A) + logdet(0 * A), logdet(0 * A) + logdet(A)),
    "a multiple of the identity": (logdet(c * eye(n)), n * log(c)),
    "kron": (logdet(kron(A, B)), m * logdet(A) + n * logdet(B)),
    "kron of three": (
        logdet(kron(A, B, E)),
        m * k * logdet(A) + n * k * logdet(B) + n * m * logdet(E),
    ),
    "kron of transposes": (logdet(kron(A, B).T), m * logdet(A.T) + n * logdet(B)),
    "kron with the identity": (logdet(kron(A, eye(m))), m * logdet(A)),
    "kron of products": (logdet(kron(A, HadamardProduct(B, B))),
                         n * logdet(HadamardProduct(B, B)) + m * logdet(A)),
    "a multiple of kron": (logdet(c * kron(P, Q)), m * n * log(c) + logdet(kron(P, Q))),
    "kron of definite matrices": (
        log(Determinant(kron(P, Q))),
        m * log(Determinant(P)) + n * log(Determinant(Q)),
    ),
    "kron of rectangles": (logdet(2 * kron(R, S)), m * n * log(2) + logdet(kron(R, S))),
    "slope in a multiple": (gradient(logdet(c * A), c), n / c),
}  # fmt: skip
FALSE = {
    "a multiple, once": (logdet(c * A), log(c) + logdet(A)),
    "a multiple, sign": (logdet(c * A), logdet(A) - n * log(c)),
    "the negative, with its sign": (log(Determinant(-A)), log(Determinant(A))),
    "a multiple of a part": (logdet(c * A + D), n * log(c) + logdet(A + D)),
    "kron, sizes swapped": (logdet(kron(A, B)), n * logdet(A) + m * logdet(B)),
    "kron, no sizes": (logdet(kron(A, B)), logdet(A) + logdet(B)),
    "Hadamard": (logdet(HadamardProduct(A, D)), logdet(A) + logdet(D)),
    "a multiple of kron, one size": (logdet(c * kron(A, B)), n * log(c) + logdet(kron(A, B))),
    "a sum of kron": (logdet(kron(A, B) + kron(D, B)), m * logdet(A) + n * logdet(B)),
    "slope": (gradient(logdet(c * A), c), 1 / c),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_shapes(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize(
    "name", ["a positive multiple", "the negative of a sum", "kron", "kron of definite matrices"]
)
def test_proved_by_all_routes(name):
    assert prove(*TRUE[name]).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused_by_the_index_proof(name):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[name]))


@pytest.mark.parametrize("name", ["a multiple, once", "kron, sizes swapped", "Hadamard"])
def test_refused_by_all_routes(name):
    with pytest.raises(NotProved):
        prove(*FALSE[name])


def test_only_positive_multiples_of_a_definite_matrix_are_definite():
    for M, known in ((c * P, True), (t * P, False), (-c * P, False), (c * ones(n, n), False)):
        value = log(Determinant(M))
        proof = check(Statement(2 * value, value + log(Determinant(M))))
        assert bool(proof.conditions) is not known, M


def test_determinants_of_numbers():
    """With a zero where a first pivot would stand; singular ones too; against SymPy's."""
    chance = Random(7)
    for size in (1, 2, 3, 6, 6):
        rows = [[chance.randint(-5, 5) for _ in range(size)] for _ in range(size)]
        rows[0][0] = 0
        grid = [[fmpq(entry) for entry in row] for row in rows]
        assert determinant(grid) == int(SympyMatrix(rows).det())
    assert determinant([[fmpq(0)] * 6] * 6) == 0
    mirror = [[fmpq(int(i + j == 5)) for j in range(6)] for i in range(6)]
    assert determinant(mirror) == -1
