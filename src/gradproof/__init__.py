"""Gradients of machine learning, derived and proved."""

from .chain import chain
from .derivatives import gradient, hessian, jacobian
from .display import install as _install
from .errors import GradproofError, StatementError
from .functions import (
    cross_entropy,
    eye,
    function,
    inner,
    log_softmax,
    logsumexp,
    mean,
    norm,
    one_hot,
    ones,
    softmax,
    total,
)
from .nodes import define
from .numpy_code import numpy_function
from .prover import NotProved, NotRefuted, prove, refute
from .symbols import dims, labels, matrix, scalar, vector

__all__ = [
    "GradproofError",
    "NotProved",
    "NotRefuted",
    "StatementError",
    "chain",
    "cross_entropy",
    "define",
    "dims",
    "eye",
    "function",
    "gradient",
    "hessian",
    "inner",
    "jacobian",
    "labels",
    "log_softmax",
    "logsumexp",
    "matrix",
    "mean",
    "norm",
    "numpy_function",
    "one_hot",
    "ones",
    "prove",
    "refute",
    "scalar",
    "softmax",
    "total",
    "vector",
]

_install()
