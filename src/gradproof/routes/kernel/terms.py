"""The data of the kernel: indices, atoms, monomials, polynomials, and their canonical names.

A polynomial is Σ c·Π atom^q with rational c and q. An atom is

- ``Entry``  a tensor entry W_ij, a scalar being a tensor without indices;
- ``Delta``  δ_ij;
- ``Op``     a head applied to arguments: exp(u), φ′(u), L(λij. S_ij), its partial derivatives;
- ``Sum``    Σ over bound indices of a product of atoms that hang together (:mod:`.labels`);
- ``Base``   a polynomial, to be raised to a power that is no positive whole number.

Everything is immutable. Two atoms are equal up to the names of bound indices if their keys are
the same string, which for a sum :mod:`.labels` finds.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from .indices import NO_ENV, AnyIndex, Env, Index, Tensor, token
from .needs import note

Power = int | Fraction  # a whole number where it can be
Column = tuple[str, tuple[AnyIndex, ...]]
UNITY = Fraction(1)


class Atom:
    """A factor of a monomial. ``free`` are its free indices, in a fixed order."""

    __slots__ = ("_names", "free")
    free: tuple[Index, ...]

    def __init__(self, free: Iterable[AnyIndex]) -> None:
        seen = dict.fromkeys(i for i in free if isinstance(i, Index))
        self.free = tuple(seen)
        self._names: dict[Any, str] = {}

    @property
    def key(self) -> str:
        """The canonical name, free indices under their own names."""
        return self.render(NO_ENV, 0)

    def render(self, env: Env, depth: int) -> str:
        """The canonical name, free indices named by ``env``; ``depth`` counts binders around."""
        known = (depth, *(env.get(index) for index in self.free))
        name = self._names.get(known)
        if name is None:
            name = self._names[known] = self._render(env, depth)
        return name

    def _render(self, env: Env, depth: int) -> str:
        raise NotImplementedError


class Entry(Atom):
    """An entry of a tensor."""

    __slots__ = ("indices", "tensor")

    def __init__(self, tensor: Tensor, indices: tuple[AnyIndex, ...] = ()) -> None:
        super().__init__(indices)
        self.tensor, self.indices = tensor, indices

    @property
    def column(self) -> Column:
        """The column it stands in: the tensor, and every index but that of the row."""
        return self.tensor.key, self.indices[1:]

    def _render(self, env: Env, depth: int) -> str:
        names = [token(index, env) for index in self.indices]
        if self.tensor.has("symmetric"):  # the row may be a pair, and then so is the column
            half = len(names) // 2
            names = [*min(names[:half], names[half:]), *max(names[:half], names[half:])]
        return f"{self.tensor.key}({','.join(names)})"


class Delta(Atom):
    """Kronecker's δ of two indices of one sort."""

    __slots__ = ("indices",)

    def __init__(self, left: AnyIndex, right: AnyIndex) -> None:
        super().__init__((left, right))
        self.indices = (left, right)

    def _render(self, env: Env, depth: int) -> str:
        return "δ({},{})".format(*sorted(token(index, env) for index in self.indices))


class Abstraction:
    """λ params. body: an argument that is a whole tensor; without params, a scalar."""

    __slots__ = ("body", "free", "params")

    def __init__(self, params: tuple[AnyIndex, ...], body: Poly) -> None:
        self.params, self.body = params, body
        self.free = tuple(index for index in body.free if index not in params)

    def render(self, env: Env, depth: int) -> str:
        """The canonical name; parameters are named by their place."""
        if not self.params:
            return self.body.render(env, depth)
        inner = dict(env)
        for place, param in enumerate(self.params):
            if isinstance(param, Index):
                inner[param] = f"p{depth}.{place}"
        sorts = ",".join(p.sort_name if isinstance(p, Index) else f"#{p}" for p in self.params)
        return f"λ{sorts}.{self.body.render(inner, depth + 1)}"


class Op(Atom):
    """A head applied to arguments; ``slots`` are the entries it has been differentiated by."""

    __slots__ = ("args", "head", "slots")

    def __init__(
        self,
        head: str,
        args: tuple[Abstraction, ...],
        slots: tuple[tuple[AnyIndex, ...], ...] = (),
    ) -> None:
        super().__init__(itertools.chain(*slots, *(argument.free for argument in args)))
        self.head, self.args, self.slots = head, args, slots
        if head == "log":
            note("positive", as_atom(self.argument))

    @property
    def argument(self) -> Poly:
        """The only argument of a function of one scalar."""
        return self.args[0].body

    def _render(self, env: Env, depth: int) -> str:
        slots = sorted(",".join(token(index, env) for index in slot) for slot in self.slots)
        marks = f"[{';'.join(slots)}]" if slots else ""
        return f"{self.head}{marks}({','.join(arg.render(env, depth) for arg in self.args)})"


