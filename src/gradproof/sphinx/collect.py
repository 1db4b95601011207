"""What one page gives the gate: its certificates and its failures, from the executed cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from gradproof.certificate import WANTED
from gradproof.sphinx import calls, cells, showing
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.finding import Place
from gradproof.sphinx.outputs import set_verdicts


@dataclass(frozen=True)
class Given:
    """A certificate, the document and line that asked for it, and the number of its cell."""

    certificate: Mapping[str, Any]
    docname: str
    line: int
    cell: int

    @property
    def id(self) -> str:
        """The permanent id of the identity; empty for an unnamed step."""
        return str(self.certificate.get("id") or "")

    @property
    def holds(self) -> bool:
        """Whether the verdict is the one that was asked for."""
        kind = str(self.certificate.get("kind"))
        return self.certificate.get("verdict") == WANTED.get(kind, "")


@dataclass
class Page:
    """What the gate knows of one page.

    `given` are its certificates, and `shown` the formulas that are printed again to be believed.
    `uses` are the ids it names, each with its line; `places` says where each of its identities
    stands; `ledger` that it shows something of every identity; `drawn` is its mathematics, by
    LaTeX and by how it is drawn.  `read` are the files that its cells opened, with digests.
    """

    given: list[Given] = field(default_factory=list)
    shown: list[Given] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    uses: list[tuple[str, int]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    ledger: bool = False
    drawn: dict[tuple[str, str], str] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)


_ALLOWED_PAGE_OPTIONS = {"render_image_options", "render_figure_options", "number_source_lines"}


def read_notebook(
    notebook: NotebookNode, stopped: str, docname: str, text: str, rules: cells.Rules
) -> Page:
    """Judge an executed page, and take the certificates out of its cells.

    `stopped` says why the execution ended early, or is empty; `text` is the source of the page,
    by which lines are found.
    """
    page = Page()

    def fail(line: int, message: str, certificate: Mapping[str, Any] | None = None) -> None:
        page.failures.append(_failure(docname, line, message, certificate))

    for problem in _front_matter(notebook.metadata):
        fail(1, problem)
    if stopped:
        fail(1, stopped)
    number, unknown = 0, False
    sent: list[Mapping[str, Any]] = []
    cells_ = list(_code_cells(notebook, text))
    for index, cell, start in cells_:
        for complaint in cells.check_source(cell, rules):
            fail(start + complaint.line - 1, complaint.message)
        for complaint in () if stopped else cells.check_outputs(cell):
            # Names left undefined by an earlier failure would only repeat it.
            echo = complaint.certificate is None and complaint.message.startswith("NameError")
            if not (echo and unknown):
                fail(start + complaint.line - 1, complaint.message, complaint.certificate)
            unknown = True
        for message in cells.messages(cell):
            number += 1
            if message["number"] != number and not stopped:
                fail(start, "a verdict given before or in this cell is hidden from the gate")
                number = message["number"]
            line = start + message["line"] - 1
            page.given.append(Given(message["certificate"], docname, line, index))
            sent.append(message)
        certificates = [given.certificate for given in page.given]
        cell["outputs"], others = set_verdicts(cells.without_messages(cell), certificates)
        for output in others:
            if problem := showing.problem(output):
                fail(start, problem)
            elif programs := showing.program(output):
                latex = output["data"]["text/latex"]
                record = {"kind": "shown", "latex": latex, "programs": programs}
                page.shown.append(Given(record, docname, start, index))
    if not stopped and not unknown:  # else what follows the failure did not run
        for line, complaint_ in _not_run(cells_, sent):
            fail(line, complaint_)
    return page


def _not_run(
    cells_: Sequence[tuple[int, NotebookNode, int]], sent: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, str]]:
    """The lines that ask for a verdict and gave none."""
    trees = [cells.tree(cell) for _, cell, _ in cells_]
    foreign = calls.elsewhere([tree for tree in trees if tree])
    for (_, cell, start), tree in zip(cells_, trees, strict=True):
        asked = list(calls.calls(tree, foreign)) if tree else []
        # IPython leaves out empty lines before the code.
        source = cell["source"]
        empty = source[: len(source) - len(source.lstrip())].count("\n")
        moved = [c._replace(first=c.first - empty, last=c.last - empty) for c in asked]
        for call in calls.without_verdict(moved, cell.get("execution_count"), sent):
            yield start + call.first + empty - 1, _NOT_RUN.format(call.kind)


_NOT_RUN = (
    "this {} is shown and gave no verdict: let it run where it stands, once the cell is run, "
    "and by gradproof's own name"
)


def _failure(
    docname: str, line: int, message: str, certificate: Mapping[str, Any] | None
) -> Failure:
    certificate = certificate or {}
    detail = certificate.get("failure") or {}
    return Failure(
        docname,
        line,
        message,
        identity=str(certificate.get("id") or ""),
        residual=str(detail.get("residual") or ""),
        counterexample=str(detail.get("counterexample") or ""),
    )


def _front_matter(metadata: Mapping[str, Any]) -> Iterator[str]:
    kernel = metadata.get("kernelspec", {}).get("name", "python3")
    if kernel != "python3":
        yield f"the page asks for the kernel {kernel!r}: only python3 is run"
    for option in sorted(set(metadata.get("mystnb", {})) - _ALLOWED_PAGE_OPTIONS):
        yield f"the front matter sets {option!r}, which is not a page's to decide"


def _code_cells(notebook: NotebookNode, text: str) -> Iterator[tuple[int, NotebookNode, int]]:
    """Every code cell: its number among all cells, itself, and the line where its code begins."""
    lines = text.splitlines()
    starts: Sequence[int] = notebook.metadata.get("source_map") or ()
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            start = _find(cell["source"], lines, starts[index]) if starts else 1
            yield index, cell, start


def _find(source: str, lines: Sequence[str], after: int) -> int:
    """The 1-based line, from 0-based line `after` on, where `source` begins."""
    wanted = [line.strip() for line in source.splitlines()]
    for start in range(after, len(lines) - len(wanted) + 1):
        if [line.strip() for line in lines[start : start + len(wanted)]] == wanted:
            return start + 1
    return after + 1
