"""Products in normal form.

Each rewrite is an equation between real numbers that holds wherever both sides are defined;
the reference page on the kernel gives the argument for each. Where a rule would need a sign
that is not known, it does not apply.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from ...errors import Undecided
from .indices import AnyIndex
from .labels import Sum
from .terms import (
    ONE,
    UNIT,
    UNITY,
    ZERO,
    Atom,
    Base,
    Delta,
    Entry,
    Mono,
    Op,
    Poly,
    Power,
    Term,
    constant,
    of_atom,
    plus,
    scaled,
)

#: Beyond this many terms a product counts as undecided rather than run on.
MOST_TERMS = 20_000

Factors = dict[str, tuple[Atom, Power]]
#: What becomes of a product by a factor in it, given its key, its atom and its power; or None.
Rule = Callable[[Factors, str, Any, Power], Poly | None]
_RULES: dict[type[Atom] | str, list[Rule]] = {}


def settles(kind: type[Atom] | str) -> Callable[[Rule], Rule]:
    """Register how a factor of a class, or with a head, settles in a product.

    A factor without a rule stays as it is: that is true, and at worst in no normal form.
    """

    def register(rule: Rule) -> Rule:
        _RULES.setdefault(kind, []).append(rule)
        return rule

    return register


def delta(left: AnyIndex, right: AnyIndex) -> Poly:
    """δ of two indices: 1 if they are the same, 0 if they are different literals."""
    if left is right or (isinstance(left, int) and left == right):
        return ONE
    if isinstance(left, int) and isinstance(right, int):
        return ZERO
    return of_atom(Delta(left, right))


def times(*polys: Poly) -> Poly:
    """The product of polynomials, distributed."""
    result = ONE
    for poly in polys:
        if poly is ONE:
            continue
        if len(result) * len(poly) > MOST_TERMS:
            raise Undecided(f"A product grew beyond {MOST_TERMS} terms.")
        result = poly if result is ONE else Poly(_terms(result, poly))
    return result


def _terms(one: Poly, other: Poly) -> Iterator[Term]:
    for left, a in one:
        for right, b in other:
            c = _both(a, b)
            if not left.factors:
                yield right, c
            elif not right.factors:
                yield left, c
            else:
                for mono, d in _product(left, right):
                    yield mono, _both(c, d)


def _both(a: Fraction, b: Fraction) -> Fraction:
    """The product of two coefficients, most of which are 1."""
    return b if a is UNITY else a if b is UNITY else a * b


def _product(left: Mono, right: Mono) -> Poly:
    factors: Factors = dict(left.factors)
    for key, (atom, q) in right.factors.items():
        total = q + (factors[key][1] if key in factors else 0)
        factors[key] = (atom, total)
    return settled(factors)


def settled(factors: Factors) -> Poly:
    """A product of atoms to powers, in normal form."""
    factors = {key: pair for key, pair in factors.items() if pair[1]}
    for key, (atom, q) in factors.items():
        changed = _settle_one(factors, key, atom, q)
        if changed is not None:
            return changed
    return Poly([(Mono(factors), UNITY)])


def _settle_one(factors: Factors, key: str, atom: Atom, q: Power) -> Poly | None:
    """Apply the first rule that fits this factor; None if none does."""
    for rule in _RULES.get(atom.head if isinstance(atom, Op) else type(atom), ()):
        changed = rule(factors, key, atom, q)
        if changed is not None:
            return changed
    return None


@settles(Entry)
def _settle_number(factors: Factors, key: str, atom: Entry, q: Power) -> Poly | None:
    """2^(3/2) = 2·2^(1/2)."""
    if not atom.tensor.has("number") or 0 < q < 1:
        return None
    whole = math.floor(q)
    value = constant(Fraction(int(atom.tensor.name)) ** whole)
    return times(value, settled({**factors, key: (atom, q - whole)}))


def others_than(factors: Factors, *keys: str) -> Factors:
    """The factors without those of these keys."""
    return {key: pair for key, pair in factors.items() if key not in keys}


@settles(Base)
def _settle_base(factors: Factors, key: str, atom: Base, q: Power) -> Poly | None:
    """Multiply out whole powers; cancel the leading term t of U: tU⁻¹ = (1 − rest·U⁻¹)/c."""
    if q >= 1:
        whole = math.floor(q)
        rest = {**factors, key: (atom, q - whole)}
        return times(whole_power(atom.poly, whole), settled(rest))
    if q > 0:
        return None
    lead, c = leading(atom.poly)
    others = others_than(factors, key)
    quotient = divided(others, lead) if all(p > 0 for _, p in lead) else None
    if quotient is not None:
        return times(settled(quotient), cancelled(atom, q, lead, c))
    return _split_fraction(others, atom, q)


def cancelled(atom: Base, q: Power, lead: Mono, c: Fraction) -> Poly:
    """The lead t of U = ct + rest times U^q, as (U^(q+1) − rest·U^q)/c."""
    rest = plus(atom.poly, Poly([(lead, -c)]))
    once = of_atom(atom, q + 1) if q != -1 else ONE
    return scaled(plus(once, scaled(times(rest, of_atom(atom, q)), -1)), Fraction(1) / c)


def _split_fraction(others: Factors, atom: Base, q: Power) -> Poly | None:
    """a⁻¹(c + aV)⁻¹ = (a⁻¹ − V(c + aV)⁻¹)/c: partial fractions over a constant term."""
    constant_term = atom.poly.terms.get(UNIT.key)
    if constant_term is None:
        return None
    moving = plus(atom.poly, constant(-constant_term[1]))
    for key, (other, p) in others.items():
        if p < 0 and all(key in mono.factors and mono.factors[key][1] >= 1 for mono, _ in moving):
            rest = {**others, key: (other, p)}
            once = times(settled(rest), of_atom(atom, q + 1) if q != -1 else ONE)
            more = times(moving, settled(rest), of_atom(atom, q))
            return scaled(plus(once, scaled(more, -1)), Fraction(1) / constant_term[1])
    return None


def divided(factors: Factors, lead: Mono) -> Factors | None:
    """``factors`` over the monomial ``lead``, or None where it does not divide."""
    if not lead.factors:
        return None
    quotient = dict(factors)
    for key, (atom, power_) in lead.factors.items():
        have = quotient[key][1] if key in quotient else 0
        if not (0 < power_ <= have or have <= power_ < 0):
            return None
        quotient[key] = (atom, have - power_)
    return quotient


def over(poly: Poly, common: Factors, c: Fraction) -> Poly:
    """A polynomial over c times a monomial that divides each of its terms: nothing is needed."""
    lowered = (
        (
            {
                **mono.factors,
                **{
                    key: (atom, (mono.factors[key][1] if key in mono.factors else 0) - q)
                    for key, (atom, q) in common.items()
                },
            },
            coefficient / c,
        )
        for mono, coefficient in poly
    )
    return plus(*(scaled(settled(factors), rest) for factors, rest in lowered))


def leading(poly: Poly) -> Term:
    """The leading term, in the lexicographic order of its atoms; sums come last."""
    atoms = {key: atom for mono, _ in poly for key, (atom, _) in mono.factors.items()}
    order = sorted(atoms, key=lambda key: (isinstance(atoms[key], Sum), key))

    def rank(term: Term) -> list[Power]:
        factors = term[0].factors
        return [factors[key][1] if key in factors else 0 for key in order]

    return max(poly, key=rank)


def whole_power(poly: Poly, exponent: int) -> Poly:
    """A polynomial to a positive whole power, multiplied out."""
    if len(poly) > 1 and math.comb(len(poly) + exponent - 1, exponent) > MOST_TERMS:
        raise Undecided(f"A power grew beyond {MOST_TERMS} terms.")
    return times(*[poly] * exponent)
