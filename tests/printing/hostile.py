"""Random statements of what is easily misread: names that look alike, signs that share a form."""

from __future__ import annotations

import random
from typing import Any

from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    Integer,
    KroneckerProduct,
    MatMul,
    Rational,
    Sum,
    Trace,
    exp,
    log,
    pi,
    sqrt,
    tanh,
)

from gradproof import (
    cross_entropy,
    define,
    differential,
    dims,
    eye,
    function,
    gradient,
    hessian,
    inner,
    jacobian,
    labels,
    log_softmax,
    logdet,
    logsumexp,
    matrix,
    mean,
    norm,
    ones,
    relu,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)
from gradproof.errors import GradproofError
from gradproof.language.statement import Statement

n, T, m = dims("n T m")
NAMES = """
    a b d f i k s u x x1 x_1 x_12 x_1_2 x_i x_ij x_i_j ab abc A A' A_prime A_hat A_ij A_T T
    J J_1 L P S Sigma Sigma_k sigma pi pi_1 e e_1 D d_A loss dims step alpha lambda delta
    phi phi' M M_01 M_0 v w w_x wx E lambda_1 eye_1
""".split()  # noqa: SIM905
FUNCTIONS = ("f", "phi", "sigma", "L", "J", "loss", "x", "A", "ab")
RATIONALS = (Integer(-1), Integer(2), Integer(-2), Integer(10), Rational(1, 2), Rational(-2, 3), pi)
FACTS = ({}, {}, {}, {"symmetric": True}, {"invertible": True}, {"positive": True})


