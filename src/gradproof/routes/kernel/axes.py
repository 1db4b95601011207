"""How the axes of a matrix are indexed.

An axis of size 1 has no index, every other axis of a matrix has one, and the axes of a Jacobian
have one for each axis of what it is a matrix of: the column first, then the row (column-major).
Such an axis is *split*, and so are those of a Kronecker product, and those of symbols and constants
that meet them (:mod:`.splits`). Where axes meet, the finest split is taken for all of them; axes
that are split in different ways are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import (
    HadamardPower,
    HadamardProduct,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    Transpose,
    sympify,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ...errors import Undecided
from ...language.series import MatrixSeries
from ...language.shapes import is_matrix
from ...language.unfold import GradientAt, JacobianAt, SlopeAt
from .indices import AnyIndex, Index, sort_name
from .product import delta, times
from .splits import Splits
from .sums import Range
from .terms import Poly

Indices = tuple[AnyIndex, ...]
Sorts = tuple[Any, ...]


class NoRule(Undecided):
    """A construct that the index proof does not cover."""


def sorts(expr: Any, axis: int, literal: bool, splits: Splits) -> Sorts:
    """The sorts of the indices of an axis; known sizes are ranges where sums are ``literal``."""
    if isinstance(expr, JacobianAt):
        inner = expr.args[axis]
        return sorts(inner, 1, literal, splits) + sorts(inner, 0, literal, splits)
    if isinstance(expr, Transpose):
        return sorts(expr.arg, 1 - axis, literal, splits)
    if isinstance(expr, GradientAt):
        return sorts(expr.args[1], axis, literal, splits)
    if isinstance(expr, (SlopeAt, MatrixSeries)):
        return sorts(expr.args[0], axis, literal, splits)
    if isinstance(expr, (MatAdd, HadamardProduct)):
        return finest(sorts(arg, axis, literal, splits) for arg in expr.args if is_matrix(arg))
    if isinstance(expr, MatMul):
        matrices = [arg for arg in expr.args if is_matrix(arg)]
        return sorts(matrices[-axis], axis, literal, splits)
    if isinstance(expr, Inverse):
        return sorts(expr.arg, 1 - axis, literal, splits)
    if isinstance(expr, (HadamardPower, MatPow)):
        return sorts(expr.base, axis, literal, splits)
    if isinstance(expr, ElementwiseApplyFunction):
        return sorts(expr.expr, axis, literal, splits)
    if isinstance(expr, KroneckerProduct):
        return tuple(sort for arg in expr.args for sort in sorts(arg, axis, literal, splits))
    size = sympify(expr.shape[axis])
    if size == 1:
        return ()
    sizes = splits.get((expr, axis), (size,)) if splits else (size,)
    return tuple(Range(int(s)) if literal and s.is_Integer else s for s in sizes)


def finest(choices: Iterable[Sorts]) -> Sorts:
    """The finest split of axes that meet; raises ``NoRule`` if they are split differently."""
    known = list(choices)
    longest = max(known, key=len)
    for other in known:
        if len(other) > 1 and list(map(str, other)) != list(map(str, longest)):
            raise NoRule("The index proof has no rule for axes that are split differently.")
    return longest


def deltas(left: Indices, right: Indices) -> Poly:
    """Whether two places are the same; raises ``NoRule`` if they are indexed differently."""
    if len(left) == len(right) and all(map(_fit, left, right)):
        return times(*(delta(i, j) for i, j in zip(left, right, strict=True)))
    raise NoRule("The index proof has no rule for a diagonal of axes that are split differently.")


def check_places(places: Indices, kinds: Sorts, of: Any) -> None:
    """Raise ``NoRule`` unless there is one index of each of these sorts; whole numbers fit."""
    if len(places) != len(kinds) or not all(map(_is_of, places, kinds)):
        raise NoRule(f"The index proof has no rule for {of}, whose axes are split in two ways.")


def _is_of(place: AnyIndex, sort: Any) -> bool:
    if not isinstance(place, Index) or place.sort is sort:
        return True
    return place.sort_name == sort_name(sort)


def _fit(left: AnyIndex, right: AnyIndex) -> bool:
    if isinstance(left, Index) and isinstance(right, Index):
        return left.sort_name == right.sort_name
    return True


def fresh(kinds: Sorts) -> tuple[Index, ...]:
    """A new index of each sort."""
    return tuple(Index(sort) for sort in kinds)


def digits(place: int, kinds: Sorts) -> tuple[int, ...]:
    """The literal indices of row or column number ``place`` of an axis with these ranges."""
    found: list[int] = []
    for sort in reversed(kinds):
        place, digit = divmod(place, sort.size if isinstance(sort, Range) else int(sort))
        found.insert(0, digit)
    return tuple(found)
