"""The built site, served, and Debian's Chromium to look at it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.browser import chromium, served, started

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "build" / "html"
REMEDY = "no Chromium, so no page was looked at: as root, `apt-get install chromium`"


@pytest.fixture(scope="session")
def there() -> None:
    """Without Chromium these tests are passed over, but where it is required they fail."""
    if chromium() is None:
        if os.environ.get("GRADPROOF_BROWSER") == "required":
            pytest.fail(REMEDY)
        pytest.skip(REMEDY)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """All tests that are passed over for want of Chromium are told in one line."""
    report = yield
    if report.skipped and REMEDY in str(report.longrepr):
        report.longrepr = (__file__, 1, REMEDY)
    return report


@pytest.fixture(scope="session")
def built(there: None, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the site, brought up to date as `make html` does, once for all processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    done = shared / "site-is-up-to-date"
    with (shared / "site-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            places = ["-c", ".", "-d", "build/doctrees", "docs", HTML]
            command = [sys.executable, "-m", "sphinx", "-j", "auto", "-W", "-q", *places]
            made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            assert made.returncode == 0, f"the site does not build:\n{made.stdout}{made.stderr}"
            done.touch()
    return HTML


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Where the built site is served."""
    with served(built) as found:
        yield found


@pytest.fixture(scope="package")
def browser(there: None) -> Iterator[Browser]:
    """Chromium, without a window.

    It stops before a test of another folder runs: Playwright keeps an event loop running, beside
    which no other can start.
    """
    with started() as found:
        yield found
