"""What the language accepts, and what it refuses with a clear error."""

from __future__ import annotations

import pytest
from sympy import (
    Abs,
    HadamardProduct,
    I,
    MatrixSymbol,
    Sum,
    Symbol,
    Trace,
    besselj,
    exp,
    gamma,
    oo,
    preorder_traversal,
    tanh,
)

import gradproof
from gradproof import (
    cross_entropy,
    define,
    dims,
    eye,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    labels,
    matrix,
    mean,
    norm,
    ones,
    prove,
    relu,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)
from gradproof.errors import (
    BadName,
    ConstrainedVariable,
    DoesNotDepend,
    InexactNumber,
    NotAVariable,
    NotScalar,
    ShapeMismatch,
    StatementError,
    UnknownConstruct,
)
from gradproof.language.functions import one_hot
from gradproof.language.nodes import parts
from gradproof.language.statement import Statement

C, D, N = dims("C D N")
W, X, A = matrix("W", C, D), matrix("X", D, N), matrix("A", N, N)
Y = matrix("Y", C, N, column_sums=1)
S = W * X
L = cross_entropy(softmax(S), Y)
x, t = vector("x", N), scalar("t")
F = function("F")


def test_every_exported_name_exists():
    assert all(hasattr(gradproof, name) for name in gradproof.__all__)


