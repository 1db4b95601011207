"""By which words a reader finds an identity in the ledger: the section it stands in, its sources,
its symbols and the functions in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from docutils import nodes

_IMPORTS = re.compile(r"^from \S+ import (.+)$", re.MULTILINE)
# The numbers of the Matrix Cookbook behind its initials: MC (99), (101) and (105)–(107).
_COOKBOOK = re.compile(r"\bMC((?:[\s,–-]|and|\(\d+\w?\))+)")
_SPEECH = {"prove", "refute", "define", "dims", "matrix", "vector", "scalar", "labels", "chain"}


class Place(NamedTuple):
    """Where on its page an identity stands: the title of the section, and the sources it names."""

    section: str
    sources: tuple[str, ...]


def place(node: nodes.Node) -> Place:
    """The place of the card or cell of an identity."""
    section: nodes.Node | None = node
    while section is not None and not isinstance(section, nodes.section):
        section = section.parent
    if section is None:
        return Place("", ())
    title = section.next_node(nodes.title)
    # Of the text of the section itself; a section within has identities of its own.
    text = "\n".join(child.astext() for child in section.children if _is_text(child))
    numbers = [n for found in _COOKBOOK.findall(text) for n in re.findall(r"\((\w+)\)", found)]
    return Place(title.astext() if title else "", tuple(dict.fromkeys(f"MC{n}" for n in numbers)))


def _is_text(node: nodes.Node) -> bool:
    return not isinstance(node, (nodes.section, nodes.container))


def words(certificate: Mapping[str, Any], where: Place) -> str:
    """By what the identity can be found besides its id, page and axioms, in one line."""
    statement = certificate["statement"]
    imported = [w for line in _IMPORTS.findall(statement["sympy"]) for w in line.split(", ")]
    found = [
        where.section,
        *where.sources,
        *(word for word in imported if word not in _SPEECH),
        *(str(variable["name"]) for variable in certificate.get("variables") or ()),
        str(statement["text"]),
    ]
    return " ".join(" ".join(dict.fromkeys(found)).split())
