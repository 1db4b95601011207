"""How long builds take: of the whole site, of nothing, of one page that was edited."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from . import browser
from .measuring import Row, Section, at_most, told
from .site import Copy, copied

#: A page with several proofs and pictures of its own.
EDITED = "derivations/softmax-cross-entropy/softmax-cross-entropy-sends-p-minus-y-back.md"
RUNS = 3
WAIT = 120_000


def measure() -> Section:
    """Medians of builds of a clean copy."""
    with copied() as site:
        forced = [_forced(site) for _ in range(RUNS)]
        unchanged = [site.make() for _ in range(RUNS)]
        edited = [_edited(site, turn) for turn in range(RUNS)]
        pages = site.pages
        rows = [
            at_most("whole site, nothing kept", statistics.median(forced), 60, f"{pages} pages"),
            at_most("the same, a page", statistics.median(forced) / pages, 1),
            at_most("nothing changed", statistics.median(unchanged), 5),
            at_most("one page edited, `make html`", statistics.median(edited), 8),
        ]
        if browser.available():
            rows += _back_in_the_browser(site)
    return Section(
        "Builds",
        "`make html` on a clean copy of the sources, the environment installed; "
        f"medians of {RUNS}.\n"
        "The edit adds a sentence to a derivation page, whose proofs are kept, since its cells are "
        "as they were.\n"
        "The last rows are the time under `make live` from saving the file until the edit stands "
        "in a browser: a sentence, and a comment in a cell, by which the whole page is proved "
        "anew.",
        rows,
        ("sphinx", "myst-nb"),
    )


def _forced(site: Copy) -> float:
    site.forget()
    return site.make()


def _edited(site: Copy, turn: int) -> float:
    site.add(EDITED, f"This sentence has the number {turn}.")
    return site.make()


def _back_in_the_browser(site: Copy) -> list[Row]:
    """From saving a page to reading it, under `make live`: a sentence added, and a cell changed."""
    with site.live() as address, browser.started() as chromium:
        page = chromium.new_page()
        _until_served(page, address + EDITED.replace(".md", ".html"))
        first, *added = [_seen(page, site.add, turn) for turn in range(RUNS + 1)]
        changed = [_seen(page, site.remark, turn) for turn in range(RUNS)]
    remark = f"the first time {told(first)}"
    return [
        at_most("one page edited, back in the browser", statistics.median(added), 5, remark),
        Row("one cell edited, likewise", told(statistics.median(changed))),
    ]


def _seen(page: browser.Page, edit: Callable[[str, str], None], turn: int) -> float:
    words = f"This {edit.__name__} has the number {turn} in the browser."
    edit(EDITED, words)
    start = time.perf_counter()
    page.get_by_text(words).wait_for(timeout=WAIT)
    seconds = time.perf_counter() - start
    time.sleep(2)
    return seconds


def _until_served(page: browser.Page, url: str) -> None:
    """Wait until the first build of `make live` is done and the page is there."""
    from playwright.sync_api import Error

    for _ in range(WAIT // 1000):
        try:
            reply = page.goto(url)
            if reply is not None and reply.ok:
                return
        except Error:
            pass
        time.sleep(1)
    raise TimeoutError(f"{url} was not served")
