"""How an identity or a page is cited: BibTeX, BibLaTeX, APA and plain text."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Any

from pylatexenc.latexencode import UnicodeToLatexEncoder

from gradproof.sphinx.edition import Author, Edition

# Not from `calendar`: those follow the language of the machine.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Old LaTeX engines stop at characters such as − that they have no name for.
_ascii = UnicodeToLatexEncoder(unknown_char_policy="keep", unknown_char_warning=False)


def title(certificate: Mapping[str, Any], form: str = "text") -> str:
    """The title of an identity, its statement as `text` or, between dollars, as `latex`."""
    kind = "Refuted form" if certificate["verdict"] == "refuted" else "Identity"
    statement = certificate["statement"][form]
    return f"{kind} {certificate['id']}: " + (f"${statement}$" if form == "latex" else statement)


def identity(certificate: Mapping[str, Any], edition: Edition) -> dict[str, str]:
    """The citations of an identity, by the name of their format."""
    address = edition.permanent(f"id/{certificate['id']}/")
    name, latex = str(certificate["id"]), title(certificate, "latex")
    return formats(name, title(certificate), address, edition, latex=latex)


def panel(formats: Mapping[str, str], summary: str) -> str:
    """The citations as HTML, folded away; works without a script."""
    rows = [
        f"<div><dt>{html.escape(name)}</dt>"
        f'<dd><pre tabindex="0">{html.escape(text)}</pre></dd></div>'
        for name, text in formats.items()
    ]
    head = f"<summary>{html.escape(summary)}</summary>"
    return f'<details class="gp-cite">{head}<dl>{"".join(rows)}</dl></details>'


def meta_tags(title: str, address: str, edition: Edition) -> list[str]:
    """What Zotero and Google Scholar read of a page; no address if the build is local."""
    tags = [("title", title), *(("author", _inverted(author)) for author in edition.authors)]
    tags += [
        ("publication_date", f"{edition.date:%Y/%m/%d}"),
        ("publisher", edition.title),
        ("version", edition.version),
        ("language", "en"),
    ]
    tags += [(name, address) for name in ("public_url", "fulltext_html_url") if address]
    return [f'<meta name="citation_{name}" content="{html.escape(value)}">' for name, value in tags]


def _inverted(author: Author) -> str:
    return f"{author.family}, {author.given}" if author.given else author.family


def formats(
    name: str, title: str, address: str, edition: Edition, *, latex: str = ""
) -> dict[str, str]:
    """The citations of one part of a site, by the name of their format.

    `name` makes the key of an entry, `latex` is the title for LaTeX where it holds mathematics.
    Without an `address`, as in a local build, a citation says which commit was built.
    """
    latex = latex or str(_ascii.unicode_to_latex(title))
    key = f"gradproof:{name}"
    return {
        "BibTeX": _entry("misc", key, _bibtex(latex, address, edition)),
        "BibLaTeX": _entry("online", key, _biblatex(latex, address, edition)),
        "APA": _apa(title, address, edition),
        "Plain text": _plain(title, address, edition),
    }


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _bibtex(latex: str, address: str, edition: Edition) -> dict[str, str]:
    """Classic BibTeX: styles know `howpublished`; capitals are kept by the second braces."""
    site = _site(latex, _ascii.unicode_to_latex(edition.title), ",")
    where = rf"\url{{{address}}}" if address else edition.local
    return {
        "author": _people(edition.authors),
        "title": f"{{{latex}}}",
        "howpublished": f"{site}{where}",
        "year": str(edition.date.year),
        "month": _MONTHS[edition.date.month - 1],
        "note": f"Version {edition.version}",
    }


def _biblatex(latex: str, address: str, edition: Edition) -> dict[str, str]:
    site = _site(latex, _ascii.unicode_to_latex(edition.title), "")
    return {
        "author": _people(edition.authors),
        "title": f"{{{latex}}}",
        "organization": f"{{{site.strip()}}}" if site else "",
        "version": edition.version,
        "date": edition.date.isoformat(),
        "url": address,
        "note": "" if address else edition.local,
    }


def _site(title: str, site: str, stop: str) -> str:
    """The title of the site, unless it is the site itself that is cited."""
    return "" if title == site else f"{site}{stop} "


def _people(authors: Iterable[Author]) -> str:
    """For BibTeX; the name of a group in braces of its own, or it would be taken apart."""
    names = []
    for author in authors:
        family, given = map(_ascii.unicode_to_latex, (author.family, author.given))
        names.append(f"{family}, {given}" if given else f"{{{family}}}")
    return " and ".join(names)


def _apa(title: str, address: str, edition: Edition) -> str:
    """APA, seventh edition, for a part of a site with a version; titles would be in italics."""
    date = edition.date
    names = [_initials(author) for author in edition.authors]
    authors = ", & ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
    stop = "" if authors.endswith(".") else "."
    return (
        f"{authors}{stop} ({date.year}, {_MONTHS[date.month - 1]} {date.day}). "
        f"{title} (Version {edition.version}). {_site(title, edition.title, '.')}"
        + (address or f"{edition.local}.")
    )


def _initials(author: Author) -> str:
    initials = " ".join(f"{name[0]}." for name in author.given.split())
    return f"{author.family}, {initials}" if initials else author.family


def _plain(title: str, address: str, edition: Edition) -> str:
    date = edition.date
    return (
        f"{', '.join(author.full for author in edition.authors)}: “{title}”. "
        f"{_site(title, edition.title, ',')}version {edition.version}, "
        f"{date.day} {_MONTHS[date.month - 1]} {date.year}. " + (address or f"{edition.local}.")
    )
