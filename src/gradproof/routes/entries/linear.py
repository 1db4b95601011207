"""Route 2: inverses, determinants, Kronecker products, powers of matrices and sums, written out."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import prod
from typing import Any

from sympy import (
    Add,
    Determinant,
    Integer,
    Inverse,
    KroneckerProduct,
    MatMul,
    MatPow,
    Mul,
    Pow,
    S,
)

from ...errors import Undecided
from ...language.series import MatrixSeries, Series
from ...language.shapes import is_matrix

Rows = list[list[Any]]
#: A determinant of a larger matrix has too many terms to write out.
LARGEST = 4


def determinant(rows: Rows) -> Any:
    """Laplace's expansion along the first row."""
    if len(rows) > LARGEST:
        raise Undecided(f"A determinant of size {len(rows)} is too large to write out.")
    if not rows:
        return Integer(1)
    return Add(
        *(
            Mul((-1) ** j, entry, determinant(_minor(rows, 0, j)))
            for j, entry in enumerate(rows[0])
            if entry != 0
        )
    )


def inverse(rows: Rows) -> Rows:
    """The matrix of cofactors, transposed, over the determinant."""
    whole = Pow(determinant(rows), -1)
    size = range(len(rows))
    return [
        [Mul((-1) ** (i + j), determinant(_minor(rows, j, i)), whole) for j in size] for i in size
    ]


def product(left: Rows, right: Rows) -> Rows:
    if all(entry is S.One for row in left for entry in row):
        sums = [Add(*column) for column in zip(*right, strict=True)]
        return [sums for _ in left]
    columns = list(zip(*right, strict=True))
    return [[Add(*map(Mul, row, column)) for column in columns] for row in left]


def _minor(rows: Rows, i: int, j: int) -> Rows:
    return [row[:j] + row[j + 1 :] for k, row in enumerate(rows) if k != i]


def _power(at: Any, expr: Any) -> Rows:
    base, to = at.value(expr.base), int(at.value(expr.exp))
    if not to:
        size = range(len(base))
        return [[Integer(int(i == j)) for j in size] for i in size]
    return reduce(product, [base if to > 0 else inverse(base)] * abs(to))


def _kronecker(at: Any, expr: Any) -> Rows:
    return reduce(
        lambda left, right: [
            [Mul(a, b) for a in left_row for b in right_row]
            for left_row in left
            for right_row in right
        ],
        (at.value(arg) for arg in expr.args),
    )


#: How the explicit evaluator reads these primitives.
def _determinant(at: Any, matrix: Any) -> Any:
    """A determinant, of products and powers factor by factor: their entries are much longer."""
    if isinstance(matrix, MatMul):
        numbers = [at.value(factor) for factor in matrix.args if not is_matrix(factor)]
        factors = [factor for factor in matrix.args if is_matrix(factor)]
        if all(map(_is_square, factors)):
            scale = Pow(Mul(*numbers), at.size(matrix.shape[0]))
            return Mul(scale, *(_determinant(at, factor) for factor in factors))
    if isinstance(matrix, KroneckerProduct) and all(_is_square(factor) for factor in matrix.args):
        return _determinant_of_kronecker(at, matrix.args)
    if isinstance(matrix, MatPow):
        return Pow(_determinant(at, matrix.base), at.value(matrix.exp))
    return determinant(at.value(matrix))


def _determinant_of_kronecker(at: Any, matrices: Any) -> Any:
    """det (A ⊗ B): of the rows of A, each stands in as many blocks as B has rows, and so on."""
    rows = [at.value(matrix) for matrix in matrices]
    size = prod(map(len, rows))
    return Mul(*(Pow(determinant(each), size // len(each)) for each in rows))


def _series(at: Any, expr: Any) -> Any:
    return Add(*_terms(at, expr))


def _matrix_series(at: Any, expr: Any) -> Rows:
    rows, cols = (range(size) for size in at.shape(expr))
    terms = _terms(at, expr)
    return [[Add(*(term[i][j] for term in terms)) for j in cols] for i in rows]


def _terms(at: Any, expr: Any) -> list[Any]:
    body, bound, count = expr.args
    return [at.bind(bound, Integer(r)).value(body) for r in range(int(at.value(count)))]


def _is_square(expr: Any) -> bool:
    return is_matrix(expr) and bool(expr.shape[0] == expr.shape[1])


RULES: dict[type, Callable[[Any, Any], Any]] = {
    Inverse: lambda at, expr: inverse(at.value(expr.arg)),
    MatPow: _power,
    Determinant: lambda at, expr: _determinant(at, expr.arg),
    KroneckerProduct: _kronecker,
    Series: _series,
    MatrixSeries: _matrix_series,
}