class Inverse(Atom):
    """An entry of the inverse of a square matrix; its indices may be swapped if symmetric."""

    __slots__ = ("argument", "col", "row", "symmetric")

    def __init__(
        self,
        row: tuple[AnyIndex, ...],
        col: tuple[AnyIndex, ...],
        argument: Abstraction,
        symmetric: bool,
    ) -> None:
        super().__init__((*row, *col, *argument.free))
        self.row, self.col, self.argument, self.symmetric = row, col, argument, symmetric
        note("invertible", matrix_of(argument))

    def _render(self, env: Env, depth: int) -> str:
        names = [",".join(token(i, env) for i in axis) for axis in (self.row, self.col)]
        if self.symmetric:
            names.sort()
        return f"inv[{';'.join(names)}]({self.argument.render(env, depth)})"


class Base(Atom):
    """A polynomial taken as one factor."""

    __slots__ = ("poly",)

    def __init__(self, poly: Poly) -> None:
        super().__init__(poly.free)
        self.poly = poly

    def _render(self, env: Env, depth: int) -> str:
        return f"⟨{self.poly.render(env, depth)}⟩"


class Mono:
    """A product of atoms, each to a rational power; no atom twice, no power zero.

    Made with a power below zero, or with a root, it notes what that needs.
    """

    __slots__ = ("_free", "factors", "key")

    def __init__(self, factors: Mapping[str, tuple[Atom, Power]]) -> None:
        self.factors = factors
        for atom, q in factors.values():
            if q < 0:
                note("nonzero", atom)
            if q.denominator != 1:
                note("nonnegative", atom)
        self.key = "*".join([f"{key}^{factors[key][1]}" for key in sorted(factors)])
        self._free: tuple[Index, ...] | None = None

    @property
    def free(self) -> tuple[Index, ...]:
        """The free indices, in a fixed order."""
        if self._free is None:
            self._free = tuple(dict.fromkeys(i for atom, _ in self for i in atom.free))
        return self._free

    def __iter__(self) -> Iterator[tuple[Atom, Power]]:
        return iter(self.factors.values())

    def render(self, env: Env, depth: int) -> str:
        """The canonical name, free indices named by ``env``."""
        return "*".join(sorted(f"{atom.render(env, depth)}^{q}" for atom, q in self))


Term = tuple[Mono, Fraction]


class Poly:
    """A sum of monomials with rational coefficients, none of them zero."""

    __slots__ = ("_free", "terms")

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        kept: dict[str, Term] = {}
        for mono, coefficient in terms:
            known = kept.get(mono.key)
            if known is not None:
                coefficient += known[1]
            if coefficient:
                kept[mono.key] = (mono, coefficient)
            elif known is not None:
                del kept[mono.key]
        self.terms = kept
        self._free: tuple[Index, ...] | None = None

    @property
    def free(self) -> tuple[Index, ...]:
        """The free indices, in a fixed order."""
        if self._free is None:
            self._free = tuple(dict.fromkeys(i for mono, _ in self for i in mono.free))
        return self._free

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms.values())

    def __len__(self) -> int:
        return len(self.terms)

    def render(self, env: Env, depth: int) -> str:
        """The canonical name, free indices named by ``env``."""
        return "+".join(sorted(f"{c}·{mono.render(env, depth)}" for mono, c in self)) or "0"

    def __repr__(self) -> str:
        return self.render(NO_ENV, 0)


UNIT = Mono({})


def constant(value: Fraction | int) -> Poly:
    """The polynomial of one rational number."""
    return Poly([(UNIT, UNITY if value == 1 else Fraction(value))])


def of_atom(atom: Atom, power: Power = 1) -> Poly:
    """One atom to a power, as a polynomial. Does not simplify."""
    return Poly([(Mono({atom.key: (atom, power)}), UNITY)])


def as_atom(poly: Poly) -> Atom:
    """A polynomial as one atom: the atom that it is, if it is one."""
    if len(poly) == 1:
        ((mono, c),) = poly
        if c == 1 and len(mono.factors) == 1:
            ((atom, q),) = mono
            if q == 1:
                return atom
    return Base(poly)


def matrix_of(argument: Abstraction) -> Op:
    """A matrix as an atom, to say of it that it is invertible."""
    return Op("matrix", (argument,))


def matrix_in(atom: Op) -> Abstraction:
    """The matrix of which an atom speaks that was made of it."""
    return atom.args[0]


ZERO, ONE = Poly(), constant(1)


def plus(*polys: Poly) -> Poly:
    """The sum of polynomials."""
    return Poly(itertools.chain(*polys))


def scaled(poly: Poly, factor: Fraction | int) -> Poly:
    """A polynomial times a rational number."""
    if factor == 1:
        return poly
    return Poly((mono, c * factor) for mono, c in poly)
