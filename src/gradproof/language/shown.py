"""How an expression shows, in messages and by SymPy's own printers.

The language stands below printing and imports nothing of it: printing says here how it prints.
Where it has not, showing an expression is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sympy.printing.pretty.stringpict import prettyForm


class Drawn(Protocol):
    """An expression in both forms."""

    @property
    def latex(self) -> str:
        """LaTeX, without delimiters."""

    @property
    def text(self) -> str:
        """Plain Unicode text."""


@dataclass(frozen=True)
class Printer:
    """What the language asks of printing.

    ``draw`` draws an expression, alone or as a part of another, which is in parentheses where it
    must be; ``check`` raises :class:`~gradproof.errors.BadName` where two things in the given
    expressions print alike.
    """

    draw: Callable[[Any, bool], Drawn]
    check: Callable[..., None]


_printers: list[Printer] = []


def print_by(printer: Printer) -> None:
    """Let ``printer`` print what the language shows."""
    _printers[:] = [printer]


def shown(expr: Any) -> str:
    """``expr`` as people print it, for messages."""
    return _printers[0].draw(expr, True).text


def check_readable(*sides: Any) -> None:
    """Refuse names that read as something else that stands in these expressions."""
    _printers[0].check(*sides)


class Shown:
    """SymPy's own printers show it as this package does, where it stands alone and within others.

    Without this they take a node for a class of their own that has the same name.
    """

    def _sympystr(self, printer: Any, *_: Any) -> str:
        return self._drawn(printer).text

    def _latex(self, printer: Any, *_: Any) -> str:
        return self._drawn(printer).latex

    def _pretty(self, printer: Any, *_: Any) -> Any:
        return prettyForm(self._drawn(printer).text)

    def _drawn(self, printer: Any) -> Drawn:
        return _printers[0].draw(self, printer._print_level == 1)
