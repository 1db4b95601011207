"""What holds for every test."""

from __future__ import annotations

import io
import sys
from functools import cache
from typing import Any

import pytest

KERNEL = "*/gradproof/routes/kernel/*"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--whole-kernel",
        action="store_true",
        help="fail if a line or branch of the kernel was not run; needs --cov and all tests",
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say what of the kernel was not run, and fail. Here all processes' data are one."""
    config = session.config
    if not config.getoption("--whole-kernel") or hasattr(config, "workerinput"):
        return
    told = io.StringIO()
    coverage = config.pluginmanager.getplugin("_cov").cov_controller.cov
    if coverage.report(include=KERNEL, file=told) < 100:
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
        terminal = config.pluginmanager.getplugin("terminalreporter")
        terminal.section("Not run in the kernel")
        terminal.write_line(told.getvalue())


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
