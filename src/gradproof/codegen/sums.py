"""Sums of exponentials: of each column or row, or of all entries, with weights or without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sympy import S

from .atoms import Atom
from .trees import Tree, applied, attribute, call, name, number
from .writer import Writer


def sum_of_exponentials(
    to: Writer, entry: Any, shape: Sequence[Any], axis: int | None, copies: Any = 1
) -> dict[str, Any]:
    """What is known of the sums of a matrix of exponentials, over each column or row or all."""
    logs, whole = to.stable.logs, axis is None
    if axis is None and shape[1] == 1:
        axis, whole = 0, True
    known = logs.of(entry) if logs.has_exponential(entry) else None
    parts = logs.weighted(entry) if known is None else (S.One, known)
    if parts is None:
        return {}
    weight, exponent = parts

    def logarithm() -> Any:
        write = partial(_logsumexp, to, parts, shape, axis, copies, whole)
        key = "log", parts, axis, copies, whole, *shape
        return like(to, key, write, not whole, entry)

    if weight != 1:
        return {"logarithm_if_positive": logarithm}
    if not logs.is_raw(entry):
        return {"logarithm": logarithm}

    def normalised(given: Any) -> Any:
        if given != exponent or not to.atoms.arrays(exponent):
            return None
        if copies not in (1, shape[axis or 0]):
            return None
        if copies == 1 and not whole and shape[axis or 0] != 1:
            return None

        def write() -> Tree:
            return to.entrywise.call("softmax", to.written(exponent, shape), **over_axis(axis))

        return like(to, ("softmax", exponent, *shape, axis), write, True, entry)

    return {"logarithm": logarithm, "normalised": normalised}


def like(to: Writer, key: Any, write: Callable[[], Tree], is_array: bool, entry: Any) -> Any:
    """The symbol of what is computed from the entries of another matrix."""
    bound = to.atoms.is_bound(entry)
    made = lambda: Atom(write, key[0], is_array=is_array, is_bound=bound)  # noqa: E731
    return to.atoms.symbol(key, made)


def _logsumexp(
    to: Writer, parts: Any, shape: Any, axis: int | None, copies: Any, whole: bool
) -> Tree:
    weight, exponent = parts
    arrays = [to.written(part, shape) for part in (exponent, weight)]
    if axis is None:
        arrays = [applied(attribute(a, "reshape"), number(-1), number(1)) for a in arrays]
    over = over_axis(axis) if axis else {}
    if weight == 1:
        made = to.entrywise.call("logsumexp", arrays[0], **over)
    else:
        made = to.entrywise.call("weighted_logsumexp", *arrays, **over)
    if whole:
        return call_method(made, "item")
    if copies == 1:
        return made
    return call("np.repeat", made, to.code(copies), axis=number(axis or 0))


def call_method(tree: Tree, method: str) -> Tree:
    """A call of a method without arguments."""
    return applied(attribute(tree, method))


def over_axis(axis: int | None) -> dict[str, Tree]:
    """The argument that says over what; over columns, it may be left out."""
    if axis is None:
        return {"axis": name("None")}
    return {"axis": number(1)} if axis else {}
