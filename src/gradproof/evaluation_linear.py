"""Route 3: inverses, determinants, Kronecker products, powers of matrices and sums, in numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Determinant, Inverse, KroneckerProduct, MatPow

from .reals import OutsideDomain
from .scopes import Part, Scope
from .series import MatrixSeries, Series

Grid = list[list[Any]]
LARGEST_EXPANDED = 4


def determinant(at: Any, grid: Grid) -> Any:
    """The determinant, by Laplace's expansion: it needs no pivot and no division.

    A large matrix is made smaller by elimination first, since the expansion has n! terms.
    """
    if len(grid) > LARGEST_EXPANDED:
        return _eliminated(at, grid)
    if len(grid) == 1:
        return grid[0][0]
    if len(grid) == 2:
        return grid[0][0] * grid[1][1] - grid[0][1] * grid[1][0]
    return at.reals.sum(
        (-1) ** j * entry * determinant(at, [row[:j] + row[j + 1 :] for row in grid[1:]])
        for j, entry in enumerate(grid[0])
    )


def _eliminated(at: Any, grid: Grid) -> Any:
    """The determinant as the first column's largest entry times that of what it leaves."""
    pivot = max(range(len(grid)), key=lambda i: abs(grid[i][0]))
    (value, *first), rest = grid[pivot], [*grid[:pivot], *grid[pivot + 1 :]]
    if not value:
        return value
    smaller = [
        [b - row[0] / value * a for a, b in zip(first, row[1:], strict=True)] for row in rest
    ]
    return (-1) ** pivot * value * determinant(at, smaller)


def inverse(at: Any, grid: Grid) -> Grid:
    """The inverse, by elimination; a matrix that is nearly singular is outside the domain."""
    size = len(grid)
    work = [[*row, *(at.ctx.mpf(int(i == j)) for j in range(size))] for i, row in enumerate(grid)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda i: abs(work[i][column]))
        value = work[pivot][column]
        if abs(value) < at.ctx.mpf(10) ** -20:
            raise OutsideDomain
        work[column], work[pivot] = work[pivot], work[column]
        work[column] = [entry / value for entry in work[column]]
        for i in range(size):
            factor = work[i][column]
            if i != column and factor:
                work[i] = [a - factor * b for a, b in zip(work[i], work[column], strict=True)]
    return [row[size:] for row in work]


def product(at: Any, left: Grid, right: Grid) -> Any:
    columns, dot = list(zip(*right, strict=True)), at.reals.dot
    if left[1:] == left[:-1]:  # equal rows, as of a matrix of ones: one product serves all
        row = [dot(left[0], column) for column in columns]
        return [row for _ in left]
    return [[dot(row, column) for column in columns] for row in left]


def _power(at: Any, scope: Scope, part: Part) -> Grid:
    base, to = at.at(scope, part.args[0]), int(at.whole(scope, part.args[1]))
    factor = base if to >= 0 else inverse(at, base)
    size = range(len(base))
    result = factor if to else [[at.ctx.mpf(int(i == j)) for j in size] for i in size]
    for _ in range(abs(to) - 1):
        result = product(at, result, factor)
    return result


def _kronecker(at: Any, scope: Scope, part: Part) -> Grid:
    result = [[at.ctx.mpf(1)]]
    for arg in part.args:
        grid = at.at(scope, arg)
        result = [[a * b for a in row for b in inner] for row in result for inner in grid]
    return result


def _series(at: Any, scope: Scope, part: Part) -> Any:
    return at.reals.sum(_terms(at, scope, part))


def _matrix_series(at: Any, scope: Scope, part: Part) -> Grid:
    rows, cols = map(range, at.shape(part))
    terms = _terms(at, scope, part)
    return [[at.reals.sum(term[i][j] for term in terms) for j in cols] for i in rows]


def _terms(at: Any, scope: Scope, part: Part) -> list[Any]:
    body, bound, count = part.args
    places = range(int(at.at(scope, count)))
    return [at.at(Scope(bound, at.ctx.mpf(r), scope, scope.level), body) for r in places]


#: How the numeric evaluator reads these primitives.
RULES: dict[type, Callable[[Any, Any, Any], Any]] = {
    Inverse: lambda at, scope, part: inverse(at, at.at(scope, part.args[0])),
    MatPow: _power,
    Determinant: lambda at, scope, part: determinant(at, at.at(scope, part.args[0])),
    KroneckerProduct: _kronecker,
    Series: _series,
    MatrixSeries: _matrix_series,
}
