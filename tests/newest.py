"""Which of SymPy's answers that the errata accuse have changed: `make newest` begins with it.

The page on SymPy is executed with the SymPy that is installed, and each answer that it refutes is
set beside the one written down in `answers_of_sympy.txt`, and beside what the page says has become
of it. With the SymPy of the lock, `python -m tests.newest --write` writes that file anew.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import sympy
from myst_nb.core.read import read_myst_markdown_notebook

from gradproof import NotProved, prove, refute
from gradproof.errors import GradproofError

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "errata" / "sympy-derivatives.md"
WRITTEN = Path(__file__).with_name("answers_of_sympy.txt")
_ROW = re.compile(r"^\| .* \| (.*?) \| (.*?) \| \{proved\}`(err-\S+) <.*>` \|$", re.M)


class Answer(NamedTuple):
    """What SymPy answers: the expression as text, and whether it is right."""

    text: str
    verdict: str  # "right", "wrong", "undecided" or "raises SomeError"

    def in_words(self) -> str:
        """The answer and its verdict."""
        if self.verdict.startswith("raises"):
            return f"now {self.text}"
        return f"is {self.text}, which is {self.verdict}"


class Row(NamedTuple):
    """A row of the page's table: the accused answer, and what has become of it."""

    accused: str
    since: str


def rows() -> dict[str, Row]:
    """The table of the page, by the id of the refutation."""
    return {name: Row(accused, since) for accused, since, name in _ROW.findall(PAGE.read_text())}


def asked() -> dict[str, Answer]:
    """What the installed SymPy answers to each question of the page, by the id."""
    answers: dict[str, Answer] = {}
    claims: list[tuple[str | None, Any, Any]] = []
    recorders = {
        "refute": lambda left, right, name=None: claims.append((name, left, right)),
        "prove": lambda *_, **__: None,
    }
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for source in _cells():
        claims.clear()
        try:
            exec(compile(source, str(PAGE), "exec"), namespace)
        except Exception as error:  # whatever a SymPy to come may raise is an answer of its kind
            raised = f"raises {type(error).__name__}"
            answers |= {name: Answer(f"{raised}: {error}", raised) for name in _refuted(source)}
        namespace |= recorders
        answers |= {name: Answer(str(right), judged(left, right)) for name, left, right in claims}
    return answers


def judged(question: Any, answer: Any) -> str:
    """Whether an answer is right, by the routes of this site; by its entries if need be."""
    for form in (lambda: answer, lambda: answer.as_explicit()):
        for judge, verdict in ((prove, "right"), (refute, "wrong")):
            try:
                judge(question, form())
            except (NotProved, GradproofError, AttributeError, TypeError, ValueError):
                continue
            return verdict
    return "undecided"


def written() -> dict[str, str]:
    """The accused answers as they were written down."""
    lines = WRITTEN.read_text("utf8").splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith("#"))


def report(
    now: dict[str, Answer], was: dict[str, str], said: dict[str, Row]
) -> Iterator[tuple[bool, str]]:
    """For each accused answer whether it has changed, and a line about it."""
    for name in sorted(now.keys() | was.keys() | said.keys()):
        places = zip(_WHERE, (now, was, said), strict=True)
        missing = [where for where, there in places if name not in there]
        if missing:
            yield True, f"changed: {name} is missing in {' and '.join(missing)}"
        elif now[name] == (was[name], "wrong"):
            yield False, f"the same: {name} is {was[name]}"
        else:
            foretold = said[name].since.replace("`", "")
            as_said = foretold == now[name].verdict
            page = "as the page says" if as_said else f"the page says: {foretold}"
            yield True, f"changed: {name} was {was[name]}, {now[name].in_words()} ({page})"


#: Where each accused answer has to be.
_WHERE = ("the cells of the page", WRITTEN.name, "the table of the page")


def _cells() -> list[str]:
    notebook = read_myst_markdown_notebook(PAGE.read_text("utf8"))
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _refuted(source: str) -> list[str]:
    """The ids that a cell gives to what it refutes."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        str(keyword.value.value)
        for call in calls
        if getattr(call.func, "id", "") == "refute"
        for keyword in call.keywords
        if isinstance(keyword.value, ast.Constant)
    ]


def main(arguments: list[str]) -> int:
    """Print what has changed; 1 if anything has."""
    now = asked()
    if arguments == ["--write"]:
        lines = [f"# What SymPy {sympy.__version__} answers, wrongly; written by tests/newest.py."]
        lines += [f"{name}: {answer.text}" for name, answer in sorted(now.items())]
        WRITTEN.write_text("\n".join(lines) + "\n", "utf8")
        return 0
    about = list(report(now, written(), rows()))
    changed = [line for differs, line in about if differs]
    heading = WRITTEN.read_text("utf8").split(" answers", 1)[0].removeprefix("# What ")
    print(f"SymPy {sympy.__version__} beside {heading}, which {PAGE.relative_to(ROOT)} accuses:")
    print("\n".join(f"  {line}" for line in changed or ["nothing has changed"]))
    print(f"{len(changed)} of {len(about)} answers have changed.")
    if changed:
        print("Read the page again before a release: what is right now accuses nobody any more.")
    return bool(changed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
