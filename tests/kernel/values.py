"""The value of a polynomial of the kernel at a point, straight from what its data mean.

Used to distrust the kernel: it shares none of the kernel's rules.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import prod

import mpmath
from sympy.combinatorics import Permutation

from gradproof.routes.kernel.exponents import Place
from gradproof.routes.kernel.indices import Count
from gradproof.routes.kernel.labels import Sum
from gradproof.routes.kernel.matrix_powers import MatrixPower
from gradproof.routes.kernel.sums import Range
from gradproof.routes.kernel.terms import Base, Delta, Entry, Inverse, Mono, Op, Poly


class Unknown(Exception):
    """An atom that has no value here, such as an arbitrary function."""


class Undefined(ArithmeticError):
    """The point lies outside the domain."""


def size_of(sort, sizes):
    if isinstance(sort, Range):
        return sort.size
    if isinstance(sort, Count):
        return int(value(sort.size, no_entries, sizes))
    return int(sort) if getattr(sort, "is_Integer", False) else sizes[str(sort)]


def no_entries(name, indices):
    raise Unknown


def value(poly: Poly, entries, sizes, at=None):
    """Σ c Π atom^q, with ``entries(name, indices)`` and the free indices at ``at``."""
    at = at or {}
    terms = (
        mpmath.mpf(c.numerator) / c.denominator * _mono(m, entries, sizes, at) for m, c in poly
    )
    return mpmath.fsum(terms)


def _mono(mono: Mono, entries, sizes, at):
    return prod((_power(_atom(a, entries, sizes, at), q) for a, q in mono), start=mpmath.mpf(1))


def _power(base, q: Fraction):
    if q.denominator != 1 and base < 0:
        raise Undefined
    if q < 0 and abs(base) < mpmath.mpf(10) ** -25:
        raise Undefined
    return (
        base ** (mpmath.mpf(q.numerator) / q.denominator) if q.denominator != 1 else base ** int(q)
    )


def _atom(atom, entries, sizes, at):
    def place(index):
        return index if isinstance(index, int) else at[index]

    if isinstance(atom, Entry):
        if atom.tensor.has("number"):
            return mpmath.mpf(int(atom.tensor.name))
        if atom.tensor.has("constant"):
            return +getattr(mpmath.mp, atom.tensor.name)
        if atom.tensor.has("integer"):
            return mpmath.mpf(sizes[atom.tensor.name])
        return entries(atom.tensor.name, tuple(place(i) for i in atom.indices))
    if isinstance(atom, Delta):
        return mpmath.mpf(int(place(atom.indices[0]) == place(atom.indices[1])))
    if isinstance(atom, Base):
        return value(atom.poly, entries, sizes, at)
    if isinstance(atom, Sum):
        ranges = [range(size_of(index.sort, sizes)) for index in atom.bound]
        return mpmath.fsum(
            _mono(atom.body, entries, sizes, {**at, **dict(zip(atom.bound, choice, strict=True))})
            for choice in itertools.product(*ranges)
        )
    if isinstance(atom, Place):
        return mpmath.mpf(place(atom.index))
    if isinstance(atom, MatrixPower):
        whole = _matrix(atom.argument, entries, sizes, at)
        exponent = int(value(atom.exponent, entries, sizes, at))
        if exponent < 0 and abs(determinant(whole)) < mpmath.mpf(10) ** -25:
            raise Undefined
        return (whole**exponent)[place(atom.row), place(atom.col)]
    if isinstance(atom, Inverse):
        whole = _matrix(atom.argument, entries, sizes, at)
        (row,), (col,) = atom.row, atom.col
        if abs(determinant(whole)) < mpmath.mpf(10) ** -25:
            raise Undefined
        return (whole**-1)[place(row), place(col)]
    if isinstance(atom, Op) and atom.head == "det":
        return determinant(_matrix(atom.args[0], entries, sizes, at))
    if not isinstance(atom, Op) or atom.slots or atom.head not in _HEADS:
        raise Unknown
    argument = value(atom.argument, entries, sizes, at)
    if atom.head == "(-1)^":
        return (-1) ** int(argument)
    if atom.head == "pow":
        return _power(argument, Fraction(int(value(atom.args[1].body, entries, sizes, at))))
    if atom.head == "log" and argument <= 0:
        raise Undefined
    if atom.head == "exp" and abs(argument) > 300:
        raise Undefined
    return _HEADS[atom.head](argument)


def sign(order):
    """1 for an even permutation, −1 for an odd one."""
    return 1 if Permutation(list(order)).is_even else -1


def determinant(whole):
    """By Leibniz's formula: mpmath's elimination raises TypeError where a column is zero."""
    return mpmath.fsum(
        prod((whole[i, j] for i, j in enumerate(order)), start=mpmath.mpf(sign(order)))
        for order in itertools.permutations(range(whole.cols))
    )


_HEADS = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "abs": abs,
    "erf": mpmath.erf,
    "pow": None,
    "(-1)^": None,
}


def _matrix(argument, entries, sizes, at):
    if len(argument.params) != 2:
        raise Unknown
    rows, cols = (size_of(index.sort, sizes) for index in argument.params)
    return mpmath.matrix(
        [
            [
                value(
                    argument.body,
                    entries,
                    sizes,
                    {**at, **dict(zip(argument.params, place, strict=True))},
                )
                for place in ((i, j) for j in range(cols))
            ]
            for i in range(rows)
        ]
    )
