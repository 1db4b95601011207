"""Explicit scalars: unknown functions, logarithms taken apart, and SymPy's derivatives."""

from __future__ import annotations

from typing import Any

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, S, Tuple, exp, log


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


class Slopes:
    """SymPy's derivatives of scalars, joined by the chain rule.

    Every function, power or other part within a scalar gets a name, sums and products stay as they
    are. SymPy differentiates only these short pieces, each once: on the whole, it would do so
    anew for every entry and every place, which takes several times as long.
    """

    def __init__(self) -> None:
        self._short: dict[Any, Any] = {}  # a scalar, with names for its parts
        self._part: dict[Any, Any] = {}  # what a name stands for, with names for its own parts
        self._whole: dict[Any, Any] = {}  # what a name stands for, without any
        self._partial: dict[tuple[Any, Any], Any] = {}
        self._step: dict[tuple[Any, Any], Any] = {}

    def derivative(self, scalar: Any, entry: Any) -> Any:
        """Return the derivative of a scalar in a symbol."""
        return self._derivative(self._shorten(scalar), entry).xreplace(self._whole)

    def _shorten(self, expr: Any) -> Any:
        if not expr.args or isinstance(expr, Tuple):
            return expr
        short = self._short.get(expr)
        if short is None:
            short = expr.func(*map(self._shorten, expr.args))
            if not isinstance(expr, (Add, Mul)):
                name = Dummy(real=True)
                self._part[name], self._whole[name] = short, expr
                short = name
            self._short[expr] = short
        return short

    def _derivative(self, short: Any, entry: Any) -> Any:
        steps = ((name, self._along(name, entry)) for name in short.free_symbols)
        return Add(*(Mul(self._in(short, name), step) for name, step in steps if step != 0))

    def _along(self, name: Any, entry: Any) -> Any:
        """The derivative of a name, or of another symbol, in the entry."""
        if name not in self._part:
            return Integer(name == entry)
        key = name, entry
        if key not in self._step:
            self._step[key] = self._derivative(self._part[name], entry)
        return self._step[key]

    def _in(self, short: Any, name: Any) -> Any:
        """SymPy's derivative of a short piece in a name or symbol of it; of a sum, term by term.

        It is the rule of the piece's own class. ``diff`` would apply the same rule and then ask
        whether what it finds is zero, which takes longer than to find it.
        """
        key = short, name
        if key not in self._partial:
            if isinstance(short, Add):
                terms = (term for term in short.args if name in term.free_symbols)
                self._partial[key] = Add(*(self._in(term, name) for term in terms))
            else:
                self._partial[key] = short._eval_derivative(name)
        return self._partial[key]
