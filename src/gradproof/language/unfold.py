"""Unfolding: from the language that people write to the few primitives that routes read.

After it no named function is left, every derivative binds a variable of its own
(:class:`GradientAt`, :class:`JacobianAt`), and every elementwise function has one bound symbol.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import (
    Basic,
    DiagMatrix,
    DiagonalOf,
    E,
    Function,
    HadamardPower,
    HadamardProduct,
    Identity,
    Lambda,
    OneMatrix,
    Pow,
    S,
    Sum,
    Symbol,
    conjugate,
    exp,
    im,
    log,
    re,
)
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ..errors import StatementError
from .nodes import MatrixNode, ScalarNode, Total, rebuilt, substituted
from .series import unfolded
from .shapes import is_matrix
from .shown import shown
from .symbols import Variable

#: The bound symbol of every elementwise function: entries are real.
ENTRY = Symbol("_entry", real=True)


class DerivativeNode:
    """A derivative as people write it: of its first argument, in its second."""


class GradientAt(MatrixNode):
    """The gradient of a body in a bound variable, taken at a point. Primitive.

    Arguments: body, bound variable, point; the point has the shape of the variable.
    """

    @property
    def shape(self) -> Any:
        """The shape of the variable."""
        return self.args[1].shape

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the bound variable is not one."""
        return _free(self)


class DerivativeAt(ScalarNode):
    """The derivative of a scalar body in a bound scalar, taken at a point. Primitive."""

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the bound variable is not one."""
        return _free(self)


class JacobianAt(MatrixNode):
    """The Jacobian of a matrix body in a bound variable, taken at a point. Primitive."""

    @property
    def shape(self) -> Any:
        """The number of outputs by the number of inputs."""
        outputs, inputs = (arg.shape for arg in self.args[:2])
        return (outputs[0] * outputs[1], inputs[0] * inputs[1])

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the bound variable is not one."""
        return _free(self)


class SlopeAt(MatrixNode):
    """The derivative of a matrix body in a bound scalar, taken at a point. Primitive."""

    @property
    def shape(self) -> Any:
        """The shape of the body."""
        return self.args[0].shape

    @property
    def free_symbols(self) -> set[Any]:
        """The free symbols; the bound variable is not one."""
        return _free(self)


def _free(node: Any) -> set[Any]:
    body, bound, point = node.args
    free: set[Any] = (body.free_symbols - {bound}) | point.free_symbols
    return free


BINDERS = (GradientAt, DerivativeAt, JacobianAt, SlopeAt)


def unfold(expr: Any) -> Any:
    """Return ``expr`` in primitives only; what they need to be defined stays in sight."""
    try:
        return _unfold(expr)
    except RecursionError:
        raise StatementError(
            "An expression is nested too deeply to be read as a whole, parts within parts some "
            "hundred times. Prove it in steps: give a part a name with define, and state what "
            "follows for a symbol in its place."
        ) from None


@lru_cache(maxsize=4096)
def _unfold(expr: Any) -> Any:
    if isinstance(expr, DerivativeNode):
        return _unfold_derivative(expr)
    if isinstance(expr, Sum):
        return unfold(unfolded(expr))
    if isinstance(expr, Function) and tuple(getattr(expr.args[0], "shape", ())) == (1, 1):
        return unfold(rebuilt(expr, [Total(expr.args[0]), *expr.args[1:]]))  # SymPy takes it so
    if isinstance(expr, Function) and hasattr(expr, "definition"):
        return _unfold_function(expr)
    definition = getattr(expr, "definition", None)
    if definition is not None:
        return unfold(definition)
    if isinstance(expr, (re, conjugate)):  # what SymPy does not know to be real is so here
        return unfold(expr.args[0])
    if isinstance(expr, im):
        return S.Zero
    if isinstance(expr, ElementwiseApplyFunction):
        return _unfold_elementwise(expr)
    if isinstance(expr, DiagMatrix) and 1 in expr.args[0].shape:
        return unfold(_diagonal(expr.args[0]))
    if isinstance(expr, DiagonalOf) and expr.arg.shape[0] == expr.arg.shape[1]:
        size = expr.arg.shape[0]
        return unfold(HadamardProduct(Identity(size), expr.arg) * OneMatrix(size, 1))
    if not expr.args or isinstance(expr, Variable):
        return expr
    if isinstance(expr, (Pow, HadamardPower)) and _is_real_power(expr):
        return unfold(_exponential(expr))
    args = [unfold(arg) if isinstance(arg, Basic) else arg for arg in expr.args]
    if all(new is old for new, old in zip(args, expr.args, strict=True)):
        return expr
    return rebuilt(expr, args)


