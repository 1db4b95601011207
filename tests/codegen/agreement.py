"""Whether the programs of the sides of a statement compute what the exact evaluator says."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import numpy as np

from gradproof import numpy_function
from gradproof.errors import Undecided
from gradproof.language.functions import FunctionOfMatrix, FunctionOfScalar
from gradproof.language.nodes import parts
from gradproof.language.shapes import is_matrix
from gradproof.language.statement import Statement
from gradproof.language.symbols import OneHot
from gradproof.language.unfold import BINDERS, DerivativeNode
from gradproof.routes.numbers.route import default_sizes, sample

#: What has no program: derivatives, and functions that are arbitrary.
WITHOUT = (DerivativeNode, *BINDERS, FunctionOfMatrix, FunctionOfScalar)
TOLERANCE = 1e-9


def programs(statement: Statement) -> int:
    """Compare each side that has a program at a random exact point; return how many there are."""
    sides = [side for side in (statement.lhs, statement.rhs) if _has_a_program(side)]
    for side in sides:
        _compare(statement.with_sides(side, side))
    return len(sides)


def _has_a_program(side: Any) -> bool:
    return not any(isinstance(part, WITHOUT) for part in parts(side))


def _compare(statement: Statement) -> None:
    point, wanted = _sampled(statement)
    arguments = (*statement.symbols, *statement.dimensions)
    made = numpy_function(statement.lhs, *arguments)
    given = [_given(symbol, point) for symbol in arguments]
    got = made(*given)
    if is_matrix(statement.lhs):
        wanted = np.array([[float(entry) for entry in row] for row in wanted])
        assert got.shape == wanted.shape, statement.lhs
    wanted = np.asarray(wanted, dtype=float)
    assert np.all(abs(got - wanted) <= TOLERANCE * (1 + abs(wanted))), statement.lhs


def _sampled(statement: Statement) -> tuple[Any, Any]:
    """A point of the domain, at the first of the usual shapes that has one, and the value."""
    for sizes in default_sizes(statement):
        with suppress(Undecided):  # a Gram matrix is singular at some shapes
            return sample(statement, sizes, Random(1))[:2]
    raise AssertionError(f"{statement.lhs} has a value at no point that was tried.")


def _given(symbol: Any, point: Any) -> Any:
    if symbol in point.sizes:
        return point.sizes[symbol]
    value = point.values[symbol]
    if not is_matrix(symbol):
        return float(value)
    array = np.array([[float(entry) for entry in row] for row in value])
    return array.argmax(axis=0) if isinstance(symbol, OneHot) else array
