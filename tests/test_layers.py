"""The contracts on imports hold, and each of them is broken by an import that it forbids."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LAYERS, ROUTES, CIRCLES = (
    "Each part uses only what stands below it",
    "The three routes share no code",
    "No modules import each other in a circle",
)
#: The contract that is broken, the module that imports, and its import.
PLANTED = {
    "the language uses a route": (LAYERS, "language/nodes", "from ..routes import kernel"),
    "the language prints": (LAYERS, "language/nodes", "from ..printing import text"),
    "printing uses a verdict": (LAYERS, "printing/draw", "from ..verdict import facts"),
    "a route prints": (LAYERS, "routes/numbers/route", "from ...printing import text"),
    "a verdict derives": (LAYERS, "verdict/prover", "from ..derive import derive"),
    "a program derives": (LAYERS, "codegen/names", "from ..derive import derive"),
    "a check builds a site": (LAYERS, "check/verdicts", "from ..sphinx import policy"),
    "an error knows a symbol": (LAYERS, "errors", "from .language import symbols"),
    "a part that no layer names": (LAYERS, "another", "from .errors import GradproofError"),
    "numbers use the kernel": (ROUTES, "routes/numbers/reals", "from ..kernel import indices"),
    "the kernel uses entries": (ROUTES, "routes/kernel/terms", "from ..entries import route"),
    "entries use numbers": (ROUTES, "routes/entries/read", "from ..numbers.grids import Grid"),
    "through another": (ROUTES, "routes/entries/route", "from ...verdict import prover"),
    "a circle": (CIRCLES, "language/naming", "from .symbols import matrix"),
    "a circle of the kernel": (CIRCLES, "routes/kernel/product", "from .sums import total"),
    "a circle of entries": (CIRCLES, "routes/entries/linear", "from . import explicit"),
}


def broken(source: Path) -> set[str]:
    """The names of the contracts that a copy of `src` breaks; an error of the tool is none."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--no-logo"],
        cwd=source.parent,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=False,
    )
    told = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, flags=re.MULTILINE))
    assert set(told) == {LAYERS, ROUTES, CIRCLES}, done.stdout + done.stderr
    found = {name for name, verdict in told.items() if verdict == "BROKEN"}
    assert done.returncode == bool(found)
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, with the settings beside it."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignore = shutil.ignore_patterns("__pycache__", "static", "notices", "*.css", "*.js")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignore)
    return tmp_path / "src"


def test_every_contract_holds(copy):
    assert broken(copy) == set()


@pytest.mark.parametrize("name", PLANTED)
def test_an_import_that_is_not_allowed_is_seen_within_a_function_too(copy, name):
    contract, module, line = PLANTED[name]
    with (copy / "gradproof" / f"{module}.py").open("a", encoding="utf8") as text:
        text.write(f"\n\ndef _planted() -> None:\n    {line}\n")
    assert contract in broken(copy)
