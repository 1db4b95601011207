"""Exact points at which to compare: special ones and small random ones, where hypotheses hold."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

from gradproof.errors import Undecided
from gradproof.language.statement import Statement
from gradproof.language.symbols import Variable
from gradproof.routes.numbers.degenerate import special_matrices
from gradproof.routes.numbers.sampling import (
    build,
    draw_matrix,
    draw_scalar,
    fits,
    parameter_count,
    shape_at,
)

from ..kernel.values import Undefined, Unknown
from . import arithmetic, values

#: How many points are tried, and how many are enough.
TRIED, ENOUGH = 40, 8
_SMALL = [Fraction(n) for n in (-2, -1, 0, 1, 2, 3)]
_SIZES = (1, 1, 2, 2, 3)


def points(statement: Statement, chance: Random) -> Iterator[values.Env]:
    """Some of the points where all hypotheses hold exactly."""
    found = 0
    for _ in range(TRIED):
        if found == ENOUGH:
            return
        env = random_point(statement, chance)
        if env is not None and _hold(statement, env):
            found += 1
            yield env


def random_point(statement: Statement, chance: Random) -> values.Env | None:
    """Sizes and values of all symbols; None where no value fits the assumptions."""
    env: values.Env = {dim: chance.choice(_SIZES) for dim in statement.dimensions}
    special = chance.choice((0.1, 0.5, 0.9))
    for symbol in statement.symbols:
        shape = shape_at(symbol, env) if isinstance(symbol, Variable) else None
        degenerate, generic = _pools(symbol, shape)
        if not generic:
            return None
        env[symbol] = chance.choice(degenerate if chance.random() < special else generic)
    return env


@lru_cache(maxsize=2000)
def _pools(symbol: Any, shape: tuple[int, int] | None) -> tuple[list[Any], list[Any]]:
    """Degenerate values of a symbol and generic ones, which satisfy its assumptions."""
    chance = Random(f"{symbol}/{shape}")
    if shape is None:
        degenerate = [x for x in map(Fraction, (0, 1, -1)) if fits(symbol, x)]
        return degenerate, [*(draw_scalar(symbol, chance) for _ in range(3)), Fraction(2)]
    generic = []
    for _ in range(6):
        numbers = [chance.choice(_SMALL) for _ in range(parameter_count(symbol, *shape))]
        generic.append(build(symbol, *shape, numbers))
    try:
        generic += [draw_matrix(symbol, *shape, chance) for _ in range(2)]
    except Undecided:
        return [], []
    generic = [value for value in generic if value is not None]
    special = special_matrices(symbol, *shape) or generic
    return [_rows(value) for value in special], [_rows(value) for value in generic]


def _rows(value: Any) -> list[list[Any]]:
    return [list(row) for row in value]


def _hold(statement: Statement, env: values.Env) -> bool:
    try:
        return not any(
            arithmetic.differ(values.at(one, env), values.at(other, env))
            for one, other in statement.given
        )
    except (Undefined, Unknown):
        return False
