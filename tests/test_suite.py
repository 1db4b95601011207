"""The tests themselves: none is left out of a run without a word."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).parent


def test_no_folder_of_tests_is_passed_over(pytestconfig):
    """Pytest does not look into folders of some names, `build` among them by default."""
    skipped = pytestconfig.getini("norecursedirs")
    folders = {path.parent for path in HERE.rglob("test_*.py")}
    assert HERE / "build" in folders
    assert [f for f in folders if any(fnmatch(f.name, name) for name in skipped)] == []
