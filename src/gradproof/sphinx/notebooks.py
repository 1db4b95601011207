"""Every page as a notebook: its cells without outputs, its prose as plain Markdown.

What a page takes from certificates stands in the notebook as text, with the permanent address;
the reader's own run is what proves it there.
"""

from __future__ import annotations

import ast
import html
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import NotebookNode, from_dict, v4
from sphinx.application import Sphinx

from gradproof.sphinx import addresses, edition
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.plain import Plain

_DISTRIBUTIONS = {"sklearn": "scikit-learn"}
_COMES_ALONG = {"gradproof", "sympy", "mpmath"}


def setup(app: Sphinx) -> None:
    """Write a notebook with every page; called by the gate."""
    app.connect("html-page-context", _add)


def place(app: Sphinx, docname: str) -> Path:
    """Where the notebook of a document is written."""
    return addresses.file(app, docname).with_suffix(".ipynb")


def withdraw(app: Sphinx, docnames: Iterable[str]) -> None:
    """Take back what was written with these pages."""
    for docname in docnames:
        place(app, docname).unlink(missing_ok=True)


def _add(
    app: Sphinx, docname: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Write the notebook of a page, and offer it under the title."""
    if doctree is None or app.builder.format != "html" or docname not in app.env.found_docs:
        return
    path = place(app, docname)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(app, docname), path)
    name = html.escape(f"{docname.replace('/', '-')}.ipynb")
    link = (
        f'<p class="gp-notebook"><a href="{html.escape(path.name)}" download="{name}">'
        "Download as a notebook</a></p>"
    )
    before, title, after = context["body"].partition("</h1>")
    context["body"] = f"{before}{title}\n{link}{after}" if title else f"{link}{before}"


def notebook(app: Sphinx, docname: str) -> NotebookNode:
    """The page as a notebook that runs where the package is installed."""
    source = Path(app.env.doc2path(docname))
    text = source.read_text("utf8")
    read = v4.reads(text) if source.suffix == ".ipynb" else read_myst_markdown_notebook(text)
    plain = Plain(identity_domain(app.env).named(), _address(app, docname))
    cells = [_markdown(_note(app, docname, read.cells))]
    for cell in read.cells:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, metadata={}, outputs=[])
            cells.append(cell)
        elif words := plain.markdown(cell["source"]):
            cells.append(_markdown(words))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same in every build
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _markdown(words: str) -> NotebookNode:
    # nbformat's own function would compare each with its schema, before the whole is compared.
    return from_dict({"cell_type": "markdown", "metadata": {}, "source": words})


class _Address:
    """Turns the targets of a page's links into addresses that hold anywhere."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.app, self.docname, self.build = app, docname, edition.of(app)

    def __call__(self, target: str) -> str:
        """The permanent address, or nothing where the site has none."""
        path, mark, fragment = target.partition("#")
        docname = self.docname
        if path:
            folder = os.path.dirname(docname)
            found = os.path.normpath(os.path.join(folder, path.removeprefix("/")))
            docname = os.path.splitext(found)[0].replace(os.sep, "/")
            if docname not in self.app.env.found_docs:
                return self.build.permanent(found.replace(os.sep, "/")) + mark + fragment
        uri = self.app.builder.get_target_uri(docname)
        address = self.build.permanent(uri)
        return f"{address}{mark}{fragment}" if address else ""

    def identity(self, identity: str) -> str:
        """The permanent address of an identity, likewise."""
        return self.build.permanent(addresses.of_identity(identity))


def _address(app: Sphinx, docname: str) -> _Address:
    return _Address(app, docname)


def _note(app: Sphinx, docname: str, cells: Iterable[Mapping[str, Any]]) -> str:
    """What the notebook is, and what it needs."""
    build = edition.of(app)
    address = build.permanent(app.builder.get_target_uri(docname))
    title = app.env.titles[docname].astext()
    page = f"[{title}]({address})" if address else title
    note = f"*This notebook is the page “{page}” of {build.title}, version {build.version}.*"
    packages = _packages(cells)
    if packages is None:
        return note
    more = f", and {', '.join(packages)}" if packages else ""
    install = " ".join(["python -m pip install .", *packages])
    return (
        f"{note}\n\nIt needs Python 3.11 or newer, the package `gradproof` of that version{more}: "
        f"in a copy of its repository, `{install}`.\n"
        "Nothing in it is taken on trust: run its cells from the top, and every formula is "
        "proved again or stops the run."
    )


def _packages(cells: Iterable[Mapping[str, Any]]) -> list[str] | None:
    """What must be installed besides the package; None where nothing is to run."""
    sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    found = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    found -= sys.stdlib_module_names | _COMES_ALONG
    return sorted(_DISTRIBUTIONS.get(name, name) for name in found) if sources else None
