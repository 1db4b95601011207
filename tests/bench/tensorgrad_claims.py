"""The same twenty-nine identities as tensorgrad states and decides them.

tensorgrad is an optional peer, called through its public interface. Its `inverse` of M keeps the
names of M's edges and so has the entries of M⁻ᵀ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import tensorgrad.functions as F
from sympy import symbols
from tensorgrad import Delta, Function, Ones, Variable, Zero, function

Claim = tuple[Any, Any]

C, D, N, K = symbols("c d n k")
X, G = Variable("X", D, N), Variable("G", D, N)
W, Z = Variable("W", C, D), Variable("Z", C, N)
A, B = Variable("A", C, D), Variable("B", N, C)
Q, M = Variable("Q", n=N, m=N), Variable("M", n=N, m=N)
Y = Variable("Y", C, N)
Y = Y.with_eq_constraint(F.sum(Y, "c"), Ones(N))
a, u, v = Variable("a", N), Variable("u", N), Variable("v", C)
x, s, g, q, t = (Variable(name, size) for name, size in zip("xsgqt", (D, C, C, C, C), strict=True))
lam, eps = Variable("lambda"), Variable("epsilon")
INVERSE = F.inverse(M)


def alike(claim: Claim) -> bool:
    """Whether the derivative and the stated form simplify to the same."""
    derived, stated = (side.full_simplify() for side in claim)
    return derived.is_isomorphic(stated, match_edges=True)


def cancel(claim: Claim) -> bool:
    """Whether their difference simplifies to 0."""
    return isinstance((claim[0] - claim[1]).full_simplify(), Zero)


#: Its ways to decide; whichever is the faster one that decides will count.
WAYS = (alike, cancel)


def _gradient(scalar: Any, variable: Any) -> Any:
    return scalar.grad(variable, {edge: edge for edge in variable.edges})


def _inverse_times(vector: Any, edge: str) -> Any:
    """M⁻ᵀ contracted with a vector of edge n, along one of its edges."""
    return INVERSE @ vector.rename(n=edge)


def _root(tensor: Any) -> Any:
    return F.pow(tensor, Fraction(1, 2))


def _trace_of_quadratic() -> Claim:
    other = X.rename(n="m")
    return _gradient(X @ Q @ other, X), other @ Q + X.rename(n="r") @ Q.rename(n="r", m="n")


def _bilinear_inverse() -> Claim:
    b = Variable("b", N)
    stated = -(_inverse_times(a, "m") @ _inverse_times(b, "n"))
    return _gradient(INVERSE @ a.rename(n="m") @ b, M), stated


def _distance() -> Claim:
    length = _root(F.frobenius2(u - a))
    return _gradient(length, u), (u - a) / length


def _least_squares(penalty: Any = None) -> Claim:
    error = X @ x - a
    loss, stated = error @ error, 2 * (X @ error)
    if penalty is not None:
        loss, stated = loss + penalty @ (x @ x), stated + 2 * (penalty @ x)
    return _gradient(loss, x), stated


def _mean_squares() -> Claim:
    error = W @ X - Z
    return _gradient(F.mean(error**2), W), 2 * (error @ X) / (Delta(C) @ Delta(N))


def _bce() -> Claim:
    p = F.sigmoid(X @ x)
    loss = -(a @ F.log(p)) - (Ones(N) - a) @ F.log(Ones(N) - p)
    return _gradient(loss, x), X @ (p - a)


def _spread(p: Any, one: str, other: str) -> Any:
    """diag(p) − p pᵀ with these edges."""
    return F.diag(p, [one, other]) - p.rename(c=one) @ p.rename(c=other)


def _softmax_jacobian() -> Claim:
    p = F.softmax(s, "c")
    return p.grad(s, {"c": "r"}), _spread(p, "c", "r")


def _softmax_back() -> Claim:
    p = F.softmax(s, "c")
    return _gradient(g @ p, s), p * g - (g @ p) @ p


def _log_softmax_back() -> Claim:
    p = F.softmax(s, "c")
    return _gradient(g @ F.log_softmax(s, "c"), s), g - F.sum(g) @ p


def _cross_entropy(variable: Any, stated: Callable[[Any], Any], scores: Any) -> Claim:
    loss = -(Y @ F.log_softmax(scores, "c")) / Delta(N)
    return _gradient(loss, variable), stated(F.softmax(scores, "c") - Y) / Delta(N)


def _hessian() -> Claim:
    loss = F.sum(t) @ F.log(F.sum(F.exp(s))) - t @ s
    p = F.softmax(s, "c")
    return loss.grad(s, {"c": "c"}).grad(s, {"c": "r"}), F.sum(t) @ _spread(p, "c", "r")


def _mlp() -> Claim:
    last, out = Variable("V", K, C), Variable("G", K, N)
    hidden = W @ X
    active = function("phi", {}, (hidden,))
    slope = Function(active.signature.derivative(0), [hidden], {})
    return _gradient(out @ (last @ active), W), (slope * (last @ out)) @ X


def _norm(edge: str) -> Claim:
    def along(tensor: Any) -> Any:
        return F.mean(tensor, edge, keepdims=True)

    centred = X - along(X)
    scale = F.pow(along(centred**2) + eps @ Ones(D, N), Fraction(-1, 2))
    y = scale * centred
    return _gradient(G @ y, X), scale * (G - along(G) - y * along(G * y))


def _attention() -> Claim:
    queries, keys, values = Variable("Q", N, D), Variable("T", K, D), Variable("V", K, C)
    out, width = Variable("G", N, C), F.pow(Delta(D), Fraction(-1, 2))
    p = F.softmax((queries @ keys) @ width, "k")
    back = out @ values
    scores = p * (back - F.sum(back * p, "k", keepdims=True))
    return _gradient(out @ (p @ values), queries), (scores @ keys) @ width


def _gauss(variable: Any) -> Claim:
    mu = Variable("mu", N)
    off = a - mu
    constant = math.log(2 * math.pi) * Delta(N)
    density = (constant + F.log(F.det(M)) + INVERSE @ off @ off.rename(n="m")) * Fraction(-1, 2)
    left, right = _inverse_times(off, "m"), _inverse_times(off, "n")
    if variable is None:
        return _gradient(density, mu), (left + right.rename(m="n")) / 2
    return _gradient(density, M), (left @ right - INVERSE) / 2


def _divergence() -> Claim:
    loss = q @ F.log(q) - q @ F.log_softmax(s, "c")
    return _gradient(loss, s), F.sum(q) @ F.softmax(s, "c") - q


def _gelu() -> Claim:
    z = Variable("z", N)
    scaled = z / math.sqrt(2)  # its numbers are floats, so the claim is written to round as they do
    cdf = (1 + F.erf(scaled)) / 2
    density = F.exp(-F.pow(scaled, 2)) * (2 / math.sqrt(math.pi)) / math.sqrt(2) / 2
    return _gradient(a @ F.gelu(z), z), a * (cdf + z * density)


def _outer() -> Claim:
    error = x @ a - G
    return _gradient(error @ error, x), 2 * (error @ a)


CLAIMS: dict[str, Callable[[], Claim]] = {
    "tr(AXB)": lambda: (_gradient(A @ X @ B, X), A @ B),
    "tr(XᵀQX)": _trace_of_quadratic,
    "det X": lambda: (_gradient(F.det(M), M), F.det(M) @ INVERSE),
    "log |det X|": lambda: (_gradient(F.log(F.det(M)), M), INVERSE),
    "aᵀX⁻¹b": _bilinear_inverse,
    "‖x − a‖": _distance,
    "‖X‖²": lambda: (_gradient(F.frobenius2(X), X), 2 * X),
    "least squares": _least_squares,
    "ridge": lambda: _least_squares(lam),
    "mean squared error": _mean_squares,
    "binary cross-entropy": _bce,
    "softmax, Jacobian": _softmax_jacobian,
    "softmax, backwards": _softmax_back,
    "log-softmax, backwards": _log_softmax_back,
    "cross-entropy in W": lambda: _cross_entropy(W, lambda slope: slope @ X, W @ X),
    "cross-entropy in X": lambda: _cross_entropy(X, lambda slope: W @ slope, W @ X),
    "cross-entropy in b": lambda: _cross_entropy(
        v, lambda slope: F.sum(slope, "n"), W @ X + v @ Ones(N)
    ),
    "cross-entropy, Hessian": _hessian,
    "two-layer perceptron": _mlp,
    "layer normalisation": lambda: _norm("d"),
    "batch normalisation": lambda: _norm("n"),
    "attention in Q": _attention,
    "Gaussian in μ": lambda: _gauss(None),
    "Gaussian in Σ": lambda: _gauss(M),
    "Kullback–Leibler": _divergence,
    "GELU": _gelu,
    "outer product": _outer,
    "Kronecker product": lambda: (
        _gradient(F.frobenius2(F.kronecker(A, X)), X),
        2 * (A @ A) @ X,
    ),
    "log-sum-exp": lambda: (_gradient(F.log(F.sum(F.exp(s))), s), F.softmax(s, "c")),
}
