"""Medians of repeated runs, each with empty caches, and how they are told."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from sympy.core.cache import clear_cache

from gradproof.language import unfold
from gradproof.routes.numbers import evaluation, reals

ROOT = Path(__file__).resolve().parents[2]

Result = TypeVar("Result")

_CACHED = [
    function
    for module in (evaluation, reals, unfold)
    for function in vars(module).values()
    if hasattr(function, "cache_clear")
]


def clear() -> None:
    """Empty every cache that a second run could profit from."""
    clear_cache()
    for function in _CACHED:
        function.cache_clear()


def timed(work: Callable[..., Result], *arguments: Any) -> tuple[float, Result]:
    """The processor time of one run, with empty caches, and what it gives.

    On an idle machine that is the time on the clock; other work on the machine adds little to it.
    """
    clear()
    start = time.process_time()
    result = work(*arguments)
    return time.process_time() - start, result


def median(work: Callable[..., object], *arguments: Any, runs: int) -> float:
    """The median time of ``work``, each run with empty caches."""
    return statistics.median(timed(work, *arguments)[0] for _ in range(runs))


def told(value: float) -> str:
    """A time in the unit that suits it."""
    if value < 1:
        return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms"
    return f"{value:.1f} s"


@dataclass(frozen=True)
class Row:
    """A figure, and what is asked of it, if anything is."""

    what: str
    figure: str
    asked: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = {None: "", True: ", met", False: ", **missed**"}[self.met]
        return f"| {self.what} | {self.figure} | {self.asked}{verdict} |"


def at_most(what: str, value: float, limit: float, remark: str = "") -> Row:
    """A time that may not exceed ``limit`` seconds."""
    bound = f"{limit:g} s" if limit >= 0.1 else f"{limit * 1000:g} ms"
    figure = f"{told(value)}{f' ({remark})' if remark else ''}"
    return Row(what, figure, f"at most {bound}", value <= limit)


def at_least(what: str, ratio: float, limit: float) -> Row:
    """A ratio that may not fall below ``limit``."""
    return Row(what, f"{ratio:.3g} ×", f"at least {limit:g} ×", ratio >= limit)


@dataclass
class Section:
    """One subject's part of the speed page."""

    title: str
    words: str
    rows: list[Row]
    packages: tuple[str, ...] = ()
    rest: str = ""
    also: list[str] = field(default_factory=list)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    def __str__(self) -> str:
        table = ["| what | measured | asked for |", "|---|---|---|", *map(str, self.rows)]
        parts = [f"## {self.title}", self.words, "\n".join(table), self.rest, self._made()]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _made(self) -> str:
        versions = [f"{name} {version(name)}" for name in ("sympy", *self.packages)]
        versions = [f"Python {platform.python_version()}", *versions, *self.also]
        return (
            f"Measured on {date.today():%Y-%m-%d} on {os.cpu_count()} cores "
            f"({processor()}, {platform.system()}) with {', '.join(versions)}; "
            f"the load of the machine was {self.load:.1f} when it ended."
        )


def processor() -> str:
    """The processor by its name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
