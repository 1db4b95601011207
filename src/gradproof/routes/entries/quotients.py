"""Whether an explicit scalar expression is zero: brought over one denominator and expanded.

The one question that route 2 asks of each entry. An expression becomes a quotient of polynomials
in *generators*: symbols, exponentials, logarithms, roots and unknown functions, each taken as
independent of the others but for the equations written here. A numerator without terms is a proof
of zero; terms left over prove nothing, for a relation between generators may have been missed.

A monomial is one integer, 64 bits to a generator, exponents signed, so that a product of monomials
is a sum of integers.
"""

from __future__ import annotations

import math
from array import array
from typing import Any, NamedTuple

from sympy import Add, Integer, Mul, Pow

from ...errors import Undecided

_BITS = 64
_HALF = 1 << (_BITS - 1)
#: No exponent may come near the width of its field.
_MAX_DEGREE = 1 << 20
#: Nor is a sum to a higher power than this multiplied out.
MAX_POWER = 100
#: More terms than this are not multiplied out.
MAX_TERMS = 100_000
#: An exponential is a power of exp(monomial / SCALE), so that exp(x/2)² meets exp(x).
SCALE = 720

Poly = dict[int, int]


class Singular(Undecided):
    """A denominator is zero whatever the entries are."""


class Quotient(NamedTuple):
    """``terms / below``, times powers of interned polynomials of several terms."""

    terms: Poly
    below: int
    factors: dict[int, int]


class Generator(NamedTuple):
    """What a variable of the polynomials stands for, and what is known of it."""

    kind: str
    expr: Any
    positive: bool
    data: Any


ZERO = Quotient({}, 1, {})
ONE = Quotient({0: 1}, 1, {})


