"""Permanent addresses: they lead where the identity or the page lives now, for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from gradproof.sphinx import edition

from .conftest import Site, cell, page, proof, theorem

HOSTED = 'gradproof_site = "https://example.org/proofs"'
WRONG = cell('refute(W, -W, name="two")')


def refresh(text: str) -> str:
    """Where a page leads on its own."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', text)
    return found[1] if found else ""


def canonical(text: str) -> str:
    """The address that a page gives search engines."""
    found = re.findall(r'<link rel="canonical" href="([^"]+)"', text)
    assert len(found) < 2
    return found[0] if found else ""


def arrives(start: Path, link: str) -> bool:
    """Whether a relative link reaches a page that has its anchor."""
    name, anchor = urldefrag(link)
    target = (start.parent / name).resolve()
    return target.is_file() and (not anchor or f'id="{anchor}"' in target.read_text("utf8"))


def fill(site: Site, extra: str = "") -> Site:
    """Two ids, one of them refuted, in a folder, and one retired; a page that moved."""
    site.configure(extra, identities="identities.txt", moved="moved.txt")
    site.write("identities.txt", "old -> one  # a better name\nolder -> topic/one\none\ntwo\n")
    site.write("moved.txt", "# moved\nbefore/first -> topic/one\n")
    (site.docs / "topic").mkdir(exist_ok=True)
    site.write("index.md", "# Index\n\n```{toctree}\n:glob:\n\n*\n*/*\n```\n")
    site.write("topic/one.md", page("One", theorem("one"), proof("one"), WRONG))
    return site


@pytest.fixture(scope="module")
def hosted(make_site: Callable[[str], Site]) -> Site:
    """The site as it is hosted."""
    site = fill(make_site("hosted"), HOSTED)
    built = site.build("-W")
    assert built.status == 0, built.log
    return site


@pytest.mark.parametrize("identity", ["one", "two"])
def test_an_identity_has_an_address_that_leads_to_it(hosted: Site, identity: str) -> None:
    path = hosted.html / "id" / identity / "index.html"
    text = path.read_text("utf8")
    assert refresh(text) == f"../../topic/one.html#{identity}"
    assert arrives(path, refresh(text))
    assert f'<a href="../../topic/one.html#{identity}">' in text
    assert "<script" not in text
    assert canonical(text) == f"https://example.org/proofs/latest/id/{identity}/"


def test_its_page_says_what_is_stated_and_whether_it_holds(hosted: Site) -> None:
    one, two = (hosted.text(f"id/{name}/index") for name in ("one", "two"))
    data = json.loads((hosted.html / "identities.json").read_text("utf8"))
    for record, text in zip(data["identities"], (one, two), strict=True):
        assert f"<p>{record['statement']['text']}</p>" in text
        assert record["address"] == f"https://example.org/proofs/v0.1.0/id/{record['id']}/"
    assert "<p>proved for all shapes" in one
    assert "<p>refuted at" in two
    assert '<meta name="citation_title" content="Refuted form two: W ≠ −W">' in two


def test_a_page_is_canonical_at_its_newest_version(hosted: Site) -> None:
    assert canonical(hosted.text("topic/one")) == (
        "https://example.org/proofs/latest/topic/one.html"
    )


def test_a_retired_id_says_so_and_waits(hosted: Site) -> None:
    path = hosted.html / "id" / "old" / "index.html"
    text = path.read_text("utf8")
    assert "This id is retired" in text
    assert refresh(text) == ""
    assert arrives(path, "../../topic/one.html#one")
    assert '<a href="../../topic/one.html#one">one</a>' in text
    assert '<a href="../../topic/one.html">topic/one</a>' in hosted.text("id/older/index")


def test_a_page_that_moved_leads_to_the_new_one(hosted: Site) -> None:
    path = hosted.html / "before" / "first.html"
    text = path.read_text("utf8")
    assert refresh(text) == "../topic/one.html"
    assert arrives(path, refresh(text))
    assert canonical(text) == canonical(hosted.text("topic/one"))


def test_the_sitemap_has_every_page_and_identity_also_after_a_small_build(hosted: Site) -> None:
    path = hosted.html / "sitemap.xml"
    before = path.read_text("utf8")
    found = re.findall(r"<loc>https://example.org/proofs/latest/([^<]*)</loc>", before)
    assert found == ["anchor.html", "index.html", "topic/one.html", "id/one/", "id/two/"]
    hosted.write("anchor.md", "# A page that proves nothing\n\nOther words.\n")
    assert hosted.build("-W").status == 0
    assert path.read_text("utf8") == before


