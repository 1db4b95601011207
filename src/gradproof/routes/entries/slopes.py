"""Explicit scalars: unknown functions, logarithms taken apart, and derivatives."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Tuple,
    erf,
    exp,
    log,
    sign,
)


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

    def fdiff(self, argindex: int = 1) -> Any:
        """The partial derivative in one argument, of which the first two are no slots."""
        name, slots, *arguments = self.args
        return Partial(name, Tuple(*sorted((*slots, Integer(argindex - 3)))), *arguments)

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


@lru_cache(maxsize=4096)
def _name(number: int) -> Any:
    """A name for a part, the same in all scalars, so that SymPy remembers what it knows of it."""
    return Dummy(f"part{number}", real=True)


class Slopes:
    """Derivatives of scalars, joined by the chain rule of those that SymPy has of functions.

    Every function, power or other part within a scalar gets a name, sums and products stay as they
    are. Only these short pieces are differentiated, each once: on the whole, it would be done
    anew for every entry and every place, which takes several times as long.
    """

    def __init__(self) -> None:
        self._short: dict[Any, Any] = {}  # a scalar, with names for its parts
        self._part: dict[Any, Any] = {}  # what a name stands for, with names for its own parts
        self._whole: dict[Any, Any] = {}  # what a name stands for, without any
        self._free: dict[Any, set[Any]] = {}  # the names and symbols in a short piece
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
                name = _name(len(self._part))
                self._part[name], self._whole[name] = short, expr
                short = name
            self._short[expr] = short
        return short

    def _derivative(self, short: Any, entry: Any) -> Any:
        steps = ((name, self._along(name, entry)) for name in self._symbols(short))
        return Add(*(Mul(self._in(short, name), step) for name, step in steps if step != 0))

    def _symbols(self, short: Any) -> set[Any]:
        found = self._free.get(short)
        if found is None:
            found = self._free[short] = short.free_symbols
        return found

    def _along(self, name: Any, entry: Any) -> Any:
        """The derivative of a name, or of another symbol, in the entry."""
        if name not in self._part:
            return Integer(name == entry)
        key = name, entry
        if key not in self._step:
            self._step[key] = self._derivative(self._part[name], entry)
        return self._step[key]

    def _in(self, short: Any, name: Any) -> Any:
        """The derivative of a short piece in a name or symbol of it, found once."""
        key = short, name
        if key not in self._partial:
            self._partial[key] = self._rule(short, name)
        return self._partial[key]

    def _rule(self, short: Any, name: Any) -> Any:
        """The rules of sums, products and powers; what a function's derivative is, says SymPy.

        Its own rule for a power, say, makes a logarithm for the exponent that does not move, and
        asks what is known of it: that takes longer than the rest of the derivative.
        """
        if short == name:
            return S.One
        moving = [k for k, arg in enumerate(short.args) if name in self._symbols(arg)]
        inner = [self._in(short.args[k], name) for k in moving]
        if isinstance(short, Add):
            return Add(*inner)
        if isinstance(short, Mul):
            outer = [Mul(*short.args[:k], *short.args[k + 1 :]) for k in moving]
        elif isinstance(short, Pow) and isinstance(short.exp, Rational):
            outer = [Mul(short.exp, Pow(short.base, short.exp - 1))]
        elif isinstance(short, Abs):  # where it has a derivative, its argument is not 0
            outer = [sign(short.args[0])]
        elif isinstance(short, sign):
            outer = [S.Zero]
        elif isinstance(short, (Partial, erf, exp, log)):
            outer = [short.fdiff(k + 1) for k in moving]
        else:
            return short._eval_derivative(name)
        return Add(*map(Mul, outer, inner))
