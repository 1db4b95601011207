"""What one page gives the gate: its certificates and its failures, from the executed cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from gradproof.sphinx import calls, cells, showing
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.finding import Place
from gradproof.sphinx.outputs import Verdicts
from gradproof.verdict.certificate import WANTED


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
    reading = _Reading(docname, stopped)
    for problem in _front_matter(notebook.metadata):
        reading.fail(1, problem)
    if stopped:
        reading.fail(1, stopped)
    found = list(_code_cells(notebook, text))
    for index, cell, start in found:
        for complaint in cells.check_source(cell, rules):
            reading.fail(start + complaint.line - 1, complaint.message)
        reading.outcome(cell, start)
        reading.verdicts(index, cell, start)
        reading.show(index, cell, start, rules)
    if not (stopped or reading.failed):  # else what follows the failure did not run
        for start, call in calls.not_run([(s, c) for _, c, s in found], reading.sent):
            reading.fail(start + call.first - 1, calls.NOT_RUN.format(call.kind))
    return reading.page


class _Reading:
    """What is known of a page while its cells are read, one after the other.

    `sent` are the messages of its verdicts, `failed` says that a cell did.
    """

    def __init__(self, docname: str, stopped: str) -> None:
        self.docname, self.stopped = docname, stopped
        self.page, self.failed = Page(), False
        self.sent: list[Mapping[str, Any]] = []
        self._number = 0
        self._formulas = Verdicts()

    def fail(self, line: int, message: str, certificate: Mapping[str, Any] | None = None) -> None:
        """Note a failure, with the certificate that tells of it if there is one."""
        self.page.failures.append(_failure(self.docname, line, message, certificate))

    def outcome(self, cell: NotebookNode, start: int) -> None:
        """Whether the cell ran, and raised nothing, and its verdicts hold."""
        for complaint in () if self.stopped else cells.check_outputs(cell):
            # Names left undefined by an earlier failure would only repeat it.
            echo = complaint.certificate is None and complaint.message.startswith("NameError")
            if not (echo and self.failed):
                self.fail(start + complaint.line - 1, complaint.message, complaint.certificate)
            self.failed = True

    def verdicts(self, index: int, cell: NotebookNode, start: int) -> None:
        """Take the certificates of the cell, none of which may be missing."""
        for message in cells.messages(cell):
            self._number += 1
            if message["number"] != self._number and not self.stopped:
                self.fail(start, "a verdict given before or in this cell is hidden from the gate")
                self._number = message["number"]
            line = start + message["line"] - 1
            self.page.given.append(Given(message["certificate"], self.docname, line, index))
            self.sent.append(message)
            self._formulas.add(message["certificate"])

    def show(self, index: int, cell: NotebookNode, start: int, rules: cells.Rules) -> None:
        """Set what the cell shows of verdicts for a page, and judge the rest of it."""
        cell["outputs"], others = self._formulas.set(cells.without_messages(cell))
        for output in others if rules.formulas else ():
            if problem := showing.problem(output):
                self.fail(start, problem)
            elif programs := showing.program(output):
                latex = output["data"]["text/latex"]
                record = {"kind": "shown", "latex": latex, "programs": programs}
                self.page.shown.append(Given(record, self.docname, start, index))


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
