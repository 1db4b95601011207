"""A process that keeps another one, and leaves nothing of it behind.

Linux gives it every process that loses its parent below it, whatever group or session this one has
joined; so when the one that it keeps has ended, or it is told to end, or its own parent is gone, it
can end them all.  It runs by itself, with the standard library alone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
#: Seconds after which it is given up to end what multiplies faster than it can be ended.
_MOST = 10.0


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def adopt() -> None:
    """From now on, be given every process below this one that loses its parent."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def end_all(process: int) -> None:
    """End every process below `process`, which may be this one, until there is none."""
    until = time.monotonic() + _MOST
    while (found := list(_below(process))) and time.monotonic() < until:
        for each in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)
        if process == os.getpid():
            _reap()
        time.sleep(0.005)


def _below(process: int) -> Iterator[int]:
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        # In the name of a program, which comes between brackets before these, anything can be.
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            state, parent = file.read().rpartition(b")")[2].split()[:2]
            if state != b"Z" or int(parent) == os.getpid():
                children.setdefault(int(parent), []).append(int(name))
    left = [process]
    while left:
        for child in children.get(left.pop(), ()):
            yield child
            left.append(child)


def _reap() -> dict[int, int]:
    """The statuses of all children that have ended since."""
    ended: dict[int, int] = {}
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = os.waitstatus_to_exitcode(found[1])
    return ended


def keep(parent: int, command: list[str]) -> int:
    """Run a command in a session of its own, until it ends or `parent` is no longer the parent.

    Return its exit status.  That of a process which a signal ended is 128 and the number of the
    signal, as in a shell.
    """
    adopt()
    signals = {signal.SIGCHLD, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def prepare() -> None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signals)

    kept = subprocess.Popen(command, start_new_session=True, preexec_fn=prepare).pid
    status = 128 + signal.SIGKILL
    # A parent that is killed says nothing, so it is looked for.
    while os.getppid() == parent:
        ended = _reap()
        if kept in ended:
            status = ended[kept]
            break
        told = signal.sigtimedwait(signals, 1)
        if told is not None and told.si_signo == signal.SIGTERM:
            break
    end_all(os.getpid())
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(keep(int(sys.argv[1]), sys.argv[2:]))
