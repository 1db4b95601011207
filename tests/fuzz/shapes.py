"""Claims with letters for sizes that hold at some shapes, as those at which a route looks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from sympy import Determinant, Integer, KroneckerProduct, Trace

from gradproof import dims, eye, jacobian, matrix, scalar, total
from gradproof.errors import GradproofError, OutOfTime
from gradproof.language.statement import Statement
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.reals import OutsideDomain
from gradproof.routes.numbers.route import difference, draw_values
from gradproof.verdict import prover

from .claims import Claim
from .judges import Finding

C, D = dims("c d")
Z, A, U = matrix("Z", C, D), matrix("A", C, C), scalar("u")
SWAP = jacobian(Z.T, Z)
_SWAPS = [SWAP, SWAP, SWAP.T, SWAP * SWAP, jacobian(Z, Z), KroneckerProduct(A, eye(D))]
_NUMBERS = [
    D * Trace(A),
    Integer(1),
    Integer(2),
    Integer(-1),
    C,
    D,
    C * D,
    C + D - 1,
    (C - 1) * (D - 1) + 1,
]
LARGEST = 4


def shapes(chance: Random) -> Iterator[Claim]:
    """Numbers made of a permutation of entries, against what depends on the sizes or does not."""
    head = chance.choice((Trace, Trace, total, Determinant, lambda m: Determinant(m) ** 2))
    factor = chance.choice((Integer(1), U, Trace(A)))
    left, right = head(chance.choice(_SWAPS)), chance.choice(_NUMBERS)
    yield Claim(Statement(factor * left, factor * right))


def judged(claim: Claim, chance: Random, often: float) -> str:
    """How all routes together decide: a claim with letters holds at every shape."""
    try:
        scope = prover.decide(claim.statement)["scope"]
    except OutOfTime:
        raise
    except GradproofError:
        return "refused"
    for sizes in product(range(1, LARGEST + 1), repeat=len(claim.statement.dimensions)):
        at = dict(zip(claim.statement.dimensions, sizes, strict=True))
        point = Point(at, draw_values(claim.statement, at, chance))
        try:
            sides = point.evaluate(claim.statement.left), point.evaluate(claim.statement.right)
        except OutsideDomain:
            continue
        if difference(*sides) is not None:
            raise Finding(f"false accept ({scope})", claim, at)
    if scope == "this shape":
        raise Finding("letters for sizes, and proved at this shape", claim)
    return "accepted"
