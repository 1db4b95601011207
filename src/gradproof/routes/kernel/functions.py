"""Functions of one real variable: normal forms of exp, log and |·|, and their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .indices import Tensor
from .powers import absolute, absolute_of_one, content_of, power, prime_powers
from .product import leading, settled, times
from .rename import Rebuild, rebuilds
from .signs import is_nonnegative, is_positive
from .terms import (
    ONE,
    ZERO,
    Abstraction,
    Atom,
    Base,
    Entry,
    Mono,
    Op,
    Poly,
    constant,
    of_atom,
    plus,
    scaled,
)

Function = Callable[[Poly], Poly]
Entering = Callable[[Any, Function, Callable[[Poly], bool]], Poly | None]
#: The logarithm of what has a head, if it is taken apart; a function of an atom, if it goes inside.
_LOGARITHMS: dict[str, Callable[[Op], Poly | None]] = {}
_INSIDE: dict[type, Entering] = {}


def logarithms(head: str) -> Callable[[Callable[[Op], Poly | None]], Any]:
    """Register how the logarithm of what has this head is taken apart; else it stays whole."""

    def register(rule: Callable[[Op], Poly | None]) -> Callable[[Op], Poly | None]:
        _LOGARITHMS[head] = rule
        return rule

    return register


def enters(kind: type[Atom]) -> Callable[[Entering], Entering]:
    """Register how a function of an atom of this class goes inside; else it stays outside."""

    def register(rule: Entering) -> Entering:
        _INSIDE[kind] = rule
        return rule

    return register


def of_head(head: str, argument: Poly) -> Poly:
    """A head applied to a scalar, in normal form."""
    if head == "exp":
        return exponential(argument)
    if head == "log":
        return logarithm(argument)
    if head == "abs":
        return absolute_of_one(argument)
    if head == "erf":
        return _error_function(argument)
    return of_atom(Op(head, (Abstraction((), argument),)))


@rebuilds("exp", "log", "abs", "erf")
def _again(atom: Op, again: Rebuild) -> Poly:
    return of_head(atom.head, again(atom.argument))


def exponential(argument: Poly) -> Poly:
    """exp(a + b) = exp a · exp b; exp(c·u) = exp(u)^c; exp(c·log u) = u^c."""
    result = ONE
    for mono, c in argument:
        factors = list(mono)
        atom, q = factors[0] if len(factors) == 1 else (None, None)
        inside = _exp_of_choice(atom, c) if q == 1 else None
        if isinstance(atom, Op) and atom.head == "log" and q == 1:
            part = power(atom.argument, c)
        elif inside is not None:
            part = inside
        else:
            unit = Op("exp", (Abstraction((), Poly([(mono, Fraction(1))])),))
            part = settled({unit.key: (unit, c)})
        result = times(result, part)
    return result


def logarithm(argument: Poly) -> Poly:
    """The logarithm of a product, taken apart where the factors' signs are known."""
    if len(argument) > 1:
        content, c, rest = content_of(argument, False)
        # Taking out the content can leave a single term: 1 − b/(a + b) leaves a.
        opened = _log_atom(rest) if len(rest) > 1 else logarithm(rest)
        return plus(_log_mono(content, c), opened)
    ((mono, c),) = argument.terms.values() or ((Mono({}), Fraction(0)),)
    return _log_mono(mono, c)


def _log_mono(mono: Mono, c: Fraction) -> Poly:
    if c == 0:
        return _log_atom(ZERO)
    result = plus(*(scaled(_log_atom(constant(p)), n) for p, n in prime_powers(abs(c))))
    unsigned = {}
    for key, (atom, e) in mono.factors.items():
        if isinstance(atom, Op) and atom.head == "exp":
            result = plus(result, scaled(atom.argument, e))
        elif is_nonnegative(atom) or e.denominator != 1:
            result = plus(result, scaled(_log_of(atom), e))
        elif e % 2 == 0:
            result = plus(result, scaled(logarithm(absolute(of_atom(atom))), e))
        else:
            unsigned[key] = (atom, e)
    if c > 0 and len(unsigned) == 1:
        ((atom, e),) = unsigned.values()
        return plus(result, scaled(_log_of(atom), e))
    if c < 0 or unsigned:
        rest = Poly([(Mono(unsigned), Fraction(1 if c > 0 else -1))])
        return plus(result, _log_atom(rest))
    return result


def _log_of(atom: Atom) -> Poly:
    """The logarithm of one factor; a polynomial taken as a factor is opened."""
    if isinstance(atom, Base):
        return _log_atom(atom.poly)
    if isinstance(atom, Op) and atom.head in _LOGARITHMS:
        inside = _LOGARITHMS[atom.head](atom)
    else:
        inside = _of_choice(atom, logarithm, is_positive)
    return inside if inside is not None else _log_atom(of_atom(atom))


def _exp_of_choice(atom: object, c: Fraction) -> Poly | None:
    return _of_choice(atom, lambda value: exponential(scaled(value, c)))


def _of_choice(
    atom: object, function: Function, fits: Callable[[Poly], bool] = bool
) -> Poly | None:
    """A function of what a one-hot column chooses."""
    rule = _INSIDE.get(type(atom))
    return rule(atom, function, fits) if rule else None


def _log_atom(argument: Poly) -> Poly:
    return of_atom(Op("log", (Abstraction((), argument),)))


def _error_function(argument: Poly) -> Poly:
    """erf(−u) = −erf u, so that the leading coefficient inside is positive."""
    if not argument.terms:
        return ZERO
    sign = -1 if leading(argument)[1] < 0 else 1
    unit = Op("erf", (Abstraction((), scaled(argument, sign)),))
    return scaled(of_atom(unit), sign)


def slope(atom: Op) -> Poly:
    """The derivative of a function of one scalar, at its argument."""
    argument = atom.argument
    if atom.head == "exp":
        return of_atom(atom)
    if atom.head == "log":
        return power(argument, -1)
    if atom.head == "abs":
        return times(of_atom(atom), power(argument, -1))
    if atom.head == "pow":
        return times(atom.args[1].body, of_atom(atom), power(argument, -1))
    if atom.head == "erf":
        pi = of_atom(Entry(Tensor("pi", {"positive": True, "constant": True})))
        bell = exponential(scaled(times(argument, argument), -1))
        return scaled(times(power(pi, Fraction(-1, 2)), bell), 2)
    name, _, order = atom.head.rpartition("'")
    return of_atom(Op(f"{name}'{int(order) + 1}", atom.args))
