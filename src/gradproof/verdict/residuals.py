"""What the kernel leaves of a false statement, a normal form, written with indices."""

from __future__ import annotations

import itertools
import re
from fractions import Fraction

from ..printing.algebra import arbitrary
from ..printing.boxes import (
    Box,
    add,
    atom,
    big_sum,
    call,
    fraction,
    indexed,
    number,
    over,
    parens,
    power,
    product,
    raised,
    root,
    transposed,
)
from ..printing.names import function_box, letters, name_box, taken_apart
from ..routes.kernel.exponents import Place
from ..routes.kernel.indices import AnyIndex, Index
from ..routes.kernel.labels import Sum
from ..routes.kernel.matrix_powers import MatrixPower
from ..routes.kernel.terms import (
    Abstraction,
    Atom,
    Base,
    Delta,
    Entry,
    Inverse,
    Mono,
    Op,
    Poly,
    Power,
)

_LETTERS = "ijklmnpqrstuv"
_TERMS = 8  # a residual with more terms is cut
_KNOWN = {"exp", "log", "abs"}


def normal_form(poly: Poly) -> tuple[Box, list[Box]]:
    """The box of a normal form, and its free indices in the order of their making: i, j."""
    draw = _Indexed(poly)
    return draw.sum_of(poly), list(draw.names.values())


class _Indexed:
    """Gives letters to indices: those that stand free first, bound ones within their sum."""

    def __init__(self, poly: Poly) -> None:
        self.names: dict[Index, Box] = {}
        # A dimension or scalar that is called n is no index.
        found = set(re.findall(r"[A-Za-z]\w*", repr(poly)))
        self._taken = letters(found)
        self._stems = {taken_apart(name)[0] for name in found}
        for index in sorted(poly.free, key=lambda free: free.number):
            self.index(index)

    def index(self, index: AnyIndex) -> Box:
        if isinstance(index, int):
            return number(index)
        if index not in self.names:
            used = self._taken | {box.text for box in self.names.values()}
            more = (f"i{n}" for n in itertools.count(1))
            letter = next(name for name in itertools.chain(_LETTERS, more) if name not in used)
            self.names[index] = atom(letter, letter)
        return self.names[index]

    def sum_of(self, poly: Poly) -> Box:
        terms = sorted(poly, key=lambda term: (term[1] < 0, len(term[0].key)))
        shown = [(c < 0, self.product_of(mono, abs(c))) for mono, c in terms[:_TERMS]]
        if len(terms) > _TERMS:
            more = len(terms) - _TERMS
            words = f"… ({more} more terms)"
            shown.append((False, atom(rf"\dots \text{{ ({more} more terms)}}", words)))
        return add(shown or [(False, number(0))])

    def product_of(self, mono: Mono, coefficient: Fraction) -> Box:
        above = [number(coefficient.numerator)] if coefficient.numerator != 1 else []
        below = [number(coefficient.denominator)] if coefficient.denominator != 1 else []
        for part, exponent in sorted(mono, key=_rank):
            shown = self.power_of(part, max(exponent, -exponent))
            (below if exponent < 0 else above).append(shown)
        if not below:
            return product(above or [number(1)])
        plain = [box for box in above if box.plain]
        rest = [box for box in above if not box.plain]
        bottom = product(below)
        if rest and bottom.plain:
            return over(product(rest), product(plain or [number(1)]), bottom)
        return fraction(product(above or [number(1)]), bottom)

    def power_of(self, part: Atom, exponent: Power) -> Box:
        base = self.factor(part)
        if exponent == Fraction(1, 2):
            return root(base)
        return base if exponent == 1 else raised(base, str(exponent))

    def factor(self, part: Atom) -> Box:
        if isinstance(part, Entry):
            name = name_box(part.tensor.name)
            if not part.indices:
                return name
            return indexed(name, [self.index(index) for index in part.indices])
        if isinstance(part, Delta):
            return self.delta([self.index(index) for index in part.indices])
        if isinstance(part, Sum):
            outside = dict(self.names)
            bound = [self.index(index) for index in part.bound]
            box = big_sum(bound, self.product_of(part.body, Fraction(1)))
            self.names = outside
            return box
        if isinstance(part, Base):
            return self.sum_of(part.poly)
        if isinstance(part, Place):
            return self.index(part.index)
        if isinstance(part, MatrixPower):
            to = self.sum_of(part.exponent)
            base = power(self.matrix(part.argument), to.latex, to.text)
            return indexed(base, [self.index(part.row), self.index(part.col)])
        if isinstance(part, Inverse):
            base = raised(self.matrix(part.argument), "-1")
            return indexed(base, [self.index(index) for index in (*part.row, *part.col)])
        return self.applied(part) if isinstance(part, Op) else atom(r"\dots", "…")

    def delta(self, indices: list[Box]) -> Box:
        """Kronecker's δ, or [i = j] where a symbol shows as δ."""
        if "delta" not in self._stems:
            return indexed(atom(r"\delta", "δ"), indices)
        one, two = indices
        return atom(f"[{one.latex} = {two.latex}]", f"[{one.text} = {two.text}]")

    def matrix(self, argument: Abstraction) -> Box:
        """The name of a matrix that is a symbol, or its transpose; else dots."""
        entries = [atom_ for mono, c in argument.body for atom_, q in mono if q == c == 1]
        if len(entries) == len(argument.body) == 1 and isinstance(entries[0], Entry):
            name = name_box(entries[0].tensor.name)
            if entries[0].indices == argument.params:
                return name
            if entries[0].indices == argument.params[::-1]:
                return transposed(name)
        return atom(r"\dots", "…")

    def applied(self, part: Op) -> Box:
        if part.head in ("pow", "(-1)^"):
            *base, to = [self.sum_of(argument.body) for argument in part.args]
            return power(base[0] if base else parens(number(-1)), to.latex, to.text)
        name, _, order = part.head.partition("'")
        head = function_box(name) if name in _KNOWN else arbitrary(name, int(order or 0))
        for slot in part.slots:
            entry = indexed(atom(r"\partial", "∂"), [self.index(index) for index in slot])
            head = atom(rf"{entry.latex} {head.latex}", f"{entry.text}{head.text}")
        if any(argument.params for argument in part.args):
            # A whole tensor as an argument: what matters is by which entry it is differentiated.
            return call(head, atom(r"\dots", "…"))
        return call(head, *[self.sum_of(argument.body) for argument in part.args])


def _rank(pair: tuple[Atom, Power]) -> tuple[int, str]:
    """Entries by name, then calls, then what reaches far to the right."""
    part, _ = pair
    if isinstance(part, Entry):
        return (1 if part.indices else 0), part.tensor.key
    return (2 if not isinstance(part, Sum) else 3), part.key
