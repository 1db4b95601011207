"""Random statements with fixed seeds: nothing false is proved, and nothing true refuted."""

from __future__ import annotations

import mpmath
import pytest

from .fuzz.run import KINDS, run
from .kernel.values import determinant

#: How many statements of each kind are tried; how many at least are accepted and refused.
TRIED, ACCEPTED, REFUSED = 200, 3, 20


@pytest.mark.parametrize("kind", KINDS)
def test_random_statements(kind):
    tally = run(1, TRIED, [kind])
    assert tally[f"{kind} accepted"] >= ACCEPTED
    assert tally[f"{kind} refused"] >= REFUSED


def test_the_determinant_that_it_compares_with_is_that_of_any_matrix():
    assert determinant(mpmath.matrix([[0, 1, 2], [0, 3, 4], [0, 5, 7]])) == 0
    assert determinant(mpmath.matrix([[1, 2, 0], [3, 4, 0], [0, 0, 2]])) == -4
