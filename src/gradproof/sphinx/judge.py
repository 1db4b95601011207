"""Whether the whole site may be published: the failures of pages, and those among pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gradproof.sphinx.collect import Given, Page
from gradproof.sphinx.failures import Failure

_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")


def judge(
    pages: Mapping[str, Page], named: Mapping[str, list[Given]], listed: Path | None
) -> list[Failure]:
    """All failures of a site; `listed` is its committed list of ids, if it keeps one."""
    failures = [failure for page in pages.values() for failure in page.failures]
    failures += _uses(pages, named)
    failures += _named(named)
    if listed is not None:
        failures += _against_list(named, listed)
    return failures


def read_list(path: Path) -> dict[str, int]:
    """The ids of a list with the line of each: one a line, `#` begins a comment."""
    found: dict[str, int] = {}
    for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
        identity = line.partition("#")[0].strip()
        if identity:
            found.setdefault(identity, number)
    return found


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


def _against_list(named: Mapping[str, list[Given]], path: Path) -> Iterator[Failure]:
    if not path.is_file():
        yield Failure(path.name, 1, f"the list of ids is missing: {path}")
        return
    listed = read_list(path)
    for identity, given in named.items():
        if identity not in listed:
            message = f"not in the list of ids: add the line {identity} to {path.name}"
            yield Failure(given[0].docname, given[0].line, message, identity)
    for identity, line in listed.items():
        if identity not in named:
            message = "listed, but no page proves or refutes it any more: ids are permanent"
            yield Failure(path.name, line, message, identity)
