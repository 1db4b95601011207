"""What rests on what: rows of cards, the drawing, the list, and what a step may not cite."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from .conftest import Site, cell, page, proof, theorem

SETTING = cell(
    "from gradproof import chain, define, function, gradient",
    'L, S = function("L"), define("S", W * X)',
    "G = gradient(L(S), S)",
)
MATMUL = cell('prove(gradient(L(S), W), G * X.T, name="matmul-W")')
TURNED = 'chain(gradient(L(S), W).T, ((G * X.T).T, "matmul", "matmul-W"), (X * G.T, "turned"{}){})'
AXIOM = cell(
    'A = matrix("A", N, N, invertible=True)',
    "from gradproof import logdet",
    'prove(gradient(logdet(A), A), A.I.T, name="logdet")',
)
GRAPH = "```{graph}\n```\n"


def chained(*rests: str, name: str = "") -> str:
    """A chain whose first step cites matmul-W and whose second one cites `rests`."""
    cited = "".join(f', "{identity}"' for identity in rests)
    return cell(TURNED.format(cited, f', name="{name}"' if name else ""))


@pytest.fixture(scope="module")
def built(make_site: Callable[[str], Site]) -> Site:
    """Three identities that rest on each other, one on two axioms, of which one is explained."""
    site = make_site("graph")
    kernel = "# Kernel\n\n(axiom-jacobi-s-formula)=\n## Jacobi\n\nWords.\n"
    site.write("kernel.md", kernel)
    site.write("one.md", page("One", SETTING, theorem("matmul-W"), MATMUL, proof("turn"), AXIOM))
    site.write("alone.md", page("Alone", cell('refute(W, -W, name="wrong")'), theorem("logdet")))
    twice = cell('prove(gradient(L(S), W).T, X * G.T, name="again")')
    apart = page("Two", SETTING, theorem("again"), twice, chained("turn"))
    site.write("two.md", apart)
    site.write("graph.md", "# Graph\n\n" + GRAPH)
    result = site.build("-j", "2", "-W")
    assert result.status == 0, result.log
    return site


def row(text: str, label: str) -> str:
    """What stands behind a label on the first card of a page."""
    match = re.search(rf"<dt>{label}.*?</dt>\s*<dd>(.*?)</dd>", text, re.S)
    return match[1] if match else ""


def test_a_card_says_what_it_uses_and_what_uses_it(built: Site) -> None:
    # The steps are those of the chain that proves the same as the named identity.
    uses = row(built.text("two"), "uses")
    assert 'href="one.html#matmul-W"' in uses
    assert 'href="one.html#turn"' in uses
    assert 'href="two.html#again"' in row(built.text("one"), "used by")
    assert row(built.text("one"), "uses") == ""


def test_an_axiom_leads_to_where_it_is_explained(built: Site) -> None:
    assert 'href="kernel.html#axiom-jacobi-s-formula"' in row(built.text("alone"), "axioms")


def test_every_identity_with_an_edge_is_drawn_as_a_link(built: Site) -> None:
    drawing = re.search(r'"gp-graph".*?(<svg.*?</svg>)', built.text("graph"), re.S)
    assert drawing is not None
    links = re.findall(r'<a href="([^"]*)"', drawing[1])
    assert sorted(links) == [
        "kernel.html#axiom-jacobi-s-formula",
        "one.html#logdet",
        "one.html#matmul-W",
        "one.html#turn",
        "two.html#again",
    ]
    assert drawing[1].count('class="gp-edge"') == 4
    assert "<script" not in drawing[1]
    assert "style=" not in drawing[1]


def test_the_drawing_has_a_list_beside_it(built: Site) -> None:
    text = re.sub(r"<[^>]+>", "", built.text("graph").split("As a list")[-1])
    assert "again; rests on matmul-W, turn" in text
    assert "logdet; rests on Jacobi’s formula" in text.replace("'", "’")
    assert "matmul-W; used by again" in text
    assert "The other 0 are proved on their own" in built.text("graph")


def test_boxes_do_not_overlap(built: Site) -> None:
    found = re.findall(
        r'<rect x="(-?\d+)" y="(-?\d+)" width="(\d+)" height="(\d+)"', built.text("graph")
    )
    boxes = [tuple(map(int, box)) for box in found]
    assert len(boxes) == 6
    for n, (x, y, w, h) in enumerate(boxes):
        for a, b, c, d in boxes[:n]:
            assert x + w <= a or a + c <= x or y + h <= b or b + d <= y


@pytest.mark.parametrize(
    ("rests", "message"),
    [
        ("nothing-here", "a step cites this, but no page proves it"),
        ("wrong", "a step cites this, which is refuted"),
        ("small", "a step for all shapes cites this, which is proved at one shape only"),
    ],
)
def test_a_step_cites_what_is_proved(site: Site, rests: str, message: str) -> None:
    small = 'prove(matrix("A", 2, 3).as_explicit()[0, 0], matrix("A", 2, 3)[0, 0], name="small")'
    site.write("one.md", page("One", SETTING, MATMUL, cell('refute(W, -W, name="wrong")')))
    site.write("two.md", page("Two", SETTING, cell(small), chained(rests)))
    result = site.build()
    assert result.status != 0
    assert re.search(rf"two\.md:{site.line('two.md', 'chain(')}: [^\n]*{message}", result.log)
    assert rests in result.log


def test_steps_in_a_circle_fail(site: Site) -> None:
    first = cell('chain((W * X).T, (X.T * W.T, "turned", "two"), name="one")')
    second = cell('chain(X.T * W.T, ((W * X).T, "turned", "one"), name="two")')
    start = cell("from gradproof import chain")
    site.write("one.md", page("One", start, first))
    site.write("two.md", page("Two", start, second))
    result = site.build()
    assert result.status != 0
    assert re.search(r"(one|two)\.md:\d+: .*the steps go in a circle", result.log)
    assert "one uses two uses one" in result.log or "two uses one uses two" in result.log


def test_a_new_use_shows_on_the_card_of_what_is_used(site: Site) -> None:
    site.write("one.md", page("One", SETTING, theorem("matmul-W"), MATMUL))
    site.write("graph.md", "# Graph\n\n" + GRAPH)
    assert site.build("-W").status == 0
    assert "gp-edge" not in site.text("graph")
    site.write("two.md", page("Two", SETTING, chained(name="again")))
    assert site.build("-W").status == 0
    assert "again" in row(site.text("one"), "used by")
    assert "gp-edge" in site.text("graph")
