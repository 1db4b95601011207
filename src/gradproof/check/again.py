"""Certificates proved again, each from its own program, in a process that has run no page.

What the code of a page did to the prover, or wrote into a certificate, does not count: the program
is read as data, proved by the index proof or, where that has no rule, by every route, and
certified anew.  The certificate must say the same.  Left as told are the times, how many mutants
were refused, and what the other routes tried where an index proof makes them good.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from .. import printing
from ..errors import GradproofError
from ..language.statement import Statement
from ..verdict import display
from ..verdict.certificate import WANTED, certify
from ..verdict.limits import time_limit
from ..verdict.prover import TIME_LIMIT, decide, refute
from ..verdict.publish import GATE
from ..verdict.snippet import snippet
from .reading import read

Certificate = Mapping[str, Any]

#: What depends on the statement alone, and the point where a refuted claim fails.
_STATED = (
    *("statement", "where", "variables", "pieces", "assumptions"),
    *("counterexample", "failure", "versions"),
)


class _Found(NamedTuple):
    """What a proof found, as a certificate says it, in an order of its own."""

    conditions: tuple[tuple[str, str], ...]
    axioms: tuple[str, ...]
    scope: str


def problem(certificate: Certificate) -> str:
    """Why a certificate does not say what is proved again from its program; empty if it does."""
    try:
        if certificate.get("kind") == "shown":
            return _shown(certificate)
        different = list(_different(certificate))
    except Exception as error:  # whatever breaks off a proof, there is none
        said = str(error) if isinstance(error, GradproofError) else repr(error)
        return f"proved again where no page has run, it fails: {said}"
    return f"proved again, it differs in {', '.join(different)}" if different else ""


def _shown(record: Certificate) -> str:
    """Whether a formula is what is printed of its programs, each of which states X = X."""
    for written in (False, True):
        stated = [_read(program, written) for program in record["programs"]]
        same = all(statement.lhs == statement.rhs for statement in stated)
        if same and display.row([statement.lhs for statement in stated]) == record["latex"]:
            return ""
    return "the cell shows a formula that is not printed again from its program"


def _different(certificate: Certificate) -> Iterator[str]:
    """The fields in which the certificate differs from what is found."""
    kind, name, code = certificate["kind"], certificate["id"], certificate["statement"]["sympy"]
    if certificate["verdict"] != WANTED[kind]:
        yield "verdict"
    for written in (False, True):
        statement = _read(code, written)
        expected = _certified(statement, kind, name, certificate["routes"])
        if expected["statement"]["sympy"] == code:
            break
    yield from (key for key in _STATED if expected[key] != certificate[key])
    if kind == "chain":
        steps = [_step(step["sympy"], written) for step in certificate["steps"]]
        if not _leads(statement, steps, certificate["steps"]):
            yield "steps"
    elif certificate["steps"] is not None:
        yield "steps"
    told = _found(certificate)
    if told != _found(expected) and (kind != "chain" or told != _merged(steps)):
        yield "conditions, axioms or scope"


def _certified(
    statement: Statement, kind: str, name: str | None, routes: Sequence[Certificate]
) -> dict[str, Any]:
    """The certificate of a statement, whose `routes` are told and not taken."""
    if kind == "refute":
        made = refute(statement.lhs, statement.rhs, given=statement.given, name=name).certificate
    else:
        found = {**_decided(statement), "routes": routes}
        made = certify(statement, kind=kind, verdict=WANTED[kind], name=name, **found)
    plain: dict[str, Any] = json.loads(json.dumps(made))
    return plain


@cache
def _read(code: str, written: bool) -> Statement:
    return Statement(*read(code, written=written, partial=True))


def _step(code: str, written: bool) -> Statement:
    """The statement of a step, read as its chain is if that gives its program back."""
    statement = _read(code, written)
    return statement if snippet(statement) == code else _read(code, not written)


@cache
def _decided(statement: Statement) -> dict[str, Any]:
    with time_limit(TIME_LIMIT):
        return decide(statement, brief=True)


def _found(certificate: Certificate) -> _Found:
    conditions = sorted((part["text"], part["latex"]) for part in certificate["conditions"])
    return _Found(tuple(conditions), tuple(sorted(certificate["axioms"])), certificate["scope"])


def _merged(steps: Sequence[Statement]) -> _Found:
    """What the proofs of all steps found together."""
    parts = [_found(_certified(step, "prove", None, ())) for step in steps]
    every = all(part.scope == "all shapes" for part in parts)
    return _Found(
        tuple(sorted({each for part in parts for each in part.conditions})),
        tuple(sorted({each for part in parts for each in part.axioms})),
        "all shapes" if every else "this shape",
    )


def _leads(whole: Statement, steps: Sequence[Statement], told: Sequence[Certificate]) -> bool:
    """Whether the steps lead from one side to the other, and are shown as what they are."""
    here = whole.left
    for step, shown in zip(steps, told, strict=True):
        _decided(step)
        # Read apart, a function applied to one thing in both may seem to be applied to two.
        drawn = [printing.box(step.rhs, beside) for beside in (whole, step)]
        same = (shown["latex"], shown["text"]) in [(side.latex, side.text) for side in drawn]
        if step.given or step.left != here or not same:
            return False
        here = step.right
    return bool(steps) and here == whole.right and not whole.given


def answer(certificates: Sequence[Certificate], answers: BinaryIO) -> None:
    """Write what is wrong with each certificate, as a line of JSON, empty for one that holds."""
    os.environ.pop(GATE, None)  # nothing is published, and no mutants are made
    for certificate in certificates:
        answers.write(json.dumps(problem(certificate)).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    answer(json.loads(sys.stdin.readline()), sys.stdout.buffer)
