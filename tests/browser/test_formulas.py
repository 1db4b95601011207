"""The formulas of the site stand, sign by sign, where KaTeX itself puts them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from playwright.sync_api import Browser

from gradproof.sphinx.katex import render
from tests.bench.browser import served
from tests.test_slim import stock

HEAD = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="katex/katex.min.css">'
# Of every sign of a formula and every line in it: the place, and the size.
PARTS = """() => document.fonts.ready.then(() =>
  [...document.querySelectorAll("p")].map((line) => {
    const from = line.getBoundingClientRect();
    const formula = line.querySelector(".katex-html");
    const parts = [...formula.querySelectorAll(".base, .frac-line, svg")];
    const texts = document.createTreeWalker(formula, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data } = texts.currentNode;
      for (let at = 0; at < data.length; at += 1) {
        if (data[at] === "\\u200b") continue;
        const sign = document.createRange();
        sign.setStart(texts.currentNode, at);
        sign.setEnd(texts.currentNode, at + 1);
        parts.push(sign);
      }
    }
    return parts.map((part) => {
      const {left, top, width, height} = part.getBoundingClientRect();
      return [left - from.left, top - from.top, width, height];
    });
  }))"""
#: A browser rounds each place to 1/64 of a pixel, and a formula has many.
NEAR = 0.1


def test_signs_stand_where_katex_puts_them(browser: Browser, built: Path, tmp_path: Path) -> None:
    found = json.loads((built / "identities.json").read_text("utf8"))["identities"]
    sources = [identity["statement"]["latex"] for identity in found]
    sources += [entry["latex"] for identity in found for entry in identity["where"]]
    assert len(sources) > 400
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
