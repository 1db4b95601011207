"""What rests on what, from the certificates alone: the ids that steps cite, and the axioms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from gradproof.sphinx.collect import Given, Page
from gradproof.sphinx.failures import Failure


@dataclass(frozen=True)
class Rests:
    """What each identity uses, what uses it, and its axioms; identities without any are absent."""

    uses: dict[str, list[str]] = field(default_factory=dict)
    used_by: dict[str, list[str]] = field(default_factory=dict)
    axioms: dict[str, list[str]] = field(default_factory=dict)

    def of(self, identity: str) -> tuple[list[str], list[str]]:
        """What `identity` uses, and what uses it."""
        return self.uses.get(identity, []), self.used_by.get(identity, [])


def rests(pages: Mapping[str, Page]) -> Rests:
    """Read the certificates of all pages.

    A chain without an id belongs to the identity that the same page proves in the same words.
    """
    found = Rests()
    for user, given in _users(pages):
        for used in cited(given):
            _add(found.uses, user, used)
            _add(found.used_by, used, user)
        for axiom in given.certificate.get("axioms") or ():
            _add(found.axioms, user, str(axiom))
    for users in found.used_by.values():
        users.sort(key=natural)
    return found


def cited(given: Given) -> list[str]:
    """The ids that the steps of a certificate cite, each once."""
    steps = given.certificate.get("steps") or ()
    return list(dict.fromkeys(str(used) for step in steps for used in step.get("uses") or ()))


def failures(pages: Mapping[str, Page], named: Mapping[str, list[Given]]) -> Iterator[Failure]:
    """Steps that cite what the site does not prove, or what rests on themselves."""
    for page in pages.values():
        for given in page.given:
            for used in cited(given):
                reason = _unfit(given, named.get(used))
                if reason:
                    yield Failure(given.docname, given.line, reason, used)
    yield from _circle(pages, named)


def natural(identity: str) -> list[tuple[str, int]]:
    """A key to sort by; numbers within ids count as numbers: m2 comes before m10."""
    return [(w.casefold(), int(n or 0)) for w, n in re.findall(r"(\D+)(\d*)", identity)]


def _users(pages: Mapping[str, Page]) -> Iterator[tuple[str, Given]]:
    for page in pages.values():
        statements = {_statement(given): given.id for given in page.given if given.id}
        for given in page.given:
            user = given.id or statements.get(_statement(given), "")
            if user:
                yield user, given


def _statement(given: Given) -> str:
    return str(given.certificate["statement"]["latex"])


def _unfit(given: Given, found: Iterable[Given] | None) -> str:
    """Why a step of `given` cannot rest on what it cites, or nothing."""
    if not found:
        return "a step cites this, but no page proves it"
    (first, *_) = found
    if first.certificate["verdict"] != "proved":
        return "a step cites this, which is refuted"
    general = given.certificate.get("scope") == "all shapes"
    if general and first.certificate.get("scope") != "all shapes":
        return "a step for all shapes cites this, which is proved at one shape only"
    return ""


def _circle(pages: Mapping[str, Page], named: Mapping[str, list[Given]]) -> Iterator[Failure]:
    try:
        TopologicalSorter(rests(pages).uses).prepare()
    except CycleError as error:
        # Each is used by the one before it, so a circle of uses is read backwards.
        circle = list(reversed(error.args[1]))
        for given in named.get(circle[0], ())[:1]:
            message = f"the steps go in a circle: {' uses '.join(circle)}"
            yield Failure(given.docname, given.line, message, circle[0])


def _add(table: dict[str, list[str]], key: str, value: str) -> None:
    values = table.setdefault(key, [])
    if value not in values:
        values.append(value)
