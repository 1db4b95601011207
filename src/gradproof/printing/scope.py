"""What stands in an expression: its names in the order in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from math import prod
from typing import Any

from sympy import Identity, Lambda, OneMatrix, Symbol, ZeroMatrix
from sympy.core.symbol import Str

from ..language.functions import FunctionOfMatrix, FunctionOfScalar
from ..language.nodes import DefinedMatrix, DefinedScalar, parts
from ..language.statement import Statement
from ..language.symbols import Variable

Defined = (DefinedMatrix, DefinedScalar)


def sides(thing: Any) -> tuple[Any, ...]:
    """The expressions of ``thing``: the sides of a statement and what is given, or itself."""
    if not isinstance(thing, Statement):
        return (thing,)
    return (thing.lhs, thing.rhs, *chain.from_iterable(thing.given))


def walk(expr: Any) -> Iterator[Any]:
    """``expr`` and its parts, definitions included, before what they are made of."""
    return parts(expr, _inside)


def _inside(node: Any) -> tuple[Any, ...]:
    if isinstance(node, Lambda):
        return (node.expr,)
    return () if isinstance(node, (Variable, Str)) else node.args


def definitions(thing: Any) -> list[Any]:
    """The named expressions that ``thing`` uses, each before those it is made of."""
    found: list[Any] = []
    for side in sides(thing):
        for node in walk(side):
            if isinstance(node, Defined):
                if node in found:
                    continue
                found.append(node)
    inner = {node: {part for part in walk(node.definition) if part in found} for node in found}
    ordered: list[Any] = []
    while found:
        # Definitions cannot be circular, so one of those left is used by no other.
        first = next(n for n in found if not any(n in inner[other] for other in found))
        ordered.append(first)
        found.remove(first)
    return ordered


def functions(thing: Any) -> dict[str, list[Any]]:
    """Every arbitrary function by name, with the matrices it is applied to, or none."""
    found: dict[str, list[Any]] = {}
    for side in sides(thing):
        for node in walk(side):
            if isinstance(node, (FunctionOfMatrix, FunctionOfScalar)):
                uses = found.setdefault(node.name, [])
                if isinstance(node, FunctionOfMatrix) and node.args[1] not in uses:
                    uses.append(node.args[1])
    return found


def constants(*things: Any) -> dict[str, set[Any]]:
    """The identities, the zero matrices and the vectors of ones, each kind in all its shapes."""
    found: dict[str, set[Any]] = {}
    for thing in things:
        for node in walk(thing):
            if isinstance(node, (Identity, ZeroMatrix)):
                found.setdefault(type(node).__name__, set()).add(node)
            elif isinstance(node, OneMatrix) and (node.shape[0] == 1) != (node.shape[1] == 1):
                # A row is a transposed column.
                found.setdefault("OneMatrix", set()).add(OneMatrix(prod(node.shape), 1))
    return found


def names(*things: Any) -> set[str]:
    """Every name of a symbol, definition or function in ``things``."""
    found: set[str] = set()
    for thing in things:
        for side in sides(thing):
            for node in walk(side):
                if isinstance(
                    node, (Variable, Symbol, *Defined, FunctionOfMatrix, FunctionOfScalar)
                ):
                    found.add(str(node.name))
    return found
