"""A time limit for a block of code, in any thread."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ..errors import OutOfTime

#: Seconds between one ring and the next.
_AGAIN = 0.01
#: Code that holds a lock, or ends a block: interrupted there, it would never let go.  Coverage
#: holds one at every call that it sees for the first time, hypothesis in its garbage listener.
_CAREFUL = frozenset({"contextlib", "threading", "coverage", "hypothesis"})


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`OutOfTime` in the block once ``seconds`` have passed.

    In the main thread an alarm signal interrupts; in another thread, or where the system has no
    such signal, a watching thread does. Limits nest: the earliest wins.
    """
    in_main = threading.current_thread() is threading.main_thread()
    waiting = _alarm if in_main and hasattr(signal, "setitimer") else _watcher
    with waiting(seconds):
        yield


def _message(seconds: float) -> str:
    return (
        f"no verdict within {seconds:g} s. "
        "Split the claim into steps, or state it with fewer entries."
    )


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_number: int, frame: FrameType | None) -> None:
        if _may_interrupt(frame):
            raise OutOfTime(_message(seconds))

    left, again = signal.getitimer(signal.ITIMER_REAL)
    if 0 < left < seconds:  # a limit around this one ends it first
        yield
        return
    start = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    # It rings until the block has ended: one ring may come where it must not interrupt, and what
    # is raised while Python collects garbage is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        if left:
            left = max(left - (time.monotonic() - start), _AGAIN)
        signal.setitimer(signal.ITIMER_REAL, left, again)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watcher(seconds: float) -> Iterator[None]:
    thread = threading.get_ident()
    lock, done = threading.Lock(), threading.Event()

    def ring() -> None:
        wait = seconds
        while not done.wait(wait):
            wait = _AGAIN
            with lock:
                if not done.is_set() and _may_interrupt(sys._current_frames().get(thread)):
                    target, raised = ctypes.c_ulong(thread), ctypes.py_object(OutOfTime)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(target, raised)
                    return

    threading.Thread(target=ring, daemon=True).start()
    try:
        yield
    except OutOfTime as error:
        raise OutOfTime(_message(seconds)) from error
    finally:
        with lock:
            done.set()


def _may_interrupt(frame: FrameType | None) -> bool:
    """Whether an exception may come out of nowhere in ``frame``, the innermost of its thread."""
    name = str(frame.f_globals.get("__name__")) if frame else ""
    return name != __name__ and name.partition(".")[0] not in _CAREFUL
