"""Drawing: from an expression to its box, by rules that other modules register.

A rule is found by the name of the class, or of the nearest base that has one, so that a node
which nobody wrote a rule for still shows under its own name: ``Sigmoid(z)`` as σ(z).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sympy
from sympy import Basic, Tuple
from sympy.core.symbol import Str

from .boxes import SUM, Box, atom, call
from .names import free, function_box, letters, name_box, snake, taken_apart
from .scope import constants, functions, names, sides
from .taste import Held

Rule = Callable[["Draw", Any], Box]
_RULES: dict[str, Rule] = {}
_PAIRS = (("i", "j"), ("k", "l"), ("m", "r"), ("s", "t"), ("u", "v"))


def rule(*classes: str) -> Callable[[Rule], Rule]:
    """Register the rule for classes of these names."""

    def register(function: Rule) -> Rule:
        _RULES.update(dict.fromkeys(classes, function))
        return function

    return register


class Draw:
    """Draws expressions that stand together, ``scope``: they share index letters."""

    def __init__(self, *scope: Any) -> None:
        expressions = [side for thing in scope for side in sides(thing)]
        given = names(*expressions)
        used = letters(given)
        self._stems = {taken_apart(name)[0] for name in given if not name.startswith("_")}
        self._pairs = [pair for pair in _PAIRS if not used & set(pair)]
        self._used = used
        self.constants = constants(*expressions)
        self._held: dict[Any, Box] = {}
        self._uses: dict[str, list[Any]] = {}
        for side in expressions:
            for name, matrices in functions(side).items():
                known = self._uses.setdefault(name, [])
                known += [matrix for matrix in matrices if matrix not in known]

    def __call__(self, expr: Any) -> Box:
        """The box of ``expr``."""
        if expr in self._held:
            return self._held[expr]
        for cls in type(expr).__mro__:
            if cls.__name__ in _RULES:
                return _RULES[cls.__name__](self, expr)
        return Box(sympy.latex(expr), sympy.sstr(expr), SUM)

    def means_one_thing(self, name: str) -> bool:
        """Whether an arbitrary function has one argument throughout, so its name suffices."""
        return len(self._uses.get(name, ())) <= 1

    def hold(self, box: Box) -> Held:
        """A symbol that is drawn as ``box``: by it a rule calculates with what is drawn."""
        symbol = Held(box.latex, real=True)
        self._held[symbol] = box
        return symbol

    def bound(self, symbol: Any) -> Box:
        """A letter for what unfolding binds, whose own name is for no reader."""
        if symbol not in self._held:
            likely = "rsqmn" if symbol.is_integer else "XZUVM" if symbol.is_Matrix else "xtuvz"
            made = self._held[symbol] = self.letter(likely)
            self._used.add(made.text)
        return self._held[symbol]

    @contextmanager
    def bind(self, symbol: Any, box: Box) -> Iterator[None]:
        """Within it, ``symbol`` is drawn as ``box``."""
        outer, new = self._held.get(symbol), box.text not in self._used
        self._held[symbol] = box
        self._used.add(box.text)
        try:
            yield
        finally:
            if new:
                self._used.discard(box.text)
            if outer is None:
                del self._held[symbol]
            else:
                self._held[symbol] = outer

    @contextmanager
    def indices(self) -> Iterator[tuple[Box, Box]]:
        """A row and a column index that nothing around it uses."""
        row, column = self._pairs.pop(0) if self._pairs else ("i'", "j'")
        try:
            yield atom(row, row), atom(column, column)
        finally:
            self._pairs.insert(0, (row, column))

    def letter(self, likely: str = "xtuvz") -> Box:
        """A letter for what a function or a sum binds, used for nothing else."""
        return name_box(free(self._used, likely))

    def is_used(self, letter: str) -> bool:
        """Whether a name shows as this letter, alone or with something below it."""
        return letter in self._stems

    def are_many(self, kind: str) -> bool:
        """Whether constant matrices of this kind stand here in more shapes than one."""
        return len(self.constants.get(kind, ())) > 1


@rule("Symbol", "MatrixSymbol", "DefinedMatrix", "DefinedScalar")
def _name(draw: Draw, expr: Any) -> Box:
    name = str(expr.name)
    return draw.bound(expr) if name.startswith("_") else name_box(name)


@rule("ScalarNode", "MatrixNode", "MatrixExpr", "Function")
def _known(draw: Draw, expr: Any) -> Box:
    """A function under its own name."""
    args = [arg for arg in expr.args if isinstance(arg, Basic) and not isinstance(arg, Str | Tuple)]
    return call(function_box(snake(type(expr).__name__)), *[draw(arg) for arg in args])
