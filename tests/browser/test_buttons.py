"""What a reader presses, follows and types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.looking import HERE, Watched, pages, watching

# How far below the upper edge an element is once the page no longer scrolls.
RESTS = """(element) => new Promise((done) => {
  let [before, still] = [null, 0];
  const look = () => {
    const { top } = element.getBoundingClientRect();
    still = top === before ? still + 1 : 0;
    before = top;
    if (still < 30) requestAnimationFrame(look);
    else done(top);
  };
  look();
})"""
# The parts of a card that something else on the page lies over, or that are out of view.
COVERED = """(card) => [...card.querySelectorAll(":scope .gp-head, :scope .gp-claim .katex")]
  .slice(0, 2)
  .filter((part) => {
    const { left, top, width, height } = part.getBoundingClientRect();
    const seen = [0.1, 0.5, 0.9].map((share) =>
      document.elementFromPoint(left + Math.min(width, innerWidth) / 2, top + height * share));
    return !seen.every((element) => element && card.contains(element));
  })
  .map((part) => part.className)"""
PRESS = (HERE / "press.js").read_text("utf8")
# The row of a card, the formats of a citation, and the cells of code.
BUTTONS = (".gp-card a[data-copy]", ".gp-actions > button", ".gp-cite button", "button.copybtn")
LINKS = """() => ({
  links: [...document.querySelectorAll("a[href]")].map(
    (link) => new URL(link.getAttribute("href"), document.baseURI).href,
  ),
  cards: [...document.querySelectorAll(".gp-card:has(.gp-actions)")].map((card) => card.id),
  cited: document.querySelector(".gp-colophon .gp-cite") !== null,
  ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
})"""
DERIVATION = "derivations/softmax-cross-entropy/softmax-cross-entropy-sends-p-minus-y-back.html"


@pytest.fixture(scope="module")
def identities(built: Path) -> dict[str, dict[str, Any]]:
    """What the site says of its identities, as data."""
    data = json.loads((built / "identities.json").read_text("utf8"))
    return {entry["id"]: entry for entry in data["identities"]}


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    """A page of a reader who lets the site use the clipboard."""
    allowed = ["clipboard-read", "clipboard-write"]
    viewport = {"width": 1280, "height": 900}
    with watching(browser, address, viewport=viewport, permissions=allowed) as page:
        yield page
        assert page.wrong() == []


@pytest.fixture(scope="module")
def surveyed(browser: Browser, address: str, built: Path) -> dict[str, dict[str, Any]]:
    """Every page's links and ids, and what its buttons copied."""
    found = {}
    with watching(browser, address, permissions=["clipboard-read", "clipboard-write"]) as watched:
        for name in pages(built):
            watched.open(name)
            survey = watched.page.evaluate(LINKS)
            found[name] = survey | {"pressed": list(_press(watched))}
        assert watched.wrong() == []
    return found


def _press(watched: Watched) -> Iterator[dict[str, str]]:
    for selector in BUTTONS:
        for index in range(watched.page.locator(selector).count()):
            yield watched.page.evaluate(PRESS, [selector, index])


def _pressed(surveyed: dict[str, dict[str, Any]], *kinds: str) -> list[dict[str, str]]:
    """What was pressed, of some kinds: at least every card's, of each kind."""
    every = [press for survey in surveyed.values() for press in survey["pressed"]]
    found = [press for press in every if press["kind"] in kinds]
    cards = {card for survey in surveyed.values() for card in survey["cards"]}
    assert len(cards) > 150
    for kind in kinds:
        assert cards == {press["of"] for press in found if press["kind"] == kind} - {""}
    return found


def test_every_anchor_and_link_leads_somewhere(
    surveyed: dict[str, dict[str, Any]], address: str, built: Path
) -> None:
    broken = []
    for name, survey in surveyed.items():
        for link in set(survey["links"]):
            url, fragment = urldefrag(link)
            if not url.startswith(address):
                continue
            path = unquote(urlsplit(url).path).lstrip("/")
            file = built / path
            page = f"{path}index.html" if path == "" or path.endswith("/") else path
            known = surveyed[page]["ids"] if page in surveyed else []
            if not (file / "index.html" if file.is_dir() else file).is_file():
                broken.append(f"{name}: no {path}")
            elif fragment and unquote(fragment) not in known:
                broken.append(f"{name}: no {fragment} on {page}")
    assert broken == []


def test_every_identity_is_copied_as_it_was_proved(
    surveyed: dict[str, dict[str, Any]], identities: dict[str, dict[str, Any]]
) -> None:
    for press in _pressed(surveyed, "LaTeX", "SymPy"):
        assert press["copied"] == identities[press["of"]]["statement"][press["kind"].lower()]


