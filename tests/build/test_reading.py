"""What a reader is shown of an identity: its shapes, its buttons, its steps, its line in the ledger."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sphinx.util.inventory import InventoryFile

from tests.build.conftest import Site, cell, page, theorem

STEPS = cell(
    "from gradproof import chain, gradient, function",
    "",
    'L = function("L")',
    "chain(gradient(L(W * X), W), (gradient(L(W * X), W), 'words', 'tr-WX'))",
)


@pytest.fixture(scope="module")
def site(make_site: Callable[[str], Site]) -> Site:
    """A site with a theorem, a refuted form, a chain and a ledger."""
    made = make_site("reading")
    made.write(
        "claims.md",
        page(
            "Claims",
            theorem("tr-WX"),
            cell('prove((W * X).T, X.T * W.T, name="tr-WX")'),
            "Sources: MC (4), (5).\n",
            theorem("wrong"),
            cell('refute(2 * W, W, name="wrong")'),
        ),
    )
    made.write("identities.md", "# Ledger\n\n```{ledger}\n```\n")
    made.write("front.md", "# Front\n\n{count}`proved` and {count}`refuted`.\n")
    built = made.build("-W")
    assert built.status == 0, built.log
    return made


def test_a_card_draws_the_shapes_and_says_them(site: Site) -> None:
    text = site.text("claims")
    assert "Shapes: Xᵀ is N × D, Wᵀ is D × C" in text
    assert text.count("<svg") >= 3 and "gp-grid" not in text


def test_buttons_hold_what_they_copy_without_a_script(site: Site) -> None:
    text = site.text("claims")
    assert 'href="id/tr-WX/"' in text
    assert all(kind in text for kind in ("<h6>BibTeX</h6>", "<h6>BibLaTeX</h6>", "<h6>APA</h6>"))
    assert "X.T*W.T, name=&quot;tr-WX&quot;)</pre>" in text
    assert " onclick" not in text


def test_a_refuted_form_is_struck_out_and_not_drawn(site: Site) -> None:
    card = site.text("claims").split('id="wrong"')[1]
    assert "Refuted" in card and "gp-shapes" not in card.split("gp-foot")[0]


def test_numbers_come_from_the_build(site: Site) -> None:
    assert re.findall(r'gp-count">(\d+)<', site.text("front")) == ["1", "1"]


def test_what_cannot_be_counted_is_an_error(make_site: Callable[[str], Site]) -> None:
    made = make_site("uncounted")
    made.write("front.md", "# Front\n\n{count}`believed`\n")
    built = made.build("-W")
    assert built.status != 0 and "nothing is counted as 'believed'" in built.log


def test_the_ledger_is_found_by_symbol_section_and_cookbook_number(site: Site) -> None:
    found = re.findall(r'gp-find">([^<]+)<', site.text("identities"))
    assert len(found) == 2
    assert found[0].startswith("Claims MC4 MC5") and " W X" in found[0]
    # The script adds what stands in the row already.
    assert "tr-WX" not in found[0]


def test_what_a_row_of_the_ledger_shows_is_told_as_mathematics(site: Site) -> None:
    body = BeautifulSoup(site.text("identities"), "html.parser").tbody
    assert body is not None
    for line in body.select(".gp-line"):
        shown, spoken = line.find_all(True, recursive=False)
        assert shown["aria-hidden"] == "true" and not shown.find("math")
        (formula,) = spoken.select(".katex > .katex-mathml > math")
        assert formula.find_parent(attrs={"aria-hidden": "true"}) is None
        assert {sign.text for sign in formula.find_all("mi")} <= {*shown.text}
    assert len(body.select("math")) == 2


def test_a_page_waits_only_where_the_place_of_its_reader_is_held(site: Site) -> None:
    """In Firefox and Safari an address would lead elsewhere, which no test here can see."""
    style = (site.html / "_static" / "gradproof.css").read_text("utf8")
    kept = r"@supports \(overflow-anchor: auto\) and \(not \(-moz-appearance: none\)\) {\s+body {\s+--gp-later: auto;"
    assert re.search(kept, style)
    assert style.count("--gp-later: ") == 1
    waits = re.findall(r"content-visibility: ([^;]+);", style)
    assert len(waits) > 1 and set(waits) == {"var(--gp-later)"}


def test_a_chain_is_set_in_rows_with_links_to_what_it_rests_on(make_site) -> None:  # type: ignore[no-untyped-def]
    made = make_site("chain")
    made.write(
        "claims.md", page("Claims", cell('prove((W * X).T, X.T * W.T, name="tr-WX")'), STEPS)
    )
    built = made.build("-W")
    assert built.status == 0, built.log
    rows = made.text("claims").split("gp-chain")[1]
    assert "gp-start" in rows and "gp-step" in rows
    assert re.search(r'gp-reason">words: <a [^>]*href="#tr-WX"', rows)


def test_other_sites_find_ids_in_the_inventory(
    site: Site, make_site: Callable[[str], Site]
) -> None:
    found = InventoryFile.loads((site.html / "objects.inv").read_bytes(), uri="x")
    assert found.data["gradproof:identity"]["tr-WX"].uri.endswith("claims.html#tr-WX")
    other = make_site("other")
    (other.root / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx.ext.intersphinx"]\nnitpicky = True\n'
        f'intersphinx_mapping = {{"gp": ("https://x.invalid/", {str(site.html / "objects.inv")!r})}}\n',
        "utf8",
    )
    other.write("index.md", "# I\n\n[](inv:gp:gradproof:identity#tr-WX) {external+gp:ref}`tr-WX`\n")
    other.write("anchor.md", "---\norphan: true\n---\n\n# A\n")
    built = other.build_apart("-W")
    assert built.status == 0, built.log
    assert other.text("index").count("https://x.invalid/claims.html#tr-WX") == 2


