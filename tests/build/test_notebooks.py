"""Every page as a notebook: plain, valid, and its cells run and prove by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from .conftest import ROOT, Site, cell, page, proof, theorem

PROSE = """A [link](two.md#part), a [page](https://example.org/) and {proved}`one`;
{proved}`in words <wrong>`.

```{definition} Scores
:name: scores-are

$$S = WX$$ (scores)
```

<details class="gp-answer">
<summary>Answer</summary>
"""
LONG = "docs/derivations/softmax-cross-entropy/"
PAGES = ["scores-are-a-matrix-product"]


@pytest.fixture(scope="module")
def built(make_site: Callable[[str], Site]) -> Site:
    """A site with an address, and a page of everything."""
    site = make_site("notebooks")
    site.configure('gradproof_site = "https://example.net/proofs/"')
    wrong = cell('refute(W, -W, name="wrong")')
    site.write("one.md", page("One", theorem("one"), proof("one"), wrong, PROSE))
    site.write("two.md", "# Two\n\n## Part\n\n" + theorem("wrong"))
    for name in PAGES:
        text = (ROOT / LONG / f"{name}.md").read_text("utf8")
        # Identities of other pages are not on this site.
        text = re.sub(r"\]\([^)]*\.md[^)]*\)", "](one.md)", text)
        text = re.sub(r"\{proved\}`[^`]*`", "{proved}`one`", text)
        site.write(f"{name}.md", text)
    result = site.build_apart("-W")
    assert result.status == 0, result.log
    return site


def read(site: Site, name: str) -> nbformat.NotebookNode:
    """The notebook of a page, checked against the format."""
    notebook = nbformat.read(site.html / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_a_page_offers_its_notebook(built: Site) -> None:
    assert '<a href="one.ipynb" download="one.ipynb">' in built.text("one")
    assert read(built, "two").cells


def test_prose_is_plain(built: Site) -> None:
    cells = [c["source"] for c in read(built, "one").cells if c["cell_type"] == "markdown"]
    text = "\n\n".join(cells)
    home = re.search(r"https://example\.net/proofs/v[\d.]+/", text)
    assert home is not None
    assert f"[link]({home[0]}two.html#part)" in text
    assert "[page](https://example.org/)" in text
    assert f"]({home[0]}id/one/)" in text
    assert f"[in words]({home[0]}id/wrong/)" in text
    assert "> **Proved** [`one`]" in text
    assert "proved for all shapes" in text
    assert "**Definition** Scores\n\n$$S = WX$$" in text
    assert "**Answer**" in text
    assert not re.search(r"```\{|\{proved\}|<details|:name:|\(scores\)", text)


def test_the_first_cell_says_what_is_needed(built: Site) -> None:
    first = read(built, PAGES[0]).cells[0]["source"]
    assert "python -m pip install . matplotlib numpy`" in first
    assert "pip install" not in read(built, "two").cells[0]["source"]


@pytest.mark.parametrize("name", ["one", *PAGES])
def test_a_notebook_runs_in_an_empty_folder(built: Site, name: str, tmp_path: Path) -> None:
    notebook = read(built, name)
    where = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, kernel_name="python3", resources=where, timeout=120).execute()
    cells = [c for c in notebook.cells if c["cell_type"] == "code"]
    assert cells
    assert all(c["execution_count"] for c in cells if c["source"].strip())


def test_a_failed_build_takes_the_notebooks_back(site: Site) -> None:
    site.write("one.md", page("One", proof("one")))
    assert site.build("-W").status == 0
    assert (site.html / "one.ipynb").is_file()
    site.write("one.md", page("One", cell("prove(W, -W)")))
    assert site.build("-W").status != 0
    assert not list(site.html.rglob("*.ipynb"))
    site.write("one.md", page("One", proof("one")))
    assert site.build("-W").status == 0
    assert (site.html / "anchor.ipynb").is_file()
