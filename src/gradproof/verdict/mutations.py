"""One thing changed in an expression: what near misses of an identity are made of.

Each function yields expressions that SymPy lets stand and whose shapes fit; whether a change makes
a difference is not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sympy import (
    Abs,
    Add,
    Determinant,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Integer,
    Inverse,
    KroneckerProduct,
    Lambda,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    Symbol,
    Trace,
    Transpose,
    erf,
    exp,
    log,
    sympify,
    tanh,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import StatementError
from ..language.functions import FunctionOfScalar
from ..language.nodes import MatrixNode, Named, ScalarNode
from ..language.shapes import is_matrix
from ..language.symbols import Variable
from ..language.unfold import DerivativeNode
from ..language.wellformed import check_shape

_REAL_FUNCTIONS = (exp, log, Abs, tanh, erf)
_LEAVES = (Symbol, Variable)


def scaled(expr: Any, factor: Any) -> Any:
    """``expr`` times a scalar, with nothing in it rewritten."""
    return MatMul(factor, expr) if is_matrix(expr) else Mul(factor, expr, evaluate=False)


def added(expr: Any, other: Any) -> Any:
    """A sum of two expressions of one shape, with nothing in them rewritten."""
    return MatAdd(expr, other) if is_matrix(expr) else Add(expr, other, evaluate=False)


def constant(expr: Any, value: Any) -> Any:
    """A number, or where ``expr`` is a matrix, one of its shape with this number everywhere."""
    number = sympify(value)
    return scaled(OneMatrix(*expr.shape), number) if is_matrix(expr) else number


def alike(one: Any, other: Any) -> bool:
    """Whether both are scalars, or both matrices of one shape."""
    if is_matrix(one) and is_matrix(other):
        return tuple(one.shape) == tuple(other.shape)
    return is_matrix(one) == is_matrix(other)


def whole_changes(expr: Any) -> Iterator[Any]:
    """The expression with another sign, doubled, halved, and with ones added or taken away."""
    yield from (scaled(expr, factor) for factor in (Integer(-1), Integer(2), Rational(1, 2)))
    yield from (added(expr, constant(expr, 1)), added(expr, constant(expr, -1)))


def in_turn(ways: Iterable[Iterator[Any]]) -> Iterator[Any]:
    """One of each, then the next of each, until all are used up."""
    left = list(ways)
    while left:
        known, left = left, []
        for way in known:
            for made in way:
                yield made
                left.append(way)
                break


@dataclass(frozen=True)
class Changer:
    """Makes changes; ``opened`` also in the bodies of derivatives and of named definitions.

    ``exchangeable`` gives for each symbol and dimension the others that could stand in its place.
    """

    exchangeable: Mapping[Any, list[Any]]
    opened: bool = False

    def changes(self, expr: Any) -> Iterator[Any]:
        """Every expression that differs from ``expr`` in one thing, here or in a part of it."""
        yield from self._here(expr)
        if isinstance(expr, ImmutableDenseMatrix):
            yield from in_turn(self._entry(expr, place) for place in range(len(expr.flat())))
        elif isinstance(expr, ElementwiseApplyFunction):
            yield from in_turn([self._function(expr), self._part(expr, 1)])
        elif isinstance(expr, DerivativeNode):
            # A differential has one argument, and moves every symbol in it.
            _, *variable = expr.args  # type: ignore[attr-defined]
            if self.opened and variable and variable[0].is_symbol:
                yield from self._part(expr, 0)
        elif isinstance(expr, Named) and hasattr(expr, "definition"):
            if self.opened:
                yield from self.changes(expr.definition)
        elif not isinstance(expr, _LEAVES):
            yield from in_turn(self._part(expr, place) for place in range(len(expr.args)))

    def _part(self, expr: Any, place: int) -> Iterator[Any]:
        """One argument changed."""
        arg = expr.args[place]
        if not (is_matrix(arg) or getattr(arg, "is_commutative", False)):
            return
        rigid = isinstance(expr, (MatrixNode, ScalarNode, MatrixElement))
        for changed in self.changes(arg):
            if not rigid or alike(changed, arg):
                yield from built(expr, [*expr.args[:place], changed, *expr.args[place + 1 :]])

    def _entry(self, expr: Any, place: int) -> Iterator[Any]:
        """One entry of an explicit matrix changed."""
        entries = expr.flat()
        for ways in (whole_changes, self.changes):
            for changed in ways(entries[place]):
                made = [*entries[:place], changed, *entries[place + 1 :]]
                yield ImmutableDenseMatrix(*expr.shape, made)

    def _function(self, expr: Any) -> Iterator[Any]:
        """The body of an elementwise function changed, or the function left out."""
        function, matrix = expr.args
        for changed in self.changes(function.expr):
            if changed.has(*function.variables):
                yield ElementwiseApplyFunction(Lambda(function.variables, changed), matrix)
        yield matrix

    def _here(self, expr: Any) -> Iterator[Any]:
        """The changes at the top of an expression."""
        yield from self.exchangeable.get(expr, ())
        if isinstance(expr, Transpose):
            yield expr.arg
        elif is_matrix(expr) and expr.shape[0] == expr.shape[1]:
            yield expr.T
        if isinstance(expr, (Add, MatAdd)):
            yield from _without_a_term(expr)
        if isinstance(expr, (MatMul, HadamardProduct, KroneckerProduct)):
            yield from _swapped(expr)
        if isinstance(expr, (Mul, MatMul, HadamardProduct)):
            yield from _without_a_factor(expr)
        yield from _relatives(expr)


def _without_a_term(expr: Any) -> Iterator[Any]:
    """A term dropped, or its sign changed."""
    for place, term in enumerate(expr.args):
        yield from built(expr, [*expr.args[:place], *expr.args[place + 1 :]])
        yield from built(expr, [*expr.args[:place], -term, *expr.args[place + 1 :]])


def _without_a_factor(expr: Any) -> Iterator[Any]:
    for place in range(len(expr.args)):
        rest = [*expr.args[:place], *expr.args[place + 1 :]]
        if rest and any(map(is_matrix, rest)) == is_matrix(expr):
            yield from built(expr, rest)


def _swapped(expr: Any) -> Iterator[Any]:
    """Two factors exchanged, where the shapes still fit."""
    factors = [arg for arg in expr.args if is_matrix(arg)]
    scalars = [arg for arg in expr.args if not is_matrix(arg)]
    for one, other in combinations(range(len(factors)), 2):
        swapped = list(factors)
        swapped[one], swapped[other] = factors[other], factors[one]
        yield from built(expr, [*scalars, *swapped])


def _relatives(expr: Any) -> Iterator[Any]:
    """Another exponent, number or entry; a function of another kind, or left out."""
    if isinstance(expr, Inverse):
        yield expr.arg
    elif isinstance(expr, (Pow, MatPow, HadamardPower)):
        yield from built(expr, [expr.base, expr.exp + 1])
        yield from built(expr, [expr.base, -expr.exp])
    elif isinstance(expr, Rational) and expr not in (0, 1, -1):
        yield expr + 1
    elif isinstance(expr, _REAL_FUNCTIONS):
        yield expr.func(-expr.args[0])
        yield expr.args[0]
    elif isinstance(expr, FunctionOfScalar):
        yield expr.func(expr.args[0], expr.args[1] + 1, expr.args[2])
    elif isinstance(expr, MatrixElement):
        yield from _other_places(expr)
    elif isinstance(expr, Trace):
        yield Determinant(expr.arg)
    elif isinstance(expr, Determinant):
        yield Trace(expr.arg)
    elif isinstance(expr, Identity):
        yield OneMatrix(*expr.shape)
    elif isinstance(expr, OneMatrix) and expr.shape[0] == expr.shape[1]:
        yield Identity(expr.shape[0])


def _other_places(expr: Any) -> Iterator[Any]:
    """The next entry in the column or in the row, where sizes are known."""
    matrix, *place = expr.args
    for axis, (at, size) in enumerate(zip(place, matrix.shape, strict=True)):
        if at.is_Integer and sympify(size).is_Integer and size > 1:
            moved = [*place[:axis], (at + 1) % size, *place[axis + 1 :]]
            yield MatrixElement(matrix, *moved)


def built(expr: Any, args: list[Any]) -> Iterator[Any]:
    """A node like ``expr`` of other parts, if their shapes fit; one part stands for itself."""
    try:
        made = args[0] if len(args) == 1 < len(expr.args) else expr.func(*args)
        check_shape(made)
    except (IndexError, StatementError, TypeError, ValueError):
        return
    yield made
