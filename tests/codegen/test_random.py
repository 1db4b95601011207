"""Random expressions with hostile names, at random and extreme points; `make fuzz` makes more.

``python -m tests.fuzz.programs 20000`` is the long run.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from random import Random

import mpmath
import numpy as np
import pytest
from sympy import Trace, exp

from gradproof import dims, matrix, numpy_function, scalar
from gradproof.language.unfold import unfold
from gradproof.routes.numbers.evaluation import Point
from gradproof.routes.numbers.reals import OutsideDomain

from ..fuzz import programs
from ..fuzz.exact import Exact, Undefined
from ..fuzz.expressions import Expressions


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_program_of_a_random_expression_is_wrong(seed: int) -> None:
    tally = programs.run(seed, 100)
    assert tally["WRONG"] == 0
    assert tally["right"] >= 170
    assert tally["overflow"] + tally["ill-conditioned"] <= 4


def test_the_reference_agrees_with_the_evaluator_of_the_package() -> None:
    compared = 0
    for number in range(60):
        one = Expressions(Random(f"reference/{number}"))
        expr = one.some()
        sizes, values, _ = one.point(extreme=False)
        with mpmath.workdps(40):
            try:
                other = Point(sizes, values, digits=30).evaluate(unfold(expr))
                mine = Exact(sizes, values)(expr)
            except (Undefined, ZeroDivisionError, OutsideDomain, TypeError):
                continue
            entries = list(chain(*other)) if isinstance(other, list) else [other]
            own = list(mine) if isinstance(mine, mpmath.matrix) else [mine]
            compared += 1
            for a, b in zip(entries, own, strict=True):
                number_ = mpmath.mpf(mpmath.nstr(a, 35)) if not isinstance(a, mpmath.mpf) else a
                assert abs(number_ - b) <= mpmath.mpf(10) ** -20 * (1 + abs(b)), expr
    assert compared >= 40


@pytest.mark.parametrize("wrong", [lambda v: v * (1 + 1e-8), lambda v: v + np.nan, lambda v: v.T])
def test_a_wrong_program_is_told(wrong) -> None:
    n, t = dims("n"), scalar("t")
    A = matrix("A", n, 2)
    expr = A * t
    made = numpy_function(expr, A, t)
    point = ({n: 3}, {A: [[1, 2], [3, 4], [5, 6]], t: 1}, [[[1, 2], [3, 4], [5, 6]], 1])
    assert programs.judged(expr, made, point) == "right"
    assert programs.judged(expr, lambda *given: wrong(made(*given)), point).startswith("WRONG")


def test_what_is_not_compared_is_named() -> None:
    n, t = dims("n"), scalar("t")
    A = matrix("A", n, n)
    large = ({n: 1}, {A: [[1]], t: 12}, [[[1]], 12])
    assert programs.judged(exp(t), numpy_function(exp(t), t), ({}, {t: 1000}, [1000])) == "large"
    verdict = programs.judged(exp(exp(t)) / t, numpy_function(exp(exp(t)) / t, A, t), large)
    assert verdict == "large"
    cancelled = (exp(t) + Trace(A)) - exp(t - 1) * exp(1)
    at_thirty = ({n: 1}, {A: [[1]], t: 30}, [[[1]], 30])
    made = numpy_function(cancelled, A, t)
    assert programs.judged(cancelled, made, at_thirty) in ("ill-conditioned", "right")
    inverse = Trace(A.I)
    nearly = [[1, 1], [1, 1 + 2**-45]]
    far = ({n: 2}, {A: [[Fraction(e) for e in row] for row in nearly], t: 1}, [nearly, 1])
    off = numpy_function(inverse * (1 + t / 1000), A, t)
    assert programs.judged(inverse, off, far) == "ill-conditioned"