def _unfold_function(expr: Any) -> Any:
    """The definition of a function, with its arguments put in and not worked out."""
    letters = [Symbol(f"_argument{place}", real=True) for place in range(len(expr.args))]
    meant = unfold(expr.func(*letters).definition)
    return substituted(meant, dict(zip(letters, map(unfold, expr.args), strict=True)))


def _is_real_power(power: Any) -> bool:
    """Whether the exponent is neither rational nor a whole number."""
    return not (power.exp.is_Rational or power.exp.is_integer or power.base is E)


def _exponential(power: Any) -> Any:
    """A power by any real number, as exp(a log u), which is what it means.

    Of a number a, SymPy would make the power of it again.
    """
    base = ENTRY if is_matrix(power) else power.base
    meant = exp(power.exp * log(base), evaluate=False)
    return ElementwiseApplyFunction(Lambda(ENTRY, meant), power.base) if is_matrix(power) else meant


def _diagonal(vector: Any) -> Any:
    """The diagonal matrix of a vector, from the identity."""
    column = vector if vector.shape[1] == 1 else vector.T
    size = column.shape[0]
    return HadamardProduct(Identity(size), column * OneMatrix(1, size))


def _unfold_elementwise(expr: Any) -> Any:
    function, matrix = expr.args
    (bound,) = function.variables
    if ENTRY in function.expr.free_symbols - {bound}:
        raise StatementError(
            f"{shown(expr)} is applied to every entry inside another elementwise function "
            "and uses the entry of that one. "
            "Write it without the inner function, as a product or a sum."
        )
    body = unfold(substituted(function.expr, {bound: ENTRY}))
    if body == ENTRY:  # SymPy has made an identity of it, whose bound symbol is its own
        return unfold(matrix)
    return Basic.__new__(ElementwiseApplyFunction, Lambda(ENTRY, body), unfold(matrix))


@lru_cache(maxsize=1024)
def bind(expr: Any, variable: Any) -> tuple[Any, Any, Any]:
    """Return ``expr`` unfolded with ``variable`` replaced by a fresh one, that one, the point.

    An intermediate is looked for as it was written and, failing that, unfolded.
    """
    probe = _like(variable, _unused_name(expr))
    written = substituted(expr, {variable: probe})
    point = unfold(variable)
    body = unfold(written) if written != expr else substituted(unfold(expr), {point: probe})
    bound = _like(variable, f"_{1 + depth(body)}")
    return substituted(body, {probe: bound}), bound, point


def _unused_name(expr: Any) -> str:
    """A name for the variable while it is looked for; one derivative may stand in another."""
    taken = {str(symbol.name) for symbol in expr.free_symbols}
    name = "_"
    while name in taken:
        name += "_"
    return name


def _like(variable: Any, name: str) -> Any:
    """A fresh variable of the kind of ``variable``, with its assumptions."""
    if isinstance(variable, Symbol):
        assumptions = {key: value for key, value in variable.assumptions0.items() if value}
        return Symbol(name, **assumptions)
    given = variable.args[3] if isinstance(variable, Variable) else ()
    rows, cols = variable.shape
    return Variable(name, rows, cols, given)


def depth(expr: Any) -> int:
    """Return how deeply derivatives are nested in ``expr``."""
    inside = max((depth(arg) for arg in expr.args), default=0)
    return inside + isinstance(expr, BINDERS)


def _unfold_derivative(expr: Any) -> Any:
    if hasattr(expr, "unfolded"):
        return expr.unfolded
    kind = type(expr).__name__
    body, bound, point = bind(*expr.args)
    if kind == "Gradient":
        return GradientAt(body, bound, point)
    if kind == "ScalarDerivative":
        return DerivativeAt(body, bound, point)
    if kind == "Jacobian":
        return JacobianAt(body, bound, point)
    outer = _like(bound, f"_{2 + depth(body)}")
    return JacobianAt(GradientAt(body, bound, outer), outer, point)
