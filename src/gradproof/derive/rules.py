"""Rules for products, sums and linear algebra: what an expression sends back to its parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import DiagMatrix as Diagonal
from sympy import (
    HadamardPower,
    Identity,
    KroneckerProduct,
    Lambda,
    OneMatrix,
    S,
)

from ..errors import NotDerived
from ..language.shown import shown
from .slopes import slope
from .table import Rule, Share, rule, sends_back
from .tidy import apart, diagonal, entrywise, inner_product, plus, times, transposed

_LEFT = rule("matmul-W", "product, left factor")
_RIGHT = rule("matmul-X", "product, right factor")
MIDDLE = rule("sandwich", "product, middle factor")
_BIAS = rule("bias", "bias of every column")
_SCALE = rule("back-scale", "scalar multiple")
_SCALAR = rule("back-scale-t", "scalar factor")
_SUM = rule("back-sum", "sum")
_TRANSPOSE = rule("back-transpose", "transpose")
_ENTRYWISE = rule("hadamard", "entrywise product")
_ELEMENTWISE = rule("back-elementwise", "elementwise function")
_PARAMETER = rule("back-parameter", "parameter of an elementwise function")
INVERSE = rule("back-inverse", "inverse")
_DIAG = rule("diag-param-any", "diagonal matrix")
_DIAGONAL = rule("back-diagonal", "diagonal of a matrix")
_KRON_LEFT = rule("back-kron-left", "Kronecker product, left factor")
_KRON_RIGHT = rule("kron", "Kronecker product, right factor")


@sends_back("MatMul")
def _product(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    scale, factors = apart(expr)
    for i, factor in enumerate(factors):
        before, after = factors[:i], factors[i + 1 :]
        back = [transposed(times(*side)) if side else S.One for side in (before, after)]
        yield Share(factor, times(scale, back[0], adjoint, back[1]), _cited(before, factor, after))
    yield Share(scale, inner_product(adjoint, times(*factors)), _SCALAR)


def _cited(before: tuple[Any, ...], factor: Any, after: tuple[Any, ...]) -> Rule:
    """The rule for a factor of a product, by what stands before and after it."""
    if before:
        return MIDDLE if after else _RIGHT
    if len(after) == 1 and factor.shape[1] == 1 and isinstance(after[0], OneMatrix):
        return _BIAS
    return _LEFT if after else _SCALE


@sends_back("MatAdd")
def _sum(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield from (Share(term, adjoint, _SUM) for term in expr.args)


@sends_back("Transpose")
def _transpose(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.arg, transposed(adjoint), _TRANSPOSE)


@sends_back("HadamardProduct")
def _entrywise(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    for i, factor in enumerate(expr.args):
        others = expr.args[:i] + expr.args[i + 1 :]
        yield Share(factor, entrywise(adjoint, *others), _ENTRYWISE)


@sends_back("HadamardPower")
def _entrywise_power(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    base, q = expr.args
    yield Share(base, times(q, entrywise(adjoint, HadamardPower(base, q - 1))), _ELEMENTWISE)


@sends_back("ElementwiseApplyFunction")
def _elementwise(expr: Any, adjoint: Any, value: Any) -> Iterator[Share]:
    (entry,), body = expr.function.variables, expr.function.expr
    within = Within(expr.expr, entry, body, value)
    yield Share(expr.expr, entrywise(within(slope(body, entry)), adjoint), _ELEMENTWISE)
    for part in _scalars(body, entry):
        moved = within(slope(body, part))
        yield Share(part, inner_product(adjoint, moved), _PARAMETER)


def _scalars(body: Any, entry: Any) -> list[Any]:
    """The largest parts of the body of an elementwise function without the entry."""
    if entry not in body.free_symbols:
        return [body] if body.free_symbols else []
    found = [part for arg in body.args for part in _scalars(arg, entry)]
    return list(dict.fromkeys(found))


class Within:
    """Functions of the entries of a matrix, as matrices; with its output where that is named."""

    def __init__(self, matrix: Any, entry: Any, body: Any, value: Any) -> None:
        self.matrix, self.entry, self.body, self.value = matrix, entry, body, value
        self.named = hasattr(value, "name")

    def __call__(self, expr: Any) -> Any:
        """The matrix of the values of ``expr``."""
        if expr == self.entry:
            return self.matrix
        if self.named and expr == self.body:
            return self.value
        if self.entry not in expr.free_symbols:
            return times(expr, OneMatrix(*self.matrix.shape))
        if expr.is_Pow and expr.exp.is_Rational and self._is_plain(expr.base):
            return HadamardPower(self(expr.base), expr.exp)
        if expr.is_Mul and all(map(self._is_plain, expr.args)):
            return entrywise(*map(self, expr.args))
        if expr.is_Add and all(map(self._is_plain, expr.args)):
            return plus(*map(self, expr.args))
        return self.matrix.applyfunc(Lambda(self.entry, expr))

    def _is_plain(self, expr: Any) -> bool:
        """Whether it is made of the output, the entry and constants by arithmetic alone."""
        if expr == self.entry or (self.named and expr == self.body):
            return True
        if self.entry not in expr.free_symbols:
            return True
        if expr.is_Pow and expr.exp.is_Rational:
            return self._is_plain(expr.base)
        return bool(expr.is_Add or expr.is_Mul) and all(map(self._is_plain, expr.args))


@sends_back("Inverse")
def _inverse(expr: Any, adjoint: Any, value: Any) -> Iterator[Share]:
    back = transposed(value)
    yield Share(expr.arg, times(-1, back, adjoint, back), INVERSE)


@sends_back("DiagMatrix")
def _diagonal_matrix(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    (vector,) = expr.args
    column = diagonal(adjoint)
    yield Share(vector, column if vector.shape[1] == 1 else transposed(column), _DIAG)


@sends_back("DiagonalOf")
def _diagonal_of(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    yield Share(expr.arg, Diagonal(adjoint), _DIAGONAL)


@sends_back("KroneckerProduct")
def _kronecker(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    if len(expr.args) != 2:
        raise NotDerived(
            f"derive has no rule for a Kronecker product of {len(expr.args)} factors, "
            f"{shown(expr)}. Give the product of two of them a name with define."
        )
    left, right = expr.args
    (p, q), (m, n) = left.shape, right.shape
    blocks = entrywise(adjoint, KroneckerProduct(OneMatrix(p, q), right))
    inner = (
        KroneckerProduct(Identity(p), OneMatrix(1, m)),
        KroneckerProduct(Identity(q), OneMatrix(n, 1)),
    )
    yield Share(left, times(inner[0], blocks, inner[1]), _KRON_LEFT)
    blocks = entrywise(adjoint, KroneckerProduct(left, OneMatrix(m, n)))
    outer = (
        KroneckerProduct(OneMatrix(1, p), Identity(m)),
        KroneckerProduct(OneMatrix(q, 1), Identity(n)),
    )
    yield Share(right, times(outer[0], blocks, outer[1]), _KRON_RIGHT)
