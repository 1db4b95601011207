"""Derivations in steps, in the style of Lean's ``calc``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from .. import printing
from ..errors import StatementError
from ..language.statement import Statement
from .certificate import certify, check_identity
from .prover import Proof, Verdict, mutants_refused, prove_link
from .publish import publish
from .snippet import snippet


class Chain(Verdict):
    """A proved chain of equations, each with the reason for it."""

    def __init__(self, statement: Statement, certificate: Any, links: tuple[Proof, ...]) -> None:
        super().__init__(statement, certificate)
        self.links = links

    def __iter__(self) -> Iterator[Proof]:
        return iter(self.links)


def chain(start: Any, *steps: tuple[Any, ...], name: str | None = None) -> Chain:
    """Prove ``start`` = first = second = …, each link by every route.

    A step is the next expression, the reason for it in words and, where it rests on identities
    of the site, their ids or their proofs: ``(expr, "the chain rule", "matmul-W")``. What a step
    rests on is told and not trusted: the link is proved all the same. The chain proves
    that ``start`` equals the last expression; ``name`` is the permanent id of that identity.
    Raises what :func:`prove` raises for the first link that fails.
    """
    check_identity(name)
    if not steps:
        raise StatementError("A chain needs at least one step: a pair (expression, reason).")
    uses = [_uses(step) for step in steps]
    began = time.perf_counter()
    sides = [start, *(step[0] for step in steps)]
    links = tuple(prove_link(left, right, name) for left, right in pairwise(sides))
    return linked(start, steps, links, uses, name=name, seconds=time.perf_counter() - began)


def linked(
    start: Any,
    steps: Sequence[tuple[Any, ...]],
    links: tuple[Proof, ...],
    uses: Sequence[Sequence[str]],
    *,
    by: tuple[Proof, ...] | None = None,
    name: str | None = None,
    seconds: float,
) -> Chain:
    """Make the chain of ``links``, one for each step, and publish its certificate.

    Routes, scope, conditions and axioms are those of the proofs ``by``, or of the links.
    """
    statement = Statement(start, steps[-1][0])
    by = by or links
    certificate = certify(
        statement,
        kind="chain",
        verdict="proved",
        name=name,
        routes=_routes(by),
        scope=_scope(by),
        seconds=seconds,
    )
    certificate["conditions"] = _merged(by, "conditions")
    certificate["axioms"] = sorted({axiom for link in by for axiom in link.certificate["axioms"]})
    certificate["steps"] = [
        {
            "latex": printing.latex(step[0], statement),
            "text": printing.text(step[0], statement),
            "reason": step[1],
            "uses": list(ids),
            "sympy": snippet(link),
        }
        for step, ids, link in zip(steps, uses, _equations(start, steps, links), strict=True)
    ]
    certificate["mutants"] = mutants_refused(statement, name)
    publish(certificate)
    return Chain(statement, certificate, links)


def _equations(
    start: Any, steps: Sequence[tuple[Any, ...]], links: tuple[Proof, ...]
) -> Iterator[Statement]:
    """What each step says, which a link proves or, in a derivation, a part of it."""
    sides = [start, *(step[0] for step in steps)]
    for (left, right), link in zip(pairwise(sides), links, strict=True):
        same = link.lhs == left and link.rhs == right
        yield link.statement if same else Statement(left, right)


def _uses(step: Any) -> list[str]:
    """The ids of what a step rests on, once the step is seen to be one."""
    if not (isinstance(step, tuple) and len(step) >= 2 and isinstance(step[1], str)):
        raise StatementError(
            f"The step {step!r} is not (expression, reason in words), "
            "with the ids or proofs that it rests on behind."
        )
    return [_identity(rest) for rest in step[2:]]


def _identity(rest: Any) -> str:
    name = rest.certificate["id"] if isinstance(rest, Verdict) else rest
    if name is None:
        raise StatementError(f"A step rests on a proof without an id; give it name=…\n{rest}")
    return str(check_identity(name))


def _routes(links: tuple[Proof, ...]) -> list[dict[str, Any]]:
    """The routes that every link took, their times added."""
    taken: dict[str, list[dict[str, Any]]] = {}
    for link in links:
        for route in link.certificate["routes"]:
            taken.setdefault(route["route"], []).append(route)
    return [
        {**routes[0], "seconds": round(sum(route["seconds"] for route in routes), 4)}
        for routes in taken.values()
        if len(routes) == len(links)
    ]


def _scope(links: tuple[Proof, ...]) -> str:
    scopes = {link.certificate["scope"] for link in links}
    narrow = scopes - {"all shapes"}
    if not narrow:
        return "all shapes"
    return str(narrow.pop()) if len(narrow) == 1 else "this shape"


def _merged(links: tuple[Proof, ...], key: str) -> list[dict[str, str]]:
    return list({item["text"]: item for link in links for item in link.certificate[key]}.values())
