"""Signs: what can be told of an atom or a polynomial from its form and its symbols' facts."""

from __future__ import annotations

from ...language.symbols import INVERTIBLE
from .indices import Tensor
from .labels import Sum
from .terms import UNITY, Abstraction, Atom, Base, Delta, Entry, Mono, Op, Poly, Power


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
    """Whether it is a symbol that is declared positive definite.

    Positive multiples are definite too, but a determinant holds no multiples.
    """
    symbol = symbol_of(matrix)
    return symbol is not None and symbol.has("positive_definite")


def is_invertible(matrix: Abstraction) -> bool:
    """Whether a matrix is a symbol that is declared to have an inverse."""
    symbol = symbol_of(matrix)
    return symbol is not None and bool(INVERTIBLE & symbol.facts.keys())


def symbol_of(matrix: Abstraction) -> Tensor | None:
    """The symbol that a matrix is, or of which it is the transpose; None if it is no symbol."""
    ((mono, c), *more) = matrix.body.terms.values() or ((Mono({}), UNITY),)
    ((atom, q), *others) = [*mono] or [(None, 0)]
    if more or others or not c == q == 1 or not isinstance(atom, Entry):
        return None
    whole = len(matrix.params) == 2 and set(atom.indices) == set(matrix.params)
    return atom.tensor if whole else None


def _mono_positive(mono: Mono) -> bool:
    return all(is_positive(atom) or (_even(q) and is_nonzero(atom)) for atom, q in mono)


def _mono_nonnegative(mono: Mono) -> bool:
    return all(is_nonnegative(atom) or _even(q) or q.denominator != 1 for atom, q in mono)


def _even(q: Power) -> bool:
    return q.denominator == 1 and q % 2 == 0
