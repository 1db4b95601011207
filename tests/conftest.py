"""What holds for every test."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import pytest


@cache
def _tracer() -> Any:
    """The tracer of coverage, as it was before the first test; None if nothing is measured."""
    return sys.gettrace()


@pytest.fixture(autouse=True)
def _keep_measuring() -> None:
    """Python drops the tracer of coverage where a time limit or too deep a recursion strikes
    within it; without this, every later test of the process would count for nothing."""
    tracer = _tracer()
    if sys.gettrace() is not tracer:
        sys.settrace(tracer)
