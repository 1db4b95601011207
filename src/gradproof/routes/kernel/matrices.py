"""From matrix expressions in primitives to polynomials in tensor entries.

The entry of a matrix expression is asked for by a tuple of indices for its row and one for its
column; :mod:`gradproof.routes.kernel.axes` tells how many there are.
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
    Transpose,
    ZeroMatrix,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ...errors import Undecided
from ...language.series import MatrixSeries
from ...language.shapes import is_matrix
from ...language.shown import shown
from ...language.symbols import INVERTIBLE, TYING, Variable
from ...language.unfold import GradientAt, JacobianAt, SlopeAt
from .axes import Indices, NoRule, check_places, deltas, digits, finest
from .conditions import flattened
from .determinants import determinant
from .domain import divided_by, inverses_within, raised_within
from .exponents import never_negative, raised
from .indices import Tensor
from .matrix_powers import inverse_entry, power_entry
from .powers import power
from .product import times
from .scalars import ScalarReader, find_rule
from .signs import is_nonzero
from .terms import ONE, ZERO, Abstraction, Entry, Poly, of_atom, plus


class MatrixReader(ScalarReader):
    """Reads matrices too; :class:`~gradproof.routes.kernel.read.Reader` adds derivatives."""

    def entry(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """The polynomial of an entry of a matrix expression."""
        if is_matrix(expr):
            rule = find_rule(_MATRICES, expr)
            return self._once((expr, rows, cols), lambda: rule(self, expr, rows, cols))
        raise Undecided(f"{shown(expr)} is not a matrix.")

    def entry_of_derivative(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """The polynomial of an entry of a derivative that is a matrix."""
        raise NotImplementedError

    def _variable(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        self._check_fit(expr, rows, cols)
        if _is_crowded(expr) or (TYING & set(expr.given) and not _keeps(expr, rows, cols)):
            raise NoRule(
                f"The index proof has no rule for {shown(expr)} with its assumptions here."
            )
        if expr.has_given("diagonal"):
            return times(deltas(rows, cols), of_atom(Entry(self._tensor(expr), rows)))
        if expr.shape[0] == 1 and expr.has_given("one_hot"):
            return ONE
        if expr.shape[0] == 1 and expr.has_given("column_sums"):
            return self.scalar(expr.given["column_sums"])
        return of_atom(Entry(self._tensor(expr), (*rows, *cols)))

    def _check_fit(self, expr: Any, rows: Indices, cols: Indices) -> None:
        """Refuse indices that are not those of the axes of ``expr``."""
        check_places(rows, self.sorts(expr, 0), expr)
        check_places(cols, self.sorts(expr, 1), expr)

    def _tensor(self, variable: Any) -> Tensor:
        if variable in self._tensors:
            return self._tensors[variable]
        return Tensor(str(variable.name), {"shape": variable.shape, **variable.given})

    def _sum(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return plus(*(self.entry(arg, rows, cols) for arg in expr.args))

    def _matrix_power(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        if not expr.exp.is_Integer:
            return self._power_of_matrix(expr.base, expr.exp, rows, cols)
        factor = expr.base if expr.exp > 0 else Inverse(expr.base)
        return self._chain([factor] * abs(int(expr.exp)), rows, cols)

    def _power_of_matrix(self, base: Any, exponent: Any, rows: Indices, cols: Indices) -> Poly:
        """A power whose exponent is no number; (A ⊗ B)ᵏ = Aᵏ ⊗ Bᵏ for square factors."""
        if isinstance(base, KroneckerProduct) and all(map(_is_square, base.args)):
            factors = (MatPow(factor, exponent) for factor in base.args)
            return self._kronecker(KroneckerProduct(*factors), rows, cols)
        to, matrix = self.exponent(exponent), self._square(base)
        if not never_negative(to):
            self._require_invertible(base)
            if self._moves(base):
                self.axioms.add("the derivative of an inverse")
        if rows and len(rows) != 1:
            raise NoRule(f"The index proof has no rule for a power of {base}, an axis of it split.")
        return self._of_invertible(
            base,
            lambda: power_entry(rows[0], cols[0], matrix, to) if rows else raised(matrix.body, to),
        )

    def _of_invertible(self, matrix: Any, work: Callable[[], Poly]) -> Poly:
        """What is made of a square matrix, which is required to be invertible if that is needed.

        Where it is, its entries are not 0 if it is diagonal, nor the numbers it is a multiple by,
        nor its determinant. A derivative divides by what has an exponent.
        """

        def made() -> list[Poly]:
            poly = work()
            slopes = (
                [power(base, -1) for base in raised_within(poly)] if self._moves(matrix) else []
            )
            return [poly, *slopes]

        return self._taken_apart("invertible", matrix, made)[0]

    def _inverse(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        """(AB)⁻¹ = B⁻¹A⁻¹ for square factors; (A⁻¹)⁻¹ = A; (Aᵀ)⁻¹ = (A⁻¹)ᵀ."""
        matrix = expr.arg
        if isinstance(matrix, Transpose):
            return self.entry(Inverse(matrix.arg), cols, rows)
        if isinstance(matrix, MatPow):
            self._require_invertible(matrix.base)
            return self._matrix_power(MatPow(matrix.base, -matrix.exp), rows, cols)
        if isinstance(matrix, KroneckerProduct) and all(map(_is_square, matrix.args)):
            return self._kronecker(KroneckerProduct(*map(Inverse, matrix.args)), rows, cols)
        factors = [arg for arg in matrix.args if is_matrix(arg)]
        if isinstance(matrix, MatMul) and all(map(_is_square, factors)):
            scalars = [self._divisor(arg) for arg in matrix.args if not is_matrix(arg)]
            inverses = [Inverse(factor) for factor in reversed(factors)]
            (divided,) = self._granted(lambda: [power(times(*scalars), -1)])
            return times(divided, self._chain(inverses, rows, cols))
        if isinstance(matrix, Variable) and matrix.has_given("orthogonal"):
            return self.entry(matrix, cols, rows)
        self._require_invertible(matrix)
        if self._moves(matrix):
            self.axioms.add("the derivative of an inverse")
        self._check_fit(expr, rows, cols)
        square = self._square(matrix)
        return self._granted(lambda: [inverse_entry(rows, cols, square)])[0]

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
        self.axioms.add("the rules of determinants")
        if isinstance(matrix, Transpose):
            return self.determinant(matrix.arg)
        if isinstance(matrix, MatPow):
            to = self.exponent(matrix.exp)
            if not never_negative(to):
                self._require_invertible(matrix.base)
            value = self.determinant(matrix.base)
            return self._of_invertible(matrix.base, lambda: raised(value, to))
        if isinstance(matrix, MatMul) and all(is_matrix(f) and _is_square(f) for f in matrix.args):
            return times(*(self.determinant(factor) for factor in matrix.args))
        if isinstance(matrix, KroneckerProduct) and all(map(_is_square, matrix.args)):
            sizes = [self.scalar(each.shape[0]) for each in matrix.args]
            return times(
                *(
                    raised(self.determinant(each), times(*sizes[:i], *sizes[i + 1 :]))
                    for i, each in enumerate(matrix.args)
                )
            )
        if self._moves(matrix):
            self.axioms.add("Jacobi's formula")
            self._require_invertible(matrix)  # Jacobi's formula is used with the inverse
        square = self._square(matrix)
        value = determinant(square)
        if self._moves(matrix):
            self._granted(lambda: [*inverses_within(value), *divided_by(value)])
        return value

    def _square(self, matrix: Any) -> Abstraction:
        """A square matrix as a function of its indices, as many for a row as for a column."""
        if len(self.sorts(matrix, 0)) != len(self.sorts(matrix, 1)):
            raise NoRule(
                f"The index proof has no rule for {shown(matrix)}, whose axes are split apart."
            )
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
        base, exponent = flattened(expr)
        return self._raised(self.entry(base, rows, cols), exponent, base)

    def _elementwise(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        value = self.entry(expr.expr, rows, cols)
        outer, self._entry_value = self._entry_value, (value, expr.expr)
        try:
            return self.scalar(expr.function.expr)
        finally:
            self._entry_value = outer

    def _explicit(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        self._check_fit(expr, rows, cols)
        heights, widths = self.sorts(expr, 0), self.sorts(expr, 1)
        terms = []
        for i in range(expr.shape[0]):
            for j in range(expr.shape[1]):
                row, col = digits(i, heights), digits(j, widths)
                here = times(deltas(row, rows), deltas(col, cols))
                if here.terms:
                    terms.append(times(here, self.scalar(expr[i, j])))
        return plus(*terms)

    def _matrix_series(self, expr: Any, rows: Indices, cols: Indices) -> Poly:
        return self.series(expr, lambda body: self.entry(body, rows, cols))

    def _whole(self, matrix: Any, like: Any = None) -> Abstraction:
        """A matrix as a function of its row and column indices, or of those of a like one."""
        rows, cols = (self.indices(matrix if like is None else like, axis) for axis in (0, 1))
        return Abstraction((*rows, *cols), self.entry(matrix, rows, cols))


def _is_square(matrix: Any) -> bool:
    return bool(matrix.shape[0] == matrix.shape[1])


def _keeps(variable: Any, rows: Indices, cols: Indices) -> bool:
    """Whether what ties the entries of a symbol is said of its indices, some of them pairs."""
    if len(rows) < 2 and len(cols) < 2:
        return True
    tied = TYING & set(variable.given)
    if tied <= {"column_sums", "one_hot"}:
        return len(rows) < 2
    return len(tied) == 1 and len(rows) == len(cols)


def _is_crowded(variable: Any) -> bool:
    """Whether a diagonal matrix has another assumption on its columns."""
    given = set(variable.given)
    return "diagonal" in given and bool(given & {"column_sums", "one_hot"})


def _identity(reader: MatrixReader, expr: Any, rows: Indices, cols: Indices) -> Poly:
    return deltas(rows, cols)


def _derivative(reader: MatrixReader, expr: Any, rows: Indices, cols: Indices) -> Poly:
    return reader.entry_of_derivative(expr, rows, cols)


_MATRICES: dict[type, Callable[..., Poly]] = {
    Variable: MatrixReader._variable,
    MatAdd: MatrixReader._sum,
    MatMul: MatrixReader._product,
    MatPow: MatrixReader._matrix_power,
    Inverse: MatrixReader._inverse,
    KroneckerProduct: MatrixReader._kronecker,
    Transpose: MatrixReader._transpose,
    HadamardProduct: MatrixReader._hadamard,
    HadamardPower: MatrixReader._hadamard_power,
    ElementwiseApplyFunction: MatrixReader._elementwise,
    Identity: _identity,
    OneMatrix: lambda reader, expr, rows, cols: ONE,
    ZeroMatrix: lambda reader, expr, rows, cols: ZERO,
    ImmutableDenseMatrix: MatrixReader._explicit,
    MatrixSeries: MatrixReader._matrix_series,
    **dict.fromkeys((GradientAt, JacobianAt, SlopeAt), _derivative),
}
