"""Derivatives, unevaluated: the routes give them their value.

One layout everywhere: a gradient has the shape of its variable; a Jacobian has a row for each
output and a column for each input. Matrices are read column by column (column-major vec).
"""

from __future__ import annotations

from typing import Any

from sympy import Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import ConstrainedVariable, DoesNotDepend, NotAVariable, NotScalar, StatementError
from .nodes import MatrixNode, ScalarNode, as_expression, as_matrix, as_scalar
from .shapes import is_matrix, shape_text
from .shown import shown
from .symbols import TYING, Variable
from .unfold import DerivativeNode, bind


class Gradient(DerivativeNode, MatrixNode):
    """The gradient of a scalar in a matrix, in the shape of that matrix."""

    @property
    def shape(self) -> Any:
        """The shape of the variable."""
        return self.args[1].shape


class ScalarDerivative(DerivativeNode, ScalarNode):
    """The derivative of a scalar in a scalar."""


class Jacobian(DerivativeNode, MatrixNode):
    """The matrix of first derivatives: rows are outputs, columns are inputs."""

    @property
    def shape(self) -> Any:
        """The number of outputs by the number of inputs."""
        outputs, inputs = (arg.shape for arg in self.args)
        return (outputs[0] * outputs[1], inputs[0] * inputs[1])


class Hessian(DerivativeNode, MatrixNode):
    """The symmetric matrix of second derivatives of a scalar."""

    @property
    def shape(self) -> Any:
        """The number of inputs, twice."""
        rows, cols = self.args[1].shape
        return (rows * cols, rows * cols)


def _check_variable(variable: Any, what: str) -> Any:
    variable = as_expression(variable, f"The variable of the {what}")
    if variable.is_number or not variable.free_symbols:
        raise NotAVariable(
            f"The {what} is taken in {shown(variable)}, which is constant. "
            "Give a symbol, or an intermediate such as S = W*X."
        )
    if isinstance(variable, Symbol) and variable.is_integer:
        raise NotAVariable(
            f"The {what} is taken in the dimension {variable}, which is a whole number."
        )
    if isinstance(variable, MatrixElement):
        whole, i, j = variable.args
        raise NotAVariable(
            f"The {what} is taken in the entry {variable}. "
            f"Take the entry of the {what} instead: {what}(…, {whole})[{i}, {j}]."
        )
    if not is_matrix(variable) and not isinstance(variable, Symbol):
        raise NotAVariable(
            f"The {what} is taken in {shown(variable)}, which is not a scalar symbol."
        )
    if isinstance(variable, Variable):
        tied = sorted(TYING & set(variable.given))
        if tied:
            raise ConstrainedVariable(
                f"The entries of {variable} are tied together by {', '.join(tied)}, so they "
                f"cannot move one at a time and the {what} in {variable} has no single meaning. "
                f"Declare {variable} without {tied[0]}, or write it as a function of free "
                "parameters."
            )
    return variable


def _check_depends(expr: Any, variable: Any, what: str) -> None:
    """Refuse a variable that ``expr`` lacks, and an intermediate that is not all of its role."""
    body, bound, _ = bind(expr, variable)
    if bound not in body.free_symbols:
        raise DoesNotDepend(
            f"The {what} of {shown(expr)} in {shown(variable)} is zero, since "
            f"{shown(variable)} does not occur in it. "
            "Check the spelling, the shape and the assumptions of the symbol, or write zero."
        )
    shared = {} if variable.is_symbol else body.free_symbols & variable.free_symbols
    inputs = sorted(str(symbol) for symbol in shared if not getattr(symbol, "is_integer", False))
    if inputs:
        raise StatementError(
            f"{shown(expr)} is not a function of {shown(variable)} alone: "
            f"{', '.join(inputs)} occurs outside it. "
            f"Write it in terms of {shown(variable)} everywhere, or differentiate in {inputs[0]}."
        )


def _check_in_a_scalar(outputs: Any, variable: Any) -> None:
    """Refuse the derivative of a matrix in a scalar, of which the language has no node."""
    if is_matrix(outputs) and tuple(outputs.shape) != (1, 1):
        rows, cols = outputs.shape
        raise NotScalar(
            f"{shown(outputs)} is {shape_text(outputs)}, and the derivative of a matrix in the "
            f"scalar {variable} is not in the language. Take it against any matrix of the same "
            f'shape: with G = matrix("G", {rows}, {cols}), gradient(inner(G, …), {variable}) is '
            "⟨G, its derivative⟩, and what holds of it for every G holds of every entry."
        )


def gradient(scalar: Any, variable: Any) -> Any:
    """Return the gradient of a scalar, in the shape of ``variable``, unevaluated.

    ``variable`` is a symbol or, for a function of it, an intermediate such as S = W*X.
    The gradient in a scalar symbol is the derivative, a scalar.
    """
    variable = _check_variable(variable, "gradient")
    if not is_matrix(variable):
        _check_in_a_scalar(scalar, variable)
    scalar = as_scalar(scalar, "What gradient differentiates")
    _check_depends(scalar, variable, "gradient")
    return Gradient(scalar, variable) if is_matrix(variable) else ScalarDerivative(scalar, variable)


def jacobian(outputs: Any, variable: Any) -> Jacobian:
    """Return the Jacobian, a row for each output and a column for each input, unevaluated.

    Matrices are read column by column.
    """
    outputs = as_matrix(outputs, "What jacobian differentiates")
    variable = _check_variable(variable, "Jacobian")
    if not is_matrix(variable):
        _check_in_a_scalar(outputs, variable)
    _check_depends(outputs, variable, "Jacobian")
    return Jacobian(outputs, variable)


def hessian(scalar: Any, variable: Any) -> Hessian:
    """Return the matrix of second derivatives of a scalar, unevaluated.

    A matrix variable is read column by column.
    """
    scalar = as_scalar(scalar, "What hessian differentiates")
    variable = as_matrix(_check_variable(variable, "Hessian"), "The variable of the Hessian")
    _check_depends(scalar, variable, "Hessian")
    return Hessian(scalar, variable)
