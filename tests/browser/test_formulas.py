"""The formulas of the ledger stand, part by part, where KaTeX itself puts them."""

from __future__ import annotations

import shutil
from html import unescape
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from gradproof.sphinx.katex import render
from tests.bench.browser import served
from tests.test_slim import stock

HEAD = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="katex/katex.min.css">'
PARTS = """() => document.fonts.ready.then(() =>
  [...document.querySelectorAll("p")].map((line) => {
    const {left, top} = line.getBoundingClientRect();
    return [...line.querySelectorAll(".base, .vlist > span")].map((part) => {
      const box = part.getBoundingClientRect();
      return [box.left - left, box.top - top, box.width, box.height];
    });
  }))"""
#: A browser rounds each place to 1/64 of a pixel, and a formula has many.
NEAR = 0.1


def test_parts_stand_where_katex_puts_them(browser: Browser, built: Path, tmp_path: Path) -> None:
    soup = BeautifulSoup((built / "identities.html").read_text("utf8"), "html.parser")
    sources = [unescape(tag.get_text()) for tag in soup.select("annotation")]
    assert len(sources) > 200
    shutil.copytree(built / "_static" / "katex", tmp_path / "katex")
    places = []
    for draw in (stock, lambda latex: render(latex, "inline")):
        lines = "".join(f'<p style="white-space: nowrap">{draw(latex)}</p>' for latex in sources)
        (tmp_path / "lines.html").write_text(HEAD + lines, "utf8")
        with served(tmp_path) as address:
            page = browser.new_page()
            page.goto(address + "lines.html")
            places.append(page.evaluate(PARTS))
            page.close()
    for latex, before, after in zip(sources, *places, strict=True):
        assert len(before) == len(after), latex
        for one, other in zip(before, after, strict=True):
            assert all(abs(a - b) < NEAR for a, b in zip(one, other, strict=True)), latex
