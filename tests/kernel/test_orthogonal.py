"""The assumption that a matrix is orthogonal, and near misses."""

from __future__ import annotations

import pytest
from sympy import HadamardProduct, Trace

from gradproof import dims, eye, gradient, inner, matrix, norm, ones, prove, total, vector
from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel import check

n, m = dims("n m")
Q, R = matrix("Q", n, n, orthogonal=True), matrix("R", n, n, orthogonal=True)
A, M = matrix("A", n, n), matrix("M", n, m)
x, a = vector("x", n), vector("a", n)

TRUE = {
    "rows": (Q * Q.T, eye(n)),
    "columns": (Q.T * Q, eye(n)),
    "inverse": (Q.I, Q.T),
    "norm": (norm(Q * x), norm(x)),
    "inner product": (inner(Q * x, Q * a), inner(x, a)),
    "trace": (Trace(Q * A * Q.T), Trace(A)),
    "squares": (inner(Q * M, Q * M), norm(M) ** 2),
    "two of them": ((Q * R) * (Q * R).T, eye(n)),
    "gradient": (gradient(norm(Q * x - a) ** 2, x), 2 * (x - Q.T * a)),
    "power": (Q**2 * Q.T, Q),
}
FALSE = {
    "product": (Q * Q, eye(n)),
    "another": (Q * R.T, eye(n)),
    "sum": (total(Q), n),
    "three": (inner(Q * x, Q.T * a), inner(x, a)),
    "not orthogonal": (A * A.T, eye(n)),
    "entrywise": (HadamardProduct(Q, Q), eye(n)),
    "trace": (Trace(Q * A * Q), Trace(A)),
    "sums": (ones(1, n) * Q, ones(1, n)),
}


@pytest.mark.parametrize("name", TRUE)
def test_proved_for_all_shapes(name):
    check(Statement(*TRUE[name]))


@pytest.mark.parametrize("name", ["inner product", "gradient"])
def test_proved_by_all_routes(name):
    assert prove(*TRUE[name]).certificate["scope"] == "all shapes"


@pytest.mark.parametrize("name", FALSE)
def test_refused(name):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[name]))
