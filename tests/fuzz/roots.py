"""Logarithms, roots and absolute values of products, taken apart in right and wrong ways."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import Abs, HadamardPower, HadamardProduct, Integer, Mul, Rational, exp, log

from gradproof import dims, inner, matrix, scalar, total
from gradproof.language.statement import Statement

from .claims import Claim

M, N, K = dims("m n k")
U, V = scalar("u"), scalar("v")
P, Q = scalar("p", positive=True), scalar("q", nonzero=True)
HOT, A, B = matrix("H", M, N, one_hot=True), matrix("A", M, N), matrix("B", M, N)
POS = matrix("P", M, N, positive=True)
_FACTORS = [U, V, P, Q, U + V, U - 1, U**2 + 1, Abs(U), inner(HOT, A), inner(A, A), inner(A, B)]
_TERMS = [U, V, P, Integer(1)]
_POWERS = [Integer(n) for n in (-2, -1, 1, 1, 1, 2, 2, 3, 4)]
_ROOTS = [Rational(1, 2), Rational(-1, 2), Rational(1, 3), Rational(3, 2), Rational(1, 4)]


def roots(chance: Random) -> Iterator[Claim]:
    """A root or a logarithm of a product against what it is taken apart to."""
    count = chance.choice((1, 2, 2, 3))
    bases = [
        (f, chance.choice([*_POWERS, *_POWERS, K, 2 * K, K - 1] if f in (U, V, P) else _POWERS))
        for f in chance.sample(_FACTORS, count)
    ]
    factors = [base**exponent for base, exponent in bases]
    number = Integer(chance.choice((1, 1, 1, -1, 2, -4)))
    whole = Mul(number, *factors)
    q = chance.choice(_ROOTS)
    power, head = (lambda z: z**q), chance.choice((log, log, Abs, exp))
    left = power(whole)
    out = Mul(power(abs(number)), *(base ** (exponent * q) for base, exponent in bases))
    for parted in (_parted(chance, factors, number, power), out, power(_signed(chance, whole))):
        yield Claim(Statement(left, parted))
    one, other = chance.sample(_TERMS, 2)
    inside = power(one + other)
    both = power((one + other) * (one - other))
    twice = power(whole * (one + other)) * power(whole * (one - other))
    for outside in (whole, Abs(whole), -whole):
        yield Claim(Statement(twice, power(outside**2) * both))
        yield Claim(Statement(twice, outside ** (2 * q) * both))
    for outside in (out, power(abs(whole)), power(whole)):
        yield Claim(Statement(power(one * whole + other * whole), outside * inside))
    if head in (log, exp):
        parted = sum((head(f) for f in factors), head(abs(number)))
    else:
        parted = Mul(*(head(f) if chance.random() < 0.7 else f for f in factors), abs(number))
    yield Claim(Statement(head(whole), parted))
    yield Claim(Statement(head(whole), head(_signed(chance, whole))))
    yield from _entrywise(chance, q)


def _signed(chance: Random, whole: Any) -> Any:
    return chance.choice([-whole, Abs(whole), whole.xreplace({U: Abs(U)}), whole.xreplace({U: -U})])


def _parted(chance: Random, factors: Any, number: Any, power: Any) -> Any:
    parts = []
    for factor in factors:
        choice = chance.random()
        part = Abs(factor) if choice < 0.3 else -factor if choice < 0.4 else factor
        parts.append(power(part))
    return Mul(*parts, power(abs(number)))


def _entrywise(chance: Random, q: Any) -> Iterator[Claim]:
    """The same of matrices, entry by entry."""
    one, other = chance.sample([A, B, POS, HOT, A + POS], 2)
    both = HadamardProduct(one, other)
    if chance.random() < 0.5:
        left = HadamardPower(both, q)
        right = HadamardProduct(HadamardPower(one, q), HadamardPower(other, q))
    else:
        left = both.applyfunc(log)
        right = one.applyfunc(log) + other.applyfunc(log)
    if chance.random() < 0.3:
        left, right = total(left), total(right)
    yield Claim(Statement(left, right))
