"""Put a built site among its versions: `python -m gradproof.sphinx.assemble HTML SITE`.

SITE is what a server serves: `v<version>/` for every version, `latest/`, and at the root the way
to it.  A version that was published stays as it is, and no address that was ever published is lost.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from packaging.version import Version

from gradproof.sphinx.publish import LEDGER

_ROOT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="0; url=latest/">
<link rel="canonical" href="{address}latest/index.html">
<title>{title}</title></head>
<body><p><a href="latest/">{title}</a></p></body></html>
"""
_RELATIVE = re.compile(r'\b(href|src|action|data-content_root)="(?![#/]|[a-z]+:)(?:\./)?([^"]*)"')
_ROBOTS = "User-agent: *\nAllow: /\nSitemap: {address}latest/sitemap.xml\n"


class NotAssembled(SystemExit):
    """The site stays as it is; the message says why, and what to do."""


def assemble(html: Path, site: Path) -> str:
    """Add the build in `html` to the versions in `site`; returns the name of its folder.

    Raises `NotAssembled` if the build did not pass, if its version was published from another
    commit, if it is hosted and its commit is not known, or if an address would be lost.
    """
    build = _record(html)
    if build is None:
        raise NotAssembled(f"{html} holds no site that passed: run make html")
    version = str(build["version"])
    own, latest = site / f"v{version}", site / "latest"
    _check_commit(build, _record(own), version)
    others = [Version(path.name[1:]) for path in site.glob("v*/") if path != own]
    newest = all(Version(version) >= other for other in others)
    if newest:
        _check_addresses(html, latest)
    _replace(html, own)
    if newest:
        _replace(html, latest)
        _root(latest, site, build)
    return own.name


def _record(folder: Path) -> dict[str, Any] | None:
    """What a built site says of its build, if it passed."""
    path = folder / LEDGER
    if not path.is_file():
        return None
    record: dict[str, Any] = json.loads(path.read_text("utf8"))["build"]
    return record


def _check_commit(build: dict[str, Any], published: dict[str, Any] | None, version: str) -> None:
    """A version is published once; a local build may be replaced, and so may a `.dev` version."""
    if not build["site"]:
        return
    if build["commit"] is None or build["changed"]:
        raise NotAssembled("the site is hosted: commit every change before it is published")
    if published is None or not published["site"] or Version(version).is_devrelease:
        return
    if published["commit"] != build["commit"]:
        raise NotAssembled(
            f"version {version} was published from commit {published['commit']}, and citations "
            "point to it: raise the version in pyproject.toml and CITATION.cff"
        )


def _check_addresses(html: Path, latest: Path) -> None:
    lost = [page for page in _pages(latest) if not (html / page).is_file()]
    if lost:
        raise NotAssembled(
            "these addresses were published and would be lost; list where the pages moved in "
            f"moved.txt, and retired ids in the list of ids: {', '.join(lost)}"
        )


def _pages(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))


def _replace(source: Path, target: Path) -> None:
    """Copy a folder in place of another, which is whole until the new one is."""
    fresh = target.with_name(f".{target.name}")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh, ignore=shutil.ignore_patterns(".doctrees", ".buildinfo*"))
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _root(latest: Path, site: Path, build: dict[str, Any]) -> None:
    """What stands above the versions; it is always that of the newest."""
    address = build["site"] or ""
    # The pages of older versions ask for it.
    (site / "newest.json").write_text(json.dumps({"version": build["version"]}), "utf8")
    (site / "index.html").write_text(_ROOT.format(address=address, title=build["title"]), "utf8")
    (site / ".nojekyll").touch()  # GitHub Pages would leave out folders such as _static
    if address:
        (site / "robots.txt").write_text(_ROBOTS.format(address=address), "utf8")
    if (icon := latest / "_static" / "favicon.ico").is_file():
        shutil.copy(icon, site)  # where browsers look that read no page
    if (lost := latest / "404.html").is_file():
        text = _from_root(lost.read_text("utf8"), f"{urlsplit(address).path or '/'}latest/")
        (site / "404.html").write_text(text, "utf8")


def _from_root(text: str, prefix: str) -> str:
    """The page with its links from the root: a server shows it at whatever depth."""
    return _RELATIVE.sub(lambda found: f'{found[1]}="{prefix}{found[2]}"', text)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path, help="a site that was built, such as build/html")
    parser.add_argument("site", type=Path, help="the folder of all versions, such as build/site")
    given = parser.parse_args(arguments)
    name = assemble(given.html, given.site)
    print(f"gradproof: {given.site / name}")


if __name__ == "__main__":
    main()
