"""Tiny sites, built with the real configuration."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sphinx.cmd.build import build_main

ROOT = Path(__file__).resolve().parents[2]
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

FRONT = "---\nfile_format: mystnb\n---\n\n"

SETTING = """```{code-cell}
from gradproof import dims, matrix, prove, refute

C, D, N = dims("C D N")
W, X = matrix("W", C, D), matrix("X", D, N)
```
"""

#: Behind the package, a prover that takes the double of what it is given.
BROKEN = """
_prove = prove
def prove(left, right, **options):
    return _prove(left, 2 * right, **options)
"""


def page(title: str, *blocks: str, setting: bool = True) -> str:
    """An executed page: a title, W and X, and the blocks."""
    return FRONT + "\n".join([f"# {title}\n", *([SETTING] if setting else []), *blocks])


def cell(*lines: str, options: str = "") -> str:
    """A code cell."""
    return "\n".join(["```{code-cell}", *([options] if options else []), *lines, "```\n"])


def theorem(identity: str) -> str:
    """The place of a card."""
    return f"```{{theorem}} {identity}\n```\n"


def proof(identity: str) -> str:
    """A cell that proves something true."""
    return cell(f'prove((W * X).T, X.T * W.T, name="{identity}")')


@dataclass(frozen=True)
class Built:
    """What a build left: its exit status and everything it said."""

    status: int
    log: str

    @property
    def failures(self) -> str:
        """The lines that report failures, with the detail that follows them."""
        return "\n".join(self.log.split("ERROR: ")[0:]) if "ERROR" in self.log else ""


class Site:
    """A documentation project in a folder of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.docs = root / "docs"
        self.html = root / "build" / "html"
        self.docs.mkdir(parents=True)
        self.configure()
        self.write("index.md", "# Index\n\n```{toctree}\n:glob:\n\n*\n```\n")
        self.write("anchor.md", "# A page that proves nothing\n\nWords.\n")

    def configure(
        self, extra: str = "", *, identities: str | None = None, moved: str | None = None
    ) -> None:
        """The real configuration, with the paths and the few lines that a test is about."""
        text = (ROOT / "conf.py").read_text("utf8").replace('"docs/', f'"{ROOT}/docs/')
        listed = f"gradproof_identities = {identities!r}\ngradproof_moved = {moved!r}"
        cited = f"gradproof_citation = {str(ROOT / 'CITATION.cff')!r}\ngradproof_site = ''"
        lines = "\n".join([text, listed, cited, extra])
        (self.root / "conf.py").write_text(f"{lines}\n", "utf8")

    def write(self, name: str, text: str) -> None:
        """Write a source file, in a way that no clock resolution can hide."""
        path = self.docs / name
        before = path.stat().st_mtime if path.is_file() else 0.0
        path.write_text(text, "utf8")
        if path.stat().st_mtime <= before:
            os.utime(path, (before + 1, before + 1))

    def arguments(self, *options: str) -> list[str]:
        """Those of Sphinx for a build of this site."""
        places = ["-c", self.root, "-d", self.root / "build" / "doctrees", self.docs, self.html]
        return [*options, *map(str, places)]

    def build(self, *options: str) -> Built:
        """Build in this process, as `sphinx-build` does."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                status = build_main(self.arguments(*options))
            except SystemExit as stop:
                status = int(stop.code or 0)
        return Built(status, _COLOUR.sub("", out.getvalue()))

    def build_apart(self, *options: str, **environment: str) -> Built:
        """Build in a process of its own, with changes to its environment."""
        done = subprocess.run(
            [sys.executable, "-m", "sphinx", *self.arguments(*options)],
            capture_output=True,
            text=True,
            env=os.environ | environment,
            check=False,
        )
        return Built(done.returncode, _COLOUR.sub("", done.stdout + done.stderr))

    def text(self, docname: str) -> str:
        """The page as a reader would get it; empty if there is none."""
        path = self.html / f"{docname}.html"
        return path.read_text("utf8") if path.is_file() else ""

    def line(self, name: str, text: str) -> int:
        """The line of a source file that holds `text`."""
        lines = (self.docs / name).read_text("utf8").splitlines()
        return next(n for n, line in enumerate(lines, 1) if text in line)

    def poses_as_fresh(self) -> list[str]:
        """The pages that a reader would take for the published site."""
        return [
            str(path.relative_to(self.html))
            for path in self.html.rglob("*.html")
            if "gp-card" in path.read_text("utf8") or "<article" in path.read_text("utf8")
            if path.name not in ("search.html", "genindex.html")
        ]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty site."""
    return Site(tmp_path / "site")


@pytest.fixture(scope="module")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """Sites that the tests of a module share."""
    return lambda name: Site(tmp_path_factory.mktemp(name) / "site")
