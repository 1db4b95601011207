"""gradproof beside tensorgrad, where that is installed: twenty-nine identities, for all shapes."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from gradproof.errors import OutOfTime
from gradproof.language.statement import Statement
from gradproof.routes import kernel
from gradproof.verdict.limits import time_limit

from . import twenty_nine
from .measuring import Row, Section, median, timed, told

#: After this many seconds the peer counts as not deciding.
LIMIT = 60.0
#: What takes longer than this is timed once.
LONG = 2.0
RUNS = 5


def installed() -> bool:
    """Whether the peer can be asked."""
    return find_spec("tensorgrad") is not None


def ours(make: Callable[[], Any]) -> tuple[float, float]:
    """The median time to decide a statement for all shapes; and to check its form and decide it."""
    claim = make()
    statement = Statement(*claim)
    return median(kernel.check, statement, runs=RUNS), median(_from_the_start, claim, runs=RUNS)


def _from_the_start(claim: Any) -> None:
    kernel.check(Statement(*claim))


def theirs(make: Callable[[], Any], ways: tuple[Callable[[Any], bool], ...]) -> float | None:
    """The median time of the fastest way that decides; None if none does."""
    found = [time for way in ways if (time := _decided(make, way)) is not None]
    return min(found, default=None)


def _decided(make: Callable[[], Any], way: Callable[[Any], bool]) -> float | None:
    times: list[float] = []
    for _ in range(RUNS):
        claim = make()  # made anew, since it keeps what it has found out
        try:
            with time_limit(LIMIT):
                time, decided = timed(way, claim)
        except OutOfTime:
            return None
        if not decided:
            return None
        times.append(time)
        if times[-1] > LONG:
            break
    return statistics.median(times)


def measure() -> Section:
    """Both, identity by identity, in this process."""
    from . import tensorgrad_claims as peer

    times = {
        name: (*ours(make), theirs(peer.CLAIMS[name], peer.WAYS))
        for name, make in twenty_nine.CLAIMS.items()
    }
    both = [(one, stated, other) for one, stated, other in times.values() if other is not None]
    ratio = statistics.median(other / one for one, _, other in both)
    with_form = statistics.median(other / stated for _, stated, other in both)
    count = len(times)
    rows = [
        Row("decided by gradproof", f"{count} of {count}", "all", True),
        Row("decided by tensorgrad", f"{len(both)} of {count}"),
        Row("gradproof, median", told(statistics.median(one for one, *_ in times.values()))),
        Row(
            "tensorgrad, median of those it decides",
            told(statistics.median(other for *_, other in both)),
        ),
        Row(
            "how many times faster, median of those both decide",
            f"{ratio:.0f} ×",
            "at least 10 ×",
            ratio >= 10,
        ),
        Row("the same, with the checks of form that precede a proof", f"{with_form:.1f} ×"),
    ]
    return Section(
        "Beside tensorgrad",
        "[tensorgrad](https://github.com/thomasahle/tensorgrad) differentiates for all shapes and "
        "decides whether two expressions are one.\n"
        "What is timed begins with a derivative that is not yet taken and its closed form, both "
        "written in the primitives of the package, and ends with the decision.\n"
        "Of tensorgrad's two ways, simplifying both sides to one form and simplifying their "
        "difference to 0, the faster one that decides counts; "
        f"more than {LIMIT:.0f} s is no decision.",
        rows,
        ("tensorgrad", "torch"),
        _each(times),
    )


def _each(times: dict[str, tuple[float, float, float | None]]) -> str:
    lines = ["| identity | gradproof | tensorgrad | times faster |", "|---|---|---|---|"]
    for name, (one, _, other) in times.items():
        beside = "not decided | " if other is None else f"{told(other)} | {other / one:.0f} ×"
        lines.append(f"| {name.replace('|', chr(92) + '|')} | {told(one)} | {beside} |")
    return "\n".join(lines)
