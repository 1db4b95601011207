"""Random statements with fixed seeds: no false one is accepted, no normal form changes a value."""

from __future__ import annotations

import mpmath
import pytest

from .fuzz.statements import run
from .kernel.values import determinant


@pytest.mark.parametrize("seed", range(4))
def test_random_statements(seed):
    tally = run(seed, 60)
    assert tally["accepted"] >= 3
    assert tally["refused"] >= 10
    assert tally["kept"] >= 40


def test_the_determinant_that_it_compares_with_is_that_of_any_matrix():
    assert determinant(mpmath.matrix([[0, 1, 2], [0, 3, 4], [0, 5, 7]])) == 0
    assert determinant(mpmath.matrix([[1, 2, 0], [3, 4, 0], [0, 0, 2]])) == -4
