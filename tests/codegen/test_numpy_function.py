"""NumPy functions made from expressions: right, stable, readable; refused where they must be."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy import special
from sympy import (
    Abs,
    HadamardPower,
    HadamardProduct,
    Matrix,
    Rational,
    Trace,
    exp,
    log,
    pi,
    sin,
    sqrt,
)

from gradproof import (
    cross_entropy,
    define,
    dims,
    eye,
    function,
    gradient,
    inner,
    labels,
    log_softmax,
    logsumexp,
    matrix,
    mean,
    norm,
    numpy_function,
    ones,
    scalar,
    softmax,
    total,
    vector,
)
from gradproof.errors import ShapeMismatch, StatementError
from gradproof.language.activations import Activation
from gradproof.language.nodes import ScalarNode
from gradproof.language.shapes import is_matrix
from gradproof.language.symbols import Variable
from gradproof.language.unfold import unfold
from gradproof.routes.numbers.evaluation import Point

C, D, N = dims("C D N")
W, X, A = matrix("W", C, D), matrix("X", D, N), matrix("A", D, D)
Y, y = matrix("Y", C, N, column_sums=1), labels("y", N, C)
b, s, t = vector("b", C), vector("s", C), scalar("t")
S = define("S", W * X + b * ones(1, N))
P = define("P", softmax(S))

B = matrix("B", 2, 2)
ARGUMENTS = (W, X, A, B, Y, y, b, s, t)
SIZES = {C: 3, D: 2, N: 4}
LABELS = [0, 2, 1, 1]

EXPRESSIONS = [
    (P - Y) * X.T / N,
    (P - y) * X.T / N + t * W,
    cross_entropy(P, y) + t / 2 * norm(W) ** 2,
    cross_entropy(P, Y),
    cross_entropy(softmax(W * X), y),
    softmax(W * X, axis=1),
    log_softmax(S),
    logsumexp(S),
    logsumexp(s),
    P.applyfunc(log),
    softmax(X).applyfunc(lambda x: 1 / (1 + exp(-x))),
    (2 * W * X).applyfunc(exp),
    X.applyfunc(lambda x: x**2 - 3 * x + 1),
    X.applyfunc(lambda x: 7),
    HadamardProduct(S, Y) - 3 * Y,
    HadamardPower(softmax(S), -Rational(1, 2)),
    W * A**3 * A.T,
    -W * X - Y,
    Trace(A) * eye(D) - A / D,
    total(W) * mean(X) / sqrt(N) - pi * exp(1) * t,
    inner(Y, S) * Rational(2, 3) / C,
    mean(X, axis=1),
    total(X, axis=0),
    1 / (1 + t**2) ** 2 + (1 + t**2) ** Rational(2, 3),
    abs(t - 3) - log(2 + t**2),
    W[0, 1] * X[1, 2] + S[0, 0],
    Matrix([[t, 1], [2, -t]]) * B,
]


def point() -> dict[Any, Any]:
    """Exact values of every argument."""
    random = Random(5)
    draw = lambda: Fraction(random.randint(-40, 40), 17)  # noqa: E731
    values: dict[Any, Any] = {t: Fraction(3, 7)}
    for symbol in (W, X, A, B, b, s):
        rows, cols = (int(SIZES.get(size, size)) for size in symbol.shape)
        values[symbol] = [[draw() for _ in range(cols)] for _ in range(rows)]
    weights = [[Fraction(1 + random.randint(0, 8)) for _ in range(4)] for _ in range(3)]
    sums = [sum(column) for column in zip(*weights, strict=True)]
    values[Y] = [[w / total_ for w, total_ in zip(row, sums, strict=True)] for row in weights]
    values[y] = [[Fraction(int(label == i)) for label in LABELS] for i in range(3)]
    return values


VALUES = point()


def array(symbol: Any) -> Any:
    """The value of an argument, as NumPy takes it."""
    if symbol == y:
        return np.array(LABELS)
    return np.array(VALUES[symbol], dtype=float)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_agrees_with_the_evaluation_to_forty_digits(expr: Any) -> None:
    wanted = Point(dict(SIZES), VALUES).evaluate(unfold(expr))
    made = numpy_function(expr, *ARGUMENTS)
    got = made(*map(array, ARGUMENTS))
    if is_matrix(expr):
        wanted = [[float(entry) for entry in row] for row in wanted]
        assert got.shape == np.array(wanted).shape
    np.testing.assert_allclose(got, np.array(wanted, dtype=float), rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1])
def test_agrees_with_scipy_where_a_naive_form_overflows(axis: int) -> None:
    scores = np.array([[1000.0, -1000, 0], [999, -3000, 0.5]])
    for made, theirs in ((softmax, special.softmax), (log_softmax, special.log_softmax)):
        got = numpy_function(made(X, axis=axis), X)(scores)
        np.testing.assert_allclose(got, theirs(scores, axis=axis), rtol=1e-12)
    got = numpy_function(logsumexp(X), X)(scores)
    np.testing.assert_allclose(got, special.logsumexp(scores, axis=0, keepdims=True))


def test_the_loss_is_exact_where_a_probability_underflows() -> None:
    loss = numpy_function(cross_entropy(P, y), W, X, b, y)
    zeros = np.zeros((2, 1))
    assert loss(np.zeros((2, 2)), zeros, [[0], [1000]], np.array([0])) == 1000
    assert loss(np.zeros((2, 2)), zeros, [[0], [1000]], np.array([1])) == 0


def test_source_is_readable_complete_and_shown() -> None:
    made = numpy_function((P - Y) * X.T / N, W, X, Y, b, name="slope")
    assert made.source.splitlines()[:4] == [
        "import numpy as np",
        "",
        "",
        "def softmax(scores, axis=0):",
    ]
    assert made.source.splitlines()[-6:] == [
        "",
        "def slope(W, X, Y, b):",
        "    N = X.shape[1]",
        "    S = W @ X + b @ np.ones((1, N))",
        "    P = softmax(S)",
        "    return (P - Y) @ X.T / N",
    ]
    namespace: dict[str, Any] = {}
    exec(made.source, namespace)
    values = [array(symbol) for symbol in (W, X, Y, b)]
    np.testing.assert_array_equal(namespace["slope"](*values), made(*values))
    assert repr(made) == made.source
    assert made.__name__ == "slope"
    assert made._repr_mimebundle_()["text/markdown"] == f"```python\n{made.source}```\n"


def test_a_defined_name_and_a_dimension_can_be_arguments() -> None:
    made = numpy_function((P - y) * ones(N) / N, P, y, C)
    assert made([[0.5, 0.25], [0.25, 0.5], [0.25, 0.25]], np.array([0, 0]), 3).tolist() == [
        [-0.625],
        [0.375],
        [0.25],
    ]


def test_a_name_that_the_source_needs_is_changed() -> None:
    own = Variable("softmax", C, D)  # matrix("softmax", …) is refused
    made = numpy_function(own * softmax(X), own, X)
    assert "softmax_ @ softmax(X)" in made.source


class Twice(ScalarNode):
    """A node of which the writer knows only the definition."""

    @property
    def definition(self) -> Any:
        """Twice its argument."""
        return 2 * self.args[0]


def test_a_function_without_a_rule_is_written_by_its_definition() -> None:
    assert numpy_function(Twice(t), t)(3) == 6


F, Z = function("L"), matrix("Z", C, N)
REFUSED = [
    (lambda: numpy_function(gradient(cross_entropy(P, y), W), W, X, b, y), "a derivative"),
    (lambda: numpy_function(unfold(gradient(norm(W), W)), W), "a derivative"),
    (lambda: numpy_function(F(W), W), "L is an arbitrary function"),
    (lambda: numpy_function(W.applyfunc(function("phi")), W), "phi is an arbitrary function"),
    (lambda: numpy_function(W * X, W), "X occurs in it: make it an argument"),
    (lambda: numpy_function(total(y), y), "No argument has the size C"),
    (lambda: numpy_function(W, W, W), "would be called W"),
    (lambda: numpy_function(W, W, name="softmax"), "cannot be called softmax"),
    (lambda: numpy_function(W, W, name="lambda"), "cannot be called lambda"),
    (lambda: numpy_function(W, W, name="W'"), "cannot be called W'"),
    (lambda: numpy_function(sin(t), t), "sin in .* has no NumPy form"),
    (lambda: numpy_function(W, W * X), "is not a symbol"),
    (lambda: numpy_function(W, W, name="1"), "cannot name"),
]


@pytest.mark.parametrize(("make", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_refused_with_a_reason(make: Any, words: str) -> None:
    with pytest.raises(StatementError, match=words):
        make()


def test_values_that_do_not_fit_are_refused() -> None:
    product = numpy_function(W * X, W, X)
    with pytest.raises(ShapeMismatch, match="X: the number of rows, D, is 3, and elsewhere 2"):
        product(np.ones((4, 2)), np.ones((3, 5)))
    with pytest.raises(ShapeMismatch, match="A vector is a column"):
        product(np.ones((4, 2)), np.ones(2))
    with pytest.raises(TypeError, match=r"f\(W, X\) was given 1 values"):
        product(np.ones((4, 2)))
    loss = numpy_function(cross_entropy(Z, y), Z, y)
    for wrong in ([0.0, 1.0], [0, -1], [[0, 1]]):
        with pytest.raises(StatementError, match="whole numbers from 0"):
            loss(np.ones((2, 2)), np.array(wrong))
    with pytest.raises(ShapeMismatch, match="the number of labels"):
        loss(np.ones((2, 2)), np.array([0]))


class softsign(Activation):
    """z/(1 + |z|): an activation of which only its definition is known."""

    @property
    def definition(self) -> Any:
        """The argument over one more than its absolute value."""
        return self.args[0] / (1 + Abs(self.args[0]))


def test_an_activation_without_a_rule_is_written_by_its_definition() -> None:
    made = numpy_function(softsign(W), W)
    np.testing.assert_allclose(made([[-3.0, 1.0]]), [[-0.75, 0.5]])
