"""Signs: what can be told of an atom or a polynomial from its form and its symbols' facts."""

from __future__ import annotations

from .terms import Abstraction, Atom, Base, Delta, Entry, Mono, Op, Poly, Power, Sum


def is_positive(thing: Atom | Poly) -> bool:
    """Whether it is surely > 0, at every point where it is defined."""
    if isinstance(thing, Poly):
        return bool(thing.terms) and (
            all(c > 0 and _mono_nonnegative(mono) for mono, c in thing)
            and any(_mono_positive(mono) for mono, _ in thing)
        )
    if isinstance(thing, Entry):
        return thing.tensor.has("positive")
    if isinstance(thing, Op):
        if thing.head == "det":
            return _is_definite(thing.args[0])
        return thing.head == "exp" or (thing.head == "abs" and is_nonzero(thing.argument))
    if isinstance(thing, Sum):
        filled = all(getattr(index.sort, "filled", True) for index in thing.bound)
        return filled and _mono_positive(thing.body)
    return isinstance(thing, Base) and is_positive(thing.poly)


def is_nonnegative(thing: Atom | Poly) -> bool:
    """Whether it is surely ≥ 0, at every point where it is defined."""
    if isinstance(thing, Poly):
        return all(c > 0 and _mono_nonnegative(mono) for mono, c in thing)
    if isinstance(thing, Sum):
        return _mono_nonnegative(thing.body)
    if isinstance(thing, Base):
        return is_nonnegative(thing.poly)
    if isinstance(thing, Entry) and thing.tensor.has("one_hot"):
        return True
    if isinstance(thing, Op) and thing.head == "pow":
        return is_nonnegative(thing.argument)
    return (
        isinstance(thing, Delta)
        or (isinstance(thing, Op) and thing.head == "abs")
        or (is_positive(thing))
    )


def is_nonzero(thing: Atom | Poly) -> bool:
    """Whether it is surely not 0, at every point where it is defined."""
    if isinstance(thing, Poly):
        if len(thing) == 1:
            ((mono, _),) = thing
            return all(q < 0 or is_nonzero(atom) for atom, q in mono)
        return is_positive(thing)
    if isinstance(thing, Op) and thing.head in ("pow", "(-1)^"):
        return thing.head != "pow" or is_nonzero(thing.argument)
    return is_positive(thing) or (isinstance(thing, Entry) and thing.tensor.has("nonzero"))


def _is_definite(matrix: Abstraction) -> bool:
    """Whether it is a symbol that is declared positive definite, or its transpose.

    Positive multiples are too, but a determinant holds no multiples. A matrix of ones has no
    factor at all, and is singular.
    """
    if len(matrix.body) != 1:
        return False
    ((mono, c),) = matrix.body
    if len(mono.factors) != 1 or c <= 0:
        return False
    ((atom, q),) = mono
    named = isinstance(atom, Entry) and atom.tensor.has("positive_definite") and q == 1
    return named and len(matrix.params) == 2 and set(atom.free) == set(matrix.params)


def _mono_positive(mono: Mono) -> bool:
    return all(is_positive(atom) or (_even(q) and is_nonzero(atom)) for atom, q in mono)


def _mono_nonnegative(mono: Mono) -> bool:
    return all(is_nonnegative(atom) or _even(q) or q.denominator != 1 for atom, q in mono)


def _even(q: Power) -> bool:
    return q.denominator == 1 and q % 2 == 0
