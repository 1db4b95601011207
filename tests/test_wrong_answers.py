"""Wrong derivatives in print, each refused by every route, at all kinds of sizes.

What SymPy 1.14 answers, silently, and what books and code have had: at unequal sizes where shapes
allow, at sizes that are equal and unknown, and at sizes that are equal and known.
"""

from __future__ import annotations

import pytest
from sympy import (
    Determinant,
    HadamardProduct,
    Rational,
    Trace,
    ZeroMatrix,
    exp,
    log,
)

from gradproof import (
    NotProved,
    cross_entropy,
    dims,
    entries,
    eye,
    function,
    gradient,
    hessian,
    inner,
    kernel,
    labels,
    logsumexp,
    matrix,
    norm,
    numbers,
    ones,
    prove,
    softmax,
    total,
    vector,
)
from gradproof.errors import AccidentalSizes, Undecided
from gradproof.statement import Statement


def sympy_answers(n):
    """What ``.diff`` of SymPy 1.14 returns, beside what was asked."""
    a, b, e, x, v = (
        matrix("A", n, n),
        matrix("B", n, n),
        matrix("E", n, n, invertible=True),
        vector("x", n),
        vector("v", n),
    )
    zero = ZeroMatrix(n, n)
    return {
        "trace plus a number": (gradient(Trace(a) + 1, a), zero),
        "trace of a Gram matrix less a number": (gradient(Trace(a.T * a) - 3, a), zero),
        "two traces": (gradient(Trace(a) + Trace(a * a), a), zero),
        "logarithm of a determinant": (gradient(log(Determinant(e) ** 2) / 2, e), zero),
        "log-sum-exp": (gradient(log(total(x.applyfunc(exp))), x), ZeroMatrix(n, 1)),
        "Rayleigh quotient": (gradient(inner(x, a * x) / inner(x, x), x), (a + a.T) * x),
        "determinant times trace": (
            gradient(Determinant(e) * Trace(e), e),
            Determinant(e) * eye(n),
        ),
        "a product of traces": (
            gradient(Trace(a * e) * (Trace(b * e) + 1), e),
            (Trace(b * e) + 1) * a.T,
        ),
        "a quotient of norms": (gradient(norm(x) / (1 + norm(x - v)), x), x / norm(x)),
        "exponential of a quadratic form": (
            gradient(exp(inner(x, a * x)) + 1, x),
            ZeroMatrix(n, 1),
        ),
    }


def article(c, d, n):
    """The formulas of the article that have a place for every index, and their like."""
    w, x, y = matrix("W", c, d), matrix("X", d, n), matrix("Y", c, n, column_sums=1)
    s, f = w * x, function("F")
    p = softmax(s)
    loss = cross_entropy(p, y)
    hot = labels("l", n, c)
    return {
        "plus for minus": (gradient(loss, w), (p + y) * x.T / n),
        "classes for examples": (gradient(loss, w), (p - y) * x.T / c),
        "no average": (gradient(loss, w), (p - y) * x.T),
        "labels less probabilities": (gradient(loss, x), w.T * (y - p) / n),
        "the sign of the logarithm": (loss, total(HadamardProduct(y, p.applyfunc(log))) / n),
        "hard labels, the wrong way round": (
            gradient(cross_entropy(p, hot), w),
            (hot - p) * x.T / n,
        ),
        "the label's share forgotten": (gradient(loss, w), p * x.T / n),
        "off by a thousandth": (gradient(f(s), w), Rational(1001, 1000) * gradient(f(s), s) * x.T),
    }


def elsewhere(n):
    """Books, notes and libraries."""
    x, z, g = vector("x", n), vector("z", n), matrix("G", n, n)
    p = softmax(z)
    diag = HadamardProduct(eye(n), p * ones(1, n))
    return {
        "softmax Hessian, its diagonal doubled": (
            hessian(logsumexp(z), z),
            diag - p * p.T + HadamardProduct(eye(n), diag - p * p.T),
        ),
        "softmax Hessian without the outer product": (hessian(logsumexp(z), z), diag),
        "the size for the sum": (gradient(total(x) * inner(z, z), z), 2 * n * z),
        "least squares without its 2": (
            gradient(inner(g * x - z, g * x - z), x),
            g.T * (g * x - z),
        ),
        "a transpose forgotten": (gradient(inner(z, g * x), x), g * z),
        "a transpose too many": (gradient(inner(z, g * x), g), x * z.T),
    }


n, m, k = dims("n m k")
CLAIMS = {
    **{f"SymPy, {name}, n": claim for name, claim in sympy_answers(n).items()},
    **{f"SymPy, {name}, 2": claim for name, claim in sympy_answers(2).items()},
    **{f"article, {name}, m k n": claim for name, claim in article(m, k, n).items()},
    **{f"article, {name}, n n n": claim for name, claim in article(n, n, n).items()},
    **{f"article, {name}, 2 2 2": claim for name, claim in article(2, 2, 2).items()},
    **{f"elsewhere, {name}, n": claim for name, claim in elsewhere(n).items()},
    **{f"elsewhere, {name}, 2": claim for name, claim in elsewhere(2).items()},
}
#: With as many classes as examples the two are the same number; only `prove` can tell.
ACCIDENTS = {"article, classes for examples, n n n", "article, classes for examples, 2 2 2"}


@pytest.mark.parametrize("name", sorted(CLAIMS.keys() - ACCIDENTS))
@pytest.mark.parametrize("route", [kernel, entries, numbers], ids=lambda route: route.__name__)
def test_refused_by_each_route(name, route):
    with pytest.raises(Undecided):
        route.check(Statement(*CLAIMS[name]))


@pytest.mark.parametrize("name", sorted(ACCIDENTS))
def test_refused_as_an_accident(name):
    with pytest.raises((NotProved, AccidentalSizes)):
        prove(*CLAIMS[name])
