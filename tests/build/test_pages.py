"""What a reader is given: cards, links, the ledger, drawn mathematics, no foreign host."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .conftest import Site, cell, page, proof, theorem

LEDGER = "```{ledger}\n```\n"


@pytest.fixture(scope="module")
def built(make_site: Callable[[str], Site]) -> Site:
    """One site with everything on it, built in two processes."""
    site = make_site("pages")
    site.write(
        "one.md",
        page(
            "Transpose",
            theorem("one"),
            proof("one"),
            cell("W", "", 'refute(W, -W, name="wrong-sign")'),
            "```{definition} A word\n:name: a-word\n\nHere\n\n$$S = WX$$ (scores)\n```\n",
            "```{motivation}\n$$a \\\\ b$$\n```\n",
            "By {eq}`scores`, {proved}`one` and {proved}`the sign <wrong-sign>`.\n",
        ),
    )
    site.write("two.md", "# Elsewhere\n\n" + theorem("wrong-sign") + "{proved}`one`\n")
    site.write("one-name.md", "# One\n\n## Wrong sign\n\nWords.\n")
    site.write("ledger.md", "# Ledger\n\n" + LEDGER)
    result = site.build("-j", "2", "-W")
    assert result.status == 0, result.log
    return site


def test_a_card_has_what_the_certificate_says(built: Site) -> None:
    card = built.text("one").split('class="gp-card gp-proved')[1].split("gp-verdict")[1]
    line = card[: card.index("</p>")]
    assert ">all shapes · every entry at C×D×N = 3×2×4" in line
    assert "mutants refused" in line


def test_a_card_has_the_permanent_id_as_its_address(built: Site) -> None:
    assert 'docutils container" id="one"' in built.text("one")
    assert 'href="#one"' in built.text("one")


def test_an_identity_without_a_card_has_its_address_at_the_cell(built: Site) -> None:
    assert re.search(r'<div class="cell docutils container" id="wrong-sign">', built.text("one"))


def test_a_card_of_another_page_leads_there(built: Site) -> None:
    card = built.text("two").split('class="gp-card')[1]
    assert card.startswith(" gp-refuted")
    assert 'href="one.html#wrong-sign"' in card
    assert "Entry (0,0) of the left side" in card


def test_a_heading_gives_way_to_an_identity(site: Site) -> None:
    site.write("one.md", page("One", "## Wrong sign\n\nWords.\n", proof("wrong-sign")))
    assert site.build("-W").status == 0
    assert site.text("one").count('id="wrong-sign"') == 1
    assert 'id="wrong-sign-section"' in site.text("one")


def test_links_show_the_formula_or_the_words(built: Site) -> None:
    text = built.text("one")
    assert re.search(r'href="#wrong-sign"[^>]*><span class="gp-link"><span[^>]*>the sign', text)
    assert re.search(
        r'href="one.html#one"[^>]*><span class="gp-link"><span class="math', built.text("two")
    )


def test_the_ledger_lists_everything(built: Site) -> None:
    table = built.text("ledger").split("<tbody>")[1]
    assert table.count("<tr") == 2
    assert 'href="one.html#one"' in table
    assert "all shapes" in table
    assert "refuted" in table


def test_certificates_do_not_show_as_outputs(built: Site) -> None:
    assert "schema" not in built.text("one")
    assert "<IPython" not in built.text("one")


def test_mathematics_is_drawn_when_the_site_is_built(built: Site) -> None:
    text = built.text("one")
    assert 'class="katex-display"' in text
    assert "<math " in text  # for screen readers
    assert not re.search(r"<script[^>]*mathjax", text, re.I)
    assert r"\begin{aligned}" in text  # the two lines of the motivation
    assert 'class="eqno">(1)' in text


def test_style_and_script_of_mathematics_are_of_one_version(built: Site) -> None:
    from gradproof.sphinx import katex

    script = (katex.folder() / "katex.min.js").read_text("utf8")
    style = (built.html / "_static" / "katex" / "katex.min.css").read_text("utf8")
    assert style
    version = re.search(r'\.katex-version:after\{content:"([\d.]+)"', style)
    assert version is not None
    assert f'version:"{version[1]}"' in script
    fonts = set(re.findall(r"url\(fonts/([^)]+)\)", style))
    assert fonts
    kept = {path.name for path in (built.html / "_static/katex/fonts").iterdir()}
    assert kept == {*fonts, "OFL.txt"}  # their licence beside them
    assert (built.html / "_static" / "katex" / "LICENSE").is_file()


def test_no_page_asks_another_host_for_anything(built: Site) -> None:
    for path in built.html.rglob("*.html"):
        for tag in re.findall(
            r"<(?:script|link|img|iframe|source|video)\b[^>]*>", path.read_text()
        ):
            address = re.search(r'(?:src|href)="([^"]*)"', tag)
            assert address is None or not re.match(r"(?:\w+:)?//", address[1]), f"{path}: {tag}"
    for path in built.html.rglob("*.css"):
        text = path.read_text("utf8")
        assert not re.search(r"url\(['\"]?(?:\w+:)?//", text), path
        assert not re.search(r"@import[^;]*//", text), path
