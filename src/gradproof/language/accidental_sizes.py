"""Sizes that are equal without need.

``W`` of shape n×n times ``X`` of shape n×n only needs the columns of W to be the rows of X. A
statement in which other sizes happen to coincide is proved with those sizes told apart, so that
what holds only because C = N does not pass. :func:`told_apart` finds, for each axis of each
symbol, which other axes it must equal, and gives every class of axes a dimension of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from sympy import (
    Determinant,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Integer,
    Inverse,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    OneMatrix,
    Symbol,
    Trace,
    Transpose,
    ZeroMatrix,
)
from sympy.core.basic import Basic
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ..errors import Undecided
from .nodes import rebuilt
from .series import MatrixSeries
from .shapes import is_matrix
from .symbols import SQUARE, Variable
from .unfold import BINDERS, DerivativeAt, JacobianAt

#: A class of axes, by its representative; and a function that builds the renamed expression.
Build = Callable[[], Any]
Read = tuple[Build, int, int]


class Axes:
    """Classes of axes that a statement forces to be equal (a union–find)."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._size: list[Any] = []
        self._of_variable: dict[Any, tuple[int, int]] = {}
        self._of_constant: dict[Any, int] = {}
        self._bound: list[tuple[int, int]] = []

    def new(self, size: Any) -> int:
        """A new axis of the given size."""
        self._parent.append(len(self._parent))
        self._size.append(size)
        return len(self._parent) - 1

    def find(self, axis: int) -> int:
        """The representative of an axis."""
        while self._parent[axis] != axis:
            axis = self._parent[axis]
        return axis

    def join(self, left: int, right: int) -> int:
        """Note that two axes are equal."""
        self._parent[self.find(left)] = self.find(right)
        return right

    def of_variable(self, variable: Any) -> tuple[int, int]:
        """The axes of a symbol, the same at every occurrence."""
        if variable not in self._of_variable:
            rows, cols = (self.new(size) for size in variable.shape)
            if SQUARE & set(variable.given):
                self.join(rows, cols)
            self._of_variable[variable] = (rows, cols)
        return self._of_variable[variable]

    def hide(self, bound: Any) -> Any:
        """Forget a name that a derivative binds anew; return what :meth:`restore` needs."""
        return self._of_variable.pop(bound, None)

    def restore(self, bound: Any, hidden: Any) -> None:
        """Leave the scope of a bound name; its axes stay classes of their own."""
        self._bound.append(self._of_variable.pop(bound))
        if hidden is not None:
            self._of_variable[bound] = hidden

    def of_constant(self, size: Any) -> int:
        """An axis of a constant matrix: constants with one size share it."""
        if size not in self._of_constant:
            self._of_constant[size] = self.new(size)
        return self._of_constant[size]

    def renaming(self, numbers: bool) -> dict[int, Any]:
        """New dimensions for the classes whose size another class has too; empty if none.

        With ``numbers`` also for those whose size is a number, which no other need have.
        """
        classes: dict[Any, set[int]] = {}
        for axes in (*self._of_variable.values(), *self._bound):
            for axis in axes:
                root = self.find(axis)
                if self._size[root] != 1:
                    classes.setdefault(self._size[root], set()).add(root)
        return {
            root: Symbol(_letters(size) + "′" * (place + 1), integer=True, positive=True)
            for size, roots in classes.items()
            if len(roots) > 1 or (numbers and not isinstance(size, Symbol))
            for place, root in enumerate(sorted(roots))
        }

    def size(self, axis: int, renaming: dict[int, Any]) -> Any:
        """The size of an axis after renaming."""
        root = self.find(axis)
        return renaming.get(root, self._size[root])


def as_written(expr: Any, dimensions: Iterable[Any]) -> Any:
    """``expr`` with the sizes that it was written with, where they have been told apart."""
    known = {str(size.name): size for size in dimensions}
    apart = {size: str(size.name) for size in expr.atoms(Symbol) if str(size.name).endswith("′")}
    names = {size: name.rstrip("′") for size, name in apart.items()}
    return expr.xreplace(
        {size: known.get(name) or Integer(name.removeprefix("n")) for size, name in names.items()}
    )


def _letters(size: Any) -> str:
    return size.name if isinstance(size, Symbol) else f"n{size}"


def told_apart(*equations: tuple[Any, Any], numbers: bool = False) -> list[tuple[Any, Any]] | None:
    """Equations with unrelated sizes told apart in all of them; None where no sizes coincide.

    With ``numbers`` every size of a symbol that is a number becomes a dimension too.
    The sides are in primitives. Raises ``Undecided`` for what names single entries.
    """
    splitter = _Splitter()
    builds = [splitter.equation(*sides) for sides in equations]
    splitter.renaming = splitter.axes.renaming(numbers)
    return [(left(), right()) for left, right in builds] if splitter.renaming else None


