"""The check of one file: run it apart, have its claims proved anew, and report."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterator, Sequence

from ..verdict.certificate import WANTED
from . import apart
from .confine import NotConfined, wall
from .verdicts import Claim, Report, plain

_TEXTS = ("place", "id", "kind", "verdict", "statement", "detail", "code")


def check_file(
    path: str,
    *,
    timeout: float,
    require: Sequence[str] = (),
    solution: Sequence[Claim] = (),
    hidden: Sequence[str] = (),
    confine: str = "auto",
) -> Report:
    """Return what is to be said of one file; it never raises, and outlasts any submission.

    The file is run once, and its claims are then proved anew, each within `timeout` seconds.
    It must prove or refute the ids in `require`, and answer the claims of a `solution`.
    Where it is confined it sees none of the files in `hidden`, and it may be none of them;
    `confine` is one of :data:`gradproof.check.confine.CHOICES`.
    """
    start = time.monotonic()
    claims: list[Claim] = []
    problems = list(_unfit(path, hidden))
    if not problems:
        answers, ended = _run(path, timeout, hidden, confine)
        problems += [plain(each["problem"]) for each in answers if "problem" in each]
        problems += [ended] if ended else []
        made = [each for each in answers if _is_claim(each)]
        claims, answered = _judged(made, solution, timeout)
        if not claims and not problems:
            problems.append("it claims nothing: there is no proof in it")
        problems += _missing(claims, answered, require, solution)
    return Report(path, tuple(claims), tuple(problems), round(time.monotonic() - start, 2))


def _run(
    path: str, timeout: float, hidden: Sequence[str], confine: str
) -> tuple[list[apart.Answer], str]:
    """The answers of the process that ran the file, and how it broke off."""
    folder, name = os.path.split(path)
    folder = os.path.realpath(folder)
    try:
        around = wall(path, hidden, confine)
    except (NotConfined, OSError) as error:
        return [], f"it was not run: {error}"
    return apart.run(
        "submission", os.path.join(folder, name), timeout=timeout, folder=folder, wall=around
    )


#: Bytes of a file beyond which it is not read.
LARGEST = 64 << 20


def _unfit(path: str, hidden: Sequence[str]) -> Iterator[str]:
    if not os.path.exists(path):
        yield "there is no such file"
    elif not os.path.isfile(path):
        yield "it is not a file"
    elif not path.endswith((".ipynb", ".md", ".py")):
        yield "it is neither a page (.md) nor a notebook (.ipynb) nor a Python file (.py)"
    elif os.path.getsize(path) > LARGEST:
        yield f"it is larger than {LARGEST >> 20} MB"
    elif hidden and _leads_out(path):
        yield "it is a link that leads out of its folder"
    elif any(_same(each, path) for each in hidden):
        yield "it is another file by another name: the solution, or one that is checked"


def _leads_out(path: str) -> bool:
    folder = os.path.realpath(os.path.dirname(path))
    return os.path.commonpath([folder, os.path.realpath(path)]) != folder


def _same(one: str, other: str) -> bool:
    return one != other and os.path.exists(one) and os.path.samefile(one, other)


def _missing(
    claims: Sequence[Claim],
    answered: Container[str],
    require: Sequence[str],
    solution: Sequence[Claim],
) -> Iterator[str]:
    """What was asked for, and was not given."""
    proved = {claim.id for claim in claims if claim.holds}
    asked = {claim.id: claim.statement for claim in solution}
    for name in dict.fromkeys([*require, *asked]):
        if name not in proved:
            yield f"{name} is required, and not proved"
        elif name in asked and name not in answered:
            yield f"{name} is true, and no answer: asked for is {asked[name]}"


def _is_claim(answer: apart.Answer) -> bool:
    texts = all(isinstance(answer.get(name), str) for name in _TEXTS)
    return texts and isinstance(answer.get("steps"), int) and answer["kind"] in WANTED


def _is_verdict(told: apart.Answer, asked: list[apart.Answer]) -> bool:
    """Whether the judge said this: what else comes where nothing confines is not believed."""
    number = told.get("number")
    texts = all(isinstance(told.get(name), str) for name in ("verdict", "statement", "detail"))
    return texts and isinstance(number, int) and 0 <= number < len(asked)


def _said_to_hold(answer: apart.Answer) -> bool:
    return bool(answer["verdict"] == WANTED[answer["kind"]])


def _judged(
    answers: list[apart.Answer], solution: Sequence[Claim], timeout: float
) -> tuple[list[Claim], set[str]]:
    """The claims, and the ids of those that answer the solution.

    A claim that the file itself saw fail fails, and any other is proved anew.
    """
    asked = {claim.id: {"kind": claim.kind, "code": claim.code} for claim in solution}
    good = [each for each in answers if _said_to_hold(each)]
    verdicts: dict[int, apart.Answer] = {}
    ended = ""
    if good:
        request = [{**each, "asked": asked.get(each["id"])} for each in good]
        found, ended = apart.run("judge", request, timeout=timeout, folder=os.sep)
        verdicts = {id(good[each["number"]]): each for each in found if _is_verdict(each, good)}
    claims: list[Claim] = []
    answered = set()
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
        claims.append(claim)
        if claim.holds and told.get("answers"):
            answered.add(claim.id)
    return claims, answered
