"""One style sheet where theme and extensions bring many; nothing is drawn before all have come."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

NAME = "sheets.css"
_FOLDER = "_static/"
_PLAIN = {"rel": "stylesheet", "type": "text/css"}
#: Addresses that are counted from the sheet they stand in.
_URL = re.compile(r"""url\(\s*(['"]?)(?!data:|\w+://|[/#])([^'")]+)\1\s*\)""")


def setup(app: Sphinx) -> None:
    """Join the style sheets of every page; called by `gradproof.sphinx.hosting`."""
    app.add_css_file(NAME)
    app.connect("html-page-context", _join, priority=950)
    app.connect("build-finished", _write, priority=600)


def _join(
    app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: nodes.document
) -> None:
    """Leave out of every page what is in the one sheet.

    It is written with the first page, since Sphinx adds a hash of it to the link, and once more
    when all pages are written, which is when some extensions bring theirs.
    """
    sheets = context.get("css_files", ())
    if not hasattr(app, "gradproof_sheets"):
        app.gradproof_sheets = _names(Path(app.outdir, _FOLDER), sheets)  # type: ignore[attr-defined]
        _write(app)
    known: list[str] = app.gradproof_sheets  # type: ignore[attr-defined]
    context["css_files"] = [css for css in sheets if _name(css) not in known]


def _write(app: Sphinx, exception: Exception | None = None) -> None:
    names = getattr(app, "gradproof_sheets", ())
    if names and exception is None:
        static = Path(app.outdir, _FOLDER)
        (static / NAME).write_text(joined(static, names), "utf8")


def _names(static: Path, sheets: Iterable[Any]) -> list[str]:
    """The sheets that can be joined, in the order in which Sphinx would ask for them.

    An import holds at the beginning of a file only, so a sheet with one stays by itself.
    """
    names = [_name(css) for css in sorted(sheets, key=lambda css: css.priority)]
    return [name for name in names if name and "@import" not in _text(static / name)]


def _name(css: Any) -> str:
    """The name of a sheet of the site's own, for every medium; else nothing."""
    path = os.fspath(getattr(css, "filename", ""))
    plain = getattr(css, "attributes", None) == _PLAIN and path != _FOLDER + NAME
    return path.removeprefix(_FOLDER) if plain and path.startswith(_FOLDER) else ""


def joined(static: Path, names: Iterable[str]) -> str:
    """The sheets one after another, with the addresses in them counted from `static`."""

    def counted(name: str) -> str:
        folder = posixpath.dirname(name)
        text = _URL.sub(lambda at: f"url({posixpath.join(folder, at[2])})", _text(static / name))
        return f"/* {name} */\n{text.strip()}\n"

    return "\n".join(map(counted, names))


def _text(path: Path) -> str:
    return path.read_text("utf-8-sig") if path.exists() else ""
