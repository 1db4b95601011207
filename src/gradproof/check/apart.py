"""A process of its own, which ends in time and takes no one with it.

The parent calls `run`; the process calls `begin`, and answers with the function that it returns.
The answers go through a file: a pipe could be held open, or filled, by what a submission leaves
behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..report import GATE

MEMORY = 4 << 30
"""Bytes of memory for one process, where the system can hold it to them."""

_WRITTEN = 256 << 20
_ANSWERS = 16 << 20
_ASIDE = ("PYTHONOPTIMIZE", "PYTHONSTARTUP", "PYTHONSAFEPATH", GATE)

Answer = dict[str, Any]

_running: set[subprocess.Popen[bytes]] = set()


def run(module: str, request: Any, *, timeout: float, folder: str) -> tuple[list[Answer], str]:
    """Run a module of this package with `request`; return its answers, and how it broke off.

    The second is empty where the process said that it had come to its end.
    """
    with tempfile.TemporaryDirectory(prefix="gradproof-") as desk:
        Path(desk, "request").write_text(json.dumps([timeout, request]), "utf8")
        Path(desk, "answers").touch()
        inherited = {key: value for key, value in os.environ.items() if key not in _ASIDE}
        # No settings of the user's own IPython, and no pictures on the screen.
        settings = {"IPYTHONDIR": os.path.join(desk, "ipython"), "MPLBACKEND": "agg"}
        # With -P nothing beside the file can pose as gradproof.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.{module}", desk],
            cwd=folder,
            env=inherited | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _running.add(process)
        try:
            process.wait(timeout)
            ended = ""
        except subprocess.TimeoutExpired:
            ended = f"it did not end within {timeout:g} s"
        finally:
            _end(process)
            _running.discard(process)
        answers = _answers(Path(desk, "answers"), process.pid)
    if answers and answers[-1] == {"done": True}:
        return answers[:-1], ended
    return answers, ended or _how(process.returncode)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started, but for those who left its session."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def stop() -> None:
    """End every process that this one waits for."""
    for process in list(_running):
        _end(process)


def _how(status: int) -> str:
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else str(-status)
        return f"it was killed ({name})"
    return f"it ended before its last line (exit status {status})"


def _answers(path: Path, process: int) -> list[Answer]:
    """What the process wrote; not what its children did, nor a line that is no answer."""
    with path.open("rb") as file:
        data = file.read(_ANSWERS)
    found = []
    for line in data.splitlines():
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            sender, answer = json.loads(line)
            if sender == process and isinstance(answer, dict):
                found.append(answer)
    return found


def begin() -> tuple[Any, Callable[[Answer], None]]:
    """In the process: limit it, and return the request and the function that answers it."""
    desk = Path(sys.argv[1])
    timeout, request = json.loads((desk / "request").read_text("utf8"))
    _limit(timeout)
    file = os.open(desk / "answers", os.O_WRONLY | os.O_APPEND)

    def answer(content: Answer) -> None:
        os.write(file, json.dumps([os.getpid(), content]).encode() + b"\n")

    return request, answer


def _limit(timeout: float) -> None:
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return
    seconds = int(timeout) + 1
    for kind, most in (
        (resource.RLIMIT_CPU, seconds * (os.cpu_count() or 1)),
        (resource.RLIMIT_DATA, MEMORY),
        (resource.RLIMIT_FSIZE, _WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (limit, limit))
