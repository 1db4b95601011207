"""Entry expressions as NumPy code, which works on every entry of its arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import S

from ..printing.taste import factors, is_negative, scalar_terms
from .atoms import Atoms
from .trees import Tree, binary, call, greater, item, joined, minus, name, number, paired

#: Functions of one argument that NumPy or a helper has under a name of its own.
_CALLS = {
    "exp": "np.exp",
    "log": "np.log",
    "Abs": "np.abs",
    "sign": "np.sign",
    "tanh": "np.tanh",
    "Expm1": "np.expm1",
    "LogAddExp": "np.logaddexp",
    "LogSubExp": "logsubexp",
    "LogErfc": "log_erfc",
    "erf": "erf",
    "Erfc": "erfc",
    "sigmoid": "sigmoid",
    "gelu": "gelu",
    "Xlogy": "xlogy",
    "Ratio": "ratio",
}


class Entrywise:
    """Writes entry expressions; ``helpers`` collects what they call."""

    def __init__(self, atoms: Atoms, helpers: set[str]) -> None:
        self.atoms, self.helpers = atoms, helpers

    def tree(self, expr: Any) -> Tree:
        """The code of an entry expression."""
        atom = self.atoms.get(expr)
        if atom is not None:
            return atom.write()
        for cls in type(expr).__mro__:
            if cls.__name__ in _RULES:
                return _RULES[cls.__name__](self, expr)
            if cls.__name__ in _CALLS:
                return self.call(_CALLS[cls.__name__], *map(self.tree, expr.args))
        raise AssertionError(f"{type(expr).__name__} has no rule.")

    def call(self, function: str, *arguments: Tree, **keywords: Tree) -> Tree:
        """A call of a function, which is noted if it is a helper."""
        if "." not in function:
            self.helpers.add(function)
        return call(function, *arguments, **keywords)

    def determinant_of(self, expr: Any) -> Tree:
        """The matrix of whose determinant ``expr`` is a logarithm."""
        return self.atoms.of[expr.args[0]].determinant_of()  # type: ignore[misc]

    def key(self, expr: Any) -> str:
        """By what terms and factors are sorted: how they read."""
        return str(expr).replace("_", "").lstrip("-")


def _rational(to: Entrywise, expr: Any) -> Tree:
    if expr.q == 1:
        return number(int(expr.p))
    return binary(number(int(expr.p)), "/", number(int(expr.q)))


def _constant(to: Entrywise, expr: Any) -> Tree:
    known = {S.Pi: "np.pi", S.Exp1: "np.e"}
    return name(known[expr]) if expr in known else number(float(expr))


def _add(to: Entrywise, expr: Any) -> Tree:
    if to.atoms.arrays(expr):
        terms = sorted(expr.args, key=lambda term: (is_negative(term), to.key(term)))
    else:
        terms = scalar_terms(expr)
    first, *rest = terms
    made = to.tree(first)
    for term in rest:
        taken = is_negative(term)
        made = binary(made, "-" if taken else "+", to.tree(-term if taken else term))
    return made


def _mul(to: Entrywise, expr: Any) -> Tree:
    parts = factors(expr, to.key)
    arrays = [part for part in parts.above if to.atoms.arrays(part)]
    above = [part for part in parts.above if part not in arrays] + arrays
    made = joined("*", list(map(to.tree, above))) if above else number(1)
    for part in parts.below:
        made = binary(made, "/", to.tree(part))
    return minus(made) if parts.negative else made


def _power(to: Entrywise, expr: Any) -> Tree:
    base, exponent = expr.args
    if exponent == S.Half:
        return call("np.sqrt", to.tree(base))
    if exponent.is_Rational and exponent < 0:
        return binary(number(1), "/", to.tree(base**-exponent))
    if exponent.is_integer or base.is_nonnegative:
        return binary(to.tree(base), "**", to.tree(exponent))
    return call("np.power", to.tree(base), to.tree(exponent))


def _log_sum(to: Entrywise, expr: Any) -> Tree:
    pairs = zip(expr.args[::2], expr.args[1::2], strict=True)
    return to.call("log_sum", *(paired(to.tree(w), to.tree(e)) for w, e in pairs))


def _choice(to: Entrywise, expr: Any) -> Tree:
    z, above, below = expr.args
    return call("np.where", greater(to.tree(z), number(0)), to.tree(above), to.tree(below))


def _leaky(to: Entrywise, expr: Any) -> Tree:
    z, alpha = expr.args
    tree = to.tree(z)
    return call("np.where", greater(tree, number(0)), tree, to.tree(alpha * z))


def _elu(to: Entrywise, expr: Any) -> Tree:
    z, alpha = expr.args
    tree = to.tree(z)
    small = call("np.expm1", call("np.minimum", tree, number(0)))
    scaled = small if alpha == 1 else binary(to.tree(alpha), "*", small)
    return call("np.where", greater(tree, number(0)), tree, scaled)


_RULES: dict[str, Callable[[Entrywise, Any], Tree]] = {
    "Symbol": lambda to, expr: name(str(expr.name)),
    "Rational": _rational,
    "NumberSymbol": _constant,
    "Add": _add,
    "Mul": _mul,
    "Pow": _power,
    "Where": _choice,
    "LogSum": _log_sum,
    "leaky_relu": _leaky,
    "elu": _elu,
    "relu": lambda to, expr: call("np.maximum", to.tree(expr.args[0]), number(0)),
    "Minimum0": lambda to, expr: call("np.minimum", to.tree(expr.args[0]), number(0)),
    "step": lambda to, expr: call("np.heaviside", to.tree(expr.args[0]), number(0)),
    "softplus": lambda to, expr: call("np.logaddexp", number(0), to.tree(expr.args[0])),
    "LogDet": lambda to, expr: to.call("log_det", to.determinant_of(expr)),
    "LogAbsDet": lambda to, expr: item(
        call("np.linalg.slogdet", to.determinant_of(expr)), number(1)
    ),
}
