"""Whoever is said to be wrong: each accusation names a version, a date, and what became of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from . import newest

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted((DOCS / "errata").glob("*.md"))
INDEX = (DOCS / "errata" / "index.md").read_text("utf8")
_REFUTED = re.compile(r'name="(err-[\w-]+)"|^```\{theorem\} (err-[\w-]+)', re.M)
#: A year, or a version: what is accused changes, and a reader has to know which is meant.
_WHEN = re.compile(r"\b(19|20)\d\d\b")


def entries(page: Path) -> dict[str, str]:
    """The sections of a page that refute something or name a report, by their headings."""
    parts = re.split(r"^(#{2,3} .*)$", page.read_text("utf8"), flags=re.M)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {
        heading: text
        for heading, text in sections.items()
        if _REFUTED.search(text) or re.search(r"/(issues|pull)/\d+\)", text)
    }


ENTRIES = [
    pytest.param(text, id=f"{page.stem}: {heading.lstrip('# ')}")
    for page in PAGES
    if page.stem in {"books-and-notes", "code-and-libraries", "false-alarms"}
    for heading, text in entries(page).items()
    if ":class: gp-errata" not in text  # these are tables, with columns for both
]


@pytest.mark.parametrize("text", ENTRIES)
def test_an_entry_names_its_version_and_what_became_of_it(text):
    (version,) = re.findall(r"^- \*\*Version:\*\* (.*)$", text, re.M)
    (since,) = re.findall(r"^- \*\*Since:\*\* (.*)$", text, re.M)
    assert _WHEN.search(version), f"without a date: {version}"
    assert since.endswith(".")


def test_the_page_on_the_article_says_which_text_it_is_about():
    page = DOCS / "derivations" / "softmax-cross-entropy" / "what-the-article-got-wrong.md"
    test_an_entry_names_its_version_and_what_became_of_it(page.read_text("utf8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_table_has_columns_for_version_and_since(page):
    """Three columns say who, which and since when; the fourth what, or the refutation."""
    tables = re.findall(r"^:class: gp-errata.*\n\n((?:\|.*\n)+)", page.read_text("utf8"), re.M)
    for table in tables:
        heading, _, *body = table.splitlines()
        cells = [cell.strip() for cell in heading.strip("|").split("|")]
        assert cells[2].startswith("Since"), heading
        assert re.match("Version|SymPy", cells[1]), heading
        for line in body:
            row = [cell.strip() for cell in line.strip("|").split(" | ")]
            assert [bool(cell) for cell in row] == [True] * 4, line
            dated = _WHEN.search(row[1]) or _WHEN.search(heading) or row[1] == "no one's"
            assert dated, f"without a date: {line}"


def test_the_index_lists_each_refutation_of_the_pages_once():
    """Those of SymPy are in the table of their own page, which `newest` reads."""
    refuted = {a or b for page in PAGES for a, b in _REFUTED.findall(page.read_text("utf8"))}
    theirs = {name for name in refuted if name.startswith("err-sympy-")}
    listed = re.findall(r"\{proved\}`(err-\S+) <", INDEX)
    assert sorted(listed) == sorted(refuted - theirs)
    assert newest.rows().keys() == theirs


class TestNewest:
    """`make newest` begins with a list of the answers that have changed."""

    def test_nothing_has_changed_with_the_sympy_that_is_accused(self, capsys):
        assert newest.main([]) == 0
        assert "nothing has changed" in capsys.readouterr().out

    def test_the_table_of_the_page_gives_the_answers(self):
        written = newest.written()
        code = {
            name: row.accused.strip("`")
            for name, row in newest.rows().items()
            if re.fullmatch("`[^`]+`", row.accused)
        }
        assert len(code) >= 15
        assert code == {name: written[name] for name in code}

    @pytest.mark.parametrize(
        ("answer", "since", "line"),
        [
            (
                newest.Answer("I", "right"),
                "right",
                "was 0, is I, which is right (as the page says)",
            ),
            (newest.Answer("I", "right"), "the same", "is right (the page says: the same)"),
            (newest.Answer("2*I", "wrong"), "the same", "is 2*I, which is wrong (the page says"),
            (newest.Answer("0", "right"), "the same", "was 0, is 0, which is right (the page says"),
            (newest.Answer("?", "undecided"), "right", "which is undecided (the page says: right)"),
            (
                newest.Answer("raises TypeError: no", "raises TypeError"),
                "raises `TypeError`",
                "now raises TypeError: no (as the page says)",
            ),
        ],
    )
    def test_a_changed_answer_is_told(self, answer, since, line):
        said = {"err-sympy-a": newest.Row("`0`", since)}
        ((changed, told),) = newest.report({"err-sympy-a": answer}, {"err-sympy-a": "0"}, said)
        assert changed
        assert told.startswith("changed: err-sympy-a was 0, ")
        assert line in told

    def test_an_answer_that_nobody_asked_for_any_more_is_told(self):
        ((changed, told),) = newest.report({}, {"err-sympy-a": "0"}, {})
        assert changed
        assert "missing in the cells of the page and the table of the page" in told

    def test_another_sympy_is_noticed(self, monkeypatch, capsys):
        """As if SymPy differentiated a trace beside a constant rightly, and an entry not at all."""
        from sympy import Add, Identity, MatrixSymbol
        from sympy.matrices.expressions.matexpr import MatrixElement

        def refusing(self, *_):
            raise NotImplementedError("not today")

        def right(self, variable):
            assert isinstance(variable, MatrixSymbol)
            return Identity(variable.shape[0])

        monkeypatch.setattr(Add, "diff", right)
        monkeypatch.setattr(MatrixElement, "diff", refusing)
        assert newest.main([]) == 1
        out = capsys.readouterr().out
        assert "changed: err-sympy-trace-plus-one was 0, is I, which is right" in out
        assert "changed: err-sympy-two-traces was 0, is I, which is wrong" in out
        assert "changed: err-sympy-entry was 0, now raises NotImplementedError: not today" in out
        assert "err-sympy-det-times-trace" not in out
