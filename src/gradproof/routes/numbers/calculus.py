"""Route 3: derivatives, as the slopes of dual numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...language.unfold import DerivativeAt, GradientAt, JacobianAt, SlopeAt
from .duals import Dual, slope
from .grids import Grid, vec
from .parts import Part, Scope
from .reals import ONE, number


def _moving(at: Any, scope: Scope, part: Part) -> Any:
    """The body of a derivative as its variable moves: its entries, in vec order, in directions."""
    body, bound, point = part.args
    level, there = scope.level + 1, at.at(scope, point)
    if not isinstance(there, list):
        moved: Any = Dual(level, there, {0: ONE})
    else:
        rows = len(there)
        moved = [
            [Dual(level, entry, {i + rows * j: ONE}) for j, entry in enumerate(row)]
            for i, row in enumerate(there)
        ]
    return at.at(Scope(bound, moved, scope, level), body)


def _slope(value: Any, scope: Scope, direction: int) -> Any:
    return number(slope(value, scope.level + 1, direction))


def _gradient(at: Any, scope: Scope, part: Part) -> Grid:
    rows, cols = at.shape(part.args[2])
    value = _moving(at, scope, part)
    return [[_slope(value, scope, i + rows * j) for j in range(cols)] for i in range(rows)]


def _jacobian(at: Any, scope: Scope, part: Part) -> Grid:
    rows, cols = at.shape(part.args[2])
    outputs = vec(_moving(at, scope, part))
    return [[_slope(out, scope, k) for k in range(rows * cols)] for out in outputs]


def _derivative(at: Any, scope: Scope, part: Part) -> Any:
    value = _moving(at, scope, part)
    if not isinstance(value, list):
        return _slope(value, scope, 0)
    return [[_slope(entry, scope, 0) for entry in row] for row in value]


#: How the numeric evaluator reads derivatives.
RULES: dict[type, Callable[[Any, Scope, Part], Any]] = {
    GradientAt: _gradient,
    JacobianAt: _jacobian,
    DerivativeAt: _derivative,
    SlopeAt: _derivative,
}
