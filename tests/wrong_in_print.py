"""Wrong formulas of the article, of books, notes and libraries, as statements.

Keys begin with the id under which a page of the site refutes the formula.
"""

from __future__ import annotations

from typing import Any

from sympy import (
    Determinant,
    DiagMatrix,
    DiagonalOf,
    HadamardPower,
    HadamardProduct,
    Matrix,
    Rational,
    Trace,
    exp,
    log,
    pi,
    sqrt,
)

from gradproof import (
    cross_entropy,
    define,
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
    norm,
    ones,
    relu,
    scalar,
    sigmoid,
    softmax,
    total,
    vector,
)

Claim = tuple[Any, Any]


def article(c: Any, d: Any, n: Any) -> dict[str, Claim]:
    """The formulas of the article that have a place for every index, and their like."""
    w, x, y = matrix("W", c, d), matrix("X", d, n), matrix("Y", c, n, column_sums=1)
    s, f = w * x, function("F")
    p = softmax(s)
    loss = cross_entropy(p, y)
    hot = labels("l", n, c)
    t, g = scalar("t"), matrix("G", c, d)
    moved = define("Z", w + t * g)
    return {
        "plus for minus": (gradient(loss, w), (p + y) * x.T / n),
        "article-m8": (gradient(loss, w), (p - y) * x.T / c),
        "article-m10, every entry": (gradient(loss, w), (p - y) * x.T),
        "labels less probabilities": (gradient(loss, x), w.T * (y - p) / n),
        "article-m4, every example": (
            loss,
            total(HadamardProduct(y, p.applyfunc(log))) / n,
        ),
        "article-m7, every entry": (gradient(loss, define("S", s)), (p + y) / n),
        "hard labels, the wrong way round": (
            gradient(cross_entropy(p, hot), w),
            (hot - p) * x.T / n,
        ),
        "the label's share forgotten": (gradient(loss, w), p * x.T / n),
        "article-m12": (gradient(f(moved), t), -inner(gradient(f(moved), moved), g)),
        "off by a thousandth": (gradient(f(s), w), Rational(1001, 1000) * gradient(f(s), s) * x.T),
    }


def article_entries(c: int, d: int, n: int) -> dict[str, Claim]:
    """The formulas of the article that speak of single entries."""
    w, x = matrix("W", c, d), matrix("X", d, n)
    s = define("S", w * x)
    p = define("P", softmax(s))
    hot = [k % c for k in range(n)]
    loss, any_loss = define("L", cross_entropy(p, hot)), function("J")(s)
    other = define("M", cross_entropy(p, [(k + 1) % c for k in range(n)]))
    shares = [gradient(define(f"L_{k}", -log(p[hot[k], k])), w)[0, 0] for k in range(n)]
    in_w, in_x, in_s = gradient(any_loss, w), gradient(any_loss, x), gradient(any_loss, s)
    return {
        "article-m1": (in_w[0, 0], (in_x * x.T)[0, 0]),
        "article-m2": (in_x[0, 0], (w.T * in_w)[0, 0]),
        "article-m7": (gradient(loss, s)[0, 0], (1 - p[0, 0]) / n),
        "article-m9": (gradient(loss, w)[0, 1], (p * x.T)[0, 1] / n - x[0, 1] / n),
        "article-m10": (gradient(loss, w)[0, 0], sum(shares)),
        "article-m15": (gradient(loss, s)[0, 1], gradient(loss, w)[0, 1]),
        "article-m16": (gradient(loss, w)[0, 0], gradient(other, w)[0, 0]),
        "article-m18": (in_w[0, 1], (x * in_s.T)[0, 1]),
    }


def article_coincidences(c: Any, d: Any, n: Any) -> dict[str, Claim]:
    """Formulas of the article whose shapes fit where sizes coincide: all do where all are equal."""
    w, x = matrix("W", c, d), matrix("X", d, n)
    s = define("S", w * x)
    loss = function("J")(s)
    in_w, in_x, in_s = gradient(loss, w), gradient(loss, x), gradient(loss, s)
    fitting = {}
    if c == d:
        fitting["article-m1, every entry"] = (in_w, in_x * x.T)
    if d == n:
        fitting["article-m2, every entry"] = (in_x, w.T * in_w)
    if c == n:
        fitting["article-m20"] = (in_w, in_s.T * x.T)
    if c == d == n:
        fitting["article-m18, every entry"] = (in_w, x * in_s.T)
        fitting["err-input-for-weights"] = (in_w, in_s * w.T)
    return fitting


