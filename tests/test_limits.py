"""No input hangs: a time limit interrupts in the main thread and in any other."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from typing import Any

import pytest

from gradproof.errors import OutOfTime
from gradproof.verdict.limits import time_limit


def spin(seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def interrupted() -> float:
    start = time.monotonic()
    with pytest.raises(OutOfTime, match="no verdict within"), time_limit(0.1):
        spin()
    return time.monotonic() - start


def test_in_the_main_thread():
    assert interrupted() < 5


def test_in_another_thread():
    found = []
    thread = threading.Thread(target=lambda: found.append(interrupted()))
    thread.start()
    thread.join(15)
    assert found
    assert found[0] < 5


@pytest.mark.parametrize("inner", [0.1, 30.0])
def test_the_earliest_limit_wins(inner):
    start = time.monotonic()
    with pytest.raises(OutOfTime), time_limit(0.3), time_limit(inner):
        spin()
    assert time.monotonic() - start < 5


def test_nothing_rings_afterwards():
    with time_limit(0.05):
        pass
    time.sleep(0.1)
    found = []

    def work() -> None:
        with time_limit(0.05):
            pass
        time.sleep(0.1)
        found.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found


HOLDER = """
import threading, time
lock = threading.Lock()

def hold():
    lock.acquire()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        pass
    lock.release()
"""


def holds_a_lock() -> None:
    """Code of a tool that measures, with a lock that it never releases if it is interrupted."""
    module: dict[str, Any] = {"__name__": "coverage.collector"}
    exec(HOLDER, module)

    def work() -> None:
        module["hold"]()
        spin()

    with pytest.raises(OutOfTime), time_limit(0.1):
        work()
    assert module["lock"].acquire(timeout=0.1)


def test_code_that_holds_a_lock_is_not_interrupted():
    holds_a_lock()


def test_code_that_holds_a_lock_is_not_interrupted_in_another_thread():
    failures = []

    def work() -> None:
        try:
            holds_a_lock()
        except AssertionError as failure:
            failures.append(failure)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(15)
    assert not thread.is_alive()
    assert failures == []


def test_a_ring_that_is_swallowed_is_followed_by_another():
    class Swallows:
        """Python ignores what is raised while it finalises an object."""

        def __del__(self) -> None:
            with contextlib.suppress(OutOfTime):
                spin()

    def work() -> None:
        Swallows()
        spin()

    with pytest.raises(OutOfTime), time_limit(0.1):
        work()


def test_a_limit_within_another_takes_nothing_from_its_time_and_adds_nothing():
    def work() -> None:
        for _ in range(100):
            with time_limit(10):
                spin(0.05)

    start = time.monotonic()
    with pytest.raises(OutOfTime, match=r"within 0.6 s"), time_limit(0.6):
        work()
    assert time.monotonic() - start < 2


def test_a_block_that_ends_as_the_alarm_rings_leaves_no_alarm_behind():
    for attempt in range(200):
        with contextlib.suppress(OutOfTime), time_limit(0.001 + attempt / 1e5):
            time.sleep(0.001)
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
        assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
