"""Pages on paper, looked at by their pixels."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from playwright.sync_api import Browser

from tests.browser.looking import ROOT, watching
from tests.browser.test_buttons import DERIVATION

PAGES = (DERIVATION, "cookbook/layers.html", "errata/books-and-notes.html")
SCALE = 2  # pixels a point
MILLIMETRE = SCALE * 72 / 25.4
TOP, SIDE, BOTTOM = (int(length * MILLIMETRE) for length in (18, 16, 20))
# A stripe of its own colour down the side of each card, and nothing else of such colours.
STRIPES = """() => {
  const cards = [...document.querySelectorAll(".gp-card")];
  for (const [n, card] of cards.entries()) {
    const stripe = card.appendChild(document.createElement("div"));
    stripe.style.cssText = `position: absolute; top: 0; bottom: 0; left: 0; width: 4px;
      background: rgb(255 ${n} 255); print-color-adjust: exact`;
  }
  return cards.length;
}"""
CUT = """() => [...document.querySelectorAll("article, article :not(.katex *, svg *)")]
  .filter((element) => {
    const { overflowX, clipPath } = getComputedStyle(element);
    return overflowX !== "visible" && clipPath === "none" && element.clientWidth > 1 &&
      element.scrollWidth > element.clientWidth + 1;
  })
  .map((element) => `${element.tagName} ${element.className}`)"""


class Printed:
    """A printed page of the site: its sheets as pixels, and its text."""

    def __init__(self, name: str, pdf: bytes, cards: int, cut: list[str]) -> None:
        self.name, self.cards, self.cut = name, cards, cut
        with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
            self.sheets = [sheet.render(scale=SCALE).to_numpy()[:, :, 2::-1] for sheet in document]
            self.text = "".join(
                sheet.get_textpage().get_text_range().replace("\r\n", "\n") for sheet in document
            )


@pytest.fixture(scope="module", params=PAGES)
def printed(request: pytest.FixtureRequest, browser: Browser, address: str) -> Printed:
    """A page printed on A4 by a reader whose theme is dark."""
    with watching(browser, address, color_scheme="dark") as watched:
        # As wide as the text on paper.
        watched.page.set_viewport_size({"width": 673, "height": 980})
        watched.open(request.param)
        watched.page.emulate_media(media="print")
        cut = watched.page.evaluate(CUT)
        cards = watched.page.evaluate(STRIPES)
        pdf = watched.page.pdf(prefer_css_page_size=True, print_background=True)
        assert watched.wrong() == []
    path = (ROOT / "build" / "screenshots" / "print" / request.param).with_suffix(".pdf")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf)
    return Printed(request.param, pdf, cards, cut)


def test_nothing_is_drawn_beyond_the_margins(printed: Printed) -> None:
    for number, sheet in enumerate(printed.sheets, 1):
        assert sheet.shape[:2] == (round(842 * SCALE), round(595 * SCALE)), "not A4"
        inked = (sheet < 250).any(axis=2)
        assert inked.any(), f"sheet {number} is empty"
        for side, margin in {
            "left": inked[:, : SIDE - 2],
            "right": inked[:, 2 - SIDE :],
            "top": inked[: TOP - 2],
            # Below the text stands the number of the sheet, in the middle.
            "bottom": np.delete(inked[2 - BOTTOM :], slice(500, 700), axis=1),
        }.items():
            assert not margin.any(), f"{printed.name}, sheet {number}: ink in the {side} margin"


def test_paper_is_white_in_a_dark_theme_too(printed: Printed) -> None:
    for sheet in printed.sheets:
        assert (sheet > 200).all(axis=2).mean() > 0.75


def test_what_scrolls_on_a_screen_is_whole_on_paper(printed: Printed) -> None:
    assert printed.cut == []


def test_no_card_is_on_two_sheets(printed: Printed) -> None:
    on = [[] for _ in range(printed.cards)]
    for number, sheet in enumerate(printed.sheets, 1):
        red, green, blue = sheet[:, :, 0], sheet[:, :, 1], sheet[:, :, 2]
        striped = (red == 255) & (blue == 255) & (green < printed.cards)
        for card in np.unique(green[striped]):
            on[card].append(number)
    assert printed.cards > 0
    assert [sheets for sheets in on if len(sheets) != 1] == []


def test_what_only_a_screen_can_use_is_left_out(printed: Printed) -> None:
    lines = printed.text.splitlines()
    for word in ("LaTeX", "SymPy", "Link", "Cite", "Back to top", "Skip to content"):
        assert word not in lines


def test_it_is_said_where_the_page_is_found(printed: Printed) -> None:
    assert "https://" in printed.text or "local build" in printed.text
