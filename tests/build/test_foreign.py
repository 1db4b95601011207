"""The gate on another project's site, which lists the extension and nothing else."""

from __future__ import annotations

import pytest

from .conftest import Site, cell, page, proof, theorem

CONF = 'extensions = ["gradproof.sphinx"]\n'


@pytest.fixture
def foreign(site: Site) -> Site:
    """A site with the default theme, and no setting but the extension."""
    (site.root / "conf.py").write_text(CONF, "utf8")
    site.write("one.md", page("One", theorem("one"), proof("one"), "See {proved}`one`.\n"))
    return site


def test_it_publishes_cards_drawn_in_the_sites_own_way(foreign: Site) -> None:
    built = foreign.build("-W")
    assert built.status == 0, built.log
    text = foreign.text("one")
    assert 'class="gp-card gp-proved docutils container" id="one"' in text
    assert r"\[X^{\top} W^{\top} = X^{\top} W^{\top}\]" in text
    assert (foreign.html / "_static" / "gradproof.css").is_file()
    assert "katex" not in text


def test_a_false_identity_stops_it(foreign: Site) -> None:
    assert foreign.build().status == 0
    foreign.write("one.md", page("One", cell('prove(2 * W, W * 3, name="one")')))
    built = foreign.build()
    assert built.status != 0
    assert f"one.md:{foreign.line('one.md', '2 * W')}: ERROR: one: not proved" in built.log
    assert foreign.poses_as_fresh() == []


def test_it_may_build_inside_its_sources(foreign: Site) -> None:
    foreign.html = foreign.docs / "_build" / "html"
    for _ in range(2):
        built = foreign.build()
        assert built.status == 0, built.log


def test_it_may_keep_its_own_display_mathematics(foreign: Site) -> None:
    equation = cell("from sympy import Eq", "Eq(2 * W, W)")
    foreign.write("plain.md", page("Plain", "```{math}\nE = m c^2\n```\n", equation))
    assert foreign.build().status != 0
    (foreign.root / "conf.py").write_text(CONF + 'gradproof_display_math = ["one"]\n', "utf8")
    built = foreign.build()
    assert built.status == 0, built.log


def test_pages_in_restructuredtext_are_held_to_the_same(foreign: Site) -> None:
    foreign.write("rest.rst", "Rest\n====\n\n.. theorem:: one\n\n>>> prove(1, 2)\n2\n")
    built = foreign.build()
    assert built.status != 0
    assert "rest.rst:6: ERROR: this code looks like a proof" in built.log


@pytest.mark.parametrize("builder", ["dirhtml", "singlehtml", "text", "latex", "linkcheck"])
def test_every_builder_passes_through_the_gate(foreign: Site, builder: str) -> None:
    built = foreign.build("-b", builder)
    assert built.status == 0, built.log
    foreign.write("one.md", page("One", cell('prove(2 * W, W * 3, name="one")')))
    built = foreign.build("-b", builder)
    assert built.status != 0
    assert "one: not proved" in built.log
