"""Replacing indices, and replacing a tensor by an expression for its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import Undecided
from .indices import AnyIndex, Index, Tensor
from .powers import power
from .product import Factors, delta, others_than, settled, settles, times
from .terms import (
    UNITY,
    Abstraction,
    Atom,
    Base,
    Delta,
    Entry,
    Mono,
    Op,
    Poly,
    Power,
    constant,
    of_atom,
    plus,
)

Renaming = Mapping[Index, AnyIndex]
#: What an atom becomes, given the renaming around it; None where it stays.
Replacement = Callable[[Atom, Renaming], Poly | None] | None


class Rebuild:
    """Makes polynomials anew, with other indices and with others in the place of some atoms."""

    __slots__ = ("_by", "_renaming")

    def __init__(self, renaming: Renaming, by: Replacement = None) -> None:
        self._renaming, self._by = renaming, by

    def __call__(self, poly: Poly) -> Poly:
        """A polynomial made anew."""
        if self._stays(poly):
            return poly
        return plus(
            *(
                times(constant(c), *(power(self._atom(atom), q) for atom, q in mono))
                for mono, c in poly
            )
        )

    def _stays(self, thing: Poly | Atom) -> bool:
        return self._by is None and not any(index in self._renaming for index in thing.free)

    def _atom(self, atom: Atom) -> Poly:
        if self._stays(atom):
            return of_atom(atom)
        known = self._by(atom, self._renaming) if self._by is not None else None
        if known is not None:
            return known
        rule = _RULES.get(atom.head if isinstance(atom, Op) else type(atom), _other)
        return rule(atom, self)

    def indices(self, indices: tuple[AnyIndex, ...]) -> tuple[AnyIndex, ...]:
        """Indices, each as it is named now."""
        return _all(indices, self._renaming)

    def within(self, bound: Renaming) -> Rebuild:
        """The same under a binder whose indices have these names now."""
        return Rebuild({**self._renaming, **bound}, self._by)

    def argument(self, argument: Abstraction) -> Abstraction:
        """An argument that is a whole tensor, with parameters of its own."""
        fresh = {i: Index(i.sort) for i in argument.params if isinstance(i, Index)}
        return Abstraction(_all(argument.params, fresh), self.within(fresh)(argument.body))


Rule = Callable[[Any, Rebuild], Poly]
_RULES: dict[type[Atom] | str, Rule] = {}


def rebuilds(*kinds: type[Atom] | str) -> Callable[[Rule], Rule]:
    """Register how atoms of a class, or with a head, are made anew in normal form.

    A head without a rule is applied to its arguments made anew; for a class without one, an
    expression in which it stands is not decided.
    """

    def register(rule: Rule) -> Rule:
        _RULES.update(dict.fromkeys(kinds, rule))
        return rule

    return register


def _other(atom: Atom, again: Rebuild) -> Poly:
    if not isinstance(atom, Op):
        raise Undecided(f"{type(atom).__name__} has no rule by which its indices are replaced.")
    arguments = tuple(map(again.argument, atom.args))
    return of_atom(Op(atom.head, arguments, tuple(map(again.indices, atom.slots))))


@rebuilds(Entry)
def _entry(atom: Entry, again: Rebuild) -> Poly:
    return of_atom(Entry(atom.tensor, again.indices(atom.indices)))


@rebuilds(Delta)
def _delta(atom: Delta, again: Rebuild) -> Poly:
    return delta(*again.indices(atom.indices))


@rebuilds(Base)
def _base(atom: Base, again: Rebuild) -> Poly:
    return again(atom.poly)


def _all(indices: tuple[AnyIndex, ...], renaming: Renaming) -> tuple[AnyIndex, ...]:
    return tuple(renaming.get(i, i) if isinstance(i, Index) else i for i in indices)


def renamed(poly: Poly, renaming: Renaming) -> Poly:
    """``poly`` with free indices replaced; bound ones are never captured."""
    return Rebuild(renaming)(poly)


def replaced(poly: Poly, tensor: Tensor, by: Abstraction) -> Poly:
    """``poly`` with every entry of ``tensor`` replaced by the body of ``by``."""

    def entry(atom: Atom, renaming: Renaming) -> Poly | None:
        if isinstance(atom, Entry) and atom.tensor.key == tensor.key:
            return applied(by, _all(atom.indices, renaming))
        return None

    return Rebuild({}, entry)(poly)


def put_for(poly: Poly, atom: Atom, by: Poly) -> Poly:
    """``poly`` with an atom without bound indices replaced by what equals it."""
    return Rebuild({}, lambda other, _: by if other.key == atom.key else None)(poly)


def applied(abstraction: Abstraction, indices: tuple[AnyIndex, ...]) -> Poly:
    """The body with the parameters replaced by ``indices``."""
    pairs = zip(abstraction.params, indices, strict=True)
    return renamed(abstraction.body, {p: i for p, i in pairs if isinstance(p, Index)})


@settles(Delta)
def _settle_delta(factors: Factors, key: str, atom: Delta, q: Power) -> Poly | None:
    """δ² = δ, and δ_ij f(j) = δ_ij f(i)."""
    if q < 0:
        raise Undecided("A division by a Kronecker delta.")
    if q != 1:
        return settled({**factors, key: (atom, 1)})
    kept, gone = sorted(atom.indices, key=lambda i: i.number if isinstance(i, Index) else -1)
    rest = others_than(factors, key)
    if isinstance(gone, Index) and any(gone in other.free for other, _ in rest.values()):
        return times(of_atom(atom), renamed(Poly([(Mono(rest), UNITY)]), {gone: kept}))
    return None