REFUSED = {
    "product": (ShapeMismatch, lambda: W * W, "C×D"),
    "product on the left": (ShapeMismatch, lambda: (W * X) * W, "C×N"),
    "matmul": (ShapeMismatch, lambda: softmax(S) @ X, "N columns meet D rows"),
    "sum": (ShapeMismatch, lambda: W + X, "D×N"),
    "difference": (ShapeMismatch, lambda: (W * X) - W, "C×D"),
    "scalar added": (ShapeMismatch, lambda: W + t, "a scalar"),
    "sides": (ShapeMismatch, lambda: Statement(W, X), "D×N"),
    "scalar side": (ShapeMismatch, lambda: Statement(total(W), W), "a scalar"),
    "inner": (ShapeMismatch, lambda: inner(W, X), "C×D"),
    "labels shape": (ShapeMismatch, lambda: cross_entropy(softmax(S), W), "C×D"),
    "float": (InexactNumber, lambda: Statement(2.0 * W, W), "2.0"),
    "nested float": (InexactNumber, lambda: Statement(softmax(0.5 * S), S), "0.5"),
    "infinity": (InexactNumber, lambda: Statement(t * oo, t), "not a real number"),
    "complex": (InexactNumber, lambda: Statement(I * t, t), "not a real number"),
    "float size": (InexactNumber, lambda: matrix("W", 2.0, 3), "2.0"),
    "zero size": (StatementError, lambda: matrix("W", 0, 3), "positive whole number"),
    "negative size": (StatementError, lambda: vector("x", -1), "-1"),
    "symbol size": (StatementError, lambda: vector("x", Symbol("n")), "dims"),
    "empty name": (BadName, lambda: matrix("", C, D), "''"),
    "empty dims": (BadName, lambda: dims(" "), "dims"),
    "repeated dims": (BadName, lambda: dims("C C"), "twice"),
    "number name": (BadName, lambda: scalar("1"), "'1'"),
    "name of no string": (BadName, lambda: function(3), "3"),
    "one name, two symbols": (
        BadName,
        lambda: Statement(matrix("A", C, D) + matrix("A", C, D, positive=True), W),
        "two different things",
    ),
    "one name, symbol and definition": (
        BadName,
        lambda: Statement(define("W", S) * X.T, W),
        "two different things",
    ),
    "one name, two definitions": (
        BadName,
        lambda: Statement(define("P", S), define("P", softmax(S))),
        "two different things",
    ),
    "one name, symbol and function": (BadName, lambda: Statement(function("W")(W), t), "W"),
    "not a scalar": (NotScalar, lambda: gradient(S, W), "jacobian"),
    "hessian of a matrix": (NotScalar, lambda: hessian(S, W), "C×N"),
    "jacobian of a scalar": (StatementError, lambda: jacobian(t, x), "must be a matrix"),
    "missing variable": (DoesNotDepend, lambda: gradient(L, A), "does not occur"),
    "same name, other assumption": (
        DoesNotDepend,
        lambda: gradient(norm(Y), matrix("Y", C, N)),
        "assumptions",
    ),
    "missing intermediate": (DoesNotDepend, lambda: gradient(L, W * X * A), "does not occur"),
    "intermediate and its parts": (StatementError, lambda: gradient(L + norm(W), S), "alone"),
    "column sums": (ConstrainedVariable, lambda: gradient(L, Y), "column_sums"),
    "one-hot": (
        ConstrainedVariable,
        lambda: gradient(cross_entropy(softmax(S), labels("y", N, C)), labels("y", N, C)),
        "one_hot",
    ),
    "symmetric": (
        ConstrainedVariable,
        lambda: gradient(
            norm(matrix("B", N, N, symmetric=True)), matrix("B", N, N, symmetric=True)
        ),
        "symmetric",
    ),
    "in a number": (NotAVariable, lambda: gradient(t**2, 2), "constant"),
    "in a dimension": (NotAVariable, lambda: gradient(N * t, N), "whole number"),
    "in a scalar expression": (NotAVariable, lambda: gradient(exp(t**2), t**2), "not a scalar"),
    "unknown function": (UnknownConstruct, lambda: Statement(besselj(0, t), t), "besselj"),
    "unknown function of entries": (
        UnknownConstruct,
        lambda: Statement(x.applyfunc(gamma), x),
        "gamma",
    ),
    "plain matrix symbol": (
        UnknownConstruct,
        lambda: Statement(MatrixSymbol("M", C, D), W),
        "MatrixSymbol",
    ),
    "complex symbol": (StatementError, lambda: Statement(Symbol("z"), t), "not declared real"),
    "real power of a matrix": (UnknownConstruct, lambda: Statement(A**t, A), "exponent"),
    "half a power of a matrix": (UnknownConstruct, lambda: Statement(A ** (N / 2), A), "exponent"),
    "sum over an index that is not whole": (
        StatementError,
        lambda: Statement(Sum(t ** Symbol("z"), (Symbol("z"), 1, N)), t),
        "whole numbers",
    ),
    "sum without an end": (StatementError, lambda: Statement(Sum(t**D, (D, 1, oo)), t), "last"),
    "assumption unknown": (StatementError, lambda: matrix("Y", C, N, row_sum=1), "row_sum"),
    "assumption not square": (StatementError, lambda: matrix("Y", C, N, symmetric=True), "square"),
    "assumption not exact": (StatementError, lambda: matrix("Y", C, N, column_sums=1.0), "exact"),
    "assumption not true": (StatementError, lambda: matrix("Y", C, N, one_hot=2), "True"),
    "axis": (StatementError, lambda: softmax(S, axis=2), "axis"),
    "softmax of a scalar": (StatementError, lambda: softmax(t), "must be a matrix"),
    "no expression": (StatementError, lambda: Statement(W, "not maths"), ""),
    "nothing": (StatementError, lambda: Statement(None, t), "None"),
    "labels too large": (StatementError, lambda: one_hot([0, 3], 3), "3"),
    "labels not whole": (StatementError, lambda: one_hot([0, 0.5], 3), "whole"),
    "labels of unknown classes": (StatementError, lambda: one_hot([0, 1], C), "labels(name"),
    "primed function of a matrix": (ShapeMismatch, lambda: F.prime(S), "applyfunc"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_the_thing_named(case):
    kind, make, words = REFUSED[case]
    with pytest.raises(kind) as caught:
        make()
    assert words in str(caught.value)


def test_an_assumption_is_part_of_the_symbol():
    assert matrix("Y", C, N) != Y
    assert matrix("Y", C, N, column_sums=1) == Y
    assert matrix("Y", C, N, one_hot=False) == matrix("Y", C, N)


def test_a_variable_rebuilds_from_its_arguments():
    assert Y.func(*Y.args) == Y
    assert (W * X).xreplace({W: W}) == W * X


def test_one_by_one_matrices_stand_for_scalars():
    statement = Statement(x.T * A * x, inner(x, A * x))
    assert not statement.is_matrix
    assert gradient(x.T * A * x, x).shape == (N, 1)


def test_zero_stands_for_a_matrix_of_zeros():
    assert Statement(W - W + W, 0).rhs.shape == (C, D)


def test_a_gradient_has_the_shape_of_its_variable():
    assert gradient(L, W).shape == (C, D)
    assert gradient(L, S).shape == (C, N)
    assert jacobian(softmax(x), x).shape == (N, N)
    assert hessian(mean(A), A).shape == (N * N, N * N)


def test_statements_know_their_symbols_and_sizes():
    statement = Statement(gradient(L, W), (softmax(S) - Y) * X.T / N)
    assert [str(v) for v in statement.variables] == ["W", "X", "Y"]
    assert [str(d) for d in statement.dimensions] == ["C", "D", "N"]
    assert not statement.names_entries
    assert Statement(matrix("B", 2, 2)[0, 1], t).names_entries


def test_small_sizes_and_shorthands():
    assert ones(N).shape == (N, 1)
    assert eye(N).shape == (N, N)
    assert total(S, axis=0).shape == (1, N)
    assert total(S, axis=1).shape == (C, 1)
    assert mean(S, axis=1).shape == (C, 1)
    assert one_hot([1, 0], 2).tolist() == [[0, 1], [1, 0]]
    assert repr(F.prime) == "function('F').prime"


def test_a_definition_made_twice_is_one_definition():
    twice = [define("H", S.applyfunc(function("phi"))) for _ in range(2)]
    assert Statement(twice[0], twice[1]).left == Statement(twice[0], twice[1]).right


@pytest.mark.parametrize("name", ["exp", "log", "abs"])
def test_an_arbitrary_function_cannot_have_the_name_of_a_known_one(name):
    with pytest.raises(BadName, match="reads as a function"):
        function(name)


def test_every_part_of_an_expression_once_and_a_whole_before_its_parts():
    A, B = matrix("A", C, C), matrix("B", C, C)
    shared = A * B
    whole = HadamardProduct(shared, A, shared + B)
    found = list(parts(whole))
    assert len(found) == len({id(part) for part in found})
    assert set(found) == set(preorder_traversal(whole))
    assert found.index(whole) < found.index(shared) < found.index(A)
    assert list(parts(whole, lambda part: ())) == [whole]


def test_a_function_of_a_1x1_matrix_is_that_of_its_entry():
    z, x = matrix("z", 1, 1), vector("x", N)
    prove(relu(z), relu(z.T))
    prove(softmax(z), ones(1, 1))
    prove((x.T * x).applyfunc(tanh), tanh(inner(x, x)))
    prove(total(sigmoid(x.T * x)), sigmoid(inner(x, x)))


def test_what_sympy_does_not_know_to_be_real_is_real():
    assert "re" not in repr(prove(Abs(exp(Trace(A))), exp(Trace(A))))
