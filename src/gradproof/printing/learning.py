"""Reductions and the functions of machine learning, as people print them."""

from __future__ import annotations

from typing import Any

from sympy import ImmutableDenseMatrix, S, log

from ..language.nodes import Size
from ..language.symbols import OneHot
from .boxes import Box, add, around, atom, big_sum, call, number, over, parens
from .draw import Draw, rule
from .entries import entry, label
from .names import function_box, snake


@rule("Total")
def _total(draw: Draw, expr: Any) -> Box:
    (matrix,) = expr.args
    if tuple(matrix.shape) == (1, 1):
        return draw(matrix)
    return _sum_of_entries(draw, matrix)


def _sum_of_entries(draw: Draw, matrix: Any) -> Box:
    rows, cols = matrix.shape
    with draw.indices() as (row, col):
        running = [index for index, size in ((row, rows), (col, cols)) if size != 1]
        return big_sum(running, draw(entry(draw, matrix, row, col)))


@rule("Inner")
def _inner(draw: Draw, expr: Any) -> Box:
    left, right = (draw(arg) for arg in expr.args)
    inside = f"{left.latex}, {right.latex}"
    return atom(around(r"\langle ", inside, r" \rangle"), f"⟨{left.text}, {right.text}⟩")


@rule("Norm")
def _norm(draw: Draw, expr: Any) -> Box:
    inner = draw(expr.args[0])
    return atom(around(r"\lVert ", inner.latex, r" \rVert"), f"‖{inner.text}‖")


@rule("Size")
def _size(draw: Draw, expr: Any) -> Box:
    return draw(expr.value)


@rule("Softmax", "LogSoftmax")
def _columnwise(draw: Draw, expr: Any) -> Box:
    head = function_box(snake(type(expr).__name__))
    if expr.axis:
        head = atom(rf"{head.latex}_{{\mathrm{{rows}}}}", f"{head.text}_rows")
    return call(head, draw(expr.args[0]))


@rule("LogSumExp", "LogSumExpColumns")
def _logsumexp(draw: Draw, expr: Any) -> Box:
    return call(function_box("logsumexp"), draw(expr.args[0]))


@rule("CrossEntropy")
def _cross_entropy(draw: Draw, expr: Any) -> Box:
    """−1/N Σ Y log P; with labels, the logarithms that a label picks."""
    probabilities, targets = expr.args
    examples = Size(probabilities, S.One).value
    with draw.indices() as (row, col):
        body = _log_likelihood(draw, probabilities, targets, (row, col))
    return add([(True, body if examples == 1 else over(body, number(1), draw(examples)))])


def _log_likelihood(draw: Draw, probabilities: Any, targets: Any, at: tuple[Box, Box]) -> Box:
    row, col = at
    one_column = probabilities.shape[1] == 1
    if isinstance(targets, OneHot):
        picked = draw(log(entry(draw, probabilities, label(targets, col), col)))
        return picked if one_column else big_sum([col], picked)
    rows = _labels(targets)
    if rows:
        terms = [
            draw(log(entry(draw, probabilities, number(i), number(j)))) for j, i in enumerate(rows)
        ]
        return terms[0] if len(terms) == 1 else parens(add([(False, box) for box in terms]))
    product = entry(draw, targets, row, col) * log(entry(draw, probabilities, row, col))
    return big_sum([row] if one_column else [row, col], draw(product))


def _labels(targets: Any) -> list[int]:
    """The row of the only one in each column, if ``targets`` is such a matrix."""
    if not isinstance(targets, ImmutableDenseMatrix):
        return []
    columns = [list(targets.col(j)) for j in range(targets.cols)]
    if any(sorted(column) != [0] * (len(column) - 1) + [1] for column in columns):
        return []
    return [column.index(1) for column in columns]
