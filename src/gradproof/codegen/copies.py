"""Products that copy rows or columns, read entry by entry.

𝟏 v for a row v, v 𝟏 for a column v, a diagonal matrix beside a matrix, and a column times a row:
each entry of the product is one entry, or a product of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import MatMul, Mul, OneMatrix, S

from .writer import Writer


def copied(to: Writer, matrices: Sequence[Any]) -> Any:
    """The entry of the product, or None where it is no such product, or better as a product."""
    if len(matrices) < 2:
        return None
    first, last = matrices[0], matrices[-1]
    if isinstance(first, OneMatrix) and first.shape[1] == 1:
        return _copies(to, matrices[1:], first.shape[0], 0)
    if isinstance(last, OneMatrix) and last.shape[0] == 1:
        return _copies(to, matrices[:-1], last.shape[1], 1)
    for left, right in ((matrices[:1], matrices[1:]), (matrices[:-1], matrices[-1:])):
        pair = _pair(left, right)
        outer = all(type(matrix).__name__ != "DiagMatrix" for matrix in (first, last))
        wanted = all if outer else any
        if pair is not None and wanted(_is_exponential(to, matrix) for matrix in pair):
            return Mul(*map(to.entry, pair))
    return None


def _pair(left: Sequence[Any], right: Sequence[Any]) -> tuple[Any, Any] | None:
    """Two matrices of which the product is the entrywise product, or None."""
    one, other = MatMul(*left), MatMul(*right)
    rows, columns = one.shape[0], other.shape[1]
    if type(right[-1]).__name__ == "DiagMatrix" and len(right) == 1:
        return one, MatMul(OneMatrix(rows, 1), right[0].args[0].T)
    if type(left[0]).__name__ == "DiagMatrix" and len(left) == 1:
        return MatMul(left[0].args[0], OneMatrix(1, columns)), other
    if one.shape[1] == 1 and 1 not in (rows, columns):
        return MatMul(one, OneMatrix(1, columns)), MatMul(OneMatrix(rows, 1), other)
    return None


def _is_exponential(to: Writer, matrix: Any) -> bool:
    return bool(to.stable.logs.is_raw(to.entry(matrix)))


def _copies(to: Writer, matrices: Sequence[Any], count: Any, axis: int) -> Any:
    """The entry of a row or column that is copied: a function of copies of what it is made of."""
    entry = to.entry(MatMul(*matrices).doit(deep=False))
    if entry in to.atoms.of:
        return None
    arrays = to.atoms.arrays(entry)
    whole = [to.atoms.of[symbol].expr for symbol in arrays]
    if None in whole:
        return None
    return entry.xreplace(
        {s: to.entry(_times_ones(m, count, axis)) for s, m in zip(arrays, whole, strict=True)}
    )


def _times_ones(matrix: Any, count: Any, axis: int) -> Any:
    """The matrix with ones before or behind it, and ones beside ones as one matrix."""
    parts = list(matrix.args) if isinstance(matrix, MatMul) else [matrix]
    if axis == 0 and isinstance(parts[0], OneMatrix) and parts[0].shape[0] == 1:
        return MatMul(OneMatrix(count, parts[0].shape[1]), *parts[1:])
    if axis == 1 and isinstance(parts[-1], OneMatrix) and parts[-1].shape[1] == 1:
        return MatMul(*parts[:-1], OneMatrix(parts[-1].shape[0], count))
    ones = OneMatrix(count, S.One) if axis == 0 else OneMatrix(S.One, count)
    return MatMul(ones, matrix) if axis == 0 else MatMul(matrix, ones)
