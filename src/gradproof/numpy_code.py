"""NumPy functions made from expressions: readable source, and the function it defines.

Functions with a name stay calls by that name, in forms that neither overflow nor lose digits
(softmax, log-sum-exp); everything else is written out. NumPy is imported on first use only.
"""

from __future__ import annotations

from typing import Any

from sympy import Symbol, sympify

from .errors import ShapeMismatch, StatementError
from .naming import check_form
from .nodes import DefinedMatrix, DefinedScalar, as_expression, is_matrix, shape_text
from .numpy_rules import HELPERS, Writer
from .statement import is_dimension
from .symbols import OneHot, Variable


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

    def __call__(self, *values: Any) -> Any:
        """Return the value: a float, or an array of the shape of the expression.

        Raises :class:`ShapeMismatch` where a value does not have the shape of its symbol.
        """
        if len(values) != len(self.arguments):
            names = ", ".join(str(symbol.name) for symbol in self.arguments)
            raise TypeError(f"{self.__name__}({names}) was given {len(values)} values.")
        sizes: dict[Any, int] = {}
        return self._function(
            *(_fitted(*pair, sizes) for pair in zip(self.arguments, values, strict=True))
        )

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

    Raises :class:`StatementError` for a derivative, for which NumPy has no value: prove it equal
    to an expression without derivatives first, and for an arbitrary ``function("f")``.
    """
    check_form(name)
    expr = as_expression(expr, "What numpy_function computes")
    writer = Writer(_checked(name, arguments))
    result = writer.code(expr)
    body = [*writer.sizes(), *writer.lines, f"return {result}"]
    signature = ", ".join(writer.name(symbol) for symbol in arguments)
    helpers = [HELPERS[helper] for helper in HELPERS if helper in writer.helpers]
    own = f"def {name}({signature}):\n" + "".join(f"    {line}\n" for line in body)
    source = "\n\n".join(["import numpy as np\n", *helpers, own])
    return NumpyFunction(name, expr, arguments, source)


def _checked(name: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    if name in ("np", *HELPERS):
        raise StatementError(f"The source of the function uses the name {name} itself.")
    taken = {name}
    for symbol in arguments:
        if not isinstance(symbol, (Variable, Symbol, DefinedMatrix, DefinedScalar)):
            raise StatementError(f"{symbol} is not a symbol, so it cannot be an argument.")
        if str(symbol.name) in taken:
            raise StatementError(f"Two things would be called {symbol.name}: rename one of them.")
        taken.add(str(symbol.name))
    return arguments


def _fitted(symbol: Any, value: Any, sizes: dict[Any, int]) -> Any:
    """The value as an array of the shape of its symbol; ``sizes`` collects the dimensions."""
    import numpy as np

    if is_dimension(symbol):
        _same(symbol, symbol, int(value), sizes, "the argument")
        return int(value)
    if not is_matrix(symbol):
        return float(value)
    if isinstance(symbol, OneHot):
        array = np.asarray(value)
        if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer) or np.any(array < 0):
            raise StatementError(
                f"{symbol.name} is a list of classes: whole numbers from 0 upwards."
            )
        _same(symbol, symbol.shape[1], len(array), sizes, "the number of labels")
        return array
    array = np.asarray(value, dtype=float)
    if array.ndim != 2:
        raise ShapeMismatch(
            f"{symbol.name} is {shape_text(symbol)}, and was given an array of {array.ndim} axes. "
            "A vector is a column: reshape it with .reshape(-1, 1)."
        )
    for axis, what in enumerate(("the number of rows", "the number of columns")):
        _same(symbol, symbol.shape[axis], array.shape[axis], sizes, what)
    return array


def _same(symbol: Any, size: Any, given: int, sizes: dict[Any, int], what: str) -> None:
    """Note the size if it is new, else check it."""
    if is_dimension(size) and size not in sizes:
        sizes[size] = given
        return
    wanted = sizes[size] if size in sizes else sympify(sympify(size).xreplace(sizes))
    if wanted != given and (isinstance(wanted, int) or wanted.is_Integer):
        raise ShapeMismatch(f"{symbol.name}: {what}, {size}, is {given}, and elsewhere {wanted}.")
