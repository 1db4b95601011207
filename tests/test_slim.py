"""Formulas drawn with fewer elements say the same, to eyes and to screen readers."""

from __future__ import annotations

import json
from functools import cache

import pytest
import quickjs
from bs4 import BeautifulSoup

from gradproof.sphinx.katex import folder, render

FORMULAS = [
    r"\frac{x^2}{12} + y < a(b), \quad \log x = \sum_i x_i",
    r"\nabla_{W} L = \frac{1}{N} (P - Y) X^{\top} \quad\text{a \& b}",
    r"\begin{bmatrix} t \\ 0 \end{bmatrix}^{-\top} \neq \sqrt{\hat{x}}",
    r"- \left\langle G, H \right\rangle \bigl( \det X \bigr)",
    r"W_{z_f}^{-1} x_{\hat{a}} + \Sigma_{00} + \mathbf{1}_{m \times n} + h_1^{\odot 2}",
    r"\overbrace{a \odot b}^{\mathrm{sum}} \;\Big|\; f\colon \mathbb{R} \to {}",
]


@cache
def katex() -> quickjs.Context:
    context = quickjs.Context()
    context.eval("var window = globalThis;")
    context.eval((folder() / "katex.min.js").read_text("utf8"))
    return context


def stock(latex: str) -> str:
    call = f'katex.renderToString({json.dumps(latex)}, {{strict: "ignore"}})'
    return str(json.loads(katex().eval(f"JSON.stringify([{call}])"))[0])


@pytest.mark.parametrize("latex", FORMULAS)
def test_the_same_signs_in_the_same_order_by_fewer_elements(latex):
    before, after = (
        BeautifulSoup(html, "html.parser") for html in (stock(latex), render(latex, "inline"))
    )
    drawn, slim = before.select_one(".katex-html"), after.select_one(".katex-html")
    signs, kept = (tree.get_text().replace("\u200b", "") for tree in (drawn, slim))
    assert kept == signs
    assert len(slim.find_all(True)) < len(drawn.find_all(True))
    assert len(slim.select(".base")) == len(drawn.select(".base"))
    spoken = after.select_one(".katex-mathml")
    assert spoken.annotation.attrs.pop("aria-hidden") == "true"
    assert str(spoken) == str(before.select_one(".katex-mathml"))
