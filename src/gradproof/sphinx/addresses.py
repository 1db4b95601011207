"""Permanent addresses: `id/<identity>/` for every id, and the old addresses of moved pages.

Each is a small page that leads on by `meta refresh`, and by a link where that is switched off,
so that it needs neither a script nor a server that knows of it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.osutil import relative_uri

from gradproof.sphinx import citing, edition, lists
from gradproof.sphinx.collect import Given
from gradproof.verdict import display

SITEMAP = "sitemap.xml"

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
{head}
<title>{title}</title></head>
<body><main>
{body}
</main>
<footer>{line}</footer></body></html>
"""


def of_identity(identity: str) -> str:
    """The path of an identity's permanent address, from the root of a version of the site."""
    return f"id/{identity}/"


def file(app: Sphinx, docname: str) -> Path:
    """Where the page of a document is written."""
    builder = app.builder
    assert isinstance(builder, StandaloneHTMLBuilder)
    return Path(builder.get_output_path(docname))


def write(app: Sphinx, named: Mapping[str, list[Given]]) -> None:
    """Write the pages of all addresses, and the sitemap; only what changed is touched."""
    outdir = Path(app.outdir)
    found = dict(_pages(app, named))
    for path in _written(app):
        if path not in found:
            path.unlink(missing_ok=True)
    build = edition.of(app)
    if build.site:
        found[outdir / SITEMAP] = _sitemap(app, named, build)
    for path, text in found.items():
        if not path.is_file() or path.read_text("utf8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf8")


def withdraw(app: Sphinx) -> None:
    """Take back what `write` wrote."""
    for path in [*_written(app), Path(app.outdir, SITEMAP)]:
        path.unlink(missing_ok=True)


def _written(app: Sphinx) -> list[Path]:
    found = list(Path(app.outdir).glob("id/*/index.html"))
    return found + [file(app, old) for old, _ in _moved(app)]


def _moved(app: Sphinx) -> list[tuple[str, str]]:
    """The pages that moved and where to, by document names."""
    name = app.config.gradproof_moved
    path = Path(app.srcdir, name or "")
    if not name or not path.is_file():
        return []
    return [(old, entry.target) for old, entry in lists.read(path).items()]


def _pages(app: Sphinx, named: Mapping[str, list[Given]]) -> Iterator[tuple[Path, str]]:
    build, outdir = edition.of(app), Path(app.outdir)

    def place(target: str) -> str:
        if target in named:
            return f"{app.builder.get_target_uri(named[target][0].docname)}#{target}"
        return app.builder.get_target_uri(target)

    for identity, given in named.items():
        text = _identity(given[0], f"../../{place(identity)}", build)
        yield outdir / of_identity(identity) / "index.html", text
    if app.config.gradproof_identities:
        listed = lists.read(Path(app.srcdir, app.config.gradproof_identities))
        for identity, entry in listed.items():
            if entry.target:
                target = f"../../{place(entry.target)}"
                text = _retired(identity, entry.target, target, build)
                yield outdir / of_identity(identity) / "index.html", text
    for old, new in _moved(app):
        target = relative_uri(app.builder.get_target_uri(old), place(new))
        title, canonical = app.env.titles[new].astext(), build.latest(place(new))
        yield file(app, old), _moved_page(title, target, canonical, build)


def _identity(given: Given, target: str, build: edition.Edition) -> str:
    """An identity's own page: what it states, whether it holds, and where it is shown.

    It is its own canonical address, in the newest version; the page that it leads to has one too.
    """
    certificate = given.certificate
    statement = html.escape(certificate["statement"]["text"])
    title = f"{given.id}: {statement}"
    where = ", ".join(html.escape(entry["text"]) for entry in certificate.get("where") or ())
    verdict = html.escape(display.verdict(certificate))
    path = of_identity(given.id)
    head = [
        _refresh(target),
        _canonical(build.latest(path)),
        f'<meta name="description" content="{statement}: {verdict}">',
        *citing.meta_tags(citing.title(certificate), build.permanent(path), build),
    ]
    body = [
        f"<h1>{given.id}</h1>",
        f"<p>{statement}</p>",
        f"<p>where {where}</p>" if where else "",
        f"<p>{verdict}</p>",
        f'<p><a href="{html.escape(target)}">Read it where it is shown</a></p>',
    ]
    return _page(title, head, body, build)


def _retired(identity: str, successor: str, target: str, build: edition.Edition) -> str:
    """The page of an id that is not in force any more; it waits for the reader to go on."""
    body = [
        f"<h1>{html.escape(identity)}</h1>",
        "<p>This id is retired: the site does not state it any more, and never reuses it.</p>",
        f'<p>See <a href="{html.escape(target)}">{html.escape(successor)}</a> instead.</p>',
    ]
    head = [_canonical(build.latest(of_identity(identity)))]
    return _page(f"{html.escape(identity)}: retired", head, body, build)


def _moved_page(title: str, target: str, canonical: str, build: edition.Edition) -> str:
    body = [f'<p>This page moved: <a href="{html.escape(target)}">{html.escape(title)}</a></p>']
    return _page(html.escape(title), [_refresh(target), _canonical(canonical)], body, build)


def _page(title: str, head: list[str], body: list[str], build: edition.Edition) -> str:
    return _PAGE.format(
        title=title,
        head="\n".join(filter(None, head)),
        body="\n".join(filter(None, body)),
        line=build.line,
    )


def _refresh(target: str) -> str:
    return f'<meta http-equiv="refresh" content="0; url={html.escape(target)}">'


def _canonical(address: str) -> str:
    """The address that search engines are to keep; a local build has none."""
    return f'<link rel="canonical" href="{html.escape(address)}">' if address else ""


def _sitemap(app: Sphinx, named: Mapping[str, list[Given]], build: edition.Edition) -> str:
    """Every page and every identity, at its canonical address.

    Written here since it must be whole after a build that wrote one page only.
    """
    metadata = app.env.metadata
    pages = [
        app.builder.get_target_uri(d) for d in app.env.found_docs if "orphan" not in metadata[d]
    ]
    paths = sorted(pages) + sorted(of_identity(identity) for identity in named)
    lines = [f"<url><loc>{html.escape(build.latest(path))}</loc></url>" for path in paths]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>\n",
        ]
    )
