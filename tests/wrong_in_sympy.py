"""What SymPy 1.14 answers, silently, beside what it was asked: wrong derivatives of matrices.

The page on SymPy asks it anew; here its answers are written down, so that they stay refused when
it has been repaired. Keys begin with the id under which the page refutes the answer.
"""

from __future__ import annotations

from typing import Any

from sympy import Determinant, Trace, ZeroMatrix, exp, log, sqrt

from gradproof import (
    cross_entropy,
    eye,
    gelu,
    gradient,
    inner,
    log_softmax,
    logdet,
    logsumexp,
    matrix,
    norm,
    ones,
    sigmoid,
    softmax,
    total,
    vector,
)

Claim = tuple[Any, Any]


def of_squares(n: Any) -> dict[str, Claim]:
    """Derivatives in a square matrix, which has one size only."""
    a, b, e = matrix("A", n, n), matrix("B", n, n), matrix("E", n, n, invertible=True)
    zero = ZeroMatrix(n, n)
    u, v = vector("u", n), vector("v", n)
    f = Trace(a * e) * (Trace(b * e) + 1)
    return {
        "err-sympy-trace-plus-one": (gradient(Trace(a) + 1, a), zero),
        "err-sympy-two-traces": (gradient(Trace(a) + Trace(a * a), a), zero),
        "err-sympy-log-determinant": (gradient(log(Determinant(e) ** 2) / 2, e), zero),
        "err-sympy-det-times-trace": (
            gradient(Determinant(e) * Trace(e), e),
            Determinant(e) * eye(n),
        ),
        "err-sympy-trace-times-trace, square": (gradient(f, e), (Trace(b * e) + 1) * a.T),
        "err-sympy-entry-of-product": (gradient(inner(u, e.I * v), e), zero),
        "err-sympy-gaussian, covariance": (
            gradient(-(logdet(e) + inner(u - v, e.I * (u - v))) / 2, e),
            zero,
        ),
    }


def of_vectors(n: Any) -> dict[str, Claim]:
    """Derivatives in a vector."""
    x, v, mu, y = vector("x", n), vector("v", n), vector("mu", n), vector("y", n)
    a, s = matrix("A", n, n), matrix("Sigma", n, n, invertible=True)
    zero = ZeroMatrix(n, 1)
    centred = x - ones(n, n) * x / n
    deviation = sqrt(inner(centred, centred) / n + 1)
    likelihood = -(logdet(s) + inner(v - mu, s.I * (v - mu))) / 2
    return {
        "err-sympy-log-sum-exp": (gradient(logsumexp(x), x), zero),
        "err-sympy-rayleigh": (gradient(inner(x, a * x) / inner(x, x), x), (a + a.T) * x),
        "err-sympy-rayleigh, its denominator kept": (
            gradient(inner(x, a * x) / inner(x, x), x),
            (a + a.T) * x / inner(x, x),
        ),
        "err-sympy-unit-vector": (gradient(inner(v, x) / norm(x), x), v / norm(x)),
        "err-sympy-layer-norm": (
            gradient(inner(v, centred) / deviation, x),
            (v - ones(n, n) * v / n) / deviation,
        ),
        "err-sympy-gaussian": (gradient(likelihood, mu), zero),
        "err-sympy-softmax": (gradient(inner(v, softmax(x)), x), zero),
        "a divergence": (gradient(total(y) * logsumexp(x) - inner(y, x), x), zero),
        "the logarithm of a softmax": (gradient(inner(v, log_softmax(x)), x), zero),
        "the Gaussian error unit": (
            gradient(inner(v, x.applyfunc(gelu)), x),
            zero,
        ),
        "a quotient of norms": (gradient(norm(x) / (1 + norm(x - v)), x), x / norm(x)),
        "exponential of a quadratic form": (gradient(exp(inner(x, a * x)) + 1, x), zero),
        "err-sympy-sum-subs": (a * ones(n), Trace(a) * ones(n)),
    }


def of_rectangles(m: Any, n: Any) -> dict[str, Claim]:
    """Derivatives that know two sizes, equal or not."""
    a, b, x = matrix("A", n, m), matrix("B", n, m), matrix("X", m, n)
    w, z, y = vector("w", n), vector("z", m), vector("y", m)
    p = (x * w).applyfunc(sigmoid)
    binary = -inner(y, p.applyfunc(log)) - inner(ones(m) - y, (ones(m) - p).applyfunc(log))
    ridge = norm(x * w - z) ** 2 + 3 * norm(w) ** 2
    return {
        "err-sympy-norm-minus-three": (gradient(Trace(x.T * x) - 3, x), ZeroMatrix(m, n)),
        "err-sympy-trace-times-trace": (
            gradient(Trace(a * x) * (Trace(b * x) + 1), x),
            (Trace(b * x) + 1) * a.T,
        ),
        "err-sympy-ridge": (gradient(ridge, w), ZeroMatrix(n, 1)),
        "binary cross-entropy": (gradient(binary, w), ZeroMatrix(n, 1)),
        "the total of a product of entries": (gradient(inner(a.T, x), x), ZeroMatrix(m, n)),
    }


def of_scores(c: Any, d: Any, n: Any) -> dict[str, Claim]:
    """Cross-entropy in the weights and in the inputs."""
    w, x, y = matrix("W", c, d), matrix("X", d, n), matrix("Y", c, n, column_sums=1)
    loss = cross_entropy(softmax(w * x), y)
    return {
        "err-sympy-cross-entropy": (gradient(loss, w), ZeroMatrix(c, d)),
        "err-sympy-cross-entropy, in the inputs": (gradient(loss, x), ZeroMatrix(d, n)),
    }


def of_entries(m: int, n: int) -> dict[str, Claim]:
    """Single entries, and sums whose index was taken for another."""
    x, v = matrix("X", m, n), vector("x", m)
    return {
        "err-sympy-entry": (gradient(x[1, 1], x), ZeroMatrix(m, n)),
        "err-sympy-sum-diff": (gradient(total(v), v), m * ones(m)),
    }
