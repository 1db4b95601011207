"""What a reader sees of a verdict that a cell shows: its formula, and its words below it.

A notebook is given both in one formula, which on a page could not be broken into lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from nbformat import NotebookNode, from_dict

from gradproof import display


def set_verdicts(
    outputs: Iterable[NotebookNode], certificates: Iterable[Mapping[str, Any]]
) -> list[NotebookNode]:
    """The outputs of a cell, those that show one of its certificates set for a page."""
    shown = {display.mimebundle(c)["text/latex"]: c for c in certificates}
    result = []
    for output in outputs:
        certificate = shown.get(output.get("data", {}).get("text/latex"))
        result += [output] if certificate is None else _set(certificate)
    return result


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
