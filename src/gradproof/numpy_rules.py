"""How each kind of expression is written in NumPy; see :mod:`gradproof.numpy_code`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Function, OneMatrix, S, log

from .errors import StatementError
from .functions import FunctionOfMatrix, FunctionOfScalar, Softmax
from .nodes import DefinedMatrix, DefinedScalar, is_matrix
from .printing.code import code as printed
from .printing.code import identifier
from .printing.taste import factors, matrix_terms, scalar_terms
from .statement import is_dimension
from .symbols import OneHot
from .unfold import BINDERS, DerivativeNode

#: The functions that a source carries along where it uses them; each may use those after it.
HELPERS = {
    "softmax": """\
def softmax(scores, axis=0):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))  # at most 1
    return powers / powers.sum(axis=axis, keepdims=True)
""",
    "log_softmax": """\
def log_softmax(scores, axis=0):
    return scores - logsumexp(scores, axis)
""",
    "logsumexp": """\
def logsumexp(scores, axis=0):
    top = scores.max(axis=axis, keepdims=True)
    return top + np.log(np.exp(scores - top).sum(axis=axis, keepdims=True))
""",
}

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(5)
Rule = Callable[["Writer", Any], tuple[str, int]]
_RULES: dict[str, Rule] = {}


class Writer:
    """Writes one function: the lines before its return, and the helpers it needs."""

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.arguments = arguments
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        self._sizes: list[Any] = []
        self._made: dict[Any, str] = {}

    def code(self, expr: Any, level: int = _SUM) -> str:
        """NumPy code for ``expr``, in brackets where its operator binds less than ``level``."""
        made, own = self._code(expr)
        return made if own >= level else f"({made})"

    def _code(self, expr: Any) -> tuple[str, int]:
        if isinstance(expr, (DerivativeNode, *BINDERS)):
            raise StatementError(
                f"{printed(expr)} is a derivative, for which NumPy has no value. Prove it equal to "
                "an expression without derivatives first, and make the function of that."
            )
        if isinstance(expr, (FunctionOfMatrix, FunctionOfScalar)):
            raise StatementError(f"{expr.name} is an arbitrary function: it has no value.")
        for cls in type(expr).__mro__:
            if cls.__name__ in _RULES:
                return _RULES[cls.__name__](self, expr)
        definition = getattr(expr, "definition", None)
        if definition is None:
            raise StatementError(f"{type(expr).__name__} in {expr} has no NumPy form here.")
        return self._code(definition)

    def name(self, symbol: Any) -> str:
        """The Python name of a symbol."""
        made = identifier(str(symbol.name))
        return made + "_" if made in (*HELPERS, "np") else made

    def symbol(self, expr: Any) -> str:
        """The Python name of a symbol, after the lines that give it its value."""
        if expr in self._made:
            return self._made[expr]
        name = self.name(expr)
        if isinstance(expr, (DefinedMatrix, DefinedScalar)) and expr not in self.arguments:
            value = self.code(expr.definition)
        elif isinstance(expr, OneHot):
            value = f"np.eye({self.code(expr.shape[0])})[:, {name}]"
            self._need(expr)
            name += "_hot"
        else:
            if is_dimension(expr) and expr not in self.arguments:
                self._sizes.append(expr)
            else:
                self._need(expr)
            self._made[expr] = name
            return name
        if name in self._made.values():
            raise StatementError(f"Two different things are called {name}: rename one of them.")
        self._made[expr] = name
        self.lines.append(f"{name} = {value}")
        return name

    def _need(self, symbol: Any) -> None:
        if symbol not in self.arguments:
            raise StatementError(f"{symbol.name} occurs in it: make it an argument.")

    def sizes(self) -> list[str]:
        """The lines that read the dimensions in use from the shapes of the arguments."""
        wanted, lines = list(self._sizes), []
        for symbol in self.arguments:
            names, name = [], self.name(symbol)
            for axis, size in enumerate(symbol.shape if is_matrix(symbol) else ()):
                if size in wanted and not (isinstance(symbol, OneHot) and axis == 0):
                    wanted.remove(size)
                    place = 0 if isinstance(symbol, OneHot) else axis
                    names.append((self.name(size), f"{name}.shape[{place}]"))
            if len(names) == 2:
                lines.append(f"{names[0][0]}, {names[1][0]} = {name}.shape")
            lines += [f"{size} = {shape}" for size, shape in names if len(names) == 1]
        if wanted:
            raise StatementError(f"No argument has the size {wanted[0]}: make it an argument.")
        return lines

    def call(self, helper: str, *parts: str) -> tuple[str, int]:
        """A call of one of the :data:`HELPERS`."""
        self.helpers |= {helper, "logsumexp"} if helper == "log_softmax" else {helper}
        return f"{helper}({', '.join(parts)})", _ATOM

    def entrywise(self, body: Any, bound: Any, matrix: Any) -> tuple[str, int]:
        """The body with the array in place of its bound symbol: NumPy works entry by entry."""
        is_call = isinstance(body, Function) and body.args == (bound,)
        self._made[bound] = self.code(matrix, _SUM if is_call else _ATOM)
        made = self._code(body)
        del self._made[bound]
        return made

    def log(self, matrix: Any) -> tuple[str, int]:
        """The logarithm of every entry; of softmax, in the form that does not underflow."""
        inner = matrix
        while isinstance(inner, DefinedMatrix) and inner not in self.arguments:
            inner = inner.definition
        if isinstance(inner, Softmax):
            return self.call("log_softmax", *_columnwise(self, inner))
        return f"np.log({self.code(matrix)})", _ATOM


def _rule(*classes: str) -> Callable[[Rule], Rule]:
    def register(function: Rule) -> Rule:
        _RULES.update(dict.fromkeys(classes, function))
        return function

    return register


def _calls(pattern: str) -> Rule:
    """A rule that puts the first argument into a pattern."""
    return lambda to, expr: (pattern.format(to.code(expr.args[0])), _ATOM)


for _name, _pattern in {
    "Total": "np.sum({})",
    "Mean": "np.mean({})",
    "Norm": "np.linalg.norm({})",
    "Trace": "np.trace({})",
    "Identity": "np.eye({})",
    "DiagMatrix": "np.diagflat({})",
    "DiagonalOf": "np.diag({})[:, None]",
    "Determinant": "np.linalg.det({})",
    "exp": "np.exp({})",
    "log": "np.log({})",
    "Abs": "np.abs({})",
}.items():
    _RULES[_name] = _calls(_pattern)


@_rule("Symbol", "MatrixSymbol", "DefinedMatrix", "DefinedScalar")
def _symbol(to: Writer, expr: Any) -> tuple[str, int]:
    return to.symbol(expr), _ATOM


@_rule("Rational")
def _rational(to: Writer, expr: Any) -> tuple[str, int]:
    if expr.q == 1:
        return str(expr.p), _ATOM if expr.p >= 0 else _SIGN
    return f"{expr.p} / {expr.q}", _PRODUCT


@_rule("NumberSymbol")
def _constant(to: Writer, expr: Any) -> tuple[str, int]:
    return {"pi": "np.pi", "E": "np.e"}.get(str(expr), repr(float(expr))), _ATOM


@_rule("Add", "MatAdd")
def _add(to: Writer, expr: Any) -> tuple[str, int]:
    terms = matrix_terms(expr, printed) if is_matrix(expr) else scalar_terms(expr)
    text = ""
    for term in terms:
        part = to.code(term, _PRODUCT)
        if not text:
            text = part
        else:
            text += f" - {part[1:]}" if part.startswith("-") else f" + {part}"
    return text, _SUM


@_rule("Mul", "MatMul")
def _mul(to: Writer, expr: Any) -> tuple[str, int]:
    parts = factors(expr, printed)
    scalars = [to.code(part, _POWER) for part in parts.above]
    matrices = " @ ".join(to.code(part, _POWER) for part in parts.matrices)
    text = " * ".join([*scalars, *([matrices] if matrices else [])]) or "1"
    text += "".join(f" / {to.code(part, _POWER)}" for part in parts.below)
    return ("-" + text if parts.negative else text), _PRODUCT


@_rule("HadamardProduct")
def _hadamard(to: Writer, expr: Any) -> tuple[str, int]:
    return " * ".join(to.code(part, _POWER) for part in expr.args), _PRODUCT


@_rule("Pow", "HadamardPower")
def _power(to: Writer, expr: Any) -> tuple[str, int]:
    base, exponent = expr.args
    if exponent == S.Half:
        return f"np.sqrt({to.code(base)})", _ATOM
    if exponent.is_Rational and exponent < 0:
        return f"1 / {to.code(type(expr)(base, -exponent), _POWER)}", _PRODUCT
    return f"{to.code(base, _ATOM)}**{to.code(exponent, _ATOM)}", _POWER


@_rule("MatPow")
def _matrix_power(to: Writer, expr: Any) -> tuple[str, int]:
    return f"np.linalg.matrix_power({to.code(expr.args[0])}, {to.code(expr.args[1])})", _ATOM


@_rule("Transpose")
def _transpose(to: Writer, expr: Any) -> tuple[str, int]:
    return to.code(expr.arg, _ATOM) + ".T", _ATOM


@_rule("OneMatrix", "ZeroMatrix")
def _constant_matrix(to: Writer, expr: Any) -> tuple[str, int]:
    made = "ones" if type(expr).__name__ == "OneMatrix" else "zeros"
    return f"np.{made}(({to.code(expr.shape[0])}, {to.code(expr.shape[1])}))", _ATOM


@_rule("MatrixBase")
def _explicit(to: Writer, expr: Any) -> tuple[str, int]:
    rows = (", ".join(to.code(entry) for entry in expr.row(i)) for i in range(expr.rows))
    return f"np.array([{', '.join(f'[{row}]' for row in rows)}])", _ATOM


@_rule("MatrixElement")
def _entry(to: Writer, expr: Any) -> tuple[str, int]:
    matrix, row, column = expr.args
    return f"{to.code(matrix, _ATOM)}[{to.code(row)}, {to.code(column)}]", _ATOM


@_rule("Size")
def _size(to: Writer, expr: Any) -> tuple[str, int]:
    return to._code(expr.value)


@_rule("ElementwiseApplyFunction")
def _elementwise(to: Writer, expr: Any) -> tuple[str, int]:
    (bound,) = expr.function.variables
    body, matrix = expr.function.expr, expr.expr
    if body == log(bound):
        return to.log(matrix)
    if not body.has(bound):
        return to._code(body * OneMatrix(*matrix.shape))
    return to.entrywise(body, bound, matrix)


@_rule("Softmax", "LogSoftmax")
def _softmax(to: Writer, expr: Any) -> tuple[str, int]:
    helper = "softmax" if isinstance(expr, Softmax) else "log_softmax"
    return to.call(helper, *_columnwise(to, expr))


def _columnwise(to: Writer, expr: Any) -> tuple[str, ...]:
    scores = to.code(expr.args[0])
    return (scores, "axis=1") if expr.axis else (scores,)


@_rule("LogSumExp", "LogSumExpColumns")
def _logsumexp(to: Writer, expr: Any) -> tuple[str, int]:
    text, level = to.call("logsumexp", to.code(expr.args[0]))
    return (text if is_matrix(expr) else f"{text}.item()"), level


@_rule("Inner")
def _inner(to: Writer, expr: Any) -> tuple[str, int]:
    return f"np.sum({' * '.join(to.code(part, _POWER) for part in expr.args)})", _ATOM


@_rule("CrossEntropy")
def _cross_entropy(to: Writer, expr: Any) -> tuple[str, int]:
    probabilities, targets = expr.args
    labels = to.code(targets, _POWER)
    logs = to.log(probabilities)[0]
    return f"-np.sum({labels} * {logs}) / {to.code(probabilities.shape[1], _POWER)}", _PRODUCT
