"""What a reader of an older version is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from playwright.sync_api import Browser

from gradproof.sphinx.assemble import assemble
from tests.bench.browser import served
from tests.browser.looking import look, watching

PAGE = "cookbook/trace.html"


def test_an_older_version_says_so_and_leads_on(
    browser: Browser, built: Path, tmp_path: Path
) -> None:
    html, site = tmp_path / "html", tmp_path / "site"
    shutil.copytree(built, html)
    old = assemble(html, site)
    with served(site) as address, watching(browser, address) as watched:
        note = watched.page.locator(".gp-newer")
        watched.open(f"{old}/{PAGE}#tr")
        watched.page.wait_for_load_state("networkidle")
        assert note.count() == 0

        ledger = html / "identities.json"
        data = json.loads(ledger.read_text("utf8"))
        data["build"]["version"] = "99.0"
        ledger.write_text(json.dumps(data), "utf8")
        assert assemble(html, site) == "v99.0"
        watched.page.reload()
        assert old.removeprefix("v") in note.inner_text()
        assert look(browser, address, [f"{old}/{PAGE}"]) == []
        note.get_by_role("link", name="This page in version 99.0").click()
        assert watched.page.url == f"{address}latest/{PAGE}#tr"
        watched.page.wait_for_load_state("networkidle")
        assert note.count() == 0
        assert watched.wrong() == []
