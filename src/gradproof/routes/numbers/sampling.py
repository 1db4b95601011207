"""Exact values for symbols that satisfy their assumptions, from a few free parameters."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from sympy import sympify

from ...errors import Undecided
from ...language.symbols import Variable
from .duals import under
from .grids import determinant
from .reals import differ, number

#: Rows of fractions; where hypotheses tie them, of balls.
Exact = tuple[tuple[Any, ...], ...]

#: Which assumption shapes the matrix when there are several; the others are then checked.
_ORDER = ("orthogonal", "one_hot", "diagonal", "positive_definite", "symmetric", "column_sums")


def shape_at(variable: Variable, sizes: dict[Any, int]) -> tuple[int, int]:
    """Return the shape of a variable in numbers."""
    rows, cols = (int(sympify(size).xreplace(sizes)) for size in variable.shape)
    return rows, cols


def shaping(variable: Variable) -> str:
    """Return the assumption that ties the entries of a variable, or an empty string."""
    return next((name for name in _ORDER if variable.has_given(name)), "")


def parameter_count(variable: Variable, rows: int, cols: int) -> int:
    """Return how many numbers determine the matrix."""
    kind = shaping(variable)
    if kind == "one_hot":
        return cols
    if kind == "diagonal":
        return rows
    if kind in ("symmetric", "positive_definite"):
        return rows * (rows + 1) // 2
    if kind == "orthogonal":
        return 1 + rows * (rows - 1) // 2
    if kind == "column_sums" and not variable.has_given("positive"):
        return (rows - 1) * cols
    return rows * cols


def build(variable: Variable, rows: int, cols: int, numbers: Sequence[Any]) -> Exact | None:
    """Return the matrix that the parameters determine; None if an assumption fails for them."""
    made = _shape(variable, rows, cols, list(numbers))
    return made if made is not None and satisfies(variable, made) else None


def _shape(variable: Variable, rows: int, cols: int, numbers: list[Any]) -> Exact | None:
    kind = shaping(variable)
    if kind == "one_hot":
        labels = [int(number) % rows for number in numbers]
        return tuple(tuple(Fraction(int(label == i)) for label in labels) for i in range(rows))
    if kind == "diagonal":
        return _from(rows, cols, lambda i, j: numbers[i] if i == j else 0 * numbers[i])
    if kind == "symmetric":
        return _from(rows, cols, lambda i, j: numbers[max(i, j) * (max(i, j) + 1) // 2 + min(i, j)])
    if kind == "positive_definite":
        lower = [numbers[i * (i + 1) // 2 : (i + 1) * (i + 2) // 2] for i in range(rows)]
        return _from(rows, cols, lambda i, j: _dot(lower[i][: j + 1], lower[j][: i + 1]))
    if kind == "orthogonal":
        return _cayley(rows, numbers)
    if kind == "column_sums":
        return _with_sums(variable, cols, numbers)
    return _from(rows, cols, lambda i, j: numbers[i * cols + j])


def _from(rows: int, cols: int, entry: Any) -> Exact:
    return tuple(tuple(entry(i, j) for j in range(cols)) for i in range(rows))


def _with_sums(variable: Variable, cols: int, numbers: list[Any]) -> Exact | None:
    value = variable.given["column_sums"]
    whole = (0 * numbers[0] if numbers else Fraction(0)) + int(value.p)
    whole = whole / int(value.q)
    rows = [tuple(numbers[k : k + cols]) for k in range(0, len(numbers), cols)]
    if not variable.has_given("positive"):
        return (*rows, tuple(whole - sum(row[j] for row in rows) for j in range(cols)))
    sums = [sum(row[j] for row in rows) for j in range(cols)]
    if 0 in sums:
        return None
    return tuple(tuple(whole * entry / sums[j] for j, entry in enumerate(row)) for row in rows)


def _cayley(size: int, numbers: list[Any]) -> Exact:
    """(I − A)(I + A)⁻¹ for a skew A, with a reflection where the first parameter is negative."""
    zero = 0 * numbers[0]
    skew = [[zero] * size for _ in range(size)]
    rest = iter(numbers[1:])
    for i in range(size):
        for j in range(i):
            skew[i][j] = next(rest)
            skew[j][i] = -skew[i][j]
    eye = [[zero + int(i == j) for j in range(size)] for i in range(size)]
    plus = [[eye[i][j] + skew[i][j] for j in range(size)] for i in range(size)]
    minus = [[eye[i][j] - skew[i][j] for j in range(size)] for i in range(size)]
    turn = _solve(plus, minus)
    if under(numbers[0]) < 0:
        turn[0] = [-entry for entry in turn[0]]
    return tuple(map(tuple, turn))


def _solve(matrix: list[list[Any]], right: list[list[Any]]) -> list[list[Any]]:
    """The solution Z of ``matrix`` Z = ``right``; I + A is never singular, nor are its minors."""
    size = len(matrix)
    work = [[*matrix[i], *right[i]] for i in range(size)]
    for k in range(size):
        pivot = work[k][k]
        work[k] = [entry / pivot for entry in work[k]]
        for i in range(size):
            if i != k:
                factor = work[i][k]
                work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    return [row[size:] for row in work]


def satisfies(variable: Variable, matrix: Exact) -> bool:
    """Whether a matrix satisfies every assumption of a variable.

    Entries may be balls: then signs and inverses are certain, and equations hold as far as the
    balls tell.
    """
    plain = [[under(number(entry)) for entry in row] for row in matrix]
    return all(_holds(name, value, plain) for name, value in variable.given.items())


def _holds(name: str, value: Any, matrix: list[list[Any]]) -> bool:
    rows, cols = len(matrix), len(matrix[0])
    cells = [(i, j, matrix[i][j]) for i in range(rows) for j in range(cols)]
    columns = list(zip(*matrix, strict=True))
    if name == "positive":
        return all(entry > 0 for _, _, entry in cells)
    if name == "nonzero":
        return all(entry != 0 for _, _, entry in cells)
    if name == "column_sums":
        return not any(differ(sum(column), number(value)) for column in columns)
    if name == "one_hot":
        return all(sorted(column) == [0] * (rows - 1) + [1] for column in columns)
    if name == "symmetric":
        return not any(differ(entry, matrix[j][i]) for i, j, entry in cells)
    if name == "diagonal":
        return not any(differ(entry, 0) for i, j, entry in cells if i != j)
    if name == "orthogonal":
        grams = ((_dot(a, b), i == j) for i, a in enumerate(columns) for j, b in enumerate(columns))
        return not any(differ(gram, int(same)) for gram, same in grams)
    if name == "invertible":
        return bool(determinant(matrix) != 0)
    if name == "positive_definite":
        minors = (determinant([row[:k] for row in matrix[:k]]) for k in range(1, rows + 1))
        return all(minor > 0 for minor in minors)
    raise Undecided(f"No values are known for the assumption {name}.")


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return sum(a * b for a, b in zip(left, right, strict=True))


def fits(symbol: Any, value: Any) -> bool:
    """Whether a number has the sign that a scalar symbol is assumed to have."""
    if symbol.is_positive:
        return bool(value > 0)
    if symbol.is_nonnegative:
        return bool(value >= 0)
    return bool(value != 0) or not symbol.is_nonzero


def draw(rng: Random, positive: bool) -> Fraction:
    """Return a random fraction of moderate size, away from zero."""
    sign = 1 if positive or rng.random() < 0.5 else -1
    return Fraction(sign * rng.randint(2, 16), rng.choice((7, 11, 13)))


def draw_matrix(variable: Variable, rows: int, cols: int, rng: Random) -> Exact:
    """Return a random exact matrix that satisfies the assumptions of a variable."""
    count, positive = parameter_count(variable, rows, cols), variable.has_given("positive")
    for _ in range(100):
        if shaping(variable) == "one_hot":
            numbers = [Fraction(rng.randrange(rows)) for _ in range(count)]
        else:
            numbers = [draw(rng, positive) for _ in range(count)]
        made = build(variable, rows, cols, numbers)
        if made is not None:
            return made
    facts = ", ".join(sorted(variable.given))
    raise Undecided(f"No {rows}×{cols} matrix {variable} with {facts} was found.")


def draw_scalar(symbol: Any, rng: Random) -> Fraction:
    """Return a random exact value for a scalar symbol."""
    return draw(rng, bool(symbol.is_positive))
