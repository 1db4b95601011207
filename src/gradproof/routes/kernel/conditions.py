"""Side conditions: signs of expressions as written, and each condition said once.

A sign is 2 where an expression is surely > 0 wherever it is defined, 1 where it is surely ≥ 0,
and 0 where nothing is told; of a matrix it is said of every entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Determinant,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
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
    S,
    Symbol,
    Transpose,
    ZeroMatrix,
    default_sort_key,
    exp,
    log,
)
from sympy.core.numbers import NumberSymbol
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ...language.nodes import Size, Total
from ...language.shapes import is_matrix
from ...language.symbols import INVERTIBLE, Variable
from ...language.unfold import BINDERS, ENTRY

Condition = tuple[str, Any]


def sign(expr: Any, entry: int = 0) -> int:
    """The sign of an expression as written; ``entry`` is that of the entry in a function's body."""
    rule = next((_SIGNS[kind] for kind in type(expr).__mro__ if kind in _SIGNS), None)
    return rule(expr, entry) if rule is not None else 0


def _sum(expr: Any, entry: int) -> int:
    signs = [sign(arg, entry) for arg in expr.args]
    return max(signs) if all(signs) else 0


def _product(expr: Any, entry: int) -> int:
    """The sign of a product of numbers: what occurs an even number of times is a square."""
    times = Counter(expr.args)
    return min(max(sign(arg, entry), int(n % 2 == 0)) for arg, n in times.items())


def _parts(expr: Any, entry: int) -> int:
    """The sign of what adds up products of entries of its parts, each sum having a term."""
    return min(sign(arg, entry) for arg in expr.args)


def _power(expr: Any, entry: int) -> int:
    base, exponent = expr.args
    inner = sign(base, entry)
    if not exponent.is_Rational or (exponent.q == 1 and exponent.p % 2 and not inner):
        return 0
    return 2 if exponent < 0 or inner == 2 else 1  # what is divided by is not 0


def _variable(expr: Any, entry: int) -> int:
    if expr.has_given("positive"):
        return 1 if expr.has_given("diagonal") else 2
    return int(expr.has_given("one_hot"))


def _symbol(expr: Any, entry: int) -> int:
    if expr == ENTRY:
        return entry
    return 2 if expr.is_positive else int(bool(expr.is_nonnegative))


_SIGNS: dict[type, Callable[[Any, int], int]] = {
    Rational: lambda expr, entry: 2 if expr > 0 else int(expr == 0),
    NumberSymbol: lambda expr, entry: 2,
    Symbol: _symbol,
    Size: lambda expr, entry: 2,
    Add: _sum,
    Mul: _product,
    Pow: _power,
    exp: lambda expr, entry: 2,
    Abs: lambda expr, entry: max(1, sign(expr.args[0], entry)),
    Total: _parts,
    Variable: _variable,
    MatAdd: _sum,
    MatMul: _parts,
    HadamardProduct: _product,
    HadamardPower: _power,
    KroneckerProduct: _parts,
    Transpose: _parts,
    OneMatrix: lambda expr, entry: 2,
    Identity: lambda expr, entry: 1,
    ZeroMatrix: lambda expr, entry: 1,
    ImmutableDenseMatrix: lambda expr, entry: min(sign(each, entry) for each in expr),
    ElementwiseApplyFunction: lambda expr, entry: sign(expr.function.expr, sign(expr.expr)),
}


def plain(kind: str, expr: Any) -> Iterator[Condition]:
    """The same condition on less: −u ≠ 0 says u ≠ 0, and u² > 0 says it too."""
    if kind == "invertible":
        yield from _plain_matrix(expr)
        return
    least = sign(expr)
    if least == 2 or (least and kind == "nonnegative") or _is_told(kind, expr):
        return
    if kind == "positive" and least:
        kind = "nonzero"  # it is surely ≥ 0
    if kind == "nonzero":
        yield from _plain_nonzero(expr)
    elif kind == "positive" and isinstance(expr, (Pow, HadamardPower)):
        yield from plain(kind, expr.args[0])  # an odd power: even ones are surely ≥ 0
    elif isinstance(expr, Mul) and any(sign(factor) == 2 for factor in _factors(expr)):
        yield from plain(kind, Mul(*(factor for factor in _factors(expr) if sign(factor) < 2)))
    else:
        yield kind, _without_number(expr, signed=False)


