"""Citations: what a reader pastes is read back by the programs it is pasted into."""

from __future__ import annotations

import datetime
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pybtex.database
import pytest
from pybtex.plugin import find_plugin
from sphinx.errors import ConfigError
from sympy import Trace

from gradproof import dims, gradient, matrix, prove, refute
from gradproof.sphinx import citing, edition
from gradproof.sphinx.edition import Author, Edition

SITE = Edition(
    title="A site & its proofs",
    authors=(Author("The gradproof authors"), Author("Gauß", "Carl Friedrich")),
    version="0.1.0",
    date=datetime.date(2026, 11, 23),
    fingerprint="0123456789abcdef",
    commit="abcdefabcdef",
    site="https://example.org/proofs/",
)
LOCAL = replace(SITE, site="", changed=True)
TITLE = "Softmax sends P − Y back, 50 % of it × {half}"
PAGE = citing.formats("sends", TITLE, SITE.permanent("a/sends.html"), SITE)


def entry(text: str) -> pybtex.database.Entry:
    """The one entry of a file, by a strict parser."""
    data = pybtex.database.parse_string(text, "bibtex")
    assert len(data.entries) == 1
    return next(iter(data.entries.values()))


def printed(text: str, style: str = "plain") -> str:
    """The entry as the style `style` sets it in a list of references."""
    found = find_plugin("pybtex.style.formatting", style)()
    [one] = found.format_entries([entry(text)])
    return str(one.text.render(find_plugin("pybtex.backends", "plaintext")()))


def test_there_are_four_formats() -> None:
    assert list(PAGE) == ["BibTeX", "BibLaTeX", "APA", "Plain text"]


def test_bibtex_is_read_and_set_by_a_style() -> None:
    read = entry(PAGE["BibTeX"])
    assert (read.type, read.key) == ("misc", "gradproof:sends")
    people = read.persons["author"]
    assert [p.last_names for p in people] == [["{The gradproof authors}"], [r"Gau{\ss}"]]
    assert people[1].first_names == ["Carl"]
    assert read.fields["howpublished"].endswith(r"\url{https://example.org/proofs/v0.1.0/a/sends.html}")
    assert PAGE["BibTeX"].isascii()
    for style in ("plain", "unsrt", "alpha"):
        text = printed(PAGE["BibTeX"], style)
        assert text.startswith("The gradproof authors and Carl Friedrich Gau")
        assert "Softmax sends P" in text  # no style may take the capitals away
        assert "https://example.org/proofs/v0.1.0/a/sends.html" in text
        assert "November 2026" in text
        assert "Version 0.1.0" in text


def test_biblatex_is_read_with_the_fields_of_its_manual() -> None:
    read = entry(PAGE["BibLaTeX"])
    assert read.type == "online"
    assert read.fields["date"] == "2026-11-23"
    assert read.fields["version"] == "0.1.0"
    assert read.fields["url"] == "https://example.org/proofs/v0.1.0/a/sends.html"
    assert read.fields["organization"] == r"{A site \& its proofs}"
    assert "note" not in read.fields


def test_apa_and_plain_text_say_all_of_it() -> None:
    assert PAGE["APA"] == (
        "The gradproof authors, & Gauß, C. F. (2026, November 23). "
        "Softmax sends P − Y back, 50 % of it × {half} (Version 0.1.0). A site & its proofs. "
        "https://example.org/proofs/v0.1.0/a/sends.html"
    )
    assert PAGE["Plain text"] == (
        "The gradproof authors, Carl Friedrich Gauß: “Softmax sends P − Y back, 50 % of it × "
        "{half}”. A site & its proofs, version 0.1.0, 23 November 2026. "
        "https://example.org/proofs/v0.1.0/a/sends.html"
    )


def test_one_author_is_named_with_a_full_stop() -> None:
    one = replace(SITE, authors=SITE.authors[:1])
    assert citing.formats("a", "T", "x", one)["APA"].startswith("The gradproof authors. (2026,")


