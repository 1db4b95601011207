"""No input hangs: a time limit interrupts in the main thread and in any other."""

from __future__ import annotations

import threading
import time

import pytest

from gradproof.errors import OutOfTime
from gradproof.limits import time_limit


def spin() -> None:
    end = time.monotonic() + 20
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
