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
NEEDS = {"log_softmax": {"logsumexp"}, "gelu": {"erfc"}}


def sources(used: set[str]) -> list[str]:
    """The imports, and the source of each helper that is used, directly or by another."""
    used = used.union(*(NEEDS.get(helper, set()) for helper in used))
    chosen = [text for helper, text in HELPERS.items() if helper in used]
    math = "import math\n\n" if any("math." in text for text in chosen) else ""
    return [f"{math}import numpy as np\n", *chosen]
