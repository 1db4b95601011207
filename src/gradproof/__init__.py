"""Gradients of machine learning, derived and proved."""

from .activations import (
    elu,
    gelu,
    gelu_tanh,
    leaky_relu,
    logdet,
    relu,
    sigmoid,
    silu,
    softplus,
    step,
)
from .chain import chain
from .codegen import numpy_function
from .derivatives import gradient, hessian, jacobian
from .deriver import derive
from .differentials import differential
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
    "derive",
    "differential",
    "dims",
    "elu",
    "eye",
    "function",
    "gelu",
    "gelu_tanh",
    "gradient",
    "hessian",
    "inner",
    "jacobian",
    "labels",
    "leaky_relu",
    "log_softmax",
    "logdet",
    "logsumexp",
    "matrix",
    "mean",
    "norm",
    "numpy_function",
    "one_hot",
    "ones",
    "prove",
    "refute",
    "relu",
    "scalar",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "step",
    "total",
    "vector",
]

_install()
