"""Random expressions against what they are rearranged to, and against near misses of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from sympy import HadamardProduct, Rational, Trace, Transpose

from gradproof import eye, gradient, inner, total
from gradproof.language.functions import Inner
from gradproof.language.nodes import Total, rebuilt
from gradproof.language.shapes import is_matrix
from gradproof.language.statement import Statement

from . import language as e
from .claims import Claim, scaled

#: How many right sides are tried for each left side.
RIGHTS = 3
_NEAR = (1, 1, 2, Rational(10005, 10000))


def rearranged(chance: Random) -> Iterator[Claim]:
    """An expression, or a gradient of it, against rearranged and other ones."""
    lhs = e.some_scalar(chance, chance.choice((2, 2, 3)))
    if chance.random() < 0.15 and lhs.has(e.A):
        slope = gradient(lhs, e.A)
        factor = chance.choice(_NEAR)
        yield Claim(Statement(slope, scaled(factor, slope)), holds=factor == 1)
        return
    same = Claim(Statement(lhs, rewritten(lhs, chance)), holds=True)
    yield same
    for change in chance.sample(_CHANGES, RIGHTS):
        yield Claim(same.statement.with_sides(lhs, change(lhs)))
    yield Claim(same.statement.with_sides(lhs, e.some_scalar(chance, 1)))


def _put(**names: Any) -> Callable[[Any], Any]:
    return lambda lhs: lhs.xreplace({getattr(e, one): other for one, other in names.items()})


_CHANGES: list[Callable[[Any], Any]] = [
    lambda lhs: lhs.expand(),
    lambda lhs: lhs * Rational(10005, 10000),
    lambda lhs: lhs + Rational(1, 1000),
    _put(A=e.B),
    _put(Y=e.HOT),
    _put(HOT=e.COLD, COLD=e.HOT),
    _put(COLD=e.HOT),
    _put(U=e.P),
    _put(ORTHOGONAL=eye(e.N)),
    _put(SQUARE=e.DIAGONAL),
    _put(K=e.K + 1),
    _put(SQUARE=e.SQUARE.T),
    _put(INVERTIBLE=e.INVERTIBLE.T),
]


def rewritten(expr: Any, chance: Random) -> Any:
    """The same in another form: each part turned round where a law of matrices says so."""
    if not expr.args or not (is_matrix(expr) or expr.has(Total, Inner, Trace)):
        return expr
    args = [rewritten(arg, chance) for arg in expr.args]
    if isinstance(expr, Inner):
        one, other = args[:2]
        return chance.choice(
            [inner(other, one), Trace(one.T * other), total(HadamardProduct(other, one))]
        )
    if isinstance(expr, Trace):
        return Trace(Transpose(args[0]))
    if isinstance(expr, Total):
        return total(args[0].T)
    return rebuilt(expr, args)
