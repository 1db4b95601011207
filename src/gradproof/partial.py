"""Partial derivatives of unknown functions, for SymPy to differentiate further."""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Integer, Mul, Tuple


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
