"""The live preview: an author sees a failure in the page, where a build for readers would stop.

Every page says in a banner that it is a preview, and nothing is written that goes with a
published site.  `gradproof_live` is set by `make live` alone.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.prose import line_of

_STYLE = """<style>
.gp-live, div.gp-live-failure.docutils.container { border-left: 4px solid #b3261e;
  padding: .5rem 1rem; margin: 0 0 1.25rem;
  background: var(--color-background-secondary, #f8f9fb); }
.gp-live.gp-live-well { border-color: #0b6b4f; }
.gp-live ul { margin: .25rem 0 0; }
.gp-live li { overflow-wrap: anywhere; }
div.gp-live-failure > p { margin: 0; }
div.gp-live-failure pre { margin: .25rem 0 0; white-space: pre-wrap; }
</style>"""


def setup(app: Sphinx) -> None:
    """Register the preview with Sphinx."""
    app.connect("doctree-resolved", _mark)
    app.connect("html-page-context", _banner, priority=900)


def failures(app: Sphinx) -> Sequence[Failure]:
    """What does not hold in this preview; empty in a build for readers, which would have ended."""
    found: Sequence[Failure] = getattr(app, "gradproof_failures", ())
    return found


def _mark(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Put each failure of the page behind the cell or paragraph where it is."""
    cells = {given.line: given.cell for given in identity_domain(app.env).page(docname).given}
    for number, failure in enumerate(failures(app)):
        if failure.docname != docname:
            continue
        head = nodes.paragraph("", "", nodes.strong("", f"Line {failure.line}: this does not hold"))
        text = nodes.literal_block(str(failure), str(failure), language="none")
        block = nodes.container("", head, text, classes=["gp-live-failure"], ids=[_anchor(number)])
        place = _place(document, failure.line, cells.get(failure.line))
        if place is None:
            document.append(block)
        else:
            place.parent.insert(place.parent.index(place) + 1, block)


def _place(document: nodes.document, line: int, cell: int | None) -> nodes.Element | None:
    """The cell of that number, or else the last block of a section at or before the line."""
    found = None
    for node in document.findall(nodes.Element):
        if cell is not None and node.get("cell_index") == cell:
            return node
        if isinstance(node.parent, nodes.section) and not isinstance(
            node, (nodes.section, nodes.title)
        ):
            # A block without a line of its own is one that an earlier failure left.
            found = node if getattr(node, "line", None) and line_of(node) <= line else found
    return found


def _banner(
    app: Sphinx, docname: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Say on every page that it is a preview, and what fails."""
    if not app.config.gradproof_live or "body" not in context:
        return
    found = failures(app)
    title = f"Live preview, {len(found)} failure{'' if len(found) == 1 else 's'}"
    if not found:
        title = "Live preview: all that is claimed holds"
    # What a proof left comes first: the other failures may follow from it.
    ordered = sorted(enumerate(found), key=lambda item: not item[1].residual)
    items = "".join(f"<li>{_link(app, docname, *item)}</li>" for item in ordered)
    kind = "" if found else " gp-live-well"
    context["body"] = (
        f'{_STYLE}<div class="gp-live{kind}" role="status"><strong>{title}</strong>'
        f"<ul>{items}</ul></div>{context['body']}"
    )


def _link(app: Sphinx, docname: str, number: int, failure: Failure) -> str:
    words = html.escape(f"{failure.docname}:{failure.line}: {str(failure).splitlines()[0]}")
    if failure.docname not in app.env.found_docs:
        return words
    address = app.builder.get_relative_uri(docname, failure.docname)
    return f'<a href="{html.escape(address)}#{_anchor(number)}">{words}</a>'


def _anchor(number: int) -> str:
    return f"gp-live-failure-{number + 1}"
