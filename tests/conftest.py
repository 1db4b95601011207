"""What holds for every test."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _keep_measuring() -> Iterator[None]:
    """Python drops the tracer of coverage where a time limit or too deep a recursion strikes
    within it; without this, every later test of the process would count for nothing."""
    tracer = sys.gettrace()
    yield
    if sys.gettrace() is not tracer:
        sys.settrace(tracer)
