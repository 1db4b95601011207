"""What a reader does with an identity: link to it, cite it, copy it.

Everything is there without a script: a link to follow, and text to open and select.  With one,
the same places copy at a press.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from docutils import nodes


def actions(
    certificate: Mapping[str, Any], address: str, citations: Mapping[str, str], permanent: str
) -> nodes.raw:
    """The row of buttons at the foot of a card; `address` is relative to the page.

    On paper `permanent`, the full address, stands in its place; a local build has none.
    """
    name, statement = escape(str(certificate["id"])), certificate["statement"]
    link = f'<a class="gp-do" href="{escape(address)}" data-copy="Link to {name}">Link</a>'
    cite = "".join(_format(kind, text) for kind, text in citations.items())
    parts = [
        link,
        f'<details class="gp-cite"><summary class="gp-do">Cite</summary>'
        f'<div class="gp-panel">{cite}</div></details>'
        if cite
        else "",
        _source("LaTeX", statement["latex"], name),
        _source("SymPy", statement["sympy"], name),
    ]
    row = f'<div class="gp-actions">{"".join(parts)}</div>'
    paper = f'<span class="gp-address">{escape(permanent)}</span>' if permanent else ""
    return nodes.raw("", row + paper, format="html")


def _source(kind: str, text: str, name: str) -> str:
    """Text to open; the script makes it a button that copies."""
    return (
        f'<details class="gp-source"><summary class="gp-do" data-copy="{kind} of {name}">{kind}'
        f'</summary><pre class="gp-panel">{escape(text)}</pre></details>'
    )


def _format(kind: str, text: str) -> str:
    return f"<h6>{escape(kind)}</h6><pre>{escape(text)}</pre>"
