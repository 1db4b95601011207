"""Symbols: dimensions, matrices, vectors, scalars and labels.

An assumption is an argument of the symbol itself, so that ``Y`` with columns that sum to 1
and ``Y`` without are different symbols, and no assumption outlives its expression.
"""

from __future__ import annotations

from typing import Any

from sympy import MatrixSymbol, Rational, Symbol, Tuple, sympify
from sympy.core.symbol import Str

from ..errors import BadName, InexactNumber, StatementError
from .naming import check_name
from .nodes import ShapeChecked

#: Assumptions that tie the entries of a matrix to each other: no partial derivative exists.
TYING = frozenset({"column_sums", "one_hot", "symmetric", "diagonal", "orthogonal"})
#: Assumptions that leave every entry free to move a little.
OPEN = frozenset({"positive", "nonzero", "invertible", "positive_definite"})

#: Assumptions under which a matrix has an inverse.
INVERTIBLE = frozenset({"invertible", "orthogonal", "positive_definite"})
#: Assumptions that only a square matrix can have.
SQUARE = frozenset({"symmetric", "diagonal", "orthogonal", "invertible", "positive_definite"})


def dims(names: str) -> Any:
    """Make dimensions: positive integers of unknown value.

    ``C, D, N = dims("C D N")`` makes three, ``n = dims("n")`` one.
    """
    if not isinstance(names, str) or not names.replace(",", " ").split():
        raise BadName('dims needs names, for example dims("C D N").')
    parts = [check_name(part, "size") for part in names.replace(",", " ").split()]
    if len(set(parts)) < len(parts):
        raise BadName(f"dims({names!r}) names a dimension twice.")
    made = [Symbol(part, integer=True, positive=True) for part in parts]
    return made[0] if len(made) == 1 else tuple(made)


def check_size(size: Any, what: str) -> Any:
    """Return ``size`` as a SymPy positive integer, else raise :class:`StatementError`."""
    size = sympify(size)
    if size.is_Float:
        raise InexactNumber(f"{what} is the float {size}: sizes are whole numbers.")
    if size.is_integer is not True or size.is_positive is not True:
        raise StatementError(
            f"{what} is {size}: a size is a positive whole number or comes from dims(...)."
        )
    return size


class Variable(ShapeChecked, MatrixSymbol):  # type: ignore[misc]
    """A real matrix symbol that carries its assumptions in its arguments."""

    def __new__(cls, name: Any, rows: Any, cols: Any, given: Any = ()) -> Variable:
        made: Variable = super().__new__(cls, name, rows, cols)
        made._args = (*made._args, Tuple(*given))
        return made

    @property
    def given(self) -> dict[str, Any]:
        """The assumptions, as a mapping from name to value."""
        return {pair[0].name: pair[1] for pair in self.args[3]}

    def has_given(self, name: str) -> bool:
        """Whether the symbol carries the assumption ``name``."""
        return any(pair[0].name == name for pair in self.args[3])


def moved_assumptions(variable: Variable) -> Tuple:
    """What is known of the differential of a symbol: how its entries are tied."""
    kept = {name: value for name, value in variable.given.items() if name in TYING}
    if "column_sums" in kept:
        kept["column_sums"] = sympify(0)
    return Tuple(*(Tuple(Str(name), value) for name, value in sorted(kept.items())))


class OneHot(Variable):
    """The one-hot matrix of a vector of integer labels: entry (i, j) is 1 where i is label j."""

    @property
    def labels(self) -> str:
        """The name of the label vector."""
        return str(self.name)


def _assumptions(name: str, rows: Any, cols: Any, given: dict[str, Any]) -> Tuple:
    pairs = []
    if given.get("positive_definite") and not given.get("diagonal"):
        given = {**given, "symmetric": True}
    for key in sorted(given):
        value = given[key]
        if key not in TYING | OPEN:
            known = ", ".join(sorted(TYING | OPEN))
            raise StatementError(f"{name}: unknown assumption {key!r}. Known: {known}.")
        if value is False or value is None:
            continue
        if key in SQUARE and rows != cols:
            raise StatementError(f"{name} is {rows}×{cols}, and {key} needs a square matrix.")
        if key == "column_sums":
            if not isinstance(value, (int, Rational)) or isinstance(value, bool):
                raise StatementError(f"{name}: column_sums is {value!r}; give an exact number.")
            value = sympify(value)
        elif value is not True:
            raise StatementError(f"{name}: {key} is {value!r}; it is either True or left out.")
        pairs.append(Tuple(Str(key), sympify(value)))
    return Tuple(*pairs)


def matrix(name: str, rows: Any, cols: Any, **given: Any) -> Variable:
    """Make a real matrix symbol.

    Assumptions are keywords: ``column_sums=1``, ``one_hot=True``, ``symmetric=True``,
    ``diagonal=True``, ``orthogonal=True``, ``invertible=True``, ``positive_definite=True`` (which
    means symmetric too), ``positive=True`` and ``nonzero=True`` (every entry).
    """
    check_name(name, "matrix")
    rows = check_size(rows, f"The number of rows of {name}")
    cols = check_size(cols, f"The number of columns of {name}")
    return Variable(name, rows, cols, _assumptions(name, rows, cols, given))


def vector(name: str, size: Any, **given: Any) -> Variable:
    """Make a real column vector, a matrix with one column."""
    return matrix(name, size, 1, **given)


def scalar(name: str, *, positive: bool = False, nonzero: bool = False) -> Symbol:
    """Make a real scalar symbol."""
    check_name(name, "scalar")
    facts = {key: True for key, on in (("positive", positive), ("nonzero", nonzero)) if on}
    return Symbol(name, real=True, **facts)


def labels(name: str, size: Any, classes: Any) -> OneHot:
    """Make integer labels: ``size`` of them, each a class from 0 to ``classes`` − 1.

    In a formula they act as their one-hot matrix of shape classes × size,
    whose column j is 1 in the row of label j and 0 elsewhere.
    """
    check_name(name, "matrix")
    size = check_size(size, f"The number of labels {name}")
    classes = check_size(classes, f"The number of classes of {name}")
    return OneHot(name, classes, size, _assumptions(name, classes, size, {"one_hot": True}))
