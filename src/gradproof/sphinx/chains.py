"""A chain of steps on a page: rows of formula and reason, which a narrow screen stacks.

A notebook has them in one formula; on a page that could not be broken between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from docutils import nodes

from gradproof.verdict import display

_ROOM = 74  # characters of formula and reason that stand beside each other on a wide page
_START = 24  # characters of a left side, above which it has a row of its own

Certificate = Mapping[str, Any]
Refer = Callable[[str], nodes.Node]


def steps(certificate: Certificate, refer: Refer, *, most: int = 0) -> nodes.container:
    """The rows of a chain; `refer` makes of an id a link to it.  At most `most` steps, if given."""
    taken = list(certificate["steps"])
    shown = taken[: most or None]
    start = str(certificate["statement"]["text"]).removesuffix(f" = {taken[-1]['text']}")
    long = len(start) > _START
    width = (0 if long else len(start)) + max(len(str(s["text"])) for s in shown)
    beside = width + max(len(str(s.get("reason") or "")) for s in shown) <= _ROOM
    kind = ["gp-chain", *(["gp-beside"] if beside else []), *(["gp-long"] if long else [])]
    block = nodes.container(classes=kind)
    block += _cell("gp-start", _formula(certificate["statement"]["lhs_latex"]))
    for step in shown:
        block += _cell("gp-step", _formula(f"{{}}= {step['latex']}"))
        block += _cell("gp-reason", *_reason(step, refer))
    return block


def _cell(kind: str, *children: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *children, classes=[kind])


def _formula(latex: str) -> nodes.math:
    return nodes.math(latex, rf"\displaystyle {latex}")


def _reason(step: Mapping[str, Any], refer: Refer) -> Iterable[nodes.Node]:
    yield nodes.Text(str(step.get("reason") or ""))
    for place, identity in enumerate(step.get("uses") or ()):
        yield nodes.Text(", " if place else ": " if step.get("reason") else "")
        yield refer(identity)


def set_chains(document: nodes.document, chains: Iterable[Certificate], refer: Refer) -> None:
    """Put the rows in the place of the formula in which a cell shows a chain."""
    known = {display.formula(chain).strip(): chain for chain in chains}
    if not known:
        return
    for block in list(document.findall(nodes.math_block)):
        chain = known.get(block.astext().strip())
        if chain is not None:
            block.replace_self(steps(chain, refer))