def test_a_local_build_says_so_instead_of_an_address() -> None:
    assert LOCAL.permanent("a.html") == ""
    found = citing.formats("sends", TITLE, LOCAL.permanent("a.html"), LOCAL)
    for text in found.values():
        assert "Local build, commit abcdefabcdef, with changes" in text
        assert "http" not in text
    assert "url" not in entry(found["BibLaTeX"]).fields


def test_an_identity_is_cited_by_its_permanent_address_and_formula() -> None:
    n, m = dims("n m")
    A, B = matrix("A", n, m), matrix("B", m, n)
    proof = prove(gradient(Trace(A * B), A), B.T, name="twice")
    found = citing.identity(proof.certificate, SITE)
    assert "Identity twice: ∇_A tr(A B) = Bᵀ" in found["APA"]
    for name in ("BibTeX", "BibLaTeX"):
        title = entry(found[name]).fields["title"]
        assert title == f"{{Identity twice: ${proof.certificate['statement']['latex']}$}}"
        assert "https://example.org/proofs/v0.1.0/id/twice/" in found[name]
    wrong = refute(A, -A, name="no")
    assert "Refuted form no: A ≠ −A" in citing.identity(wrong.certificate, SITE)["Plain text"]


def test_the_edition_in_a_line() -> None:
    assert str(SITE) == "version 0.1.0 · commit abcdefabcdef · prover 0123456789abcdef"
    assert str(replace(LOCAL, commit="")) == (
        "version 0.1.0 · commit unknown · prover 0123456789abcdef · local build"
    )
    assert SITE.latest("id/a/") == "https://example.org/proofs/latest/id/a/"


def built(source: Path, **settings: Any) -> Edition:
    """The edition that a configuration describes."""
    given = {"project": "P", "author": "A. Author", "release": "2.0", "version": "2"}
    given |= {f"gradproof_{k}": v for k, v in {"citation": None, "site": ""}.items()}
    given |= {"gradproof_fingerprint": "f"} | settings
    return edition.of(SimpleNamespace(srcdir=source, config=SimpleNamespace(**given)))


def test_without_a_citation_file_the_configuration_speaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    found = built(tmp_path)
    assert (found.title, found.authors) == ("P", (Author("A. Author"),))
    assert found.date == datetime.date(1970, 1, 2)
    assert found.state == "commit unknown"


def test_a_citation_file_gives_title_authors_and_date(tmp_path: Path) -> None:
    (tmp_path / "C.cff").write_text(
        "title: T\nversion: '2.0'\ndate-released: 2026-01-02\nauthors:\n"
        "- {given-names: Ada, family-names: Lovelace, name-particle: of}\n- name: A group\n"
    )
    found = built(tmp_path, gradproof_citation="C.cff", gradproof_site="https://a.b/c")
    assert found.title == "T"
    assert found.authors == (Author("of Lovelace", "Ada"), Author("A group"))
    assert found.date == datetime.date(2026, 1, 2)
    assert found.permanent("x") == "https://a.b/c/v2.0/x"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read"),
        ("- a list", "not in the Citation File Format"),
        ("title: [", "cannot read"),
        ("version: 1.0", "give both the same version"),
    ],
)
def test_a_citation_file_that_does_not_serve_is_named(
    tmp_path: Path, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / "C.cff").write_text(text)
    with pytest.raises(ConfigError, match=message):
        built(tmp_path, gradproof_citation="C.cff")


@pytest.mark.parametrize("address", ["example.org", "ftp://a.b/", "https://a.b/?q", "https:///x"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="is no address of a site"):
        built(tmp_path, gradproof_site=address)


def test_the_commit_and_whether_files_differ_from_it(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        who = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        command = ["git", "-C", str(tmp_path), *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "-q")
    (tmp_path / "file").write_text("a")
    git("add", ".")
    git("commit", "-q", "-m", "m")
    assert built(tmp_path).commit == git("rev-parse", "--short=12", "HEAD")
    assert not built(tmp_path).changed
    (tmp_path / "file").write_text("b")
    assert built(tmp_path).state.endswith(", with changes")


def test_a_machine_without_git_says_that_the_commit_is_unknown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert built(Path(__file__).parent).state == "commit unknown"
