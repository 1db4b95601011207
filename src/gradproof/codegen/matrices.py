"""What is computed as a whole: products, powers, sums over entries, and functions of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sympy import Inverse, MatMul, Mul, OneMatrix, S, Transpose, ZeroMatrix

from ..errors import StatementError
from ..language.functions import Softmax
from ..language.shapes import is_matrix
from ..language.shown import shown
from ..language.symbols import Variable
from ..printing.code import code as printed
from ..printing.taste import factors
from . import trees
from .atoms import Atom
from .copies import copied
from .sums import call_method, like, over_axis, sum_of_exponentials
from .trees import Tree, attribute, binary, call, everything, item, joined, listed, name, number
from .writer import Writer, rule

#: Functions of one matrix, or of several, that NumPy has.
_CALLS = {
    "Trace": "np.trace",
    "DiagMatrix": "np.diagflat",
    "Inverse": "np.linalg.inv",
}


@rule(*_CALLS)
def _call(to: Writer, expr: Any) -> Any:
    written = _CALLS[next(c.__name__ for c in type(expr).__mro__ if c.__name__ in _CALLS)]
    return to.atom(expr, lambda: call(written, to.code(expr.args[0])))


@rule("Total")
def _total(to: Writer, expr: Any) -> Any:
    matrix = expr.args[0]
    entry = to.entry(matrix)
    facts = sum_of_exponentials(to, entry, matrix.shape, None)
    return _sum(to, expr, entry, matrix.shape, **facts)


@rule("Inner")
def _inner(to: Writer, expr: Any) -> Any:
    entry, shape = Mul(*map(to.entry, expr.args)), expr.args[0].shape
    facts = sum_of_exponentials(to, entry, shape, None)
    return _sum(to, expr, entry, shape, **facts)


def _sum(to: Writer, expr: Any, entry: Any, shape: Any, **facts: Any) -> Any:
    """The sum of entries; where exponentials may be large, a scalar that it is times goes in."""

    def write() -> Tree:
        return call("np.sum", to.written(entry, shape))

    def scaled(scale: Any) -> Any:
        def within() -> Tree:
            return call("np.sum", to.written(scale * entry, shape))

        key = "sum", entry, scale, tuple(shape)
        bound = to.atoms.is_bound(scale * entry)
        return to.atoms.symbol(key, lambda: Atom(within, "sum", is_bound=bound))

    if to.stable.logs.is_raw(entry) and to.atoms.arrays(entry):
        facts["scaled"] = scaled
    return to.atom(expr, write, **facts)


@rule("Mean")
def _mean(to: Writer, expr: Any) -> Any:
    entry, logs = to.entry(expr.args[0]), to.stable.logs
    if logs.is_raw(entry):
        return to.entry(expr.definition)
    inside = to.entry(expr.definition) if logs.has_exponential(entry) else None
    return to.atom(expr, lambda: call("np.mean", to.code(expr.args[0])), inside=inside)


@rule("Norm")
def _norm(to: Writer, expr: Any) -> Any:
    def write() -> Tree:
        return call("np.linalg.norm", to.code(expr.args[0]))

    return to.atom(expr, write, is_kinked=True, nonnegative=True)


@rule("Determinant")
def _determinant(to: Writer, expr: Any) -> Any:
    def matrix() -> Tree:
        return to.code(expr.args[0])

    return to.atom(expr, lambda: call("np.linalg.det", matrix()), determinant_of=matrix)


@rule("Transpose")
def _transpose(to: Writer, expr: Any) -> Any:
    entry = to.entry(expr.arg)
    if to.stable.logs.has_exponential(entry):
        return _turned(to, entry)
    label = isinstance(expr.arg, Variable) and expr.arg.has_given("one_hot")
    write = partial(_transposed, to, expr)
    return to.atom(expr, write, is_large=False, is_label=label)


def _turned(to: Writer, entry: Any) -> Any:
    """The entry of the transpose: that of the matrix, with every array in it transposed."""
    return entry.xreplace({s: _turned_symbol(to, s) for s in to.atoms.arrays(entry)})


def _turned_symbol(to: Writer, symbol: Any) -> Any:
    atom = to.atoms.of[symbol]
    if atom.turns_to is not None:
        return atom.turns_to
    logarithm, normalised = atom.logarithm, atom.normalised
    signed = atom.logarithm_if_positive
    made = replace(
        atom,
        write=lambda: attribute(atom.write(), "T"),
        is_large=False,
        turns_to=symbol,
        expr=None if atom.expr is None else Transpose(atom.expr),
        inside=None if atom.inside is None else _turned(to, atom.inside),
        logarithm=logarithm and (lambda: _turned(to, logarithm())),
        logarithm_if_positive=signed and (lambda: _turned(to, signed())),
        normalised=normalised and (lambda e: _turned_or_none(to, normalised(_turned(to, e)))),
    )
    atom.turns_to = to.atoms.symbol(("T", symbol), lambda: made)
    return atom.turns_to


def _turned_or_none(to: Writer, entry: Any) -> Any:
    return None if entry is None else _turned(to, entry)


def _transposed(to: Writer, expr: Any) -> Tree:
    return attribute(to.code(expr.arg), "T")


@rule("MatMul")
def _product(to: Writer, expr: Any) -> Any:
    parts = factors(expr, printed)
    scalars = Mul(*map(to.entry, parts.above)) / Mul(*map(to.entry, parts.below))
    scalars = -scalars if parts.negative else scalars
    if len(parts.matrices) == 1:
        return scalars * to.entry(parts.matrices[0])
    if any(isinstance(part, ZeroMatrix) for part in parts.matrices):
        return S.Zero
    spread = copied(to, parts.matrices)
    if spread is not None:
        return scalars * spread
    raw = to.stable.logs.is_raw
    for place, matrix in enumerate(parts.matrices):
        if raw(scalars) and raw(to.entry(matrix)):  # xᵀ exp(x) / Σ exp(x): as softmax first
            scale = Mul(-1 if parts.negative else 1, *parts.above) / Mul(*parts.below)
            parts.matrices[place] = MatMul(scale, matrix)
            return _chain(to, parts.matrices)
    return scalars * _chain(to, parts.matrices)


def _chain(to: Writer, matrices: Sequence[Any]) -> Any:
    facts: dict[str, Any] = {}
    if len(matrices) == 2 and isinstance(matrices[0], OneMatrix):
        entry = to.entry(matrices[1])
        facts = sum_of_exponentials(to, entry, matrices[1].shape, 0, matrices[0].shape[0])
    elif len(matrices) == 2 and isinstance(matrices[1], OneMatrix):
        entry = to.entry(matrices[0])
        facts = sum_of_exponentials(to, entry, matrices[0].shape, 1, matrices[1].shape[1])
    return to.atom(MatMul(*matrices), lambda: _multiplied(to, matrices), **facts)


def _multiplied(to: Writer, matrices: Sequence[Any]) -> Tree:
    """The product; where an inverse meets what follows, the solution of an equation."""
    for place, matrix in enumerate(matrices[:-1]):
        if isinstance(matrix, Inverse):
            right = _multiplied(to, matrices[place + 1 :])
            solved = call("np.linalg.solve", to.code(matrix.arg), right)
            return joined("@", [*map(to.code, matrices[:place]), solved])
    first, last = matrices[0], matrices[-1]
    if isinstance(first, OneMatrix) and 1 not in first.shape:  # which is 𝟏𝟏ᵀ: fewer steps
        right = _multiplied(to, [OneMatrix(1, first.shape[1]), *matrices[1:]])
        return binary(to.code(OneMatrix(first.shape[0], 1)), "@", right)
    if isinstance(last, OneMatrix) and 1 not in last.shape:
        left = _multiplied(to, [*matrices[:-1], OneMatrix(last.shape[0], 1)])
        return binary(left, "@", to.code(OneMatrix(1, last.shape[1])))
    return joined("@", list(map(to.code, matrices)))


@rule("Softmax", "LogSoftmax")
def _softmax(to: Writer, expr: Any) -> Any:
    scores = expr.args[0]

    def written(helper: str) -> Tree:
        return to.entrywise.call(helper, to.code(scores), **over_axis(expr.axis))

    if not isinstance(expr, Softmax):
        return to.atom(expr, lambda: written("log_softmax"))

    def logarithm() -> Any:
        own = lambda: written("log_softmax")  # noqa: E731
        return like(to, ("log_softmax", expr), own, True, to.entry(scores))

    return to.atom(expr, lambda: written("softmax"), logarithm=logarithm)


@rule("LogSumExp")
def _logsumexp_of_vector(to: Writer, expr: Any) -> Any:
    def write() -> Tree:
        return call_method(to.entrywise.call("logsumexp", to.code(expr.args[0])), "item")

    return to.atom(expr, write)


@rule("LogSumExpColumns")
def _logsumexp_of_columns(to: Writer, expr: Any) -> Any:
    return to.atom(expr, lambda: to.entrywise.call("logsumexp", to.code(expr.args[0])))


@rule("CrossEntropy")
def _cross_entropy(to: Writer, expr: Any) -> Any:
    return to.entry(expr.definition)


@rule("Identity")
def _identity(to: Writer, expr: Any) -> Any:
    return to.atom(expr, lambda: call("np.eye", to.code(expr.args[0])), is_large=False)


@rule("DiagonalOf")
def _diagonal(to: Writer, expr: Any) -> Any:
    column = everything(), name("None")
    return to.atom(expr, lambda: item(call("np.diag", to.code(expr.args[0])), *column))


@rule("MatPow")
def _power(to: Writer, expr: Any) -> Any:
    base, exponent = expr.args
    if not exponent.is_integer:
        raise StatementError(
            f"{shown(expr)} has the exponent {exponent}, and a power of a matrix is a whole number "
            "or one that dimensions make up."
        )
    return to.atom(expr, lambda: call("np.linalg.matrix_power", to.code(base), to.code(exponent)))


@rule("KroneckerProduct")
def _kronecker(to: Writer, expr: Any) -> Any:
    first, *rest = expr.args

    def write() -> Tree:
        made = to.code(first)
        for matrix in rest:
            made = call("np.kron", made, to.code(matrix))
        return made

    return to.atom(expr, write)


@rule("MatrixBase")
def _explicit(to: Writer, expr: Any) -> Any:
    def write() -> Tree:
        rows = [listed([to.code(entry) for entry in expr.row(i)]) for i in range(expr.rows)]
        return call("np.array", listed(rows), dtype=name("float"))

    return to.atom(expr, write)


@rule("MatrixElement")
def _element(to: Writer, expr: Any) -> Any:
    matrix, row, column = expr.args
    for index in (row, column):
        if not index.is_nonnegative:
            raise StatementError(
                f"The index {index} of {shown(expr)} may be negative, and NumPy would count from "
                "the end. Write it as a whole number, or as a sum of dimensions."
            )

    def write() -> Tree:
        return item(to.code(matrix), to.code(row), to.code(column))

    return to.atom(expr, write, is_large=False)


@rule("Sum", "MatrixSum")
def _series(to: Writer, expr: Any) -> Any:
    body, *limits = expr.args
    return to.atom(expr, lambda: _summed(to, body, limits))


def _summed(to: Writer, body: Any, limits: Sequence[Any]) -> Tree:
    """The sum over all indices, of which the first is the innermost."""
    if not limits:
        return to.code(body)
    *inner, (index, first, last) = limits
    own = to.names.allot(str(index.name))
    ends = to.code(first), binary(to.code(last), "+", number(1))
    one = to.atoms.symbol(
        ("index", own),
        lambda: Atom(lambda: name(own), own, is_bound=True, is_large=False),
        integer=True,
        nonnegative=True,
    )
    with to.bind(index, one):
        terms = trees.each(_summed(to, body, inner), own, *ends)
    start = {"start": to.code(ZeroMatrix(*body.shape))} if is_matrix(body) else {}
    return call("sum", terms, **start)