def test_every_link_that_is_copied_is_permanent(
    surveyed: dict[str, dict[str, Any]], built: Path
) -> None:
    for press in _pressed(surveyed, "link"):
        assert press["copied"] == press["meant"]
        assert press["copied"].endswith(f"/id/{press['of']}/")
        assert (built / "id" / press["of"] / "index.html").is_file()


def test_every_citation_is_copied_whole(surveyed: dict[str, dict[str, Any]]) -> None:
    formats = ["BibTeX", "BibLaTeX", "APA", "Plain text"]
    for press in _pressed(surveyed, *formats):
        assert press["copied"] == press["meant"]
        assert press["of"] in press["copied"]
    cited = [survey for survey in surveyed.values() if survey["cited"]]
    assert len(cited) > 40
    for survey in cited:
        own = [press["kind"] for press in survey["pressed"] if not press["of"]]
        assert own[: len(formats)] == formats


def test_every_cell_is_copied_as_it_stands(surveyed: dict[str, dict[str, Any]]) -> None:
    every = [press for survey in surveyed.values() for press in survey["pressed"]]
    cells = [press for press in every if press["kind"] == "code"]
    assert len(cells) > 100
    for cell in cells:
        lines = cell["meant"].strip("\n").split("\n")
        commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        assert cell["copied"].strip("\n") == "\n".join(commands or lines)


def test_a_permanent_id_leads_to_its_card(watched: Watched, address: str) -> None:
    watched.page.goto(f"{address}id/softmax-ce-W/")
    watched.page.wait_for_url("**/*.html#softmax-ce-W")
    card = watched.page.locator("[id='softmax-ce-W']")
    assert card.evaluate("card => card.matches(':target')")
    assert 0 <= card.evaluate("card => card.getBoundingClientRect().top") < 900


WAITING = """() => [...document.querySelectorAll("article .katex")].filter((formula) =>
  !formula.checkVisibility({ contentVisibilityAuto: true })).length"""


def test_a_long_page_is_drawn_as_it_comes_into_view(watched: Watched) -> None:
    # Without idle time.
    watched.page.add_init_script("window.requestIdleCallback = () => {}")
    watched.open("cookbook/layers.html")
    page = watched.page
    formulas = page.locator("article .katex").count()
    assert page.evaluate(WAITING) > 0.6 * formulas
    before = page.evaluate(WAITING)
    page.mouse.wheel(0, 3000)
    page.wait_for_function("() => scrollY > 2000")
    page.wait_for_function(f"() => ({WAITING})() < {before}")


def test_a_long_page_is_laid_out_in_idle_time(watched: Watched) -> None:
    watched.open("cookbook/layers.html")
    watched.page.wait_for_function(f"() => ({WAITING})() === 0")
    claim = watched.page.locator(".gp-card .gp-claim .katex-html").last
    claim.evaluate("claim => claim.scrollIntoView({ behavior: 'instant' })")
    assert -1 < claim.evaluate("claim => claim.getBoundingClientRect().top") < 900


@pytest.mark.parametrize("width", [390, 1280])
def test_an_address_leads_to_its_place_on_a_long_page(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 900})
    watched.open("cookbook/layers.html#mlp-W1")
    last = watched.page.locator("[id='mlp-W1']")
    assert 0 < last.evaluate(RESTS) < 120
    assert last.evaluate(COVERED) == []
    # A link on the page itself leads up to the first identity.
    first = watched.page.locator(".gp-card").first
    first.evaluate("""card => {
      const link = document.body.appendChild(document.createElement("a"));
      link.href = `#${card.id}`;
      link.click();
    }""")
    watched.page.wait_for_function("() => scrollY < 2000")
    assert 0 < first.evaluate(RESTS) < 120
    assert first.evaluate(COVERED) == []


def test_a_heading_links_to_itself(watched: Watched) -> None:
    watched.open(DERIVATION)
    heading = watched.page.locator("h2").first
    heading.hover()
    heading.locator(".headerlink").click()
    target = watched.page.url.partition("#")[2]
    assert target
    assert watched.page.locator(f"[id='{target}'] h2").first.is_visible()


def test_buttons_are_reached_by_the_keyboard_and_show_it(watched: Watched) -> None:
    watched.open(DERIVATION)
    page = watched.page
    page.evaluate("document.querySelector('.gp-card').scrollIntoView()")
    wanted = page.locator(".gp-card").first.locator(".gp-do:visible").count()
    page.evaluate("""() => {
      const before = document.querySelector("h1");
      before.tabIndex = -1;
      before.focus();
    }""")
    reached = {}
    for _ in range(40):
        page.keyboard.press("Tab")
        text, outline = page.evaluate("""() => {
          const here = document.activeElement;
          const inside = here.matches(".gp-card:first-of-type .gp-do, .gp-card .gp-do");
          const { outlineStyle, outlineWidth } = getComputedStyle(here);
          return [inside ? here.textContent : "", `${outlineStyle} ${outlineWidth}`];
        }""")
        if text:
            reached[text] = outline
        if text == "SymPy":
            break
    assert len(reached) == wanted == 4
    assert all(not outline.startswith(("none", "0")) for outline in reached.values())
    page.keyboard.press("Enter")
    page.locator(".gp-said", has_text="copied").wait_for()
    assert "softmax" in page.evaluate("navigator.clipboard.readText()")


