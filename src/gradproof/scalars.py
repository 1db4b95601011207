"""Explicit scalars: unknown functions, logarithms taken apart, and SymPy's derivatives."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, S, Tuple, exp, expand_mul, log

#: A product of sums with more terms than this is not expanded before it is differentiated.
SHORT = 64


class Partial(Expr):  # type: ignore[misc]
    """A partial derivative of an unknown function at explicit arguments.

    Arguments: its name, the sorted slots in which it is differentiated (so that mixed partial
    derivatives commute), then the arguments of the function.
    """

    is_commutative = True
    is_real = True

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What the function is applied to."""
        return tuple(self.args[2:])

    def _eval_derivative(self, symbol: Any) -> Any:
        name, slots, *arguments = self.args
        terms = []
        for slot, argument in enumerate(arguments):
            inner = argument.diff(symbol)
            if inner != 0:
                more = Tuple(*sorted((*slots, Integer(slot))))
                terms.append(Mul(Partial(name, more, *arguments), inner))
        return Add(*terms)

    def _sympystr(self, printer: Any) -> str:
        name, slots, *arguments = self.args
        label = f"{name}_{{{','.join(map(str, slots))}}}" if slots else str(name)
        return f"{label}({', '.join(printer._print(argument) for argument in arguments)})"


def log_of(argument: Any) -> Any:
    """Return the logarithm, a sum over factors that are surely positive: quick to differentiate."""
    factors = Mul.make_args(argument)
    sure = [factor for factor in factors if _surely_positive(factor)]
    unsure = [factor for factor in factors if factor not in sure]
    logs = [
        Mul(factor.exp, log(factor.base)) if isinstance(factor, Pow) else log(factor)
        for factor in sure
    ]
    return Add(*logs, log(Mul(*unsure)))


def _surely_positive(expr: Any) -> bool:
    if isinstance(expr, (Add, Mul)):
        return all(map(_surely_positive, expr.args))
    if isinstance(expr, Pow):
        return expr.base is not S.Exp1 and _surely_positive(expr.base)
    return isinstance(expr, exp) or bool(expr.is_Atom and expr.is_positive)


def slope(body: Any) -> Callable[[Any], Any]:
    """Return SymPy's derivative of a scalar, as a function of the symbol.

    Term by term, once short products of sums are expanded: that is several times faster.
    """
    terms = []
    for term in Add.make_args(body):
        sums = [factor for factor in Mul.make_args(term) if isinstance(factor, Add)]
        short = prod(len(factor.args) for factor in sums) <= SHORT
        terms.append(expand_mul(term, deep=False) if short else term)
    moving = [(term, term.free_symbols) for term in Add.make_args(Add(*terms))]
    return lambda entry: Add(*(term.diff(entry) for term, free in moving if entry in free))
