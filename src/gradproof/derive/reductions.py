"""Rules for softmax and its family, for losses, and for what makes scalars of matrices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    HadamardPower,
    Identity,
    Inverse,
    OneMatrix,
    S,
    log,
)

from ..language.derivatives import Gradient
from ..language.functions import Softmax
from ..language.nodes import Size
from .slopes import partials
from .table import Share, rule, sends_back
from .tidy import column_sums, entrywise, inner_product, plus, times, transposed

_SCALAR = rule("back-scalar", "chain rule of scalars")
_SOFTMAX = rule("back-softmax", "softmax of columns")
_SOFTMAX_ROWS = rule("back-softmax-rows", "softmax of rows")
_LOG_SOFTMAX = rule("back-log-softmax", "log-softmax of columns")
_LOG_SOFTMAX_ROWS = rule("back-log-softmax-rows", "log-softmax of rows")
_LSE = rule("lse", "log-sum-exp")
_LSE_COLUMNS = rule("back-logsumexp", "log-sum-exp of columns")
_CE = rule("back-cross-entropy", "cross-entropy, in the probabilities")
_CE_TARGETS = rule("back-cross-entropy-targets", "cross-entropy, in the targets")
_SOFTMAX_CE = rule("soft-ce", "softmax and cross-entropy together")
_SOFTMAX_CE_ANY = rule("softmax-ce-any-targets", "softmax and cross-entropy together")
_TOTAL = rule("back-total", "total")
_MEAN = rule("back-mean", "mean")
_INNER = rule("back-inner", "inner product")
_NORM = rule("frob", "norm")
_TRACE = rule("tr", "trace")
_DET = rule("det", "determinant")
_LOGDET = rule("logdet", "log-determinant")


def _sums(expr: Any, matrix: Any) -> Any:
    """The sums over the axis of ``expr``, repeated so that the shape stays."""
    rows, cols = matrix.shape
    if expr.axis == 0:
        return times(OneMatrix(rows, rows), matrix)
    return times(matrix, OneMatrix(cols, cols))


@sends_back("Softmax")
def _softmax(expr: Any, adjoint: Any, value: Any) -> Iterator[Share]:
    weighted = entrywise(value, adjoint)
    column = expr.shape[1 - expr.axis] == 1
    if column:  # one example: the sum is an inner product
        sums = times(inner_product(adjoint, value), OneMatrix(*expr.shape))
    else:
        sums = _sums(expr, weighted)
    back = entrywise(value, plus(adjoint, times(-1, sums)))
    yield Share(expr.args[0], back, _SOFTMAX_ROWS if expr.axis else _SOFTMAX)


@sends_back("LogSoftmax")
def _log_softmax(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    probabilities = Softmax(*expr.args)
    if expr.shape[1 - expr.axis] == 1:
        taken = times(inner_product(adjoint, OneMatrix(*expr.shape)), probabilities)
    else:
        taken = entrywise(probabilities, _sums(expr, adjoint))
    back = plus(adjoint, times(-1, taken))
    yield Share(expr.args[0], back, _LOG_SOFTMAX_ROWS if expr.axis else _LOG_SOFTMAX)


@sends_back("LogSumExp")
def _logsumexp(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.args[0], times(adjoint, Softmax(expr.args[0], S.Zero)), _LSE)


@sends_back("LogSumExpColumns")
def _logsumexp_columns(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    scores = expr.args[0]
    repeated = times(OneMatrix(scores.shape[0], 1), adjoint)
    yield Share(scores, entrywise(Softmax(scores, S.Zero), repeated), _LSE_COLUMNS)


@sends_back("CrossEntropy")
def _cross_entropy(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    probabilities, targets = expr.args
    factor = -adjoint / examples(probabilities)
    inverse = HadamardPower(probabilities, -1)
    yield Share(probabilities, times(factor, entrywise(targets, inverse)), _CE)
    logs = probabilities.applyfunc(log)
    yield Share(targets, times(factor, logs), _CE_TARGETS)


def examples(matrix: Any) -> Any:
    """The number of columns; where it is known it stays tied to its matrix."""
    size = Size(matrix, S.One)
    return size if size.value.is_Integer and size.value != 1 else size.value


def softmax_cross_entropy(expr: Any, adjoint: Any) -> Share:
    """What cross-entropy sends back through the softmax within it to the scores."""
    probabilities, targets = expr.args
    scores = getattr(probabilities, "definition", probabilities)
    scores = (probabilities if isinstance(probabilities, Softmax) else scores).args[0]
    sums = column_sums(targets)
    if sums is None:
        rows = OneMatrix(targets.shape[0], 1)
        scaled = times(probabilities, DiagMatrix(times(transposed(targets), rows)))
    else:
        scaled = times(sums, probabilities)
    error = plus(scaled, times(-1, targets))
    cited = _SOFTMAX_CE_ANY if sums is None else _SOFTMAX_CE
    return Share(scores, times(adjoint / examples(probabilities), error), cited)


def is_softmax(expr: Any) -> bool:
    """Whether it is a softmax of columns, also under a name."""
    body = expr if isinstance(expr, Softmax) else getattr(expr, "definition", None)
    return isinstance(body, Softmax) and body.axis == 0


@sends_back("Total")
def _total(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.args[0], times(adjoint, OneMatrix(*expr.args[0].shape)), _TOTAL)


@sends_back("Mean")
def _mean(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    (matrix,) = expr.args
    sizes = [Size(matrix, axis) for axis in (S.Zero, S.One)]
    count = S.One
    for size in sizes:
        count *= size if size.value.is_Integer and size.value != 1 else size.value
    yield Share(matrix, times(adjoint / count, OneMatrix(*matrix.shape)), _MEAN)


@sends_back("Inner")
def _inner(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    left, right = expr.args
    yield Share(left, times(adjoint, right), _INNER)
    yield Share(right, times(adjoint, left), _INNER)


@sends_back("Norm")
def _norm(expr: Any, adjoint: Any, value: Any) -> Iterator[Share]:
    yield Share(expr.args[0], times(adjoint / expr, expr.args[0]), _NORM)


@sends_back("Trace")
def _trace(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.arg, times(adjoint, Identity(expr.arg.shape[0])), _TRACE)


@sends_back("Determinant")
def _determinant(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.arg, times(adjoint * expr, inverse_transposed(expr.arg)), _DET)


def inverse_transposed(matrix: Any) -> Any:
    """The transpose of the inverse."""
    return transposed(Inverse(matrix))


@sends_back("log")
def _log(expr: Any, adjoint: Any, value: Any) -> Iterator[Share]:
    (inside,) = expr.args
    if isinstance(inside, Abs) and isinstance(inside.args[0], Determinant):
        matrix = inside.args[0].arg
        yield Share(matrix, times(adjoint, inverse_transposed(matrix)), _LOGDET)
    else:
        yield from _scalar(expr, adjoint, value)


@sends_back("Add", "Mul", "Pow", "exp", "Abs", "tanh", "erf", "Activation", "FunctionOfScalar")
def _scalar(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    for part, outer in partials(expr):
        yield Share(part, adjoint * outer, _SCALAR)


@sends_back("FunctionOfMatrix")
def _function(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.args[1], times(adjoint, Gradient(expr, expr.args[1])), None)


@sends_back("Size")
def _size(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield from ()