def test_a_citation_opens_by_key_and_closes_with_escape(watched: Watched) -> None:
    watched.open(DERIVATION)
    cite = watched.page.locator(".gp-card summary", has_text="Cite").first
    cite.focus()
    watched.page.keyboard.press("Enter")
    panel = watched.page.locator(".gp-panel:visible")
    assert "@misc{gradproof:" in panel.inner_text()
    box = panel.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= 1280
    # It reaches out of its card, and is not cut off there.
    card = watched.page.locator(".gp-card").first.bounding_box()
    assert card is not None
    assert box["y"] + box["height"] > card["y"] + card["height"]
    panel.evaluate("panel => panel.scrollIntoView({ block: 'end', behavior: 'instant' })")
    assert panel.evaluate("""panel => {
      const { left, bottom } = panel.getBoundingClientRect();
      return panel.contains(document.elementFromPoint(left + 20, bottom - 5));
    }""")
    watched.page.keyboard.press("Escape")
    assert panel.count() == 0


@pytest.mark.parametrize("width", [390, 1280])
def test_the_ledger_is_filtered_as_one_types(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 900})
    watched.open("identities.html")
    watched.page.get_by_label("Find").press_sequentially("softmax-ce-W")
    shown = watched.page.locator("table.gp-ledger tbody tr:visible")
    assert shown.count() >= 1
    assert "softmax-ce-W" in shown.first.inner_text()
    assert watched.page.locator(".gp-found").inner_text().startswith(f"{shown.count()} of ")


def test_the_ledger_finds_every_id(watched: Watched, identities: dict[str, dict[str, Any]]) -> None:
    watched.open("identities.html")
    lost = watched.page.evaluate(
        """(ids) => ids.filter((id) => {
          const input = document.querySelector(".gp-filter input");
          input.value = id;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          const rows = document.querySelectorAll("table.gp-ledger tbody tr:not([hidden])");
          return ![...rows].some((row) => row.querySelector("code").textContent === id);
        })""",
        list(identities),
    )
    assert lost == []


def test_a_statement_of_the_ledger_is_copied_once(watched: Watched) -> None:
    watched.open("identities.html")
    line = watched.page.locator(".gp-ledger tr", has_text="softmax-ce-W").first
    copied = line.locator(".gp-line").evaluate(
        "(line) => (getSelection().selectAllChildren(line), getSelection().toString())"
    )
    assert copied == line.locator(".gp-line > [aria-hidden]").inner_text()


def test_the_search_finds_an_id_and_keeps_nothing(watched: Watched) -> None:
    """Before the ids that hold the words of this one, as rowbatch-softmax-ce-W does."""
    watched.open("index.html")
    box = watched.page.locator(".sidebar-search")
    box.fill("softmax-ce-W")
    box.press("Enter")
    first = watched.page.locator("#search-results ul.search li a").first
    first.wait_for()
    assert watched.kept() == []
    first.click()
    watched.page.wait_for_url("**/*.html#softmax-ce-W")
    assert watched.kept() == []


def test_the_theme_is_chosen_and_kept(watched: Watched) -> None:
    watched.open("index.html")
    toggle = watched.page.locator(".theme-toggle:visible")
    chosen = []
    for _ in range(3):
        toggle.click()
        chosen.append(watched.page.evaluate("document.body.dataset.theme"))
    assert sorted(chosen) == ["auto", "dark", "light"]
    while watched.page.evaluate("document.body.dataset.theme") != "dark":
        toggle.click()
    watched.open("identities.html")
    assert watched.page.evaluate("document.body.dataset.theme") == "dark"
    assert watched.page.evaluate("Object.keys(localStorage)") == ["theme"]
    assert watched.kept() == []


def test_the_graph_is_zoomed_and_its_boxes_lead_on(watched: Watched) -> None:
    watched.open("graph.html")
    drawing = watched.page.locator(".gp-graph svg")
    widths = [drawing.evaluate("drawing => drawing.getBoundingClientRect().width")]
    for zoom in watched.page.locator(".gp-graph-tools button").all():
        zoom.click()
        widths.append(drawing.evaluate("drawing => drawing.getBoundingClientRect().width"))
    assert len(widths) > 3
    assert all(now != before for now, before in zip(widths[1:], widths, strict=False))
    box = watched.page.locator(".gp-graph .gp-node a").first
    box.focus()
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url("**/*.html#*")
    target = unquote(watched.page.url.partition("#")[2])
    assert watched.page.locator(f"[id='{target}']").count() == 1
