"""A time limit for a block of code, in any thread."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from .errors import OutOfTime


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
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise OutOfTime(_message(seconds))

    before = signal.signal(signal.SIGALRM, ring)
    left, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    if 0 < left < seconds:
        signal.setitimer(signal.ITIMER_REAL, left)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _watcher(seconds: float) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())
    lock, done = threading.Lock(), threading.Event()

    def ring() -> None:
        with lock:
            if not done.is_set():
                ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(OutOfTime))

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    except OutOfTime as error:
        raise OutOfTime(_message(seconds)) from error
    finally:
        with lock:
            done.set()
        timer.cancel()
