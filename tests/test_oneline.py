"""Formulas in one line: the signs of the text, in the places where people write them."""

from __future__ import annotations

import pytest
from docutils import nodes
from sympy import Trace

from gradproof import dims, gradient, matrix
from gradproof.printing import text
from gradproof.sphinx.oneline import lines, oneline

TAGS = {
    nodes.emphasis: "i",
    nodes.strong: "b",
    nodes.subscript: "sub",
    nodes.superscript: "sup",
}


def html(node: nodes.Node) -> str:
    inner = str(node) if isinstance(node, nodes.Text) else "".join(map(html, node.children))
    tag = TAGS.get(type(node))
    return f"<{tag}>{inner}</{tag}>" if tag else inner


@pytest.mark.parametrize(
    ("plain", "set_as"),
    [
        ("A X⁻ᵀ", "<i>A X</i><sup>−⊤</sup>"),
        ("∇_X tr(A X)", "∇<sub><i>X</i></sub> tr(<i>A X</i>)"),
        ("∇²_z₁ f", "∇<sup>2</sup><sub><i>z</i><sub>1</sub></sub> <i>f</i>"),
        ("∇_z_f(c)", "∇<sub><i>z</i><sub><i>f</i></sub></sub>(<i>c</i>)"),
        ("𝟏_m×n Wᵢ₀", "<b>1</b><sub><i>m</i>×<i>n</i></sub> <i>W</i><sub><i>i</i>0</sub>"),
        ("h^(⊙2) + X^k", "<i>h</i><sup>⊙2</sup> + <i>X</i><sup><i>k</i></sup>"),
        ("x_ij W_ab_3", "<i>x</i><sub>ij</sub> <i>W</i><sub>ab,3</sub>"),
        ("softmax_rows(X)", "softmax-rows(<i>X</i>)"),
        ("−log_softmax(z)", "−log-softmax(<i>z</i>)"),
        ("J_x M dX", "<i>J</i><sub><i>x</i></sub> <i>M</i> dX"),
        ("x̂ = σ(v) ≠ 2 · 10", "<i>x̂</i> = <i>σ</i>(<i>v</i>) ≠ 2 · 10"),
        ("Σᵢⱼ P[y₂, 0]", "Σ<sub><i>i</i><i>j</i></sub> <i>P</i>[<i>y</i><sub>2</sub>, 0]"),
    ],
)
def test_what_slants_and_what_hangs(plain: str, set_as: str) -> None:
    line = oneline(plain, "x")
    assert html(line) == set_as
    assert lines(nodes.paragraph("", "", nodes.inline("", plain), line)) == [line]


def test_every_sign_of_the_text_is_kept() -> None:
    n = dims("n")
    A, X = matrix("A", n, n), matrix("X", n, n)
    drawn = text(gradient(Trace(A * X**2), X))
    assert drawn == "∇_X tr(A X²)"
    assert oneline(drawn, "x").astext() == "∇X tr(A X2)"
