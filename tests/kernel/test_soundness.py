"""False statements that the index proof, or all routes together, once accepted.

Each was found by reading the rules for the reference page on the kernel; each must be refused.
A statement may be refused by name (``NoRule``): then the other routes decide it.
"""

from __future__ import annotations

import contextlib

import pytest
from sympy import (
    Abs,
    Determinant,
    Dummy,
    HadamardPower,
    Integer,
    Inverse,
    KroneckerProduct,
    MatMul,
    Matrix,
    Symbol,
    Trace,
    ZeroMatrix,
)
from sympy.core.symbol import Str

from gradproof import (
    NotProved,
    define,
    dims,
    eye,
    function,
    gradient,
    inner,
    jacobian,
    matrix,
    ones,
    prove,
    scalar,
    total,
    vector,
)
from gradproof.errors import BadName, ShapeMismatch, StatementError, Undecided
from gradproof.language.functions import FunctionOfMatrix
from gradproof.language.statement import Statement
from gradproof.routes.kernel import check

C, D, N, K = dims("C D N K")
A, X = matrix("A", N, N), matrix("X", C, N)
t, x, y = scalar("t"), vector("x", N), vector("y", N)
Y, S = matrix("Y", C, N, column_sums=1), define("S", matrix("Y", C, N, column_sums=1))
swap = jacobian(X.T, X)  # reads Xᵀ column by column: it permutes the entries of X
NAMED_EXP = FunctionOfMatrix(Str("exp"), X)  # function("exp") is refused
same = jacobian(X, X)  # the identity, of C·N rows
w = matrix("w", 2, 2)
u, v = vector("P", N, positive=True), matrix("V", N, N, positive=True)
far = HadamardPower(total(u) * ones(N) + v * ones(N), -1)

FALSE = {
    # S is free to move away from Y, whose columns sum to 1.
    "a name for a constrained matrix": (gradient(total(S), S), ZeroMatrix(C, N)),
    # Rows (column of X, row of X) are not rows (row of X, column of X).
    "trace of a permutation": (Trace(swap), C),
    "square of a permutation": (swap * swap, eye(C * N)),
    "entry of a permutation": (jacobian(w.T, w)[1, 1], Integer(1)),
    # The column sums run over both indices of a split axis.
    "half of a column sum": (
        MatMul(ones(1, C * N), same, matrix("Z", C * N, K, column_sums=1)),
        C * ones(1, K),
    ),
    "symmetric in half of an index": (
        MatMul(swap.T, matrix("Z", C * N, C * N, symmetric=True), same),
        MatMul(matrix("Z", C * N, C * N, symmetric=True), same),
    ),
    # The column of a diagonal matrix has one entry, and each such entry is 1.
    "diagonal with column sums": (
        Trace(matrix("Q", N, N, diagonal=True, column_sums=1)),
        Integer(1),
    ),
    # An arbitrary function of columns tells nothing of one of rows.
    "a row for a column": (function("F")(x), function("F")(x.T)),
    # The entry that a function is applied to is a constant in the function's own derivative.
    "a derivative within a function": (
        (t * A).applyfunc(lambda d: gradient(d * t, t)),
        2 * t * A,
    ),
    # Two derivatives, one in the other, of variables of one shape.
    "a derivative within a derivative": (
        gradient(inner(gradient(inner(x, A * y), x), y), y),
        (A + A.T) * x,
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_refused_by_the_index_proof(name):
    with pytest.raises(Undecided):
        check(Statement(*FALSE[name]))


@pytest.mark.parametrize("name", FALSE)
def test_refused_by_all_routes(name):
    with pytest.raises(NotProved):
        prove(*FALSE[name])


def test_a_function_named_exp_is_not_the_exponential():
    """It may be negative."""
    with pytest.raises(Undecided):
        check(Statement.of_primitives(Abs(NAMED_EXP), NAMED_EXP))
    with pytest.raises(BadName, match="reads as a function"):
        prove(Abs(NAMED_EXP), NAMED_EXP)


def test_names_of_bound_variables_are_not_for_symbols():
    with pytest.raises(BadName, match="begins with '_'"):
        prove(gradient(t * Symbol("_1", real=True), t), 2 * t)


@pytest.mark.parametrize("z", [Symbol("z", imaginary=True), Dummy("z"), Dummy("z", real=True)])
def test_symbols_that_are_not_real_or_have_no_name_of_their_own(z):
    """|z|² = z² is false for imaginary z; two dummies of one name are two symbols."""
    with pytest.raises(StatementError):
        prove(Abs(z) ** 2, z**2)


@pytest.mark.parametrize("kind", [Determinant, Trace, Inverse])
def test_only_square_matrices_have_a_determinant(kind):
    """SymPy leaves it open whether C×N is square; a statement does not."""
    with pytest.raises(ShapeMismatch):
        prove(kind(X), kind(X))
    with pytest.raises(ShapeMismatch):
        Statement(KroneckerProduct(X, X.T).I, KroneckerProduct(X, X.T).I)


def test_what_is_true_beside_it_is_proved():
    check(Statement(gradient(total(S), S), ones(C, N)))
    check(Statement(gradient(inner(gradient(inner(x, A * y), x), y), y), (A + A.T) * y))
    check(Statement((t * A).applyfunc(lambda d: gradient(d * t, t)), t * A))
    check(Statement(same, eye(C * N)))
    check(Statement(same * same, same))
    check(Statement(swap.T * swap, eye(C * N)))
    check(Statement(jacobian(w.T, w)[1, 2], Integer(1)))


def test_a_sum_does_not_cancel_against_a_divisor_that_moves_with_it():
    """Σ_k u_k / (Σ_j u_j + Σ_j V_kj): the index k is in the divisor, so nothing cancels."""
    check(Statement(inner(u, far), total(far.T * u)))
    check(Statement(inner(u, far) ** 2, inner(u, far) * total(far.T * u)))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (same * (eye(C * N) + matrix("M", C * N, C * N)), eye(C * N) + matrix("M", C * N, C * N)),
        (jacobian(w, w), Matrix(4, 4, lambda i, j: int(i == j))),
        (Trace(matrix("M", C * N, C * N) * same), Trace(matrix("M", C * N, C * N))),
    ],
)
def test_split_axes_that_meet_others_end_in_a_verdict(left, right):
    """Proved, or left to the other routes; never an error of Python's."""
    with contextlib.suppress(Undecided):
        check(Statement(left, right))
