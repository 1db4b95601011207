"""From scalar expressions in primitives to polynomials in tensor entries."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from sympy import (
    Abs,
    Add,
    Determinant,
    Mul,
    Pow,
    Rational,
    Symbol,
    Trace,
    erf,
    exp,
    log,
    sympify,
    tanh,
)
from sympy.core.numbers import Exp1, NumberSymbol
from sympy.matrices.expressions.matexpr import MatrixElement

from ...errors import Undecided
from ...language.functions import FunctionOfMatrix, FunctionOfScalar
from ...language.nodes import Size, Total
from ...language.series import Series
from ...language.shown import shown
from ...language.unfold import ENTRY, DerivativeAt
from .axes import Indices, NoRule, Sorts, digits, finest, fresh, sorts
from .conditions import flattened, of_entries, plain, sign
from .domain import Domain, divided_by, leaves_a_root
from .exponents import counted, number, place, raised
from .functions import exponential, logarithm, of_head
from .indices import Index, Tensor
from .needs import collected, forward
from .powers import absolute, power
from .product import times
from .quotients import surely_positive
from .signs import is_nonnegative, is_nonzero
from .splits import Splits
from .sums import Range, dimension, extent, total
from .terms import ONE, Abstraction, Entry, Op, Poly, constant, of_atom, plus, scaled


class ScalarReader:
    """Reads scalars; :class:`~gradproof.routes.kernel.read.Reader` adds matrices and derivatives.

    ``literal`` writes sums over known sizes out, entry by entry; ``splits`` are the split axes of
    symbols and constants. ``conditions`` collects what
    must hold where the expressions are to be defined: pairs of a kind ("positive",
    "nonnegative", "nonzero") and the expression that has to be so.
    """

    def __init__(self, literal: bool = False, splits: Splits = MappingProxyType({})) -> None:
        self.literal, self.splits = literal, splits
        self.conditions: dict[tuple[str, Any], None] = {}
        self.domain = Domain()
        self._tensors: dict[Any, Tensor] = {}
        self._entry_value: tuple[Poly, Any] | None = None
        self._differentiating = 0
        self.axioms: set[str] = set()
        self._read: dict[Any, Poly] = {}
        self._places: dict[Any, Index] = {}
        self._sorts: dict[tuple[Any, int], Sorts] = {}

    def _once(self, key: Any, read: Callable[[], Poly]) -> Poly:
        """What is read outside all that binds a symbol has one meaning and is read once."""
        if self._tensors or self._places or self._entry_value is not None:
            return read()
        if key not in self._read:
            self._read[key] = read()
        return self._read[key]

    def sorts(self, expr: Any, axis: int) -> Sorts:
        """The sorts of the indices of an axis."""
        if (expr, axis) not in self._sorts:
            self._sorts[expr, axis] = sorts(expr, axis, self.literal, self.splits)
        return self._sorts[expr, axis]

    def indices(self, expr: Any, axis: int) -> tuple[Index, ...]:
        """Fresh indices for an axis."""
        return fresh(self.sorts(expr, axis))

    def over(self, kinds: Sorts, term: Callable[[Indices], Poly]) -> Poly:
        """A sum over indices of these sorts, written out if they are ranges."""
        if kinds and all(isinstance(sort, Range) for sort in kinds):
            places = itertools.product(*(range(sort.size) for sort in kinds))
            return plus(*(term(place) for place in places))
        bound = fresh(kinds)
        return total(bound, term(bound))

    def entry(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """The polynomial of an entry of a matrix expression."""
        raise NotImplementedError

    def derivative(self, expr: Any) -> Poly:
        """The polynomial of the derivative of a scalar in a scalar."""
        raise NotImplementedError

    def determinant(self, matrix: Any) -> Poly:
        """The polynomial of the determinant of a matrix."""
        raise NotImplementedError

    def scalar(self, expr: Any) -> Poly:
        """The polynomial of a scalar expression."""
        if isinstance(expr, Rational):
            return constant(Fraction(int(expr.p), int(expr.q)))
        if expr == ENTRY and self._entry_value is not None:
            return self._entry_value[0]
        read = find_rule(_SCALARS, expr)
        return self._once(expr, lambda: read(self, expr))

    def _symbol(self, expr: Any) -> Poly:
        if expr in self._places:
            return place(self._places[expr])
        return of_atom(Entry(self._scalar_tensor(expr)))

    def _scalar_tensor(self, expr: Any) -> Tensor:
        if expr in self._tensors:
            return self._tensors[expr]
        if expr.is_integer and expr.is_positive:
            return dimension(str(expr.name))
        facts = {"positive": expr.is_positive, "nonzero": expr.is_nonzero}
        return Tensor(str(expr.name), {fact: True for fact, holds in facts.items() if holds})

    def _number_symbol(self, expr: Any) -> Poly:
        if isinstance(expr, Exp1):
            return exponential(ONE)
        return of_atom(Entry(Tensor(str(expr), {"positive": True, "constant": True})))

    def _power(self, expr: Any) -> Poly:
        base, exponent = flattened(expr, self._entry_sign())
        return self._raised(self.scalar(base), exponent, base)

    def _tanh(self, expr: Any) -> Poly:
        """tanh u = 1 − 2/(exp 2u + 1)."""
        double = exponential(scaled(self.scalar(expr.args[0]), 2))
        return plus(ONE, scaled(power(plus(double, ONE), -1), -2))

    def _abs(self, expr: Any) -> Poly:
        argument = self.scalar(expr.args[0])
        if self._differentiating:
            self._may_divide(argument, expr.args[0])
        return absolute(argument)

    def _raised(self, base: Poly, exponent: Any, written: Any) -> Poly:
        """A power; a root of what can be < 0 is differentiated where it is > 0 only."""
        if not exponent.is_Rational:
            return self._raised_to_whole(base, self.exponent(exponent), written)
        q = int(exponent) if exponent.q == 1 else Fraction(int(exponent.p), int(exponent.q))
        if q.denominator != 1 and not (self._sign(written) or is_nonnegative(base)):
            strict = q < 0 or self._differentiating or leaves_a_root(base, q)
            self._require("positive" if strict else "nonnegative", written)
        elif (q < 0 or (q.denominator != 1 and q < self._differentiating)) and not is_nonzero(base):
            self._require("nonzero", written)
        moves = base.terms and (q < 0 or q.denominator != 1)
        lowest = q - self._differentiating if moves else q
        return self._granted(lambda: [power(base, q), power(base, lowest)])[0]

    def _raised_to_whole(self, base: Poly, exponent: Poly, written: Any) -> Poly:
        """A power whose exponent is no number; that of 0 only if it is a sum of dimensions."""
        if self._differentiating or any(c < 0 for _, c in exponent):
            self._may_divide(base, written)
        return self._taken_apart("nonzero", written, lambda: [raised(base, exponent)])[0]

    def _may_divide(self, divisor: Poly, written: Any) -> None:
        """Require that what is written is not 0, if that is not known, and grant it."""
        self._taken_apart("nonzero", written, lambda: [*divided_by(divisor)])

    def _taken_apart(self, kind: str, written: Any, work: Callable[[], list[Poly]]) -> list[Poly]:
        """What is made of something written, which is required to be so if that is needed."""
        with collected() as needs:
            made = work()
        if self.domain.lacks(needs.values()):
            self._require(kind, written)
        self.domain.grant(needs)
        forward(needs.values())
        return made

    def _granted(self, work: Callable[[], list[Poly]]) -> list[Poly]:
        """What is made where all that it needs is required already, or known."""
        with collected() as needs:
            made = work()
        self.domain.grant(needs)
        forward(needs.values())
        return made

    def exponent(self, expr: Any) -> Poly:
        """The polynomial of a whole number: of dimensions, and of the indices of sums."""
        if not expr.is_integer:
            raise NoRule(f"The index proof has no rule for the exponent {shown(expr)}.")
        return self.scalar(expr)

    def _series(self, expr: Any) -> Poly:
        return self.series(expr, lambda body: self.scalar(body))

    def series(self, expr: Any, read: Callable[[Any], Poly]) -> Poly:
        """A sum over the values of an index, from 0 on."""
        body, bound, count = expr.args
        terms = self.exponent(count)
        known = number(terms)
        index = Index(counted(terms) if known is None else Range(int(known)))
        outer, self._places = self._places, {**self._places, bound: index}
        try:
            return total((index,), read(body))
        finally:
            self._places = outer

    def _log(self, expr: Any) -> Poly:
        argument = self.scalar(expr.args[0])
        with collected():  # asking needs nothing
            if not surely_positive(argument):
                self._require("positive", expr.args[0])
        return self._granted(lambda: [logarithm(argument), *divided_by(argument)])[0]

    def _sign(self, written: Any) -> int:
        """The sign of an expression as written, here."""
        return sign(written, self._entry_sign())

    def _entry_sign(self) -> int:
        """The sign of the entry that a function is applied to."""
        return sign(self._entry_value[1]) if self._entry_value else 0

    def _require(self, kind: str, written: Any) -> None:
        least = self._sign(written) if kind != "invertible" else 0
        if least == 2 or (least and kind == "nonnegative"):
            return
        for less, expr in plain(kind, written):
            if expr.free_symbols & self._places.keys():
                raise Undecided(
                    "A term of a sum is defined at some of its indices only, or that is not seen. "
                    "Write the sum over those at which it is."
                )
            on = of_entries(expr, self._entry_value[1]) if self._entry_value else expr
            self.conditions[(less, on)] = None

    def _total(self, expr: Any) -> Poly:
        (matrix,) = expr.args
        height, kinds = len(self.sorts(matrix, 0)), self.sorts(matrix, 0) + self.sorts(matrix, 1)
        return self.over(kinds, lambda at: self.entry(matrix, at[:height], at[height:]))

    def _trace(self, expr: Any) -> Poly:
        kinds = finest(self.sorts(expr.arg, axis) for axis in (0, 1))
        return self.over(kinds, lambda at: self.entry(expr.arg, at, at))

    def _size(self, expr: Any) -> Poly:
        matrix, axis = expr.args
        return times(*(extent(sort) for sort in self.sorts(matrix, int(axis))))

    def _element(self, expr: Any) -> Poly:
        matrix, *place = expr.args
        sizes = [sympify(size) for size in matrix.shape]
        for size, at in zip(sizes, place, strict=True):
            if not (at.is_Integer and size.is_Integer and 0 <= at < size):
                raise Undecided(
                    f"The entry {shown(expr)} needs whole numbers within a known size. Write what "
                    "is meant for every index with total, inner or a product with a vector."
                )
        rows, cols = (digits(int(at), self.sorts(matrix, axis)) for axis, at in enumerate(place))
        return self.entry(matrix, rows, cols)

    def _function_of_matrix(self, expr: Any) -> Poly:
        matrix = expr.args[1]
        axes = [self.indices(matrix, axis) for axis in (0, 1)]
        # An axis of size 1 keeps its place, so that F(x) is not F(xᵀ); and where axes are split,
        # a mark tells rows from columns.
        mark = (0,) if max(map(len, axes)) > 1 else ()
        params = (*(axes[0] or (0,)), *mark, *(axes[1] or (0,)))
        argument = Abstraction(params, self.entry(matrix, *axes))
        # The mark keeps a function that is named exp from being taken for the exponential.
        return of_atom(Op(f"{expr.name}'", (argument,)))

    def _function_of_scalar(self, expr: Any) -> Poly:
        return of_head(f"{expr.name}'{expr.order}", self.scalar(expr.args[2]))


def find_rule(table: dict[type, Callable[..., Poly]], expr: Any) -> Callable[..., Poly]:
    for kind in type(expr).__mro__:
        if kind in table:
            return table[kind]
    raise NoRule(f"The index proof has no rule for {type(expr).__name__} in {shown(expr)}.")


_SCALARS: dict[type, Callable[..., Poly]] = {
    Symbol: ScalarReader._symbol,
    NumberSymbol: ScalarReader._number_symbol,
    Add: lambda reader, expr: plus(*(reader.scalar(arg) for arg in expr.args)),
    Mul: lambda reader, expr: times(*(reader.scalar(arg) for arg in expr.args)),
    Pow: ScalarReader._power,
    exp: lambda reader, expr: exponential(reader.scalar(expr.args[0])),
    log: ScalarReader._log,
    Abs: ScalarReader._abs,
    tanh: ScalarReader._tanh,
    erf: lambda reader, expr: of_head("erf", reader.scalar(expr.args[0])),
    Determinant: lambda reader, expr: reader.determinant(expr.arg),
    Total: ScalarReader._total,
    Trace: ScalarReader._trace,
    Size: ScalarReader._size,
    Series: ScalarReader._series,
    MatrixElement: ScalarReader._element,
    FunctionOfMatrix: ScalarReader._function_of_matrix,
    FunctionOfScalar: ScalarReader._function_of_scalar,
    DerivativeAt: lambda reader, expr: reader.derivative(expr),
}