def article_column(n: int) -> dict[str, Claim]:
    """The formulas of the article about one column of scores; more classes than it had are well."""
    s = vector("s", n)
    p, powers = define("p", softmax(s)), [exp(s[i, 0]) for i in range(n)]
    loss, t = define("L", cross_entropy(p, [0])), scalar("t")
    twice = powers[1] + sum(powers[1:])
    w, x = matrix("W", n, 2), matrix("X", 2, n)
    scores = define("S", w * x)
    any_loss = function("J")(scores)
    column = sum(x[0, k] * gradient(any_loss, scores)[k, 0] for k in range(n))
    perfect = Matrix([t] + [0] * (n - 1))
    return {
        "article-m4": (loss, log(exp(s[0, 0])) - log(total(s.applyfunc(exp)))),
        "article-m5": (gradient(loss, s)[0, 0], 1 - p[0, 0]),
        "article-m6": (gradient(loss, s)[1, 0], -powers[0] / twice),
        "article-m6, as it says, in the label's score": (
            gradient(loss, s)[0, 0],
            -powers[0] / twice,
        ),
        "article-m11": (gradient(any_loss, w)[0, 0], column),
        "article-m13": (cross_entropy(softmax(perfect), [0]), 0),
    }


def of_vectors(n: Any) -> dict[str, Claim]:
    """Formulas about vectors and square matrices of one size."""
    x, z, y, u = vector("x", n), vector("z", n), vector("y", n), vector("u", n)
    c, sigma, mu = scalar("c"), scalar("sigma", positive=True), scalar("mu")
    p, power = softmax(z), z.applyfunc(exp)
    diag = HadamardProduct(eye(n), p * ones(1, n))
    score, logit = jacobian(log_softmax(z), z), labels("l", 1, n)
    r = x - mu * ones(n)
    ell = -n * log(2 * pi * sigma**2) / 2 - norm(r) ** 2 / (2 * sigma**2)
    slopes = sigmoid(z) - (ones(n) - sigmoid(z))
    at_mean = total(x) / n
    return {
        "err-softmax-hessian-diagonal": (
            hessian(logsumexp(z), z),
            diag - p * p.T + HadamardProduct(eye(n), diag - p * p.T),
        ),
        "softmax Hessian without the outer product": (hessian(logsumexp(z), z), diag),
        "err-softmax-diagonal-only": (
            gradient(inner(u, p), z),
            HadamardProduct(u, p, ones(n) - p),
        ),
        "err-softmax-quotient-rule": (
            DiagonalOf(jacobian(p, z)),
            HadamardProduct(power, ones(n) - power) / total(power) ** 2,
        ),
        "err-scaled-sum": (gradient(total(c * x), c), n),
        "err-scaled-sum, times a square": (gradient(total(x) * inner(z, z), z), 2 * n * z),
        "err-cases-around-a-sum": (gradient(norm(y - relu(z)) ** 2 / n, z), 2 * (z - y) / n),
        "err-sigmoid-slope": (gradient(total(sigmoid(z)), z), slopes),
        "err-normal-likelihood-sign": (gradient(ell, sigma), n / sigma + norm(r) ** 2 / sigma**3),
        "err-fisher-sign": (
            score.T * DiagMatrix(p) * score,
            hessian(inner(logit, log_softmax(z)), z),
        ),
        "err-cross-entropy-sign": (cross_entropy(p, logit), inner(logit, log_softmax(z))),
        "err-squares-about-the-mean": (
            norm(x - at_mean * ones(n)) ** 2,
            norm(x) ** 2 - 2 * at_mean * total(x) - n * at_mean**2,
        ),
    }


def of_squares(n: Any) -> dict[str, Claim]:
    """Formulas about square matrices."""
    a, e = matrix("A", n, n, symmetric=True), matrix("E", n, n, invertible=True)
    s_0 = matrix("Sigma_0", n, n, symmetric=True, invertible=True)
    s_1 = matrix("Sigma_1", n, n, invertible=True)
    x, y, b = vector("x", n), vector("y", n), vector("b", n)
    d, t = define("d", y - b), scalar("t")
    ratio = Determinant(s_0) / Determinant(s_1)
    divergence = log(ratio - n + Trace(s_0.I * s_1) + inner(d, s_0.I * d)) / 2
    direction = matrix("D", n, n, symmetric=True)
    moved, f = define("X", a + t * direction), function("f")
    g = gradient(f(moved), moved)
    inverse = e.T * e
    return {
        "err-quadratic-without-two": (
            gradient(inner(x, a * x) - inner(b, x), x),
            a * x - b,
        ),
        "err-least-squares-estimate": (e.T * (e * (e * inverse.I * e.T * y) - y), 0),
        "err-least-squares-fit": (e.T * (e * inverse.I * e * y - y), 0),
        "err-log-over-the-divergence": (gradient(divergence, y), s_0.I * d),
        "err-symmetric-gradient": (
            gradient(f(moved), t),
            inner(g + g.T - HadamardProduct(g, eye(n)), direction),
        ),
        "err-symmetric-gradient-logdet": (
            gradient(logdet(moved), t),
            inner(2 * moved.I - HadamardProduct(moved.I, eye(n)), direction),
        ),
        "err-wishart-exponents": (
            exp(-Trace(s_0.I * e) / 2) / exp(-Trace(s_1.I * e) / 2),
            exp(-Trace(s_0.I * e) / 2 - Trace(s_1.I * e) / 2),
        ),
        "a factor too many in Jacobi's formula": (
            gradient(Determinant(e), e),
            Determinant(e) * e.I.T * e,
        ),
    }