class _Splitter:
    """Walks an expression once, noting equal axes and how to build it anew."""

    def __init__(self) -> None:
        self.axes = Axes()
        self.renaming: dict[int, Any] = {}

    def _size(self, axis: int) -> Any:
        return self.axes.size(axis, self.renaming)

    def equation(self, left: Any, right: Any) -> tuple[Build, Build]:
        """How to build the two sides, whose axes are equal."""
        if not is_matrix(left):
            return self.scalar(left), self.scalar(right)
        (one, *axes), (other, *others) = self.matrix(left), self.matrix(right)
        for axis, same in zip(axes, others, strict=True):
            self.axes.join(axis, same)
        return one, other

    def scalar(self, expr: Any) -> Build:
        """How to build a scalar."""
        if isinstance(expr, DerivativeAt):
            build, _, _ = self._binder(expr)
            return build
        if isinstance(expr, (Trace, Determinant)):
            build, rows, cols = self.matrix(expr.arg)
            self.axes.join(rows, cols)
            return lambda: expr.func(build())
        if not expr.args:
            return lambda: expr
        parts = [self._part(arg) for arg in expr.args]
        return lambda: rebuilt(expr, [part() for part in parts])

    def _part(self, arg: Any) -> Build:
        if is_matrix(arg):
            return self.matrix(arg)[0]
        return self.scalar(arg) if isinstance(arg, Basic) else lambda: arg

    def matrix(self, expr: Any) -> Read:
        """How to build a matrix, and its axes."""
        axes = self.axes
        if isinstance(expr, Variable):
            rows, cols = axes.of_variable(expr)
            kind, (name, given) = type(expr), (expr.args[0], expr.args[3])
            return lambda: kind(name, self._size(rows), self._size(cols), given), rows, cols
        if isinstance(expr, (OneMatrix, ZeroMatrix)):
            rows, cols = (axes.new(s) if s == 1 else axes.of_constant(s) for s in expr.shape)
            constant = type(expr)
            return lambda: constant(self._size(rows), self._size(cols)), rows, cols
        if isinstance(expr, Identity):
            both = axes.of_constant(expr.shape[0])
            return lambda: Identity(self._size(both)), both, both
        if isinstance(expr, Transpose):
            build, rows, cols = self.matrix(expr.arg)
            return lambda: Transpose(build()), cols, rows
        if isinstance(expr, Inverse):
            build, rows, cols = self.matrix(expr.arg)
            self.axes.join(rows, cols)
            return lambda: Inverse(build()), rows, cols
        if isinstance(expr, (MatMul, MatPow)):
            return self._product(expr)
        if isinstance(expr, (MatAdd, HadamardProduct, HadamardPower)):
            return self._entrywise(expr)
        if isinstance(expr, ElementwiseApplyFunction):
            build, rows, cols = self.matrix(expr.expr)
            body = self.scalar(expr.function.expr)
            bound = expr.function.variables

            def mapped() -> Any:
                return rebuilt(expr, [Lambda(bound, body()), build()])

            return mapped, rows, cols
        if isinstance(expr, BINDERS):
            return self._binder(expr)
        if isinstance(expr, MatrixSeries):
            build, rows, cols = self.matrix(expr.args[0])
            return lambda: expr.func(build(), *expr.args[1:]), rows, cols
        kind_ = "explicit matrix" if isinstance(expr, ImmutableDenseMatrix) else type(expr).__name__
        raise Undecided(f"The sizes of an {kind_} cannot be told apart.")

    def _product(self, expr: Any) -> Read:
        if isinstance(expr, MatPow):
            build, rows, cols = self.matrix(expr.base)
            self.axes.join(rows, cols)
            return lambda: MatPow(build(), expr.exp), rows, cols
        args = expr.args
        builds = [self.scalar(arg) for arg in args if not is_matrix(arg)]
        reads = [self.matrix(arg) for arg in args if is_matrix(arg)]
        for (_, _, inner), (_, outer, _) in pairwise(reads):
            self.axes.join(inner, outer)
        builds += [build for build, _, _ in reads]
        return lambda: MatMul(*(build() for build in builds)), reads[0][1], reads[-1][2]

    def _entrywise(self, expr: Any) -> Read:
        reads = [self.matrix(arg) for arg in expr.args if is_matrix(arg)]
        builds = [read[0] for read in reads]
        rest = [arg for arg in expr.args if not is_matrix(arg)]
        _, rows, cols = reads[0]
        for _, other_rows, other_cols in reads[1:]:
            self.axes.join(other_rows, rows)
            self.axes.join(other_cols, cols)
        return lambda: expr.func(*(build() for build in builds), *rest), rows, cols

    def _binder(self, expr: Any) -> Read:
        body, bound, point = expr.args
        hidden = self.axes.hide(bound)
        read = self.matrix(body) if is_matrix(body) else (self.scalar(body), 0, 0)
        if not is_matrix(bound):
            at = self.scalar(point)
            return lambda: expr.func(read[0](), bound, at()), read[1], read[2]
        build_bound, rows, cols = self.matrix(bound)
        self.axes.restore(bound, hidden)
        build_point, point_rows, point_cols = self.matrix(point)
        self.axes.join(point_rows, rows)
        self.axes.join(point_cols, cols)

        def build() -> Any:
            return expr.func(read[0](), build_bound(), build_point())

        if not isinstance(expr, JacobianAt):
            return build, rows, cols
        return build, self._vec(read[1], read[2], body), self._vec(rows, cols, bound)

    def _vec(self, rows: int, cols: int, expr: Any) -> int:
        """The axis of a vectorised matrix; only vectors keep the class of their axis."""
        if expr.shape[1] == 1:
            return rows
        if expr.shape[0] == 1:
            return cols
        raise Undecided("The sizes of a vectorised matrix cannot be told apart.")
