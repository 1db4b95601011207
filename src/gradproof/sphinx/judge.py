"""Whether the whole site may be published: the failures of pages, and those among pages."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from gradproof.sphinx import lists, rests
from gradproof.sphinx.collect import Given, Page
from gradproof.sphinx.failures import Failure

_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")


def judge(
    pages: Mapping[str, Page],
    named: Mapping[str, list[Given]],
    docnames: Collection[str],
    listed: Path | None,
    moved: Path | None,
) -> list[Failure]:
    """All failures of a site; `listed` and `moved` are its committed lists, if it keeps them."""
    failures = [failure for page in pages.values() for failure in page.failures]
    failures += _uses(pages, named)
    failures += _named(named)
    failures += rests.failures(pages, named)
    if listed is not None:
        failures += lists.check_ids(named, docnames, listed)
    if moved is not None:
        failures += lists.check_pages(docnames, moved)
    return failures


def _uses(pages: Mapping[str, Page], named: Mapping[str, list[Given]]) -> Iterator[Failure]:
    for docname, page in pages.items():
        for identity, line in page.uses:
            if identity not in named:
                yield Failure(docname, line, "no page proves or refutes this", identity)


def _named(named: Mapping[str, list[Given]]) -> Iterator[Failure]:
    for identity, given in named.items():
        first = given[0]
        if not _ID.fullmatch(identity):
            message = "an id is made of letters, digits and single hyphens"
            yield Failure(first.docname, first.line, message, identity)
        for other in given[1:]:
            message = f"already given at {first.docname}:{first.line}; ids are unique"
            yield Failure(other.docname, other.line, message, identity)
