"""What a check says of a file: plain data, which any executor can carry."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..verdict.certificate import WANTED

#: Characters of any one text; a submission may have written it.
_LONGEST = 4000


def plain(text: object) -> str:
    """A text from a submission, made harmless to a terminal, and of bounded length."""
    shown = str(text)[:_LONGEST]
    return "".join(
        c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in shown
    )


@dataclass(frozen=True)
class Claim:
    """One claim of a file, with its verdict.

    `place` says where it is made, `id` is its permanent id or empty, `kind` is `prove`, `refute`
    or `chain`, and `detail` says why a claim fails: what is left, and a counterexample.
    `code` is the statement as a program.
    """

    place: str
    id: str
    kind: str
    verdict: str
    statement: str
    detail: str = ""
    code: str = ""

    @property
    def holds(self) -> bool:
        """Whether the verdict is the one that the claim asks for."""
        return self.verdict == WANTED.get(self.kind)

    def __str__(self) -> str:
        head = f"{self.id} · " if self.id else ""
        tail = f"\n{self.detail}" if self.detail else ""
        return f"{head}{self.place}: {self.verdict}: {self.statement}{tail}"


@dataclass(frozen=True)
class Report:
    """What was found in one file: its claims, and `problems`, which are all else that is wrong."""

    path: str
    claims: tuple[Claim, ...]
    problems: tuple[str, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the file ran to its end, claims something, and all that it claims holds."""
        return bool(self.claims) and not self.failures

    @property
    def failures(self) -> list[str]:
        """Everything that is wrong, one text each."""
        return [*(str(claim) for claim in self.claims if not claim.holds), *self.problems]

    def to_json(self) -> dict[str, Any]:
        """The report as data: its fields, with `holds` for itself and for each claim."""
        claims = [{**asdict(claim), "holds": claim.holds} for claim in self.claims]
        return {
            "path": plain(self.path),
            "holds": self.holds,
            "problems": list(self.problems),
            "claims": claims,
            "seconds": self.seconds,
        }
