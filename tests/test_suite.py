"""The tests themselves: none is left out of a run without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    """Pytest does not look into folders of some names, `build` among them by default."""
    skipped = pytestconfig.getini("norecursedirs")
    folders = {path.parent for path in HERE.rglob("test_*.py")}
    assert HERE / "build" in folders
    assert [f for f in folders if any(fnmatch(f.name, name) for name in skipped)] == []


@pytest.mark.slow
def test_a_run_that_leaves_some_of_the_kernel_unrun_fails(tmp_path):
    """As `make test` is run; a single test, which passes, runs the least of the kernel."""
    settings = tmp_path / "settings"
    settings.write_text("[run]\nbranch = true\nsource_pkgs = gradproof.kernel\n", "utf8")
    options = f"-n 1 --cov --cov-config={settings} --cov-report= --whole-kernel"
    chosen = [str(HERE / "kernel" / "test_labels.py"), "-k", "captures"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), *chosen],
        cwd=HERE.parent,
        env={**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")},
        capture_output=True,
        text=True,
    )
    assert "1 passed" in run.stdout.splitlines()[-1]
    assert "Not run in the kernel" in run.stdout
    assert "kernel/calculus.py" in run.stdout
    assert run.returncode == 1
