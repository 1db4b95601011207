"""From a statement in primitives to polynomials in tensor entries.

The entry of a matrix expression is asked for by a tuple of indices for its row and one for its
column. An axis of size 1 has the empty tuple; the rows of a Jacobian have one index for each
axis of the outputs, the last axis first (column-major).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import (
    Abs,
    Add,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
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
    ZeroMatrix,
    exp,
    log,
    sympify,
)
from sympy.core.numbers import Exp1, NumberSymbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import Undecided
from ..functions import FunctionOfMatrix, FunctionOfScalar
from ..nodes import Size, Total, is_matrix
from ..symbols import TYING, Variable
from ..unfold import ENTRY, DerivativeAt, GradientAt, JacobianAt
from .axes import Indices, NoRule, Sorts, deltas, digits, finest, fresh, sorts
from .calculus import derivative
from .functions import exponential, logarithm, of_head
from .product import absolute, power, times
from .rename import replaced
from .signs import is_nonnegative, is_nonzero, is_positive
from .sums import dimension, extent, total
from .terms import (
    ONE,
    ZERO,
    Abstraction,
    Entry,
    Index,
    Op,
    Poly,
    Tensor,
    constant,
    of_atom,
    plus,
)


class Reader:
    """Reads expressions; ``literal`` writes sums over known sizes out, entry by entry.

    ``conditions`` collects what must hold where the expressions are to be defined: pairs of a
    kind ("positive", "nonnegative", "nonzero") and the expression that has to be so.
    """

    def __init__(self, literal: bool = False) -> None:
        self.literal = literal
        self.conditions: dict[tuple[str, Any], None] = {}
        self._tensors: dict[Any, Tensor] = {}
        self._entry_value: tuple[Poly, Any] | None = None

    # -- sizes and indices ------------------------------------------------------------------

    def sorts(self, expr: Any, axis: int) -> Sorts:
        """The sorts of the indices of an axis."""
        return sorts(expr, axis, self.literal)

    def indices(self, expr: Any, axis: int) -> tuple[Index, ...]:
        """Fresh indices for an axis."""
        return fresh(self.sorts(expr, axis))

    # -- scalars ----------------------------------------------------------------------------

    def scalar(self, expr: Any) -> Poly:
        """The polynomial of a scalar expression."""
        if isinstance(expr, Rational):
            return constant(Fraction(int(expr.p), int(expr.q)))
        if expr == ENTRY and self._entry_value is not None:
            return self._entry_value[0]
        read = _find(_SCALARS, expr)
        return read(self, expr)

    def _symbol(self, expr: Any) -> Poly:
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
        return self._raised(self.scalar(expr.base), expr.exp, expr.base)

    def _raised(self, base: Poly, exponent: Any, written: Any) -> Poly:
        q = int(exponent) if exponent.q == 1 else Fraction(int(exponent.p), int(exponent.q))
        if q.denominator != 1 and not (_is_square(written) or is_nonnegative(base)):
            self._require("nonnegative" if q > 0 else "positive", written)
        elif q < 0 and not is_nonzero(base):
            self._require("nonzero", written)
        return power(base, q)

    def _log(self, expr: Any) -> Poly:
        argument = self.scalar(expr.args[0])
        if not is_positive(argument):
            self._require("positive", expr.args[0])
        return logarithm(argument)

    def _require(self, kind: str, written: Any) -> None:
        inside = self._entry_value
        if inside is not None:
            written = inside[1] if written == ENTRY else written.xreplace({ENTRY: inside[1]})
        self.conditions[(kind, written)] = None

    def _total(self, expr: Any) -> Poly:
        (matrix,) = expr.args
        rows, cols = self.indices(matrix, 0), self.indices(matrix, 1)
        return total((*rows, *cols), self.entry(matrix, rows, cols))

    def _trace(self, expr: Any) -> Poly:
        rows = fresh(finest(self.sorts(expr.arg, axis) for axis in (0, 1)))
        return total(rows, self.entry(expr.arg, rows, rows))

    def _size(self, expr: Any) -> Poly:
        matrix, axis = expr.args
        return times(*(extent(sort) for sort in self.sorts(matrix, int(axis))))

    def _element(self, expr: Any) -> Poly:
        matrix, *place = expr.args
        sizes = [sympify(size) for size in matrix.shape]
        for size, at in zip(sizes, place, strict=True):
            if not (at.is_Integer and size.is_Integer and 0 <= at < size):
                raise Undecided(f"The entry {expr} needs whole numbers within a known size.")
        rows, cols = (digits(int(at), self.sorts(matrix, axis)) for axis, at in enumerate(place))
        return self.entry(matrix, rows, cols)

    def _function_of_matrix(self, expr: Any) -> Poly:
        matrix = expr.args[1]
        axes = [self.indices(matrix, axis) for axis in (0, 1)]
        # An axis of size 1 keeps its place, so that F(x) is not F(xᵀ).
        params = tuple(index for own in axes for index in own or (0,))
        argument = Abstraction(params, self.entry(matrix, *axes))
        # The mark keeps a function that is named exp from being taken for the exponential.
        return of_atom(Op(f"{expr.name}'", (argument,)))

    def _function_of_scalar(self, expr: Any) -> Poly:
        return of_head(f"{expr.name}'{expr.order}", self.scalar(expr.args[2]))

    def _derivative(self, expr: Any) -> Poly:
        return self._differentiated(expr, lambda body: self.scalar(body), ())

    # -- matrices ---------------------------------------------------------------------------

    def entry(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """The polynomial of an entry of a matrix expression."""
        if is_matrix(expr):
            return _find(_MATRICES, expr)(self, expr, rows, cols)
        raise Undecided(f"{expr} is not a matrix.")

    def _variable(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        split = len(rows) > 1 or len(cols) > 1
        if (split and TYING & set(expr.given)) or _is_crowded(expr):
            raise NoRule(f"The index proof has no rule for {expr} with its assumptions here.")
        if expr.has_given("diagonal"):
            return times(deltas(rows, cols), of_atom(Entry(self._tensor(expr), rows)))
        if expr.shape[0] == 1 and expr.has_given("one_hot"):
            return ONE
        if expr.shape[0] == 1 and expr.has_given("column_sums"):
            return self.scalar(expr.given["column_sums"])
        return of_atom(Entry(self._tensor(expr), (*rows, *cols)))

    def _tensor(self, variable: Any) -> Tensor:
        if variable in self._tensors:
            return self._tensors[variable]
        return Tensor(str(variable.name), {"shape": variable.shape, **variable.given})

    def _sum(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return plus(*(self.entry(arg, rows, cols) for arg in expr.args))

    def _matrix_power(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        if not (expr.exp.is_Integer and expr.exp > 0):
            raise NoRule(f"The index proof has no rule for the power {expr}.")
        return self._chain([expr.base] * int(expr.exp), rows, cols)

    def _product(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        scalars = [self.scalar(arg) for arg in expr.args if not is_matrix(arg)]
        matrices = [arg for arg in expr.args if is_matrix(arg)]
        return times(*scalars, self._chain(matrices, rows, cols))

    def _chain(self, matrices: list[Any], rows: Indices, cols: Indices) -> Poly:
        """An entry of a product of matrices, summed from left to right."""
        result, left = ONE, rows
        for matrix, after in zip(matrices, [*matrices[1:], None], strict=True):
            right = cols if after is None else self._inner(matrix, after)
            factor = self.entry(matrix, left, right)
            bound = () if left is rows else tuple(i for i in left if isinstance(i, Index))
            result = total(bound, times(result, factor))
            left = right
        return result

    def _inner(self, left: Any, right: Any) -> tuple[Index, ...]:
        """Fresh indices where the columns of one factor meet the rows of the next."""
        return fresh(finest((self.sorts(left, 1), self.sorts(right, 0))))

    def _transpose(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return self.entry(expr.arg, cols, rows)

    def _hadamard(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return times(*(self.entry(arg, rows, cols) for arg in expr.args))

    def _hadamard_power(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return self._raised(self.entry(expr.base, rows, cols), expr.exp, expr.base)

    def _elementwise(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        value = self.entry(expr.expr, rows, cols)
        outer, self._entry_value = self._entry_value, (value, expr.expr)
        try:
            return self.scalar(expr.function.expr)
        finally:
            self._entry_value = outer

    def _explicit(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        terms = []
        for i in range(expr.shape[0]):
            for j in range(expr.shape[1]):
                here = times(deltas((i,) if rows else (), rows), deltas((j,) if cols else (), cols))
                if here.terms:
                    terms.append(times(here, self.scalar(expr[i, j])))
        return plus(*terms)

    def _gradient(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return self._differentiated(expr, self.scalar, (*rows, *cols))

    def _jacobian(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        body, bound, _ = expr.args
        width, depth = len(self.sorts(body, 1)), len(self.sorts(bound, 1))
        outputs = (rows[width:], rows[:width])
        place = (*cols[depth:], *cols[:depth])
        return self._differentiated(expr, lambda inner: self.entry(inner, *outputs), place)

    def _differentiated(self, expr: Any, read: Callable[[Any], Poly], place: Indices) -> Poly:
        """Read the body, differentiate in the bound variable, put the point in its place."""
        body, bound, point = expr.args
        self._check_whole(bound, point, place)
        symbolic = self._is_free(point)
        resolve = self._tensor if is_matrix(bound) else self._scalar_tensor
        tensor = resolve(point if symbolic else bound)
        known, self._tensors[bound] = self._tensors.get(bound), tensor
        before, self.conditions = self.conditions, {}
        slope = derivative(read(body), tensor, place)
        found, self.conditions = self.conditions, before
        for kind, written in found:
            self.conditions[(kind, written.xreplace({bound: point}))] = None
        if known is None:
            del self._tensors[bound]
        else:
            self._tensors[bound] = known
        if symbolic:
            return slope
        value = self._whole(point) if is_matrix(point) else Abstraction((), self.scalar(point))
        return replaced(slope, tensor, value)

    def _check_whole(self, bound: Any, point: Any, place: Indices) -> None:
        """Refuse a variable with a split axis: its entries would have two kinds of places."""
        kinds = [self.sorts(bound, axis) for axis in (0, 1)] if is_matrix(bound) else []
        split = is_matrix(point) and any(len(self.sorts(point, axis)) > 1 for axis in (0, 1))
        if split or len(place) != sum(map(len, kinds)):
            raise NoRule(f"The index proof has no rule for a derivative in {point} here.")

    def _is_free(self, point: Any) -> bool:
        """Whether the entries at the point can themselves move, and nothing else has their names.

        Not if they are tied, nor where a function is applied to an entry that may contain them.
        """
        if self._entry_value is not None:
            return False
        if isinstance(point, Variable):
            return not TYING & set(point.given)
        return isinstance(point, Symbol)

    def _whole(self, matrix: Any) -> Abstraction:
        """A matrix as a function of its row and column indices."""
        rows, cols = self.indices(matrix, 0), self.indices(matrix, 1)
        return Abstraction((*rows, *cols), self.entry(matrix, rows, cols))


def _is_square(expr: Any) -> bool:
    """Whether it is a sum of squares as written."""
    if not isinstance(expr, Total) or not isinstance(expr.args[0], HadamardProduct):
        return False
    factors = expr.args[0].args
    return len(factors) == 2 and factors[0] == factors[1]


def _is_crowded(variable: Any) -> bool:
    """Whether a diagonal matrix has another assumption on its columns."""
    given = set(variable.given)
    return "diagonal" in given and bool(given & {"column_sums", "one_hot"})


def _identity(reader: Reader, expr: Any, rows: Indices, cols: Indices) -> Poly:
    return deltas(rows, cols)


def _find(table: dict[type, Callable[..., Poly]], expr: Any) -> Callable[..., Poly]:
    for kind in type(expr).__mro__:
        if kind in table:
            return table[kind]
    raise NoRule(f"The index proof has no rule for {type(expr).__name__} in {expr}.")


_SCALARS: dict[type, Callable[..., Poly]] = {
    Symbol: Reader._symbol,
    NumberSymbol: Reader._number_symbol,
    Add: lambda reader, expr: plus(*(reader.scalar(arg) for arg in expr.args)),
    Mul: lambda reader, expr: times(*(reader.scalar(arg) for arg in expr.args)),
    Pow: Reader._power,
    exp: lambda reader, expr: exponential(reader.scalar(expr.args[0])),
    log: Reader._log,
    Abs: lambda reader, expr: absolute(reader.scalar(expr.args[0])),
    Total: Reader._total,
    Trace: Reader._trace,
    Size: Reader._size,
    MatrixElement: Reader._element,
    FunctionOfMatrix: Reader._function_of_matrix,
    FunctionOfScalar: Reader._function_of_scalar,
    DerivativeAt: Reader._derivative,
}
_MATRICES: dict[type, Callable[..., Poly]] = {
    Variable: Reader._variable,
    MatAdd: Reader._sum,
    MatMul: Reader._product,
    MatPow: Reader._matrix_power,
    Transpose: Reader._transpose,
    HadamardProduct: Reader._hadamard,
    HadamardPower: Reader._hadamard_power,
    ElementwiseApplyFunction: Reader._elementwise,
    Identity: _identity,
    OneMatrix: lambda reader, expr, rows, cols: ONE,
    ZeroMatrix: lambda reader, expr, rows, cols: ZERO,
    ImmutableDenseMatrix: Reader._explicit,
    GradientAt: Reader._gradient,
    JacobianAt: Reader._jacobian,
}
