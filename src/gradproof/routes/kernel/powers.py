"""Powers in normal form: of numbers, of products and of sums; absolute values of products.

A factor leaves a root only where its sign is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from ...errors import Undecided
from .indices import Tensor
from .product import Factors, leading, over, settled, settles, times, whole_power
from .signs import is_nonnegative, is_positive
from .terms import (
    ONE,
    ZERO,
    Abstraction,
    Base,
    Entry,
    Mono,
    Op,
    Poly,
    Power,
    constant,
    of_atom,
    scaled,
)

_LARGEST_TRIAL_DIVISOR = 10_000


def number_power(value: Fraction, q: Power) -> Poly:
    """A rational number to a rational power: 12^(1/2) is 2·3^(1/2)."""
    if q.denominator == 1:
        return constant(Fraction(value) ** int(q))
    if value < 0:
        raise Undecided(f"The power {q} of the negative number {value} is not real.")
    result = ONE
    for prime, exponent in prime_powers(value):
        root = Entry(Tensor(str(prime), {"number": True, "positive": True}))
        result = times(result, settled({root.key: (root, exponent * q)}))
    return result


def prime_powers(value: Fraction) -> Iterable[tuple[int, int]]:
    """The factors of a positive rational and their powers; a large rest counts as one factor."""
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        divisor = 2
        while part > 1:
            if divisor * divisor > part or divisor > _LARGEST_TRIAL_DIVISOR:
                divisor = part
            count = 0
            while part % divisor == 0:
                part, count = part // divisor, count + 1
            if count:
                yield divisor, sign * count
            divisor += 1


def power(poly: Poly, q: Power) -> Poly:
    """A polynomial to a rational power, in normal form."""
    if q == 0:
        return ONE
    if q == 1:
        return poly
    if not poly.terms:
        if q > 0:
            return ZERO
        raise Undecided("A division by an expression that is zero.")
    if len(poly) == 1:
        ((mono, c),) = poly
        return _mono_power(mono, c, q)
    if q.denominator == 1 and q > 0:
        return whole_power(poly, int(q))
    content, c, reduced = content_of(poly, q.denominator == 1)
    if len(reduced) == 1:  # taking out the content can leave a single term
        return times(_mono_power(content, c, q), power(reduced, q))
    base = Base(reduced)
    return times(_mono_power(content, c, q), settled({base.key: (base, q)}))


def content_of(poly: Poly, whole: bool) -> tuple[Mono, Fraction, Poly]:
    """A monomial and coefficient that divide ``poly``, and the quotient.

    For a power that is not whole only factors known to be positive may leave.
    """
    monos = [mono for mono, _ in poly]
    common: Factors = {}
    for key, (atom, q) in monos[0].factors.items():
        if not all(key in mono.factors for mono in monos):
            continue
        if whole or is_positive(atom):
            common[key] = (atom, min(q, *(mono.factors[key][1] for mono in monos)))
    for mono in monos:
        for key, (atom, q) in mono.factors.items():
            if q < 0 and key not in common and (whole or is_positive(atom)):
                lowest = min(m.factors[key][1] if key in m.factors else 0 for m in monos)
                common[key] = (atom, lowest)
    c = leading(poly)[1]
    c = c if whole else abs(c)
    return Mono(common), c, over(poly, common, c)


def _mono_power(mono: Mono, c: Fraction, q: Power) -> Poly:
    """(c Π aᵉ)^q: factors leave the root only where their sign is known."""
    if q.denominator == 1:
        factors = {key: (atom, e * q) for key, (atom, e) in mono.factors.items()}
        return times(number_power(c, q), settled(factors))
    outside, unsigned = [number_power(abs(c), q)], {}
    for key, (atom, e) in mono.factors.items():
        if is_positive(atom) or e.denominator != 1 or (is_nonnegative(atom) and e > 0):
            outside.append(settled({key: (atom, e * q)}))
        elif e % 2 == 0:
            outside.append(power(absolute(of_atom(atom)), e * q))
        else:
            unsigned[key] = (atom, e)
    if c > 0 and len(unsigned) == 1:
        ((key, (atom, e)),) = unsigned.items()
        outside.append(settled({key: (atom, e * q)}))
    elif c < 0 or unsigned:
        base = Base(Poly([(Mono(unsigned), Fraction(1 if c > 0 else -1))]))
        outside.append(settled({base.key: (base, q)}))
    return times(*outside)


#: |u| for u a power whose exponent is no number, by its head.
_ABSOLUTES: dict[str, Callable[[Op], Poly]] = {}


def absolutes(head: str) -> Callable[[Callable[[Op], Poly]], Callable[[Op], Poly]]:
    """Register the absolute value of what has this head; without a rule it stays |u|."""

    def register(rule: Callable[[Op], Poly]) -> Callable[[Op], Poly]:
        _ABSOLUTES[head] = rule
        return rule

    return register


def absolute(poly: Poly) -> Poly:
    """|u|: a product of absolute values, each without a sign of its own."""
    if len(poly) != 1:
        return absolute_of_one(poly)
    ((mono, c),) = poly
    result = constant(abs(c))
    for key, (atom, e) in mono.factors.items():
        if is_nonnegative(atom) or e % 2 == 0 or e.denominator != 1:
            result = times(result, settled({key: (atom, e)}))
        else:
            result = times(result, power(absolute_of_one(of_atom(atom)), e))
    return result


def absolute_of_one(argument: Poly) -> Poly:
    """|u| for u a sum or a single factor; |cu| = |c|·|u|."""
    if is_nonnegative(argument):
        return argument
    factors = [(atom, q, c) for mono, c in argument for atom, q in mono]
    atom, q, c = factors[0] if len(factors) == len(argument) == 1 else (None, 0, 0)
    if isinstance(atom, Op) and atom.head in _ABSOLUTES and q == c == 1:
        return _ABSOLUTES[atom.head](atom)
    lead = leading(argument)[1]
    unit = Op("abs", (Abstraction((), scaled(argument, Fraction(1) / lead)),))
    return scaled(of_atom(unit), abs(lead))


@settles("abs")
def _settle_absolute(factors: Factors, key: str, atom: Op, q: Power) -> Poly | None:
    """|u|² = u²."""
    if q.denominator != 1 or q == 1:
        return None
    odd = q % 2
    return times(power(atom.argument, q - odd), settled({**factors, key: (atom, odd)}))
