"""Terms of a sum that are better computed as one: choices, complements and odd differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Add, Mul, erf, exp, sign, tanh

from ..language.activations import sigmoid, step
from .heads import Erfc, Expm1, Minimum0, Where


def on_one_side(expr: Any, positive: Any) -> Any:
    """The same where ``positive`` is positive, and what it is at 0 elsewhere."""
    clipped = -Minimum0(-positive)
    if positive.could_extract_minus_sign():
        return expr.xreplace({-positive: Minimum0(-positive)})
    return expr.xreplace({positive: clipped})


def choices(whole: Any) -> Any:
    """a step(z) + b step(−z) as one choice, and c + c sign z as a step."""
    for head in [part for part in _ordered(whole.atoms(step)) if not _minus_first(part)]:
        (z,) = head.args
        one, rest = _split(whole, head)
        other, rest = _split(rest, step(-z))
        if 0 in (one, other):
            continue
        if one + other == 0:
            whole = rest + one * sign(z)
        else:
            above = on_one_side(one, z) if one.has(exp) else one
            below = on_one_side(other, -z) if other.has(exp) else other
            whole = rest + Where(z, above, below)
    return _joined(whole, sign, (1, -1), lambda z, side: 2 * step(side * z))


def complements(whole: Any) -> Any:
    """1 − σ(z), 1 ± erf z and exp z − 1, without the difference."""
    whole = _joined(_odd(whole), sigmoid, (-1,), lambda z, _: sigmoid(-z))
    whole = _joined(whole, erf, (1, -1), lambda z, side: Erfc(-side * z))
    return _joined(whole, exp, (-1,), lambda z, _: -Expm1(z))


def _odd(whole: Any) -> Any:
    """c·(σ(z) − σ(−z)) as c·tanh(z/2)."""
    for head in [part for part in _ordered(whole.atoms(sigmoid)) if not _minus_first(part)]:
        (z,) = head.args
        one, rest = _split(whole, head)
        other, rest = _split(rest, sigmoid(-z))
        if one != 0 and one + other == 0:
            whole = rest + one * tanh(z / 2)
    return whole


def _joined(whole: Any, kind: Any, sides: tuple[int, ...], joined: Callable[..., Any]) -> Any:
    """c·(1 ± f(z)) as one, for each function of a kind that occurs so in a sum."""
    for head in _ordered(whole.atoms(kind)):
        factor, rest = _split(whole, head)
        for side in sides:
            terms = list(Add.make_args(rest))
            if factor != 0 and side * factor in terms:
                terms.remove(side * factor)
                whole = Add(*terms) + side * factor * joined(head.args[0], side)
                break
    return whole


def _split(whole: Any, head: Any) -> tuple[Any, Any]:
    """What ``head`` is multiplied by in the terms of a sum, and the terms without it."""
    found, rest = [], []
    for term in Add.make_args(whole):
        factors = list(Mul.make_args(term))
        if head in factors:
            factors.remove(head)
            found.append(Mul(*factors))
        else:
            rest.append(term)
    return Add(*found), Add(*rest)


def _minus_first(part: Any) -> bool:
    return bool(part.args[0].could_extract_minus_sign())


def _ordered(found: Any) -> list[Any]:
    return sorted(found, key=str)
