"""Derivatives: ∂L/∂W where the scalar has a name, ∇_W(…) where it is written out.

A Jacobian is J_s p, with no ∂p/∂s: a quotient would leave open which of the two gives the rows.
"""

from __future__ import annotations

from typing import Any

from sympy import Symbol

from ..language.derivatives import Gradient, Jacobian, ScalarDerivative
from ..language.functions import FunctionOfMatrix, FunctionOfScalar
from ..language.nodes import DefinedMatrix, DefinedScalar
from ..language.symbols import Variable
from .boxes import ATOM, ENTRYWISE, FRACTION, POWER, PREFIX, Box, atom, fraction, parens, tight
from .draw import Draw, rule
from .names import entry_names, is_letter, name_box

_NAMED = (Variable, DefinedMatrix, DefinedScalar, Symbol)


def _short(draw: Draw, expr: Any) -> Box | None:
    """The numerator of ∂L/∂W, if ``expr`` has a name to put there."""
    if isinstance(expr, _NAMED):
        return draw(expr)
    if isinstance(expr, FunctionOfMatrix | FunctionOfScalar):
        if isinstance(expr, FunctionOfMatrix) and draw.means_one_thing(expr.name):
            return name_box(expr.name)
        return draw(expr)
    return None


def _partial(top: Box, bottom: Box) -> Box:
    lower = tight(bottom, POWER)
    made = fraction(
        atom(rf"\partial {tight(top, POWER).latex}", f"∂{tight(top, POWER).text}"),
        atom(rf"\partial {lower.latex}", f"∂{lower.text}"),
    )
    return Box(made.latex, made.text, FRACTION, ENTRYWISE)


def _operator(latex: str, text: str, variable: Box, arg: Box) -> Box:
    """An operator with its variable below, before what it acts on."""
    sign = atom(rf"{latex}_{{{variable.latex}}}", f"{text}_{tight(variable, POWER).text}")
    inner = tight(arg, POWER)
    gap = "" if inner.latex.startswith(("(", r"\left(")) else r"\, "
    space = "" if inner.text.startswith("(") else " "
    return Box(f"{sign.latex} {gap}{inner.latex}", f"{sign.text}{space}{inner.text}", PREFIX)


@rule("Gradient")
def _gradient(draw: Draw, expr: Any) -> Box:
    scalar, variable = expr.args
    top = _short(draw, scalar)
    if top is None:
        return _operator(r"\nabla", "∇", draw(variable), draw(scalar))
    return _partial(top, draw(variable))


@rule("ScalarDerivative")
def _derivative(draw: Draw, expr: Any) -> Box:
    scalar, variable = expr.args
    return _derivative_of(draw, scalar, draw(variable))


def _derivative_of(draw: Draw, scalar: Any, variable: Box) -> Box:
    top = _short(draw, scalar)
    if top is not None:
        return _partial(top, variable)
    inner = tight(draw(scalar), ATOM)
    return Box(
        rf"\frac{{\partial}}{{\partial {variable.latex}}} {inner.latex}",
        f"∂/∂{variable.text} {inner.text}",
        PREFIX,
    )


@rule("Jacobian")
def _jacobian(draw: Draw, expr: Any) -> Box:
    outputs, variable = expr.args
    return _operator("J", "J", draw(variable), draw(outputs))


@rule("Hessian")
def _hessian(draw: Draw, expr: Any) -> Box:
    scalar, variable = expr.args
    top = _short(draw, scalar) or draw(scalar)
    return _operator(r"\nabla^{2}", "∇²", draw(variable), top)


@rule("Differential", "ScalarDifferential")
def _differential(draw: Draw, expr: Any) -> Box:
    (moves,) = expr.args
    inner = draw(moves)
    if not _is_letter(moves):
        inner = parens(inner)  # dab would be a name, and d ‖x‖ a product
    return atom(rf"\mathrm{{d}} {inner.latex}", f"d{inner.text}", scripted=inner.scripted)


def _is_letter(moves: Any) -> bool:
    """Whether its name is one letter with what hangs on it, so that dA cannot be a name."""
    return isinstance(moves, _NAMED) and is_letter(str(moves.name))


@rule("MovedVariable", "MovedScalar")
def _moved(draw: Draw, expr: Any) -> Box:
    moves = str(expr.name)[1:]
    name = name_box(moves) if is_letter(moves) else parens(name_box(moves))
    return atom(rf"\mathrm{{d}} {name.latex}", f"d{name.text}", scripted=name.scripted)


@rule("GradientAt", "DerivativeAt", "JacobianAt", "SlopeAt")
def _at(draw: Draw, expr: Any) -> Box:
    """What a derivative unfolds to; the bound variable shows only where the point cannot."""
    body, bound, point = expr.args
    kind = _WRITTEN[type(expr).__name__]
    if point.free_symbols and not point.free_symbols & body.free_symbols:
        return draw(kind(body.xreplace({bound: point}), point))
    inner, value, name = draw(kind(body, bound)), draw(point), draw(bound)
    return Box(
        rf"\left. {inner.latex} \right|_{{{name.latex} = {value.latex}}}",
        f"({inner.text} at {name.text} = {value.text})",
        POWER,
        ATOM,
        scripted=True,
    )


_WRITTEN = {
    "GradientAt": Gradient,
    "DerivativeAt": ScalarDerivative,
    "JacobianAt": Jacobian,
    "SlopeAt": ScalarDerivative,
}


def entry_of(draw: Draw, matrix: Any, row: Box, col: Box) -> Box | None:
    """The entry of a derivative as a derivative in an entry, if that is a way to write it."""
    expr, variable = matrix.args
    if not isinstance(variable, Variable | DefinedMatrix):
        return None
    if isinstance(matrix, Gradient):
        return _derivative_of(draw, expr, entry_names(variable, row, col))
    if variable.shape[1] != 1:
        return None
    if isinstance(matrix, Jacobian):
        if not isinstance(expr, DefinedMatrix) or expr.shape[1] != 1:
            return None
        return _partial(entry_names(expr, row, row), entry_names(variable, col, col))
    top = _short(draw, expr)
    if top is None:
        return None
    one, two = entry_names(variable, row, row), entry_names(variable, col, col)
    top = atom(rf"\partial^{{2}} {top.latex}", f"∂²{top.text}")
    twice = one == two
    bottom = atom(
        rf"\partial {one.latex}^{{2}}" if twice else rf"\partial {one.latex} \partial {two.latex}",
        f"∂{one.text}²" if twice else f"∂{one.text}∂{two.text}",
    )
    made = fraction(top, bottom)
    return Box(made.latex, made.text, FRACTION, ENTRYWISE)
