"""Polynomials over denominators: multiplying out what is divided by."""

from __future__ import annotations

from .powers import power
from .product import times
from .signs import is_positive
from .terms import Base, Mono, Poly, of_atom, plus

_MOST_DENOMINATORS = 50


def surely_positive(poly: Poly) -> bool:
    """Whether a polynomial is > 0: as it is, or over denominators that are."""
    if is_positive(poly):
        return True
    divisors = [atom for mono, _ in poly for atom, q in mono if isinstance(atom, Base) and q < 0]
    return bool(divisors) and all(map(is_positive, divisors)) and is_positive(numerator(poly))


def numerator(poly: Poly) -> Poly:
    """A polynomial with every denominator multiplied out."""
    for _ in range(_MOST_DENOMINATORS):
        base = _denominator(poly)
        if base is None:
            break
        poly = _multiplied_out(poly, base)
    return poly


def _denominator(poly: Poly) -> Base | None:
    return next(
        (atom for mono, _ in poly for atom, q in mono if isinstance(atom, Base) and q < 0), None
    )


def _multiplied_out(poly: Poly, base: Base) -> Poly:
    """``poly`` times the power of ``base`` that leaves none of it in a denominator."""
    key = base.key
    powers = [mono.factors[key][1] if key in mono.factors else 0 for mono, _ in poly]
    lowest = min(powers)
    terms = []
    for (mono, c), q in zip(poly, powers, strict=True):
        rest = Mono({k: pair for k, pair in mono.factors.items() if k != key})
        raised = q - lowest
        whole = raised.numerator // raised.denominator
        fraction = of_atom(base, raised - whole) if raised != whole else None
        factors = [Poly([(rest, c)]), power(base.poly, whole)]
        terms.append(times(*factors, *([fraction] if fraction else [])))
    return plus(*terms)
