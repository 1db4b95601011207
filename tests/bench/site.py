"""A clean copy of the project, built by its own Makefile with this environment."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .measuring import ROOT

_LEFT = shutil.ignore_patterns("build", ".*", "__pycache__")
_FILES = ("Makefile", "conf.py", "pyproject.toml", "requirements.lock", "CITATION.cff", "LICENSE")


class Copy:
    """Sources of the site in a folder of their own; what is edited there touches nothing here."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.html = root / "build" / "html"
        for folder in ("docs", "src"):
            shutil.copytree(ROOT / folder, root / folder, ignore=_LEFT)
        for name in _FILES:
            shutil.copy(ROOT / name, root / name)
        self._made = Path(sys.prefix, "made")

    @property
    def pages(self) -> int:
        """How many pages people write; addresses that lead on are not counted."""
        return sum(not path.name.startswith("_") for path in (self.root / "docs").rglob("*.md"))

    def command(self, target: str, **settings: object) -> list[str]:
        """Make `target` with this environment as it stands, so that nothing is installed."""
        given = [f"{name}={value}" for name, value in settings.items()]
        return ["make", target, f"VENV={sys.prefix}", "-o", str(self._made), *given]

    @property
    def environment(self) -> dict[str, str]:
        """The copy's own sources come first, and are compiled once, as for anyone who builds."""
        given = {name: v for name, v in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        return {**given, "PYTHONPATH": str(self.root / "src")}

    def make(self) -> float:
        """The wall time of `make html`."""
        start = time.perf_counter()
        done = subprocess.run(
            self.command("html"),
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"make html failed:\n{done.stdout[-4000:]}")
        return time.perf_counter() - start

    def forget(self) -> None:
        """Throw away all that builds have left."""
        shutil.rmtree(self.root / "build", ignore_errors=True)

    def add(self, page: str, sentence: str) -> None:
        """Add a sentence to the end of a page."""
        path = self.root / "docs" / page
        with path.open("a", encoding="utf-8") as source:
            source.write(f"\n{sentence}\n")

    def remark(self, page: str, words: str) -> None:
        """Write a comment into the first cell of a page, in the place of an earlier one."""
        path = self.root / "docs" / page
        text = path.read_text("utf8")
        cell = r"(```\{code-cell\}.*\n)(# .*\n)?"
        path.write_text(re.sub(cell, rf"\g<1># {words}\n", text, count=1), "utf8")

    @contextmanager
    def live(self) -> Iterator[str]:
        """`make live`, as long as the block runs; gives its address."""
        port = _free_port()
        server = subprocess.Popen(
            self.command("live", PORT=port),
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def copied() -> Iterator[Copy]:
    """A clean copy, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="gradproof-bench-") as folder:
        yield Copy(Path(folder))
