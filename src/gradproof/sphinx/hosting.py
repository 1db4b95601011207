"""What a site needs where it is hosted; a separate extension, `gradproof.sphinx.hosting`.

It joins the style sheets, puts every page under a Content-Security-Policy, ships the licences of
third-party files, and draws the pictures that links to the pages show elsewhere, for the tags of
sphinxext-opengraph.
"""

from __future__ import annotations

import shutil
import time
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from gradproof.sphinx import edition, policy, sheets
from gradproof.sphinx.collect import Given
from gradproof.sphinx.domain import identity_domain
from gradproof.verdict import display

LICENCES = "licences.txt"
_CLOCKS = 2  # seconds by which the clock of the files may be behind
FOLDER = "_previews"
_LICENCE_FILES = ("licen", "copying", "notice")
#: Licences of files that a package carries without them, in a file named after the package.
NOTICES = Path(__file__).with_name("notices")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.setup_extension("gradproof.sphinx")
    if app.config.gradproof_site:  # a preview of a link needs full addresses
        app.setup_extension("sphinxext.opengraph")
        app.connect("config-inited", _configure)
    # Off where a server adds a script of its own to the pages, as `make live` does.
    app.add_config_value("gradproof_policy", True, "")
    # The installed packages whose files the site serves.
    app.add_config_value("gradproof_serves", [], "")
    sheets.setup(app)
    app.connect("builder-inited", _begin)
    app.connect("html-page-context", _preview, priority=400)  # before the tags are written
    app.connect("gradproof-withdrawn", _withdraw)
    app.connect("build-finished", _finish, priority=950)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app: Sphinx, config: Config) -> None:
    """The addresses in the tags are those that search engines keep."""
    config.ogp_site_url = config.ogp_site_url or config.html_baseurl or ""
    config.ogp_social_cards = {"enable": False}  # drawn here, with the formula


def _begin(app: Sphinx) -> None:
    app.gradproof_begun = time.time()  # type: ignore[attr-defined]


def _preview(
    app: Sphinx, docname: str, _template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """Draw the page's picture, where it can be shown: its address has to be a full one."""
    build = edition.of(app)
    if doctree is None or not build.site or app.builder.format != "html":
        return
    # Imported here, since local builds draw nothing.
    from gradproof.sphinx import previews

    title = build.title if docname == app.config.root_doc else app.env.titles[docname].astext()
    latex = text = verdict = ""
    if given := _first(app, docname):
        statement = given.certificate["statement"]
        latex, text = statement["latex"], statement["text"]
        verdict = display.verdict(given.certificate)
    face = (title, latex, text, verdict, build.title)
    name = f"{FOLDER}/{previews.name(*face)}"
    if not Path(app.outdir, name).is_file():
        previews.draw(Path(app.outdir, name), *face)
    alternative = f"{text}: {verdict}" if text else title
    context["meta"] = {
        **(context["meta"] or {}),
        "og:image": build.latest(name),
        "og:image:alt": alternative,
        "og:image:width": str(previews.SIZE[0]),
        "og:image:height": str(previews.SIZE[1]),
    }


def _first(app: Sphinx, docname: str) -> Given | None:
    """The first identity that a page proves, or else shows; a wrong form is no face of a page."""
    domain = identity_domain(app.env)
    page, named = domain.page(docname), domain.named()
    shown = [named[identity][0] for identity, _ in page.uses if identity in named]
    own = [given for given in page.given if given.id]
    proved = [given for given in own + shown if given.certificate["verdict"] == "proved"]
    return next(iter(proved), None)


def _withdraw(app: Sphinx) -> None:
    """The pages are taken back, and so are the pictures of what they said."""
    shutil.rmtree(Path(app.outdir, FOLDER), ignore_errors=True)


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        outdir = Path(app.outdir)
        since = app.gradproof_begun - _CLOCKS  # type: ignore[attr-defined]
        policy.apply(outdir, strict=app.config.gradproof_policy, since=since)
        texts = [licences(name) for name in sorted(app.config.gradproof_serves)]
        (outdir / LICENCES).write_text("\n\n".join(texts) + "\n", "utf8")


def licences(package: str) -> str:
    """The licences that come with an installed package, under its name and version."""
    try:
        found = distribution(package)
    except PackageNotFoundError:
        raise ConfigError(f"gradproof_serves: {package} is not installed") from None
    paths = [
        path
        for path in sorted(found.files or [])
        if any(word in path.name.lower() for word in _LICENCE_FILES) and path.suffix != ".py"
    ]
    if not paths:
        raise ConfigError(f"gradproof_serves: {package} comes without a licence")
    parts = [f"=== {found.name} {found.version} ==="]
    for path in paths:
        parts.append(f"--- {path} ---\n\n" + Path(str(path.locate())).read_text("utf8").strip())
    if (notice := NOTICES / f"{package}.txt").is_file():
        parts.append("--- of files in it ---\n\n" + notice.read_text("utf8").strip())
    return "\n\n".join(parts)
