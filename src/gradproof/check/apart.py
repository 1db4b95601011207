"""A process of its own, which ends in time and takes no one with it.

The parent calls `run`; the process calls `begin`, and answers with the function that it returns.
Request and answers go through files that have no name: so no other process finds them, nothing can
be put in their place, and none holds the parent up, as a pipe could that is left open or filled.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from typing import IO, Any

from ..verdict.publish import GATE
from . import keeper

MEMORY = 4 << 30
"""Bytes of memory for one process, where the system can hold it to them."""

#: Bytes that a process may write to a file, and of its answers what is read, and how many.
_WRITTEN = 256 << 20
_ANSWERS = 16 << 20
_LINES = 10_000
_ASIDE = ("PYTHONOPTIMIZE", "PYTHONSTARTUP", "PYTHONSAFEPATH", GATE)

#: Seconds in which a keeper ends what it keeps.
_GRACE = 15.0
_KEEPS = sys.platform == "linux"

Answer = dict[str, Any]

_running: set[subprocess.Popen[bytes]] = set()


def run(
    module: str, request: Any, *, timeout: float, folder: str, wall: Sequence[str] = ()
) -> tuple[list[Answer], str]:
    """Run a module of this package with `request`; return its answers, and how it broke off.

    `wall` is a command that runs another one confined.
    The second is empty where the process said that it had come to its end.
    """
    with (
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as answered,
        tempfile.TemporaryDirectory(prefix="gradproof-") as desk,
    ):
        asked.write(json.dumps([timeout, request]).encode())
        asked.seek(0)
        inherited = {key: value for key, value in os.environ.items() if key not in _ASIDE}
        # No settings of the user's own IPython, and no pictures on the screen.
        settings = {"IPYTHONDIR": desk, "MPLBACKEND": "agg"}
        # With -P nothing beside the file can pose as gradproof.
        command = [sys.executable, "-P", "-m", f"{__package__}.{module}"]
        process = subprocess.Popen(
            [*_kept(), *wall, *command],
            cwd=folder,
            env=inherited | settings,
            stdin=asked,
            stdout=answered,
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
        answers = _answers(answered)
    if answers and answers[-1] == {"done": True}:
        return answers[:-1], ended
    return answers, ended or _how(process.returncode)


def _kept() -> list[str]:
    """The command that keeps another one."""
    program = [sys.executable, "-I", "-S", keeper.__file__, str(os.getpid())]
    return program if _KEEPS else []


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    if _KEEPS:
        process.terminate()
        process.send_signal(signal.SIGCONT)  # it may have been stopped
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            keeper.end_all(process.pid)
    elif hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def stop() -> None:
    """End every process that this one waits for."""
    for process in list(_running):
        _end(process)


def _how(status: int) -> str:
    number = -status if status < 0 else status - 128
    if number in set(signal.Signals):
        return f"it was killed ({signal.Signals(number).name})"
    return f"it ended before its last line (exit status {status})"


def _answers(file: IO[bytes]) -> list[Answer]:
    """What the process wrote, but for a line that is no answer."""
    file.seek(0)
    found = []
    for line in file.read(_ANSWERS).split(b"\n", _LINES)[:_LINES]:
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            answer = json.loads(line)
            if isinstance(answer, dict):
                found.append(answer)
    return found


def begin() -> tuple[Any, Callable[[Answer], None]]:
    """In the process: limit it, and return the request and the function that answers it."""
    with open(0, "rb", closefd=False) as request:
        timeout, asked = json.load(request)
    _limit(timeout)
    # What is printed goes nowhere, and what is read is empty.
    file, nowhere = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    process = os.getpid()

    def answer(content: Answer) -> None:
        if os.getpid() == process:  # a child that it forked goes on with its cells
            os.write(file, json.dumps(content).encode() + b"\n")

    return asked, answer


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
