"""Printing: LaTeX, plain text and Python code of the same expressions.

``boxes`` puts pieces together in LaTeX and text at once, ``draw`` finds the rule for each
expression, ``algebra``, ``matrices``, ``entries``, ``derivatives`` and ``learning`` are the
rules, ``taste`` orders terms and factors for all three outputs, ``code`` writes Python, and
``readable`` refuses what would read as something else.
"""

from __future__ import annotations

from typing import Any

from ..language.nodes import as_expression
from ..language.shown import Printer, print_by
from ..language.statement import Statement
from . import algebra, derivatives, learning, matrices
from .boxes import ATOM, Box, tight
from .code import code
from .draw import Draw
from .readable import check_readable

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


def _drawn(expr: Any, alone: bool) -> Box:
    drawn = box(expr)
    return drawn if alone else tight(drawn, ATOM)


print_by(Printer(_drawn, check_readable))

__all__ = ["box", "code", "latex", "text"]
