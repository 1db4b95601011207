"""Sums over a whole number, as Σ_r Xʳ: SymPy's ``Sum``, of scalars and of matrices."""

from __future__ import annotations

from typing import Any

from sympy import Sum, Symbol, Tuple

from ..errors import StatementError
from .nodes import MatrixNode, ScalarNode, reads
from .shapes import is_matrix
from .shown import shown


class Series(ScalarNode):
    """The sum of a scalar body over a whole number from 0 to a count − 1. Primitive.

    Arguments: body, the bound number, the count.
    """

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the bound number is not one."""
        return _free(*self.args)


class MatrixSeries(MatrixNode):
    """The sum of a matrix body over a whole number from 0 to a count − 1. Primitive."""

    @property
    def shape(self) -> Any:
        """The shape of the body."""
        return self.args[0].shape

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the bound number is not one."""
        return _free(*self.args)


class MatrixSum(MatrixNode):
    """A sum of matrices as it is written: the body, then its index with the first and the last.

    SymPy's own ``Sum`` of matrices is no matrix expression and has no shape.
    """

    @property
    def shape(self) -> Any:
        """The shape of the body."""
        return self.args[0].shape

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the index is not one."""
        body, (index, *ends) = self.args
        return _free(body, index, Tuple(*ends))

    @property
    def definition(self) -> Any:
        """What it means, as a series."""
        body, limits = self.args
        return series(body, *limits)


def _free(body: Any, bound: Any, rest: Any) -> set[Any]:
    free: set[Any] = (body.free_symbols - {bound}) | rest.free_symbols
    return free


@reads(Sum)
def summed(expr: Any) -> Any:
    """A ``Sum`` of SymPy as a node of gradproof if it sums matrices; else as it is, checked."""
    for limits in expr.limits:
        _check_limits(expr, limits)
    if not is_matrix(expr.function):
        return expr
    body = expr.function
    for limits in expr.limits:
        body = MatrixSum(body, limits)
    return body


def unfolded(expr: Any) -> Any:
    """A ``Sum`` of scalars as series, the first index innermost."""
    body = expr.function
    for limits in expr.limits:
        _check_limits(expr, limits)
        body = series(body, *limits)
    return body


def series(body: Any, index: Any, first: Any, last: Any) -> Any:
    """Σ of ``body`` for index = first, …, last, as a series from 0 on."""
    bound = Symbol(f"_r{1 + _depth(body)}", integer=True, nonnegative=True)
    kind = MatrixSeries if is_matrix(body) else Series
    return kind(_put(body, index, bound + first), bound, last - first + 1)


def _put(expr: Any, index: Any, value: Any) -> Any:
    """``expr`` with a value for an index, but not where a sum within binds the same name."""
    if isinstance(expr, (Sum, MatrixSum)):
        body, *limits = expr.args
        bound = {each[0] for each in limits}
        ends = [Tuple(i, *(_put(end, index, value) for end in rest)) for i, *rest in limits]
        return expr.func(body if index in bound else _put(body, index, value), *ends)
    if not expr.has(index):
        return expr
    if expr == index or not expr.has(Sum, MatrixSum):
        return expr.xreplace({index: value})
    return expr.func(*(_put(arg, index, value) for arg in expr.args))


def _depth(expr: Any) -> int:
    inside = max((_depth(arg) for arg in expr.args), default=0)
    return inside + isinstance(expr, (Series, MatrixSeries, MatrixSum, Sum))


def _check_limits(expr: Any, limits: Any) -> None:
    if len(limits) != 3 or not all(part.is_integer for part in limits):
        raise StatementError(
            f"The sum {shown(expr.function)} over {limits} needs whole numbers: an index, the "
            "first and the last value. Write Sum(…, (r, 1, k)) with r and k from dims(...)."
        )
    index, first, _ = limits
    below = (index.is_positive and not first.is_positive) or (
        index.is_nonnegative and not first.is_nonnegative
    )
    if below:  # SymPy has used what it knows of the index: |r − 1| is r − 1 for it
        raise StatementError(
            f"The sum over {index} begins at {first}, and {index} is a size, at least 1. Begin at "
            f"1, with {index} − 1 in the place of {index}, or make the index with "
            f'Symbol("{index}", integer=True, nonnegative=True).'
        )