def _is_told(kind: str, expr: Any) -> bool:
    """Whether a symbol carries the condition."""
    if isinstance(expr, Variable):
        return kind == "nonzero" and expr.has_given("nonzero") and not expr.has_given("diagonal")
    return isinstance(expr, Symbol) and kind == "nonzero" and bool(expr.is_nonzero)


def _plain_matrix(matrix: Any) -> Iterator[Condition]:
    matrix = _without_number(matrix, signed=True)
    vector = _diagonal_of(matrix)
    if vector is not None:
        yield from plain("nonzero", vector)
    elif isinstance(matrix, (Transpose, Inverse, MatPow)):
        yield from _plain_matrix(matrix.args[0])
    elif not (isinstance(matrix, Variable) and INVERTIBLE & set(matrix.given)):
        yield "invertible", matrix


def _diagonal_of(matrix: Any) -> Any:
    """The vector of a diagonal matrix, which was written as I ⊙ (x 𝟏ᵀ) when it was unfolded."""
    if isinstance(matrix, HadamardProduct) and isinstance(matrix.args[0], Identity):
        product = matrix.args[1]
        if isinstance(product, MatMul) and len(product.args) == 2:
            column, row = product.args
            if isinstance(row, OneMatrix) and row.shape[0] == 1:
                return column
    return None


def without_zeros(expr: Any) -> Any:
    """An expression without terms that are multiplied by 0, as 0·dA where nothing has moved yet."""
    if isinstance(expr, MatAdd):
        terms = [arg for arg in expr.args if not (isinstance(arg, MatMul) and S.Zero in arg.args)]
        return terms[0] if len(terms) == 1 else MatAdd(*map(without_zeros, terms))
    if not any(isinstance(arg, Basic) and arg.has(MatAdd) for arg in expr.args):
        return expr
    return expr.func(*map(without_zeros, expr.args))


def _plain_nonzero(expr: Any) -> Iterator[Condition]:
    if isinstance(expr, Determinant):
        yield from _plain_matrix(expr.args[0])
    elif isinstance(expr, (Abs, Pow, HadamardPower)):
        yield from plain("nonzero", expr.args[0])
    elif isinstance(expr, (Mul, HadamardProduct)) and len(_factors(expr)) > 1:
        for factor in _factors(expr):
            if not factor.is_Rational:
                yield from plain("nonzero", factor)
    else:
        yield "nonzero", _without_number(expr, signed=True)


def _factors(expr: Any) -> list[Any]:
    """The factors of a product, entry by entry: a product of matrices is one, since AB is a sum."""
    if not isinstance(expr, MatMul):
        return list(expr.args)
    matrices = [factor for factor in expr.args if is_matrix(factor)]
    numbers = [factor for factor in expr.args if not is_matrix(factor)]
    return [*numbers, matrices[0] if len(matrices) == 1 else MatMul(*matrices)]


def _without_number(expr: Any, signed: bool) -> Any:
    """A matrix without a number it is multiplied by: a positive one, or any where ``signed``."""
    if not isinstance(expr, MatMul):
        return expr
    kept = [f for f in expr.args if not (f.is_Rational and (signed or f > 0))]
    return kept[0] if len(kept) == 1 else MatMul(*kept)


def needed(expr: Any, moving: int = 0) -> Iterator[Condition]:
    """What must hold for an expression as written, within ``moving`` derivatives of it."""
    args = expr.args
    if isinstance(expr, BINDERS):
        body, bound, point = args
        for kind, on in needed(body, moving + 1):
            yield kind, on.xreplace({bound: point})
        args = (point,)
    elif isinstance(expr, ElementwiseApplyFunction):
        for condition in needed(expr.function.expr, moving):
            for kind, on in plain(*condition):
                yield kind, of_entries(on, expr.expr)
        args = (expr.expr,)
    elif isinstance(expr, log):
        yield "positive", args[0]
    elif isinstance(expr, (Pow, HadamardPower)) and args[1].is_Rational:
        base, exponent = flattened(expr)
        yield from _needed_of_power(base, exponent, moving)
        args = (base,)
    elif isinstance(expr, Abs) and moving:
        yield "nonzero", args[0]
    elif _divides(expr) or (isinstance(expr, Determinant) and moving):
        yield "invertible", args[0]
    for arg in args:
        yield from needed(arg, moving)


