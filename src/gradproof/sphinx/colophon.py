"""What stands at the end of every page: how to cite it, and which build it belongs to."""

from __future__ import annotations

import html
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from gradproof.sphinx import addresses, citing, edition


def add(
    app: Sphinx, docname: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Add the citations, the `citation_*` tags and the line of the build to a page."""
    if doctree is None or app.builder.format != "html" or "nocite" in (context["meta"] or {}):
        return
    build = edition.of(app)
    root = docname == app.config.root_doc
    title = build.title if root else app.env.titles[docname].astext()
    address = build.permanent("" if root else app.builder.get_target_uri(docname))
    context["metatags"] += "\n" + "\n".join(citing.meta_tags(title, address, build)) + "\n"
    formats = citing.formats(_key(docname), title, address, build)
    context["body"] += (
        f'<section class="gp-colophon" aria-label="About this page">'
        f"{citing.panel(formats, 'Cite this page')}"
        f"{_paper(address)}{build.line}</section>\n"
    )


def _paper(address: str) -> str:
    """Where a page that was printed is found; a local build has no address."""
    return f'<p class="gp-address">{html.escape(address)}</p>' if address else ""


def stamp(app: Sphinx) -> None:
    """Bring the commit up to date on pages that this build had no need to write."""
    build = edition.of(app)
    for docname in app.env.found_docs:
        path = addresses.file(app, docname)
        if not path.is_file():  # all pages in one file, written whole
            continue
        text = path.read_text("utf8")
        stamped = build.stamped(text)
        if stamped != text:
            path.write_text(stamped, "utf8")


def _key(docname: str) -> str:
    """The last part of a page's name that says anything."""
    parts = docname.split("/")
    return parts[-2] if parts[1:] and parts[-1] == "index" else parts[-1]
