"""Which axes of symbols and constants are split in a statement, and how.

The row index of ``A ⊗ B`` is a pair, the row of ``A`` and the row of ``B``. A symbol ``V`` whose
columns meet such an axis has columns that are pairs too, everywhere in the statement. Here the
axes that meet are followed through the statement, as types are inferred in a program. What is
found is only proposed: the reader asks of each index that it fits its place, and raises
:class:`~gradproof.routes.kernel.axes.NoRule` where it does not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from sympy import (
    Basic,
    Determinant,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    OneMatrix,
    Trace,
    Transpose,
    ZeroMatrix,
    sympify,
)

from ...language.functions import FunctionOfMatrix
from ...language.nodes import parts
from ...language.shapes import is_matrix
from ...language.symbols import SQUARE, Variable
from ...language.unfold import BINDERS, JacobianAt

#: For the split axes of symbols and constants (0 for rows, 1 for columns), the sizes of the parts.
Splits = Mapping[tuple[Any, int], tuple[Any, ...]]

_CONSTANTS = (Identity, OneMatrix, ZeroMatrix)


class Axis:
    """An axis whose parts may become known; one with a single part is equal to it."""

    __slots__ = ("parts", "size")

    def __init__(self, size: Any) -> None:
        self.size = size
        self.parts: tuple[Axis, ...] = ()

    def leaves(self) -> tuple[Axis, ...]:
        """The parts that have no parts, the major one first."""
        return tuple(leaf for part in self.parts for leaf in part.leaves()) or (self,)


Parts = tuple[Axis, ...]
NONE: Parts = ()


def splits(*sides: Any) -> Splits:
    """The split axes of the symbols and constants in the sides; each two in turn are equal."""
    if not any(isinstance(p, (KroneckerProduct, JacobianAt)) for s in sides for p in parts(s)):
        return {}
    walk = _Walk()
    for left, right in zip(sides[::2], sides[1::2], strict=True):
        walk.meet(left, right)
    return walk.found()


def join(left: Parts, right: Parts) -> None:
    """Make two sequences of axes equal, as far as one size divides the other at each place.

    A place in an axis of size abc is a place in the first part, then one in the second, so that
    (ab, c) and (a, bc) are both (a, b, c).
    """
    ones, others = deque(left), deque(right)
    while ones and others:
        one, other = ones.popleft(), others.popleft()
        if one.parts or other.parts:
            ones.extendleft(reversed(one.leaves()))
            others.extendleft(reversed(other.leaves()))
        elif one is other:
            continue
        elif _is_whole(ratio := one.size / other.size):
            one.parts = (other,) if ratio == 1 else (other, Axis(ratio))
            ones.extendleft(one.parts[1:])
        elif _is_whole(1 / ratio):
            other.parts = (one, Axis(1 / ratio))
            others.extendleft(other.parts[1:])
        else:
            return


def _is_whole(ratio: Any) -> bool:
    return bool(ratio.is_integer and ratio.is_positive)


class _Walk:
    """Follows the axes through expressions, each of which is walked once."""

    def __init__(self) -> None:
        self._known: dict[Any, tuple[Parts, Parts]] = {}
        self._constants: dict[Any, list[tuple[Parts, Parts]]] = {}
        self._arguments: dict[Any, tuple[Parts, Parts]] = {}

    def found(self) -> Splits:
        """The split axes; a constant has them where it is split alike wherever it stands."""
        symbols = {e: [axes] for e, axes in self._known.items() if _has_entries(e)}
        table = {}
        for expr, places in (symbols | self._constants).items():
            for axis in (0, 1):
                alike = {_sizes(axes[axis]) for axes in places}
                if len(alike) == 1 and len(sizes := alike.pop()) > 1:
                    table[(expr, axis)] = sizes
        return table

    def meet(self, left: Any, right: Any) -> None:
        """The two have the same axes."""
        for one, other in zip(self.axes(left), self.axes(right), strict=True):
            join(one, other)

    def axes(self, expr: Any) -> tuple[Parts, Parts]:
        """The axes of a matrix, none for what is not one."""
        if isinstance(expr, _CONSTANTS):
            self._constants.setdefault(expr, []).append(_made(expr))
            return self._constants[expr][-1]
        if expr not in self._known:
            self._known[expr] = self._of(expr)
        return self._known[expr]

    def _of(self, expr: Any) -> tuple[Parts, Parts]:
        if isinstance(expr, Variable):
            return _made(expr)
        inner = [arg for arg in expr.args if isinstance(arg, Basic)]
        read = [self.axes(arg) for arg in inner]
        matrices = [axes for arg, axes in zip(inner, read, strict=True) if is_matrix(arg)]
        self._note(expr, matrices)
        if not is_matrix(expr):
            return NONE, NONE
        if isinstance(expr, ImmutableDenseMatrix):
            return _made(expr)
        return _outer(expr, matrices)

    def _note(self, expr: Any, matrices: list[tuple[Parts, Parts]]) -> None:
        """Join the axes that meet within an expression."""
        if isinstance(expr, MatMul):
            for (_, cols), (rows, _) in pairwise(matrices):
                join(cols, rows)
        elif isinstance(expr, (MatAdd, HadamardProduct)):
            for one, other in pairwise(matrices):
                _join_both(one, other)
        elif isinstance(expr, (Trace, Determinant, Inverse, MatPow)):
            join(*matrices[0])
        elif isinstance(expr, BINDERS) and is_matrix(expr.args[1]):
            _join_both(*matrices[-2:])
        elif isinstance(expr, FunctionOfMatrix):
            _join_both(matrices[0], self._arguments.setdefault(_kind(expr), matrices[0]))


def _kind(expr: Any) -> tuple[Any, ...]:
    """An arbitrary function, of arguments of one shape."""
    return expr.name, *expr.args[1].shape


def _has_entries(expr: Any) -> bool:
    return isinstance(expr, (Variable, ImmutableDenseMatrix))


def _made(expr: Any) -> tuple[Parts, Parts]:
    """New axes, of which a square symbol and the identity have one twice."""
    rows, cols = ((Axis(size),) if size != 1 else NONE for size in map(sympify, expr.shape))
    tied = isinstance(expr, Variable) and SQUARE & set(expr.given)
    return rows, rows if tied or isinstance(expr, Identity) else cols


def _outer(expr: Any, matrices: list[tuple[Parts, Parts]]) -> tuple[Parts, Parts]:
    """The axes of a matrix that is made of matrices."""
    (rows, cols), *_ = matrices
    if isinstance(expr, KroneckerProduct):
        return _strung(rows for rows, _ in matrices), _strung(cols for _, cols in matrices)
    if isinstance(expr, JacobianAt):
        (out_rows, out_cols), (in_rows, in_cols), *_ = matrices
        return (*out_cols, *out_rows), (*in_cols, *in_rows)
    if isinstance(expr, (Transpose, Inverse)):
        return cols, rows
    if isinstance(expr, MatMul):
        return rows, matrices[-1][1]
    return rows, cols  # of a sum, a power, an elementwise function, a gradient and so on


def _strung(axes: Iterable[Parts]) -> Parts:
    return tuple(axis for parts_ in axes for axis in parts_)


def _join_both(one: tuple[Parts, Parts], other: tuple[Parts, Parts]) -> None:
    for left, right in zip(one, other, strict=True):
        join(left, right)


def _sizes(axes: Parts) -> tuple[Any, ...]:
    return tuple(leaf.size for axis in axes for leaf in axis.leaves())
