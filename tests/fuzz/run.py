"""Runs: so many random claims of each kind, from a seed."""

from __future__ import annotations

from collections import Counter
from random import Random

from gradproof.errors import GradproofError, OutOfTime, StatementError
from gradproof.verdict.limits import time_limit

from .assumed import assumed
from .cancelling import cancelling
from .claims import Claim, Generator
from .equations import equations
from .exponents import exponents
from .judges import Finding, judged
from .multiples import multiples
from .names import names
from .normal_forms import checked
from .rearranged import rearranged
from .roots import roots
from .shapes import judged as shapes_judged
from .shapes import shapes
from .slopes import slopes

#: Seconds after which a statement is left alone.
LONGEST = 5.0
#: The kinds of claims; how many of a hundred are of each, and for what part of them the slow
#: searches run.
KINDS: dict[str, tuple[Generator, float, float]] = {
    "rearranged": (rearranged, 25, 0.02),
    "multiples": (multiples, 30, 0.005),
    "equations": (equations, 10, 0.01),
    "names": (names, 15, 0.1),
    "roots": (roots, 15, 0.02),
    "assumed": (assumed, 15, 0.02),
    "cancelling": (cancelling, 5, 0.5),
    "exponents": (exponents, 15, 0.02),
    "slopes": (slopes, 5, 0.05),
    "shapes": (shapes, 0.2, 1),
}
#: For what part of the rearranged expressions the normal form is evaluated too.
FORMS = 0.3


def run(
    seed: int, count: int, kinds: list[str] | None = None, often: float | None = None
) -> Counter[str]:
    """Judge at least ``count`` random claims; return how many ended how, by kind.

    ``often`` is for what part of them the slow searches run, if it is not what is usual.
    Raises :class:`~.judges.Finding` for the first that should not have ended as it did.
    """
    chance, tally = Random(seed), Counter[str]()
    chosen = kinds or list(KINDS)
    weights = [KINDS[kind][1] for kind in chosen]
    while tally["tried"] < count:
        (kind,) = chance.choices(chosen, weights)
        for ending in _family(kind, chance, KINDS[kind][2] if often is None else often):
            tally[f"{kind} {ending}"] += 1
            tally["tried"] += ending != "malformed"
    return tally


def _family(kind: str, chance: Random, often: float) -> list[str]:
    """How the claims that a generator makes at once ended."""
    generator = KINDS[kind][0]
    endings: list[str] = []
    try:
        claims = list(generator(chance))
    except (GradproofError, ArithmeticError, TypeError, ValueError):
        return ["malformed"]
    if kind == "rearranged" and chance.random() < FORMS:
        endings += [_within_time(lambda: checked(claims[0].statement.lhs, chance))]
    return endings + [_ending(kind, claim, chance, often) for claim in claims]


def _ending(kind: str, claim: Claim, chance: Random, often: float) -> str:
    """How a claim ended; an error of another kind than a verdict is a finding too."""
    judge = shapes_judged if kind == "shapes" else judged
    try:
        return _within_time(lambda: judge(claim, chance, often))
    except Finding:
        raise
    except StatementError:  # another right side may be no real expression
        return "malformed"
    except Exception as error:
        raise Finding("an error", claim, repr(error)) from error


def _within_time(work) -> str:
    try:
        with time_limit(LONGEST):
            return work()
    except OutOfTime:
        return "slow"


__all__ = ["KINDS", "Claim", "run"]
