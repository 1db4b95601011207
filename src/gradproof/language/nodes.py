"""The two kinds of expression that gradproof adds to SymPy, and the check of shapes.

A node is inert: SymPy never rewrites it. Where it has a ``definition``, that is all it means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Self

from sympy import (
    Abs,
    Add,
    Basic,
    Dummy,
    Expr,
    Function,
    Lambda,
    MatrixExpr,
    Mul,
    Pow,
    S,
    erf,
    exp,
    log,
    sympify,
    tanh,
)
from sympy.core.symbol import Str
from sympy.matrices import MatrixBase
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement

from ..errors import NotIterable, NotScalar, StatementError
from .naming import check_name
from .shapes import check_product, check_same_shape, is_matrix, shape_text
from .shown import Shown, shown

#: What SymPy writes where something is divided by zero, and where no real number is.
UNDEFINED = frozenset((S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity))
NOT_REAL = UNDEFINED | {S.ImaginaryUnit}


def parts(
    expr: Any, made_of: Callable[[Any], Sequence[Any]] = lambda part: part.args
) -> Iterator[Any]:
    """Yield ``expr`` and all within it, a whole before its parts, and no object twice.

    Expressions share their parts, many times over where definitions stand in definitions.
    """
    met: dict[int, Any] = {}
    left = [expr]
    while left:
        part = left.pop()
        if id(part) not in met:
            met[id(part)] = part  # kept, so that no other gets its place in memory
            yield part
            left.extend(reversed(made_of(part)))


def elementwise(function: Callable[[Any], Any], matrix: Any) -> Any:
    """A function of numbers at every entry of a matrix, of a single entry too.

    SymPy's own applies it to a 1×1 matrix itself, as if that were a number.
    """
    if tuple(matrix.shape) != (1, 1):
        return matrix.applyfunc(function)
    entry = Dummy("d", real=True)
    return Basic.__new__(ElementwiseApplyFunction, Lambda(entry, function(entry)), matrix)


def rebuilt(expr: Any, args: Sequence[Any]) -> Any:
    """``expr`` with other arguments, none of which SymPy works out.

    What x·(1/x) and exp(log x) need, that x is not 0 and that x is positive, is seen only there.
    """
    if isinstance(expr, (MatrixElement, ElementwiseApplyFunction)):
        return Basic.__new__(type(expr), *args)
    if isinstance(expr, (Add, Mul, Pow, exp, log, Abs, tanh, erf)):
        return expr.func(*args, evaluate=False)
    return expr.func(*args)


def substituted(expr: Any, values: Mapping[Any, Any]) -> Any:
    """``expr`` with others in the place of some of its parts, and nothing worked out."""
    if expr in values:
        return values[expr]
    if not any(isinstance(arg, Basic) and arg.has(*values) for arg in expr.args):
        return expr
    return rebuilt(expr, [substituted(arg, values) for arg in expr.args])


def as_expression(thing: Any, what: str) -> Any:
    """Return ``thing`` as a SymPy expression, else raise :class:`StatementError`."""
    if isinstance(thing, str):
        raise StatementError(f"{what} is the text {thing!r}. Write the expression without quotes.")
    try:
        expr = sympify(thing, strict=False) if not is_matrix(thing) else thing
    except Exception as error:
        raise StatementError(f"{what} is {thing!r}, which SymPy cannot read.") from error
    if isinstance(expr, MatrixBase):
        return expr.as_immutable()
    if not isinstance(expr, (Expr, MatrixExpr)):
        raise StatementError(f"{what} is {thing!r}, which is not a mathematical expression.")
    for kind, read in _READ.items():
        if isinstance(expr, kind):
            return read(expr)
    return expr


#: How expressions of a class of SymPy are read, where they do not stay as they are.
_READ: dict[type, Callable[[Any], Any]] = {}


def reads(kind: type) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Register how expressions of a class of SymPy are read."""

    def register(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        _READ[kind] = read
        return read

    return register


def as_matrix(thing: Any, what: str) -> Any:
    """Return ``thing`` if it is a matrix, else raise :class:`StatementError`."""
    expr = as_expression(thing, what)
    if isinstance(expr, Function) and expr.args and is_matrix(expr.args[0]):
        name, inner = type(expr).__name__, shown(expr.args[0])
        raise StatementError(
            f"{what} must be a matrix, and {name}({inner}) is none: {name} is a function of one "
            f"number. To apply it to every entry write ({inner}).applyfunc({name})."
        )
    if not is_matrix(expr):
        raise StatementError(f"{what} must be a matrix, and {shown(expr)} is a scalar.")
    return expr


def as_scalar(thing: Any, what: str) -> Any:
    """Return ``thing`` as a scalar; a 1×1 matrix stands for its only entry."""
    expr = as_expression(thing, what)
    if not is_matrix(expr):
        return expr
    if tuple(expr.shape) == (1, 1):
        return Total(expr)
    raise NotScalar(
        f"{what} must be a scalar, and {shown(expr)} is {shape_text(expr)}. "
        "Reduce it first, for example with total(...), or ask for the jacobian(...)."
    )


class ShapeChecked(MatrixExpr):  # type: ignore[misc]
    """A matrix expression whose products and sums are checked, with both shapes shown."""

    # Above MatrixExpr's 11: a product or sum with one of these comes here first.
    _op_priority = 12.0

    def __mul__(self, other: Any) -> Any:
        check_product(self, other)
        return MatrixExpr.__mul__(self, other)

    def __rmul__(self, other: Any) -> Any:
        check_product(other, self)
        return MatrixExpr.__rmul__(self, other)

    def __matmul__(self, other: Any) -> Any:
        return self * as_matrix(other, "The right factor of @")

    def __add__(self, other: Any) -> Any:
        _check_sum(self, other)
        return MatrixExpr.__add__(self, other)

    def __radd__(self, other: Any) -> Any:
        _check_sum(other, self)
        return MatrixExpr.__radd__(self, other)

    def __sub__(self, other: Any) -> Any:
        _check_sum(self, other)
        return MatrixExpr.__sub__(self, other)

    def __rsub__(self, other: Any) -> Any:
        _check_sum(other, self)
        return MatrixExpr.__rsub__(self, other)

    def applyfunc(self, func: Callable[[Any], Any]) -> Any:
        """Apply a function of numbers to every entry."""
        if tuple(self.shape) == (1, 1):
            return elementwise(func, self)
        return MatrixExpr.applyfunc(self, func)

    def __iter__(self) -> Any:
        rows, cols = self.shape
        if rows.is_Integer and cols.is_Integer:
            return (self[place] for place in range(rows * cols))
        raise NotIterable(
            f"{shown(self)} is {shape_text(self)}, so it has no list of entries. Write "
            f"total({shown(self)}) for their sum."
        )

    def __abs__(self) -> Any:
        raise StatementError(
            f"abs({shown(self)}) may mean two things. Write norm({shown(self)}) for its length, "
            f"({shown(self)}).applyfunc(Abs), with SymPy's Abs, for the absolute value of every "
            "entry."
        )

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    def doit(self, **_: Any) -> Any:
        """Return the expression as it is: nothing here evaluates by itself."""
        return self


def _check_sum(left: Any, right: Any) -> None:
    left, right = as_expression(left, "A term"), as_expression(right, "A term")
    if S.Zero not in (left, right):
        check_same_shape(left, right, "A sum of matrices")


class MatrixNode(Shown, ShapeChecked):
    """A matrix-valued node; subclasses give ``shape`` and, unless primitive, ``definition``."""

    def __new__(cls, *args: Any) -> Self:
        made: Self = Basic.__new__(cls, *args)
        return made


class ScalarNode(Shown, Expr):  # type: ignore[misc]
    """A real scalar node; subclasses give ``definition`` unless they are primitive."""

    is_commutative = True
    is_real = True

    def __new__(cls, *args: Any) -> Self:
        made: Self = Basic.__new__(cls, *args)
        return made

    def doit(self, **_: Any) -> Any:
        """Return the expression as it is: nothing here evaluates by itself."""
        return self


class Total(ScalarNode):
    """The sum of all entries of a matrix. Primitive."""


class Size(ScalarNode):
    """The number of rows (axis 0) or columns (axis 1) of a matrix. Primitive.

    A definition that divides by a size uses this, so that the size stays tied to its matrix.
    """

    is_integer = True
    is_positive = True

    @property
    def value(self) -> Any:
        """The size itself, a whole number or a dimension."""
        return self.args[0].shape[int(self.args[1])]


class Named:
    """What shows under a name, its first argument."""

    args: Any

    @property
    def name(self) -> str:
        """The name it shows under."""
        return str(self.args[0].name)


class DefinedMatrix(Named, MatrixNode):
    """A name for a matrix expression; it unfolds in proofs."""

    @property
    def definition(self) -> Any:
        """The expression it stands for."""
        return self.args[1]

    @property
    def shape(self) -> Any:
        """The shape of the expression it stands for."""
        return self.args[1].shape


class DefinedScalar(Named, ScalarNode):
    """A name for a scalar expression; it unfolds in proofs."""

    @property
    def definition(self) -> Any:
        """The expression it stands for."""
        return self.args[1]


def define(name: str, expr: Any) -> Any:
    """Give an expression a name: it shows as the name, and unfolds in proofs."""
    check_name(name)
    expr = as_expression(expr, f"The expression named {name}")
    label = Str(check_name(name, "matrix" if is_matrix(expr) else "scalar"))
    return DefinedMatrix(label, expr) if is_matrix(expr) else DefinedScalar(label, expr)
