"""Matrix expressions in tidy form: what rules send back, without needless ones and transposes.

Each function makes one kind of expression from parts that are tidy already. Nothing here is
trusted: an expression that came out wrong would not be proved.
"""

from __future__ import annotations

from functools import reduce
from itertools import product
from operator import mul
from typing import Any

from sympy import (
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Identity,
    ImmutableDenseMatrix,
    Inverse,
    KroneckerProduct,
    MatAdd,
    MatMul,
    MatPow,
    Mul,
    OneMatrix,
    Pow,
    S,
    Transpose,
    Tuple,
    ZeroMatrix,
)
from sympy import DiagonalOf as Diagonal
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ..language.functions import Inner, Softmax
from ..language.nodes import DefinedMatrix, Total
from ..language.series import MatrixSum
from ..language.shapes import is_matrix
from ..language.symbols import Variable

_SYMMETRIC = ("symmetric", "diagonal")


def apart(expr: Any) -> tuple[Any, tuple[Any, ...]]:
    """The scalar factor of a matrix, and the matrix factors behind it."""
    if not isinstance(expr, MatMul):
        return S.One, (expr,)
    scalars = [arg for arg in expr.args if not is_matrix(arg)]
    return Mul(*scalars), tuple(arg for arg in expr.args if is_matrix(arg))


def times(*parts: Any) -> Any:
    """The matrix product of ``parts``, scalars among them."""
    scale, matrices = S.One, list[Any]()
    for part in parts:
        factor, inner = apart(part) if is_matrix(part) else (part, ())
        scale *= factor
        for matrix in inner:
            scale *= _append(matrices, matrix)
    if scale == 0 or any(isinstance(matrix, ZeroMatrix) for matrix in matrices):
        return ZeroMatrix(matrices[0].shape[0], matrices[-1].shape[1])
    kept = [matrix for matrix in matrices if not _is_unit(matrix)] or matrices[:1]
    if scale == 1:
        return kept[0] if len(kept) == 1 else MatMul(*kept)
    return MatMul(scale, *kept)


def _append(matrices: list[Any], matrix: Any) -> Any:
    """Put one more factor behind; return the scalar that splits off."""
    if matrices and isinstance(matrices[-1], OneMatrix):
        sums = column_sums(matrix)
        if sums is not None:
            matrices.append(OneMatrix(matrices.pop().shape[0], matrix.shape[1]))
            return sums
    matrices.append(matrix)
    return S.One


def column_sums(matrix: Any) -> Any:
    """The number to which every column is known to sum, or None."""
    if isinstance(matrix, OneMatrix):
        return matrix.shape[0]
    if isinstance(matrix, Softmax) and matrix.axis == 0:
        return S.One
    if isinstance(matrix, Variable):
        return S.One if matrix.has_given("one_hot") else matrix.given.get("column_sums")
    if isinstance(matrix, ImmutableDenseMatrix):
        sums = {sum(matrix.col(j)) for j in range(matrix.cols)}
        return sums.pop() if len(sums) == 1 else None
    return column_sums(matrix.definition) if isinstance(matrix, DefinedMatrix) else None


def _is_unit(matrix: Any) -> bool:
    if isinstance(matrix, OneMatrix):
        return tuple(matrix.shape) == (1, 1)
    return isinstance(matrix, Identity)


def plus(*terms: Any) -> Any:
    """The sum of matrices, like terms and a common scalar factor taken together."""
    found: dict[Any, tuple[Any, Any]] = {}
    flat = [single for term in terms for single in _terms(term)]
    for term in flat:
        scale, factors = apart(term)
        like = tuple(map(_like, factors))
        found[like] = (factors, found[like][1] + scale if like in found else scale)
    kept = {factors: scale for factors, scale in found.values() if scale != 0}
    if any(not isinstance(f[0], ZeroMatrix) for f in kept):
        kept = {f: scale for f, scale in kept.items() if not isinstance(f[0], ZeroMatrix)}
    if not kept:
        return ZeroMatrix(*flat[0].shape)
    if len(kept) == 1:
        ((factors, scale),) = kept.items()
        return times(scale, *factors)
    common = _common(list(kept.values()))
    return times(common, _bracketed([(scale / common, f) for f, scale in kept.items()]))


