"""Every certificate of a build is proved again where no page has run; what held is remembered.

A certificate is remembered by its content.  What is remembered is read before a page runs, and
written when the build has been judged, so that no page of this build can add to it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sphinx.util import logging

from gradproof.sphinx import warm
from gradproof.sphinx.collect import Given, Page
from gradproof.sphinx.execute import Executor, environment
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.files import write_whole

_logger = logging.getLogger(__name__)

#: What is told of a verdict and not proved: how long it took, and how it was distrusted.
_TOLD = ("seconds", "mutants", "detail")
#: So many certificates are worth another process.
_SHARE = 25


@dataclass
class Fresh:
    """What earlier builds proved again, by the digests of the certificates."""

    executor: Executor
    known: frozenset[str]
    held: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, executor: Executor) -> Fresh:
        """Read what is remembered; to be called before a page runs."""
        try:
            lines = _file(executor).read_text("ascii").split()
        except (OSError, ValueError):
            lines = []
        return cls(executor, frozenset(lines))

    def failures(self, pages: Mapping[str, Page]) -> Iterator[Failure]:
        """One for each certificate that is not what is proved again from its program."""
        wanted: dict[str, list[Given]] = {}
        for page in pages.values():
            for given in [*page.given, *page.shown]:
                # Any other certificate is a failure already.
                if given.holds or given in page.shown:
                    wanted.setdefault(_digest(given.certificate), []).append(given)
        new = {digest: given[0] for digest, given in wanted.items() if digest not in self.known}
        found = self._problems([given.certificate for given in new.values()])
        problems = dict(zip(new, found, strict=True))
        self.held = {digest for digest in wanted if not problems.get(digest)}
        for digest, problem in problems.items():
            for given in wanted[digest] if problem else ():
                yield Failure(given.docname, given.line, problem, given.id)

    def keep(self) -> None:
        """Remember what held, in place of what was remembered."""
        if self.held != self.known:
            write_whole(_file(self.executor), "\n".join(sorted(self.held)) + "\n")

    def _problems(self, certificates: list[Mapping[str, Any]]) -> list[str]:
        """What is wrong with each certificate, empty for one that holds."""
        if not certificates:
            return []
        shares = max(1, min(os.cpu_count() or 1, 2, len(certificates) // _SHARE))
        _logger.info("gradproof: proving %d certificates again", len(certificates))
        parts = [certificates[place::shares] for place in range(shares)]
        with ThreadPoolExecutor(shares) as threads:
            answers = list(threads.map(self._ask, parts))
        return [answers[n % shares][n // shares] for n in range(len(certificates))]

    def _ask(self, certificates: list[Mapping[str, Any]]) -> list[str]:
        found = list(warm.again(self.executor.fingerprint, environment(), certificates))
        lost = "it was not proved again: the process that does so ended"
        return [*found, *[lost] * (len(certificates) - len(found))]


def _file(executor: Executor) -> Path:
    return executor.cache / executor.fingerprint / "proved-again"


def _digest(certificate: Mapping[str, Any]) -> str:
    """A hash of what a certificate says, but for what is told only."""
    routes = [_without(route) for route in certificate.get("routes") or ()]
    text = json.dumps([_without(certificate), routes], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _without(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in (*_TOLD, "routes")}
