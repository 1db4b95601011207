"""Taste: in which order people write terms and factors, shared by formulas and code.

SymPy sorts sums and products for its own purposes; here they are put as a reader expects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Integer, MatAdd, MatMul, Mul, Pow, Symbol, Transpose, log
from sympy.matrices.expressions.matexpr import MatrixElement

from ..language.functions import CrossEntropy
from ..language.nodes import DefinedScalar, Total
from ..language.shapes import is_matrix
from ..language.unfold import DerivativeNode

Key = Callable[[Any], str]


class Held(Symbol):  # type: ignore[misc]
    """A symbol that stands for something drawn already, such as an entry of a matrix."""


@dataclass
class Factors:
    """A product taken apart: sign, scalars above and below the bar, matrices in order."""

    negative: bool = False
    above: list[Any] = field(default_factory=list)
    below: list[Any] = field(default_factory=list)
    matrices: list[Any] = field(default_factory=list)


def factors(expr: Any, key: Key) -> Factors:
    """Take a scalar or matrix product apart."""
    made = Factors()
    scalars: Any = expr
    if isinstance(expr, MatMul):
        # Not as_coeff_matrices, which refuses a scalar in the middle.
        matrices = [arg for arg in expr.args if getattr(arg, "is_Matrix", False)]
        scalars = Mul(*[arg for arg in expr.args if arg not in matrices], evaluate=False)
        for matrix in matrices:
            turned = _all_negative(matrix)
            made.negative ^= turned
            made.matrices.append(_transposed(-matrix if turned else matrix))
    coefficient, rest = scalars.as_coeff_Mul(rational=True)
    made.negative ^= bool(coefficient < 0)
    if abs(coefficient.p) != 1:
        made.above.append(Integer(abs(coefficient.p)))
    if coefficient.q != 1:
        made.below.append(Integer(coefficient.q))
    above, below = [], []
    for factor in Mul.make_args(rest):
        if isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp < 0:
            below.append(Pow(factor.base, -factor.exp))
        elif factor != 1:
            above.append(factor)
    made.above += sorted(above, key=lambda part: (_rank(part), key(part)))
    made.below += sorted(below, key=lambda part: (_rank(part), key(part)))
    return made


def _all_negative(matrix: Any) -> bool:
    """Whether it is a sum that SymPy spread a minus over."""
    return isinstance(matrix, MatAdd) and all(is_negative(term) for term in matrix.args)


def _transposed(matrix: Any) -> Any:
    """A sum of transposes as the transpose of a sum, the way it was written: (x − a)ᵀ."""
    if not isinstance(matrix, MatAdd):
        return matrix
    # Each term is a transpose, or a scalar times one.
    last = [term.args[-1] if isinstance(term, MatMul) else term for term in matrix.args]
    single = all(
        not isinstance(term, MatMul) or (len(term.args) == 2 and not is_matrix(term.args[0]))
        for term in matrix.args
    )
    if not single or not all(isinstance(part, Transpose) for part in last):
        return matrix
    terms = [
        term.args[0] * part.arg if isinstance(term, MatMul) else part.arg
        for term, part in zip(matrix.args, last, strict=True)
    ]
    return Transpose(MatAdd(*terms))


def _rank(factor: Any) -> int:
    """Numbers, symbols, derivatives, entries, calls, sums, log, and last what reaches far."""
    base = factor.base if isinstance(factor, Pow) else factor
    if base.is_number:
        return 0
    if isinstance(base, Symbol) and not isinstance(base, Held):
        return 1
    if isinstance(base, Held):
        return 3
    if isinstance(base, MatrixElement):
        return 2 if isinstance(base.args[0], DerivativeNode) else 3
    if isinstance(base, DerivativeNode):
        return 2
    if isinstance(base, Total | CrossEntropy):
        return 7
    if isinstance(base, log):
        return 6
    return 5 if isinstance(base, Add) else 4


def is_negative(term: Any) -> bool:
    """Whether a term is written with a minus."""
    if isinstance(term, MatMul):
        return any(is_negative(arg) for arg in term.args if not getattr(arg, "is_Matrix", False))
    if getattr(term, "is_Matrix", False):
        return False
    return bool(term.as_coeff_Mul(rational=True)[0] < 0)


def matrix_terms(expr: Any, key: Key) -> list[Any]:
    """The terms of a sum of matrices, positive ones first, each kind by its name."""
    return sorted(expr.args, key=lambda term: (is_negative(term), key(term).lstrip("-")))


def scalar_terms(expr: Any) -> list[Any]:
    """The terms of a scalar sum: by degree, 1 + exp(x), names first, no minus in front."""
    terms = list(expr.as_ordered_terms())
    if not any(_is_polynomial(term) and not term.is_number for term in terms):
        terms.sort(
            key=lambda term: 0 if term.is_number else 1 if isinstance(term, DefinedScalar) else 2
        )
    elif any(not _is_polynomial(term) for term in terms):
        terms.sort(key=lambda term: not isinstance(term, DefinedScalar))
    if is_negative(terms[0]):
        first = next((term for term in terms if not is_negative(term)), terms[0])
        terms.remove(first)
        terms.insert(0, first)
    return terms


def _is_polynomial(term: Any) -> bool:
    kinds = (Symbol, MatrixElement)
    parts = [part.base if isinstance(part, Pow) else part for part in Mul.make_args(term)]
    return all(part.is_number or isinstance(part, kinds) for part in parts)
