"""In a process of its own: runs a file, and passes on what it claims and where it fails."""

from __future__ import annotations

import sys
import tokenize
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import GradproofError
from ..verdict import display
from ..verdict import publish as report
from ..verdict.certificate import WANTED
from .apart import Answer, begin


class Cell(NamedTuple):
    """A piece of code, and what its places are called: a cell, or the line before it."""

    source: str
    head: str
    before: int

    def place(self, line: int) -> str:
        """How a reader finds a line of the cell; IPython leaves empty lines before it out."""
        empty = len(self.source) - len(self.source.lstrip())
        return f"{self.head}line {self.before + self.source[:empty].count(chr(10)) + line}"


def read(path: Path) -> list[Cell]:
    """The code of a file, by the ending of its name."""
    if path.suffix == ".py":
        with tokenize.open(path) as file:  # as Python itself reads it, with any declared encoding
            return [Cell(file.read(), "", 0)]
    text = path.read_text("utf-8-sig")  # some editors begin a file with a byte-order mark
    if path.suffix == ".ipynb":
        import nbformat

        sources = _sources(nbformat.reads(text, as_version=4))
        return [Cell(source, f"cell {n}, ", 0) for n, source in enumerate(sources, 1)]
    from myst_nb.core.read import read_myst_markdown_notebook

    cells: list[Cell] = []
    lines = text.splitlines()
    after = 0
    for source in _sources(read_myst_markdown_notebook(text)):
        after = _find(source.splitlines(), lines, after)
        cells.append(Cell(source, "", after))
        after += len(source.splitlines())
    return cells


def _sources(notebook: Any) -> list[str]:
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _find(wanted: list[str], lines: list[str], after: int) -> int:
    """How many lines stand before `wanted`, from line `after` on."""
    sought = [line.strip() for line in wanted]
    for start in range(after, len(lines) - len(sought) + 1):
        if [line.strip() for line in lines[start : start + len(sought)]] == sought:
            return start
    return after


def run(cells: list[Cell], answer: Callable[[Answer], None]) -> None:
    """Run every cell, also after one that raised, as a notebook does."""
    shell = _shell()
    sys.path.insert(0, "")  # modules beside the file, as for any notebook
    failed_before = failed = False
    cell = Cell("", "", 0)

    def hear(message: report.Message) -> None:
        nonlocal failed
        certificate = message["certificate"]
        holds = certificate["verdict"] == WANTED.get(certificate["kind"])
        failed = failed or not holds
        answer(
            {
                "place": cell.place(message["line"]),
                "id": certificate["id"] or "",
                "kind": certificate["kind"],
                "verdict": certificate["verdict"],
                "statement": certificate["statement"]["text"],
                "detail": "" if holds else _why(certificate),
                "code": certificate["statement"]["sympy"],
                "steps": len(certificate["steps"] or ()),
            }
        )

    report.listen(hear)
    for cell in cells:
        failed_before, failed = failed_before or failed, False
        result = shell.run_cell(cell.source, store_history=True)
        error = result.error_before_exec or result.error_in_exec
        # What a failed claim raises says nothing new, nor does a name that it left undefined.
        told = failed and isinstance(error, GradproofError)
        echo = failed_before and isinstance(error, NameError)
        if error is not None and not told and not echo:
            failed = True
            place = cell.place(_line(error, shell.user_ns))
            answer({"problem": f"{place}: {type(error).__name__}: {error}"})


def _shell() -> Any:
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        def enable_gui(self, gui: str | None = None) -> None:
            """Pictures are drawn, and shown to no one."""

    shell = Shell.instance(config=Config(HistoryManager={"enabled": False}))
    display.install()
    return shell


def _why(certificate: dict[str, Any]) -> str:
    stated = certificate["statement"]["lhs_latex"]
    return display.text(certificate) if stated else str(certificate["failure"]["message"])


def _line(error: BaseException, namespace: dict[str, Any]) -> int:
    if isinstance(error, SyntaxError) and error.lineno is not None:
        return error.lineno
    steps = traceback.walk_tb(error.__traceback__)
    return next((line for frame, line in steps if frame.f_globals is namespace), 1)


def main() -> None:
    """Run the file that is asked for."""
    path, answer = begin()
    try:
        cells = read(Path(path))
    except ModuleNotFoundError as error:
        answer({"problem": f"{error}; pages need gradproof[sphinx], notebooks gradproof[check]"})
    except Exception as error:
        answer({"problem": f"cannot be read: {type(error).__name__}: {error}"})
    else:
        run(cells, answer)
    answer({"done": True})


if __name__ == "__main__":
    main()
