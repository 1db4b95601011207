"""A statement: two sides, checked to be a claim about real matrices, and unfolded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from typing import Any

from sympy import (
    Equality,
    ImmutableDenseMatrix,
    S,
    Symbol,
    Tuple,
    ZeroMatrix,
    im,
    re,
    sympify,
)
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import StatementError
from .differentials import Differential, ScalarDifferential, moved
from .nodes import as_expression, as_scalar, parts
from .shapes import check_same_shape, is_matrix
from .shown import check_readable
from .substitution import put, solved
from .symbols import Variable
from .unfold import unfold
from .wellformed import check_names, check_numbers, check_primitives, check_shapes

Equations = tuple[tuple[Any, Any], ...]


class Statement:
    """The claim that ``lhs`` equals ``rhs`` for all real values of its symbols.

    With hypotheses ``given`` it claims this only where all of them hold. ``lhs``, ``rhs`` and
    ``given`` are as written; ``left``, ``right`` and ``hypotheses`` are unfolded to primitives.
    Where a differential occurs, the hypotheses hold along the motion, so that their
    differentials hold too.
    Raises an error of :mod:`gradproof.errors` where the two are no such claim.
    """

    def __init__(self, lhs: Any, rhs: Any, given: Any = ()) -> None:
        self.lhs, self.rhs = _sides(lhs, rhs)
        self.given: Equations = tuple(_hypothesis(equation) for equation in given)
        written = [self.lhs, self.rhs, *chain.from_iterable(self.given)]
        check_numbers(*written)
        check_shapes(*written)
        self._puts, self.hypotheses = solved(
            tuple((unfold(a), unfold(b)) for a, b in _with_differentials(self.given, written))
        )
        self.left, self.right = self._unfolded(self.lhs), self._unfolded(self.rhs)
        check_primitives(self.left, self.right, *chain.from_iterable(self.hypotheses))
        check_names(*written)
        check_readable(*written)

    @classmethod
    def of_primitives(cls, left: Any, right: Any, hypotheses: Equations = ()) -> Statement:
        """The statement of two sides that are unfolded already, and so are the hypotheses."""
        made = cls.__new__(cls)
        made.lhs, made.rhs = made.left, made.right = left, right
        made.given = made.hypotheses = hypotheses
        made._puts = ()
        return made

    def _unfolded(self, side: Any) -> Any:
        return put(unfold(side), self._puts)

    def with_sides(self, lhs: Any, rhs: Any) -> Statement:
        """The statement with other sides, whose parts fit and whose symbols it has already."""
        if self.is_matrix:
            check_same_shape(lhs, rhs, "The two sides do not fit")
        made = type(self).__new__(type(self))
        made.lhs, made.rhs = lhs, rhs
        made.given, made.hypotheses, made._puts = self.given, self.hypotheses, self._puts
        made.left = self.left if lhs is self.lhs else made._unfolded(lhs)
        made.right = self.right if rhs is self.rhs else made._unfolded(rhs)
        return made

    @cached_property
    def symbols(self) -> tuple[Any, ...]:
        """The free symbols other than dimensions, by name."""
        free = set().union(*(side.free_symbols for side in self.sides))
        return tuple(sorted((s for s in free if not is_dimension(s)), key=lambda s: str(s.name)))

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The matrix symbols, by name."""
        return tuple(s for s in self.symbols if isinstance(s, Variable))

    @cached_property
    def dimensions(self) -> tuple[Any, ...]:
        """The dimensions of unknown value, by name."""
        free = set().union(*(side.free_symbols for side in self.sides))
        found = {s for s in free if is_dimension(s)}
        for thing in (*self.variables, *self.sides):
            for node in parts(thing):
                if is_matrix(node):
                    found |= {s for size in node.shape for s in sympify(size).free_symbols}
        return tuple(sorted(found, key=lambda s: str(s.name)))

    @property
    def is_matrix(self) -> bool:
        """Whether the sides are matrices."""
        return is_matrix(self.lhs)

    @cached_property
    def names_entries(self) -> bool:
        """Whether single entries are named, so that it speaks of concrete sizes only."""
        return any(side.has(MatrixElement, ImmutableDenseMatrix) for side in self.sides)

    @property
    def sides(self) -> tuple[Any, ...]:
        """Both sides, and those of the hypotheses, in primitives."""
        return (self.left, self.right, *chain.from_iterable(self.hypotheses))

    def __repr__(self) -> str:
        return f"Statement({self.lhs}, {self.rhs})"


def _hypothesis(equation: Any) -> tuple[Any, Any]:
    """The two sides of a hypothesis, given as a pair or as an equation of SymPy."""
    if equation in (S.true, S.false):
        raise StatementError(
            f"A hypothesis is {equation} as it stands. Give an equation between expressions that "
            "are not the same, of one shape."
        )
    if isinstance(equation, Equality):
        equation = equation.args
    if not isinstance(equation, (tuple, Tuple)) or len(equation) != 2:
        raise StatementError(
            f"{equation!r} is no hypothesis: give pairs of two sides, for example "
            "given=[(A * v, t * v)]."
        )
    return _sides(*equation)


def _with_differentials(given: Equations, written: list[Any]) -> Iterator[tuple[Any, Any]]:
    """The hypotheses and, where the statement speaks of differentials, theirs."""
    yield from given
    kinds = (Differential, ScalarDifferential)
    if not any(side.has(*kinds) for side in written):
        return
    for equation in given:
        if not any(side.has(*kinds) for side in equation):
            one, other = map(moved, equation)
            if one.has(*kinds) or other.has(*kinds):
                yield one, other


def is_dimension(symbol: Any) -> bool:
    """Whether ``symbol`` is a dimension."""
    return isinstance(symbol, Symbol) and bool(symbol.is_integer and symbol.is_positive)


def _real(side: Any) -> Any:
    """A side without the real and imaginary parts of what SymPy does not know to be real."""
    if not side.has(re, im):
        return side
    return side.replace(im, lambda _: S.Zero).replace(re, lambda real: real)


def _sides(lhs: Any, rhs: Any) -> tuple[Any, Any]:
    lhs, rhs = as_expression(lhs, "The left side"), as_expression(rhs, "The right side")
    lhs, rhs = map(_real, (lhs, rhs))
    if rhs == 0 and is_matrix(lhs):
        rhs = ZeroMatrix(*lhs.shape)
    if is_matrix(lhs) != is_matrix(rhs):
        if tuple(lhs.shape if is_matrix(lhs) else rhs.shape) == (1, 1):
            lhs, rhs = as_scalar(lhs, "The left side"), as_scalar(rhs, "The right side")
        else:
            check_same_shape(lhs, rhs, "The two sides do not fit")
    if is_matrix(lhs):
        check_same_shape(lhs, rhs, "The two sides do not fit")
    return lhs, rhs
