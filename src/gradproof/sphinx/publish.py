"""What a build leaves behind: the certificates as data if it passed, nothing fresh if not."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from gradproof.sphinx.collect import Given
from gradproof.sphinx.edition import Edition

LEDGER = "identities.json"

_NOTICE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not published</title>
<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"></head>
<body><h1>Not published</h1>
<p>The last build of this site failed, so this page is not shown.</p>
<pre>{report}</pre></body></html>
"""


def write_ledger(
    outdir: Path, named: Mapping[str, list[Given]], addresses: Mapping[str, str], build: Edition
) -> None:
    """Write every named certificate, with its page's address, for other people's tools."""
    records = [
        {
            **given[0].certificate,
            "page": f"{addresses[given[0].docname]}#{identity}",
            "address": build.permanent(f"id/{identity}/") or f"id/{identity}/",
        }
        for identity, given in sorted(named.items())
    ]
    data = {"schema": 1, "build": build.record(), "identities": records}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    (outdir / LEDGER).write_text(text + "\n", "utf8")


def withdraw(outdir: Path, pages: Iterable[Path], report: str) -> None:
    """Take back what an earlier build wrote, so that no stale page poses as fresh.

    Pages that exist become a notice with the failures in `report`.  Their time is set to the
    beginning of time, by which Sphinx knows to write them again.
    """
    (outdir / LEDGER).unlink(missing_ok=True)
    notice = _NOTICE.format(report=html.escape(report))
    for page in pages:
        if page.is_file():
            page.write_text(notice, "utf8")
            os.utime(page, (0, 0))


def html_pages(app: Sphinx) -> list[Path]:
    """The files of this build's pages, of those with one file a page; empty for other formats."""
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return []
    return [Path(app.builder.get_output_path(name)) for name in app.env.found_docs]


def counts(named: Mapping[str, list[Given]]) -> dict[str, int]:
    """How many identities are proved, of them for all shapes, and refuted; and mutants refused."""
    certificates = [given[0].certificate for given in named.values()]
    proved = [c for c in certificates if c["verdict"] == "proved"]
    return {
        "proved": len(proved),
        "all shapes": sum(c.get("scope") == "all shapes" for c in proved),
        "refuted": len(certificates) - len(proved),
        "mutants": sum((c.get("mutants") or {}).get("refused", 0) for c in certificates),
    }


def summary(named: Mapping[str, list[Given]], steps: int, seconds: float) -> str:
    """The line that ends a build."""
    number = counts(named)
    return (
        f"{number['proved']} identities proved, {number['all shapes']} for all shapes; "
        f"{steps} further steps; {number['refuted']} wrong forms refuted; "
        f"{number['mutants']} mutants refused; {seconds:.1f} s"
    )
