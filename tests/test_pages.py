"""Every page of the site, each run in this process: `pytest -k slug` for one of them.

The gate judges the pages when the site is built. Here they are run without it, quickly, and
looked at again: verdicts, ids, the form of cells and of prose; and for every identity that is
proved on a page all near misses must be refused.
"""

from __future__ import annotations

import ast
import gc
import re
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from myst_nb.core.read import read_myst_markdown_notebook

from gradproof import NotProved, dims, prove
from gradproof.errors import AccidentalSizes
from gradproof.language.statement import Statement
from gradproof.sphinx import lists
from gradproof.sphinx.cells import WANTED
from gradproof.verdict import mutants, prover

from .codegen import agreement

# The package's attribute of this name is the function.
chain = import_module("gradproof.verdict.chain")
DOCS = Path(__file__).parent.parent / "docs"
PAGES = {
    path.relative_to(DOCS).with_suffix("").as_posix(): path
    for path in sorted(DOCS.rglob("*.md"))
    if not any(part.startswith("_") for part in path.relative_to(DOCS).parts)
}
LONGEST_CELL = 12


@cache
def cells(slug: str) -> tuple[str, ...]:
    """The code cells of a page, as MyST-NB reads them."""
    notebook = read_myst_markdown_notebook(PAGES[slug].read_text("utf8"))
    return tuple(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")


def written_ids(slug: str) -> list[str]:
    """The ids that the cells of a page give, in order."""
    return [
        keyword.value.value
        for cell in cells(slug)
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call) and _called(node) in WANTED
        for keyword in node.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    ]


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


RUN = [slug for slug in PAGES if cells(slug)]


class Record(NamedTuple):
    """What a page published, and the statement of each certificate."""

    published: list[dict[str, Any]]
    statements: list[tuple[Statement, dict[str, Any]]]


@pytest.fixture
def record(monkeypatch, request):
    """Collect certificates and statements, and keep figures off the screen."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot

    made = Record([], [])
    for module in (prover, chain):
        certify = module.certify

        def certified(statement, *args, certify=certify, **options):
            certificate = certify(statement, *args, **options)
            made.statements.append((statement, certificate))
            return certificate

        monkeypatch.setattr(module, "certify", certified)
        monkeypatch.setattr(module, "publish", made.published.append)
    monkeypatch.setattr(matplotlib.pyplot, "show", lambda *_, **__: None)
    monkeypatch.chdir(PAGES[request.getfixturevalue("slug")].parent)
    # Hypothesis listens to the collector: what a time limit raises there would be lost.
    listening = gc.callbacks[:]
    gc.callbacks.clear()
    with matplotlib.rc_context():
        yield made
    gc.callbacks[:] = listening
    matplotlib.pyplot.close("all")


def run(slug: str) -> None:
    """Run every cell as a notebook does, and show what a cell ends with."""
    namespace: dict[str, Any] = {"__name__": "__main__", "display": _show}
    for number, source in enumerate(cells(slug)):
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        where = f"<{slug}, cell {number}>"
        exec(compile(tree, where, "exec"), namespace)
        if last is not None:
            _show(eval(compile(ast.Expression(last.value), where, "eval"), namespace))


def _show(thing: Any) -> None:
    bundle = getattr(thing, "_repr_mimebundle_", None)
    shown = bundle() if bundle is not None else {"text/plain": repr(thing)}
    assert all(shown.values())


@pytest.mark.parametrize("slug", RUN)
def test_page(slug, record, record_property, monkeypatch):
    run(slug)
    for certificate in record.published:
        assert certificate["verdict"] == WANTED[certificate["kind"]], certificate["statement"]
    assert [c["id"] for c in record.published if c["id"]] == written_ids(slug)
    record_property("programs", sum(agreement.programs(one) for one, _ in record.statements))
    monkeypatch.setattr(prover, "SEARCH_LIMIT", 0.1)
    for statement, certificate in tuple(record.statements):
        if certificate["verdict"] == "refuted":
            _refused(statement)
    tried = {}
    for statement, certificate in record.statements:
        if certificate["id"] and certificate["verdict"] == "proved":
            told = mutants.distrust(statement)
            tried[certificate["id"]] = told.refused + told.equal
            assert told.refused >= mutants.LEAST, certificate["id"]
    record_property("mutants", tried)
    print(f"{slug}: {sum(tried.values())} mutants of {len(tried)} identities", tried)


def _refused(statement: Statement) -> None:
    """No proof of it, and none where sizes coincide, which is where a wrong form looks right."""
    equal = dict.fromkeys(statement.dimensions, dims("everywhere"))
    for sizes in ({}, equal):
        with pytest.raises((NotProved, AccidentalSizes)):
            prove(statement.lhs.xreplace(sizes), statement.rhs.xreplace(sizes))


@pytest.mark.parametrize("slug", RUN)
def test_cells_are_short_and_plain(slug):
    for cell in cells(slug):
        assert len(cell.splitlines()) <= LONGEST_CELL, cell
        assert all(len(line) <= 100 for line in cell.splitlines()), cell
        for node in ast.walk(ast.parse(cell)):
            assert not isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Assert)), cell
            name = getattr(node, "id", getattr(node, "attr", getattr(node, "name", "")))
            assert name not in {"simplify", "exec", "eval"}, cell


def test_every_id_is_given_once_and_listed():
    given = Counter(identity for slug in RUN for identity in written_ids(slug))
    assert [identity for identity, times in given.items() if times > 1] == []
    assert sorted(given) == sorted(lists.in_force(DOCS / "identities.txt"))


def test_the_list_of_ids_is_sorted():
    lines = [
        line
        for line in (DOCS / "identities.txt").read_text("utf8").splitlines()
        if not line.startswith("#")
    ]
    assert lines == sorted(lines, key=lambda line: (line.casefold(), line))


_END = re.compile(r"(?<!\d)(?<!\b[A-Z])(?<!e\.g)(?<!i\.e)(?<!vs)[.!?][*_)\"”]*\s+(?=[A-Z*`$])")
_CLOSED = re.compile(r"[.!?:][*_)\"”`$]*$")


@pytest.mark.parametrize("slug", PAGES)
def test_one_sentence_a_line(slug):
    before = ""
    for line in prose(PAGES[slug].read_text("utf8")):
        assert not _END.search(line), f"two sentences: {line}"
        if before and line:
            assert _CLOSED.search(before), f"a sentence is broken after: {before}"
        before = line


def prose(text: str) -> list[str]:
    """The lines of running text; everything else becomes an empty line."""
    lines, fence = [], ""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    for line in text.splitlines():
        stripped = line.strip()
        mark = re.match(r"(`{3,}|:{3,}|\${2})", stripped)
        if fence:
            fence = "" if stripped == fence else fence
            stripped = ""
        elif mark:
            inline = mark[1] == "$$" and stripped.count("$$") == 2
            fence = "" if inline else mark[1]
            stripped = ""
        motto = re.fullmatch(r"\*[^*]+\*", stripped)
        other = motto or re.match(r"(#|\||- |\d+\. |> |\(.*\)=$|!\[|<)", stripped)
        lines.append("" if other else stripped)
    return lines


def test_what_is_prose():
    text = "---\na: b\n---\n# Title\nOne.\nTwo.\n\n```{code-cell}\nx = 1. A\n```\n| a. B |\n"
    assert [line for line in prose(text) if line] == ["One.", "Two."]
