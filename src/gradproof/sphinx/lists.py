"""The committed lists: every id, and every page that moved.

One name a line, `#` begins a comment; `old -> new` says where an old name leads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gradproof.sphinx.collect import Given
from gradproof.sphinx.failures import Failure


@dataclass(frozen=True)
class Entry:
    """A name's line in its list, and where it leads; empty for a name in force."""

    line: int
    target: str = ""


def read(path: Path) -> dict[str, Entry]:
    """The names of a list."""
    found: dict[str, Entry] = {}
    for number, line in enumerate(path.read_text("utf8").splitlines(), 1):
        name, target = _parts(line)
        if name:
            found.setdefault(name, Entry(number, target))
    return found


def _parts(line: str) -> tuple[str, str]:
    """The name on a line of a list, and where it leads; empty where there is none."""
    name, _, target = (part.strip() for part in line.partition("#")[0].partition("->"))
    return name, target


def in_force(path: Path) -> list[str]:
    """The names that lead nowhere else."""
    return [name for name, entry in read(path).items() if not entry.target]


def check_order(path: Path) -> Iterator[Failure]:
    """The names stand in order, letters of both cases together, and each of them once.

    In an order two branches that add names rarely meet in one line, and a name given twice is seen.
    """
    before, lines = "", path.read_text("utf8").splitlines()
    places: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        name = _parts(line)[0]
        if not name:
            continue
        if name in places:
            yield Failure(path.name, number, f"listed already in line {places[name]}", name)
        elif _order(name) < _order(before):
            message = f"out of order: it belongs before {before}; sort the list"
            yield Failure(path.name, number, message, name)
        places.setdefault(name, number)
        before = max(before, name, key=_order)


def _order(name: str) -> tuple[str, str]:
    return name.lower(), name


def check_ids(
    named: Mapping[str, list[Given]], docnames: Collection[str], path: Path
) -> Iterator[Failure]:
    """Every id is listed, and every listed id is proved, or retired in favour of what exists."""
    if not path.is_file():
        yield Failure(path.name, 1, f"the list of ids is missing: {path}")
        return
    yield from check_order(path)
    listed = read(path)
    for identity, given in named.items():
        docname, line = given[0].docname, given[0].line
        if identity not in listed:
            message = f"not in the list of ids: add the line {identity} to {path.name}"
            yield Failure(docname, line, message, identity)
        elif listed[identity].target:
            yield Failure(docname, line, f"retired in {path.name}: ids are not reused", identity)
    for identity, entry in listed.items():
        if not entry.target and identity not in named:
            message = "listed, but no page proves or refutes it any more: ids are permanent"
            yield Failure(path.name, entry.line, message, identity)
        elif entry.target and entry.target not in named and entry.target not in docnames:
            message = f"retired in favour of {entry.target}, which is neither an id nor a page"
            yield Failure(path.name, entry.line, message, identity)


def check_pages(docnames: Collection[str], path: Path) -> Iterator[Failure]:
    """Every page that moved is gone, and leads straight to a page that exists."""
    if not path.is_file():
        yield Failure(path.name, 1, f"the list of pages that moved is missing: {path}")
        return
    for old, entry in read(path).items():
        if old in docnames:
            message = f"{old} is listed as moved, and is still a page"
        elif not entry.target:
            message = f"{old}: say where it moved: {old} -> new"
        elif entry.target not in docnames:
            message = f"{old} is said to have moved to {entry.target}, which is no page"
        else:
            continue
        yield Failure(path.name, entry.line, message)
