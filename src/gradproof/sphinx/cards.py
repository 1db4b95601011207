"""The card of an identity: everything on it comes from the certificate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from docutils import nodes

Certificate = Mapping[str, Any]


def card(certificate: Certificate, link: nodes.Node) -> nodes.container:
    """The card as document nodes; `link` is the permanent id, set as a link to its place."""
    refuted = certificate["verdict"] == "refuted"
    block = nodes.container(classes=["gp-card", "gp-refuted" if refuted else "gp-proved"])
    head = nodes.paragraph(classes=["gp-head"])
    head += nodes.inline("", "Refuted" if refuted else "Proved", classes=["gp-badge"])
    if certificate.get("scope") == "this shape":
        head += nodes.inline("", "at this shape only", classes=["gp-scope"])
    head += link
    block += head
    block += display(certificate["statement"]["latex"])
    block += _facts(certificate)
    if refuted:
        block += _counterexample(certificate.get("counterexample") or {})
    block += nodes.paragraph("", verdict_line(certificate), classes=["gp-verdict"])
    return block


def verdict_line(certificate: Certificate) -> str:
    """For example: all shapes · every entry at 3×2×4 · numbers to 40 digits · 14 mutants refused."""
    if certificate["verdict"] == "refuted":
        sizes = (certificate.get("counterexample") or {}).get("sizes") or {}
        return f"an exact point at {_sizes(sizes)}" if sizes else "an exact point"
    parts = []
    for route in certificate.get("routes") or ():
        if route["route"] == "all shapes":
            parts.append("all shapes")
        elif route["route"] == "entries":
            parts.append(f"every entry at {times(route.get('sizes') or {})}")
        elif route["route"] == "numbers":
            parts.append(f"numbers to {route['digits']} digits")
    mutants = (certificate.get("mutants") or {}).get("refused")
    if mutants:
        parts.append(f"{mutants} mutants refused")
    return " · ".join(part.strip() for part in parts)


def short_verdict(certificate: Certificate) -> str:
    """The verdict in the ledger: proved for all shapes or for one, or refuted."""
    if certificate["verdict"] == "refuted":
        return "refuted"
    return "all shapes" if certificate.get("scope") == "all shapes" else "one shape"


def times(sizes: Mapping[str, int]) -> str:
    """The sizes as people write a shape: 3×2×4."""
    return "×".join(str(size) for size in sizes.values()) or "1"


def _sizes(sizes: Mapping[str, int]) -> str:
    return f"{'×'.join(sizes)} = {times(sizes)}"


def inline(latex: str) -> nodes.math:
    """An inline formula."""
    return nodes.math(latex, latex)


def display(latex: str) -> nodes.math_block:
    """A displayed formula, without number."""
    block = nodes.math_block(latex, latex, number=None, label=None)
    block["no-wrap"] = block["nowrap"] = False
    return block


def _facts(certificate: Certificate) -> nodes.definition_list:
    """What the statement speaks of and rests on, one row a kind, empty kinds left out."""
    table = nodes.definition_list(classes=["gp-facts"])
    for label, entries in (
        ("where", [_formula(entry) for entry in certificate.get("where") or ()]),
        ("shapes", [inline(_membership(v)) for v in certificate.get("variables") or ()]),
        ("given", [_formula(entry) for entry in certificate.get("assumptions") or ()]),
        ("if", [_formula(entry) for entry in certificate.get("conditions") or ()]),
        ("axioms", [nodes.inline("", str(name)) for name in certificate.get("axioms") or ()]),
    ):
        if entries:
            table += _row(label, entries)
    return table


def _row(label: str, entries: Sequence[nodes.Node]) -> nodes.definition_list_item:
    content = nodes.paragraph()
    for position, entry in enumerate(entries):
        if position:
            content += nodes.Text(", ")
        content += nodes.inline("", "", entry, classes=["gp-fact"])
    return nodes.definition_list_item("", nodes.term("", label), nodes.definition("", content))


def _formula(entry: Mapping[str, Any]) -> nodes.Node:
    return inline(entry["latex"]) if entry.get("latex") else nodes.inline("", entry["text"])


def _membership(variable: Mapping[str, Any]) -> str:
    shape = " \\times ".join(str(size) for size in variable["shape"])
    return f"{variable['latex']} \\in \\mathbb{{R}}" + (f"^{{{shape}}}" if shape else "")


def _counterexample(example: Mapping[str, Any]) -> nodes.container:
    """Where the two sides of a refuted statement differ, and their values there."""
    block = nodes.container(classes=["gp-counterexample"])
    point = nodes.paragraph()
    for position, part in enumerate(example.get("point") or ()):
        point += nodes.Text(", " if position else "At ")
        point += nodes.inline("", "", _formula(part), classes=["gp-fact"])
    values = nodes.paragraph()
    entry = example.get("entry")
    of = f"entry ({entry}) of " if entry else ""
    values += nodes.Text(f"{of}the left side is ".capitalize())
    values += nodes.inline("", _value(example.get("lhs")), classes=["gp-value"])
    values += nodes.Text(f", {of}the right side ")
    values += nodes.inline("", _value(example.get("rhs")), classes=["gp-value"])
    block += [point, values] if point.children else [values]
    return block


def _value(value: object, digits: int = 12) -> str:
    """A number as on a card: cut where it is long."""
    text = str(value)
    is_long = len(text) > digits + 4 and text.replace(".", "").lstrip("-").isdigit()
    return text[: digits + 2] + "…" if is_long else text