def test_a_failure_takes_every_address_back(site: Site) -> None:
    fill(site, HOSTED)
    assert site.build().status == 0
    written = [*site.html.glob("id/*/index.html"), site.html / "before" / "first.html"]
    written.append(site.html / "sitemap.xml")
    assert len(written) == 6
    assert all(path.is_file() for path in written)
    site.write("more.md", page("More", cell('prove(W, -W, name="three")')))
    assert site.build().status != 0
    assert not any(path.exists() for path in written)
    (site.docs / "more.md").unlink()
    assert site.build().status == 0
    assert all(path.is_file() for path in written)


def test_a_local_build_has_no_canonical_address_and_no_sitemap(site: Site) -> None:
    fill(site)
    assert site.build().status == 0
    for name in ("topic/one", "id/one/index", "before/first"):
        assert canonical(site.text(name)) == ""
        assert "local build</p>" in site.text(name)
        assert "citation_public_url" not in site.text(name)
    assert not (site.html / "sitemap.xml").exists()
    data = json.loads((site.html / "identities.json").read_text("utf8"))
    assert data["build"]["site"] is None
    assert data["build"]["version"] == "0.1.0"
    assert re.fullmatch(r"[0-9a-f]{16}", data["build"]["fingerprint"])
    assert data["identities"][0]["address"] == "id/one/"


def test_the_line_of_the_build_is_brought_up_to_date_on_pages_that_are_not_written(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(site)
    assert site.build().status == 0
    line = re.compile('<p class="gp-build">(.*?)</p>')
    assert "commit unknown" in line.findall(site.text("anchor"))[0]
    for commit, changed in (("abc", False), ("abc", True), ("def", False)):
        monkeypatch.setattr("gradproof.sphinx.edition._commit", lambda _, c=(commit, changed): c)
        assert site.build().status == 0
        state = f"commit {commit}, with changes" if changed else f"commit {commit}"
        for name in ("anchor", "topic/one", "id/one/index", "id/old/index", "before/first"):
            [found] = line.findall(site.text(name))
            assert f"{state} · " in found
        cited = re.findall(r"Local build, (.*?)[.}<]", site.text("topic/one"))
        assert len(cited) >= 8  # four of the page, four of its card
        assert set(cited) == {state}


def test_another_commit_writes_no_page_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(site)
    assert site.build().status == 0
    monkeypatch.setattr("gradproof.sphinx.edition._commit", lambda _: ("abc", False))
    assert "writing output... [" not in site.build().log
    monkeypatch.setattr("gradproof.sphinx.edition._authors", lambda _: (edition.Author("New"),))
    assert "writing output... [" in site.build().log
    assert "New" in site.text("topic/one")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("identities.txt", "old -> gone\none\ntwo\n", "identities.txt:1: ERROR: old: retired in"),
        ("identities.txt", "one -> two\ntwo\n", "one: retired in identities.txt: ids are not"),
        ("moved.txt", "a -> b\n", "moved.txt:1: ERROR: a is said to have moved to b"),
        ("moved.txt", "\nanchor -> index\n", "moved.txt:2: ERROR: anchor is listed as moved"),
        ("moved.txt", "a\n", "moved.txt:1: ERROR: a: say where it moved: a -&gt; new"),
    ],
)
def test_a_list_that_leads_nowhere_fails(site: Site, name: str, text: str, message: str) -> None:
    fill(site)
    site.write(name, text)
    built = site.build()
    assert built.status != 0
    assert message.replace("&gt;", ">") in built.log


def test_a_missing_list_of_moved_pages_fails(site: Site) -> None:
    fill(site)
    (site.docs / "moved.txt").unlink()
    built = site.build()
    assert built.status != 0
    assert "moved.txt:1: ERROR: the list of pages that moved is missing" in built.log


def test_every_page_says_how_to_cite_it(hosted: Site) -> None:
    text = hosted.text("topic/one")
    assert '<details class="gp-cite"><summary>Cite this page</summary>' in text
    for address in ("https://example.org/proofs/v0.1.0/topic/one.html",):
        assert text.count(address) == 7  # four formats, two tags, the line for paper
    assert '<meta name="citation_title" content="One">' in text
    assert '<meta name="citation_author" content="The gradproof authors">' in text
    assert '<meta name="citation_publication_date" content="2026/11/23">' in text
    root = hosted.text("index")
    assert "derived and proved”. version 0.1.0, 23 November 2026" in root
    assert "https://example.org/proofs/v0.1.0/</pre>" in root
