"""The heaviest pages in headless Chromium, beside the same pages drawn by stock MathJax."""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from .measuring import Row, Section
from .site import copied

Page = Any  # of Playwright, which need not be installed

NAMES = ("chromium", "chromium-browser", "google-chrome")
# As root, Chromium has no sandbox; the rest keeps it from calling home.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
RUNS = 7
#: How many of the heaviest pages are looked at.
PAGES = 3
#: Milliseconds in which a new window draws its own tools, before it is sent to the page.
BEFORE = 1500
#: Seconds in which a page must be drawn.
MOST = 60
#: Milliseconds after drawing in which a late shift or task would still count.
AFTER = 1500
_SUFFIX = "-in-mathjax.html"
_CARRIER = "sphinx-mathjax-offline"
#: The style sheet of a page for MathJax, and what it has less.
_BARE = "sheets-in-mathjax.css"
_KATEX = re.compile(r"/\* katex/\S+ \*/.*?(?=/\* \S+\.css \*/|\Z)", re.DOTALL)

# What MyST sets for Sphinx's MathJax: formulas are looked for where they were written as such.
_OPTIONS = '{"options": {"processHtmlClass": "tex2jax_process|mathjax_process|math|output_area"}}'

_WATCH = """
window.seen = {shift: 0, longest: 0, drawn: null};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) seen.longest = Math.max(seen.longest, entry.duration);
}).observe({type: "longtask", buffered: true});
const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
document.addEventListener("DOMContentLoaded", async () => {
  if (window.MathJax) await MathJax.startup.promise;
  await frame();
  await document.fonts.ready;
  await frame();
  seen.drawn = performance.now();
});
"""


@dataclass(frozen=True)
class Look:
    """What one loading of a page showed: times in milliseconds, bytes gzipped."""

    drawn: float
    shift: float
    longest: float
    size: int
    formulas: int


def chromium() -> str | None:
    """The path of Chromium, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def available() -> bool:
    """Whether a browser can be driven."""
    return bool(find_spec("playwright") and chromium())


def carrier() -> Path | None:
    """The folder of MathJax as its carrier package installs it."""
    spec = find_spec(_CARRIER)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0], "static", "mathjax") if places else None


@contextmanager
def started() -> Iterator[Any]:
    """Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    """Files, without a line on the terminal for each."""

    protocol_version = "HTTP/1.1"
    #: Or each file would wait 40 ms for the headers to be acknowledged, as at no host.
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port; gives its address."""
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def heaviest(html: Path) -> list[Path]:
    """The pages with the largest HTML, gzipped."""
    pages = (page for page in html.rglob("*.html") if not page.name.endswith(_SUFFIX))
    return sorted(pages, key=lambda page: -_gzipped(page))[:PAGES]


def _gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def with_mathjax(html: Path, page: Path, mathjax: Path) -> tuple[Path, int]:
    """The same page as Sphinx writes it for MathJax, and how many formulas it has."""
    shutil.copytree(mathjax, html / "_static" / "mathjax", dirs_exist_ok=True)
    soup = BeautifulSoup(page.read_text("utf8"), "html.parser")
    sources = soup.find_all("annotation", encoding="application/x-tex")
    for source in sources:
        shown = source.find_parent(class_="katex-display")
        text = rf"\[{source.get_text()}\]" if shown else rf"\({source.get_text()}\)"
        (shown or source.find_parent(class_="katex")).replace_with(text)
    # The labels of drawn shapes bear no source: they stay as they are, and so does their style.
    if not soup.select(".katex"):
        for link in soup.select('link[href*="sheets.css"]'):
            _leave_katex_out(page.parent / urlsplit(link["href"]).path)
            link["href"] = link["href"].replace("sheets.css", _BARE)
    for tag in soup.select('meta[http-equiv="Content-Security-Policy"]'):
        tag.decompose()
    root = "../" * len(page.relative_to(html).parents[:-1])
    options = soup.new_tag("script")
    options.string = f"window.MathJax = {_OPTIONS};"
    script = soup.new_tag("script", src=f"{root}_static/mathjax/tex-mml-chtml.js", defer="defer")
    soup.head.extend([options, script])
    path = page.with_name(page.stem + _SUFFIX)
    path.write_text(str(soup), "utf8")
    return path, len(sources)


def _leave_katex_out(sheet: Path) -> None:
    """Write a copy of the joined style sheet without KaTeX's part, beside it."""
    bare = _KATEX.sub("", sheet.read_text("utf8"))
    sheet.with_name(_BARE).write_text(bare, "utf8")


