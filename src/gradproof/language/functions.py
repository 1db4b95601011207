"""The functions of machine learning, each with the definition it stands for.

A column is an example: softmax, log-sum-exp and cross-entropy act on every column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import (
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Integer,
    MatAdd,
    MatMul,
    OneMatrix,
    S,
    exp,
    log,
    sqrt,
)
from sympy.core.symbol import Str

from ..errors import ShapeMismatch, StatementError
from .naming import check_name
from .nodes import MatrixNode, Named, ScalarNode, Size, Total, as_expression, as_matrix, elementwise
from .shapes import check_same_shape, is_matrix, shape_text
from .symbols import check_size


def ones(rows: Any, cols: Any = 1) -> OneMatrix:
    """Return the matrix of ones, a column vector unless ``cols`` is given."""
    return OneMatrix(check_size(rows, "A size of ones"), check_size(cols, "A size of ones"))


def eye(size: Any) -> Identity:
    """Return the identity matrix."""
    return Identity(check_size(size, "The size of eye"))


def _check_axis(axis: Any) -> Integer:
    if axis not in (0, 1):
        raise StatementError(f"axis is {axis!r}: 0 means over each column, 1 over each row.")
    return Integer(axis)


def total(matrix: Any, axis: int | None = None) -> Any:
    """Return the sum of all entries, a scalar; with ``axis`` of each column (0) or row (1)."""
    matrix = as_matrix(matrix, "The argument of total")
    if axis is None:
        return Total(matrix)
    rows, cols = matrix.shape
    return OneMatrix(1, rows) * matrix if _check_axis(axis) == 0 else matrix * OneMatrix(cols, 1)


class Mean(ScalarNode):
    """The mean of all entries of a matrix."""

    @property
    def definition(self) -> Any:
        """The total, divided by the number of entries."""
        (matrix,) = self.args
        return Total(matrix) / (Size(matrix, S.Zero) * Size(matrix, S.One))


def mean(matrix: Any, axis: int | None = None) -> Any:
    """Return the mean of all entries, a scalar; with ``axis`` of each column (0) or row (1)."""
    matrix = as_matrix(matrix, "The argument of mean")
    if axis is None:
        return Mean(matrix)
    return total(matrix, axis) / Size(matrix, _check_axis(axis))


class Inner(ScalarNode):
    """The inner product of two matrices of one shape."""

    @property
    def definition(self) -> Any:
        """The sum of the products of entries."""
        return Total(HadamardProduct(*self.args))


def inner(left: Any, right: Any) -> Inner:
    """Return ⟨A, B⟩ = Σ AᵢⱼBᵢⱼ, a scalar; both of one shape."""
    left = as_matrix(left, "The left argument of inner")
    right = as_matrix(right, "The right argument of inner")
    check_same_shape(left, right, "An inner product")
    return Inner(left, right)


class Norm(ScalarNode):
    """The Euclidean (Frobenius) norm."""

    is_nonnegative = True

    @property
    def definition(self) -> Any:
        """The square root of the sum of squares."""
        return sqrt(Total(HadamardProduct(self.args[0], self.args[0])))


def norm(matrix: Any) -> Norm:
    """Return ‖A‖ = √⟨A, A⟩, a scalar; differentiable where A is not zero."""
    return Norm(as_matrix(matrix, "The argument of norm"))


class _Columnwise(MatrixNode):
    """A function of each column (axis 0) or each row (axis 1), of the shape of its argument."""

    @property
    def shape(self) -> Any:
        """The shape of the argument."""
        return self.args[0].shape

    @property
    def axis(self) -> int:
        """0 if it acts on each column, 1 if on each row."""
        return int(self.args[1])

    def _sums(self, matrix: Any) -> Any:
        """The sums over the axis, repeated so that the shape stays."""
        rows, cols = matrix.shape
        if self.axis == 0:
            return MatMul(OneMatrix(rows, rows), matrix)
        return MatMul(matrix, OneMatrix(cols, cols))


class Softmax(_Columnwise):
    """Softmax of each column, or of each row."""

    @property
    def definition(self) -> Any:
        """Exponentials, divided by their sum."""
        powers = elementwise(exp, self.args[0])
        return HadamardProduct(powers, HadamardPower(self._sums(powers), -1))


def softmax(scores: Any, axis: int = 0) -> Softmax:
    """Return exponentials divided by their sum, in each column (``axis=1``: in each row)."""
    return Softmax(as_matrix(scores, "The argument of softmax"), _check_axis(axis))


class LogSoftmax(_Columnwise):
    """The logarithm of softmax, without forming softmax."""

    @property
    def definition(self) -> Any:
        """The scores minus the logarithm of the sum of their exponentials."""
        scores = self.args[0]
        return MatAdd(scores, MatMul(-1, elementwise(log, self._sums(elementwise(exp, scores)))))


def log_softmax(scores: Any, axis: int = 0) -> LogSoftmax:
    """Return scores minus their log-sum-exp, in each column (``axis=1``: in each row)."""
    return LogSoftmax(as_matrix(scores, "The argument of log_softmax"), _check_axis(axis))


class LogSumExp(ScalarNode):
    """Log-sum-exp of a column vector."""

    @property
    def definition(self) -> Any:
        """The logarithm of the sum of exponentials."""
        return log(Total(elementwise(exp, self.args[0])))


class LogSumExpColumns(MatrixNode):
    """Log-sum-exp of every column of a matrix, as a row."""

    @property
    def shape(self) -> Any:
        """One row, as many columns as the argument."""
        return (S.One, self.args[0].shape[1])

    @property
    def definition(self) -> Any:
        """The logarithm of the column sums of exponentials."""
        scores = self.args[0]
        return elementwise(log, MatMul(OneMatrix(1, scores.shape[0]), elementwise(exp, scores)))


def logsumexp(scores: Any) -> Any:
    """Return log Σ exp: a scalar for a column vector, a row of one value a column otherwise."""
    scores = as_matrix(scores, "The argument of logsumexp")
    return LogSumExp(scores) if scores.shape[1] == 1 else LogSumExpColumns(scores)


class CrossEntropy(ScalarNode):
    """The average over examples of −Σ Y log P."""

    @property
    def definition(self) -> Any:
        """Minus the sum of labels times log-probabilities, over the number of columns."""
        probabilities, targets = self.args
        logs = elementwise(log, probabilities)
        return -Total(HadamardProduct(targets, logs)) / Size(probabilities, S.One)


def cross_entropy(probabilities: Any, targets: Any) -> CrossEntropy:
    """Return −1/N Σ Y log P, the average over the N columns (examples).

    ``targets`` is a matrix of the shape of ``probabilities`` (soft or one-hot labels), or
    ``labels(...)``, or a list of integer labels, one a column.
    """
    probabilities = as_matrix(probabilities, "The first argument of cross_entropy")
    if isinstance(targets, Sequence):
        targets = one_hot(targets, probabilities.shape[0])
    targets = as_matrix(targets, "The labels")
    check_same_shape(probabilities, targets, "Cross-entropy")
    return CrossEntropy(probabilities, targets)


def one_hot(labels: Sequence[int], classes: Any) -> ImmutableDenseMatrix:
    """Return the explicit one-hot matrix, classes × examples, of a list of integer labels."""
    if not Integer(0) < as_expression(classes, "The number of classes") or not all(
        isinstance(label, int) and not isinstance(label, bool) for label in labels
    ):
        raise StatementError(f"Labels {list(labels)!r}: give whole numbers from 0 upwards.")
    if not getattr(classes, "is_Integer", isinstance(classes, int)):
        raise StatementError(
            f"A list of labels needs a known number of classes, and here it is {classes}. "
            "Use labels(name, size, classes) for labels of unknown value."
        )
    wrong = [label for label in labels if not 0 <= label < int(classes)]
    if wrong:
        raise StatementError(f"Label {wrong[0]} is not one of the classes 0 to {classes - 1}.")
    return ImmutableDenseMatrix(
        int(classes), len(labels), lambda i, j: Integer(int(labels[j] == i))
    )


class FunctionOfMatrix(Named, ScalarNode):
    """An arbitrary smooth scalar function, applied to a matrix. Primitive."""


class FunctionOfScalar(Named, ScalarNode):
    """An arbitrary smooth function of one real variable, or a derivative of it. Primitive."""

    @property
    def order(self) -> int:
        """How often it is differentiated."""
        return int(self.args[1])


class ArbitraryFunction:
    """A function of which only the name is known; see :func:`function`."""

    def __init__(self, name: str, order: int = 0) -> None:
        self.name = check_name(name, "function")
        self.order = order

    @property
    def prime(self) -> ArbitraryFunction:
        """The derivative of the function, as a function of one real variable."""
        return ArbitraryFunction(self.name, self.order + 1)

    def __call__(self, argument: Any) -> Any:
        argument = as_expression(argument, f"The argument of {self.name}")
        if not is_matrix(argument):
            return FunctionOfScalar(Str(self.name), Integer(self.order), argument)
        if self.order:
            raise ShapeMismatch(
                f"{self.name}{'′' * self.order} takes a scalar, and {argument} is "
                f"{shape_text(argument)}. Apply it to every entry with .applyfunc(...), "
                "or write gradient(...)."
            )
        return FunctionOfMatrix(Str(self.name), argument)

    def __repr__(self) -> str:
        return f"function({self.name!r})" + ".prime" * self.order


def function(name: str) -> ArbitraryFunction:
    """Make an arbitrary smooth function.

    Applied to a matrix it is a scalar function of the whole matrix, an arbitrary loss;
    in ``S.applyfunc(function("phi"))`` it is an arbitrary elementwise function.
    A statement about it is a statement about every such function.
    """
    return ArbitraryFunction(name)


__all__ = [
    "cross_entropy",
    "eye",
    "function",
    "inner",
    "log_softmax",
    "logsumexp",
    "mean",
    "norm",
    "one_hot",
    "ones",
    "softmax",
    "total",
]
