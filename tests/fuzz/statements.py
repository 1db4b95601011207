"""Random statements over the language, and what must hold of the kernel for each of them."""

from __future__ import annotations

from random import Random
from typing import Any

import mpmath
from flint import arb
from sympy import (
    Abs,
    Determinant,
    HadamardPower,
    HadamardProduct,
    Integer,
    KroneckerProduct,
    Rational,
    Sum,
    Trace,
    erf,
    exp,
    log,
    sqrt,
    tanh,
)

from gradproof import (
    dims,
    eye,
    function,
    gradient,
    inner,
    matrix,
    norm,
    ones,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import GradproofError, OutOfTime, Undecided
from gradproof.kernel import Comparison
from gradproof.kernel.read import Reader
from gradproof.limits import time_limit
from gradproof.numbers import Judge, NoPoint, sample
from gradproof.statement import Statement

from ..kernel.values import Undefined, Unknown
from ..kernel.values import value as value_of

#: Seconds after which a statement is left alone.
LONGEST = 5.0
M, N = dims("m n")
K, R = dims("k r")
A, B = matrix("A", M, N), matrix("B", M, N)
SQUARE = matrix("Q", N, N, symmetric=True)
POSITIVE = matrix("R", M, N, positive=True)
Y = matrix("Y", M, N, column_sums=1)
HOT = matrix("H", M, N, one_hot=True)
COLD = matrix("G", M, N, one_hot=True)
INVERTIBLE = matrix("K", N, N, invertible=True)
DIAGONAL = matrix("D", N, N, diagonal=True)
ORTHOGONAL = matrix("O", N, N, orthogonal=True)
X, V = vector("x", N), vector("v", N)
PHI, F = function("phi"), function("F")
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
        head = chance.choice([exp, log, Abs, sqrt, tanh, erf, PHI])
        return head(some_scalar(chance, depth - 1))
    if roll < 0.85:
        return total(some_matrix(chance, depth - 1))
    if roll < 0.93:
        return inner(some_matrix(chance, depth - 1), some_matrix(chance, depth - 1))
    square = some_square(chance, depth - 1)
    if roll < 0.95:
        return some_power(chance, square)
    last = [inner(X, square * V), Trace(square), norm(square * X), F(square * V)]
    return chance.choice([*last, Determinant(square), total(KroneckerProduct(A, square))])


def some_power(chance: Random, square: Any) -> Any:
    """A random scalar with an exponent that is no number, or a sum over exponents."""
    exponent = chance.choice([K, K - 1, 2 * K, K + 1, N, N - 1, -K])
    within = [SQUARE, INVERTIBLE, DIAGONAL, square]
    base, other = chance.choice(within), chance.choice(within)
    term = base ** (R - 1) * other * base ** (K - R)
    return chance.choice(
        [
            Trace(other * base**exponent),
            inner(X, base**K * other * base**exponent * V),
            Sum(Trace(term), (R, 1, K)),
            Determinant(chance.choice([U, P, -1]) * base) ** exponent,
            U**exponent * chance.choice([U, P, 1]) ** K,
            total(HadamardPower(POSITIVE, exponent)),
            P ** (U * some_scalar(chance, 1)),
        ]
    )


def some_square(chance: Random, depth: int) -> Any:
    """A random expression of shape n×n."""
    roll = chance.random()
    if depth <= 0 or roll < 0.4:
        return chance.choice([SQUARE, INVERTIBLE, DIAGONAL, ORTHOGONAL, eye(N), ones(N, N)])
    if roll < 0.55:
        return some_square(chance, depth - 1) + some_square(chance, depth - 1)
    if roll < 0.7:
        return some_square(chance, depth - 1) * some_square(chance, depth - 1)
    if roll < 0.8:
        return HadamardProduct(some_square(chance, depth - 1), some_square(chance, depth - 1))
    if roll < 0.88:
        return some_matrix(chance, depth - 1).T * some_matrix(chance, depth - 1)
    square = some_square(chance, depth - 1)
    sums = HadamardPower(POSITIVE.T * ones(M), chance.choice(POWERS)) * ones(N).T
    inverses = [INVERTIBLE.I, (INVERTIBLE * DIAGONAL).I, square * INVERTIBLE.I]
    return chance.choice([square.T, *inverses, (eye(N) + HadamardProduct(sums, square)).I])


def some_matrix(chance: Random, depth: int) -> Any:
    """A random expression of shape m×n."""
    roll = chance.random()
    if depth == 0 or roll < 0.2:
        return chance.choice([A, B, POSITIVE, Y, HOT, COLD, ones(M, N), ones(M) * X.T])
    if roll < 0.35:
        return some_matrix(chance, depth - 1) + some_matrix(chance, depth - 1)
    if roll < 0.5:
        return HadamardProduct(some_matrix(chance, depth - 1), some_matrix(chance, depth - 1))
    if roll < 0.6:
        return some_matrix(chance, depth - 1) * some_square(chance, depth - 2)
    if roll < 0.7:
        return some_scalar(chance, depth - 1) * some_matrix(chance, depth - 1)
    if roll < 0.8:
        return softmax(some_matrix(chance, depth - 1))
    if roll < 0.9:
        return ones(M, M) * some_matrix(chance, depth - 1)
    if roll < 0.93:
        return HadamardPower(POSITIVE, chance.choice(POWERS))
    head = chance.choice([exp, tanh, erf, PHI, lambda z: z**2])
    return some_matrix(chance, depth - 1).applyfunc(head)


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
            lambda: lhs.xreplace({HOT: COLD, COLD: HOT}),
            lambda: lhs.xreplace({COLD: HOT}),
            lambda: lhs.xreplace({U: P}),
            lambda: lhs.xreplace({ORTHOGONAL: eye(N)}),
            lambda: lhs.xreplace({SQUARE: DIAGONAL}),
            lambda: lhs.xreplace({K: K + 1}),
            lambda: lhs.xreplace({SQUARE: SQUARE.T}),
            lambda: lhs.xreplace({INVERTIBLE: INVERTIBLE.T}),
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


def keeps_value(expr: Any, chance: Random) -> bool:
    """Whether the normal form of an expression, or of a derivative, has its value at a point.

    Raises ``Undecided`` or ``Undefined`` where one of the two has none.
    """
    claim = Statement(expr, expr)
    sizes = {M: 2, N: 3, K: 2}
    point, known, _ = sample(claim, sizes, chance, digits=20)
    drawn = {str(symbol.name): (symbol, value) for symbol, value in point.values.items()}
    plain = {str(dim): size for dim, size in sizes.items()}

    def entry(name: str, at: tuple[int, ...]) -> Any:
        symbol, value = drawn[name]
        if not at:
            return as_number(value)
        if len(at) == 1:  # a vector, or a diagonal matrix
            return as_number(value[at[0]][at[0] if symbol.shape[1] != 1 else 0])
        return as_number(value[at[0]][at[1]])

    reader = Reader()
    with mpmath.workdps(40):
        if not claim.is_matrix:
            return close(value_of(reader.scalar(claim.left), entry, plain), known)
        axes = [reader.indices(claim.left, axis) for axis in (0, 1)]
        poly = reader.entry(claim.left, *axes)
        return all(
            close(value_of(poly, entry, plain, {axes[0][0]: i, axes[1][0]: j}), known[i][j])
            for i in range(len(known))
            for j in range(len(known[0]))
        )


def as_number(value: Any) -> Any:
    """A fraction, or the middle of a ball, in numbers of many digits."""
    if isinstance(value, arb):
        mantissa, exponent = value.mid().man_exp()
        return mpmath.ldexp(int(mantissa), int(exponent))
    return mpmath.mpf(int(value.numerator)) / int(value.denominator)


def close(one: Any, known: Any) -> bool:
    """Whether two values agree to fifteen digits."""
    other = as_number(known)
    return bool(abs(one - other) <= 1e-15 * max(1, abs(one), abs(other)))


def checked(expr: Any, chance: Random) -> str:
    """``kept`` or ``undefined``; raises AssertionError where the normal form changes a value."""
    try:
        assert keeps_value(expr, chance), f"the normal form has another value: {expr}"
    except (Undecided, Undefined, Unknown, RecursionError):
        return "undefined"
    return "kept"


def run(seed: int, count: int) -> dict[str, int]:
    """Judge ``count`` random statements; return how many ended how."""
    chance = Random(seed)
    endings = ("accepted", "refused", "undecided", "malformed", "kept", "undefined", "slow")
    tally = dict.fromkeys(endings, 0)
    for _ in range(count):
        try:
            statement = some_statement(chance)
        except (GradproofError, ArithmeticError, TypeError, ValueError):
            tally["malformed"] += 1
            continue
        for question in (
            lambda it=statement: judged(it),
            lambda it=statement: checked(it.lhs, chance),
        ):
            try:
                with time_limit(LONGEST):
                    tally[question()] += 1
            except OutOfTime:
                tally["slow"] += 1
    return tally
