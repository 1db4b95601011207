"""Which files the code of a page opened to read, and what was in them.

Python itself tells of every file that is opened, a module's among them, whatever opens it.  Files
of the system and of installed packages are left out, and those that the page wrote itself.
Not told are folders that are listed, and files that another program or a C library reads.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from importlib.util import source_from_cache
from typing import Any

MISSING = "missing"
"""In place of a digest, for a file that is not there."""

_SYSTEM = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var",
)


def digest(path: str) -> str:
    """A hash of the content of a file, `MISSING` where there is none to read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return MISSING


class Opened:
    """The files that this process opens to read from now on, each with its digest."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._new: dict[str, str] = {}
        self._written: set[str] = set()
        self._busy = False
        self._installed = _installed()
        sys.addaudithook(self._hear)

    def take(self) -> dict[str, str]:
        """What was opened since this was asked for last."""
        new, self._new = self._new, {}
        return new

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or self._busy:
            return
        self._busy = True
        try:
            self._note(*arguments[:3])
        except Exception:  # what cannot be noted is opened all the same
            return
        finally:
            self._busy = False

    def _note(self, file: Any, mode: str | None, flags: int) -> None:
        if not isinstance(file, (str, bytes, os.PathLike)):
            return
        path = os.path.abspath(os.fsdecode(file))
        if path.endswith(".pyc"):
            path = source_from_cache(path)
        if path in self._found or path in self._written or self._is_installed(path):
            return
        if flags & (os.O_WRONLY | os.O_RDWR) or any(sign in (mode or "") for sign in "wax+"):
            self._written.add(path)
        elif not os.path.isdir(path):
            self._found[path] = self._new[path] = digest(path)

    def _is_installed(self, path: str) -> bool:
        home = os.path.join(os.path.expanduser("~"), ".")  # settings and caches of the user
        return path.startswith((*self._installed, home))


def _installed() -> tuple[str, ...]:
    """Where the system and Python keep what they install."""
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    if sys.prefix != sys.base_prefix:
        paths.add(sys.prefix)
    paths.add(
        os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    )  # all of it counts for every page
    return tuple(os.path.join(path, "") for path in (*paths, *_SYSTEM) if path)
