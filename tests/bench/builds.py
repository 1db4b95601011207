"""How long builds take: of the whole site, of nothing, of one page that was edited."""

from __future__ import annotations

import statistics
import time

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
            rows.append(_back_in_the_browser(site))
    return Section(
        "Builds",
        "`make html` on a clean copy of the sources, the environment installed; "
        f"medians of {RUNS}.\n"
        "The edit adds a sentence to a derivation page, whose proofs run anew; the last row is the "
        "time under `make live` from saving the file until the sentence stands in a browser.",
        rows,
        ("sphinx", "myst-nb"),
    )


def _forced(site: Copy) -> float:
    site.forget()
    return site.make()


def _edited(site: Copy, turn: int) -> float:
    site.add(EDITED, f"This sentence has the number {turn}.")
    return site.make()


def _back_in_the_browser(site: Copy) -> Row:
    """From saving a page to reading it, under `make live`."""
    times = []
    with site.live() as address, browser.started() as chromium:
        page = chromium.new_page()
        url = address + EDITED.replace(".md", ".html")
        _until_served(page, url)
        for turn in range(RUNS + 1):
            sentence = f"This one has the number {turn} in the browser."
            site.add(EDITED, sentence)
            start = time.perf_counter()
            page.get_by_text(sentence).wait_for(timeout=WAIT)
            times.append(time.perf_counter() - start)
            time.sleep(2)
    first, *others = times
    remark = f"the first time {told(first)}"
    return at_most("one page edited, back in the browser", statistics.median(others), 5, remark)


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
