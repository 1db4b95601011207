"""Powers of scalars whose exponent is no number: u^k for a dimension k, or what is made of some.

An exponent is a polynomial in dimensions and places, a place being the value of an index.
"""

from __future__ import annotations

from fractions import Fraction

from ...errors import Undecided
from .functions import exponential, logarithm, logarithms
from .indices import AnyIndex, Count, Env, Index, token
from .parts import pick, without
from .powers import absolute, absolutes, content_of, power
from .product import Factors, settled, settles, times
from .rename import Rebuild, rebuilds
from .signs import is_nonnegative, is_positive
from .sums import ends, of_mono, total
from .terms import (
    ONE,
    UNIT,
    UNITY,
    ZERO,
    Abstraction,
    Atom,
    Base,
    Mono,
    Op,
    Poly,
    Power,
    constant,
    of_atom,
    plus,
    scaled,
)


class Place(Atom):
    """The value of an index, as a number: 0, 1, … below the count that is its sort."""

    __slots__ = ("index",)

    def __init__(self, index: Index) -> None:
        super().__init__((index,))
        self.index = index

    def _render(self, env: Env, depth: int) -> str:
        return f"@{token(self.index, env)}"


def place(index: AnyIndex) -> Poly:
    """The value of an index, as a number."""
    return of_atom(Place(index)) if isinstance(index, Index) else constant(index)


@rebuilds(Place)
def _place_again(atom: Place, again: Rebuild) -> Poly:
    return place(*again.indices((atom.index,)))


@ends(Place)
def _triangle(bound: tuple[Index, ...], mono: Mono) -> Poly | None:
    """0 + 1 + … + (n − 1) = n(n − 1)/2."""
    for atom, q in mono:
        if not isinstance(atom, Place) or q != 1 or atom.index not in bound:
            continue
        others = pick(mono, lambda other, here=atom: other is not here)
        if atom.index not in others.free:
            count = atom.index.sort.size
            value = scaled(times(count, plus(count, constant(-1))), Fraction(1, 2))
            return times(value, total(without(bound, atom.index), of_mono(others)))
    return None


def counted(count: Poly) -> Count:
    """The sort of the indices that take ``count`` values; raises ``Undecided`` if it may be < 0."""
    if count.free or not never_negative(count):
        raise Undecided(
            "The number of terms of a sum may be negative, or change. Write the exponents so that "
            "they are never negative, for example k + 2 for k and k for k − 2."
        )
    return Count(count, never_negative(plus(count, constant(-1))))


def never_negative(exponent: Poly) -> bool:
    """Whether an exponent is surely ≥ 0: at its least places, and as every dimension is ≥ 1."""
    least = []
    for mono, c in exponent:
        places = [atom for atom, _ in mono if isinstance(atom, Place)]
        if not places:
            least.append(Poly([(mono, c)]))
            continue
        rest = {key: pair for key, pair in mono.factors.items() if key != places[0].key}
        if len(places) > 1 or mono.factors[places[0].key][1] != 1:
            return False
        if c < 0:
            last = plus(places[0].index.sort.size, constant(-1))
            least.append(times(last, Poly([(Mono(rest), c)])))
    above = (
        times(constant(c), *(power(plus(of_atom(atom), ONE), q) for atom, q in mono))
        for mono, c in plus(*least)
    )
    return all(c >= 0 for _, c in plus(*above))


def number(exponent: Poly) -> Fraction | None:
    """The exponent as a number, if it is one."""
    if not exponent.terms:
        return Fraction(0)
    return exponent.terms[UNIT.key][1] if exponent.terms.keys() == {UNIT.key} else None


def raised(base: Poly, exponent: Poly) -> Poly:
    """A scalar to a whole power: (c Π aᵍ)ᵏ = cᵏ Π (aᵏ)ᵍ, aᵏ⁺ᵐ = aᵏ aᵐ, and aᵏ = exp(k log a)
    where a is known to be positive.
    """
    known = number(exponent)
    if known is not None:
        return power(base, int(known) if known.denominator == 1 else known)
    if any(c.denominator != 1 for _, c in exponent):
        raise Undecided(f"The exponent {exponent} has fractions.")
    if not base.terms:
        if never_negative(plus(exponent, constant(-1))):
            return ZERO
        raise Undecided("A power of zero, whose exponent may be 0 or negative.")
    if len(base) > 1:
        content, c, rest = content_of(base, True)
        inside = Base(rest) if len(rest) > 1 else None
        alone = _raised_atom(inside, exponent) if inside else raised(rest, exponent)
        return times(raised(Poly([(content, c)]), exponent), alone)
    ((mono, c),) = base
    parts = [_raised_atom(atom, scaled(exponent, q)) for atom, q in mono]
    if abs(c) != 1:
        parts.append(_positive_power(constant(abs(c)), exponent))
    return times(*parts, *([sign_power(exponent)] if c < 0 else []))


def _positive_power(base: Poly, exponent: Poly) -> Poly:
    return exponential(times(exponent, logarithm(base)))


def _raised_atom(atom: Atom, exponent: Poly) -> Poly:
    if is_positive(atom):
        return _positive_power(of_atom(atom), exponent)
    base = Abstraction((), atom.poly if isinstance(atom, Base) else of_atom(atom))
    parts = []
    for mono, c in exponent:
        if mono.key == UNIT.key:
            parts.append(power(of_atom(atom), c if c.denominator != 1 else int(c)))
        else:
            one = Op("pow", (base, Abstraction((), Poly([(mono, UNITY)]))))
            parts.append(settled({one.key: (one, c)}))
    return times(*parts)


def sign_power(exponent: Poly) -> Poly:
    """(−1)ᵏ, from which even multiples in the exponent are left out."""
    odd = Poly((mono, c % 2) for mono, c in exponent if c % 2)
    units = (Op("(-1)^", (Abstraction((), Poly([(mono, UNITY)])),)) for mono, _ in odd)
    signs = (constant(-1) if one.argument is ONE else of_atom(one) for one in units)
    return times(*signs)


@settles("(-1)^")
def _settle_sign(factors: Factors, key: str, atom: Op, q: Power) -> Poly | None:
    """((−1)ᵏ)² = 1."""
    return None if q == 1 else settled({**factors, key: (atom, q % 2)})


@rebuilds("(-1)^")
def _sign_again(atom: Op, again: Rebuild) -> Poly:
    return sign_power(again(atom.argument))


@rebuilds("pow")
def _power_again(atom: Op, again: Rebuild) -> Poly:
    return raised(*(again(argument.body) for argument in atom.args))


@absolutes("(-1)^")
def _absolute_sign(_: Op) -> Poly:
    """|(−1)ᵏ| = 1."""
    return ONE


@absolutes("pow")
def _absolute_power(atom: Op) -> Poly:
    """|uᵏ| = |u|ᵏ."""
    return raised(absolute(atom.argument), atom.args[1].body)


@logarithms("pow")
def _logarithm_of_power(atom: Op) -> Poly | None:
    """log uᵏ = k log u wherever uᵏ > 0: not at k = 0 where u may be 0."""
    exponent = atom.args[1].body
    least = never_negative(plus(exponent, constant(-1)))
    if not (is_positive(atom.argument) or (least and is_nonnegative(atom.argument))):
        return None
    return times(exponent, logarithm(atom.argument))
