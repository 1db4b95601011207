"""The table of rules: how each is cited, and which kind of expression it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from sympy import ImmutableDenseMatrix
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import NotDerived
from ..language.nodes import DefinedMatrix, DefinedScalar
from ..language.shown import shown
from ..language.unfold import DerivativeNode


class Rule(NamedTuple):
    """A rule as it is cited: its id on the site, and what it is about in words."""

    identity: str
    words: str


class Share(NamedTuple):
    """What a rule sends back to one part of an expression."""

    part: Any
    adjoint: Any
    rule: Rule | None


#: A rule is given an expression, its adjoint, and the expression under its name if it has one.
Back = Callable[[Any, Any, Any], Iterator[Share]]
#: Every rule by its id.
RULES: dict[str, Rule] = {}
_BACK: dict[str, Back] = {}


def rule(identity: str, words: str) -> Rule:
    """Put a rule into the table."""
    made = RULES[identity] = Rule(identity, words)
    return made


def sends_back(*heads: str) -> Callable[[Back], Back]:
    """Register what expressions with these heads send back."""

    def register(back: Back) -> Back:
        _BACK.update(dict.fromkeys(heads, back))
        return back

    return register


def shares(expr: Any, adjoint: Any) -> list[Share]:
    """What ``expr`` sends back to its parts, given its adjoint, the gradient of the loss in it.

    Raises :class:`NotDerived` where the table has no rule for it.
    """
    body = expr.definition if isinstance(expr, DefinedMatrix | DefinedScalar) else expr
    if isinstance(body, DefinedMatrix | DefinedScalar):
        return [Share(body, adjoint, None)]  # another name for it
    for cls in type(body).__mro__:
        if cls.__name__ in _BACK:
            return list(_BACK[cls.__name__](body, adjoint, expr))
    raise NotDerived(_no_rule(body))


def _no_rule(expr: Any) -> str:
    if isinstance(expr, DerivativeNode):
        return (
            f"derive has no rule for a derivative within the loss, {shown(expr)}. "
            "Derive that first, and write its .result in the place of it."
        )
    if isinstance(expr, MatrixElement | ImmutableDenseMatrix):
        return (
            f"derive has no rule for single entries, and the loss has {shown(expr)}. "
            "Write it with total, inner or a product with a vector, or prove a gradient of your "
            "own with prove(gradient(…), …)."
        )
    return (
        f"derive has no rule for {type(expr).__name__}, and the loss has {shown(expr)}. "
        "Prove a gradient of your own with prove(gradient(…), …)."
    )
