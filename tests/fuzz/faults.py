"""Faults of the kinds that random statements are to find, to be planted one at a time."""

from __future__ import annotations

import importlib
from fractions import Fraction
from typing import Any

from flint import arb

from gradproof.language.unfold import DerivativeAt, GradientAt
from gradproof.routes import entries, numbers
from gradproof.routes.kernel import (
    decide,
    domain,
    matrix_powers,
    powers,
    quotients,
    scalars,
    sums,
    terms,
)
from gradproof.routes.kernel.needs import collected
from gradproof.routes.numbers import evaluation, reals
from gradproof.routes.numbers import route as numbers_route
from gradproof.routes.numbers.parts import Scope
from gradproof.verdict import counterexample, prover

unfold = importlib.import_module(
    "gradproof.language.unfold"
)  # the package exports a function of that name


def _quiet(*_: Any) -> None:
    """Note nothing."""


def _divided(poly: Any) -> Any:
    """A hypothesis divided by what divides both of its sides, and nothing noted."""
    with collected():
        return powers.content_of(quotients.whole(poly), True)[2]


def _middle(self: Any, expr: Any) -> Any:
    """The middles of the balls at the first precision, as if they were exact."""
    value = self.enclose(expr)
    if isinstance(value, list):
        return [[_mid(entry) for entry in row] for row in value]
    return _mid(value)


def _mid(x: Any) -> Any:
    return arb(x.mid()) if isinstance(x, arb) else x


def _tolerant(left: Any, right: Any) -> Any:
    """The first entry whose two values, rounded, differ by more than a tolerance."""
    grids = [side if isinstance(side, list) else [[side]] for side in (left, right)]
    for i, row in enumerate(zip(*grids, strict=True)):
        for j, (one, other) in enumerate(zip(*row, strict=True)):
            if abs(arb(_mid(one)) - arb(_mid(other))) > 1e-20:
                return (i, j) if isinstance(left, list) else None, one, other
    return None


def _stepped(at: Any, scope: Any, part: Any) -> Any:
    """A derivative by differences with a fixed step."""
    body, bound, point = part.args
    there, step = at.at(scope, point), reals.number(Fraction(1, 10**20))

    def value(x: Any) -> Any:
        return at.at(Scope(bound, x, scope, scope.level + 1), body)

    if not isinstance(there, list):
        return (value(there + step) - value(there)) / step
    slopes = [[0] * len(row) for row in there]
    for i, row in enumerate(there):
        for j, entry in enumerate(row):
            moved = [*there[:i], [*row[:j], entry + step, *row[j + 1 :]], *there[i + 1 :]]
            slopes[i][j] = (value(moved) - value(there)) / step
    return slopes


def _unguarded(bound: Any, mono: Any) -> Any:
    """Σ_k Q_ki Q_jk = δ_ij too, for an orthogonal Q, whichever way round."""
    pairs = [
        (one, other)
        for one, p in mono
        for other, q in mono
        if one is not other and p == q == 1
        if isinstance(one, terms.Entry) and isinstance(other, terms.Entry)
        if one.tensor.key == other.tensor.key and one.tensor.has("orthogonal")
    ]
    for one, other in pairs:
        met = {*one.indices} & {*other.indices} & {*bound}
        rest = sums._of_mono(sums.pick(mono, lambda atom, pair=(one, other): atom not in pair))
        if len(met) == 1 and not met & {*rest.free}:
            (k,) = met
            ends = [next((i for i in atom.indices if i is not k), k) for atom in (one, other)]
            return sums.total(sums.without(bound, k), sums.times(sums.delta(*ends), rest))
    return None


def _at_one_shape(statement: Any) -> dict[str, Any]:
    """A decision by two routes, whatever the sizes are."""
    entries.check(statement)
    numbers.check(statement)
    return {"scope": "this shape", "conditions": ()}


def _evaluating(expr: Any, args: Any) -> Any:
    return expr.func(*args)


def forget() -> None:
    """Forget what was unfolded without the fault, or with it."""
    unfold._unfold.cache_clear()


#: By name: the kind of claims that is to find a fault, and what stands where instead.
FAULTS: dict[str, tuple[str, list[tuple[Any, Any, Any]]]] = {
    "powers split without noting it": (
        "multiples",
        [(terms, "note", _quiet), (matrix_powers, "note", _quiet)],
    ),
    "no need is ever lacking": ("multiples", [(domain.Domain, "lacks", lambda self, needs: [])]),
    "hypotheses divided by what may be 0": ("equations", [(decide, "whole", _divided)]),
    "unfolding evaluates": ("names", [(unfold, "rebuilt", _evaluating)]),
    "too few digits": ("cancelling", [(evaluation.Point, "evaluate", _middle)]),
    "a tolerance": (
        "cancelling",
        [(numbers_route, "difference", _tolerant), (counterexample, "difference", _tolerant)],
    ),
    "differences with a fixed step": (
        "cancelling",
        [(evaluation._RULES, GradientAt, _stepped), (evaluation._RULES, DerivativeAt, _stepped)],
    ),
    "no degenerate points": (
        "multiples",
        [(numbers_route, "degenerate_points", lambda *_, **__: iter(()))],
    ),
    "all conditions dropped": ("names", [(decide, "trimmed", lambda conditions: ())]),
    "one kind of condition dropped": (
        "names",
        [(decide, "trimmed", lambda found: tuple(c for c in found if c[0] != "invertible"))],
    ),
    "proved at this shape, with letters": ("shapes", [(prover, "decide", _at_one_shape)]),
    "one-hot columns are all one": (
        "assumed",
        [(terms.Entry, "column", property(lambda self: (self.tensor.key,)))],
    ),
    "orthogonal, whichever way round": ("assumed", [(sums, "_orthogonal", _unguarded)]),
    "factors leave a root as if positive": ("roots", [(powers, "is_positive", lambda _: True)]),
    "factors leave a root as if ≥ 0": ("roots", [(powers, "is_nonnegative", lambda _: True)]),
    "what stands under a root as if ≥ 0": ("roots", [(scalars, "is_nonnegative", lambda _: True)]),
}
