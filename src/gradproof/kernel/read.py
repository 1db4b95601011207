"""From a statement in primitives to polynomials in tensor entries.

The entry of a matrix expression is asked for by a tuple of indices for its row and one for its
column; :mod:`gradproof.kernel.axes` tells how many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    OneMatrix,
    Symbol,
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ..errors import Undecided
from ..nodes import is_matrix
from ..symbols import INVERTIBLE, TYING, Variable
from ..unfold import GradientAt, JacobianAt, SlopeAt
from .axes import Indices, NoRule, deltas, finest
from .calculus import derivative
from .indices import Tensor
from .linear import determinant, inverse_entry
from .powers import power
from .product import times
from .rename import replaced
from .scalars import ScalarReader, find_rule
from .signs import is_nonzero
from .terms import ONE, ZERO, Abstraction, Entry, Poly, of_atom, plus


class Reader(ScalarReader):
    """Reads scalars, entries of matrices, and derivatives."""

    def entry(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """The polynomial of an entry of a matrix expression."""
        if is_matrix(expr):
            rule = find_rule(_MATRICES, expr)
            return self._once((expr, rows, cols), lambda: rule(self, expr, rows, cols))
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
        if not expr.exp.is_Integer:
            raise NoRule(f"The index proof has no rule for the power {expr}.")
        factor = expr.base if expr.exp > 0 else Inverse(expr.base)
        return self._chain([factor] * abs(int(expr.exp)), rows, cols)

    def _inverse(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """(AB)⁻¹ = B⁻¹A⁻¹ for square factors; (A⁻¹)⁻¹ = A; (Aᵀ)⁻¹ = (A⁻¹)ᵀ."""
        matrix = expr.arg
        if isinstance(matrix, Transpose):
            return self.entry(Inverse(matrix.arg), cols, rows)
        if isinstance(matrix, MatPow):
            return self._matrix_power(MatPow(matrix.base, -matrix.exp), rows, cols)
        if isinstance(matrix, KroneckerProduct) and all(map(_is_square, matrix.args)):
            return self._kronecker(KroneckerProduct(*map(Inverse, matrix.args)), rows, cols)
        factors = [arg for arg in matrix.args if is_matrix(arg)]
        if isinstance(matrix, MatMul) and all(map(_is_square, factors)):
            scalars = [self._divisor(arg) for arg in matrix.args if not is_matrix(arg)]
            inverses = [Inverse(factor) for factor in reversed(factors)]
            return times(power(times(*scalars), -1), self._chain(inverses, rows, cols))
        if isinstance(matrix, Variable) and matrix.has_given("orthogonal"):
            return self.entry(matrix, cols, rows)
        self._require_invertible(matrix)
        if self._moves(matrix):
            self.axioms.add("the derivative of an inverse")
        return inverse_entry(rows, cols, self._square(matrix))

    def _moves(self, matrix: Any) -> bool:
        """Whether it contains a variable that is being differentiated in."""
        return any(symbol in self._tensors for symbol in matrix.free_symbols)

    def _divisor(self, expr: Any) -> Poly:
        """A scalar that is divided by."""
        value = self.scalar(expr)
        if not is_nonzero(value):
            self._require("nonzero", expr)
        return value

    def _require_invertible(self, matrix: Any) -> None:
        if not (isinstance(matrix, Variable) and set(matrix.given) & INVERTIBLE):
            self._require("invertible", matrix)

    def determinant(self, matrix: Any) -> Poly:
        """det AB = det A · det B for square factors; det Aᵀ = det A; det Aᵏ = (det A)ᵏ."""
        if isinstance(matrix, Transpose):
            return self.determinant(matrix.arg)
        if isinstance(matrix, MatPow):
            if matrix.exp < 0:
                self._require_invertible(matrix.base)
            return power(self.determinant(matrix.base), int(matrix.exp))
        if isinstance(matrix, MatMul) and all(is_matrix(f) and _is_square(f) for f in matrix.args):
            return times(*(self.determinant(factor) for factor in matrix.args))
        if self._moves(matrix):
            self.axioms.add("Jacobi's formula")
            self._require_invertible(matrix)  # Jacobi's formula is used with the inverse
        return determinant(self._square(matrix))

    def _square(self, matrix: Any) -> Abstraction:
        """A square matrix as a function of its indices, as many for a row as for a column."""
        if len(self.sorts(matrix, 0)) != len(self.sorts(matrix, 1)):
            raise NoRule(f"The index proof has no rule for {matrix}, whose axes are split apart.")
        return self._whole(matrix)

    def _kronecker(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        parts = []
        for arg in expr.args:
            height, width = (len(self.sorts(arg, axis)) for axis in (0, 1))
            parts.append(self.entry(arg, rows[:height], cols[:width]))
            rows, cols = rows[height:], cols[width:]
        return times(*parts)

    def _product(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        scalars = [self.scalar(arg) for arg in expr.args if not is_matrix(arg)]
        matrices = [arg for arg in expr.args if is_matrix(arg)]
        key = (tuple(matrices), rows, cols)
        return times(*scalars, self._once(key, lambda: self._chain(matrices, rows, cols)))

    def _chain(self, matrices: list[Any], rows: Indices, cols: Indices) -> Poly:
        """An entry of a product of matrices, one meeting of columns and rows after the other."""
        first, *rest = matrices
        if not rest:
            return self.entry(first, rows, cols)
        meeting = finest((self.sorts(first, 1), self.sorts(rest[0], 0)))
        return self.over(
            meeting, lambda at: times(self.entry(first, rows, at), self._chain(rest, at, cols))
        )

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

    def derivative(self, expr: Any) -> Poly:
        """The polynomial of the derivative of a scalar in a scalar."""
        return self._differentiated(expr, self.scalar, ())

    def _gradient(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return self._differentiated(expr, self.scalar, (*rows, *cols))

    def _slope(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return self._differentiated(expr, lambda inner: self.entry(inner, rows, cols), ())

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
        slope = self._in_scope(bound, point, tensor, lambda: derivative(read(body), tensor, place))
        if symbolic:
            return slope
        value = self._whole(point) if is_matrix(point) else Abstraction((), self.scalar(point))
        return replaced(slope, tensor, value)

    def _in_scope(self, bound: Any, point: Any, tensor: Tensor, work: Callable[[], Poly]) -> Poly:
        """Work while the bound variable stands for ``tensor``; its conditions are of the point."""
        outer, self._tensors = self._tensors, {**self._tensors, bound: tensor}
        before, self.conditions = self.conditions, {}
        self._differentiating += 1
        try:
            result = work()
        finally:
            self._differentiating -= 1
            found, self.conditions = self.conditions, before
            self._tensors = outer
        for kind, written in found:
            self.conditions[(kind, written.xreplace({bound: point}))] = None
        return result

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


def _is_square(matrix: Any) -> bool:
    return bool(matrix.shape[0] == matrix.shape[1])


def _is_crowded(variable: Any) -> bool:
    """Whether a diagonal matrix has another assumption on its columns."""
    given = set(variable.given)
    return "diagonal" in given and bool(given & {"column_sums", "one_hot"})


def _identity(reader: Reader, expr: Any, rows: Indices, cols: Indices) -> Poly:
    return deltas(rows, cols)


_MATRICES: dict[type, Callable[..., Poly]] = {
    Variable: Reader._variable,
    MatAdd: Reader._sum,
    MatMul: Reader._product,
    MatPow: Reader._matrix_power,
    Inverse: Reader._inverse,
    KroneckerProduct: Reader._kronecker,
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
    SlopeAt: Reader._slope,
}
