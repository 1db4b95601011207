"""``make bench``: the figures of the speed page, measured side by side in one process.

Every timed call starts with empty caches, those of SymPy and those of gradproof; the median of
several is told. The table is written to docs/reference/_speed.md, which the speed page shows.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sympy
from sympy.core.cache import clear_cache

from gradproof import cross_entropy, define, dims, gradient, kernel, matrix, prove, softmax, unfold
from gradproof.statement import Statement

from .article import residuals

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "reference" / "_speed.md"
PAGE = ROOT / "docs" / "start" / "notation.md"

Row = tuple[str, str, str]


def clear() -> None:
    """Empty every cache that a second run could profit from."""
    clear_cache()
    unfold.unfold.cache_clear()
    unfold.bind.cache_clear()


def seconds(work: Callable[[], object], runs: int) -> float:
    """The median time of ``work``, each run with empty caches."""
    times = []
    for _ in range(runs):
        clear()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def claims(classes: object, features: object, examples: object) -> list[tuple[object, object]]:
    """Both identities of the article, for softmax cross-entropy."""
    w, x = matrix("W", classes, features), matrix("X", features, examples)
    y = matrix("Y", classes, examples, column_sums=1)
    s = define("S", w * x)
    loss = define("L", cross_entropy(softmax(s), y))
    slope = gradient(loss, s)
    return [(gradient(loss, w), slope * x.T), (gradient(loss, x), w.T * slope)]


def all_shapes(*sizes: object) -> None:
    """The index proof of both."""
    for lhs, rhs in claims(*sizes):
        kernel.check(Statement(lhs, rhs))


def verdicts() -> None:
    """Both by all three routes."""
    for lhs, rhs in claims(*dims("C D N")):
        prove(lhs, rhs)


def told(value: float) -> str:
    """A time in the unit that suits it."""
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.1f} s"


def proofs() -> list[Row]:
    """The article's way against the index proof, and the index proof at growing shapes."""
    symbolic = dims("C D N")
    all_shapes(*symbolic)  # imports and warms what is not a cache
    statements = [Statement(*claim) for claim in claims(*symbolic)]
    proof = seconds(lambda: [kernel.check(statement) for statement in statements], 15)
    stated = seconds(lambda: all_shapes(*symbolic), 15)
    small = seconds(lambda: residuals(3, 2, 3), 3)
    large = seconds(lambda: residuals(4, 4, 4, "W"), 1)
    alone = seconds(lambda: kernel.check(statements[0]), 15)
    verdict = seconds(verdicts, 7)
    rows = [
        ("index proof, all shapes: ∂L/∂W and ∂L/∂X", told(proof), "any shape"),
        ("the same, and stating both first", told(stated), "any shape"),
        (
            "the article's way at (3, 2, 3): both",
            told(small),
            f"{small / proof:.0f} × slower than the proof, {small / stated:.0f} × with stating",
        ),
        (
            "the article's way at (4, 4, 4): ∂L/∂W only",
            told(large),
            f"{large / alone:.0f} × slower than the index proof of ∂L/∂W ({told(alone)})",
        ),
        (
            "full verdict, three routes: both",
            told(verdict),
            f"{small / verdict:.1f} × faster than the article's way at (3, 2, 3)",
        ),
    ]
    for sizes in ((3, 2, 4), (30, 20, 40), (3000, 2000, 4000)):
        rows.append(
            (f"index proof at {sizes}: both", told(seconds(lambda s=sizes: all_shapes(*s), 7)), "")
        )
    return rows


def make_html(*extra: str) -> float:
    """The wall time of ``make html``."""
    start = time.perf_counter()
    subprocess.run(["make", "html", *extra], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def builds() -> list[Row]:
    """Forced, unchanged, and after an edit of one page; the page is put back."""
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    forced = make_html()
    unchanged = make_html()
    before = PAGE.read_text(encoding="utf-8")
    try:
        PAGE.write_text(before + "\nOne more sentence.\n", encoding="utf-8")
        edited = make_html()
    finally:
        PAGE.write_text(before, encoding="utf-8")
    make_html()
    return [
        ("`make html`, forced, nothing kept", told(forced), "at most 60 s"),
        ("`make html`, nothing changed", told(unchanged), "at most 6 s"),
        ("`make html`, one page edited", told(edited), "at most 8 s"),
    ]


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table, with what they were measured on."""
    lines = ["| what | median | beside it |", "|---|---|---|"]
    lines += [f"| {what} | {time_} | {beside} |" for what, time_, beside in rows]
    cores = os.cpu_count()
    lines += [
        "",
        f"Measured on {date.today():%Y-%m-%d} with Python {platform.python_version()} and "
        f"SymPy {sympy.__version__} on {cores} cores.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write the table."""
    rows = proofs()
    if "--no-builds" not in sys.argv:
        rows += builds()
    print(table(rows))
    TABLE.write_text(table(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
