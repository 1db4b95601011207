"""Every page in both themes, at three widths."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.looking import look, pages


def test_nothing_is_wrong_with_any_page(browser: Browser, address: str, built: Path) -> None:
    names = pages(built)
    assert len(names) > 40
    assert look(browser, address, names) == []
