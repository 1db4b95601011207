"""The normal form of an expression, or of a derivative, has its value at a random point."""

from __future__ import annotations

from random import Random
from typing import Any

import mpmath
from flint import arb

from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.routes.kernel.read import Reader
from gradproof.routes.numbers.route import sample

from ..kernel.values import Undefined, Unknown
from ..kernel.values import value as value_of
from .language import K, M, N


def checked(expr: Any, chance: Random) -> str:
    """``kept`` or ``undefined``; raises AssertionError where the normal form changes a value."""
    try:
        assert keeps_value(expr, chance), f"the normal form has another value: {expr}"
    except (Undecided, Undefined, Unknown, RecursionError):
        return "undefined"
    return "kept"


def keeps_value(expr: Any, chance: Random) -> bool:
    """Whether the normal form of an expression, or of a derivative, has its value at a point.

    Raises ``Undecided`` or ``Undefined`` where one of the two has none.
    """
    claim = Statement(expr, expr)
    sizes = {M: 2, N: 3, K: 2}
    point, known, _ = sample(claim, sizes, chance, digits=20)
    drawn = {str(symbol.name): (symbol, value) for symbol, value in point.values.items()}
    plain = {str(dim): size for dim, size in sizes.items()}

    def entry(name: str, at: tuple[int, ...]) -> Any:
        symbol, value = drawn[name]
        if not at:
            return as_number(value)
        if len(at) == 1:  # a vector, or a diagonal matrix
            return as_number(value[at[0]][at[0] if symbol.shape[1] != 1 else 0])
        return as_number(value[at[0]][at[1]])

    reader = Reader()
    with mpmath.workdps(40):
        if not claim.is_matrix:
            return close(value_of(reader.scalar(claim.left), entry, plain), known)
        axes = [reader.indices(claim.left, axis) for axis in (0, 1)]
        poly = reader.entry(claim.left, *axes)
        return all(
            close(value_of(poly, entry, plain, {axes[0][0]: i, axes[1][0]: j}), known[i][j])
            for i in range(len(known))
            for j in range(len(known[0]))
        )


def as_number(value: Any) -> Any:
    """A fraction, or the middle of a ball, in numbers of many digits."""
    if isinstance(value, arb):
        mantissa, exponent = value.mid().man_exp()
        return mpmath.ldexp(int(mantissa), int(exponent))
    return mpmath.mpf(int(value.numerator)) / int(value.denominator)


def close(one: Any, known: Any) -> bool:
    """Whether two values agree to fifteen digits."""
    other = as_number(known)
    return bool(abs(one - other) <= 1e-15 * max(1, abs(one), abs(other)))
