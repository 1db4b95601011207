"""Every way in which a page could show something false, all planted into one site at once.

The site is first built with every page sound, so that there is something stale to withdraw.
A slip counts as closed if the build fails and names its page, its line and, where it has one,
its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import nbformat
import pytest

from .conftest import SETTING, Built, Site, cell, page, proof, theorem

FALSE = "prove(2 * W, W * 3{})"


@dataclass(frozen=True)
class Slip:
    """One slip: the page with it, a text on the line to be named, and what is to be said."""

    text: str
    at: str
    says: str
    id: str = ""


SLIPS = {
    "false": Slip(
        page("False", cell(FALSE.format(', name="false-one"'))),
        "false-one",
        "not proved",
        "false-one",
    ),
    "false-card": Slip(
        page("False", theorem("false-two"), cell("1 + 1", "", FALSE.format(', name="false-two"'))),
        'name="false-two"',
        "not proved",
        "false-two",
    ),
    "false-step": Slip(page("Unnamed", cell(FALSE.format(""))), "prove(2", "not proved"),
    "swallowed": Slip(
        page(
            "Swallowed",
            cell(
                "try:",
                "    " + FALSE.format(', name="swallowed"'),
                "except Exception:",
                "    pass",
            ),
        ),
        "prove(2",
        "not proved",
        "swallowed",
    ),
    "true-refuted": Slip(
        page("Refuted", cell('refute((W * X).T, X.T * W.T, name="truth")')),
        "refute((",
        "not refuted",
        "truth",
    ),
    "raised": Slip(page("Raised", cell("1 + 1", "1 / 0")), "1 / 0", "ZeroDivisionError"),
    "tag-raises": Slip(
        page("Tag", cell("1 / 0", options=":tags: [raises-exception]")), "1 / 0", "raises-exception"
    ),
    "tag-skip": Slip(
        page("Tag", cell("1 + 1", options=":tags: [skip-execution]")), "1 + 1", "skip-execution"
    ),
    "tag-remove": Slip(
        page("Tag", cell("N = 1", options=":tags: [remove-cell]")), "N = 1", "remove-cell"
    ),
    "tag-hide": Slip(
        page("Tag", cell("N = 1", options=":tags: [hide-input]")), "N = 1", "hide-input"
    ),
    "tag-output": Slip(
        page("Tag", cell("N = 1", options=":tags: [remove-output]")), "N = 1", "remove-output"
    ),
    "option-hidden": Slip(
        page("Option", cell("N = 1", options=":mystnb: {remove_code_source: true}")),
        "N = 1",
        "remove_code_source",
    ),
    "front-errors": Slip(
        page("Front", cell("1 / 0")).replace(
            "---\n\n", "mystnb:\n  execution_allow_errors: true\n---\n\n", 1
        ),
        "---",
        "execution_allow_errors",
    ),
    "front-off": Slip(
        page("Front", cell("1 / 0")).replace(
            "---\n\n",
            "mystnb:\n  execution_mode: 'off'\nlanguage_info:\n  name: python\n---\n\n",
            1,
        ),
        "1 / 0",
        "ZeroDivisionError",
    ),
    "front-kernel": Slip(
        page("Front").replace("---\n\n", "kernelspec:\n  name: other\n---\n\n", 1),
        "---",
        "only python3 is run",
    ),
    "fence": Slip(page("Fence", "```python\nprove(W, 2 * W)\n```\n"), "```python", "is not run"),
    "fence-plain-page": Slip(
        "# Fence\n\n```python\nprove(W, 2 * W)\n```\n", "```python", "is not run"
    ),
    "doctest": Slip(
        page("Doctest", "```pycon\n>>> prove(W, 2 * W)\n```\n"), "```pycon", "is not run"
    ),
    "nested": Slip(
        page("Nested", "::::{note}\n```{code-cell}\n1 / 0\n```\n::::\n"),
        "{code-cell}\n1 / 0",
        "never run",
    ),
    "no-notebook": Slip("# No front matter\n\n" + SETTING, "{code-cell}", "never run"),
    "magic": Slip(page("Magic", cell("%%capture", "1 + 1")), "%%capture", "not plain Python"),
    "captured": Slip(
        page(
            "Captured",
            cell("from IPython.utils.capture import capture_output"),
            cell(
                "with capture_output():",
                "    try:",
                "        " + FALSE.format(""),
                "    except Exception:",
                "        pass",
                "prove(W, W)",
            ),
        ),
        "with capture_output",
        "hidden from the gate",
    ),
    "assert": Slip(page("Assert", cell("assert W == W")), "assert W", "assert"),
    "residual": Slip(
        page("Residual", cell("from sympy import simplify", "simplify(W - 2 * W)")),
        "simplify(W",
        "simplify",
    ),
    "comparison": Slip(page("Comparison", cell("W == 2 * W")), "W == 2", "not demanded"),
    "shows-false": Slip(page("Shows", cell("bool(0)")), "bool(0)", "shows False"),
    "display": Slip(page("Display", "$$W = 2W$$\n"), "W = 2W", "without a proof"),
    "display-directive": Slip(
        page("Display", "```{math}\nW = 3W\n```\n"), "{math}", "without a proof"
    ),
    "display-inline": Slip(page("Display", "As is known $$W = 4W$$.\n"), "W = 4W", "of its own"),
    "typed-output": Slip(
        page("Typed", cell("from IPython.display import Math", 'Math("W = 5W")')),
        "import Math",
        "Math",
    ),
    "unknown-card": Slip(
        page("Unknown", theorem("nowhere")), "{theorem} nowhere", "no page proves", "nowhere"
    ),
    "unknown-link": Slip(
        page("Unknown", "See {proved}`nowhere-else`.\n"),
        "nowhere-else",
        "no page proves",
        "nowhere-else",
    ),
    "twice": Slip(
        page("Twice", proof("twice"), cell('prove(W.T.T, W, name="twice")')),
        "W.T.T",
        "ids are unique",
        "twice",
    ),
    "bad-id": Slip(page("Id", proof("not an id")), "not an id", "an id is made of", "not an id"),
    "died": Slip(page("Died", cell("import os", "os._exit(0)")), "---", "the kernel died"),
    "rule": Slip(
        page("Rule", "```{rule} A law\n\n$$a = b$$\n```\n"), "{rule} A law", "prove the claim"
    ),
    "axiom": Slip(
        page("Axiom", "```{axiom} A fact\n\n$$a = b$$\n```\n"), "{axiom} A fact", "prove the claim"
    ),
    "formula": Slip(
        page("Formula", "```{definition}\n\n$$\\frac{a$$\n```\n"), "frac{a", "KaTeX cannot draw"
    ),
}


def _notebook() -> str:
    """A Jupyter file whose stored output says that all is well; it would raise."""
    code = nbformat.v4.new_code_cell("1 / 0", execution_count=1)
    code.outputs = [nbformat.v4.new_output("stream", text="proved")]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Stored"), code])
    return str(nbformat.writes(book))


@pytest.fixture(scope="module")
def planted(make_site: Callable[[str], Site]) -> Iterator[tuple[Site, Built, Built]]:
    """The site, its sound build, and its build with every slip planted."""
    site = make_site("slips")
    for name in SLIPS:
        sound = [theorem(f"sound-{name}"), proof(f"sound-{name}")] if name == "false" else []
        site.write(f"{name}.md", page("Sound", *sound, setting=bool(sound)))
    before = site.build("-j", "4")
    for name, slip in SLIPS.items():
        site.write(f"{name}.md", slip.text)
    site.write("stored.ipynb", _notebook())
    return site, before, site.build("-j", "4")


def test_the_sound_site_is_published(planted: tuple[Site, Built, Built]) -> None:
    _, before, _ = planted
    assert before.status == 0, before.log
    assert "1 identities proved, 1 for all shapes" in before.log


@pytest.mark.parametrize("name", SLIPS)
def test_slip_is_reported_with_page_line_and_id(
    planted: tuple[Site, Built, Built], name: str
) -> None:
    site, _, after = planted
    slip = SLIPS[name]
    first = slip.at.splitlines()[0]
    if "\n" in slip.at:  # the line is found by the one that follows it
        line = site.line(f"{name}.md", slip.at.splitlines()[1]) - 1
    else:
        line = site.line(f"{name}.md", first)
    head = f"{name}.md:{line}: ERROR: " + (f"{slip.id}: " if slip.id else "")
    reports = [part for part in after.log.split("\n") if head in part]
    start = after.log.find(head)
    assert reports, f"nothing at {head!r} in\n" + "\n".join(
        part for part in after.log.split("\n") if f"{name}.md:" in part
    )
    assert slip.says in after.log[start : start + 400]


def test_stored_outputs_are_not_trusted(planted: tuple[Site, Built, Built]) -> None:
    _, _, after = planted
    assert "stored.ipynb:1: ERROR: ZeroDivisionError" in after.log


def test_the_residual_and_a_counterexample_are_shown(planted: tuple[Site, Built, Built]) -> None:
    _, _, after = planted
    report = after.log.split("false-one: ")[1].split("ERROR")[0]
    assert "residual" in report
    assert "counterexample" in report


def test_a_build_with_failures_fails_and_withdraws_every_page(
    planted: tuple[Site, Built, Built],
) -> None:
    site, _, after = planted
    assert after.status != 0
    assert "nothing is published" in after.log
    assert site.poses_as_fresh() == []
    assert "Not published" in site.text("false")
    assert "Not published" in site.text("anchor")
    assert not (site.html / "identities.json").exists()
