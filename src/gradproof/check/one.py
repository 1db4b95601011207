"""The check of one file: run it apart, have its claims proved anew, and report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from ..certificate import WANTED
from . import apart
from .verdicts import Claim, Report, plain

_TEXTS = ("place", "id", "kind", "verdict", "statement", "detail", "code")


def check_file(
    path: str, *, timeout: float, require: Sequence[str] = (), solution: Sequence[Claim] = ()
) -> Report:
    """Return what is to be said of one file; it never raises, and outlasts any submission.

    The file is run once, and its claims are then proved anew, each within `timeout` seconds.
    It must prove or refute the ids in `require`, and answer the claims of a `solution`.
    """
    start = time.monotonic()
    claims: list[Claim] = []
    problems = list(_unfit(path))
    if not problems:
        answers, ended = apart.run(
            "submission", path, timeout=timeout, folder=os.path.dirname(path)
        )
        problems += [plain(each["problem"]) for each in answers if "problem" in each]
        problems += [ended] if ended else []
        questions = {claim.id: {"kind": claim.kind, "code": claim.code} for claim in solution}
        made = [{**each, "asked": questions.get(each["id"])} for each in answers if _is_claim(each)]
        judged = _judged(made, timeout)
        claims = [claim for claim, _ in judged]
        if not claims and not problems:
            problems.append("it claims nothing: there is no proof in it")
        given = {claim.id for claim in claims if claim.holds}
        problems += [
            f"{name} is required, and not proved"
            for name in dict.fromkeys([*require, *questions])
            if name not in given
        ]
        answered = {claim.id for claim, answers in judged if claim.holds and answers}
        problems += [
            f"{claim.id} is true, and no answer: asked for is {claim.statement}"
            for claim in solution
            if claim.id in given - answered
        ]
    return Report(path, tuple(claims), tuple(problems), round(time.monotonic() - start, 2))


def _unfit(path: str) -> Iterator[str]:
    if not os.path.exists(path):
        yield "there is no such file"
    elif not os.path.isfile(path):
        yield "it is not a file"
    elif not path.endswith((".ipynb", ".md", ".py")):
        yield "it is neither a page (.md) nor a notebook (.ipynb) nor a Python file (.py)"


def _is_claim(answer: apart.Answer) -> bool:
    texts = all(isinstance(answer.get(name), str) for name in _TEXTS)
    return texts and isinstance(answer.get("steps"), int) and answer["kind"] in WANTED


def _said_to_hold(answer: apart.Answer) -> bool:
    return bool(answer["verdict"] == WANTED[answer["kind"]])


def _judged(answers: list[dict[str, Any]], timeout: float) -> list[tuple[Claim, bool]]:
    """The claims: one that the file itself saw fail fails, and any other is proved anew.

    With each, whether it answers what is asked.
    """
    good = [each for each in answers if _said_to_hold(each)]
    verdicts: dict[int, dict[str, str]] = {}
    ended = ""
    if good:
        found, ended = apart.run("judge", good, timeout=timeout, folder=os.sep)
        verdicts = {id(good[each["number"]]): each for each in found}
    claims = []
    for each in answers:
        told = verdicts.get(id(each)) if _said_to_hold(each) else each
        if told is None:
            detail = f"the proof was not repeated: {ended}"
            told = {"verdict": "not proved", "statement": each["statement"], "detail": detail}
        claim = Claim(
            place=plain(each["place"]),
            id=plain(each["id"]),
            kind=each["kind"],
            verdict=plain(told["verdict"]),
            statement=plain(told["statement"]),
            detail=plain(told["detail"]),
            code=each["code"],
        )
        claims.append((claim, told.get("answers") is True))
    return claims