class Field:
    """Arithmetic of quotients over generators that are added as they are met."""

    def __init__(self) -> None:
        self.generators: list[Generator] = []
        self.polynomials: list[Poly] = []
        self._number: dict[Any, int] = {}
        self._interned: dict[frozenset[tuple[int, int]], int] = {}
        self._powers: dict[tuple[int, int], Poly] = {}

    def generator(self, kind: str, key: Any, expr: Any, positive: bool, data: Any = None) -> int:
        """Return the monomial of the generator ``key``, made at its first use."""
        number = self._number.get((kind, key))
        if number is None:
            number = self._number[(kind, key)] = len(self.generators)
            self.generators.append(Generator(kind, expr, positive, data))
        return 1 << (_BITS * number)

    def exponents(self, monomial: int) -> dict[int, int]:
        """Return the nonzero exponents of a monomial, by generator."""
        return {k: e for k, e in enumerate(self._unpack(monomial)) if e}

    def _unpack(self, monomial: int) -> list[int]:
        count = len(self.generators)
        bias = ((1 << (_BITS * count)) - 1) // ((1 << _BITS) - 1) * _HALF
        packed = array("Q", (monomial + bias).to_bytes(8 * count, "little"))
        return [field - _HALF for field in packed]

    @staticmethod
    def pack(exponents: dict[int, int]) -> int:
        """Return the monomial with these exponents."""
        return sum(e << (_BITS * k) for k, e in exponents.items())

    def number(self, value: Any) -> Quotient:
        """Return a rational number."""
        return Quotient({0: int(value.p)}, int(value.q), {}) if value else ZERO

    def product(self, quotients: list[Quotient]) -> Quotient:
        """Return the product; sums stay factors, so that they can cancel."""
        monomial, above, below = 0, 1, 1
        factors: dict[int, int] = {}
        for quotient in quotients:
            if not quotient.terms:
                return ZERO
            m, c, extra = self._split(quotient.terms)
            monomial += m
            above, below = above * c, below * quotient.below
            for factor, e in (*quotient.factors.items(), *extra.items()):
                factors[factor] = factors.get(factor, 0) + e
        common = math.gcd(above, below)
        self._guard(monomial)
        kept = {factor: e for factor, e in factors.items() if e}
        return Quotient({monomial: above // common}, below // common, kept)

    def _guard(self, monomial: int) -> None:
        if monomial and max(map(abs, self._unpack(monomial))) > _MAX_DEGREE:
            raise Undecided("An exponent is too large to check entry by entry.")

    def _split(self, terms: Poly) -> tuple[int, int, dict[int, int]]:
        """Monomial, integer and interned polynomial whose product is ``terms``."""
        if len(terms) == 1:
            ((monomial, coefficient),) = terms.items()
            return monomial, coefficient, {}
        rows = [self._unpack(m) for m in terms]
        shift = self.pack(
            {k: low for k, low in enumerate(map(min, zip(*rows, strict=True))) if low}
        )
        content = math.gcd(*terms.values())
        if terms[min(terms)] < 0:
            content = -content
        normal = {m - shift: c // content for m, c in terms.items()}
        key = frozenset(normal.items())
        number = self._interned.get(key)
        if number is None:
            number = self._interned[key] = len(self.polynomials)
            self.polynomials.append(normal)
        return shift, content, {number: 1}

    def power(self, quotient: Quotient, exponent: int) -> Quotient:
        """Return an integer power; of zero only a positive one."""
        if not quotient.terms:
            if exponent <= 0:
                raise Singular("A denominator of an entry is zero.")
            return ZERO
        monomial, above, extra = self._split(quotient.terms)
        below = quotient.below
        if exponent < 0:
            above, below = (below, above) if above > 0 else (-below, -above)
        if abs(exponent) > 4096:
            raise Undecided(f"The exponent {exponent} is too large to check entry by entry.")
        factors = dict(quotient.factors)
        for factor, e in extra.items():
            factors[factor] = factors.get(factor, 0) + e
        n = abs(exponent)
        self._guard(monomial * exponent)
        scaled = {factor: e * exponent for factor, e in factors.items() if e * exponent}
        return Quotient({monomial * exponent: above**n}, below**n, scaled)

    def sum(self, quotients: list[Quotient]) -> Quotient:
        """Return the sum over the common denominator, multiplied out.

        What shares a denominator is added first: most of it cancels there, before denominators
        are multiplied with each other.
        """
        groups: dict[Any, list[Quotient]] = {}
        for quotient in quotients:
            groups.setdefault(_denominator(quotient), []).append(quotient)
        if len(groups) == 1:
            return self._combine(quotients)
        reduced: dict[Any, list[Quotient]] = {}
        for group in groups.values():
            quotient = self._cancel(self._combine(group))
            reduced.setdefault(_denominator(quotient), []).append(quotient)
        return self._combine([self._combine(group) for group in reduced.values()])

    def _cancel(self, quotient: Quotient) -> Quotient:
        """The same quotient, its numerator divided by the factors below that divide it."""
        if not quotient.terms or min(quotient.factors.values(), default=0) >= 0:
            return quotient
        terms, below, factors = self.expanded(quotient)
        left = {}
        for factor, e in factors.items():
            while e < 0 and (ratio := divide(terms, self.polynomials[factor])) is not None:
                terms, e = ratio, e + 1
            left[factor] = e
        return Quotient(terms, below, {factor: e for factor, e in left.items() if e})

    def _combine(self, quotients: list[Quotient]) -> Quotient:
        """The sum over the common denominator, multiplied out."""
        quotients = [quotient for quotient in quotients if quotient.terms]
        if not quotients:
            return ZERO
        if len(quotients) == 1:
            return quotients[0]
        shared: dict[int, int] = dict(quotients[0].factors)
        for quotient in quotients[1:]:
            for factor in shared.keys() | quotient.factors.keys():
                shared[factor] = min(shared.get(factor, 0), quotient.factors.get(factor, 0))
        below = math.lcm(*(quotient.below for quotient in quotients))
        terms: Poly = {}
        for quotient in quotients:
            over = below // quotient.below
            for m, c in self._expand(quotient, shared).items():
                terms[m] = terms.get(m, 0) + c * over
        terms = {m: c for m, c in terms.items() if c}
        if not terms:
            return ZERO
        return Quotient(terms, below, {f: e for f, e in shared.items() if e})

    def _expand(self, quotient: Quotient, shared: dict[int, int]) -> Poly:
        """The numerator of ``quotient`` over the shared factors, multiplied out."""
        terms = quotient.terms
        for factor in shared.keys() | quotient.factors.keys():
            surplus = quotient.factors.get(factor, 0) - shared.get(factor, 0)
            if surplus:
                terms = multiply(terms, self._factor_power(factor, surplus))
        return terms

    def expanded(self, quotient: Quotient) -> Quotient:
        """Return the same quotient with its numerator multiplied out."""
        below = {factor: e for factor, e in quotient.factors.items() if e < 0}
        return Quotient(self._expand(quotient, below), quotient.below, below)

    def _factor_power(self, factor: int, exponent: int) -> Poly:
        if exponent > MAX_POWER:
            raise Undecided(f"A sum to the power {exponent} is too large to multiply out.")
        known = self._powers.get((factor, exponent))
        if known is None:
            base = self.polynomials[factor]
            known = (
                base if exponent == 1 else multiply(base, self._factor_power(factor, exponent - 1))
            )
            self._powers[(factor, exponent)] = known
        return known

    def polynomial(self, number: int) -> Quotient:
        """Return an interned polynomial as a quotient."""
        return Quotient(self.polynomials[number], 1, {})

    def key(self, quotient: Quotient) -> Any:
        """Return what equal quotients of one form have in common."""
        return (
            frozenset(quotient.terms.items()),
            quotient.below,
            frozenset(quotient.factors.items()),
        )

    def monomial_expr(self, monomial: int) -> Any:
        """Return a monomial as a SymPy expression."""
        powers = self.exponents(monomial).items()
        return Mul(*(Pow(self.generators[k].expr, e) for k, e in powers))

    def poly_expr(self, terms: Poly) -> Any:
        """Return a polynomial as a SymPy expression."""
        return Add(*(Mul(Integer(c), self.monomial_expr(m)) for m, c in terms.items()))

    def expr(self, quotient: Quotient) -> Any:
        """Return a quotient as a SymPy expression."""
        factors = (Pow(self.poly_expr(self.polynomials[f]), e) for f, e in quotient.factors.items())
        return Mul(self.poly_expr(quotient.terms), Pow(quotient.below, -1), *factors)


def _denominator(quotient: Quotient) -> Any:
    return frozenset((factor, e) for factor, e in quotient.factors.items() if e < 0)


def divide(terms: Poly, by: Poly) -> Poly | None:
    """Return the quotient of two polynomials if the division is seen to leave no rest."""
    quotient: Poly = {}
    top, rest = max(by), dict(terms)
    lowest, most = min(terms) - min(by), 10 * len(terms)
    while rest:
        highest = max(rest)
        shift, (c, remainder) = highest - top, divmod(rest[highest], by[top])
        if remainder or shift < lowest or len(quotient) > most:
            return None
        quotient[shift] = c
        for m, d in by.items():
            left = rest.get(m + shift, 0) - c * d
            if left:
                rest[m + shift] = left
            else:
                rest.pop(m + shift, None)
    return quotient


def multiply(left: Poly, right: Poly) -> Poly:
    """Return the product of two polynomials, multiplied out."""
    if len(left) * len(right) > 20 * MAX_TERMS:
        raise Undecided(
            f"An entry has a product of {len(left)} by {len(right)} terms, too many to multiply "
            "out. Choose smaller sizes, or prove an intermediate step."
        )
    out: Poly = {}
    get = out.get
    for m, c in left.items():
        for n, d in right.items():
            out[m + n] = get(m + n, 0) + c * d
    if len(out) > MAX_TERMS:
        raise Undecided(f"An entry has more than {MAX_TERMS} terms when it is multiplied out.")
    return {m: c for m, c in out.items() if c}
