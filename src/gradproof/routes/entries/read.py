"""From SymPy's scalar expressions to quotients: the equations that tie generators together.

Besides arithmetic these are used, each for real values wherever both sides are defined:
exp(a + b) = exp a · exp b, exp(c log u) = u^c, log(u v) = log u + log v and (u v)^r = u^r v^r for
u > 0, log exp a = a, (u^(1/q))^q = u, |u v| = |u| |v|, |u| = √u², sign u = u / |u|.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from sympy import Abs, Add, E, Integer, Mul, Pow, Rational, Symbol, erf, exp, factorint, log, sign
from sympy.core.numbers import NumberSymbol

from ...errors import Undecided
from ...language.shown import shown
from .hypotheses import Combination
from .quotients import ONE, SCALE, ZERO, Field, Poly, Quotient
from .slopes import Partial

#: A residual with more terms than this is shown as it was.
SHORT = 24


class Reader:
    """Reads expressions into one field; equal parts are read once."""

    def __init__(self) -> None:
        self.field = Field()
        self._seen: dict[Any, Quotient] = {}
        self._roots: list[int] = []
        self._given: Combination | None = None

    def difference(self, left: Any, right: Any) -> Any:
        """Return ``left − right``, simplified if it is short; None if it is proved to be zero."""
        if left == right:
            return None
        rest = self.quotient(left, right)
        if not rest.terms or (self._given is not None and self._given.contains(rest.terms)):
            return None
        return self.field.expr(rest) if len(rest.terms) <= SHORT else left - right

    def quotient(self, left: Any, right: Any) -> Quotient:
        """Return ``left − right`` over one denominator, its numerator multiplied out."""
        terms = [self.read(term) for term in Add.make_args(left)]
        for term in Add.make_args(right):
            terms.append(self.field.product([Quotient({0: -1}, 1, {}), self.read(term)]))
        rest = self._sum(terms)
        return self._reduce_roots(self.field.expanded(rest))

    def assume(self, equations: Iterable[tuple[Any, Any]]) -> None:
        """Take equations between entries as given."""
        hypotheses = [self.quotient(*sides).terms for sides in equations]
        self._given = Combination(self.field, hypotheses, self._normal)

    def _normal(self, terms: Poly) -> Poly:
        """A polynomial with its roots reduced, times what the reduction divides by."""
        if not self._roots:
            return terms
        return self.field.expanded(self._reduce_roots(Quotient(terms, 1, {}))).terms

    def read(self, expr: Any) -> Quotient:
        """Return ``expr`` as a quotient of polynomials."""
        known = self._seen.get(expr)
        if known is None:
            known = self._seen[expr] = self._read(expr)
        return known

    def _read(self, expr: Any) -> Quotient:
        if isinstance(expr, Add):
            return self._sum([self.read(arg) for arg in expr.args])
        if isinstance(expr, Mul):
            return self.field.product([self.read(arg) for arg in expr.args])
        if isinstance(expr, Symbol):
            return self._atom("symbol", expr, expr, bool(expr.is_positive))
        if isinstance(expr, Rational):
            return self.field.number(expr)
        if isinstance(expr, Pow) and isinstance(expr.exp, Rational) and expr.base is not E:
            base = self.read(expr.base)
            if isinstance(expr.exp, Integer):
                return self.field.power(base, int(expr.exp))
            return self._root(base, int(expr.exp.p), int(expr.exp.q))
        if isinstance(expr, Pow) and expr.base is not E:  # by any real number, of what is > 0
            logarithm = self.read(log(expr.base))
            return self._exp(self.field.product([self.read(expr.exp), logarithm]))
        if isinstance(expr, exp):
            return self._exp(self.read(expr.args[0]))
        if isinstance(expr, log):
            return self._log(self.read(expr.args[0]))
        return self._read_rarer(expr)

    def _read_rarer(self, expr: Any) -> Quotient:
        if isinstance(expr, Partial):
            read = [self._reduce_roots(self.read(arg)) for arg in expr.arguments]
            key = (expr.args[:2], *(self.field.key(quotient) for quotient in read))
            return self._atom("function", key, expr, False)
        if isinstance(expr, Abs):
            return self._abs(self.read(expr.args[0]))
        if isinstance(expr, sign):
            inner = self.read(expr.args[0])
            return self.field.product([inner, self.field.power(self._abs(inner), -1)])
        if isinstance(expr, erf):
            argument = self._reduce_roots(self.read(expr.args[0]))
            return self._atom("erf", self.field.key(argument), expr, False)
        if expr is E:
            return self._exp(ONE)
        if isinstance(expr, NumberSymbol):
            return self._atom("constant", expr, expr, bool(expr.is_positive))
        raise Undecided(f"{shown(expr)} in an entry is not a real expression that can be decided.")

    def _atom(self, kind: str, key: Any, expr: Any, positive: bool, data: Any = None) -> Quotient:
        count = len(self.field.generators)
        monomial = self.field.generator(kind, key, expr, positive, data)
        if kind == "root" and len(self.field.generators) > count:
            self._roots.append(count)
        return Quotient({monomial: 1}, 1, {})

    def _sum(self, quotients: list[Quotient]) -> Quotient:
        return self._reduce_roots(self.field.sum(quotients))

    def _exp(self, argument: Quotient) -> Quotient:
        argument = self._reduce_roots(argument)
        if self._has_log(argument):  # exp((a + b) log u) is the product of two powers of u
            argument = self.field.expanded(argument)
        return self.field.product(
            [
                self._exp_term(Fraction(c, argument.below), m, argument.factors)
                for m, c in argument.terms.items()
            ]
        )

    def _has_log(self, quotient: Quotient) -> bool:
        above = (self.field.polynomials[f] for f, e in quotient.factors.items() if e > 0)
        numbers = {
            k for terms in (quotient.terms, *above) for m in terms for k in self.field.exponents(m)
        }
        return any(self.field.generators[number].kind == "log" for number in numbers)

    def _exp_term(self, coefficient: Fraction, monomial: int, factors: dict[int, int]) -> Quotient:
        """The exponential of a coefficient times a monomial times factors."""
        powers = self.field.exponents(monomial)
        if len(powers) == 1 and not factors:
            ((number, e),) = powers.items()
            inner = self.field.generators[number]
            if inner.kind == "log" and e == 1:
                return self._root(inner.data, coefficient.numerator, coefficient.denominator)
        fine = coefficient.denominator
        scale = fine if SCALE % fine else SCALE
        unit = Quotient({monomial: 1}, scale, factors)
        made = self._atom("exp", self.field.key(unit), exp(self.field.expr(unit)), True, unit)
        ((monomial, _),) = made.terms.items()
        return self.field.product([Quotient({monomial * int(coefficient * scale): 1}, 1, {})])

    def _log(self, argument: Quotient) -> Quotient:
        """The logarithm, taken apart at every factor that is known to be positive."""
        argument = self._reduce_roots(argument)
        pieces, rest = self._positive_pieces(argument)
        parts = []
        for piece, e in pieces:
            parts.append(
                self.field.product([self.field.number(Integer(e)), self._log_piece(piece)])
            )
        if rest != ONE:
            parts.append(self._log_atom(rest))
        return self._sum(parts)

    def _log_piece(self, piece: Quotient) -> Quotient:
        ((monomial, _), *others) = piece.terms.items()
        powers = [] if others else list(self.field.exponents(monomial))
        if powers and self.field.generators[powers[0]].kind == "exp":
            unit: Quotient = self.field.generators[powers[0]].data
            return unit
        return self._log_atom(piece)

    def _log_atom(self, argument: Quotient) -> Quotient:
        expr = log(self.field.expr(argument))
        return self._atom("log", self.field.key(argument), expr, False, argument)

    def _positive_pieces(self, argument: Quotient) -> tuple[list[tuple[Quotient, int]], Quotient]:
        """Positive quotients with exponents, and a rest, whose product is ``argument``."""
        if not argument.terms:
            raise Undecided("The logarithm or a root of zero occurs in an entry.")
        whole = self.field.product([argument])
        ((monomial, above),) = whole.terms.items()
        pieces = [
            (self.field.number(Integer(prime)), e * side)
            for value, side in ((abs(above), 1), (whole.below, -1))
            for prime, e in _primes(value).items()
        ]
        rest_monomial, rest_factors = 0, {}
        for number, e in self.field.exponents(monomial).items():
            if self.field.generators[number].positive:
                pieces.append((Quotient({self.field.pack({number: 1}): 1}, 1, {}), e))
            elif e % 2 == 0:
                inner = Quotient({self.field.pack({number: 1}): 1}, 1, {})
                pieces.append((self._abs_atom(inner), e))
            else:
                rest_monomial += self.field.pack({number: e})
        for number, e in whole.factors.items():
            if self._is_positive(self.field.polynomials[number]):
                pieces.append((self.field.polynomial(number), e))
            elif e % 2 == 0:
                pieces.append((self._abs_atom(self.field.polynomial(number)), e))
            else:
                rest_factors[number] = e
        rest = Quotient({rest_monomial: 1 if above > 0 else -1}, 1, rest_factors)
        return pieces, rest

    def _is_positive(self, terms: Poly) -> bool:
        """Whether a polynomial is positive for all real values: squares, and one term above."""
        strict = False
        for monomial, coefficient in terms.items():
            if coefficient < 0:
                return False
            odd = False
            zero = False
            for number, e in self.field.exponents(monomial).items():
                positive = self.field.generators[number].positive
                odd |= not positive and e % 2 == 1
                zero |= not positive
            if odd:
                return False
            strict |= not zero
        return strict

    def _root(self, base: Quotient, p: int, q: int) -> Quotient:
        """``base`` to the power p/q."""
        if q == 1:
            return self.field.power(base, p)
        if not base.terms and p > 0:
            return ZERO
        pieces, rest = self._positive_pieces(self._reduce_roots(base))
        parts = [self._root_piece(piece, e * p, q) for piece, e in pieces]
        if rest != ONE:
            parts.append(self._root_piece(rest, p, q))
        return self.field.product(parts)

    def _root_piece(self, base: Quotient, p: int, q: int) -> Quotient:
        p, q = Fraction(p, q).as_integer_ratio()
        if q == 1:
            return self.field.power(base, p)
        expr = Pow(self.field.expr(base), Rational(1, q))
        root = self._atom("root", (self.field.key(base), q), expr, True, (base, q))
        return self.field.product([self.field.power(root, p % q), self.field.power(base, p // q)])

    def _abs(self, argument: Quotient) -> Quotient:
        """The absolute value, a product of the absolute values of the factors."""
        if not argument.terms:
            return ZERO
        pieces, rest = self._positive_pieces(self._reduce_roots(argument))
        parts = [self.field.power(piece, e) for piece, e in pieces]
        (monomial,) = rest.terms
        for number, e in self.field.exponents(monomial).items():
            inner = Quotient({self.field.pack({number: 1}): 1}, 1, {})
            parts.append(self.field.power(self._abs_atom(inner), e))
        for number, e in rest.factors.items():
            parts.append(self.field.power(self._abs_atom(self.field.polynomial(number)), e))
        return self.field.product(parts)

    def _abs_atom(self, inner: Quotient) -> Quotient:
        expr, square = Abs(self.field.expr(inner)), self.field.power(inner, 2)
        return self._atom("root", (self.field.key(square), 2), expr, True, (square, 2))

    def _reduce_roots(self, quotient: Quotient) -> Quotient:
        """Bring the exponent of every q-th root into 0 … q − 1, the newest root first."""
        for number in reversed(self._roots):
            base, q = self.field.generators[number].data
            layers: dict[int, Poly] = {}
            for monomial, coefficient in quotient.terms.items():
                e = self.field.exponents(monomial).get(number, 0)
                whole = self.field.pack({number: e // q * q})
                layers.setdefault(e // q, {})[monomial - whole] = coefficient
            if layers.keys() <= {0}:
                continue
            rest = Quotient({0: 1}, quotient.below, quotient.factors)
            parts = [
                self.field.product([Quotient(terms, 1, {}), self.field.power(base, e), rest])
                for e, terms in layers.items()
            ]
            quotient = self.field.sum(parts)
        return quotient


def _primes(value: int) -> dict[int, int]:
    """The prime factors of a positive whole number; a very large one is left whole."""
    return {value: 1} if value > 1 << 40 else dict(factorint(value))
