"""What is wrong with a site: one record a failure, and how the build ends on them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Failure:
    """One reason not to publish.

    `docname` and `line` say where (line 1 where no better is known), `identity` is the id of the
    identity concerned, if it has one, and `residual` and `counterexample` are those of the proof.
    """

    docname: str
    line: int
    message: str
    identity: str = ""
    residual: str = ""
    counterexample: str = ""

    def __str__(self) -> str:
        """What is wrong, without the place: id and message, then residual and counterexample."""
        lines = [f"{self.identity}: {self.message}" if self.identity else self.message]
        for label, text in (
            ("residual", self.residual),
            ("counterexample", self.counterexample),
        ):
            if text.strip():
                lines.append(f"    {label}")
                lines.append(textwrap.indent(text.strip("\n"), "      "))
        return "\n".join(lines)


class NotPublished(SystemExit):
    """Ends a build in which something does not hold, before a page is written.

    Not a `SphinxError`: those are shown as a crash of Sphinx, with its versions and a traceback,
    and the failures would drown in it.  `report` is the text of them all.
    """

    def __init__(self, report: str) -> None:
        self.report = report
        super().__init__(1)
