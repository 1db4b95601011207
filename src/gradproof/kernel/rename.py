"""Replacing indices, and replacing a tensor by an expression for its entries."""

from __future__ import annotations

from collections.abc import Mapping

from .functions import of_head
from .powers import power
from .product import delta, times
from .sums import total
from .terms import (
    UNITY,
    Abstraction,
    AnyIndex,
    Atom,
    Base,
    Delta,
    Entry,
    Index,
    Op,
    Poly,
    Sum,
    Tensor,
    constant,
    of_atom,
    plus,
)

Renaming = Mapping[Index, AnyIndex]
#: A tensor and what its entries become.
Replacement = tuple[Tensor, Abstraction] | None


def renamed(poly: Poly, renaming: Renaming) -> Poly:
    """``poly`` with free indices replaced; bound ones are never captured."""
    return _rebuilt(poly, renaming, None)


def replaced(poly: Poly, tensor: Tensor, by: Abstraction) -> Poly:
    """``poly`` with every entry of ``tensor`` replaced by the body of ``by``."""
    return _rebuilt(poly, {}, (tensor, by))


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
    if isinstance(atom, Entry):
        indices = _all(atom.indices, renaming)
        if by is not None and atom.tensor.key == by[0].key:
            return applied(by[1], indices)
        return of_atom(Entry(atom.tensor, indices))
    if isinstance(atom, Delta):
        return delta(*_all(atom.indices, renaming))
    if isinstance(atom, Base):
        return _rebuilt(atom.poly, renaming, by)
    if isinstance(atom, Sum):
        fresh = {index: Index(index.sort) for index in atom.bound}
        body = Poly([(atom.body, UNITY)])
        return total(tuple(fresh.values()), _rebuilt(body, {**renaming, **fresh}, by))
    assert isinstance(atom, Op)
    return _rebuilt_op(atom, renaming, by)


def _rebuilt_op(atom: Op, renaming: Renaming, by: Replacement) -> Poly:
    if not atom.slots and not atom.args[0].params:
        return of_head(atom.head, _rebuilt(atom.argument, renaming, by))
    arguments = []
    for argument in atom.args:
        fresh = {i: Index(i.sort) for i in argument.params if isinstance(i, Index)}
        inside = {**renaming, **fresh}
        body = _rebuilt(argument.body, inside, by)
        arguments.append(Abstraction(_all(argument.params, fresh), body))
    slots = tuple(_all(slot, renaming) for slot in atom.slots)
    return of_atom(Op(atom.head, tuple(arguments), slots))


def _all(indices: tuple[AnyIndex, ...], renaming: Renaming) -> tuple[AnyIndex, ...]:
    return tuple(renaming.get(i, i) if isinstance(i, Index) else i for i in indices)


def applied(abstraction: Abstraction, indices: tuple[AnyIndex, ...]) -> Poly:
    """The body with the parameters replaced by ``indices``."""
    pairs = zip(abstraction.params, indices, strict=True)
    return renamed(abstraction.body, {p: i for p, i in pairs if isinstance(p, Index)})
