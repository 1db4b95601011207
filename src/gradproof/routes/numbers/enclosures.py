"""Whether a ball does hold a point at which hypotheses hold: Krawczyk's test.

As many numbers move as there are hypotheses that say something of their own; the others stay where
they are. With an approximate inverse Y of the slopes, x ↦ x − Y F(x) maps the ball into its own
interior if it holds a zero of F, exactly one, and only then is that said. What else is asked must
say the same as one of these on its face: the two halves of a symmetric equation, or 0 = 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import arb, arb_mat
from sympy import Identity, MatAdd, MatMul, Transpose, ZeroMatrix

from ...language.shapes import is_matrix
from ...language.symbols import TYING, Variable
from .duals import slope, under
from .hypotheses import Model, Search, independent, moving
from .reals import OutsideDomain, Unclear, precision
from .sampling import shaping

#: What a shape that ties entries implies of the others.
_IMPLIED = {"positive_definite": {"symmetric"}, "diagonal": {"symmetric"}}


def holds_a_point(model: Model) -> bool:
    """Whether the balls of a model are certain to hold a point where all hypotheses hold."""
    search, numbers = model.search, model.numbers
    if not all(map(_is_tied_by_shape, model.values)):
        return False
    try:
        with precision(search.bits):
            return _holds_a_point(search, numbers)
    except (OutsideDomain, Unclear, OverflowError, ZeroDivisionError):
        return False


def _is_tied_by_shape(symbol: Any) -> bool:
    """Whether the assumptions that tie its entries hold by the way it is made."""
    if not isinstance(symbol, Variable):
        return True
    kind = shaping(symbol)
    return TYING & set(symbol.given) <= {kind} | _IMPLIED.get(kind, set())


def _holds_a_point(search: Search, numbers: list[Any]) -> bool:
    places = range(search.count)
    boxes = search.balls(numbers)
    wide = search.misses(search.hypotheses, moving(boxes, places), search.bits)
    here = search.misses(search.hypotheses, numbers, search.bits)
    slopes = [[float(arb(slope(miss, 0, k)).mid()) for k in places] for miss in wide]
    rows = [place for place, *_ in independent(slopes)]
    names = list(_names(search))
    known = {names[row] for row in rows}
    for place, (miss, name) in enumerate(zip(wide, names, strict=True)):
        if name not in known and not (here[place] == 0 and _is_still(miss, places)):
            return False
    columns = _columns([slopes[row] for row in rows])
    if len(columns) < len(rows):
        return False
    inner = [[slopes[row][column] for column in columns] for row in rows]
    steep = [[arb(slope(wide[row], 0, column)) for column in columns] for row in rows]
    return _maps_into_itself(inner, steep, [arb(here[row]) for row in rows], arb(search.radius))


def _is_still(miss: Any, places: Any) -> bool:
    """Whether it has no slope anywhere in the ball."""
    return all(under(slope(miss, 0, k)) == 0 for k in places)


def _maps_into_itself(
    inner: list[list[float]], steep: list[list[Any]], here: list[Any], radius: Any
) -> bool:
    """Krawczyk's test: −Y F(x) + (1 − Y F′)·[−r, r] lies within (−r, r)."""
    size = len(inner)
    if not size:
        return True
    inverse = arb_mat(size, size, [arb(entry) for row in inner for entry in row]).inv()
    inverse = arb_mat(size, size, [entry.mid() for entry in inverse.entries()])
    moved = inverse * arb_mat(size, 1, here)
    spread = inverse * arb_mat(size, size, [entry for row in steep for entry in row])
    for i in range(size):
        reach = abs(moved[i, 0])
        for j in range(size):
            reach += abs(int(i == j) - spread[i, j]) * radius
        if not reach < radius:
            return False
    return True


def _columns(rows: list[list[float]]) -> list[int]:
    """As many columns as rows with which they are independent: elimination, largest first."""
    work, columns = [list(row) for row in rows], list[int]()
    while work:
        row = work.pop(0)
        column = max(range(len(row)), key=lambda k: abs(row[k]), default=None)
        if column is None or not row[column]:
            return columns
        columns.append(column)
        work = [
            [a - other[column] / row[column] * b for a, b in zip(other, row, strict=True)]
            for other in work
        ]
    return columns


def _names(search: Search) -> Iterator[tuple[int, int, int]]:
    """For each miss its hypothesis and entry; the mirrored one in a symmetric equation."""
    for k, (left, right) in enumerate(search.hypotheses):
        if not is_matrix(left):
            yield k, 0, 0
            continue
        rows, cols = search.shape(left)
        mirrored = _transposed(left) == left and _transposed(right) == right
        for i in range(rows):
            for j in range(cols):
                yield (k, j, i) if mirrored and i > j else (k, i, j)


def _transposed(matrix: Any) -> Any:
    if isinstance(matrix, MatAdd):
        return matrix.func(*map(_transposed, matrix.args))
    if isinstance(matrix, MatMul):
        numbers = [factor for factor in matrix.args if not is_matrix(factor)]
        factors = [_transposed(factor) for factor in matrix.args if is_matrix(factor)]
        return MatMul(*numbers, *reversed(factors))
    if isinstance(matrix, Variable) and {"symmetric", "diagonal"} & set(matrix.given):
        return matrix
    if isinstance(matrix, (Identity, ZeroMatrix)) and matrix.shape[0] == matrix.shape[1]:
        return matrix
    return matrix.args[0] if isinstance(matrix, Transpose) else Transpose(matrix)