def _bracketed(terms: list[tuple[Any, tuple[Any, ...]]]) -> Any:
    """The sum of products, with the factors in a bracket's place that all have at an end."""
    for end in (-1, 0):
        shared = {factors[end] for _, factors in terms}
        if len(shared) == 1 and all(len(factors) > 1 for _, factors in terms):
            cut = slice(0, -1) if end else slice(1, None)
            inner = plus(*(times(scale, *factors[cut]) for scale, factors in terms))
            return times(inner, *shared) if end else times(*shared, inner)
    return MatAdd(*(times(scale, *factors) for scale, factors in terms))


def _terms(term: Any) -> list[Any]:
    scale, factors = apart(term)
    if len(factors) == 1 and isinstance(factors[0], MatAdd):
        return [times(scale, part) for single in factors[0].args for part in _terms(single)]
    return [term]


def _like(matrix: Any) -> Any:
    """The same for sums and entrywise products whose parts are in another order."""
    if isinstance(matrix, (MatAdd, HadamardProduct)):
        return type(matrix), frozenset(matrix.args)
    return matrix


def _common(scales: list[Any]) -> Any:
    """The factor that all terms have up to a sign; without a minus, if some term has none."""
    first = next((s for s in scales if not s.could_extract_minus_sign()), scales[0])
    return first if all(scale in (first, -first) for scale in scales) else S.One


def entrywise(*parts: Any) -> Any:
    """The entrywise product, powers of one factor taken together."""
    for i, part in enumerate(parts):
        others = parts[:i] + parts[i + 1 :]
        if _cancels(part, others):
            short = plus(*(entrywise(term, *others) for term in _terms(part)))
            spread = plus(*(_spread(entrywise(term, *others)) for term in _terms(part)))
            return min(short, spread, key=size)
    shape, scale, powers = parts[0].shape, S.One, dict[Any, Any]()
    for part in parts:
        factor, bases = _powers(part)
        scale *= factor
        for base, q in bases:
            like = _like(base)
            powers[like] = (base, q + powers[like][1] if like in powers else q)
    if any(isinstance(base, ZeroMatrix) for base, _ in powers.values()):
        return ZeroMatrix(*shape)
    made = [
        base if q == 1 else HadamardPower(base, q)
        for base, q in powers.values()
        if q != 0 and not isinstance(base, OneMatrix)
    ]
    if not made:
        return times(scale, OneMatrix(*shape))
    return times(scale, made[0] if len(made) == 1 else HadamardProduct(*made))


def _powers(part: Any) -> tuple[Any, list[tuple[Any, Any]]]:
    """The scalar factor of an entrywise product, and its factors as bases and exponents."""
    scale, factors = apart(part)
    single = factors[0] if len(factors) == 1 else times(*factors)
    found = []
    for one in single.args if isinstance(single, HadamardProduct) else (single,):
        more, inner = apart(one)
        scale *= more
        base = times(*inner)
        found.append(base.args if isinstance(base, HadamardPower) else (base, S.One))
    return scale, found


def _cancels(part: Any, others: tuple[Any, ...]) -> bool:
    """Whether ``part`` is a sum in which a term is divided by one of ``others``."""
    bases = {_like(base) for other in others for base, q in _powers(other)[1] if q.is_positive}
    terms = _terms(part)
    return len(terms) > 1 and any(
        _like(base) in bases and q.is_negative for term in terms for base, q in _powers(term)[1]
    )


def _spread(expr: Any) -> Any:
    """An entrywise product of sums as a sum of products."""
    scale, bases = _powers(expr)
    factors = [_terms(base) if q == 1 else [HadamardPower(base, q)] for base, q in bases]
    return times(scale, plus(*(entrywise(*choice) for choice in product(*factors))))


def size(expr: Any) -> int:
    """How many matrices an expression is made of, each name counted as one."""
    if not is_matrix(expr):
        return 0
    if not expr.args or isinstance(expr, Variable | OneMatrix) or hasattr(expr, "name"):
        return 1
    return sum(size(arg) for arg in expr.args)


