"""Looking at pages: what a browser reports of them, and what can be measured in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, BrowserContext, Page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SCREENSHOTS = ROOT / "build" / "screenshots"
WIDTHS = (390, 768, 1280)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

_LOOK = (HERE / "look.js").read_text("utf8")
_AXE = Path(AXE_FILE_PATH).read_text("utf8")
_VIOLATIONS = (HERE / "violations.js").read_text("utf8")
_REFUSED = """addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  console.error(`the policy ${violatedDirective} refused ${blockedURI}`))"""
# What the style sheet draws only as it comes into view is looked at, too; changes of the theme are
# made at once.
_WHOLE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { content-visibility: visible !important; transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
}"""
# Fonts are there, and what waits for the next frame has been done.
_SETTLED = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  await document.fonts.ready;
  await frame();
}"""
_KEPT = """async () => [
  ...Object.keys(localStorage).filter((key) => key !== "theme"),
  ...Object.keys(sessionStorage),
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(await caches.keys()),
  ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
]"""


@dataclass
class Watched:
    """A page of a browser, and what went wrong in it since it was last asked."""

    page: Page
    address: str
    _wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        on = self.page.on
        on("pageerror", lambda error: self._wrong.append(f"script: {error}"))
        on("requestfailed", lambda request: self._failed(request.url, request.failure))
        on("console", lambda line: self._said(line.type, line.text))
        on("request", lambda request: self._asked(request.url))
        on("response", lambda answer: self._answered(answer.status, answer.url))

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self._wrong.append(f"console: {text}")

    def _failed(self, url: str, why: str | None) -> None:
        if why != "net::ERR_ABORTED":  # the reader left the page before it came
            self._wrong.append(f"failed: {url}: {why}")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self._wrong.append(f"foreign request: {url}")

    def _answered(self, status: int, url: str) -> None:
        if status >= 400:
            self._wrong.append(f"answer {status}: {url}")

    def wrong(self) -> list[str]:
        """What went wrong since the last call."""
        found, self._wrong = self._wrong, []
        return found

    def open(self, name: str) -> None:
        """Go to a page of the site, and wait until it is drawn."""
        self.page.goto(self.address + name, wait_until="load")
        self.page.evaluate("document.fonts.ready")

    def kept(self) -> list[str]:
        """What the site keeps in the browser beside the choice of a theme."""
        cookies = [f"cookie {cookie.get('name')}" for cookie in self.page.context.cookies()]
        return [*cookies, *self.page.evaluate(_KEPT)]


@contextmanager
def watching(browser: Browser, address: str, **options: Any) -> Iterator[Watched]:
    """A page in a profile of its own, with the options of Playwright's `new_context`."""
    context: BrowserContext = browser.new_context(**options)
    try:
        if options.get("java_script_enabled", True):
            context.add_init_script(_REFUSED)
        yield Watched(context.new_page(), address)
    finally:
        context.close()


def pages(html: Path) -> list[str]:
    """Every page of a built site but the small ones under `id/`, by its path."""
    found = (str(path.relative_to(html)) for path in html.rglob("*.html"))
    return sorted(name for name in found if not name.startswith(("id/", "_static/")))


def look(browser: Browser, address: str, names: Iterable[str]) -> list[str]:
    """What is wrong with pages at each width and in each theme, each with the page and where."""
    wrong: list[str] = []
    with watching(browser, address) as watched:
        page = watched.page
        page.context.add_init_script(_AXE)
        for name in names:
            watched.open(name)
            page.evaluate(_WHOLE)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                for theme in THEMES:
                    page.emulate_media(color_scheme=theme)
                    page.evaluate(_SETTLED)
                    found = page.evaluate(_LOOK)
                    wrong += [f"{name} at {width}, {theme}: {what}" for what in found]
                    if theme == THEMES[0] or width == WIDTHS[-1]:
                        _keep(page, f"{theme}/{width}/{name}")
            wrong += [f"{name}: {what}" for what in [*watched.wrong(), *watched.kept()]]
            # In the theme that is seen by now, the last, and then by all rules in the first.
            for theme in reversed(THEMES):
                page.emulate_media(color_scheme=theme)
                page.evaluate(_SETTLED)
                found = page.evaluate(_VIOLATIONS, theme == THEMES[0])
                wrong += [f"{name}, {theme}: {what}" for what in found]
    return wrong


def _keep(page: Page, name: str) -> None:
    path = (SCREENSHOTS / name).with_suffix(".jpeg")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True, quality=60)
