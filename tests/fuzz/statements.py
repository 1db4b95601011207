"""Random statements over the language, and what must hold of the kernel for each of them."""

from __future__ import annotations

from random import Random
from typing import Any

from sympy import Abs, HadamardProduct, Integer, Rational, Trace, exp, log, sqrt

from gradproof import dims, gradient, inner, matrix, ones, scalar, softmax, total, vector
from gradproof.errors import GradproofError, Undecided
from gradproof.kernel import Comparison
from gradproof.numbers import Judge, NoPoint
from gradproof.statement import Statement

M, N = dims("m n")
A, B = matrix("A", M, N), matrix("B", M, N)
SQUARE = matrix("Q", N, N, symmetric=True)
POSITIVE = matrix("R", M, N, positive=True)
Y = matrix("Y", M, N, column_sums=1)
HOT = matrix("H", M, N, one_hot=True)
X, V = vector("x", N), vector("v", N)
U, P = scalar("u"), scalar("p", positive=True)
POWERS = [Integer(-2), Integer(-1), Integer(2), Rational(1, 2), Rational(-1, 2), Rational(3, 2)]


def some_scalar(chance: Random, depth: int) -> Any:
    """A random scalar expression."""
    roll = chance.random()
    if depth == 0 or roll < 0.1:
        return chance.choice([U, P, Integer(1), Integer(2), Integer(-1), Rational(1, 2)])
    if roll < 0.3:
        return some_scalar(chance, depth - 1) + some_scalar(chance, depth - 1)
    if roll < 0.5:
        return some_scalar(chance, depth - 1) * some_scalar(chance, depth - 1)
    if roll < 0.6:
        return some_scalar(chance, depth - 1) ** chance.choice(POWERS)
    if roll < 0.7:
        return chance.choice([exp, log, Abs, sqrt])(some_scalar(chance, depth - 1))
    if roll < 0.85:
        return total(some_matrix(chance, depth - 1))
    if roll < 0.93:
        return inner(some_matrix(chance, depth - 1), some_matrix(chance, depth - 1))
    return inner(X, SQUARE * V) if roll < 0.97 else Trace(SQUARE * SQUARE)


def some_matrix(chance: Random, depth: int) -> Any:
    """A random expression of shape m×n."""
    roll = chance.random()
    if depth == 0 or roll < 0.2:
        return chance.choice([A, B, POSITIVE, Y, HOT, ones(M, N), ones(M) * X.T])
    if roll < 0.35:
        return some_matrix(chance, depth - 1) + some_matrix(chance, depth - 1)
    if roll < 0.5:
        return HadamardProduct(some_matrix(chance, depth - 1), some_matrix(chance, depth - 1))
    if roll < 0.6:
        return some_matrix(chance, depth - 1) * SQUARE
    if roll < 0.7:
        return some_scalar(chance, depth - 1) * some_matrix(chance, depth - 1)
    if roll < 0.8:
        return softmax(some_matrix(chance, depth - 1))
    if roll < 0.9:
        return ones(M, M) * some_matrix(chance, depth - 1)
    return some_matrix(chance, depth - 1).applyfunc(chance.choice([exp, lambda z: z**2]))


def some_statement(chance: Random) -> Statement:
    """A statement that may be true or false: an expression against a rearranged or other one."""
    lhs = some_scalar(chance, 3)
    if chance.random() < 0.3 and lhs.has(A):
        slope = gradient(lhs, A)
        return Statement(slope, slope * chance.choice([1, 1, 2, Rational(10005, 10000)]))
    rhs = chance.choice(
        [
            lambda: lhs.expand(),
            lambda: lhs * Rational(10005, 10000),
            lambda: lhs + Rational(1, 1000),
            lambda: some_scalar(chance, 2),
            lambda: lhs.xreplace({A: B}),
            lambda: lhs.xreplace({Y: HOT}),
            lambda: lhs.xreplace({U: P}),
        ]
    )()
    return Statement(lhs, rhs)


def judged(statement: Statement) -> str:
    """``accepted``, ``refused`` or ``undecided``; raises AssertionError for a false accept."""
    try:
        Comparison(statement).check(statement.right)
    except (Undecided, RecursionError):
        return "refused"
    try:
        assert Judge(statement).agrees(statement.right), f"false accept: {statement}"
    except NoPoint:
        return "undecided"
    return "accepted"


def run(seed: int, count: int) -> dict[str, int]:
    """Judge ``count`` random statements; return how many ended how."""
    chance = Random(seed)
    tally = {"accepted": 0, "refused": 0, "undecided": 0, "malformed": 0}
    for _ in range(count):
        try:
            statement = some_statement(chance)
        except (GradproofError, ArithmeticError, TypeError, ValueError):
            tally["malformed"] += 1
            continue
        tally[judged(statement)] += 1
    return tally
