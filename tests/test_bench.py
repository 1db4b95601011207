"""The benchmark runs, and compares what it says it compares; nothing here is timed."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from gradproof import NotProved, prove
from gradproof.language.statement import Statement
from gradproof.routes import kernel

from .bench import __main__ as bench
from .bench import browser, cookbook, first, measuring, peers, site, twenty_nine
from .bench.measuring import Row, Section


@pytest.mark.parametrize("name", twenty_nine.CLAIMS)
def test_the_twenty_nine_are_decided_for_all_shapes(name):
    kernel.check(Statement(*twenty_nine.CLAIMS[name]()))


@pytest.mark.parametrize("name", twenty_nine.CLAIMS)
def test_the_twenty_nine_are_decided_for_a_reason(name):
    lhs, rhs = twenty_nine.CLAIMS[name]()
    with pytest.raises(kernel.Residual):
        kernel.check(Statement(lhs, 2 * rhs))


def test_there_are_twenty_nine():
    assert len(twenty_nine.CLAIMS) == 29


def test_the_peer_is_told_the_same_claims():
    pytest.importorskip("tensorgrad", reason="`make peers` installs it")
    from .bench import tensorgrad_claims as peer

    assert list(peer.CLAIMS) == list(twenty_nine.CLAIMS)
    assert peers.theirs(peer.CLAIMS["log-sum-exp"], peer.WAYS)
    assert peers.theirs(lambda: (peer.X, 2 * peer.X), peer.WAYS) is None


def test_an_identity_of_the_cookbook_and_a_near_miss():
    claims = cookbook.sample(2)
    assert len(claims) == 2
    for (statement,) in claims.values():
        assert cookbook.verdict((statement,)) > 0
        false = cookbook.near_miss(statement, 3)
        assert cookbook.refusal(false)
        assert not cookbook.refusal(statement)
    assert len(cookbook.refusals(claims)) == 3


def test_a_chain_counts_with_its_links(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "---\nfile_format: mystnb\n---\n\n# A page\n\n```{code-cell}\n"
        "from gradproof import chain, dims, matrix\n\n"
        'n, m = dims("n m")\nA = matrix("A", n, m)\n'
        'chain(2 * A.T, (A.T + A.T, "twice"), ((A + A).T, "back"), name="twice")\n```\n'
    )
    (links,) = cookbook.collect(["twice"], [page]).values()
    assert len(links) == 2


def test_every_card_of_the_cookbook_has_a_page_that_proves_it():
    names = cookbook.wanted()
    assert len(names) >= 135
    assert len(names) == len(set(names))
    text = "".join(page.read_text("utf8") for page in cookbook.pages(set(names)))
    assert all(f'name="{name}"' in text for name in names)


def test_the_articles_claims_are_proved():
    first.all_shapes(3, 2, 4)


def test_caches_are_emptied():
    prove(*first.claims(3, 2, 4)[0])
    assert any(cached.cache_info().currsize for cached in measuring._CACHED)
    measuring.clear()
    assert not any(cached.cache_info().currsize for cached in measuring._CACHED)


def test_a_near_miss_that_is_proved_is_an_error(monkeypatch):
    monkeypatch.setattr(cookbook, "RUNS", 1)
    monkeypatch.setattr(cookbook, "refusal", lambda _: False)
    with pytest.raises(AssertionError, match="were proved"):
        cookbook.refusals(cookbook.sample(1))


def test_a_refusal_is_one():
    lhs, rhs = first.claims(3, 2, 4)[0]
    with pytest.raises(NotProved):
        prove(lhs, 2 * rhs)


def test_the_table_keeps_the_parts_that_are_not_measured_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "TABLE", tmp_path / "_speed.md")
    rows = [Row("a", "50 % of it", "at most 1 s", met) for met in (True, False, None)]
    bench.write("peers", str(Section("Peers", "Words.", rows)))
    bench.write("first", "## First\n\nold\n")
    bench.write("first", str(Section("First", "Words.", rows)))
    text = bench.TABLE.read_text("utf8")
    assert text.index("## First") < text.index("## Peers")
    assert "old" not in text
    assert text.count("**missed**") == 2
    assert list(bench.read(text)) == ["first", "peers"]


def test_times_and_bounds_are_told():
    assert [measuring.told(value) for value in (0.0123, 0.25, 12.34)] == [
        "12.3 ms",
        "250 ms",
        "12.3 s",
    ]
    assert measuring.at_most("a", 0.01, 0.02).met
    assert not measuring.at_most("a", 0.03, 0.02).met
    assert not measuring.at_least("a", 9, 10).met


def test_a_page_is_handed_to_mathjax_with_its_own_formulas(tmp_path):
    source = '<annotation encoding="application/x-tex">{}</annotation>'
    katex = f'<span class="katex"><math>{source}</math></span>'
    page = tmp_path / "part" / "page.html"
    page.parent.mkdir()
    shown = f'<span class="katex-display">{katex.format("a &lt; b")}</span>'
    page.write_text(
        '<html><head><meta http-equiv="Content-Security-Policy" content="x">'
        '<link href="../_static/sheets.css?v=1" rel="stylesheet"></head><body>'
        f"<p>{katex.format('x^2')}</p>{shown}</body></html>"
    )
    sheet = tmp_path / "_static" / "sheets.css"
    sheet.parent.mkdir()
    sheet.write_text("/* a.css */\na {}\n\n/* katex/katex.min.css */\nk {}\n\n/* b.css */\nb {}\n")
    carrier = tmp_path / "carrier"
    carrier.mkdir()
    made, formulas = browser.with_mathjax(tmp_path, page, carrier)
    soup = BeautifulSoup(made.read_text("utf8"), "html.parser")
    assert formulas == 2
    assert soup.body.get_text() == r"\(x^2\)\[a < b\]"
    assert soup.select("script[src]")[0]["src"] == "../_static/mathjax/tex-mml-chtml.js"
    assert not soup.select("meta")
    style = made.parent / soup.select("link")[0]["href"].partition("?")[0]
    assert style.read_text() == "/* a.css */\na {}\n\n/* b.css */\nb {}\n"
    assert browser.heaviest(tmp_path) == [page]


def test_a_copy_of_the_site_is_whole_and_apart(tmp_path):
    copy = site.Copy(tmp_path)
    copy.add("index.md", "More.")
    assert (tmp_path / "docs" / "index.md").read_text("utf8").endswith("More.\n")
    assert not (measuring.ROOT / "docs" / "index.md").read_text("utf8").endswith("More.\n")
    assert (tmp_path / "src" / "gradproof" / "verdict" / "prover.py").is_file()
    assert not list(tmp_path.rglob("__pycache__"))
    assert "-o" in copy.command("html")
    assert isinstance(copy.root, Path)


def test_a_clock_is_read():
    taken, result = measuring.timed(sum, range(200_000))
    assert taken > 0
    assert result == 199_999 * 100_000
