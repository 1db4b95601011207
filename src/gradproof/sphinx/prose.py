"""The rules for a page's text: no display mathematics without a proof, no proof that is not run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes

from gradproof.sphinx import markup
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.formulas import states_nothing

MARKED = "gradproof_marked"
"""The attribute that `{definition}`, `{motivation}`, `{rule}` and `{axiom}` put on their blocks."""

NOT_RUN = "not-run"
"""The class by which a code block says that it is shown only."""

_CELL = "nb_element"
"""The attribute that MyST-NB puts on an executed cell, its code and its outputs."""

_VERDICT = re.compile(r"\b(prove|refute)\s*\(")


def display_mathematics(document: nodes.document, docname: str) -> Iterator[Failure]:
    """Every displayed formula that neither a certificate nor an executed cell has set."""
    for node in document.findall(nodes.math_block):
        if not _inside(node, MARKED) and not _is_output(node):
            message = (
                f"display mathematics without a proof: {_shorten(node.astext())}\n"
                "    name an identity with {theorem}, or mark it with {definition} or {motivation}"
            )
            yield Failure(docname, line_of(node), message)
    for paragraph in document.findall(nodes.paragraph):
        if _is_formula(paragraph) and not _inside(paragraph, MARKED) and not _is_output(paragraph):
            message = f"a formula stands alone, without a proof: {_shorten(paragraph.astext())}"
            yield Failure(docname, line_of(paragraph), message)
    for raw in document.findall(nodes.raw):
        html = "html" in raw.get("format", "").split()
        problem = markup.not_allowed(raw.astext()) if html else f"raw {raw.get('format')}"
        if problem and not _is_output(raw):
            message = f"{problem} may draw or hide what is not proved: write it in Markdown"
            yield Failure(docname, line_of(raw), message)
    for text in document.findall(nodes.Text):
        if _stray_delimiter(text):
            message = "a formula between $$ stands in lines of its own"
            yield Failure(docname, line_of(text), message)


def _is_output(node: nodes.Node) -> bool:
    """Whether the output of a cell set it, which is judged; a caption is the author's."""
    current, found = node.parent, False
    while current is not None:
        if isinstance(current, (nodes.caption, nodes.legend, nodes.figure)):
            return False
        found = found or current.get(_CELL) == "cell_code_output"
        current = current.parent
    return found


def _is_formula(paragraph: nodes.paragraph) -> bool:
    """Whether there is nothing but a formula in it, which states something."""
    formulas = [child.astext() for child in paragraph.children if isinstance(child, nodes.math)]
    words = "".join(c.astext() for c in paragraph.children if not isinstance(c, nodes.math))
    alone = isinstance(paragraph.parent, nodes.section) and not words.strip(" .,;:\n")
    return alone and not all(map(states_nothing, formulas))


def _stray_delimiter(text: nodes.Text) -> bool:
    """Whether $$ within a line has been taken for a formula between dollars."""
    if isinstance(text.parent, (nodes.literal, nodes.literal_block, nodes.raw)):
        return False
    following = text.next_node(descend=False, siblings=True)
    return "$$" in text or (text.endswith("$") and isinstance(following, nodes.math))


def code_not_run(document: nodes.document, docname: str) -> Iterator[Failure]:
    """Every block that reads like a proof but is not a cell."""
    for kind in (nodes.literal_block, nodes.doctest_block):
        for node in document.findall(kind):
            shown_only = NOT_RUN in node.get("classes", ())
            if _VERDICT.search(node.astext()) and not shown_only and not _inside(node, _CELL):
                message = (
                    "this code looks like a proof but is not run: make it a {code-cell}, "
                    f"or give it the class {NOT_RUN}"
                )
                yield Failure(docname, line_of(node), message)


def line_of(node: nodes.Node) -> int:
    """The line of the page where `node`, or else what encloses it, begins."""
    current: nodes.Node | None = node
    while current is not None:
        line = getattr(current, "line", None)
        if line:
            return int(line)
        current = current.parent
    return 1


def _inside(node: nodes.Node, attribute: str) -> bool:
    current = node.parent
    while current is not None:
        if isinstance(current, nodes.Element) and attribute in current:
            return True
        current = current.parent
    return False


def _shorten(text: str, width: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"
