"""Whether what a submission states is what was asked for: the claim of a worked solution.

Anything true can be given the id of an exercise, so the claim of that id is compared with the
solution's.  The left side of the solution is the question; whatever else is proved equal to it is
an answer.
"""

from __future__ import annotations

from typing import Any

from ..language.statement import Statement
from ..language.unfold import BINDERS, DerivativeNode

#: Which kinds of claim answer a question of a kind.
_ANSWERED_BY = {"prove": {"prove", "chain"}, "chain": {"chain"}, "refute": {"refute"}}


def answers(kind: str, stated: Statement, asked_kind: str, asked: Statement) -> bool:
    """Whether a claim that holds answers a question, under the same hypotheses.

    One side of it is the left side of the solution, expression for expression, with the same
    symbols.  The other is the answer, in any form: not the question again, and without derivatives
    unless the solution has some there.
    A refuted form has both sides of the solution.
    """
    if kind not in _ANSWERED_BY[asked_kind] or set(stated.hypotheses) != set(asked.hypotheses):
        return False
    sides = (stated.left, stated.right)
    if kind == "refute":
        return set(sides) == {asked.left, asked.right}
    return any(side == asked.left and _found(other, asked) for side, other in (sides, sides[::-1]))


def _found(answer: Any, asked: Statement) -> bool:
    if answer == asked.right:
        return True
    return answer != asked.left and (_derived(asked.right) or not _derived(answer))


def _derived(side: Any) -> bool:
    return bool(side.has(*BINDERS, DerivativeNode))
