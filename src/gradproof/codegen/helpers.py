"""The functions that a program carries along where it uses them, in plain NumPy."""

from __future__ import annotations

HELPERS = {
    "softmax": """\
def softmax(scores, axis=0):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))  # at most 1
    return powers / powers.sum(axis=axis, keepdims=True)
""",
    "log_softmax": """\
def log_softmax(scores, axis=0):
    below = scores - scores.max(axis=axis, keepdims=True)
    return below - logsumexp(below, axis)
""",
    "logsumexp": """\
def logsumexp(scores, axis=0):
    top = scores.max(axis=axis, keepdims=True)
    largest = scores.argmax(axis=axis, keepdims=True)
    powers = np.exp(scores - top)
    np.put_along_axis(powers, largest, 0, axis=axis)  # its own, which is 1
    return top + np.log1p(powers.sum(axis=axis, keepdims=True))
""",
    "weighted_logsumexp": """\
def weighted_logsumexp(scores, weights, axis=0):
    scores = np.where(weights == 0, -np.inf, scores)  # 0 exp(s) = 0, however large s is
    top = scores.max(axis=axis, keepdims=True)
    return top + np.log((weights * np.exp(scores - top)).sum(axis=axis, keepdims=True))
""",
    "log_sum": """\
def log_sum(*terms):  # the logarithm of the sum of w exp(s), of pairs (w, s)
    scores = [np.where(weight == 0, -np.inf, score) for weight, score in terms]
    top = np.max(np.broadcast_arrays(*scores), axis=0)
    return top + np.log(sum(w * np.exp(s - top) for (w, _), s in zip(terms, scores)))
""",
    "logsubexp": """\
def logsubexp(a, b):  # log(exp(a) - exp(b))
    gap = a - b
    far = np.log1p(-np.exp(-np.maximum(gap, 1)))
    return a + np.where(gap > 1, far, np.log(-np.expm1(-gap)))
""",
    "log_erfc": """\
def log_erfc(z):
    far = np.maximum(z, 20)
    part, tail = 1.0, 1.0
    for k in range(1, 9):
        part = part * (1 - 2 * k) / (2 * far**2)
        tail = tail + part
    near = np.log(erfc(np.minimum(z, 20)))
    return np.where(z > 20, np.log(tail / far) - far**2 - np.log(np.pi) / 2, near)
""",
    "gelu": """\
def gelu(z):
    return z * erfc(-z / np.sqrt(2)) / 2
""",
    "sigmoid": """\
def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))
""",
    "erf": """\
erf = np.vectorize(math.erf, otypes=[float])
""",
    "erfc": """\
erfc = np.vectorize(math.erfc, otypes=[float])
""",
    "xlogy": """\
def xlogy(x, y):
    return x * np.log(np.where((x == 0) & (y == 0), 1, y))  # 0 log 0 = 0
""",
    "ratio": """\
def ratio(above, below):
    return above / np.where((above == 0) & (below == 0), 1, below)  # 0 / 0 = 0, at a kink
""",
    "log_det": """\
def log_det(matrix):
    sign, logarithm = np.linalg.slogdet(matrix)
    return np.where(sign < 0, np.nan, logarithm)[()]
""",
}

#: Which helpers use which.
NEEDS = {"log_softmax": {"logsumexp"}, "gelu": {"erfc"}, "log_erfc": {"erfc"}}


def sources(used: set[str]) -> list[str]:
    """The imports, and the source of each helper that is used, directly or by another."""
    used = used.union(*(NEEDS.get(helper, set()) for helper in used))
    chosen = [text for helper, text in HELPERS.items() if helper in used]
    math = "import math\n\n" if any("math." in text for text in chosen) else ""
    return [f"{math}import numpy as np\n", *chosen]