def look(browser: Any, html: Path, address: str, page: Path) -> Look:
    """Load a page with nothing cached, and wait until its mathematics is drawn."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    try:
        tab = context.new_page()
        tab.add_init_script(_WATCH)
        sent: set[Path] = set()

        def note(request: Any) -> None:
            if request.resource_type in ("document", "stylesheet", "script"):
                sent.add(html / urlsplit(request.url).path.lstrip("/"))

        tab.on("request", note)
        time.sleep(BEFORE / 1000)
        tab.goto(address + page.relative_to(html).as_posix())
        _wait(tab)
        time.sleep(AFTER / 1000)
        seen = tab.evaluate("window.seen")
        formulas = tab.locator(".katex, mjx-container").count()
        failed = tab.locator("mjx-merror, .katex-error").count()
        if failed or not formulas:
            raise AssertionError(f"of {formulas} formulas of {page.name}, {failed} are not drawn")
        size = sum(_gzipped(path) for path in sent if path.is_file())
        return Look(seen["drawn"], seen["shift"], seen["longest"], size, formulas)
    finally:
        context.close()


def _wait(tab: Page) -> None:
    """Until all is drawn; asked from without, since a page's policy may forbid to ask within."""
    for _ in range(MOST * 20):
        if tab.evaluate("window.seen.drawn !== null"):
            return
        time.sleep(0.05)
    raise AssertionError(f"{tab.url} is not drawn after {MOST} s")


def measure() -> Section | None:
    """The heaviest pages of a fresh build, all of them, of both kinds, in turn."""
    if not available():
        print("no playwright, or no chromium: the browser is not asked")
        return None
    mathjax = carrier()
    if mathjax is None:
        print(f"{_CARRIER} is not installed: no page is drawn by MathJax beside")
    rows: list[Row] = []
    with copied() as site:
        site.make()
        with served(site.html) as address, started() as browser:
            looks: dict[Path, tuple[list[Look], list[Look]]] = {}
            beside = {}
            for page in heaviest(site.html):
                looks[page] = [], []
                if mathjax:
                    made, formulas = with_mathjax(site.html, page, mathjax)
                    if formulas:
                        beside[page] = made
            for _ in range(RUNS):  # in turn, so that the machine is as fast for each
                for page, (own, other) in looks.items():
                    own.append(look(browser, site.html, address, page))
                    if page in beside:
                        other.append(look(browser, site.html, address, beside[page]))
            for page, seen in looks.items():
                rows += _rows(page.relative_to(site.html), *seen)
            also = [f"Chromium {browser.version}"]
    return Section(
        "In the browser",
        "The three pages with the most HTML, loaded with nothing cached, from this machine, at "
        "1280 × 800 pixels; medians.\n"
        "Drawn means that every formula stands and its fonts are there, counted from the "
        "navigation of a window that has drawn its own tools.\n"
        "Beside it the same page with the same formulas drawn by stock MathJax 3.2.2, set up as "
        "Sphinx and MyST do, but served from the site itself; labels of drawn shapes stay as they "
        "are.\n"
        "The ledger sets its statements as lines of text, so there is nothing to draw beside it.\n"
        "Sizes are of HTML, style sheets and scripts, gzipped, without fonts.",
        rows,
        ("playwright", *([_CARRIER] if mathjax else [])),
        also=also,
    )


def _rows(page: Path, own: list[Look], other: list[Look]) -> list[Row]:
    name = f"`{page.with_suffix('').as_posix()}`"

    def row(what: str, of: str, limit: float, form: str, bound: str) -> Row:
        value = statistics.median(getattr(one, of) for one in own)
        figure = form.format(value)
        if other:
            mathjax = statistics.median(getattr(one, of) for one in other)
            figure += f" (MathJax {form.format(mathjax)})"
        return Row(f"{name}: {what}", figure, f"at most {bound}", value <= limit)

    return [
        row(f"{own[0].formulas} formulas drawn", "drawn", 400, "{:.0f} ms", "400 ms"),
        row("layout shift", "shift", 0.02, "{:.3f}", "0.02"),
        row("longest task", "longest", 100, "{:.0f} ms", "100 ms"),
        Row(
            f"{name}: size",
            f"{own[0].size / 1024:.0f} KB"
            + (f" (MathJax {other[0].size / 1024:.0f} KB)" if other else ""),
            "at most 150 KB",
            own[0].size <= 150 * 1024,
        ),
    ]
