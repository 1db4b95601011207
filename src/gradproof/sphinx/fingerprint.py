"""A hash of everything, outside the pages, on which a verdict depends."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def of(watched: Iterable[Path] = ()) -> str:
    """Hash the prover, SymPy, Python, the installed versions and the files in `watched`.

    Files of gradproof and of `watched` (files, or folders searched for Python files) count by
    their content.  SymPy's count by size and time, so that an edited copy is noticed at the
    price of a look at its folders.  Everything else installed counts by name and version.
    """
    digest = hashlib.sha256()
    for part in _parts([_PACKAGE, *watched]):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def _parts(content: Iterable[Path]) -> Iterator[str]:
    yield sys.version
    yield from _installed()
    spec = find_spec("sympy")
    for root in (spec.submodule_search_locations or ()) if spec else ():
        for path in _python_files(Path(root)):
            status = path.stat()
            yield f"{path} {status.st_size} {status.st_mtime_ns}"
    for item in content:
        for path in _python_files(item) if item.is_dir() else [item]:
            data = path.read_bytes() if path.is_file() else b"missing"
            yield f"{path.relative_to(item.parent)} {hashlib.sha256(data).hexdigest()}"


def _installed() -> list[str]:
    """The names of the metadata folders on `sys.path`: `sympy-1.14.0.dist-info` and the like."""
    found: set[str] = set()
    for entry in sys.path:
        if os.path.isdir(entry):
            names = os.listdir(entry)
            found.update(n for n in names if n.endswith((".dist-info", ".egg-info")))
    return sorted(found)


def _python_files(root: Path) -> list[Path]:
    found = []
    for folder, subfolders, files in os.walk(root):
        subfolders[:] = [s for s in subfolders if not s.startswith((".", "__pycache__"))]
        found += [Path(folder, name) for name in files if name.endswith(".py")]
    return sorted(found)
