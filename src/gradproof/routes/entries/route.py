"""Route 2: every entry, by SymPy.

At a small shape whose dimensions are all different, both sides become explicit matrices of real
symbols that satisfy the assumptions, SymPy differentiates, and each residual must become 0 when it
is brought over one denominator and multiplied out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

from sympy import (
    Add,
    Determinant,
    ImmutableDenseMatrix,
    Integer,
    Inverse,
    S,
    Symbol,
    eye,
    sign,
    sympify,
)

from ...errors import Undecided
from ...language.nodes import NOT_REAL, parts
from ...language.shapes import is_matrix
from ...language.statement import Statement
from ...language.symbols import OPEN, Variable
from .explicit import Explicit, Rows, fresh_rows
from .quotients import Singular
from .read import Reader


@dataclass(frozen=True)
class EntriesReport:
    """What route 2 did: at which sizes, how many entries, and of how many cases."""

    sizes: dict[str, int]
    entries: int
    detail: str


class EntryResidual(Undecided):
    """An entry whose residual did not become 0."""

    def __init__(self, index: tuple[int, int] | None, residual: Any, sizes: dict[str, int]) -> None:
        self.index, self.residual, self.sizes = index, residual, sizes
        where = (
            "The two sides" if index is None else f"Entry {index[0]},{index[1]} of the two sides"
        )
        at = ", ".join(f"{name} = {size}" for name, size in sizes.items())
        shown = str(residual)
        shown = shown if len(shown) <= 400 else f"{shown[:400]} …"
        super().__init__(
            f"{where} {'is' if index else 'are'} not seen to be equal{f' at {at}' if at else ''}: "
            f"left − right = {shown} does not simplify to 0."
        )


def default_sizes(statement: Statement) -> dict[Any, int]:
    """Return small sizes, all different, also from the sizes that the statement fixes."""
    fixed: set[int] = set()
    for thing in (*statement.variables, *statement.sides):
        for node in parts(thing):
            if is_matrix(node):
                fixed |= {int(size) for size in node.shape if sympify(size).is_Integer}
    # The entries of an inverse are long: it is written out as small as can be.
    heavy = any(side.has(Inverse, Determinant) for side in statement.sides)
    order = (2, 3) if heavy or statement.given else (3, 2)
    free = (n for n in (*order, *range(4, 1000)) if n not in fixed)
    return dict(zip(statement.dimensions, free, strict=False))


def check(statement: Statement, sizes: dict[Any, int] | None = None) -> EntriesReport:
    """Check every entry of ``statement`` at ``sizes``, in every case of its assumptions.

    Raises :class:`EntryResidual` for an entry that is not proved to be equal, and
    :class:`~gradproof.errors.Undecided` where the sides cannot be written out.
    """
    if sizes is not None:
        return _check_at(statement, sizes)
    sizes = default_sizes(statement)
    for values in permutations(sizes.values()):
        try:
            return _check_at(statement, dict(zip(sizes, values, strict=True)))
        except Singular as error:  # a Gram matrix has no inverse at some shapes
            singular = error
    raise singular


def _check_at(statement: Statement, sizes: dict[Any, int]) -> EntriesReport:
    named = {str(dim): int(size) for dim, size in sizes.items()}
    count = cases = 0
    for values in _cases(statement, sizes):
        _check_clash(statement, values)
        at = Explicit(sizes, values)
        reader = Reader()
        if statement.hypotheses:
            reader.assume(_entries_of(statement, at))
        count = _check_case(reader, at.value(statement.left), at.value(statement.right), named)
        cases += 1
    return EntriesReport(named, count, _detail(statement, count, cases))


def _detail(statement: Statement, count: int, cases: int) -> str:
    text = f"{count} of {count} entries" if statement.is_matrix else "both sides, written out"
    if any(v.has_given("one_hot") for v in statement.variables):
        text += f", for each of {cases} labelings"
    elif cases > 1:
        text += f", in each of {cases} cases"
    return text


def _check_clash(statement: Statement, values: dict[Any, Rows]) -> None:
    """Refuse a scalar that has the name of an entry: the two would be taken for one."""
    made = {s for rows in values.values() for row in rows for e in row for s in e.free_symbols}
    clash = sorted(map(str, made & set(statement.symbols)))
    if clash:
        raise Undecided(f"The scalar {clash[0]} has the name of an entry. Choose another name.")


def _entries_of(statement: Statement, at: Explicit) -> Iterator[tuple[Any, Any]]:
    """The entries of both sides of the hypotheses."""
    for left, right in statement.hypotheses:
        one, other = at.value(left), at.value(right)
        if isinstance(one, list):
            for rows in zip(one, other, strict=True):
                yield from zip(*rows, strict=True)
        else:
            yield one, other


def _check_case(reader: Reader, left: Any, right: Any, sizes: dict[str, int]) -> int:
    if not isinstance(left, list):
        _check_entry(reader, left, right, None, sizes)
        return 1
    for i, (left_row, right_row) in enumerate(zip(left, right, strict=True)):
        for j, (one, other) in enumerate(zip(left_row, right_row, strict=True)):
            _check_entry(reader, one, other, (i, j), sizes)
    return len(left) * len(left[0])


def _check_entry(
    reader: Reader, left: Any, right: Any, index: tuple[int, int] | None, sizes: dict[str, int]
) -> None:
    for side in (left, right):
        if not NOT_REAL.isdisjoint(parts(side)):
            raise Undecided(f"An entry is undefined when it is written out: {side}.")
    residual = reader.difference(left, right)
    if residual is not None:
        raise EntryResidual(index, residual, sizes)


def _cases(statement: Statement, sizes: dict[Any, int]) -> Iterator[dict[Any, Rows]]:
    """Explicit matrices for every variable, in each case that must be looked at."""
    shape_of = Explicit(sizes, {}).shape
    choices = [_choices(v, *shape_of(v)) for v in statement.variables]
    labeled = [k for k, v in enumerate(statement.variables) if v.has_given("one_hot")]
    length = max((len(choices[k]) for k in labeled), default=1)
    others = [range(1) if k in labeled else range(len(c)) for k, c in enumerate(choices)]
    for pick in product(*others):
        for case in range(length):
            chosen = {}
            for k, variable in enumerate(statement.variables):
                # Two sets of labels move at different speeds, so that they also disagree.
                which = case * (1 + labeled.index(k)) if k in labeled else pick[k]
                chosen[variable] = choices[k][which % len(choices[k])]
            yield chosen


def _choices(variable: Variable, rows: int, cols: int) -> list[Rows]:
    """The explicit matrices that stand for a variable with its assumptions."""
    tied = sorted(set(variable.given) - OPEN)
    both = tied == ["column_sums", "one_hot"] and variable.given["column_sums"] == 1
    if len(tied) > 1 and not both:
        raise Undecided(
            f"{variable} is declared with {' and '.join(tied)} together, which cannot be checked "
            "entry by entry."
        )
    free = fresh_rows(variable, rows, cols)
    if not tied:
        return [free]
    if both or tied[0] == "one_hot":
        return _labelings(rows, cols)
    if tied[0] == "column_sums":
        whole = variable.given["column_sums"]
        last = [whole - sum(row[j] for row in free[:-1]) for j in range(cols)]
        return [[*free[:-1], last]]
    if tied[0] == "symmetric" and variable.has_given("positive_definite"):
        return [_definite(variable, rows)]
    if tied[0] == "symmetric":
        return [[[free[min(i, j)][max(i, j)] for j in range(cols)] for i in range(rows)]]
    if tied[0] == "diagonal":
        return [[[free[i][j] if i == j else S.Zero for j in range(cols)] for i in range(rows)]]
    return _orthogonal(variable, rows)


def _labelings(rows: int, cols: int) -> list[Rows]:
    """Labels that run through the classes from each start, and labels that repeat one."""
    repeated = [0] * (cols - 1) + [1 if rows > 2 else 0]
    labelings = [[(j + shift) % rows for j in range(cols)] for shift in range(rows)]
    return [
        [[Integer(int(label == i)) for label in labeling] for i in range(rows)]
        for labeling in (*labelings, repeated)
    ]


def _definite(variable: Variable, size: int) -> Rows:
    """Cholesky's L Lᵀ: every positive definite matrix, if the diagonal of L is positive."""
    if set(variable.given) & {"positive", "nonzero"}:
        raise Undecided(f"{variable} is definite with signs given; this cannot be written out.")
    lower = [
        [
            Symbol(f"L({variable.name})_{{{i},{j}}}", real=True, positive=True if i == j else None)
            for j in range(i + 1)
        ]
        for i in range(size)
    ]
    return [
        [Add(*(a * b for a, b in zip(lower[i], lower[j], strict=False))) for j in range(size)]
        for i in range(size)
    ]


def _orthogonal(variable: Variable, size: int) -> list[Rows]:
    """Cayley's parametrization of nearly all rotations, and the same with a reflection."""
    if size > 3:
        raise Undecided(f"{variable} is orthogonal of size {size}; route 2 writes out at most 3.")
    if set(variable.given) & {"positive", "nonzero"}:
        raise Undecided(f"{variable} is orthogonal with signs given; this cannot be written out.")
    name = variable.name
    skew = ImmutableDenseMatrix(
        size,
        size,
        lambda i, j: int(sign(j - i)) * Symbol(f"{name}_{{{min(i, j)},{max(i, j)}}}", real=True),
    )
    turn = (eye(size) - skew) * (eye(size) + skew).inv(method="ADJ")
    mirror = eye(size)
    mirror[0, 0] = -1
    return [turn.tolist(), (mirror * turn).tolist()]
