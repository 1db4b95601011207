"""Route 2 under hypotheses: an entry's residual as a combination of the hypotheses' entries.

Both are polynomials in the same generators. The residual is zero where the hypotheses hold if it
is a sum of multiples of them, and which multiples these are is a matter of linear algebra over
the monomials: for each monomial and each term of a hypothesis that divides it, the multiple in
which they meet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from .quotients import Field, Poly

#: How often multiples are sought for the monomials that are new, and how many there may be.
ROUNDS = 6
MOST = 4_000

Row = dict[int, Fraction]


class Combination:
    """Decides whether polynomials are combinations of given ones, over a field's generators.

    ``normal`` brings a product to the form in which equal polynomials have equal terms.
    """

    def __init__(
        self, field: Field, hypotheses: Iterable[Poly], normal: Callable[[Poly], Poly]
    ) -> None:
        self._field, self._normal = field, normal
        self._hypotheses = [hypothesis for hypothesis in hypotheses if hypothesis]
        self._rows: dict[int, Row] = {}
        self._order: dict[int, int] = {}
        self._count = 0

    def contains(self, residual: Poly) -> bool:
        """Whether ``residual`` is seen to be a combination."""
        new = self._noted(residual)
        for _ in range(ROUNDS):
            known, new = new, []
            for monomial in known:
                for multiple in self._multiples(monomial):
                    new += self._noted(multiple)
                    self._add(multiple)
                    self._count += 1
                    if self._count > MOST:
                        return False
            if not self._reduced(residual):
                return True
        return False

    def _noted(self, terms: Poly) -> list[int]:
        """The monomials that were not met before."""
        new = [monomial for monomial in terms if monomial not in self._order]
        for monomial in new:
            self._order[monomial] = len(self._order)
        return new

    def _multiples(self, monomial: int) -> list[Poly]:
        """The multiples of hypotheses in which the monomial is a product with one term."""
        found = []
        powers = self._field.exponents(monomial)
        for hypothesis in self._hypotheses:
            for term in hypothesis:
                inside = self._field.exponents(term)
                if inside and all(powers.get(k, 0) >= e > 0 for k, e in inside.items()):
                    shift = monomial - term
                    found.append(self._normal({m + shift: c for m, c in hypothesis.items()}))
        return found

    def _add(self, terms: Poly) -> None:
        row = self._reduced(terms)
        if row:
            self._rows[max(row, key=self._order.__getitem__)] = row

    def _reduced(self, terms: Poly) -> Row:
        """Gauss's elimination, the newest monomial first."""
        row = {monomial: Fraction(c) for monomial, c in terms.items()}
        while keys := [monomial for monomial in row if monomial in self._rows]:
            key = max(keys, key=self._order.__getitem__)
            pivot = self._rows[key]
            factor = row[key] / pivot[key]
            for monomial, c in pivot.items():
                left = row.get(monomial, Fraction(0)) - factor * c
                if left:
                    row[monomial] = left
                else:
                    row.pop(monomial, None)
        return row
