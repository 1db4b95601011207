"""What stands together in a statement must be told apart by its print.

Names that print alike, or as a sign that stands there too, are refused: x1 beside x_1 (x₁ and
x₁), a vector pi beside the number π, a symbol phi' beside the derivative of a function phi.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from sympy import Dummy, Function, ImmutableDenseMatrix, S, Symbol
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import BadName, StatementError
from ..language.differentials import Differential, ScalarDifferential, is_moved
from ..language.functions import CrossEntropy, FunctionOfMatrix, FunctionOfScalar, Inner
from ..language.naming import check_name
from ..language.nodes import DefinedMatrix, DefinedScalar, MatrixNode, ScalarNode, Size, Total
from ..language.series import MatrixSeries, MatrixSum, Series
from ..language.shapes import is_matrix
from ..language.symbols import Variable
from ..language.unfold import BINDERS, DerivativeNode
from .algebra import arbitrary
from .code import identifier
from .draw import Draw
from .names import function_box, name_box, snake
from .scope import walk

_NAMED = (Variable, Symbol, DefinedMatrix, DefinedScalar)
#: What prints as a sign of its own and not under its name.
_SIGNS = (Total, Inner, Size, Series, MatrixSeries, MatrixSum, DerivativeNode, *BINDERS, *_NAMED)
#: What a card says of a scalar, and of a size.
_TOLD = {"scalar": {"real", "positive", "nonzero"}, "size": {"integer", "positive"}}


def check_readable(*sides: Any) -> None:
    """Refuse names that read as something else that stands in these expressions."""
    for symbol in sorted({s for side in sides for s in side.free_symbols}, key=str):
        _check_told(symbol)
    nodes = [node for side in sides for node in walk(side)]
    _check_functions(nodes)
    signs = dict(_signs(nodes))
    known: dict[tuple[str, str], str] = {}
    for name, kind in _names(nodes):
        check_name(name, kind)
        box = name_box(name)
        for form in (("latex", box.latex), ("text", box.text), ("code", identifier(name))):
            other = known.setdefault(form, name)
            if other != name:
                raise BadName(
                    f"The names {other} and {name} both print as {box.text}. "
                    "Give one of the two another name."
                )
        if box.text in signs:
            raise BadName(
                f"{name} prints as {box.text}, which reads as {signs[box.text]} here. "
                "Give it another name."
            )


def _check_told(symbol: Any) -> None:
    """Refuse a scalar or size of which more is assumed than is printed."""
    if not isinstance(symbol, Symbol):
        return
    kind = "size" if symbol.is_integer and symbol.is_positive else "scalar"
    more = {fact for fact in symbol._assumptions_orig if fact not in {*_TOLD[kind], "commutative"}}
    if more:
        made = "dims" if kind == "size" else "scalar"
        raise StatementError(
            f"{symbol} is declared with {', '.join(sorted(more))}, which no print of it shows. "
            f'Use {made}("{symbol}"), and write what is assumed as a hypothesis.'
        )


def _check_functions(nodes: list[Any]) -> None:
    """Refuse f(v) for a function of all of v beside f(v) for the same one of every entry."""
    kinds = (FunctionOfMatrix, FunctionOfScalar)
    whole, entries = ({n.name for n in nodes if isinstance(n, kind)} for kind in kinds)
    for name in sorted(whole & entries):
        raise BadName(
            f"The function {name} is applied to a matrix as a whole and to numbers or entries, "
            f"and both print as {name}(…). Give one of the two another name."
        )


def _names(nodes: list[Any]) -> Iterator[tuple[str, str]]:
    """Every name with the kind of what has it, sizes among them."""
    for node in nodes:
        if isinstance(node, (FunctionOfMatrix, FunctionOfScalar)):
            yield node.name, "function"
        elif isinstance(node, Dummy):  # the letter of a function at every entry, never shown
            continue
        elif isinstance(node, _NAMED) and not str(node.name).startswith("_"):
            yield from _of_named(node)
        if is_matrix(node):
            for size in node.shape:
                for symbol in S(size).free_symbols:
                    yield str(symbol.name), "size"


def _of_named(node: Any) -> Iterator[tuple[str, str]]:
    if is_moved(node):
        return
    kind = "matrix" if is_matrix(node) else "size" if node.is_integer else "scalar"
    yield str(node.name), kind


def _signs(nodes: list[Any]) -> Iterator[tuple[str, str]]:
    """Signs that stand in the print, with what they mean."""
    for node in nodes:
        if node is S.Pi:
            yield "π", "the number π"
        elif isinstance(node, (FunctionOfMatrix, FunctionOfScalar)):
            for order in range(1, 2 + getattr(node, "order", 0)):
                yield (
                    arbitrary(node.name, order).text,
                    f"a derivative of {name_box(node.name).text}",
                )
        elif isinstance(node, (Differential, ScalarDifferential)):
            yield "d", "the sign of a differential"
        elif isinstance(node, (Function, MatrixNode, ScalarNode)) and not isinstance(node, _SIGNS):
            yield function_box(snake(type(node).__name__)).text, "the function"
        for whole, i, j in _entries(node):
            yield _text(MatrixElement(whole, i, j)), f"an entry of {_text(whole)}"


def _text(expr: Any) -> str:
    return Draw(expr)(expr).text


def _entries(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """The entries that ``node`` prints with numbers: the matrix, the row, the column."""
    if isinstance(node, MatrixElement):
        yield node.args
    elif isinstance(node, CrossEntropy) and isinstance(node.args[1], ImmutableDenseMatrix):
        probabilities, targets = node.args
        for i, j in product(*map(range, targets.shape)):
            yield probabilities, i, j
