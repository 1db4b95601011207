"""Proofs in pages, notebooks and Python files, checked without Sphinx: `gradproof check`.

Every file is run in a process of its own, confined where the system can do that, and says which
claims it makes.  A second process, which runs nothing of the file, reads each claim as a statement
and proves it anew.  Only what that process proves counts.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from .one import check_file
from .verdicts import Claim, Report

__all__ = ["TIME_LIMIT", "Claim", "Report", "check", "check_file", "find"]

TIME_LIMIT = 120.0
"""Seconds that a file may run, and as many again for its claims to be proved anew."""

_KINDS = (".ipynb", ".md", ".py")
#: Bytes of a page in which a code cell is looked for.
_LARGEST = 16 << 20


def check(
    paths: Iterable[str | os.PathLike[str]],
    *,
    executor: Executor | None = None,
    timeout: float = TIME_LIMIT,
    require: Sequence[str] = (),
    solution: str | os.PathLike[str] | None = None,
    confine: str = "auto",
    done: Callable[[Report], None] | None = None,
) -> list[Report]:
    """Check files, side by side, and return a report for each, in their order.

    `executor` is anything with the interface of :class:`concurrent.futures.Executor`; by default
    as many files as there are processors are checked at a time.  It is given :func:`check_file`,
    which can be pickled, so it may run on other machines if they see the same files.  Each file
    has `timeout` seconds, must prove or refute the ids in `require`, and is handed to `done` as
    soon as there is a report.

    If there is a `solution`, a file itself, every file must answer each of its claims with an id.
    Where files are confined they then see neither it nor one another; `confine` says whether they
    are: where it is possible (`auto`), or else nothing is run (`required`), or not (`off`).
    Raises `ValueError` where the solution does not hold, asks nothing, or gives an id twice.
    """
    files = [os.path.abspath(path) for path in paths]
    ask = partial(check_file, timeout=timeout, require=tuple(require), confine=confine)
    hidden: dict[str, list[str]] = {}
    if solution is not None:
        solved = os.path.abspath(solution)
        ask = partial(ask, solution=_asked(solved, timeout, confine))
        hidden = _beside(files, solved)
    reports: dict[int, Report] = {}
    # The work is done by other processes; threads wait for them.
    engines = ThreadPoolExecutor(os.cpu_count()) if executor is None else nullcontext(executor)
    with engines as engine:
        futures = {
            engine.submit(ask, path, hidden=hidden.get(os.path.dirname(path), ())): number
            for number, path in enumerate(files)
        }
        try:
            for future in as_completed(futures):
                number = futures[future]
                reports[number] = _report(future, files[number])
                if done is not None:
                    done(reports[number])
        finally:
            for future in futures:
                future.cancel()
    return [reports[number] for number in range(len(files))]


def _beside(files: Iterable[str], solution: str) -> dict[str, list[str]]:
    """For each folder with a file, the solution, and the files at any depth in that folder."""
    found: dict[str, list[str]] = {os.path.dirname(path): [solution] for path in files}
    for path in files:
        for folder in map(str, Path(path).parents):
            if folder in found:
                found[folder].append(path)
    return found


def _asked(path: str, timeout: float, confine: str) -> tuple[Claim, ...]:
    """What a solution asks of every file: its claims that have an id."""
    report = check_file(path, timeout=timeout, confine=confine)
    if report.failures:
        raise ValueError(f"the solution fails itself: {report.failures[0]}")
    asked = tuple(claim for claim in report.claims if claim.id)
    if not asked:
        raise ValueError('the solution asks nothing: give its claims ids, as in name="q1"')
    twice = [name for name, times in Counter(claim.id for claim in asked).items() if times > 1]
    if twice:
        raise ValueError(f"the solution asks more than once for {', '.join(twice)}: ids are unique")
    return asked


def _report(future: Future[Report], path: str) -> Report:
    error = future.exception()
    if error is None:
        return future.result()
    return Report(path, (), (f"the check itself failed: {type(error).__name__}: {error}",), 0.0)


def find(path: str | os.PathLike[str]) -> list[Path]:
    """The files to check at `path`: itself or, for a folder, what is in it at any depth.

    In a folder every notebook and Python file counts, and a Markdown file with a code cell.
    Files and folders whose names begin with a dot or an underscore are left out.
    """
    start = Path(path)
    if not start.is_dir():
        return [start]
    found = []
    left = [start]
    while left:  # not by os.walk, which calls itself for every folder in a folder
        folder = left.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            found.append(folder)  # it is reported
            continue
        seen = [entry for entry in entries if entry.name[0] not in "._"]
        left += [Path(entry) for entry in reversed(seen) if entry.is_dir(follow_symlinks=False)]
        files = [Path(entry) for entry in seen if not entry.is_dir()]
        found += [file for file in files if file.suffix in _KINDS and _may_claim(file)]
    return found


def _may_claim(path: Path) -> bool:
    """Whether a file is no Markdown without code; what cannot be read is reported later."""
    if path.suffix != ".md" or not path.is_file():  # a pipe or a device may have no end
        return True
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return True
    return b"{code-cell}" in data or len(data) == _LARGEST
