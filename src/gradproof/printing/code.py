"""Python code that reads back: an expression, its declarations, and the whole statement."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sympy import Function, Integer, OneMatrix, Pow, S

from ..language.functions import FunctionOfScalar
from ..language.nodes import Size
from ..language.unfold import ENTRY, JacobianAt
from .names import free, snake
from .scope import names
from .taste import factors, is_negative, matrix_terms, scalar_terms

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)

Coded = tuple[str, int]
_RULES: dict[str, Callable[[Any], Coded]] = {}

#: What the code may call of SymPy, and a symbol may therefore not be called.
CALLED = frozenset(
    """Abs Determinant DiagMatrix DiagonalOf HadamardPower HadamardProduct KroneckerProduct Matrix
    Rational Sum Trace ZeroMatrix erf exp log pi sign sqrt tanh""".split()  # noqa: SIM905
)
_CALLS = {
    "ScalarDerivative": "gradient",
    "ScalarDifferential": "differential",
    "LogSumExp": "logsumexp",
    "LogSumExpColumns": "logsumexp",
    "CrossEntropy": "cross_entropy",
}


def code(expr: Any) -> str:
    """Python code for ``expr``; evaluated among the declared symbols it gives an equal one."""
    return _code(expr)[0]


def identifier(name: str) -> str:
    """The Python variable for a symbol's name; one that hides nothing the code calls."""
    made = name.replace("'", "_prime")
    return made + "_" if keyword.iskeyword(made) or made in CALLED or is_ours(made) else made


def is_ours(name: str) -> bool:
    """Whether gradproof has a public function of that name."""
    return callable(getattr(sys.modules["gradproof"], name, None))


def _rule(*classes: str) -> Callable[[Callable[[Any], Coded]], Callable[[Any], Coded]]:
    def register(function: Callable[[Any], Coded]) -> Callable[[Any], Coded]:
        _RULES.update(dict.fromkeys(classes, function))
        return function

    return register


def _code(expr: Any) -> Coded:
    for cls in type(expr).__mro__:
        if cls.__name__ in _RULES:
            return _RULES[cls.__name__](expr)
    return f"{type(expr).__name__}({_list(expr.args)})", _ATOM


def _at(expr: Any, level: int) -> str:
    made, own = _code(expr)
    return made if own >= level else f"({made})"


def _list(args: Sequence[Any]) -> str:
    return ", ".join(code(arg) for arg in args)


@_rule("Symbol", "MatrixSymbol", "DefinedMatrix", "DefinedScalar")
def _name(expr: Any) -> Coded:
    return identifier(str(expr.name)), _ATOM


@_rule("Rational")
def _rational(expr: Any) -> Coded:
    if expr.q == 1:
        return str(expr), _ATOM if expr >= 0 else _SIGN
    made = f"Rational({abs(expr.p)}, {expr.q})"
    return (made, _ATOM) if expr > 0 else (f"-{made}", _SIGN)


@_rule("NumberSymbol")
def _constant(expr: Any) -> Coded:
    return ("exp(1)" if expr is S.Exp1 else str(expr)), _ATOM


@_rule("Add", "MatAdd")
def _add(expr: Any) -> Coded:
    matrices = getattr(expr, "is_Matrix", False)
    text = ""
    for term in matrix_terms(expr, code) if matrices else scalar_terms(expr):
        part = _at(term, _PRODUCT)
        if not text:
            text = part
        else:
            text += f" - {part[1:]}" if is_negative(term) else f" + {part}"
    return text, _SUM


@_rule("Mul", "MatMul")
def _mul(expr: Any) -> Coded:
    if _mean(expr):
        return f"mean({code(_mean(expr))}, axis={_axis(expr)})", _ATOM
    parts = factors(expr, code)
    above = [*parts.above, *parts.matrices] or [Integer(1)]
    text = "*".join(_at(part, _POWER if place else _SIGN) for place, part in enumerate(above))
    if len(parts.below) == 1:
        text += "/" + _at(parts.below[0], _POWER)
    elif parts.below:
        text += "/(" + "*".join(_at(part, _POWER) for part in parts.below) + ")"
    return ("-" + text if parts.negative else text), _PRODUCT


def _axis(expr: Any) -> int:
    return int(next(size for size in expr.atoms(Size) if _is_mean_of(expr, size)).args[1])


