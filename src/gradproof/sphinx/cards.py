"""The card of an identity: everything on it comes from the certificate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docutils import nodes

from gradproof.sphinx.drawing import drawing
from gradproof.verdict import display

Certificate = Mapping[str, Any]
Row = tuple[str, Sequence[nodes.Node]]

_WORDS = re.compile(r"\\text\{([^{}]*)\}")


def card(
    certificate: Certificate,
    link: nodes.Node,
    rests: Iterable[Row] = (),
    *,
    actions: nodes.Node | None = None,
    brief: nodes.Node | None = None,
) -> nodes.container:
    """The card as document nodes; `link` is the permanent id, set as a link to its place.

    `rests` are the rows that say what the identity rests on and what rests on it, and `actions`
    the buttons.
    A card with `brief` shows that in place of both and of the facts.
    """
    refuted = certificate["verdict"] == "refuted"
    block = nodes.container(classes=["gp-card", "gp-refuted" if refuted else "gp-proved"])
    block += _head(certificate, link)
    statement = certificate["statement"]
    # The wrong form as it is printed elsewhere; the style sheet strikes it out.
    wrong = f"{statement['lhs_latex']} = {statement['rhs_latex']}"
    claim = displayed(wrong if refuted else statement["latex"])
    claim["classes"] = ["gp-claim"]
    block += claim
    picture = None if refuted else drawing(certificate.get("pieces") or ())
    if picture is not None:
        block += picture
    if brief is not None:
        block += brief
    else:
        facts = _facts([*_rows(certificate), *rests])
        if facts.children:
            block += facts
    if refuted:
        block += _counterexample(certificate.get("counterexample") or {})
    foot = nodes.container(classes=["gp-foot"])
    foot += nodes.paragraph("", evidence(certificate), classes=["gp-verdict"])
    if actions is not None and brief is None:
        foot += actions
    block += foot
    return block


def _head(certificate: Certificate, link: nodes.Node) -> nodes.paragraph:
    head = nodes.paragraph(classes=["gp-head"])
    refuted = certificate["verdict"] == "refuted"
    head += nodes.inline("", "Refuted" if refuted else "Proved", classes=["gp-badge"])
    if not refuted and certificate.get("scope") == "this shape":
        head += nodes.inline("", "at this shape only", classes=["gp-scope"])
    head += link
    return head


def evidence(certificate: Certificate) -> str:
    """What stands behind the word on the card: all shapes · every entry at … · mutants."""
    line = display.verdict(certificate)
    return line.removeprefix("proved for ").removeprefix("proved ")


def short_verdict(certificate: Certificate) -> str:
    """The verdict in the ledger: proved for all shapes or for one, or refuted."""
    if certificate["verdict"] == "refuted":
        return "refuted"
    scope = str(certificate.get("scope"))
    return "one shape" if scope == "this shape" else scope


def inline(latex: str) -> nodes.math:
    """An inline formula."""
    return nodes.math(latex, latex)


def displayed(latex: str) -> nodes.math_block:
    """A displayed formula, without number."""
    block = nodes.math_block(latex, latex, number=None, label=None)
    block["no-wrap"] = block["nowrap"] = False
    return block


def _rows(certificate: Certificate) -> list[Row]:
    """What the statement speaks of, one row a kind."""
    return [
        ("where", [fact(entry) for entry in certificate.get("where") or ()]),
        ("shapes", [inline(shape) for shape in display.shapes_latex(certificate)]),
        ("given", [fact(entry) for entry in certificate.get("assumptions") or ()]),
        ("if", [fact(entry) for entry in certificate.get("conditions") or ()]),
    ]


def _facts(rows: Iterable[Row]) -> nodes.definition_list:
    """The rows below each other, empty ones left out."""
    table = nodes.definition_list(classes=["gp-facts"])
    for label, entries in rows:
        if entries:
            content = nodes.paragraph()
            for position, entry in enumerate(entries):
                # The style sheet sets them apart; the comma is for who listens or copies.
                if position:
                    content += nodes.inline("", ", ", classes=["gp-comma"])
                content += entry
            item = nodes.definition("", content)
            table += nodes.definition_list_item("", nodes.term("", label), item)
    return table


def fact(entry: Mapping[str, Any]) -> nodes.Node:
    """A fact, its words as words: within a formula they could not be broken into lines."""
    found = nodes.inline(classes=["gp-fact"])
    parts = _WORDS.split(entry.get("latex") or rf"\text{{{entry['text']}}}")
    for position, part in enumerate(parts):
        if position % 2:
            found += nodes.Text(part)
        elif part.strip():
            found += inline(part.strip())
    return found


def _counterexample(example: Mapping[str, Any]) -> nodes.container:
    """Where the two sides of a refuted statement differ, and their values there."""
    block = nodes.container(classes=["gp-counterexample"])
    point = nodes.paragraph()
    for position, part in enumerate(example.get("point") or ()):
        point += nodes.Text(", " if position else "At ")
        point += fact(part)
    values = nodes.paragraph()
    entry = example.get("entry")
    of = f"entry ({entry}) of " if entry else ""
    values += nodes.Text(f"{of}the left side is ".capitalize())
    values += nodes.inline("", display.shorten(example.get("lhs")), classes=["gp-value"])
    values += nodes.Text(f", {of}the right side ")
    values += nodes.inline("", display.shorten(example.get("rhs")), classes=["gp-value"])
    block += [point, values] if point.children else [values]
    return block