class Hostile:
    """Makes expressions; what it cannot make raises an error of gradproof."""

    def __init__(self, seed: int, names: int = 4) -> None:
        self.random = random.Random(seed)
        self.names = self.random.sample(NAMES, names)
        self.functions = self.random.sample(FUNCTIONS, 2)

    def statement(self) -> Statement | None:
        """A statement, or None where one is refused; its sides have the same shape."""
        make = self.random.choice((self.scalar, self.scalar, self.square, self.square, self.column))
        try:
            return Statement(make(self.random.randint(1, 3)), make(self.random.randint(0, 1)))
        except (GradproofError, ValueError, TypeError, AttributeError, RecursionError):
            return None

    def name(self) -> str:
        return self.random.choice(self.names)

    def scalar(self, depth: int) -> Any:
        pick = self.random.choice
        if depth == 0:
            return pick(
                (
                    lambda: scalar(self.name()),
                    lambda: scalar(self.name()),
                    lambda: scalar(self.name(), positive=True),
                    lambda: pick(RATIONALS),
                    lambda: pick((n, T)),
                    lambda: exp(1),
                )
            )()
        s, q, v, a = self.scalar, self.square, self.column, depth - 1
        return pick(
            (
                lambda: s(a) + s(a),
                lambda: s(a) - s(a),
                lambda: s(a) * s(a),
                lambda: s(a) * (s(a) + s(0)),
                lambda: s(a) / s(a),
                lambda: -s(a),
                lambda: s(a) ** pick((2, -1, -2, 3, n, T, n - 1, Rational(1, 2), Rational(2, 3))),
                lambda: s(a) ** s(0),
                lambda: sqrt(s(a)),
                lambda: exp(s(a)),
                lambda: log(s(a)),
                lambda: Abs(s(a)),
                lambda: pick((tanh, sigmoid, relu))(s(a)),
                lambda: self.function()(s(a)),
                lambda: self.function().prime(s(a)),
                lambda: self.function()(q(a)),
                lambda: self.function()(v(a)),
                lambda: pick((total, mean, norm, Trace, Determinant, logdet))(q(a)),
                lambda: pick((total, mean, norm, logsumexp))(v(a)),
                lambda: inner(q(a), q(a)),
                lambda: inner(v(a), v(a)),
                lambda: cross_entropy(q(a), pick((q(a), labels(self.name(), n, n)))),
                lambda: differential(s(a)),
                lambda: gradient(s(a), scalar(self.name())),
                lambda: define(self.name(), s(a)),
                lambda: total(v(a).T * q(a) * v(a)),
                lambda: matrix(self.name(), 3, 2)[pick((0, 1, 2)), pick((0, 1))],
                lambda: vector(self.name(), 12)[pick((0, 1, 10)), 0],
                lambda: Sum(s(0) ** n, (n, 1, T)),
                lambda: s(a),
            )
        )()

    def function(self) -> Any:
        return function(self.random.choice(self.functions))

    def square(self, depth: int) -> Any:
        pick = self.random.choice
        if depth == 0:
            return pick(
                (
                    lambda: matrix(self.name(), n, n, **pick(FACTS)),
                    lambda: matrix(self.name(), n, n),
                    lambda: matrix(self.name(), n, n),
                    lambda: eye(n),
                    lambda: ones(n, n),
                    lambda: labels(self.name(), n, n),
                )
            )()
        s, q, v, a = self.scalar, self.square, self.column, depth - 1
        return pick(
            (
                lambda: q(a) + q(a),
                lambda: q(a) - q(a),
                lambda: q(a) * q(a),
                lambda: MatMul(q(a), q(a), q(0)),
                lambda: q(a) * (q(a) + q(0)),
                lambda: s(a) * q(a),
                lambda: q(a) / s(a),
                lambda: -q(a),
                lambda: q(a).T,
                lambda: q(a).I,
                lambda: q(a) ** pick((2, 3, -2, T, -T, T - 1, m, 2 * T)),
                lambda: HadamardProduct(q(a), q(a)),
                lambda: HadamardPower(q(a), pick((2, -1, -2, T, Rational(1, 2)))),
                lambda: q(a).applyfunc(pick((exp, log, tanh, sigmoid, self.function()))),
                lambda: q(a).applyfunc(self.function().prime),
                lambda: q(a).applyfunc(pick((lambda z: z**2, lambda z: 1 + z, lambda z: -z))),
                lambda: self.with_scalar(q(a), s(a)),
                lambda: softmax(q(a), axis=pick((0, 1))),
                lambda: log_softmax(q(a)),
                lambda: v(a) * v(a).T,
                lambda: DiagMatrix(v(a)),
                lambda: KroneckerProduct(v(a), v(a).T),
                lambda: gradient(s(a), matrix(self.name(), n, n)),
                lambda: jacobian(v(a), vector(self.name(), n)),
                lambda: hessian(s(a), vector(self.name(), n)),
                lambda: differential(q(a)),
                lambda: define(self.name(), q(a)),
                lambda: define(self.name(), Sum(q(0) ** m, (m, 1, T))),
                lambda: q(a),
            )
        )()

    def with_scalar(self, of: Any, constant: Any) -> Any:
        return of.applyfunc(lambda z: z * constant + 1)

    def column(self, depth: int) -> Any:
        pick = self.random.choice
        if depth == 0:
            return pick(
                (
                    lambda: vector(self.name(), n),
                    lambda: vector(self.name(), n),
                    lambda: ones(n),
                    lambda: labels(self.name(), 1, n),
                )
            )()
        s, q, v, a = self.scalar, self.square, self.column, depth - 1
        return pick(
            (
                lambda: v(a) + v(a),
                lambda: v(a) - v(a),
                lambda: q(a) * v(a),
                lambda: s(a) * v(a),
                lambda: v(a) / s(a),
                lambda: HadamardProduct(v(a), v(a)),
                lambda: v(a).applyfunc(pick((exp, log, sigmoid, self.function()))),
                lambda: softmax(v(a)),
                lambda: q(a) * ones(n),
                lambda: gradient(s(a), vector(self.name(), n)),
                lambda: differential(v(a)),
                lambda: define(self.name(), v(a)),
                lambda: v(a),
            )
        )()
