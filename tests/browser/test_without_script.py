"""The site with JavaScript off: everything can be read, and leads on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import Watched, watching
from tests.browser.test_buttons import DERIVATION


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    """A page of a reader who runs no scripts, and likes it dark."""
    options = {"java_script_enabled": False, "color_scheme": "dark"}
    with watching(browser, address, **options) as page:
        yield page
        assert page.wrong() == []


def test_the_ledger_is_complete(watched: Watched, built: Path) -> None:
    listed = json.loads((built / "identities.json").read_text("utf8"))["identities"]
    watched.page.goto(f"{watched.address}identities.html")
    rows = watched.page.locator("table.gp-ledger tbody tr:visible")
    assert rows.count() == len(listed) > 250
    statements = rows.locator(".gp-line:visible").all_inner_texts()
    assert len(statements) == len(listed)
    # Whatever hangs has been set, and the rest is as it was.
    assert [line for line in statements if set(line) & set("_^ᵀ₀²")] == []
    # What would do nothing is not shown.
    assert watched.page.locator(".gp-filter:visible").count() == 0


def test_a_card_opens_what_its_buttons_would_copy(watched: Watched) -> None:
    watched.page.goto(watched.address + DERIVATION)
    card = watched.page.locator(".gp-card").first
    assert card.locator(".gp-claim .katex-html").is_visible()
    for kind, words in {"LaTeX": "\\frac", "SymPy": "import", "Cite": "@misc{"}.items():
        summary = card.locator("summary", has_text=kind)
        summary.click()
        assert words in card.locator(".gp-panel:visible").inner_text()
        summary.click()
    assert watched.page.locator(".copybtn:visible").count() == 0


def test_a_permanent_id_leads_on(watched: Watched) -> None:
    watched.page.goto(watched.address + DERIVATION)
    watched.page.locator(".gp-card .gp-actions > a").first.click()
    watched.page.wait_for_url(f"**/{DERIVATION}#*")


def test_the_theme_is_the_systems(watched: Watched) -> None:
    watched.page.goto(f"{watched.address}index.html")
    background = watched.page.locator("body").evaluate(
        "body => getComputedStyle(body).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert max(background[:3]) < 60


def test_the_graph_and_the_citation_of_a_page_can_be_read(watched: Watched) -> None:
    watched.page.goto(f"{watched.address}graph.html")
    assert watched.page.locator(".gp-graph .gp-node:visible").count() > 50
    assert watched.page.locator(".gp-graph-tools:visible").count() == 0
    watched.page.locator(".gp-colophon summary").click()
    assert "@misc{" in watched.page.locator(".gp-colophon").inner_text()
