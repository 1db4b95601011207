"""Where a statement is defined: what is known there, so that the needs of a proof are met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from .abstractions import fresh_like, halves, transposed
from .indices import Tensor
from .matrix_powers import inverse_entry
from .needs import Kind, Need, Needs, collected
from .parts import alike
from .powers import power
from .quotients import atoms, entries, surely_positive
from .rename import replaced
from .signs import is_invertible, is_nonnegative, is_nonzero
from .terms import Abstraction, Atom, Base, Op, Poly, Power, matrix_in, of_atom

#: What else says as much.
_STRONGER: dict[Kind, tuple[Kind, ...]] = {
    "nonzero": ("nonzero", "positive"),
    "nonnegative": ("nonnegative", "positive"),
    "positive": ("positive",),
    "invertible": ("invertible",),
}


class Domain:
    """What the conditions of a statement grant, at every point where all of them hold."""

    def __init__(self) -> None:
        self.granted: Needs = {}

    def grant(self, needs: Needs) -> None:
        """Take needs as met: the caller has made a condition of them, or knows them implied."""
        self.granted.update(needs)

    def lacks(self, needs: Iterable[Need]) -> list[Need]:
        """The needs that are met neither by their form nor by what is granted."""
        with collected():  # asking needs nothing
            return [need for need in needs if not self._meets(need)]

    def _meets(self, need: Need) -> bool:
        return self._is_granted(need) or _is_known(need) or self._follows(need)

    def _is_granted(self, need: Need) -> bool:
        stronger = _STRONGER[need.kind]
        if any((kind, need.atom.key) in self.granted for kind in stronger):
            return True
        return any(
            known.kind in stronger and next(alike(known.atom, need.atom, known.atom.free), None)
            for known in self.granted.values()
            if known.atom.free
        )

    def moved(self, tensor: Tensor, point: Abstraction) -> None:
        """Put a point for a tensor in what is granted; of the tensor itself nothing is then."""
        for key, need in list(self.granted.items()):
            if any(entry.tensor.key == tensor.key for entry in entries(need.atom)):
                del self.granted[key]
                with collected():
                    witness = _witness(need)
                with collected() as needs:
                    replaced(witness, tensor, point)
                self.grant(needs)

    def _follows(self, need: Need) -> bool:
        """Whether it follows from what is simpler: |u| and uᵏ are not 0 where u is not."""
        if need.kind == "positive":
            return not self.lacks(
                [Need("nonnegative", need.atom), Need("nonzero", need.atom)]
            ) and not isinstance(need.atom, Base)
        if need.kind == "nonzero" and _is_power(need.atom):
            return not self.lacks(needs_of(need.atom.argument).values())
        if need.kind == "invertible":
            turned = Need(need.kind, Op("matrix", (transposed(matrix_in(need.atom)),)))
            return self._is_granted(turned)
        return False


def raised_within(poly: Poly) -> Iterator[Poly]:
    """What has an exponent that is no number."""
    for atom, _ in atoms(poly):
        if isinstance(atom, Op) and atom.head == "pow":
            yield atom.argument


def inverses_within(determinants: Poly) -> Iterator[Poly]:
    """An entry of the inverse of each matrix whose determinant occurs."""
    for atom, _ in atoms(determinants):
        if isinstance(atom, Op) and atom.head == "det":
            rows, cols = ([fresh_like(i) for i in half] for half in halves(atom.args[0]))
            yield inverse_entry(tuple(rows), tuple(cols), atom.args[0])


def leaves_a_root(base: Poly, q: Power) -> bool:
    """Whether what leaves the root may be 0, so that nothing is said of the rest of it there."""
    with collected():
        root = power(base, q)
    atoms = [atom for mono, _ in root for atom, _ in mono] if len(root) == 1 else []
    rest = [atom for atom in atoms if not is_nonnegative(atom)]
    return bool(rest) and not all(is_nonzero(atom) for atom in atoms if atom not in rest)


def divided_by(divisor: Poly) -> Iterator[Poly]:
    """Its reciprocal, if it is not known to be 0 whatever its symbols are."""
    if divisor.terms:
        yield power(divisor, -1)


def needs_of(divisor: Poly) -> Needs:
    """What a division by a polynomial needs."""
    with collected() as needs:
        power(divisor, -1)
    return needs


def _witness(need: Need) -> Poly:
    """What exists only where a need is met."""
    if need.kind == "invertible":
        rows, cols = (tuple(map(fresh_like, half)) for half in halves(matrix_in(need.atom)))
        return inverse_entry(rows, cols, matrix_in(need.atom))
    if need.kind == "positive":
        return of_atom(Op("log", (Abstraction((), of_atom(need.atom)),)))
    return of_atom(need.atom, -1 if need.kind == "nonzero" else Fraction(1, 2))


def _is_power(atom: Atom) -> bool:
    return isinstance(atom, Op) and atom.head in ("pow", "abs")


def _is_known(need: Need) -> bool:
    """Whether a need is met by its form, wherever what it speaks of is defined."""
    if need.kind == "invertible":
        return is_invertible(matrix_in(need.atom))
    if need.kind == "nonnegative" and is_nonnegative(need.atom):
        return True
    if need.kind == "nonzero" and is_nonzero(need.atom):
        return True
    return surely_positive(need.atom.poly if isinstance(need.atom, Base) else of_atom(need.atom))
