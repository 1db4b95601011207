"""Names whose unfolding would cancel: what they need must not be lost."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import Abs, HadamardPower, HadamardProduct, Integer, Rational, exp, log, sqrt, tanh

from gradproof import define, dims, eye, inner, matrix, norm, ones, scalar, total, vector
from gradproof.language.shapes import is_matrix
from gradproof.language.statement import Statement

from .claims import Claim

N, M = dims("n m")
X, Y, Z = scalar("x"), scalar("y"), scalar("z")
A, V, C = matrix("A", N, N), matrix("V", M, N), vector("c", N)
HALF = Rational(1, 2)


def _scalars(x: Any) -> list[tuple[Any, Any]]:
    """Pairs that are equal where x is what they need: one side in names, the other without."""
    r, l, s = define("r", 1 / x), define("l", log(x)), define("s", sqrt(x))  # noqa: E741
    e, a, t = define("h", exp(x)), define("a", Abs(x)), define("t", x**-2)
    return [
        (x * r, Integer(1)),
        (x**2 * r, x),
        (x * r**2, r),
        (r / r, Integer(1)),
        (1 / r, x),
        (t * x, 1 / x),
        (t / r, r),
        (exp(l), x),
        (exp(2 * l), x**2),
        (exp(l) - x, Integer(0)),
        (s**2, x),
        (s**4, x**2),
        (s * s * r, Integer(1)),
        (sqrt(x) * s, x),
        (log(e), x),
        (log(s), l / 2),
        (log(e * r), x - l),
        (a**2, x**2),
        (a**2 * r, x),
        (sqrt(define("q", x**2)), a),
        (r - define("o", 1 / x), Integer(0)),
        (l - define("o", log(x)), Integer(0)),
        (0 * x + l * define("o", 1 / l), Integer(1)),
        (define("o", x * r), Integer(1)),
        (define("o", x * r) * x, x),
        (x ** define("o", Integer(2)), x**2),
    ]


def _matrices(c: Any) -> list[tuple[Any, Any]]:
    inv, w = define("R", A.I), define("W", HadamardPower(V, -1))
    root, lg = define("S", HadamardPower(V, HALF)), define("L", V.applyfunc(log))
    return [
        (A * inv, eye(N)),
        (inv * A * C, C),
        (inv.I, A),
        (inv**-2 * C, A**2 * C),
        (HadamardProduct(V, w), ones(M, N)),
        (HadamardPower(w, -1), V),
        (HadamardPower(root, 2), V),
        (HadamardProduct(root, root), V),
        (lg.applyfunc(exp), V),
        (HadamardProduct(V, w).T, ones(N, M)),
        (total(HadamardProduct(V, w)), M * N),
        (total(HadamardPower(root, 2)), total(V)),
        (V.applyfunc(lambda z: z * define("r", 1 / z)), ones(M, N)),
        (V.applyfunc(lambda z: exp(define("l", log(z)))), V),
        (inner(define("R", C / norm(C)), C), norm(C)),
        (norm(define("R", C / norm(C))) ** 2, Integer(1)),
        (inner(C, C) * define("r", 1 / norm(C) ** 2), Integer(1)),
        (c * define("R", A / c), A),
    ]


def names(chance: Random) -> Iterator[Claim]:
    """A pair that is equal by construction, in a context, and near misses."""
    x = chance.choice([X, X, X, X + Y, X * Y, X**2, X - Y, log(Y), inner(C, C), exp(Y) - 1])
    pairs = _scalars(x) if chance.random() < 0.7 else _matrices(X)
    one, other = chance.choice(pairs)
    left, right, good = _within(chance, one, other)
    yield Claim(Statement(left, right), holds=good)
    yield Claim(Statement(left, chance.choice([2 * right, right + right, -right])))


def _within(chance: Random, one: Any, other: Any) -> tuple[Any, Any, bool]:
    """Both in the same context, which may need something of its own."""
    roll = chance.random()
    if roll < 0.4:
        return one, other, True
    if is_matrix(one):
        sides = [chance.choice([total, norm, lambda m: -m, lambda m: m.T])] * 2
    else:
        head = chance.choice(
            [exp, tanh, lambda z: z + Y, lambda z: Y * z, lambda z: z - z**2, lambda z: 1 / (Z - z)]
        )
        sides = [head, head]
    left, right = (head(side) for head, side in zip(sides, (one, other), strict=True))
    return left, right, True
