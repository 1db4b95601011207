"""Mathematics, and what could draw or hide it, in HTML and SVG that nobody proved."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_DRAWS = re.compile(
    r"<\s*(?:[\w-]+:)?(?:math|script|iframe|object|embed|foreignObject)\b"
    r"|\bclass\s*=\s*[\"']?[^\"'>]*\b(?:katex|mathjax|math|tex)\b",
    re.I,
)
_DELIMITER = re.compile(r"\$\$|\\\(|\\\[|\\begin\s*\{")
_LISTED = "a abbr b br code details em hr i kbd p s small span strong sub summary sup u"
_TAGS = frozenset(_LISTED.split())
_ATTRIBUTES = frozenset(["href", "title", "lang", "open"])
_OWN = re.compile(r"(?:gp-[\w-]+\s*)+")


def mathematics(text: str) -> tuple[int, str] | None:
    """The line where HTML or SVG has mathematics or a program, and what it is; None if none."""
    for pattern, said in ((_DRAWS, text), (_DELIMITER, html.unescape(text))):
        if found := pattern.search(said):
            return said.count("\n", 0, found.start()) + 1, " ".join(found[0].split())
    return None


def plain(text: str) -> str:
    """The words of HTML, a space for each tag."""
    return html.unescape(re.sub(r"<[^>]*>", " ", text))


def not_allowed(text: str) -> str:
    """What a page may not have in HTML of its own; empty if there is nothing.

    Allowed are elements that set words and a few of their attributes, so that nothing is hidden,
    run, or drawn as a formula.
    """
    if found := mathematics(text):
        return found[1]
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the first element or attribute that is not allowed."""
        wrong = [] if tag in _TAGS else [f"<{tag}"]
        for name, value in attrs:
            own = name == "class" and _OWN.fullmatch(value or "")
            link = name == "href" and re.match(r"\s*(?:javascript|data):", value or "", re.I)
            if (name not in _ATTRIBUTES and not own) or link:
                wrong.append(f"<{tag} {name}")
        self.found = self.found or next(iter(wrong), "")

    def handle_decl(self, decl: str) -> None:
        """No declaration belongs within a page."""
        self.found = self.found or f"<!{decl}"
