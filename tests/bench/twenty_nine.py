"""Twenty-nine identities, from traces to batch normalisation, as gradproof states them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    Determinant,
    DiagMatrix,
    HadamardPower,
    HadamardProduct,
    KroneckerProduct,
    Rational,
    Trace,
    erf,
    exp,
    log,
    pi,
    sqrt,
)

from gradproof import (
    cross_entropy,
    define,
    dims,
    eye,
    function,
    gelu,
    gradient,
    hessian,
    inner,
    jacobian,
    log_softmax,
    logdet,
    logsumexp,
    matrix,
    mean,
    norm,
    ones,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)

Claim = tuple[Any, Any]

C, D, N, K = dims("C D N K")
A, B = matrix("A", C, D), matrix("B", N, C)
X = matrix("X", D, N)
Q = matrix("Q", N, N)
M = matrix("M", N, N, invertible=True)
W, Z, G = matrix("W", C, D), matrix("Z", C, N), matrix("G", D, N)
Y = matrix("Y", C, N, column_sums=1)
a, b, u, v = vector("a", N), vector("b", N), vector("u", N), vector("v", C)
x, s, g, q = vector("x", D), vector("s", C), vector("g", C), vector("q", C)
t = vector("t", C)
lam, eps = scalar("lambda"), scalar("epsilon", positive=True)


def _scores() -> Any:
    return define("S", W * X)


def _loss(scores: Any) -> Any:
    return cross_entropy(softmax(scores), Y)


def _slope(scores: Any) -> Any:
    return (softmax(scores) - Y) / N


def _bce() -> Claim:
    """Binary cross-entropy of a logistic model, written with log σ and log(1 − σ)."""
    p = (X.T * x).applyfunc(sigmoid)
    loss = -inner(a, p.applyfunc(log)) - inner(ones(N) - a, (ones(N) - p).applyfunc(log))
    return gradient(loss, x), X * (p - a)


def _mlp() -> Claim:
    phi, last = function("phi"), matrix("V", K, C)
    hidden = define("Z", W * X)
    out = matrix("G", K, N)
    back = HadamardProduct(hidden.applyfunc(phi.prime), last.T * out)
    return gradient(inner(out, last * hidden.applyfunc(phi)), W), back * X.T


def _normalised(left: Any, right: Any, size: Any) -> tuple[Any, Any, Callable[[Any], Any]]:
    """Centred and scaled by ε + variance, the scale, and the mean, along one axis."""

    def along(m: Any) -> Any:
        return left * m * right / size

    centred = X - along(X)
    scale = HadamardPower(along(HadamardPower(centred, 2)) + eps * ones(D, N), Rational(-1, 2))
    return HadamardProduct(scale, centred), scale, along


def _norm_back(left: Any, right: Any, size: Any) -> Claim:
    y, scale, along = _normalised(left, right, size)
    inside = G - along(G) - HadamardProduct(y, along(HadamardProduct(G, y)))
    return gradient(inner(G, y), X), HadamardProduct(scale, inside)


def _attention() -> Claim:
    """The gradient in the queries; the width of the keys is D."""
    queries, keys, values = matrix("Q", N, D), matrix("T", K, D), matrix("V", K, C)
    out = matrix("G", N, C)
    p = softmax(queries * keys.T / sqrt(D), axis=1)
    back = out * values.T
    sums = total(HadamardProduct(back, p), axis=1) * ones(1, K)
    scores = HadamardProduct(p, back - sums)
    return gradient(inner(out, p * values), queries), scores * keys / sqrt(D)


def _gauss(variable: str) -> Claim:
    mu, cov = vector("mu", N), M
    log_density = -(N * log(2 * pi) + logdet(cov) + inner(a - mu, cov.I * (a - mu))) / 2
    if variable == "mu":
        return gradient(log_density, mu), (cov.I + cov.I.T) * (a - mu) / 2
    outer = cov.I.T * (a - mu) * (a - mu).T * cov.I.T
    return gradient(log_density, cov), (outer - cov.I.T) / 2


def _gelu() -> Claim:
    z = vector("z", N)
    slope = z.applyfunc(lambda e: (1 + erf(e / sqrt(2))) / 2 + e * exp(-(e**2) / 2) / sqrt(2 * pi))
    return gradient(inner(a, z.applyfunc(gelu)), z), HadamardProduct(a, slope)


def _vjp() -> Claim:
    p = softmax(s)
    return gradient(inner(g, p), s), HadamardProduct(p, g - inner(g, p) * ones(C))


CLAIMS: dict[str, Callable[[], Claim]] = {
    "tr(AXB)": lambda: (gradient(Trace(A * X * B), X), A.T * B.T),
    "tr(XᵀQX)": lambda: (
        gradient(Trace(X * Q * X.T), X),
        X * (Q + Q.T),
    ),
    "det X": lambda: (gradient(Determinant(M), M), Determinant(M) * M.I.T),
    "log |det X|": lambda: (gradient(logdet(M), M), M.I.T),
    "aᵀX⁻¹b": lambda: (gradient(inner(a, M.I * b), M), -M.I.T * a * b.T * M.I.T),
    "‖x − a‖": lambda: (gradient(norm(u - a), u), (u - a) / norm(u - a)),
    "‖X‖²": lambda: (gradient(norm(X) ** 2, X), 2 * X),
    "least squares": lambda: (gradient(norm(X.T * x - a) ** 2, x), 2 * X * (X.T * x - a)),
    "ridge": lambda: (
        gradient(norm(X.T * x - a) ** 2 + lam * norm(x) ** 2, x),
        2 * X * (X.T * x - a) + 2 * lam * x,
    ),
    "mean squared error": lambda: (
        gradient(mean(HadamardPower(W * X - Z, 2)), W),
        2 * (W * X - Z) * X.T / (C * N),
    ),
    "binary cross-entropy": _bce,
    "softmax, Jacobian": lambda: (
        jacobian(softmax(s), s),
        DiagMatrix(softmax(s)) - softmax(s) * softmax(s).T,
    ),
    "softmax, backwards": _vjp,
    "log-softmax, backwards": lambda: (
        gradient(inner(g, log_softmax(s)), s),
        g - total(g) * softmax(s),
    ),
    "cross-entropy in W": lambda: (gradient(_loss(W * X), W), _slope(W * X) * X.T),
    "cross-entropy in X": lambda: (gradient(_loss(W * X), X), W.T * _slope(W * X)),
    "cross-entropy in b": lambda: (
        gradient(_loss(W * X + v * ones(1, N)), v),
        _slope(W * X + v * ones(1, N)) * ones(N),
    ),
    "cross-entropy, Hessian": lambda: (
        hessian(total(t) * logsumexp(s) - inner(t, s), s),
        total(t) * (DiagMatrix(softmax(s)) - softmax(s) * softmax(s).T),
    ),
    "two-layer perceptron": _mlp,
    "layer normalisation": lambda: _norm_back(ones(D, D), eye(N), D),
    "batch normalisation": lambda: _norm_back(eye(D), ones(N, N), N),
    "attention in Q": _attention,
    "Gaussian in μ": lambda: _gauss("mu"),
    "Gaussian in Σ": lambda: _gauss("Sigma"),
    "Kullback–Leibler": lambda: (
        gradient(inner(q, q.applyfunc(log)) - inner(q, log_softmax(s)), s),
        total(q) * softmax(s) - q,
    ),
    "GELU": _gelu,
    "outer product": lambda: (
        gradient(norm(x * a.T - G) ** 2, x),
        2 * (x * a.T - G) * a,
    ),
    "Kronecker product": lambda: (
        gradient(norm(KroneckerProduct(A, X)) ** 2, X),
        2 * norm(A) ** 2 * X,
    ),
    "log-sum-exp": lambda: (gradient(logsumexp(s), s), softmax(s)),
}
