"""What follows from the assumptions of symbols, and what does not: one-hot, orthogonal ones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sympy import Abs, Determinant, HadamardPower, HadamardProduct, Integer, Trace, exp, log, tanh

from gradproof import dims, eye, inner, matrix, norm, ones, scalar, total, vector
from gradproof.language.statement import Statement

from .claims import Claim

M, N, K = dims("m n k")
U, C, E, P = scalar("u"), vector("c", N), vector("e", N), vector("p", N, positive=True)
H, G = matrix("h", N, 1, one_hot=True), matrix("g", N, 1, one_hot=True)
HOT, COLD = matrix("H", N, N, one_hot=True), matrix("G", N, N, one_hot=True)
WIDE = matrix("W", N, M, one_hot=True)
Q, O = matrix("Q", N, N, orthogonal=True), matrix("O", N, N, orthogonal=True)  # noqa: E741
S, J = matrix("S", N, N, symmetric=True), matrix("J", N, N, invertible=True)
T, F = matrix("T", N, N, positive_definite=True), matrix("F", N, N, diagonal=True)
Y, A = matrix("Y", N, N, column_sums=1), matrix("A", N, N)
SQUARES = [HOT, HOT, COLD, Q, Q, O, S, J, T, F, Y, A, eye(N), WIDE * WIDE.T, ones(N, N)]


def assumed(chance: Random) -> Iterator[Claim]:
    """Products of matrices with assumptions, functions of a choice, and near misses."""
    if chance.random() < 0.4:
        head, column, other = chance.choice(_HEADS), chance.choice((H, G)), chance.choice((H, G))
        one, two = chance.choice((C, E, P, C - E)), chance.choice((C, E, P, exp_of(C)))
        yield Claim(Statement(head(inner(column, one)), inner(other, one.applyfunc(head))))
        both = inner(column, one) * inner(other, two)
        yield Claim(Statement(both, inner(column, HadamardProduct(one, two))))
        yield Claim(
            Statement(inner(column, one) / inner(other, two), inner(other, _over(one, two)))
        )
    word = _word(chance)
    for right in (_word(chance), chance.choice(SQUARES), _simpler(word, chance)):
        left, other = chance.choice(_VIEWS)(word, right)
        yield Claim(Statement(left, other))


def exp_of(matrix_: Any) -> Any:
    """The exponential of every entry."""
    return matrix_.applyfunc(exp)


def _over(one: Any, two: Any) -> Any:
    return HadamardProduct(one, HadamardPower(two, -1))


_HEADS = [log, exp, tanh, Abs, lambda z: z**2, lambda z: 1 / z, lambda z: (z**2 + 1) ** -1]


def _word(chance: Random) -> Any:
    """A product of up to four of the matrices, entry by entry or not, and transposes."""
    if chance.random() < 0.2:
        one, other = chance.sample(SQUARES, 2)
        return HadamardProduct(one, chance.choice((one, other, one.T)))
    first = chance.choice(SQUARES)
    letters = [chance.choice((first, first.T)), chance.choice((first, first.T))]
    letters += [chance.choice(SQUARES) for _ in range(chance.choice((0, 0, 1, 2)))]
    chance.shuffle(letters)
    whole = letters[0]
    for letter in letters[1:]:
        whole = whole * letter
    return whole


def _simpler(word: Any, chance: Random) -> Any:
    """The product without two of its factors, or another way round."""
    args = list(getattr(word, "args", ()))
    if len(args) < 3 or isinstance(word, HadamardProduct):
        return chance.choice([eye(N), word.T, ones(N, N)])
    k = chance.randrange(len(args) - 1)
    del args[k : k + 2]
    whole = args[0]
    for letter in args[1:]:
        whole = whole * letter
    return whole


_VIEWS = [
    *[lambda one, other: (one, other)] * 3,
    lambda one, other: (Trace(one), Trace(other)),
    lambda one, other: (total(one), total(other)),
    lambda one, other: (one * ones(N), other * ones(N)),
    lambda one, other: (one.T * ones(N), ones(N)),
    lambda one, other: (Determinant(one) ** 2, Integer(1)),
    lambda one, other: (norm(one * C), norm(other * C)),
    lambda one, other: (Abs(Determinant(one)), Determinant(other)),
]
