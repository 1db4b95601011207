"""A Content-Security-Policy on every page: nothing is loaded from, or sent to, another host."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from collections.abc import Iterable
from pathlib import Path

_TAG = re.compile(r'\n?<meta http-equiv="Content-Security-Policy"[^>]*>')
_NOTHING = """http-equiv="Content-Security-Policy" content="default-src 'none'">"""
# What no page has.
_NEVER = ("base-uri", "frame-src", "manifest-src", "media-src", "object-src", "worker-src")
# A policy binds what comes after it, so it comes before all but the encoding.
_PLACE = re.compile(r'<meta charset="[^"]*"\s*/?>')
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def of(text: str) -> str:
    """The strictest policy that a page satisfies.

    Scripts and style sheets are the site's own files, or stand in the page with a known hash.
    Style attributes are allowed, since KaTeX places the parts of a formula by them; browsers that
    do not tell them from style sheets read the first of the three lines on style.
    """
    rules = {
        "default-src": ["'self'"],  # Firefox fetches the next page ahead by this rule alone
        "script-src": ["'self'", *_hashes(_SCRIPT.findall(text))],
        "style-src": ["'self'", "'unsafe-inline'"],
        "style-src-elem": ["'self'", *_hashes(_STYLE.findall(text))],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "form-action": ["'self'"],
        **{name: ["'none'"] for name in _NEVER},
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def _hashes(contents: Iterable[str]) -> list[str]:
    digests = {hashlib.sha256(content.encode()).digest() for content in contents}
    return sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def put(text: str, policy: str) -> str:
    """The page under `policy`, which may be empty."""
    bare = _TAG.sub("", text)
    place = _PLACE.search(bare)
    if not policy or not place:
        return bare
    # Single quotes may stay, and are easier to read.
    content = html.escape(policy, quote=False)
    tag = f'\n<meta http-equiv="Content-Security-Policy" content="{content}">'
    return bare[: place.end()] + tag + bare[place.end() :]


def apply(folder: Path, *, strict: bool, since: float = 0) -> None:
    """Put every page in `folder` under its policy, or under none if not `strict`.

    Pages that come under the policy of loading nothing keep it.  Those not written `since` then,
    by the clock of the files, that are under one, or are not, as they should be, are left alone.
    """
    for path in folder.rglob("*.html"):
        status = path.stat()
        if status.st_mtime < since and _has_policy(path) == strict:
            continue
        text = path.read_text("utf8")
        if _NOTHING in text:
            continue
        changed = put(text, of(text) if strict else "")
        if changed != text:
            path.write_text(changed, "utf8")
            # By its time a page that was taken back is known; it stays as it was.
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _has_policy(path: Path) -> bool:
    """Whether a page is under a policy, which stands near its beginning."""
    with path.open("rb") as file:
        return b'http-equiv="Content-Security-Policy"' in file.read(2048)
