"""Random statements with fixed seeds: no false one is accepted, and enough true ones are."""

from __future__ import annotations

import pytest

from .fuzz.statements import run


@pytest.mark.parametrize("seed", range(4))
def test_no_false_accept(seed):
    tally = run(seed, 60)
    assert tally["accepted"] >= 3
    assert tally["refused"] >= 10
