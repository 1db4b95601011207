"""Random statements with fixed seeds: no false one is accepted, no normal form changes a value."""

from __future__ import annotations

import pytest

from .fuzz.statements import run


@pytest.mark.parametrize("seed", range(4))
def test_random_statements(seed):
    tally = run(seed, 60)
    assert tally["accepted"] >= 3
    assert tally["refused"] >= 10
    assert tally["kept"] >= 40
