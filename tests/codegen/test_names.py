"""Names in a program: each stands for one thing, whatever the symbols are called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sympy import Sum, Symbol, Trace

from gradproof import (
    define,
    dims,
    inner,
    labels,
    matrix,
    numpy_function,
    ones,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)
from gradproof.codegen.helpers import HELPERS
from gradproof.codegen.names import Names
from gradproof.errors import BadName
from gradproof.language.naming import check_name

n, C, k = dims("n C k")
A, B, x = matrix("A", n, n), matrix("B", n, n), vector("x", n)
EYE, ONES = np.eye(2), np.ones((2, 2))


def test_a_definition_may_be_called_as_an_argument() -> None:
    made = numpy_function(inner(define("B", 2 * A), B), A, B)
    assert made(EYE, ONES) == 4
    assert "B_ = 2 * A" in made.source


def test_two_definitions_may_have_one_name() -> None:
    assert numpy_function(total(define("S", A) + define("S", 2 * A)), A)(EYE) == 6


def test_the_one_hot_form_of_labels_has_a_name_of_its_own() -> None:
    y, other = labels("y", n, C), matrix("y_hot", C, n)
    made = numpy_function(inner(y, other), y, other)
    assert made([0, 1], [[5, 0], [0, 8]]) == 13


def _accepted(name: str) -> bool:
    """Whether the language accepts a name; most helpers read as functions, which it refuses."""
    try:
        check_name(name, "matrix")
    except BadName:
        return False
    return True


OWN = ["lambda", "np", "range", "float", "f", "math", *filter(_accepted, HELPERS)]


@pytest.mark.parametrize("name", OWN)
def test_an_argument_may_be_called_as_what_a_program_uses(name: str) -> None:
    own, t = vector(name, n), scalar("t")
    powers = define("powers", Sum(t**k, (k, 1, n)))
    expr = own * t + softmax(own) + sigmoid(own) + powers * ones(n)
    made = numpy_function(expr, own, t)
    plain = numpy_function(expr.xreplace({own: x}), x, t)
    np.testing.assert_array_equal(made([[1], [2]], 3), plain([[1], [2]], 3))


def test_a_scalar_and_its_prime_are_two() -> None:
    first, second, third = scalar("x'"), scalar("x_prime"), scalar("x")
    made = numpy_function(first + 10 * second + 100 * third, first, second, third)
    assert made(1, 2, 3) == 321


@pytest.mark.parametrize("name", ["λ", "ŵ", "x y", r"\hat{w}", "ﬁ", "2x", "класс", "x̂"])
def test_names_of_symbols_that_sympy_made(name: str) -> None:
    own = Symbol(name, real=True)
    other = Symbol("fi", real=True)
    assert numpy_function(own - 2 * other, own, other)(7, 3) == 1


def test_the_index_of_a_sum_hides_nothing() -> None:
    r = Symbol("r", integer=True, positive=True)
    t = scalar("r")
    assert numpy_function(Sum(r * t, (r, 1, k)) + t, t, k)(10, 3) == 70
    K = Symbol("k", integer=True, positive=True)
    assert numpy_function(Sum(K, (K, 1, k)) + k, k)(4) == 14
    inside = define("D", Trace(A**r))
    assert numpy_function(Sum(inside, (r, 1, k)) + define("D", k), A, k)(EYE, 3) == 9


def test_an_elementwise_function_within_another_keeps_its_own_entry() -> None:
    z = Symbol("z", real=True)
    expr = x.applyfunc(lambda u: u * total(x.applyfunc(lambda v: v**2)) + z)
    np.testing.assert_array_equal(numpy_function(expr, x, z)([[1], [2]], 3), [[8], [13]])
    expr = x.applyfunc(lambda u: total(u * x.applyfunc(lambda v: v - z)) + u)
    np.testing.assert_array_equal(numpy_function(expr, x, z)([[1], [2]], 3), [[-2], [-4]])


def test_a_symbol_of_other_assumptions_is_no_argument() -> None:
    other = matrix("A", n, n, symmetric=True)
    with pytest.raises(ValueError, match="another shape or other assumptions"):
        numpy_function(Trace(other), A)
    with pytest.raises(ValueError, match="rename one"):
        numpy_function(A + other, A, other)


@pytest.mark.parametrize("name", ["lambda", "np", "sum", "softmax", "f'"])
def test_what_a_program_cannot_be_called(name: str) -> None:
    with pytest.raises(ValueError, match="Choose another"):
        numpy_function(A, A, name=name)


def test_the_allocator_never_gives_a_name_twice() -> None:
    wanted = ["x", "x", "x_", "x_2", "x", "if", "if_", "x'", "x_prime", "np", "print", "print_", ""]
    names = Names(["x_"])
    made: list[Any] = [names.allot(name) for name in wanted]
    assert len(set(made)) == len(made)
    assert all(name.isidentifier() for name in made)
    assert not {"if", "np", "print", "x_"} & set(made)
