"""Products in normal form.

Each rewrite is an equation between real numbers that holds wherever both sides are defined;
the reference page on the kernel gives the argument for each. Where a rule would need a sign
that is not known, it does not apply.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

from ...errors import Undecided
from .indices import AnyIndex, Index
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
    if isinstance(atom, Delta):
        return _settle_delta(factors, key, atom, q)
    if isinstance(atom, Base):
        return _settle_base(factors, key, atom, q)
    if isinstance(atom, Sum):
        from .choices import merged

        return merged(factors, key, atom, q) if atom.choices else None
    if isinstance(atom, Entry):
        if atom.tensor.has("number") and not 0 < q < 1:
            whole = math.floor(q)
            value = constant(Fraction(int(atom.tensor.name)) ** whole)
            return times(value, settled({**factors, key: (atom, q - whole)}))
        if atom.tensor.has("one_hot"):
            return _settle_one_hot(factors, key, atom, q)
    if isinstance(atom, Op) and atom.head == "(-1)^" and q != 1:
        return settled({**factors, key: (atom, q % 2)})
    if isinstance(atom, Op) and atom.head == "abs" and q.denominator == 1 and q != 1:
        from .powers import power

        odd = q % 2
        return times(power(atom.argument, q - odd), settled({**factors, key: (atom, odd)}))
    return None


def _others(factors: Factors, *keys: str) -> Factors:
    return {key: pair for key, pair in factors.items() if key not in keys}


def _settle_delta(factors: Factors, key: str, atom: Delta, q: Power) -> Poly | None:
    """δ² = δ, and δ_ij f(j) = δ_ij f(i)."""
    if q < 0:
        raise Undecided("A division by a Kronecker delta.")
    if q != 1:
        return settled({**factors, key: (atom, 1)})
    kept, gone = sorted(atom.indices, key=lambda i: i.number if isinstance(i, Index) else -1)
    rest = _others(factors, key)
    if isinstance(gone, Index) and any(gone in other.free for other, _ in rest.values()):
        from .rename import renamed

        return times(of_atom(atom), renamed(Poly([(Mono(rest), UNITY)]), {gone: kept}))
    return None


def _settle_one_hot(factors: Factors, key: str, atom: Entry, q: Power) -> Poly | None:
    """Y_ij² = Y_ij, and Y_ij Y_kj = δ_ik Y_ij, for a matrix with one 1 in every column."""
    if q > 0 and q != 1:
        return settled({**factors, key: (atom, 1)})
    for other_key, (other, p) in factors.items():
        if (
            other_key != key
            and isinstance(other, Entry)
            and other.column == atom.column
            and q > 0
            and p > 0
        ):
            rest = settled(_others(factors, other_key))
            return times(delta(atom.indices[0], other.indices[0]), rest)
        if isinstance(other, Sum) and other.choices and q > 0:
            from .choices import met

            value = met(atom, other, p)
            if value is not None:
                return times(settled(_others(factors, other_key)), value)
    return None


def _settle_base(factors: Factors, key: str, atom: Base, q: Power) -> Poly | None:
    """Multiply out whole powers; cancel the leading term t of U: tU⁻¹ = (1 − rest·U⁻¹)/c."""
    if q >= 1:
        whole = math.floor(q)
        rest = {**factors, key: (atom, q - whole)}
        return times(whole_power(atom.poly, whole), settled(rest))
    if q > 0:
        return None
    lead, c = leading(atom.poly)
    others = _others(factors, key)
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
