"""Names in a derivation: those that the loss has, kept; and new ones where one is wanted."""

from __future__ import annotations

from typing import Any

from sympy import Basic

from ..language.functions import FunctionOfMatrix
from ..language.nodes import DefinedMatrix, DefinedScalar, define
from ..language.symbols import Variable
from ..printing.scope import definitions, names

_DEFINED = (DefinedMatrix, DefinedScalar)


def with_name(loss: Any, variable: Any) -> Any:
    """The loss under a name, L where that is free, so that ∂L/∂W can be written."""
    if isinstance(loss, (DefinedScalar, FunctionOfMatrix)) or "L" in names(loss, variable):
        return loss
    return define("L", loss)


def unique(loss: Any) -> Any:
    """The loss with one node for one thing: what has a name somewhere has it everywhere."""
    return _named(loss, _by_definition(loss), within=True)


def named(expr: Any, loss: Any) -> Any:
    """``expr`` with the names of the loss for what has one there."""
    known = _by_definition(loss)
    known.pop(getattr(loss, "definition", None), None)  # the loss itself stays written out
    return _named(expr, known, within=False)


def _by_definition(loss: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for node in definitions(loss):
        if not isinstance(node.definition, (Variable, *_DEFINED)):
            found.setdefault(node.definition, node)
    return found


def _named(expr: Any, known: dict[Any, Any], within: bool) -> Any:
    if expr in known:
        expr = known[expr]
    if isinstance(expr, _DEFINED):
        if not within:
            return expr
        return expr.func(expr.args[0], _inside(expr.definition, known, within))
    return _inside(expr, known, within)


def _inside(expr: Any, known: dict[Any, Any], within: bool) -> Any:
    if not expr.args or isinstance(expr, Variable):
        return expr
    args = [_named(a, known, within) if isinstance(a, Basic) else a for a in expr.args]
    return expr if tuple(args) == tuple(expr.args) else expr.func(*args)


def fresh_name(node: Any, taken: set[str]) -> str:
    """A name for the adjoint of ``node``: delta, with the name of the node if it has one."""
    base = f"delta_{node.name}".replace("'", "p") if hasattr(node, "name") else "delta"
    name, number = base, 0
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    taken.add(name)
    return name


def unused_name(*exprs: Any) -> str:
    """A name for a matrix that no expression has yet."""
    taken = names(*exprs)
    several: list[str] = [*"SUZAB", *(f"S_{i}" for i in range(len(taken)))]
    return next(name for name in several if name not in taken)
