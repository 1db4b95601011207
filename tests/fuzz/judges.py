"""What must hold of the prover for a claim, and what is wrong where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from random import Random
from typing import Any
from unittest.mock import patch

from sympy import ImmutableDenseMatrix

from gradproof.errors import Undecided
from gradproof.language.shown import shown
from gradproof.language.statement import Statement
from gradproof.language.unfold import unfold
from gradproof.routes import kernel, numbers
from gradproof.routes.kernel import IndexProof
from gradproof.verdict import counterexample

from ..kernel.values import Undefined, Unknown
from . import arithmetic, values
from .claims import Claim
from .points import points

#: How much is evaluated before a search for a counterexample is given up here.
WORK = 300


class Finding(AssertionError):
    """Something false that was proved, or true that was refuted."""

    def __init__(self, kind: str, claim: Claim, detail: Any = "") -> None:
        given = ", ".join(f"{shown(a)} = {shown(b)}" for a, b in claim.statement.given)
        super().__init__(f"{kind}: {claim.statement}{f' given {given}' if given else ''} {detail}")


def judged(claim: Claim, chance: Random, often: float) -> str:
    """How the claim ended: ``accepted``, ``refused`` or ``refuted``; raises :class:`Finding`.

    What the index proof accepts is evaluated always; the searches of the third route, which are
    slow, run for a part ``often`` of the claims.
    """
    try:
        proof = kernel.check(claim.statement)
    except (Undecided, RecursionError):
        proof = None
    if proof is not None:
        known = _not_false(claim, proof, chance)
        if not known or chance.random() < often:
            _agrees(claim, proof)
    if claim.fails and chance.random() < often:
        _is_seen_to_fail(claim)
    if chance.random() < often:
        return _not_refuted(claim, proof)
    return "refused" if proof is None else "accepted"


def _not_false(claim: Claim, proof: IndexProof, chance: Random) -> bool:
    """Whether an accepted claim could be evaluated; it must hold where its conditions do."""
    statement, known = claim.statement, False
    for env in points(statement, chance):
        try:
            if not _satisfied(proof.conditions, env):
                continue
        except Unknown:
            continue
        try:
            wrong = _wrong(statement, env)
        except Unknown:
            continue
        if wrong:
            raise Finding(f"false accept ({wrong})", claim, f"at {env} where {proof.conditions}")
        known = True
    return known


def _wrong(statement: Statement, env: values.Env) -> str:
    """What is wrong with a claim at a point, told with ever more digits."""
    wrong = ""
    for count in (50, 400):
        try:
            left, right = (values.at(side, env, count) for side in (statement.lhs, statement.rhs))
        except Undefined:
            wrong = "a condition is missing"
            continue
        if not arithmetic.differ(left, right):
            return ""
        wrong = "the sides differ"
    return wrong


def _satisfied(conditions: Any, env: values.Env) -> bool:
    try:
        return all(_is_so(kind, values.at(expr, env)) for kind, expr in conditions)
    except Undefined:
        return False


def _is_so(kind: str, value: Any) -> bool:
    if kind == "invertible":
        return not arithmetic.is_zero(arithmetic.determinant(value))
    grid = value if isinstance(value, list) else [[value]]
    signs = [arithmetic.sign(entry) for row in grid for entry in row]
    if kind == "nonzero":
        return all(signs)
    return min(signs) >= (1 if kind == "positive" else 0)


def _agrees(claim: Claim, proof: IndexProof) -> None:
    """The third route may be undecided of what is accepted; it must not find that it is false."""
    try:
        numbers.check(claim.statement, conditions=proof.conditions, points=1)
    except numbers.NumbersDiffer as error:
        raise Finding("false accept, or numbers that are wrong", claim, error) from error
    except Undecided:
        pass


def _is_seen_to_fail(claim: Claim) -> None:
    """The third route has to refuse what fails at a degenerate point."""
    try:
        numbers.check(claim.statement, points=1)
    except Undecided:
        return
    raise Finding("not seen by numbers", claim)


def _not_refuted(claim: Claim, proof: IndexProof | None) -> str:
    """What is true or accepted is not refuted; a counterexample is one."""
    if claim.holds:
        try:
            numbers.check(claim.statement, points=1, conditions=proof.conditions if proof else ())
        except numbers.NumbersDiffer as error:
            raise Finding("false refutation by numbers", claim, error) from error
        except Undecided:
            pass
    with less_work():
        found = counterexample.find(claim.statement)
    if found is None:
        return "refused" if proof is None else "accepted"
    if claim.holds:
        raise Finding("false refutation", claim, found.text())
    if proof is None:
        _verified(claim, found)
        return "refuted"
    if _meets(claim, found, proof):
        raise Finding("proved and refuted", claim, f"{found.text()} where {proof.conditions}")
    return "accepted, and refuted where a condition fails"


@contextmanager
def less_work() -> Iterator[None]:
    """The search for a counterexample is given up early."""
    with patch.object(counterexample, "MOST_WORK", WORK):
        yield


def _verified(claim: Claim, found: counterexample.Counterexample) -> None:
    """A counterexample with exact values is one for the other evaluator too."""
    statement, env = claim.statement, _env(claim, found)
    if env is None:
        return
    try:
        given = statement.given
        if any(arithmetic.differ(*(values.at(side, env) for side in pair)) for pair in given):
            raise Finding("a counterexample at which a hypothesis fails", claim, found.text())
        left, right = (values.at(unfold(side), env) for side in (statement.lhs, statement.rhs))
        if not _apart(left, right):
            raise Finding("a counterexample that is none", claim, found.text())
    except Undefined:
        raise Finding("a counterexample that is undefined", claim, found.text()) from None
    except Unknown:
        pass


def _meets(claim: Claim, found: counterexample.Counterexample, proof: IndexProof) -> bool:
    """Whether a counterexample satisfies all conditions of a proof, as far as can be told."""
    env = _env(claim, found)
    try:
        return not proof.conditions or (env is not None and _satisfied(proof.conditions, env))
    except Unknown:
        return False


def _env(claim: Claim, found: counterexample.Counterexample) -> values.Env | None:
    """The point of a counterexample; None where functions stand in it, or rounded numbers."""
    if found.functions or not _is_exact(found):
        return None
    env: values.Env = {dim: found.sizes[str(dim)] for dim in claim.statement.dimensions}
    env.update((symbol, _value(value)) for symbol, value in found.point)
    return env


def _apart(left: Any, right: Any) -> bool:
    grids = [side if isinstance(side, list) else [[side]] for side in (left, right)]
    pairs = zip(*grids, strict=True)
    return any(a != b for row in pairs for a, b in zip(*row, strict=True))


def _is_exact(found: counterexample.Counterexample) -> bool:
    entries = [
        e for _, value in found.point for e in (value if hasattr(value, "shape") else [value])
    ]
    return all(entry.is_Rational for entry in entries)


def _value(value: Any) -> Any:
    if isinstance(value, ImmutableDenseMatrix):
        return [[Fraction(int(e.p), int(e.q)) for e in row] for row in value.tolist()]
    return Fraction(int(value.p), int(value.q))
