"""The card of an identity: everything on it comes from the certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from docutils import nodes

from gradproof import display

Certificate = Mapping[str, Any]

_WORDS = re.compile(r"\\text\{([^{}]*)\}")


Row = tuple[str, Sequence[nodes.Node]]


def card(certificate: Certificate, link: nodes.Node, rests: Sequence[Row] = ()) -> nodes.container:
    """The card as document nodes; `link` is the permanent id, set as a link to its place.

    `rests` are the rows that say what the identity rests on and what rests on it.
    """
    refuted = certificate["verdict"] == "refuted"
    block = nodes.container(classes=["gp-card", "gp-refuted" if refuted else "gp-proved"])
    head = nodes.paragraph(classes=["gp-head"])
    head += nodes.inline("", "Refuted" if refuted else "Proved", classes=["gp-badge"])
    if not refuted and certificate.get("scope") == "this shape":
        head += nodes.inline("", "at this shape only", classes=["gp-scope"])
    head += link
    block += head
    statement = certificate["statement"]
    # The wrong form as it is printed elsewhere; the style sheet strikes it out.
    wrong = f"{statement['lhs_latex']} = {statement['rhs_latex']}"
    block += displayed(wrong if refuted else statement["latex"])
    block += _facts(certificate, rests)
    if refuted:
        block += _counterexample(certificate.get("counterexample") or {})
    block += nodes.paragraph("", display.verdict(certificate), classes=["gp-verdict"])
    return block


def short_verdict(certificate: Certificate) -> str:
    """The verdict in the ledger: proved for all shapes or for one, or refuted."""
    if certificate["verdict"] == "refuted":
        return "refuted"
    return "all shapes" if certificate.get("scope") == "all shapes" else "one shape"


def inline(latex: str) -> nodes.math:
    """An inline formula."""
    return nodes.math(latex, latex)


def displayed(latex: str) -> nodes.math_block:
    """A displayed formula, without number."""
    block = nodes.math_block(latex, latex, number=None, label=None)
    block["no-wrap"] = block["nowrap"] = False
    return block


def _facts(certificate: Certificate, rests: Sequence[Row]) -> nodes.definition_list:
    """What the statement speaks of and rests on, one row a kind, empty kinds left out."""
    table = nodes.definition_list(classes=["gp-facts"])
    rows: list[Row] = [
        ("where", [_formula(entry) for entry in certificate.get("where") or ()]),
        ("shapes", [inline(_membership(v)) for v in certificate.get("variables") or ()]),
        ("given", [_formula(entry) for entry in certificate.get("assumptions") or ()]),
        ("if", [_formula(entry) for entry in certificate.get("conditions") or ()]),
        *rests,
    ]
    for label, entries in rows:
        if entries:
            table += _row(label, entries)
    return table


def _row(label: str, entries: Sequence[nodes.Node]) -> nodes.definition_list_item:
    content = nodes.paragraph()
    for position, entry in enumerate(entries):
        if position:
            content += nodes.Text(", ")
        content += entry
    return nodes.definition_list_item("", nodes.term("", label), nodes.definition("", content))


def _formula(entry: Mapping[str, Any]) -> nodes.Node:
    """A fact, its words as words: within a formula they could not be broken into lines."""
    fact = nodes.inline(classes=["gp-fact"])
    parts = _WORDS.split(entry.get("latex") or rf"\text{{{entry['text']}}}")
    for position, part in enumerate(parts):
        if position % 2:
            fact += nodes.Text(part)
        elif part.strip():
            fact += inline(part.strip())
    return fact


def _membership(variable: Mapping[str, Any]) -> str:
    shape = variable["shape_latex"]
    return f"{variable['latex']} \\in \\mathbb{{R}}" + (f"^{{{shape}}}" if shape else "")


def _counterexample(example: Mapping[str, Any]) -> nodes.container:
    """Where the two sides of a refuted statement differ, and their values there."""
    block = nodes.container(classes=["gp-counterexample"])
    point = nodes.paragraph()
    for position, part in enumerate(example.get("point") or ()):
        point += nodes.Text(", " if position else "At ")
        point += _formula(part)
    values = nodes.paragraph()
    entry = example.get("entry")
    of = f"entry ({entry}) of " if entry else ""
    values += nodes.Text(f"{of}the left side is ".capitalize())
    values += nodes.inline("", display.shorten(example.get("lhs")), classes=["gp-value"])
    values += nodes.Text(f", {of}the right side ")
    values += nodes.inline("", display.shorten(example.get("rhs")), classes=["gp-value"])
    block += [point, values] if point.children else [values]
    return block
