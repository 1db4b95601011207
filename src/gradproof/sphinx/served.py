"""Files that are served as they are: none may have mathematics in it, which nobody proved."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.matching import Matcher

from gradproof.sphinx import markup
from gradproof.sphinx.failures import Failure

#: What a browser lays out, or a reader opens to read.
_READ = frozenset([".htm", ".html", ".md", ".rst", ".svg", ".xhtml", ".xml"])

_INSTALLED = (
    Path(__file__).parent,
    *(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")),
)


def failures(app: Sphinx) -> Iterator[Failure]:
    """One for each file in the folders of static files, and each that a page shows or offers."""
    needs_proof = Matcher(app.config.gradproof_display_math)
    for path in sorted(set(_files(app))):
        name = Path(os.path.relpath(path, app.srcdir)).as_posix()
        if path.suffix.lower() not in _READ or not path.is_file() or not needs_proof(name):
            continue
        found = markup.mathematics(path.read_text("utf8", errors="replace"))
        if found:
            message = f"{found[1]} in a file that is served as it is, which nobody proved"
            yield Failure(str(path), found[0], f"{message}: state it on a page")


def _files(app: Sphinx) -> Iterator[Path]:
    source, config = Path(app.srcdir), app.config
    for name in [*config.html_static_path, *config.html_extra_path]:
        place = Path(app.confdir, name)
        if any(map(place.is_relative_to, _INSTALLED)):  # no author's of this site
            continue
        yield from place.rglob("*") if place.is_dir() else [place]
    made = Path(app.outdir).parent  # pictures that cells drew are judged with them
    for name in [*app.env.images, *app.env.dlfiles]:
        path = Path(os.path.normpath(source / name))
        if not path.is_relative_to(made):
            yield path
