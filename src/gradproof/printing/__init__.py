"""Printing: LaTeX, plain text and Python code of the same expressions, and the words beside them.

``boxes`` puts pieces together in LaTeX and text at once, ``draw`` finds the rule for each
expression, ``algebra``, ``matrices``, ``entries``, ``derivatives`` and ``learning`` are the
rules, ``taste`` orders terms and factors for all three outputs, ``code`` and ``snippet`` write
Python, ``facts`` says what a statement speaks of.
"""

from __future__ import annotations

from typing import Any

from ..language.nodes import as_expression
from ..language.statement import Statement
from . import algebra, derivatives, learning, matrices
from .boxes import Box
from .code import code
from .draw import Draw
from .facts import assumptions, variables, where
from .pieces import pieces
from .snippet import claim, declarations, snippet

_RULES = (algebra, derivatives, learning, matrices)  # importing them registers the rules


def latex(thing: Any, *beside: Any) -> str:
    """LaTeX of an expression, or of a statement as an equation, without delimiters.

    ``beside`` is what stands next to it, where index letters and names must agree with it.
    """
    return box(thing, *beside).latex


def text(thing: Any, *beside: Any) -> str:
    """Plain Unicode text of an expression, or of a statement as an equation."""
    return box(thing, *beside).text


def box(thing: Any, *beside: Any) -> Box:
    """Both, as one box."""
    if not isinstance(thing, Statement):
        thing = as_expression(thing, "What is printed")
        return Draw(thing, *beside)(thing)
    draw = Draw(thing, *beside)
    left, right = draw(thing.lhs), draw(thing.rhs)
    return Box(f"{left.latex} = {right.latex}", f"{left.text} = {right.text}")


__all__ = [
    "assumptions",
    "box",
    "claim",
    "code",
    "declarations",
    "latex",
    "pieces",
    "snippet",
    "text",
    "variables",
    "where",
]
