"""The committed list of ids: every id ever published is proved, and no other."""

from __future__ import annotations

import json

import pytest

from .conftest import Site, cell, page, proof, theorem


@pytest.fixture
def listed(site: Site) -> Site:
    """A site with a list of two ids, one proved and one refuted."""
    site.configure(identities="identities.txt")
    site.write("identities.txt", "# ids\n\none\ntwo  # the wrong sign\n")
    wrong = cell('refute(W, -W, name="two")')
    site.write("one.md", page("One", theorem("one"), proof("one"), wrong))
    return site


def test_a_complete_list_passes_and_the_ledger_is_published_as_data(listed: Site) -> None:
    built = listed.build()
    assert built.status == 0, built.log
    data = json.loads((listed.html / "identities.json").read_text("utf8"))
    assert data["schema"] == 1
    found = {record["id"]: record for record in data["identities"]}
    assert set(found) == {"one", "two"}
    assert found["one"]["verdict"] == "proved"
    assert found["one"]["page"] == "one.html#one"
    assert found["two"]["verdict"] == "refuted"
    assert "gradproof: 1 identities proved, 1 for all shapes" in built.log
    assert "1 wrong forms refuted" in built.log


def test_an_id_that_is_not_listed_fails(listed: Site) -> None:
    listed.write("three.md", page("Three", cell('prove(W.T.T, W, name="three")')))
    built = listed.build()
    assert built.status != 0
    line = listed.line("three.md", "W.T.T")
    assert f"three.md:{line}: ERROR: three: not in the list of ids" in built.log


def test_a_listed_id_that_no_page_proves_fails_at_its_line_of_the_list(listed: Site) -> None:
    assert listed.build().status == 0
    listed.write("identities.txt", "one\ntwo\n\ngone\n")
    built = listed.build()  # no page has changed
    assert built.status != 0
    assert "identities.txt:4: ERROR: gone: listed, but no page" in built.log
    assert listed.poses_as_fresh() == []


def test_a_page_that_leaves_takes_no_id_with_it(listed: Site) -> None:
    assert listed.build().status == 0
    (listed.docs / "one.md").unlink()
    built = listed.build()
    assert built.status != 0
    assert "identities.txt:3: ERROR: one: listed, but no page" in built.log


def test_an_excluded_page_takes_no_id_with_it(listed: Site) -> None:
    listed.configure('exclude_patterns.append("one.md")', identities="identities.txt")
    built = listed.build()
    assert built.status != 0
    assert "one: listed, but no page" in built.log


def test_a_missing_list_fails(listed: Site) -> None:
    (listed.docs / "identities.txt").unlink()
    built = listed.build()
    assert built.status != 0
    assert "identities.txt:1: ERROR: the list of ids is missing" in built.log


def test_an_id_proved_on_two_pages_fails_with_both_places(listed: Site) -> None:
    listed.write("again.md", page("Again", cell('prove(W.T.T, W, name="one")')))
    built = listed.build()
    assert built.status != 0
    line = listed.line("again.md", "W.T.T")
    other = listed.line("one.md", "prove((W")
    assert f"one.md:{other}: ERROR: one: already given at again:{line}" in built.log


def test_a_list_out_of_order_or_with_a_name_twice_fails_at_the_line(listed: Site) -> None:
    listed.write("identities.txt", "# ids\ntwo\none\nOld -> one\ntwo\nzero -> two\n")
    built = listed.build()
    assert built.status != 0
    found = [line for line in built.log.splitlines() if "identities.txt:" in line]
    assert [line.split("identities.txt:")[1] for line in found] == [
        "3: ERROR: one: out of order: it belongs before two; sort the list",
        "4: ERROR: Old: out of order: it belongs before two; sort the list",
        "5: ERROR: two: listed already in line 2",
    ]