def of_rectangles(m: Any, n: Any) -> dict[str, Claim]:
    """Formulas that know two sizes, equal or not."""
    g, x, z = matrix("G", m, n), vector("x", n), vector("z", m)
    h, r = matrix("H", m, n), matrix("X", m, n)
    average, eps = ones(m, m) / m, scalar("epsilon", positive=True)
    variance = average * HadamardPower(r - average * r, 2) + eps * ones(m, n)
    scale = HadamardPower(variance, Rational(-1, 2))
    normalised = HadamardProduct(scale, r - average * r)
    return {
        "least squares without its 2": (
            gradient(inner(g * x - z, g * x - z), x),
            g.T * (g * x - z),
        ),
        "err-normal-equations-sign": (
            gradient(norm(g * x - z) ** 2, x),
            2 * g.T * z - 2 * g.T * g * x,
        ),
        "a transpose too many": (gradient(inner(z, g * x), g), -z * x.T),
        "err-layernorm-constant-deviation": (
            gradient(inner(h, normalised), r),
            HadamardProduct(scale, h - average * h),
        ),
    }


def of_transposes(n: Any) -> dict[str, Claim]:
    """Transposes forgotten or added, which only equal sizes allow."""
    g, x, z = matrix("G", n, n), vector("x", n), vector("z", n)
    return {
        "a transpose forgotten": (gradient(inner(z, g * x), x), g * z),
        "a transpose too many, swapped": (gradient(inner(z, g * x), g), x * z.T),
    }


def of_scalars() -> dict[str, Claim]:
    """Formulas about numbers, and about matrices of two rows."""
    c, phi, k, n = (scalar(name, positive=True) for name in ("c", "phi", "k", "n"))
    a, b, gamma, g, y_1, y_2 = (scalar(name) for name in ("a", "b", "gamma", "g", "y_1", "y_2"))
    x, t, eps, v = scalar("x"), scalar("t"), scalar("epsilon"), vector("v", 2)
    square, p, q = matrix("A", 2, 2), v[0, 0], v[1, 0]
    near = 1 + eps * Trace(square) + eps**2 * (Trace(square) ** 2 - Trace(square**2)) / 2
    doubled = exp(-1) * (-1 - (p + 1) + 2 * (p + 1) ** 2 + 2 * q**2)
    slope = gradient(k * log(phi) - n * log(phi + 1), phi)
    cubic = define("f", a * x**2 / 2 + b * x**3 / 3)
    in_x = define("s", a * x + b * x**2)
    one = [1 - sigmoid(y_1), sigmoid(y_1)]
    two = [1 - sigmoid(y_2), sigmoid(y_2)]
    entropy = [p_1 * log(p_1 / p_2) for p_1, p_2 in zip(one, two, strict=True)]
    return {
        "err-square-root-sign": (gradient(sqrt(c), c), -1 / (2 * sqrt(c))),
        "err-second-derivative-sign": (gradient(slope, phi), -k / phi**2 - n / (phi + 1) ** 2),
        "err-executed-lecture": (
            a * y_1 + gamma + b * (y_1 - y_2) + g,
            g + a * (1 - b) * y_1 - a * b * y_2,
        ),
        "err-det-near-identity": (Determinant(eye(2) + eps * square), near + Determinant(square)),
        "err-doubled-quadratic": (hessian(doubled, v), exp(-1) * Matrix([[2, 0], [0, 2]])),
        "err-newton-denominator": (
            x - in_x / gradient(in_x, x),
            x**2 * gradient(gradient(in_x, x), x) / (2 * gradient(cubic, x)),
        ),
        "err-bernoulli-divergence": (sum(entropy), 2 * entropy[0]),
        "err-adjoint-sign": (gradient(phi * t**2 / 2, phi), -(t**2) / 2),
    }
