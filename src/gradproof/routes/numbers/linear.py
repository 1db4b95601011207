"""Route 3: inverses, determinants, Kronecker products, powers of matrices and sums, in numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Determinant, Inverse, KroneckerProduct, MatPow

from ...language.series import MatrixSeries, Series
from .grids import Grid, determinant, identity, inverse, product
from .parts import Part, Scope
from .reals import LARGEST_POWER, ONE, OutsideDomain, number, tamed, total


def _inverse(at: Any, scope: Scope, part: Part) -> Grid:
    grid = at.at(scope, part.args[0])
    at.work += len(grid) ** 3
    return inverse(grid)


def _determinant(at: Any, scope: Scope, part: Part) -> Any:
    grid = at.at(scope, part.args[0])
    at.work += len(grid) ** 3
    return determinant(grid)


def _power(at: Any, scope: Scope, part: Part) -> Grid:
    base, to = at.at(scope, part.args[0]), int(at.whole(scope, part.args[1]))
    if abs(to) > LARGEST_POWER:
        raise OutsideDomain
    factor = base if to >= 0 else inverse(base)
    result = factor if to else identity(len(base))
    for _ in range(abs(to) - 1):
        result = product(result, factor)
    return result


def _kronecker(at: Any, scope: Scope, part: Part) -> Grid:
    result: Grid = [[ONE]]
    for arg in part.args:
        grid = at.at(scope, arg)
        result = [[tamed(a * b) for a in row for b in inner] for row in result for inner in grid]
    return result


def _series(at: Any, scope: Scope, part: Part) -> Any:
    return total(_terms(at, scope, part))


def _matrix_series(at: Any, scope: Scope, part: Part) -> Grid:
    rows, cols = map(range, at.shape(part))
    terms = _terms(at, scope, part)
    return [[total(term[i][j] for term in terms) for j in cols] for i in rows]


def _terms(at: Any, scope: Scope, part: Part) -> list[Any]:
    body, bound, count = part.args
    places = range(int(at.at(scope, count)))
    return [at.at(Scope(bound, number(r), scope, scope.level), body) for r in places]


#: How the numeric evaluator reads these primitives.
RULES: dict[type, Callable[[Any, Any, Any], Any]] = {
    Inverse: _inverse,
    MatPow: _power,
    Determinant: _determinant,
    KroneckerProduct: _kronecker,
    Series: _series,
    MatrixSeries: _matrix_series,
}
