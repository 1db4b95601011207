"""The statement without one of the things that it rests on: a hypothesis, or an assumption."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Symbol, Tuple

from ..language.nodes import substituted
from ..language.statement import Statement
from ..language.symbols import OneHot, Variable


def without_a_hypothesis(statement: Statement) -> Iterator[tuple[Any, Statement]]:
    """Each hypothesis, with the statement that does not make it."""
    for hypothesis in statement.given:
        rest = [other for other in statement.given if other is not hypothesis]
        yield hypothesis, Statement(statement.lhs, statement.rhs, rest)


def without_an_assumption(statement: Statement) -> Iterator[Statement]:
    """The statement with one assumption taken from one of its symbols, each in turn."""
    for symbol in statement.symbols:
        for weaker in _weaker(symbol):
            swap = {symbol: weaker}
            (left, right), *given = (
                (substituted(one, swap), substituted(other, swap))
                for one, other in ((statement.left, statement.right), *statement.hypotheses)
            )
            yield Statement.of_primitives(left, right, tuple(given))


def _weaker(symbol: Any) -> Iterator[Any]:
    """The symbol without one of its assumptions; labels are nothing without theirs."""
    if isinstance(symbol, Symbol):
        if symbol.is_nonzero:
            yield Symbol(symbol.name, real=True)
        return
    if isinstance(symbol, OneHot):
        return
    name, rows, cols, given = symbol.args
    for fact in given:
        yield Variable(name, rows, cols, Tuple(*(other for other in given if other != fact)))
