"""What a reader sees of a verdict that a cell shows: its formula, and its words below it.

A notebook is given both in one formula, which on a page could not be broken into lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from nbformat import NotebookNode, from_dict

from gradproof import display

#: So many names a derivation may give, and the chain of the gradient.
_MOST = 12


Certificates = Sequence[Mapping[str, Any]]


def set_verdicts(
    outputs: Iterable[NotebookNode], certificates: Certificates
) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """The outputs of a cell, those that show one of the certificates set for a page.

    Behind them are those that come from no certificate.
    """
    shown = {display.mimebundle(c)["text/latex"]: c for c in certificates}
    derived = _derivations(certificates)
    result, others = [], []
    for output in outputs:
        latex = output.get("data", {}).get("text/latex")
        if latex in shown:
            result += _set(shown[latex])
            continue
        result.append(output)
        if latex not in derived or set(output["data"]) - {"text/latex", "text/plain"}:
            others.append(output)
    return result, others


def _derivations(certificates: Certificates) -> set[str]:
    """The formulas of derivations with names for parts: chains one after the other."""
    chains = [c for c in certificates if c.get("steps")]
    return {
        display.several(chains[first:last])
        for last in range(2, len(chains) + 1)
        for first in range(max(0, last - _MOST), last - 1)
    }


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
