"""Programs of random expressions against exact values: `python -m tests.fuzz.programs 20000`."""

from __future__ import annotations

import sys
from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import mpmath
import numpy as np

from gradproof import numpy_function
from gradproof.errors import StatementError
from gradproof.language.shapes import is_matrix

from .exact import Exact, Undefined
from .expressions import Expressions

#: What a float can follow; a value beyond is not compared.
LARGEST = mpmath.mpf(10) ** 300
TOLERANCE, MARGIN = 1e-9, 1e-10
DIGITS = 60


class Value(NamedTuple):
    """The entries of a value, and the largest number on the way to it."""

    entries: list[Any]
    largest: Any


def reference(expr: Any, sizes: Any, values: Any, noise: float = 0) -> Value | None:
    """The value at the working precision, or None where there is none."""
    exact = Exact(sizes, values, noise)
    try:
        value = exact(expr)
    except (Undefined, ZeroDivisionError):
        return None
    return Value(list(value) if isinstance(value, mpmath.matrix) else [value], exact.largest)


def off(got: list[Any], wanted: list[Any]) -> Any:
    """The largest error, in units of one more than the value."""
    pairs = zip(got, wanted, strict=True)
    return max(abs(a - b) / (1 + abs(b)) for a, b in pairs)


def judged(expr: Any, made: Any, point: Any) -> str:
    """``right``, why it is not compared, or WRONG and how."""
    sizes, values, given = point
    try:
        with mpmath.workdps(DIGITS):
            known = reference(expr, sizes, values)
    except TypeError:  # SymPy takes some matrices of 1×1 for numbers, and then they do not fit
        return "unread"
    if known is None:
        return "undefined"
    wanted = known.entries
    if max(map(abs, wanted)) > LARGEST:
        return "large"
    with np.errstate(all="ignore"):
        got = made(*given)
    if is_matrix(expr):
        shape = tuple(int(sizes.get(size, size)) for size in expr.shape)
        if got.shape != shape:
            return f"WRONG shape {got.shape}, not {shape}"
    entries = [mpmath.mpf(float(entry)) for entry in np.ravel(got)]
    if all(map(mpmath.isfinite, entries)) and off(entries, wanted) <= TOLERANCE:
        return "right"
    if known.largest > LARGEST:
        return "overflow"
    if _is_ill_conditioned(expr, sizes, values, wanted):
        return "ill-conditioned"
    return f"WRONG {[float(e) for e in entries]}, not {[mpmath.nstr(w, 12) for w in wanted]}"


def _is_ill_conditioned(expr: Any, sizes: Any, values: Any, wanted: list[Any]) -> bool:
    """Whether numbers of 53 bits lose digits however one computes, or where the inputs have them.

    Once with every step rounded to 53 bits, and once with every input moved by a few such bits.
    """
    with mpmath.workprec(53):
        rounded = reference(expr, sizes, values)
    chance = Random(0)
    with mpmath.workdps(DIGITS):
        moved = reference(expr, sizes, {s: _moved(v, chance) for s, v in values.items()}, 2**-51)
    both = (rounded, moved)
    return any(value is None or off(value.entries, wanted) > MARGIN for value in both)


def _moved(value: Any, chance: Random) -> Any:
    if isinstance(value, list):
        return [_moved(entry, chance) for entry in value]
    return value * (1 + Fraction(chance.choice([-3, -2, 2, 3]), 2**52))


def run(seed: int, count: int, *, told: bool = False) -> Counter[str]:
    """How the values of that many random expressions came out, at two points each."""
    tally: Counter[str] = Counter()
    for number in range(count):
        if told and number % 250 == 0:
            print(seed, number, dict(tally), flush=True)
        one = Expressions(Random(f"{seed}/{number}"))
        try:
            expr = one.some()
        except (AttributeError, TypeError, StatementError):  # SymPy or the language refuses it
            tally["not an expression"] += 1
            continue
        try:
            made = numpy_function(expr, *one.arguments, name="f")
        except StatementError as error:
            tally[f"refused: {type(error).__name__}"] += 1
            if told:
                print(seed, number, "refused", error, flush=True)
            continue
        tally["programs"] += 1
        for extreme in (False, True):
            verdict = judged(expr, made, one.point(extreme))
            tally[verdict.split()[0]] += 1
            if verdict.startswith("WRONG") or (told and verdict in ("overflow", "ill-conditioned")):
                print(f"{seed}/{number}", expr, verdict, made.source, sep="\n", flush=True)
    return tally


if __name__ == "__main__":
    wanted_count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    print(dict(run(first, wanted_count, told="told" in sys.argv)))