def _divides(expr: Any) -> bool:
    return isinstance(expr, Inverse) or (isinstance(expr, MatPow) and bool(expr.exp.is_negative))


def _needed_of_power(base: Any, exponent: Any, moving: int) -> Iterator[Condition]:
    if exponent.q != 1:
        yield "positive" if exponent < 0 or moving else "nonnegative", base
    if exponent < 0 or (exponent.q != 1 and exponent < moving):
        yield "nonzero", base


def flattened(power: Any, entry: int = 0) -> tuple[Any, Any]:
    """The base and the exponent of a power, which may be one of a power: (√u)² is u for u ≥ 0.

    Where u is surely ≥ 0 the two are the same function, so that they have the same derivatives.
    """
    base, exponent = power.args
    if not exponent.is_Rational:
        return base, exponent
    if isinstance(base, Abs) and exponent.is_even:
        return base.args[0], exponent
    if isinstance(base, (Pow, HadamardPower)):
        inner, first = flattened(base, entry)
        if first.is_Rational and first > 0 and sign(inner, entry):
            return inner, first * exponent
    return base, exponent


def of_entries(expr: Any, matrix: Any) -> Any:
    """What is said of an entry in the body of a function, said of the matrix it is applied to."""
    if ENTRY not in expr.free_symbols:
        return expr
    return matrix if expr == ENTRY else ElementwiseApplyFunction(Lambda(ENTRY, expr), matrix)


def trimmed(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Each condition once, in the order met, without those that follow from another."""
    found: dict[Condition, Condition] = {}
    for kind, written in conditions:
        for less, expr in plain(kind, written):
            key = expr if less in ("positive", "nonnegative") else _unsigned(less, expr)
            found.setdefault((less, key), (less, expr))
    kept: dict[Condition, None] = {}
    for kind, expr in found.values():
        nonzero = ("nonzero", _unsigned("nonzero", expr)) in found
        if kind == "nonnegative" and (nonzero or ("positive", expr) in found):
            kept["positive", expr] = None
        else:
            kept[kind, expr] = None
    strict = {_unsigned("nonzero", expr) for kind, expr in kept if kind == "positive"}
    return tuple(
        (kind, expr)
        for kind, expr in kept
        if kind != "nonzero" or _unsigned(kind, expr) not in strict
    )


def _unsigned(kind: str, expr: Any) -> Any:
    """The same for ±u and, of what is invertible, for its transpose."""
    expr = _without_number(expr, signed=True)
    forms = [expr, _transposed(expr)] if kind == "invertible" else [expr]
    return min((_sorted(form) for u in forms for form in (u, _negated(u))), key=default_sort_key)


def _negated(expr: Any) -> Any:
    return MatAdd(*(-term for term in expr.args)) if isinstance(expr, MatAdd) else -expr


def _transposed(matrix: Any) -> Any:
    if isinstance(matrix, MatAdd):
        return MatAdd(*map(_transposed, matrix.args))
    if isinstance(matrix, MatMul):
        numbers = [factor for factor in matrix.args if not is_matrix(factor)]
        factors = [_transposed(factor) for factor in matrix.args if is_matrix(factor)]
        return MatMul(*numbers, *reversed(factors))
    if isinstance(matrix, Identity) or (
        isinstance(matrix, Variable) and matrix.has_given("symmetric")
    ):
        return matrix
    return matrix.arg if isinstance(matrix, Transpose) else Transpose(matrix)


def _sorted(expr: Any) -> Any:
    return MatAdd(*sorted(expr.args, key=default_sort_key)) if isinstance(expr, MatAdd) else expr
