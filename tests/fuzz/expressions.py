"""Random expressions of the language, with names that get into each other's way."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from sympy import (
    Abs,
    Determinant,
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    ImmutableDenseMatrix,
    Integer,
    KroneckerProduct,
    Lambda,
    Rational,
    Sum,
    Symbol,
    Trace,
    erf,
    exp,
    log,
    pi,
    sqrt,
    tanh,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from gradproof import (
    cross_entropy,
    define,
    dims,
    elu,
    eye,
    gelu,
    gelu_tanh,
    inner,
    labels,
    leaky_relu,
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
    silu,
    softmax,
    softplus,
    step,
    total,
    vector,
)
from gradproof.language.shapes import is_matrix

#: Names that a program might use itself, or that Python or NumPy has.
#: Those that the language accepts and that get into the way of Python, of NumPy or of each other.
NAMES = """np math lambda range float ratio xlogy f S Z Z_2 c y_hot entry E x x_1 X N_1 W b r_1 None
    True in is as def print self A B A' z scores probabilities axis len list""".split()  # noqa: SIM905
POWERS = [Integer(2), Integer(3), Integer(-1), Integer(-2), Rational(1, 2), Rational(-3, 2)]
ORDINARY = [Fraction(n, 8) for n in range(-20, 21)]
EXTREME = [Fraction(n) for n in (0, 0, 1, -1, 10**4, -(10**4), 40, -40, 800, -800)]


