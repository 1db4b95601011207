"""What a screen reader is told, of a page that is drawn only as it comes into view."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.bench.browser import FLAGS, chromium
from tests.browser.looking import Watched, pages, watching

# What is not in a closed fold; a formula without its source, which is not spoken.
THERE = """selector => [...document.querySelectorAll(selector)]
  .filter((element) => element.checkVisibility())
  .map((element) => {
    const spoken = element.cloneNode(true);
    spoken.querySelectorAll("annotation").forEach((source) => source.remove());
    return spoken.textContent;
  })"""

# What is listened for, by its role in the accessibility tree, and what it is in the page.
KINDS = {"heading": "article :is(h1, h2, h3, h4)", "MathMLMath": "math"}


@pytest.fixture(scope="module")
def listening(browser: Browser) -> Iterator[Browser]:
    """Chromium as it is when a screen reader runs, beside the other."""
    flags = [*FLAGS, "--force-renderer-accessibility"]
    found = browser.browser_type.launch(executable_path=chromium(), args=flags)
    yield found
    found.close()


def spoken(watched: Watched) -> list[tuple[str, str]]:
    """The headings and formulas that the page tells, each with its text."""
    session = watched.page.context.new_cdp_session(watched.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def text(node: dict[str, Any]) -> str:
        if _role(node) == "StaticText":
            return str(node["name"]["value"])
        return "".join(text(by_id[child]) for child in node.get("childIds", ()) if child in by_id)

    heard = [node for node in nodes if not node["ignored"]]
    return [(_role(node), _plain(text(node))) for node in heard if _role(node) in KINDS]


def _role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value"))


def _plain(text: str) -> str:
    """Without the slant of letters, which a browser adds, spaces, and the mark of an anchor."""
    return "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("¶")


def test_headings_and_formulas_are_told_wherever_they_stand(
    listening: Browser, address: str, built: Path
) -> None:
    formulas = 0
    with watching(listening, address) as watched:
        # As soon as it is there: nothing below has been laid out.
        watched.page.add_init_script("window.requestIdleCallback = () => {}")
        for name in pages(built):
            watched.open(name)
            told = spoken(watched)
            for role, selector in KINDS.items():
                there = Counter(map(_plain, watched.page.evaluate(THERE, selector)))
                missing = there - Counter(words for kind, words in told if kind == role)
                assert not missing, f"{name}: {role} not told: {missing}"
                formulas += there.total() if selector == "math" else 0
    assert formulas > 2000
