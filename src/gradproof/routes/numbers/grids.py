"""Matrices in numbers: rows of rationals, balls or dual numbers."""

from __future__ import annotations

from typing import Any

from .duals import under
from .reals import ONE, ZERO, OutsideDomain, Unclear, dot, reciprocal, sign, tamed

Grid = list[list[Any]]


def identity(size: int) -> Grid:
    """The identity matrix."""
    return [[ONE if i == j else ZERO for j in range(size)] for i in range(size)]


def transposed(grid: Any) -> Grid:
    """The transpose."""
    return [list(column) for column in zip(*grid, strict=True)]


def vec(grid: Grid) -> list[Any]:
    """The entries, column by column."""
    return [entry for column in zip(*grid, strict=True) for entry in column]


def product(left: Any, right: Any) -> Grid:
    """The product of two matrices."""
    columns = list(zip(*right, strict=True))
    if left[1:] == left[:-1]:  # equal rows, as of a matrix of ones: one product serves all
        row = [dot(left[0], column) for column in columns]
        return [row for _ in left]
    return [[dot(row, column) for column in columns] for row in left]


def determinant(grid: Any) -> Any:
    """The determinant by Bird's algorithm, which only adds and multiplies.

    So it has a value and slopes where a pivot would be zero, or may be.
    """
    found = [list(row) for row in grid]
    for _ in range(len(grid) - 1):
        found = product(_upper(found), grid)
    return found[0][0] if len(grid) % 2 else -found[0][0]


def _upper(grid: Grid) -> Grid:
    """What is above the diagonal, with minus the sums of what is below it on the diagonal."""
    size = len(grid)
    below, rows = ZERO, []
    for i in reversed(range(size)):
        rows.append([*[ZERO] * i, below, *grid[i][i + 1 :]])
        below = below - grid[i][i]
    return rows[::-1]


def inverse(grid: Grid) -> Grid:
    """The inverse, by elimination; a singular matrix is outside the domain."""
    size = len(grid)
    work = [[*row, *one] for row, one in zip(grid, identity(size), strict=True)]
    for column in range(size):
        pivot = _pivot(work, column)
        work[column], work[pivot] = work[pivot], work[column]
        whole = reciprocal(work[column][column])
        work[column] = [tamed(entry * whole) for entry in work[column]]
        for i in range(size):
            factor = work[i][column]
            if i != column and factor is not ZERO:
                pairs = zip(work[i], work[column], strict=True)
                work[i] = [tamed(a - factor * b) for a, b in pairs]
    return [row[size:] for row in work]


def _pivot(work: Grid, column: int) -> int:
    """The row with the largest entry in a column that is surely not zero."""
    unclear, best, place = False, ZERO, None
    for i in range(column, len(work)):
        entry = under(work[i][column])
        try:
            if not sign(entry):
                continue
        except Unclear:
            unclear = True
            continue
        if place is None or abs(entry) > best:
            best, place = abs(entry), i
    if place is None:
        raise Unclear if unclear else OutsideDomain
    return place
