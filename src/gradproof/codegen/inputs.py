"""The values that a program is called with: arrays of the shapes that its symbols have."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sympy import sympify

from ..errors import ShapeMismatch, StatementError
from ..language.shapes import is_matrix, shape_text
from ..language.statement import is_dimension
from ..language.symbols import OneHot

_COLUMN = "A vector is a column: reshape it with .reshape(-1, 1)."


def fitted(symbols: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    """Each value as its symbol wants it: a float, a whole number, or an array.

    Raises :class:`ShapeMismatch` where shapes do not fit, and :class:`StatementError` where a
    value is not made of real numbers.
    """
    pairs = list(zip(symbols, values, strict=True))
    made = [_read(*pair) for pair in pairs]
    _check_sizes([(symbol, value) for (symbol, _), value in zip(pairs, made, strict=True)])
    return made


def _read(symbol: Any, value: Any) -> Any:
    import numpy as np

    if is_dimension(symbol):
        return _size(symbol, value)
    if not is_matrix(symbol) and isinstance(value, (Fraction, Decimal)):
        value = float(value)
    array = _array(symbol, value)
    if isinstance(symbol, OneHot):
        return _labels(symbol, array)
    if array.dtype.kind not in "iuf":
        raise StatementError(
            f"{symbol.name} is made of real numbers, and was given values of the type "
            f"{array.dtype}. Turn them into floats first, for example with .astype(float)."
        )
    if not is_matrix(symbol):
        if array.ndim:
            raise ShapeMismatch(
                f"{symbol.name} is a scalar, and was given an array of {array.ndim} axes. "
                "Take the number out of it, for example with .item()."
            )
        return np.float64(array)
    if array.ndim != 2:
        hint = _COLUMN if 1 in symbol.shape or array.ndim == 1 else "Reshape it to two axes."
        raise ShapeMismatch(
            f"{symbol.name} is {shape_text(symbol)}, and was given an array of {array.ndim} axes. "
            f"{hint}"
        )
    if symbol.shape[1] == 1 and array.shape[0] == 1 and array.shape[1] > 1:
        raise ShapeMismatch(
            f"{symbol.name} is {shape_text(symbol)}, a column, and was given a row: the number of "
            f"columns is {array.shape[1]}. Transpose it with .T."
        )
    return array.astype(float)


def _array(symbol: Any, value: Any) -> Any:
    import numpy as np

    if value is None or isinstance(value, (dict, set)):
        kind = "None" if value is None else f"a {type(value).__name__}"
        raise StatementError(
            f"{symbol.name} is made of real numbers, and was given {kind}. Give an array."
        )
    if isinstance(value, np.ma.MaskedArray):
        raise StatementError(
            f"{symbol.name} was given a masked array, whose masked entries have no value. Give a "
            "plain array, for example with .filled(0)."
        )
    try:
        return np.asarray(value)
    except ValueError as error:
        raise StatementError(
            f"{symbol.name} was given rows of different lengths, or no numbers: {error}. "
            "Give an array, or a list of rows of one length."
        ) from error


def _size(symbol: Any, value: Any) -> int:
    array = _array(symbol, value)
    if array.ndim or array.dtype.kind not in "iu" or array < 1:
        raise StatementError(
            f"{symbol.name} is a size, and was given {value!r}. Give a whole number from 1 upwards."
        )
    return int(array)


def _labels(symbol: Any, array: Any) -> Any:
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array < 0).any():
        raise StatementError(
            f"{symbol.name} is a list of classes: whole numbers from 0 upwards, in an array of one "
            "axis."
        )
    return array


def _check_sizes(pairs: list[tuple[Any, Any]]) -> None:
    """Every dimension has one value, and every size is what its dimensions make of it."""
    given = list(_given(pairs))
    known: dict[Any, int] = {}
    for _, _, size, number in given:
        if is_dimension(size):
            known.setdefault(size, number)
    for symbol, what, size, number in given:
        wanted = sympify(sympify(size).xreplace(known))
        wanted = int(wanted) if wanted.is_Integer else known.setdefault(size, number)
        if wanted != number:
            raise ShapeMismatch(
                f"{symbol.name}: {what}, {size}, is {number}, and elsewhere {wanted}."
            )
        if number == 0:
            raise ShapeMismatch(f"{symbol.name}: {what}, {size}, is 0. Give at least one.")
    for symbol, value in pairs:
        if isinstance(symbol, OneHot):
            classes = sympify(sympify(symbol.shape[0]).xreplace(known))
            if classes.is_Integer and value.max() >= classes:
                raise StatementError(
                    f"{symbol.name}: the label {value.max()} is not one of the {classes} classes "
                    f"0 to {classes - 1}."
                )


def _given(pairs: list[tuple[Any, Any]]) -> Iterable[tuple[Any, str, Any, int]]:
    """Each size that the values have: of which symbol, in words, as declared, and as given."""
    for symbol, value in pairs:
        if is_dimension(symbol):
            yield symbol, "the argument", symbol, value
        elif isinstance(symbol, OneHot):
            yield symbol, "the number of labels", symbol.shape[1], len(value)
        elif is_matrix(symbol):
            yield symbol, "the number of rows", symbol.shape[0], value.shape[0]
            yield symbol, "the number of columns", symbol.shape[1], value.shape[1]
