"""Activation functions of one real variable, each with the definition it stands for.

Applied to a matrix they act on every entry. Those with a kink are written with |z|, and a
derivative of them holds away from the kink; the condition is part of the certificate.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Determinant, Function, Rational, erf, exp, log, pi, sqrt, tanh

from ..errors import UnknownConstruct
from .nodes import as_expression, as_matrix, elementwise
from .shapes import is_matrix


class Activation(Function):  # type: ignore[misc]
    """A function of a real variable with a definition; of a matrix, it acts on every entry."""

    is_real = True

    def __new__(cls, argument: Any, *parameters: Any) -> Any:
        argument = as_expression(argument, f"The argument of {cls.__name__}")
        if is_matrix(argument):
            return elementwise(lambda entry: cls(entry, *parameters), argument)
        return super().__new__(cls, argument, *parameters)


class sigmoid(Activation):
    """σ(z) = 1/(1 + exp(−z))."""

    @property
    def definition(self) -> Any:
        """The logistic function."""
        return 1 / (1 + exp(-self.args[0]))


class softplus(Activation):
    """log(1 + exp z), a smooth max(z, 0)."""

    @property
    def definition(self) -> Any:
        """The logarithm of one plus the exponential."""
        return log(1 + exp(self.args[0]))


class silu(Activation):
    """z σ(z)."""

    @property
    def definition(self) -> Any:
        """The argument times its sigmoid."""
        return self.args[0] * sigmoid(self.args[0])


class gelu(Activation):
    """z Φ(z), with Φ the distribution function of the standard normal."""

    @property
    def definition(self) -> Any:
        """The argument times its normal probability."""
        z = self.args[0]
        return z * (1 + erf(z / sqrt(2))) / 2


class gelu_tanh(Activation):
    """The approximation of :class:`gelu` by a hyperbolic tangent."""

    @property
    def definition(self) -> Any:
        """z(1 + tanh u)/2 with u = √(2/π)(z + 0.044715 z³)."""
        z = self.args[0]
        return z * (1 + tanh(sqrt(2 / pi) * (z + Rational(44715, 10**6) * z**3))) / 2


class step(Activation):
    """1 where z > 0 and 0 where z < 0; not defined at 0."""

    @property
    def definition(self) -> Any:
        """(1 + z/|z|)/2."""
        z = self.args[0]
        return (1 + z / Abs(z)) / 2


class relu(Activation):
    """max(z, 0)."""

    @property
    def definition(self) -> Any:
        """(z + |z|)/2."""
        z = self.args[0]
        return (z + Abs(z)) / 2


class leaky_relu(Activation):
    """z where z > 0, and αz where z < 0: ``leaky_relu(z, alpha)``."""

    @property
    def definition(self) -> Any:
        """αz + (1 − α) max(z, 0)."""
        z, alpha = self.args
        return alpha * z + (1 - alpha) * (z + Abs(z)) / 2


class elu(Activation):
    """z where z > 0, and α(exp(z) − 1) where z < 0: ``elu(z, alpha)``."""

    @property
    def definition(self) -> Any:
        """max(z, 0) + α(exp(z) − 1)·1[z < 0]."""
        z, alpha = self.args
        return (z + Abs(z)) / 2 + alpha * (exp(z) - 1) * (1 - z / Abs(z)) / 2


def logdet(matrix: Any) -> Any:
    """Return log |det A|, a scalar, for a square matrix.

    SymPy cannot hold |det A| of sums in which it would take out a sign, such as B − A: the error
    names one that will do.
    """
    determinant = Determinant(as_matrix(matrix, "The argument of logdet"))
    try:
        return log(Abs(determinant))
    except (TypeError, NotImplementedError):
        raise UnknownConstruct(
            f"SymPy cannot hold |det({matrix})|, since it would take a sign out of a sum of "
            "matrices. Write each sum with the other sign, A − B for B − A: for the whole "
            "argument that changes nothing, since |det(−M)| = |det M|."
        ) from None
