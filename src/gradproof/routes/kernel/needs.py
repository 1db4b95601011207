"""What the steps of a proof need: noted where it arises, so that no step can go without.

A power below zero needs that its base is not 0, a root that it is not negative, a logarithm that
its argument is positive, an inverse that its matrix is invertible. The data of the kernel note
this as they are made (:mod:`.terms`), whichever rule makes them. So a rule that divides, splits a
power or takes something out of a power, a logarithm, a determinant or an inverse cannot do so in
silence. A proof counts only if all that was noted on its way is known from its form, or is a
condition of the statement as written (:mod:`.decide`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal, NamedTuple

Kind = Literal["nonzero", "nonnegative", "positive", "invertible"]


class Need(NamedTuple):
    """That an atom is not 0, not negative or positive, or that the matrix in it is invertible.

    It is needed for all values of the free indices of the atom.
    """

    kind: Kind
    atom: Any  # of :mod:`.terms`, which is made of this


Needs = dict[tuple[Kind, str], Need]

_open: ContextVar[Needs | None] = ContextVar("needs", default=None)


def note(kind: Kind, atom: Any) -> None:
    """Note a need with whoever collects."""
    needs = _open.get()
    if needs is not None:
        needs.setdefault((kind, atom.key), Need(kind, atom))


def forward(needs: Iterable[Need]) -> None:
    """Note again what was collected apart."""
    for need in needs:
        note(*need)


@contextmanager
def collected() -> Iterator[Needs]:
    """Collect what is needed meanwhile; nobody else hears of it unless it is forwarded."""
    needs: Needs = {}
    token = _open.set(needs)
    try:
        yield needs
    finally:
        _open.reset(token)
