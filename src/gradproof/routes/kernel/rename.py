"""Replacing indices, and replacing a tensor by an expression for its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .exponents import Place, place, raised, sign_power
from .functions import of_head
from .indices import AnyIndex, Index, Tensor
from .labels import Sum
from .linear import determinant, inverse_entry
from .matrix_powers import MatrixPower, power_entry
from .powers import power
from .product import delta, times
from .sums import total
from .terms import (
    UNITY,
    Abstraction,
    Atom,
    Base,
    Delta,
    Entry,
    Inverse,
    Op,
    Poly,
    constant,
    of_atom,
    plus,
)

Renaming = Mapping[Index, AnyIndex]
#: What an atom becomes, given the renaming around it; None where it stays.
Replacement = Callable[[Atom, Renaming], Poly | None] | None


def renamed(poly: Poly, renaming: Renaming) -> Poly:
    """``poly`` with free indices replaced; bound ones are never captured."""
    return _rebuilt(poly, renaming, None)


def replaced(poly: Poly, tensor: Tensor, by: Abstraction) -> Poly:
    """``poly`` with every entry of ``tensor`` replaced by the body of ``by``."""

    def entry(atom: Atom, renaming: Renaming) -> Poly | None:
        if isinstance(atom, Entry) and atom.tensor.key == tensor.key:
            return applied(by, _all(atom.indices, renaming))
        return None

    return _rebuilt(poly, {}, entry)


def put_for(poly: Poly, atom: Atom, by: Poly) -> Poly:
    """``poly`` with an atom without bound indices replaced by what equals it."""
    return _rebuilt(poly, {}, lambda other, _: by if other.key == atom.key else None)


def _rebuilt(poly: Poly, renaming: Renaming, by: Replacement) -> Poly:
    if by is None and not any(index in renaming for index in poly.free):
        return poly
    return plus(
        *(
            times(constant(c), *(power(_rebuilt_atom(a, renaming, by), q) for a, q in mono))
            for mono, c in poly
        )
    )


def _rebuilt_atom(atom: Atom, renaming: Renaming, by: Replacement) -> Poly:
    if by is None and not any(index in renaming for index in atom.free):
        return of_atom(atom)
    known = by(atom, renaming) if by is not None else None
    if known is not None:
        return known
    if isinstance(atom, Entry):
        return of_atom(Entry(atom.tensor, _all(atom.indices, renaming)))
    if isinstance(atom, Delta):
        return delta(*_all(atom.indices, renaming))
    if isinstance(atom, Base):
        return _rebuilt(atom.poly, renaming, by)
    if isinstance(atom, Sum):
        fresh = {index: Index(index.sort) for index in atom.bound}
        body = Poly([(atom.body, UNITY)])
        return total(tuple(fresh.values()), _rebuilt(body, {**renaming, **fresh}, by))
    if isinstance(atom, Inverse):
        argument = _rebuilt_argument(atom.argument, renaming, by)
        return inverse_entry(_all(atom.row, renaming), _all(atom.col, renaming), argument)
    if isinstance(atom, Place):
        return place(renaming.get(atom.index, atom.index))
    if isinstance(atom, MatrixPower):
        argument = _rebuilt_argument(atom.argument, renaming, by)
        exponent = _rebuilt(atom.exponent, renaming, by)
        row, col = _all((atom.row, atom.col), renaming)
        return power_entry(row, col, argument, exponent)
    assert isinstance(atom, Op)
    return _rebuilt_op(atom, renaming, by)


def _rebuilt_op(atom: Op, renaming: Renaming, by: Replacement) -> Poly:
    if atom.head == "pow":
        return raised(*(_rebuilt(argument.body, renaming, by) for argument in atom.args))
    if atom.head == "(-1)^":
        return sign_power(_rebuilt(atom.argument, renaming, by))
    if not atom.slots and not atom.args[0].params:
        return of_head(atom.head, _rebuilt(atom.argument, renaming, by))
    arguments = tuple(_rebuilt_argument(argument, renaming, by) for argument in atom.args)
    if atom.head == "det":
        return determinant(arguments[0])
    slots = tuple(_all(slot, renaming) for slot in atom.slots)
    return of_atom(Op(atom.head, arguments, slots))


def _rebuilt_argument(argument: Abstraction, renaming: Renaming, by: Replacement) -> Abstraction:
    fresh = {i: Index(i.sort) for i in argument.params if isinstance(i, Index)}
    body = _rebuilt(argument.body, {**renaming, **fresh}, by)
    return Abstraction(_all(argument.params, fresh), body)


def _all(indices: tuple[AnyIndex, ...], renaming: Renaming) -> tuple[AnyIndex, ...]:
    return tuple(renaming.get(i, i) if isinstance(i, Index) else i for i in indices)


def applied(abstraction: Abstraction, indices: tuple[AnyIndex, ...]) -> Poly:
    """The body with the parameters replaced by ``indices``."""
    pairs = zip(abstraction.params, indices, strict=True)
    return renamed(abstraction.body, {p: i for p, i in pairs if isinstance(p, Index)})
