"""What a reader sees of a verdict that a cell shows: its formula, and its words below it.

A notebook is given both in one formula, which on a page could not be broken into lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from nbformat import NotebookNode, from_dict

from gradproof.verdict import display

#: So many names a derivation may give, and the chain of the gradient.
_MOST = 12


class Verdicts:
    """The verdicts of a page so far, by the formulas that show them."""

    def __init__(self) -> None:
        self._shown: dict[str, Mapping[str, Any]] = {}
        self._chains: list[Mapping[str, Any]] = []
        self._derived: set[str] = set()

    def add(self, certificate: Mapping[str, Any]) -> None:
        """Add one; a derivation with names for parts shows several chains as one formula."""
        self._shown[display.mimebundle(certificate)["text/latex"]] = certificate
        if certificate.get("steps"):
            self._chains = [*self._chains[-_MOST:], certificate]
            for first in range(len(self._chains) - 1):
                self._derived.add(display.several(self._chains[first:]))

    def set(self, outputs: Iterable[NotebookNode]) -> tuple[list[NotebookNode], list[NotebookNode]]:
        """The outputs of a cell, those that show one of the verdicts set for a page.

        Behind them are those that show no verdict.
        """
        result, others = [], []
        for output in outputs:
            data = output.get("data", {})
            latex = data.get("text/latex")
            if latex in self._shown:
                result += _set(self._shown[latex])
                continue
            result.append(output)
            if latex not in self._derived or set(data) - {"text/latex", "text/plain"}:
                others.append(output)
        return result, others


def _set(certificate: Mapping[str, Any]) -> list[NotebookNode]:
    words = display.words(certificate)
    rows = [display.formula(certificate)]
    point = (certificate.get("counterexample") or {}).get("point") or ()
    if point:
        rows.append(r"\text{at } " + r",\quad ".join(str(part["latex"]) for part in point))
    kind = escape(str(certificate["verdict"]))
    line = f'<p class="gp-outcome gp-{kind}">{escape(words)}</p>'
    return [
        _displayed({"text/latex": f"$$\n{_gathered(rows)}\n$$"}),
        _displayed({"text/html": line, "text/plain": words}),
    ]


def _displayed(data: dict[str, str]) -> NotebookNode:
    # nbformat's own function would compare each with its schema.
    return from_dict({"output_type": "display_data", "metadata": {}, "data": data})


def _gathered(rows: list[str]) -> str:
    if len(rows) == 1:
        return rows[0]
    return r"\begin{gathered} " + r" \\[0.4em] ".join(rows) + r" \end{gathered}"
