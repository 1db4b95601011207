"""Gradients of machine learning, derived and proved."""

from .codegen import numpy_function
from .derive import derive
from .errors import GradproofError, StatementError
from .language.activations import (
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
from .language.derivatives import gradient, hessian, jacobian
from .language.differentials import differential
from .language.functions import (
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
from .language.nodes import define
from .language.symbols import dims, labels, matrix, scalar, vector
from .verdict.chain import chain
from .verdict.display import install as _install
from .verdict.prover import NotProved, NotRefuted, prove, refute

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
