"""From an expression of the language to the lines of a program.

A matrix is read as its entry, a scalar expression in the entries of other matrices, as far as it
is made entry by entry (:meth:`Writer.entry`). What is not, such as a product of matrices, is an
atom of that: computed as a whole, by a rule of :mod:`.matrices`. The entry is brought into a
finite form and written as NumPy, which works entry by entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sympy import Add, Mul, Pow, S, exp, log, preorder_traversal, sympify
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction

from ..errors import StatementError
from ..language.functions import FunctionOfMatrix, FunctionOfScalar
from ..language.nodes import NOT_REAL, DefinedMatrix, DefinedScalar, Size
from ..language.shapes import is_matrix
from ..language.shown import shown
from ..language.statement import is_dimension
from ..language.symbols import OneHot
from ..language.unfold import BINDERS, DerivativeNode
from .atoms import Atom, Atoms
from .entrywise import Entrywise
from .helpers import HELPERS
from .names import Names
from .stable import Stable
from .trees import Tree, applied, call, everything, function, item, listed, name, paired, source

Rule = Callable[["Writer", Any], Any]
_RULES: dict[str, Rule] = {}
_ASSUMPTIONS = ("nonnegative", "positive", "integer")


def rule(*classes: str) -> Callable[[Rule], Rule]:
    """Register how the entry of a kind of expression is made."""

    def register(made: Rule) -> Rule:
        _RULES.update(dict.fromkeys(classes, made))
        return made

    return register


class Writer:
    """Writes one function: the lines before its return, and the helpers it needs."""

    def __init__(self, function_name: str, arguments: tuple[Any, ...]) -> None:
        self.arguments = arguments
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        self.atoms = Atoms()
        self.stable = Stable(self.atoms)
        self.entrywise = Entrywise(self.atoms, self.helpers)
        self.names = Names((function_name, *HELPERS))
        self.name_of = {symbol: self.names.allot(str(symbol.name)) for symbol in arguments}
        self._bound: dict[Any, Any] = {}  # what stands for a bound symbol in the part being read
        self._sizes: list[Any] = []

    # Code

    def code(self, expr: Any) -> Tree:
        """NumPy code for an expression of the language; of a matrix, an array of its shape."""
        shape = expr.shape if is_matrix(expr) else None
        return self.written(self.entry(expr), shape)

    def written(self, entry: Any, shape: Sequence[Any] | None) -> Tree:
        """NumPy code for an entry expression, as an array of a shape if there is one."""
        entry = self.stable(entry)
        if entry.has(*NOT_REAL):
            raise StatementError(
                "A part of the expression has no value anywhere: it divides by zero, or takes the "
                "logarithm or a root of something that is never positive. Leave it out."
            )
        self._name_repeated(entry)
        if shape is None or self.atoms.arrays(entry):
            return self.entrywise.tree(entry)
        sizes = paired(*map(self.code, shape))
        if entry in (0, 1):
            return call("np.ones" if entry == 1 else "np.zeros", sizes)
        return call("np.full", sizes, self.entrywise.tree(entry), dtype=name("float"))

    def _name_repeated(self, entry: Any) -> None:
        """Compute once what occurs several times, under a name."""
        found = Counter(part for part in preorder_traversal(entry) if part in self.atoms.of)
        for symbol, times in found.items():
            atom = self.atoms.of[symbol]
            if times > 1 and atom.is_large and not atom.is_bound:
                tree = atom.write()
                atom.is_large = False
                self.assign(atom, "Z" if atom.is_array else "c", tree)

    def assign(self, atom: Atom, wanted: str, tree: Tree) -> None:
        """Write the line that gives an atom a name."""
        made = self.names.allot(wanted)
        self.lines.append(f"{made} = {source(tree)}")
        atom.write = lambda: name(made)

    # Entries

    def entry(self, expr: Any) -> Any:
        """The scalar, or the entry of a matrix, in symbols of atoms."""
        expr = sympify(expr)  # the sizes of explicit matrices are numbers of Python
        if isinstance(expr, (DerivativeNode, *BINDERS)):
            raise StatementError(
                f"{shown(expr)} is a derivative, for which NumPy has no value. Prove it equal to "
                "an expression without derivatives first, and make the function of that."
            )
        if isinstance(expr, (FunctionOfMatrix, FunctionOfScalar)):
            raise StatementError(
                f"{expr.name} is an arbitrary function: it has no value. Put a known one in its "
                "place first."
            )
        for cls in type(expr).__mro__:
            if cls.__name__ in _RULES:
                return _RULES[cls.__name__](self, expr)
        definition = getattr(expr, "definition", None)
        if definition is None:
            raise StatementError(
                f"{type(expr).__name__} in {expr} has no NumPy form here. Write it with what the "
                "language page lists; a Sum within a product needs a name from define(...)."
            )
        return self.entry(definition)

    def atom(self, expr: Any, write: Callable[[], Tree], text: str = "", **facts: Any) -> Any:
        """The symbol of a part that is computed as a whole, the same for the same part."""
        used = [symbol for symbol in self._bound if symbol in expr.free_symbols]
        key = expr, tuple(self._bound[symbol] for symbol in used)
        assumptions = {k: facts.pop(k) for k in _ASSUMPTIONS if k in facts}
        bound = dict(self._bound)

        def make() -> Atom:
            kept: dict[str, Any] = {
                key: self._in(bound, fact) if callable(fact) else fact
                for key, fact in facts.items()
            }
            made = self._in(bound, write)
            array = is_matrix(expr)
            kept["expr"] = expr if array else None
            return Atom(made, text or str(expr), is_array=array, is_bound=bool(used), **kept)

        return self.atoms.symbol(key, make, **assumptions)

    def _in(self, bound: dict[Any, Any], compute: Callable[..., Any]) -> Callable[..., Any]:
        """The same computation, with what stood for bound symbols when it was noted."""

        def computed(*arguments: Any) -> Any:
            before, self._bound = self._bound, bound
            try:
                return compute(*arguments)
            finally:
                self._bound = before

        return computed

    @contextmanager
    def bind(self, symbol: Any, value: Any) -> Iterator[None]:
        """Let a bound symbol stand for an entry expression."""
        before, self._bound = self._bound, {**self._bound, symbol: value}
        try:
            yield
        finally:
            self._bound = before

    def depends(self, expr: Any) -> bool:
        """Whether it depends on a bound symbol."""
        return any(symbol in self._bound for symbol in expr.free_symbols)

    # Symbols and sizes

    def symbol(self, expr: Any) -> Any:
        """The symbol of the atom that a symbol of the language is."""
        if expr in self._bound:
            return self._bound[expr]
        if expr in self.arguments:
            if isinstance(expr, OneHot):
                return self.atom(expr, lambda: self._one_hot(expr), is_label=True, is_large=False)
            return self._named(expr, self.name_of[expr])
        if is_dimension(expr):
            if expr not in self._sizes:
                self._sizes.append(expr)
                self.name_of[expr] = self.names.allot(str(expr.name))
            return self._named(expr, self.name_of[expr])
        twin = next((a for a in self.arguments if str(a.name) == str(expr.name)), None)
        why = f"{expr.name} occurs in it: make it an argument."
        if twin is not None:
            why = f"The {expr.name} in it has another shape or other assumptions than the argument."
        raise StatementError(why)

    def _named(self, expr: Any, made: str) -> Any:
        facts = {
            k: True for k in _ASSUMPTIONS if getattr(expr, f"is_{k}", None) and not is_matrix(expr)
        }
        label = _is_label(expr)
        write = lambda: name(made)  # noqa: E731
        return self.atom(expr, write, str(expr.name), is_large=False, is_label=label, **facts)

    def _one_hot(self, expr: Any) -> Tree:
        atom = self.atoms.of[self.symbol(expr)]
        eye = call("np.eye", self.code(expr.shape[0]))
        tree = item(eye, everything(), name(self.name_of[expr]))
        self.assign(atom, f"{expr.name}_hot", tree)
        return atom.write()

    def sizes(self) -> list[str]:
        """The lines that read the dimensions in use from the shapes of the arguments."""
        wanted, lines = list(self._sizes), []
        for symbol in self.arguments:
            names, own = [], self.name_of[symbol]
            for axis, size in enumerate(symbol.shape if is_matrix(symbol) else ()):
                if size in wanted and not (isinstance(symbol, OneHot) and axis == 0):
                    wanted.remove(size)
                    place = 0 if isinstance(symbol, OneHot) else axis
                    names.append((self.name_of[size], f"{own}.shape[{place}]"))
            if len(names) == 2:
                lines.append(f"{names[0][0]}, {names[1][0]} = {own}.shape")
            lines += [f"{size} = {shape}" for size, shape in names if len(names) == 1]
        if wanted:
            raise StatementError(f"No argument has the size {wanted[0]}: make it an argument.")
        return lines


def _is_label(expr: Any) -> bool:
    """Whether it is declared to weigh logarithms: one-hot labels, or a distribution per column."""
    given = getattr(expr, "has_given", None)
    return given is not None and bool(given("one_hot") or given("column_sums"))


# What is made entry by entry


@rule("Symbol", "MatrixSymbol")
def _symbol(to: Writer, expr: Any) -> Any:
    return to.symbol(expr)


@rule("DefinedMatrix", "DefinedScalar")
def _definition(to: Writer, expr: DefinedMatrix | DefinedScalar) -> Any:
    if expr in to.arguments:
        return to.symbol(expr)
    inside = to.entry(expr.definition)
    if to.depends(expr):
        return inside

    def write() -> Tree:
        atom = to.atoms.of[made]
        shape = expr.shape if is_matrix(expr) else None
        to.assign(atom, expr.name, to.written(inside, shape))
        return atom.write()

    made = to.atom(expr, write, expr.name, inside=inside, is_large=False)
    return made


@rule("Rational", "NumberSymbol")
def _number(to: Writer, expr: Any) -> Any:
    return expr


@rule("Add", "Mul", "Pow", "exp", "log", "Abs", "sign", "tanh", "erf", "Activation")
def _function(to: Writer, expr: Any) -> Any:
    return expr.func(*map(to.entry, expr.args))


@rule("MatAdd")
def _add(to: Writer, expr: Any) -> Any:
    return Add(*map(to.entry, expr.args))


@rule("HadamardProduct")
def _hadamard(to: Writer, expr: Any) -> Any:
    return Mul(*map(to.entry, expr.args))


@rule("HadamardPower")
def _power(to: Writer, expr: Any) -> Any:
    return Pow(*map(to.entry, expr.args))


@rule("Size")
def _size(to: Writer, expr: Size) -> Any:
    return to.entry(expr.value)


@rule("OneMatrix")
def _ones(to: Writer, expr: Any) -> Any:
    return S.One


@rule("ZeroMatrix")
def _zeros(to: Writer, expr: Any) -> Any:
    return S.Zero


@rule("ElementwiseApplyFunction")
def _elementwise(to: Writer, expr: ElementwiseApplyFunction) -> Any:
    (bound,) = expr.function.variables
    body, matrix = expr.function.expr, expr.expr
    if _has_matrix_of(body, bound):
        return _each_entry(to, expr)
    entry = to.entry(matrix)
    if body.count(bound) > 1 and entry.args and not entry.has(exp, log):
        entry = to.atom(matrix, lambda: to.written(inside, matrix.shape), inside=entry)
        inside = to.atoms.of[entry].inside
    with to.bind(bound, entry):
        return to.entry(body)


def _has_matrix_of(body: Any, bound: Any) -> bool:
    """Whether a matrix, or a sum of terms, within an elementwise function depends on the entry."""
    return any(
        (is_matrix(part) or type(part).__name__ == "Sum") and part.has(bound)
        for part in preorder_traversal(body)
    )


def _each_entry(to: Writer, expr: ElementwiseApplyFunction) -> Any:
    """A function with matrices in it, computed for one entry after the other."""
    (bound,) = expr.function.variables

    def write() -> Tree:
        own = to.names.allot("entry")
        one = to.atoms.symbol(("entry", own), lambda: Atom(lambda: name(own), own, is_bound=True))
        with to.bind(bound, one):
            body = to.code(expr.function.expr)
        each = call("np.vectorize", function(own, body), otypes=listed([name("float")]))
        return applied(each, to.code(expr.expr))

    return to.atom(expr, write)
