"""Derivations: the gradient found by the rules, and every step of it proved."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any, NamedTuple

from ..language.derivatives import gradient
from ..language.nodes import as_expression, as_scalar
from ..language.statement import Statement
from ..language.wellformed import check_numbers, check_shapes
from ..printing import box
from ..routes import kernel
from ..verdict import display
from ..verdict.chain import Chain, linked
from ..verdict.prover import NotProved, Proof, Verdict, prove
from .names import unique, with_name
from .walk import Plan, Planned, Walk


class Step(NamedTuple):
    """One step: the next expression, the rules in words and as ids, and its proof."""

    expression: Any
    reason: str
    rules: tuple[str, ...]
    proof: Proof


class Derivation(Verdict):
    """A gradient with the steps that led to it, each proved; see :func:`derive`.

    ``result`` is the gradient, ``steps`` the steps; ``chains`` are the proved chains that they
    form: first one for each adjoint that got a name because it is used again, and last that of
    the gradient.
    """

    def __init__(self, chains: tuple[Chain, ...]) -> None:
        super().__init__(chains[-1].statement, chains[-1].certificate)
        self.chains = chains

    @property
    def result(self) -> Any:
        """The gradient, a SymPy expression without derivatives of the loss."""
        return self.rhs

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, in order."""
        return tuple(
            Step(proof.rhs, told["reason"], tuple(told["uses"]), proof)
            for proved in self.chains
            for proof, told in zip(proved.links, proved.certificate["steps"], strict=True)
        )

    def __repr__(self) -> str:
        return "\n".join(display.text(proved.certificate) for proved in self.chains)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        latex = display.several([proved.certificate for proved in self.chains])
        return {"text/latex": latex, "text/plain": repr(self)}


def derive(loss: Any, variable: Any) -> Derivation:
    """Derive the gradient of a scalar in ``variable``, in the shape of it, and prove it.

    The expression is walked backwards with a table of rules in matrix notation. It is a search
    and is not trusted: each step is proved by every route of :func:`prove`, and the result is
    proved equal to the gradient once more, by itself.

    Raises :class:`NotProved` where a step is not proved, :class:`NotDerived` where there is no
    rule for a part of the expression, and what :func:`gradient` raises.
    """
    check_numbers(as_expression(loss, "What derive differentiates"))
    check_shapes(as_expression(loss, "What derive differentiates"))
    gradient(loss, variable)  # refuses what has no gradient
    began = time.perf_counter()
    loss = with_name(as_scalar(loss, "What derive differentiates"), variable)
    walk = Walk(unique(loss), variable)
    plans = walk.plans()
    try:
        wholes = [prove(plan.start, plan.steps[-1].expression) for plan in plans]
        links = [
            tuple(_proved(step, wholes, walk.standing) for step in plan.steps) for plan in plans
        ]
        for plan in plans:
            _check(plan)
    except NotProved as error:
        rules = "; ".join(step.reason for plan in plans for step in plan.steps)
        error.add_note(f"derive had these steps: {rules}.")
        raise
    seconds = time.perf_counter() - began
    return Derivation(
        tuple(
            linked(*plan, proofs, [step.rules for step in plan.steps], by=(whole,), seconds=seconds)
            for plan, proofs, whole in zip(plans, links, wholes, strict=True)
        )
    )


def _proved(step: Planned, wholes: list[Proof], standing: dict[Any, Any]) -> Proof:
    """The proof of a step: one that is there already, or a new one.

    A letter that derive chose for a part without a name is explained beside it.
    """
    left, right = step.equation
    for whole in wholes:
        if whole.lhs == left and whole.rhs in (right, getattr(right, "definition", None)):
            return whole
    told = [
        (box(free), box(part))
        for free, part in standing.items()
        if left.has(free) or right.has(free)
    ]
    try:
        proof = prove(left, right)
    except NotProved as error:
        for letter, part in told:
            error.add_note(f"{letter.text} is any matrix in the place of {part.text}.")
        raise
    for letter, part in told:
        latex = rf"{letter.latex} \text{{ is any matrix in the place of }} {part.latex}"
        text = f"{letter.text} is any matrix in the place of {part.text}"
        proof.certificate["where"].append({"latex": latex, "text": text})
    return proof


def _check(plan: Plan) -> None:
    """Check each equation of a chain as it stands, for all shapes.

    Its adjoints are proved by every route. That they were put into the right places is checked
    by the first route alone, which is quick, and by the proof of the result.
    """
    for left, right in pairwise((plan.start, *(step.expression for step in plan.steps))):
        try:
            kernel.check(Statement(left, right))
        except Exception:  # the prover says why not, or takes another route
            prove(left, right)
