"""The rule for powers of matrices, with an exponent that is a number or is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Inverse, MatPow, MatrixSymbol, Symbol

from ..errors import NotDerived
from ..language.shown import shown
from ..language.symbols import dims
from .rules import INVERSE, MIDDLE
from .table import Share, sends_back
from .tidy import plus, summed_over, times, transposed


@sends_back("MatPow")
def _power(expr: Any, adjoint: Any, _: Any) -> Iterator[Share]:
    base, k = expr.args
    if not k.is_Integer:
        yield Share(base, _power_by_index(base, k, adjoint), MIDDLE)
        return
    back, count = transposed(base if k > 0 else Inverse(base)), abs(int(k))
    if k > 0:
        ways = [(r, count - 1 - r) for r in range(count)]
    else:
        ways = [(r, count + 1 - r) for r in range(1, count + 1)]
    terms = [times(*[back] * r, adjoint, *[back] * s) for r, s in ways]
    yield Share(base, times(1 if k > 0 else -1, plus(*terms)), MIDDLE if k > 0 else INVERSE)


def _power_by_index(base: Any, k: Any, adjoint: Any) -> Any:
    """Σ_r (Aᵀ)ʳ⁻¹ G (Aᵀ)ᵏ⁻ʳ for r = 1, …, k."""
    if not k.is_nonnegative:
        raise NotDerived(
            f"derive has no rule for the exponent {k} of {shown(base)}. Write it as a sum of "
            "dimensions that is never negative, of the matrix or of its inverse."
        )
    whole = (base, k, adjoint)
    taken = {symbol.name for each in whole for symbol in each.atoms(Symbol, MatrixSymbol)}
    r = dims(next(letter for letter in ("r", "s", "q", "r_1") if letter not in taken))
    back = transposed(base)
    term = times(MatPow(back, r - 1), adjoint, MatPow(back, k - r))
    return summed_over(term, r, 1, k)
