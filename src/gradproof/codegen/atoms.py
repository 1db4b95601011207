"""What stands in an entry expression for a part that is computed as a whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sympy import Dummy

from .trees import Tree


@dataclass
class Atom:
    """A part of an expression that is computed as a whole, such as a product of matrices.

    ``write`` gives its code. ``inside`` is what it stands for as an entry expression, if it is
    a name for one; ``logarithm`` gives that of it in a finite form, if there is one;
    ``logarithm_if_positive`` the same for what need not be positive;
    ``normalised``, of a sum of exponentials, is what exp(s) divided by it is, given s;
    ``scaled``, of a sum, is the sum with a scalar factor that stands within it;
    ``turns_to`` is the symbol of its transpose, once there is one; ``expr`` is the matrix of the
    language that it is, where it is one.
    """

    write: Callable[[], Tree]
    text: str
    is_array: bool = False
    is_kinked: bool = False
    is_label: bool = False
    determinant_of: Callable[[], Tree] | None = None
    is_bound: bool = False
    is_large: bool = True
    inside: Any = None
    logarithm: Callable[[], Any] | None = None
    logarithm_if_positive: Callable[[], Any] | None = None
    normalised: Callable[[Any], Any] | None = None
    scaled: Callable[[Any], Any] | None = None
    turns_to: Any = None
    expr: Any = None


class Atoms:
    """The atoms of a program, each with a symbol that stands for it in entry expressions."""

    def __init__(self) -> None:
        self._made: dict[Any, Dummy] = {}
        self.of: dict[Any, Atom] = {}

    def symbol(self, key: Any, make: Callable[[], Atom], **assumptions: bool) -> Dummy:
        """The symbol of the atom with this key, which is made if it is new."""
        if key not in self._made:
            atom = make()
            symbol = Dummy(atom.text, real=True, **assumptions)
            self._made[key] = symbol
            self.of[symbol] = atom
        return self._made[key]

    def get(self, symbol: Any) -> Atom | None:
        """The atom that a symbol stands for, or None."""
        return self.of.get(symbol)

    def arrays(self, expr: Any) -> list[Any]:
        """The symbols in an entry expression that stand for arrays."""
        return [s for s in expr.free_symbols if s in self.of and self.of[s].is_array]

    def is_bound(self, expr: Any) -> bool:
        """Whether a symbol in an entry expression depends on a bound one."""
        return any(s in self.of and self.of[s].is_bound for s in expr.free_symbols)
