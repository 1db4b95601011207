"""What a program is called with: refused by name, with a remedy, unless it fits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import DiagonalOf, HadamardPower

from gradproof import (
    define,
    derive,
    dims,
    gradient,
    labels,
    matrix,
    norm,
    numpy_function,
    ones,
    prove,
    scalar,
    total,
    vector,
)
from gradproof.errors import NotDerived, ShapeMismatch, StatementError

m, n, C = dims("m n C")
A, x, t, y = matrix("A", m, n), vector("x", n), scalar("t"), labels("y", n, C)
P, D = matrix("P", C, n), matrix("D", 2 * n, n)
product, scaled = numpy_function(A * x, A, x), numpy_function(t * x, t, x)
Q = matrix("Q", n, n)
ONE, ZERO = np.ones((2, 3)), np.zeros((3, 3))

REFUSED: list[tuple[Any, tuple[Any, ...], type, str]] = [
    (product, (ONE, np.ones((2, 1))), ShapeMismatch, "x: the number of rows, n, is 2, and .* 3"),
    (product, (ONE, np.ones(3)), ShapeMismatch, r"x is n×1.*reshape\(-1, 1\)"),
    (product, (ONE, np.ones((1, 3))), ShapeMismatch, r"x is n×1, a column.* 3\. Transpose it"),
    (product, ({}, np.ones((3, 1))), StatementError, "A is made of real.* a dict"),
    (product, (np.ma.ones((2, 3)), np.ones((3, 1))), StatementError, "A .*masked.*filled"),
    (numpy_function(Q.I * x, Q, x), (ZERO, ONE.T[:, :1]), StatementError, "inverts Q, .*singular"),
    (numpy_function((Q + Q.T) ** -2, Q), (ZERO,), StatementError, "inverts .*Q.*singular"),
    (numpy_function(define("V", Q.I) * x, Q, x), (ZERO, ONE.T[:, :1]), StatementError, "inverts Q"),
    (product, (ONE, 1.0), ShapeMismatch, "x is n×1"),
    (product, (np.ones((2, 3, 1)), np.ones((3, 1))), ShapeMismatch, "A is m×n.* 3 axes"),
    (product, (np.ones((0, 3)), np.ones((3, 1))), ShapeMismatch, "is 0. Give at least one"),
    (product, (1j * ONE, np.ones((3, 1))), StatementError, "A is made of real.*complex.*astype"),
    (product, (ONE > 0, np.ones((3, 1))), StatementError, "A is made of real.*bool"),
    (product, (ONE.astype(str), np.ones((3, 1))), StatementError, "A is made of real"),
    (product, ([[Fraction(1), 2, 3]], np.ones((3, 1))), StatementError, "A .*object.*astype"),
    (product, ([[1, 2, 3], [1, 2]], np.ones((3, 1))), StatementError, "A .*different lengths"),
    (product, (None, np.ones((3, 1))), StatementError, "A is made of real"),
    (scaled, ("3", np.ones((3, 1))), StatementError, "t is made of real"),
    (scaled, (1j, np.ones((3, 1))), StatementError, "t is made of real"),
    (scaled, (True, np.ones((3, 1))), StatementError, "t is made of real"),
    (scaled, (np.ones(3), np.ones((3, 1))), ShapeMismatch, r"t is a scalar.*\.item\(\)"),
    (scaled, ([[1.0]], np.ones((3, 1))), ShapeMismatch, "t is a scalar"),
    (numpy_function(ones(n), n), (-1,), StatementError, "n is a size.*from 1 upwards"),
    (numpy_function(ones(n), n), (0,), StatementError, "n is a size"),
    (numpy_function(ones(n), n), (2.5,), StatementError, "n is a size"),
    (numpy_function(ones(n), n), (2.0,), StatementError, "n is a size"),
    (numpy_function(ones(n), n), (True,), StatementError, "n is a size"),
    (numpy_function(ones(n), n), ([2],), StatementError, "n is a size"),
    (numpy_function(P - y, P, y), (ONE, [0, 1, 2]), StatementError, "label 2 .* 2 classes 0 to 1"),
    (numpy_function(P - y, P, y), (ONE, [0, -1, 1]), StatementError, "whole numbers from 0"),
    (numpy_function(P - y, P, y), (ONE, [0.0, 1, 1]), StatementError, "whole numbers from 0"),
    (numpy_function(P - y, P, y), (ONE, [[0, 1, 1]]), StatementError, "one axis"),
    (numpy_function(P - y, P, y), (ONE, [0, 1]), ShapeMismatch, "the number of labels"),
    (numpy_function(total(D), D), (np.ones((3, 2)),), ShapeMismatch, "D: the number of rows, 2"),
    (numpy_function(A * n, A, n), (ONE, 2), ShapeMismatch, "n"),
]


@pytest.mark.parametrize(("made", "values", "kind", "words"), REFUSED)
def test_refused(made: Any, values: tuple[Any, ...], kind: type, words: str) -> None:
    with pytest.raises(StatementError, match=words) as told:
        made(*values)
    assert isinstance(told.value, kind)


@pytest.mark.parametrize("dtype", [int, np.int8, np.uint16, np.float16, np.float32, float])
def test_numbers_of_any_real_type_are_floats(dtype: Any) -> None:
    got = product(ONE.astype(dtype), np.full((3, 1), 100, dtype=dtype))
    np.testing.assert_array_equal(got, [[300], [300]])
    assert got.dtype == float


def test_whole_numbers_do_not_wrap_around() -> None:
    large = np.full((1, 1), 2**40)
    got = numpy_function((x * x.T) ** 2, x)(large)
    assert got[0, 0] == 2.0**160


def test_what_is_given_is_not_changed() -> None:
    given = np.ones((2, 3))
    made = numpy_function(A, A)
    made(given)[0, 0] = 5
    assert given[0, 0] == 1


def test_a_matrix_of_numpy_is_an_array() -> None:
    with pytest.warns(PendingDeprecationWarning):
        given = np.matrix([[1.0, 2.0]])
    np.testing.assert_array_equal(numpy_function(A.T, A)(given), [[1], [2]])


def test_the_number_of_values_is_told() -> None:
    with pytest.raises(TypeError, match=r"f\(A, x\) was given 1 values"):
        product(ONE)


def test_values_go_by_name_too() -> None:
    """By the name in the source, where that of the symbol is none of Python."""
    column = np.ones((3, 1))
    np.testing.assert_array_equal(product(A=ONE, x=column), product(ONE, column))
    np.testing.assert_array_equal(product(ONE, x=column), product(ONE, column))
    for wrong in ({"x": column}, {"A": ONE, "x": column, "b": 1}):
        with pytest.raises(TypeError, match=r"f\(A, x\) was given . values"):
            product(**wrong)


@pytest.mark.parametrize("value", [Fraction(1, 4), Decimal("0.25"), np.float32(0.25)])
def test_exact_numbers_are_scalars(value: Any) -> None:
    assert scaled(value, [[1.0]])[0, 0] == 0.25


def test_a_derivation_and_a_proof_are_no_expressions() -> None:
    with pytest.raises(StatementError, match=r"a derivation.*\.result"):
        numpy_function(derive(norm(x) ** 2, x), x)
    with pytest.raises(StatementError, match=r"a proof.*\.rhs"):
        numpy_function(prove(gradient(norm(x) ** 2, x), 2 * x), x)


def test_the_diagonal_is_that_of_a_square_matrix() -> None:
    for refused in (lambda e: numpy_function(e, A), lambda e: derive(e, A)):
        with pytest.raises(ShapeMismatch, match="needs a square matrix, and A is m×n"):
            refused(total(DiagonalOf(A)))


def test_a_variable_in_an_exponent_is_refused_in_a_sentence() -> None:
    u = vector("u", n, positive=True)
    with pytest.raises((NotDerived, StatementError), match="exponent"):
        derive(total(HadamardPower(u, t)), t)
