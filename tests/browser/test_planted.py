"""The checks find what they look for: each fault is planted in a page, and reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench.browser import served
from tests.browser.looking import look

HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>T</title>'
POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'">'
NUMBER = '<span class="eqno" style="position: absolute; left: 8px">(1)</span>'
FORMULA = '<span class="katex-html"><span class="base">x = 1</span></span>'
WIDE = '<p style="width: 5000px">wide</p>'
LONG = "letters" * 500

FAULTS = {
    "scrolls sideways": WIDE,
    "the text to": f'<div style="width: 100px; overflow: visible"><p>{LONG}</p></div>',
    "is cut off": f'<div style="width: 100px; overflow: hidden">{LONG}</div>',
    "lies on its formula": f'<div class="math">{NUMBER}{FORMULA}</div>',
    "p.a lies on p.b": (
        '<div class="gp-card"><p class="a">one</p>'
        '<p class="b" style="margin-top: -2em">two</p></div>'
    ),
    "script: ": "<script>nowhere.to.be.found</script>",
    "console: ": "<script>console.error('a word')</script>",
    "foreign request: ": '<img alt="" src="http://localhost:9/x.png">',
    "answer 404": '<img alt="" src="missing.png">',
    "cookie kept": "<script>document.cookie = 'kept=1'</script>",
    ": local": "<script>localStorage.setItem('local', 1)</script>",
    "axe, color-contrast": '<p style="color: #999; background: #fff">faint</p>',
    "axe, image-alt": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "the policy script-src-elem refused inline": "<script>1</script>",
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A site with a faultless page and one page a fault."""
    folder = tmp_path_factory.mktemp("planted")
    body = "<main><article><h1>Title</h1>{}</article></main>"
    (folder / "favicon.ico").write_bytes(b"")
    (folder / "good.html").write_text(HEAD + "</head><body>" + body.format("Words."), "utf8")
    for number, (words, fault) in enumerate(FAULTS.items()):
        head = HEAD + (POLICY if "policy" in words else "")
        (folder / f"{number}.html").write_text(f"{head}</head><body>{body.format(fault)}", "utf8")
    with served(folder) as address:
        yield address, folder


def test_a_faultless_page_passes(browser: Browser, planted: tuple[str, Path]) -> None:
    assert look(browser, planted[0], ["good.html"]) == []


@pytest.mark.parametrize(("number", "words"), list(enumerate(FAULTS)))
def test_a_fault_is_found(
    browser: Browser, planted: tuple[str, Path], number: int, words: str
) -> None:
    found = look(browser, planted[0], [f"{number}.html"])
    assert any(words in sentence for sentence in found), found
