"""Programs made from expressions: readable source, and the function it defines.

An expression becomes a tree of Python's own syntax (:mod:`.trees`), so the brackets are Python's;
every name in it comes from one allocator (:mod:`.names`); and what floating-point numbers cannot
follow is rewritten before (:mod:`.stable`). NumPy is imported on first use only.
"""

from __future__ import annotations

from inspect import signature
from typing import Any

from sympy import Inverse, MatPow, Symbol

from ..errors import StatementError
from ..language.naming import check_form
from ..language.nodes import DefinedMatrix, DefinedScalar, as_expression, parts
from ..language.shapes import is_matrix
from ..language.shown import shown
from ..language.symbols import Variable
from ..language.wellformed import check_numbers, check_shapes
from . import matrices as _rules  # noqa: F401 - importing them registers the rules
from .helpers import HELPERS, sources
from .inputs import fitted
from .names import RESERVED
from .trees import source
from .writer import Writer


class NumpyFunction:
    """A NumPy function with the expression it computes; it shows itself as its source.

    ``source`` is complete: it runs by itself where NumPy is installed.
    """

    def __init__(self, name: str, expression: Any, arguments: tuple[Any, ...], source: str) -> None:
        self.__name__ = name
        self.expression = expression
        self.arguments = arguments
        self.source = source
        namespace: dict[str, Any] = {}
        exec(compile(source, f"<{name} of gradproof>", "exec"), namespace)
        self._function = namespace[name]

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Return the value: a float, or an array of the shape of the expression.

        Values go by their place, or by the names that the arguments have in the source.
        A number that is too small for a float is 0, without a warning. Raises
        :class:`ShapeMismatch` where a value does not have the shape of its symbol, and
        :class:`StatementError` where it is not made of real numbers, or a matrix is singular that
        the expression inverts.
        """
        import numpy as np

        given = self._placed(values, named)
        try:
            with np.errstate(under="ignore"):
                value = self._function(*fitted(self.arguments, given))
        except np.linalg.LinAlgError as error:
            raise StatementError(
                f"The expression inverts {self._inverted()}, and at these values that is singular: "
                "it has no inverse."
            ) from error
        return np.asarray(value, dtype=float) if is_matrix(self.expression) else float(value)

    def _placed(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """All values, in the order of the arguments."""
        if not named and len(values) == len(self.arguments):
            return values
        names = ", ".join(str(symbol.name) for symbol in self.arguments)
        try:
            return signature(self._function).bind(*values, **named).args
        except TypeError as error:
            count = len(values) + len(named)
            raise TypeError(
                f"{self.__name__}({names}) was given {count} values that do not fit: {error}."
            ) from error

    def _inverted(self) -> str:
        """The matrices that the expression inverts, in words."""
        found = [part for part in parts(self.expression) if isinstance(part, (Inverse, MatPow))]
        return " or ".join(dict.fromkeys(shown(part.args[0]) for part in found))

    def __repr__(self) -> str:
        return self.source

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {
            "text/plain": self.source,
            "text/markdown": f"```python\n{self.source}```\n",
        }


def numpy_function(expr: Any, *arguments: Any, name: str = "f") -> NumpyFunction:
    """Make the NumPy function of ``arguments`` that computes ``expr``.

    The arguments are symbols, in the order of the call: matrices and vectors (arrays of two
    axes, a vector is one column), scalars, ``labels(...)`` (an array of whole numbers),
    dimensions, or names made with ``define``. ``name`` is the name of the function in its
    source. Sizes are read from the arrays.

    At a kink the value is the one that NumPy and PyTorch give: the slope of relu, of the modulus
    and of a norm is 0 at 0, and 0 log 0 is 0.

    Raises :class:`StatementError` for a derivative, for which NumPy has no value: prove it equal
    to an expression without derivatives first, and for an arbitrary ``function("f")``.
    """
    _check_function_name(name)
    if hasattr(expr, "certificate"):
        what, part = ("a derivation", "result") if hasattr(expr, "result") else ("a proof", "rhs")
        raise StatementError(
            f"numpy_function was given {what}, and computes an expression. Pass its .{part}."
        )
    expr = as_expression(expr, "What numpy_function computes")
    writer = Writer(name, _checked(arguments))
    check_numbers(expr)
    check_shapes(expr)
    result = source(writer.code(expr))
    body = [*writer.sizes(), *writer.lines, f"return {result}"]
    signature = ", ".join(writer.name_of[symbol] for symbol in arguments)
    own = f"def {name}({signature}):\n" + "".join(f"    {line}\n" for line in body)
    return NumpyFunction(name, expr, arguments, "\n\n".join([*sources(writer.helpers), own]))


def _check_function_name(name: str) -> None:
    if check_form(name) in {*RESERVED, *HELPERS} or not name.isidentifier():
        raise StatementError(
            f"The function cannot be called {name}: its source or Python uses that name. "
            "Choose another."
        )


def _checked(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    taken = set()
    for symbol in arguments:
        if not isinstance(symbol, (Variable, Symbol, DefinedMatrix, DefinedScalar)):
            raise StatementError(
                f"{symbol} is not a symbol, so it cannot be an argument. Give it a name with "
                "define(...), and use that in the expression."
            )
        if isinstance(symbol, Symbol) and not symbol.is_real:
            raise StatementError(
                f'The symbol {symbol} is not declared real. Use scalar("{symbol}").'
            )
        if str(symbol.name) in taken:
            raise StatementError(f"Two things would be called {symbol.name}: rename one of them.")
        taken.add(str(symbol.name))
    return arguments


__all__ = ["NumpyFunction", "numpy_function"]