class Expressions:
    """Makes random expressions of one set of symbols."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.names = chance.sample(NAMES, 12)
        self.m, self.n, self.k = dims("m n k")
        take = iter(self.names)
        self.A = matrix(next(take), self.m, self.n)
        self.B = matrix(next(take), self.m, self.n)
        self.Q = matrix(next(take), self.n, self.n)
        self.R = matrix(next(take), self.n, self.n, invertible=True)
        self.x, self.v = vector(next(take), self.n), vector(next(take), self.m)
        self.t, self.u = scalar(next(take)), scalar(next(take), positive=True)
        self.y = labels(next(take), self.n, self.m)
        self.arguments = (self.A, self.B, self.Q, self.R, self.x, self.v, self.t, self.u, self.y)
        self.arguments += (self.k, self.m, self.n)
        self.functions: list[Callable[[Any], Any]] = [
            exp, tanh, erf, sigmoid, softplus, silu, gelu, gelu_tanh, relu, step, Abs,
            lambda z: z**2 - 3 * z + 1,
            lambda z: leaky_relu(z, Rational(1, 10)),
            lambda z: elu(z, self.u),
            lambda z: log(1 + exp(z)),
            lambda z: exp(z) / (1 + exp(z)),
            lambda z: exp(-z) / (1 + exp(-z)) ** 2,
            lambda z: 1 / (1 + z**2) - z / 2,
            lambda z: (z + Abs(z)) / 2,
            lambda z: z / sqrt(1 + z**2),
            lambda z: -((self.t - z) ** 3),
            lambda z: log(sigmoid(z)) * (1 - sigmoid(z)),
            lambda z: z * total(z * self.x) / 3,
            lambda z: step(z) + self.t * step(-z),
            lambda z: (1 - z / Abs(z)) / 2 * (exp(z) - 1),
        ]  # fmt: skip

    def pick(self, *ways: Callable[[], Any]) -> Any:
        """What one of the ways makes."""
        return self.chance.choice(ways)()

    def scalar(self, depth: int) -> Any:
        """A random scalar."""
        if depth <= 0:
            whole = [self.t, self.u, self.n, self.k, Integer(2), Rational(-1, 3), pi]
            return self.chance.choice([*whole, self.A[0, 0], self.x[0]])
        one = lambda: self.scalar(depth - 1)  # noqa: E731
        some = lambda: self.any(depth - 1)  # noqa: E731
        square = lambda: self.matrix(self.n, self.n, depth - 1)  # noqa: E731
        power = self.chance.choice(POWERS)
        r = Symbol(self.chance.choice([*NAMES[12:], "k"]), integer=True, positive=True)
        made = self.pick(
            lambda: one() + one(),
            lambda: one() - one(),
            lambda: one() * one(),
            lambda: one() / one(),
            lambda: -((one() - one()) ** self.chance.choice([2, 3])),
            lambda: (one() + self.t) ** power,
            lambda: self.chance.choice(self.functions[:11])(one()),
            lambda: log(1 + one() ** 2),
            lambda: total(some()),
            lambda: mean(some()),
            lambda: norm(some()),
            lambda: inner(self.matrix(self.m, self.n, depth - 1), self.A - self.y),
            lambda: Trace(square()),
            lambda: Determinant(square()),
            lambda: logdet(self.Q),
            lambda: log(Determinant(self.Q * self.Q.T)),
            lambda: logsumexp(self.matrix(self.n, 1, depth - 1)),
            lambda: log(total(self.powers(some()))),
            self.sums,
            lambda: self.sums() * self.pick(one, self.sums),
            lambda: self.sums() * exp(-one()),
            lambda: cross_entropy(softmax(self.matrix(self.m, self.n, depth - 1)), self.y),
            lambda: self.summed(r * self.t**r - one(), r),
            lambda: self.summed(Trace(self.Q**r * self.R), r),
            lambda: self.t**self.k * self.u**self.t,
        )
        return self.named(made)

    def sums(self) -> Any:
        """A product and quotient of sums of exponentials, of several shapes."""
        sizes = [self.m, self.n, Integer(1)]
        made = Integer(1)
        for _ in range(self.chance.randint(1, 3)):
            shape = self.chance.choice(sizes), self.chance.choice(sizes)
            powers = self.powers(self.leaf(*shape))
            made *= self.pick(
                lambda p=powers, s=shape: inner(self.leaf(*s), p),
                lambda p=powers, s=shape: inner(self.powers(self.leaf(*s)), p),
                lambda p=powers: total(p),
                lambda p=powers: 1 / total(p),
                lambda: exp(-logsumexp(self.x)),
                lambda p=powers: exp(-total(self.x)) * total(HadamardPower(p, 2)),
            )
        return made

    def summed(self, term: Any, index: Any) -> Any:
        """A sum, under a name: SymPy would work it out within a product."""
        return define(self.chance.choice(NAMES), Sum(term, (index, 1, self.k)))

    def any(self, depth: int) -> Any:
        """A random matrix of some shape."""
        sizes = [self.m, self.n, Integer(1)]
        return self.matrix(self.chance.choice(sizes), self.chance.choice(sizes), depth)

    def matrix(self, rows: Any, cols: Any, depth: int) -> Any:
        """A random matrix of a shape."""
        if depth <= 0:
            return self.leaf(rows, cols)
        one = lambda: self.matrix(rows, cols, depth - 1)  # noqa: E731
        inside = self.chance.choice([self.m, self.n])
        whole = self.chance.choice([0, 1])
        ways = [
            lambda: one() + one(),
            lambda: one() - one(),
            lambda: -(one() + one()),
            lambda: self.scalar(depth - 1) * one(),
            lambda: self.sums() * one(),
            lambda: self.sums() * self.powers(one()),
            lambda: self.sums() * HadamardProduct(sigmoid(one()), one()),
            lambda: one() / self.scalar(depth - 1),
            lambda: HadamardProduct(one(), one()),
            lambda: HadamardProduct(one() + one(), one() - one()),
            lambda: self.matrix(cols, rows, depth - 1).T,
            lambda: self.matrix(rows, inside, depth - 1) * self.matrix(inside, cols, depth - 1),
            lambda: self.matrix(rows, self.n, depth - 1) * self.R.I * self.leaf(self.n, cols),
            lambda: HadamardPower(one(), self.chance.choice([2, 3, Integer(-1), self.k])),
            lambda: softmax(one(), axis=whole),
            lambda: log_softmax(one(), axis=whole),
            lambda: self.logarithm(softmax(one())),
            lambda: self.written_softmax(one()),
            lambda: self.applied(one()),
            lambda: self.applied(self.applied(one())),
            lambda: ones(rows, rows) * one(),
        ]
        if rows == cols:
            square = lambda: self.matrix(rows, rows, depth - 1)  # noqa: E731
            ways += [
                lambda: square() ** self.chance.choice([2, 3, self.k]),
                lambda: DiagMatrix(self.matrix(rows, Integer(1), depth - 1)) - eye(rows),
            ]
        if cols == 1 and rows == self.n:
            ways += [lambda: DiagonalOf(self.matrix(rows, rows, depth - 1))]
            left, right = self.leaf(Integer(1), Integer(1)), self.leaf(rows, cols)
            ways += [lambda: KroneckerProduct(left, right)]
        return self.named(self.chance.choice(ways)())

    def applied(self, argument: Any) -> Any:
        """A function of every entry; SymPy applies it to a 1×1 matrix as if that were a number."""
        if argument.shape == (1, 1):
            return argument
        if self.chance.random() < 0.1:
            x = Symbol("x", real=True)  # an own bound symbol, the same each time
            body = self.chance.choice(self.functions[:20])(x)
            return ElementwiseApplyFunction(Lambda(x, body), argument)
        return argument.applyfunc(self.chance.choice(self.functions))

    def logarithm(self, argument: Any) -> Any:
        """The logarithm of every entry."""
        return argument if argument.shape == (1, 1) else argument.applyfunc(log)

    def powers(self, argument: Any) -> Any:
        """The exponential of every entry."""
        return argument if argument.shape == (1, 1) else argument.applyfunc(exp)

    def written_softmax(self, scores: Any) -> Any:
        """Softmax as somebody writes it out."""
        powers, rows = self.powers(scores), scores.shape[0]
        if scores.shape[1] == 1:
            return powers / total(powers)
        return HadamardProduct(powers, HadamardPower(ones(rows, rows) * powers, -1))

    def leaf(self, rows: Any, cols: Any) -> Any:
        """A symbol, or a product that has the shape."""
        found = [
            s
            for s in (self.A, self.B, self.Q, self.R, self.x, self.v, self.y)
            if tuple(s.shape) == (rows, cols)
        ]
        found += [s.T for s in (self.A, self.Q, self.x, self.v) if s.T.shape == (rows, cols)]
        found += [ones(rows, cols), self.t * ones(rows, cols)]
        if (rows, cols) == (1, 1):
            found += [self.x.T * self.x, ImmutableDenseMatrix([[self.t]])]
        return self.chance.choice(found)

    def named(self, made: Any) -> Any:
        """Sometimes the same under a name, which may be that of an argument."""
        return define(self.chance.choice(NAMES), made) if self.chance.random() < 0.15 else made

    def some(self) -> Any:
        """A random expression."""
        depth = self.chance.choice([1, 2, 2, 3])
        return self.pick(
            lambda: self.scalar(depth),
            lambda: self.any(depth),
            lambda: self.pick(lambda: self.sums() * self.any(depth - 1), self.sums),
        )

    def point(self, extreme: bool) -> tuple[dict[Any, int], dict[Any, Any], list[Any]]:
        """Sizes, exact values, and the same as a program takes them."""
        sizes = {size: self.chance.randint(1, 3) for size in (self.m, self.n, self.k)}
        pool = EXTREME if extreme else ORDINARY
        values: dict[Any, Any] = {}
        given: list[Any] = []
        for symbol in self.arguments:
            if symbol in sizes:
                given.append(sizes[symbol])
            elif symbol == self.y:
                chosen = [self.chance.randrange(sizes[self.m]) for _ in range(sizes[self.n])]
                hot = [[Fraction(int(c == i)) for c in chosen] for i in range(sizes[self.m])]
                values[symbol] = hot
                given.append(chosen)
            elif is_matrix(symbol):
                rows, cols = (int(sizes.get(size, size)) for size in symbol.shape)
                grid = [[self.chance.choice(pool) for _ in range(cols)] for _ in range(rows)]
                values[symbol] = grid
                given.append([[float(entry) for entry in row] for row in grid])
            else:
                drawn = self.chance.choice(pool)
                values[symbol] = abs(drawn) or Fraction(1) if symbol == self.u else drawn
                given.append(float(values[symbol]))
        return sizes, values, given
