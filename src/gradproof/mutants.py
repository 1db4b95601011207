"""Distrust: near misses of an identity, each of which must be refused.

A mutant is the right side with one thing changed: a sign, a factor 2 or ½ or a size, a term
dropped, a transpose added or removed, ones added, two operands swapped, one symbol or size put
for another of its kind. A mutant whose value differs from the original at a point is false; the
index proof must refuse it. One that agrees at every point tried is counted apart as equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Any

from sympy import (
    Add,
    HadamardProduct,
    ImmutableDenseMatrix,
    Integer,
    KroneckerProduct,
    MatAdd,
    MatMul,
    Mul,
    OneMatrix,
    Pow,
    Rational,
    S,
    Symbol,
    Transpose,
)

from . import kernel, numbers
from .errors import GradproofError, StatementError, Undecided
from .nodes import is_matrix
from .statement import Statement
from .symbols import Variable
from .unfold import DerivativeNode

#: More near misses than this teach nothing new.
MOST = 16


class ProverFault(GradproofError):
    """The index proof accepted a statement that numbers refuse: a defect of the prover."""


@dataclass(frozen=True)
class Distrust:
    """How many mutants were refused, and how many turned out to be equal."""

    refused: int
    equal: int


def distrust(statement: Statement) -> Distrust:
    """Try the mutants of a proved statement; raise :class:`ProverFault` if a false one passes."""
    judge = numbers.Judge(statement)
    comparison = _comparison(statement)
    refused = equal = 0
    for mutant in mutants(statement):
        if judge.agrees(mutant.right):
            equal += 1
            continue
        if comparison is not None and _accepts(comparison, mutant):
            raise ProverFault(f"The false statement {mutant} was accepted.")
        refused += 1
    return Distrust(refused, equal)


def _comparison(statement: Statement) -> kernel.Comparison | None:
    try:
        return kernel.Comparison(statement)
    except kernel.NoRule:
        return None


def _accepts(comparison: kernel.Comparison, mutant: Statement) -> bool:
    try:
        comparison.check(mutant.right)
    except Undecided:
        return False
    return True


def mutants(statement: Statement) -> Iterator[Statement]:
    """The near misses of a statement, each different and of the right shape."""
    rhs = statement.rhs
    seen, made = {rhs}, 0
    scaled = (way for size in statement.dimensions for way in (rhs * size, rhs / size))
    for changed in chain(changes(rhs, _exchangeable(statement)), scaled):
        if changed in seen:
            continue
        if made == MOST:
            return
        seen.add(changed)
        try:
            mutant = statement.with_right(changed)
        except (IndexError, StatementError, TypeError, ValueError):
            continue
        if mutant.right.has(S.ComplexInfinity, S.NaN, S.Infinity, S.NegativeInfinity):
            continue  # SymPy has divided by zero
        made += 1
        yield mutant


def _exchangeable(statement: Statement) -> dict[Any, list[Any]]:
    """For each symbol and dimension, the others that could stand in its place."""
    table: dict[Any, list[Any]] = {}
    for one, other in combinations(statement.symbols, 2):
        same = isinstance(one, Variable) == isinstance(other, Variable)
        if same and getattr(one, "shape", ()) == getattr(other, "shape", ()):
            table.setdefault(one, []).append(other)
            table.setdefault(other, []).append(one)
    for one, other in combinations(statement.dimensions, 2):
        table.setdefault(one, []).append(other)
        table.setdefault(other, []).append(one)
    return table


def changes(expr: Any, exchangeable: dict[Any, list[Any]]) -> Iterator[Any]:
    """Every expression that differs from ``expr`` in one thing."""
    one = OneMatrix(*expr.shape) if is_matrix(expr) else Integer(1)
    yield from (-expr, 2 * expr, expr / 2, expr + one, expr - one)
    yield from _inside(expr, exchangeable)


def _inside(expr: Any, exchangeable: dict[Any, list[Any]]) -> Iterator[Any]:
    yield from _here(expr, exchangeable)
    if isinstance(expr, ImmutableDenseMatrix):
        yield from _inside_explicit(expr, exchangeable)
        return
    if isinstance(expr, (DerivativeNode, Symbol, Variable)) or hasattr(expr, "definition"):
        return
    for place, arg in enumerate(expr.args):
        if not (is_matrix(arg) or getattr(arg, "is_commutative", False)):
            continue
        for changed in _inside(arg, exchangeable):
            yield from _built(expr, [*expr.args[:place], changed, *expr.args[place + 1 :]])


def _inside_explicit(expr: Any, exchangeable: dict[Any, list[Any]]) -> Iterator[Any]:
    """One entry of an explicit matrix changed: the first change of each, then the others."""
    kinds = [(place, changes(entry, exchangeable)) for place, entry in enumerate(expr.flat())]
    while kinds:
        left = []
        for place, ways in kinds:
            changed = next(ways, None)
            if changed is not None:
                entries = expr.flat()
                entries[place] = changed
                yield ImmutableDenseMatrix(*expr.shape, entries)
                left.append((place, ways))
        kinds = left


def _here(expr: Any, exchangeable: dict[Any, list[Any]]) -> Iterator[Any]:
    """The changes at the top of an expression."""
    yield from exchangeable.get(expr, ())
    if isinstance(expr, Transpose):
        yield expr.arg
    elif is_matrix(expr) and expr.shape[0] == expr.shape[1]:
        yield expr.T
    if isinstance(expr, (Add, MatAdd)):
        for place, term in enumerate(expr.args):
            yield from _built(expr, [*expr.args[:place], *expr.args[place + 1 :]])
            yield from _built(expr, [*expr.args[:place], -term, *expr.args[place + 1 :]])
    if isinstance(expr, (MatMul, HadamardProduct, KroneckerProduct)):
        yield from _swapped(expr)
    if isinstance(expr, (Mul, MatMul, HadamardProduct)):
        for place in range(len(expr.args)):
            rest = [*expr.args[:place], *expr.args[place + 1 :]]
            if rest and any(is_matrix(arg) for arg in rest) == is_matrix(expr):
                yield from _built(expr, rest)
    if isinstance(expr, Pow) and isinstance(expr.exp, Rational):
        yield Pow(expr.base, expr.exp + 1)
        yield Pow(expr.base, -expr.exp)
    if isinstance(expr, Integer) and expr not in (0, 1, -1):
        yield expr + 1


def _built(expr: Any, args: list[Any]) -> Iterator[Any]:
    """A node like ``expr`` of other parts, if SymPy lets it be; one part stands for itself."""
    try:
        made = args[0] if len(args) == 1 < len(expr.args) else expr.func(*args)
    except (IndexError, TypeError, ValueError):
        return
    yield made


def _swapped(expr: Any) -> Iterator[Any]:
    """Two factors exchanged, where the shapes still fit; transposed where only that fits."""
    factors = [arg for arg in expr.args if is_matrix(arg)]
    scalars = [arg for arg in expr.args if not is_matrix(arg)]
    for one, other in combinations(range(len(factors)), 2):
        swapped = list(factors)
        swapped[one], swapped[other] = factors[other], factors[one]
        yield from _built(expr, [*scalars, *swapped])
