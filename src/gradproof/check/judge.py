"""In a process that runs nothing of a submission: proves each claim anew, from its statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import printing
from ..language.statement import Statement
from ..verdict.prover import NotProved, prove, refute
from .apart import Answer, begin
from .reading import read
from .solution import answers


def judge(claims: list[dict[str, Any]], answer: Callable[[Answer], None]) -> None:
    """Answer with the number, verdict, statement and detail of each claim.

    For a claim with a question, `asked`, also with whether it answers that.
    """
    proved: list[Statement | None] = []
    for number, claim in enumerate(claims):
        stated = None
        verdict, statement, detail = "not proved", claim["statement"], ""
        try:
            lhs, rhs, given = read(claim["code"])
            stated = Statement(lhs, rhs, given)
            links = proved[len(proved) - claim["steps"] :] if claim["steps"] else []
            if claim["kind"] == "refute":
                certificate = refute(lhs, rhs, given=given).certificate
                verdict, statement = certificate["verdict"], certificate["statement"]["text"]
            elif claim["kind"] == "chain" and _join(stated, links):
                verdict, statement = "proved", _text(stated)
            else:
                certificate = prove(lhs, rhs, given=given).certificate
                verdict, statement = certificate["verdict"], certificate["statement"]["text"]
        except NotProved as error:
            verdict, detail = error.certificate["verdict"], str(error)
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"
        proved.append(stated if verdict == "proved" else None)
        told = {"number": number, "verdict": verdict, "statement": statement, "detail": detail}
        if stated is not None and claim.get("asked"):
            asked = claim["asked"]
            question = Statement(*read(asked["code"]))
            told["answers"] = answers(claim["kind"], stated, asked["kind"], question)
        answer(told)


def _join(stated: Statement, links: list[Statement | None]) -> bool:
    """Whether the links, each proved just before without hypotheses, lead to the other side."""
    here = stated.left
    for link in links:
        if link is None or link.given or link.left != here:
            return False
        here = link.right
    return bool(links) and here == stated.right and not stated.given


def _text(stated: Statement) -> str:
    return " = ".join(printing.text(side, stated) for side in (stated.lhs, stated.rhs))


def main() -> None:
    """Judge the claims that are asked for."""
    claims, answer = begin()
    judge(claims, answer)
    answer({"done": True})


if __name__ == "__main__":
    main()
