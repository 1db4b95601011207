"""Gradients of machine learning, derived and proved."""

from .derivatives import gradient, hessian, jacobian
from .functions import (
    cross_entropy,
    eye,
    function,
    inner,
    log_softmax,
    logsumexp,
    mean,
    norm,
    ones,
    softmax,
    total,
)
from .nodes import define
from .symbols import dims, labels, matrix, scalar, vector