def _mean(expr: Any) -> Any:
    """The matrix of which ``expr`` is the mean along an axis, if it is one."""
    sizes = [size for size in expr.atoms(Size) if _is_mean_of(expr, size)]
    return sizes[0].args[0] if sizes else None


def _is_mean_of(expr: Any, size: Size) -> bool:
    matrix, axis = size.args
    rows, cols = matrix.shape
    summed = OneMatrix(1, rows) * matrix if axis == 0 else matrix * OneMatrix(cols, 1)
    return bool(expr == summed / size)


@_rule("Pow", "MatPow")
def _pow(expr: Any) -> Coded:
    base, exponent = expr.args
    if exponent == S.Half:
        return f"sqrt({code(base)})", _ATOM
    if isinstance(expr, Pow) and exponent.is_Rational and exponent < 0:
        return f"1/{_at(Pow(base, -exponent), _POWER)}", _PRODUCT
    return f"{_at(base, _ATOM)}**{_at(exponent, _ATOM)}", _POWER


@_rule("Transpose")
def _transpose(expr: Any) -> Coded:
    return _at(expr.arg, _ATOM) + ".T", _ATOM


@_rule("Inverse")
def _inverse(expr: Any) -> Coded:
    return _at(expr.arg, _ATOM) + ".I", _ATOM


@_rule("Identity")
def _identity(expr: Any) -> Coded:
    return f"eye({code(expr.args[0])})", _ATOM


@_rule("OneMatrix")
def _ones(expr: Any) -> Coded:
    rows, cols = expr.args
    return f"ones({_list([rows] if cols == 1 else [rows, cols])})", _ATOM


@_rule("MatrixElement")
def _element(expr: Any) -> Coded:
    matrix, row, col = expr.args
    return f"{_at(matrix, _ATOM)}[{code(row)}, {code(col)}]", _ATOM


@_rule("MatrixBase")
def _explicit(expr: Any) -> Coded:
    rows = ", ".join(f"[{_list(list(expr.row(i)))}]" for i in range(expr.rows))
    return f"Matrix([{rows}])", _ATOM


@_rule("ElementwiseApplyFunction")
def _elementwise(expr: Any) -> Coded:
    function, matrix = expr.args
    (bound,) = function.variables
    body = function.expr
    head = ""
    if isinstance(body, FunctionOfScalar) and body.args[2] == bound:
        head = identifier(body.name) + ".prime" * body.order
    elif body.args == (bound,):
        head = _head(body)
    if not head:
        letter = free({identifier(name) for name in names(body.xreplace({bound: ENTRY}))}, "xtuvz")
        head = f"lambda {letter}: {code(body.xreplace({bound: type(bound)(letter)}))}"
    return f"{_at(matrix, _ATOM)}.applyfunc({head})", _ATOM


def _head(node: Any) -> str:
    name = type(node).__name__
    if isinstance(node, Function):
        return name
    return _CALLS.get(name, snake(name))


@_rule("Sum", "MatrixSum")
def _series(expr: Any) -> Coded:
    body, *limits = expr.args
    ranges = ", ".join(f"({_list(each)})" for each in limits)
    return f"Sum({code(body)}, {ranges})", _ATOM


@_rule("FunctionOfMatrix", "FunctionOfScalar")
def _arbitrary(expr: Any) -> Coded:
    primes = ".prime" * (expr.order if isinstance(expr, FunctionOfScalar) else 0)
    return f"{identifier(expr.name)}{primes}({code(expr.args[-1])})", _ATOM


@_rule("Softmax", "LogSoftmax")
def _columnwise(expr: Any) -> Coded:
    axis = ", axis=1" if expr.axis else ""
    return f"{_head(expr)}({code(expr.args[0])}{axis})", _ATOM


@_rule("Size")
def _size(expr: Any) -> Coded:
    return _code(expr.value)


@_rule("GradientAt", "DerivativeAt", "JacobianAt")
def _at_point(expr: Any) -> Coded:
    body, bound, point = expr.args
    if body.has(point):
        return _node(expr)
    verb = "jacobian" if isinstance(expr, JacobianAt) else "gradient"
    return f"{verb}({code(body.xreplace({bound: point}))}, {code(point)})", _ATOM


@_rule("ScalarNode", "MatrixNode")
def _node(expr: Any) -> Coded:
    return f"{_head(expr)}({_list(expr.args)})", _ATOM