def transposed(expr: Any) -> Any:
    """The transpose, brought to the symbols."""
    if isinstance(expr, Transpose):
        return expr.arg
    if isinstance(expr, MatMul):
        scale, factors = apart(expr)
        return times(scale, *(transposed(factor) for factor in reversed(factors)))
    if isinstance(expr, (MatAdd, HadamardProduct, KroneckerProduct)):
        return expr.func(*(transposed(arg) for arg in expr.args))
    if isinstance(expr, OneMatrix | ZeroMatrix):
        return expr.func(*reversed(expr.shape))
    if isinstance(expr, HadamardPower | MatPow) and not isinstance(expr, Inverse):
        return expr.func(transposed(expr.args[0]), expr.args[1])
    if isinstance(expr, ElementwiseApplyFunction):
        return transposed(expr.expr).applyfunc(expr.function)
    return expr if is_symmetric(expr) else Transpose(expr)


def is_symmetric(expr: Any) -> bool:
    """Whether a matrix is seen to be its own transpose."""
    if tuple(expr.shape) != tuple(reversed(expr.shape)):
        return False
    if isinstance(expr, Variable):
        return any(expr.has_given(fact) for fact in _SYMMETRIC)
    if isinstance(expr, Identity | DiagMatrix):
        return True
    if isinstance(expr, DefinedMatrix):
        return is_symmetric(expr.definition)
    if isinstance(expr, Inverse):
        return is_symmetric(expr.arg)
    if isinstance(expr, MatAdd):
        terms = [tidied(term) for term in expr.args]
        return {transposed(term) for term in terms} == set(terms)
    if isinstance(expr, (MatMul, HadamardProduct, ElementwiseApplyFunction, OneMatrix, MatPow)):
        return bool(transposed(tidied(expr)) == tidied(expr))
    return False


def diagonal(expr: Any) -> Any:
    """The diagonal of a square matrix, as a column."""
    scale, factors = apart(expr)
    if len(factors) == 1:
        return times(scale, Diagonal(factors[0]))
    left, right = factors[0], transposed(times(*factors[1:]))
    return times(scale, entrywise(left, right), OneMatrix(left.shape[1], 1))


def inner_product(left: Any, right: Any) -> Any:
    """The inner product, a scalar; with ones it is a total."""
    (above, one), (below, other) = (apart(side) for side in (left, right))
    one, other = times(*one), times(*other)
    if isinstance(one, OneMatrix):
        one, other = other, one
    if isinstance(one, ZeroMatrix) or isinstance(other, ZeroMatrix):
        return S.Zero
    if not isinstance(other, OneMatrix):
        return above * below * Inner(one, other)
    sums = column_sums(one)
    return above * below * (Total(one) if sums is None else sums * one.shape[1])


def summed_over(term: Any, index: Any, first: Any, last: Any) -> Any:
    """A sum over a whole number; of what does not depend on it, a multiple."""
    scale, factors = apart(term)
    factors = apart(reduce(mul, factors))[1]  # SymPy joins powers of one matrix
    powers = [factor for factor in factors if isinstance(factor, MatPow)]
    if any(index in power.exp.free_symbols for power in powers):
        return MatrixSum(times(scale, *factors), Tuple(index, first, last))
    return times(last - first + 1, scale, *factors)


def tidied(expr: Any) -> Any:
    """``expr`` made anew by the functions above, from its parts."""
    if isinstance(expr, (MatMul, Mul, MatAdd, HadamardProduct, Transpose, Diagonal, Inner)):
        made = [tidied(arg) for arg in expr.args]
        return _MAKERS[type(expr)](*made)
    if isinstance(expr, MatrixSum):
        return summed_over(tidied(expr.args[0]), *expr.args[1])
    if isinstance(expr, (KroneckerProduct, Pow, DiagMatrix, Total)) or expr.is_Add:
        return expr.func(*(tidied(arg) for arg in expr.args))
    return expr


_MAKERS: dict[type, Any] = {
    MatMul: times,
    Mul: Mul,
    MatAdd: plus,
    HadamardProduct: entrywise,
    Transpose: transposed,
    Diagonal: diagonal,
    Inner: inner_product,
}
