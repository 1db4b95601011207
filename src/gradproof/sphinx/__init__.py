"""The gate: a Sphinx extension that publishes a site only if every identity on it is proved.

`extensions = ["gradproof.sphinx"]` in any `conf.py` is enough; MyST-NB is set up by it.
"""

from __future__ import annotations

import atexit
import gc
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.matching import Matcher

from gradproof.sphinx import (
    addresses,
    chains,
    colophon,
    directives,
    edition,
    finding,
    following,
    graph_page,
    live,
    notebooks,
    prose,
    publish,
    served,
    turns,
    warm,
)
from gradproof.sphinx.ahead import execute
from gradproof.sphinx.domain import IdentityDomain, identity_domain
from gradproof.sphinx.execute import Executor, still
from gradproof.sphinx.failures import Failure, NotPublished
from gradproof.sphinx.fresh import Fresh
from gradproof.sphinx.judge import judge
from gradproof.sphinx.parser import GatedParser, code_fingerprint
from gradproof.sphinx.resolve import SetIdentities
from gradproof.sphinx.unfinished import Unfinished

_logger = logging.getLogger(__name__)
_STATIC = Path(__file__).with_name("static")
_TAGS = ("scroll-output", "output_scroll", "full-width")
#: So few pages are read sooner than another process has got and sent back the environment.
_FEW = 4
_NAMES = ("simplify", "Math", "Latex", "Markdown", "glue", "capture_output", "clear_output")

_SETTINGS: tuple[tuple[str, Any, Literal["", "env", "html"]], ...] = (
    ("identities", None, "env"),  # the committed list of ids, from the source folder
    ("moved", None, "env"),  # the committed list of pages that moved, likewise
    ("watch", [], "env"),  # further files and folders on which verdicts depend, likewise
    ("display_math", ["**"], "env"),  # the pages whose displayed mathematics needs a proof
    ("rules", [], "env"),  # the pages that say what the prover rests on: {rule} and {axiom}
    ("allowed_tags", _TAGS, "env"),
    ("refused_names", _NAMES, "env"),
    ("citation", None, "html"),  # the CITATION.cff of the site, from the source folder
    ("site", "", "html"),  # the address that hosts all versions; empty for a local build
    ("timeout", 120, ""),  # seconds for one cell
    ("cache", "", ""),  # the folder of kept outputs; beside the output folder if empty
    ("live", False, ""),  # a preview for the author: failures show in the page
    ("fingerprint", "", "env"),  # set by the gate
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the gate with Sphinx."""
    app.setup_extension("myst_nb")
    app.add_source_parser(GatedParser, override=True)
    app.add_domain(IdentityDomain)
    for name, default, rebuild in _SETTINGS:
        app.add_config_value(f"gradproof_{name}", default, rebuild)
    for node in directives.PENDING:
        app.add_node(node)
    app.add_directive("theorem", directives.Theorem)
    app.add_directive("ledger", directives.Ledger)
    app.add_directive("definition", directives.Definition)
    app.add_directive("motivation", directives.Motivation)
    app.add_directive("rule", directives.Rule)
    app.add_directive("axiom", directives.Axiom)
    app.add_directive("code-cell", directives.UnrunCell, override=True)
    app.add_role("proved", directives.Proved())
    app.add_role("count", directives.Count())
    app.add_post_transform(SetIdentities)
    app.add_css_file("gradproof.css")
    graph_page.setup(app)
    live.setup(app)
    app.add_event("gradproof-withdrawn")  # for what other extensions wrote with the pages
    notebooks.setup(app)
    app.add_css_file("gradproof-print.css")
    app.add_js_file("gradproof.js", loading_method="defer")
    app.connect("config-inited", _configure)
    app.connect("builder-inited", _begin)
    app.connect("env-get-outdated", _remove_pages)
    app.connect("env-before-read-docs", _distrust_saved)
    app.connect("env-before-read-docs", _execute, priority=900)
    app.connect("doctree-read", _read, priority=100)
    app.connect("env-updated", _judge, priority=900)
    app.connect("html-page-context", colophon.add)
    app.connect("build-finished", _finish, priority=900)
    app.connect("build-finished", _end, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _configure(app: Sphinx, config: Config) -> None:
    """Complete the settings; later than here, Sphinx would take it for a change of them.

    From here on no other build uses the folders; what Sphinx remembers is read after this.
    """
    turns.take([Path(app.outdir), Path(app.doctreedir)])
    unfinished = Unfinished(Path(app.outdir), Path(app.doctreedir), Path(app.srcdir))
    unfinished.begin()
    app.gradproof_unfinished = unfinished  # type: ignore[attr-defined]
    source, outside = Path(app.srcdir), Path(app.outdir).parent
    config.gradproof_fingerprint = code_fingerprint(app.srcdir, config)
    warm.wanted = config.gradproof_fingerprint
    config.gradproof_cache = str(source / (config.gradproof_cache or outside / ".gradproof"))
    # Notebooks are written into the output folder and beside it, which may be among the sources.
    for made in (app.outdir, outside / "jupyter_execute"):
        config.exclude_patterns.append(Path(os.path.relpath(made, source)).as_posix())
    config.html_static_path.append(str(_STATIC))
    if config.gradproof_site and not config.html_baseurl:
        # What search engines keep is the newest version of a page.
        config.html_baseurl = config.gradproof_site.rstrip("/") + "/latest/"


def _begin(app: Sphinx) -> None:
    app.gradproof_started = time.monotonic()  # type: ignore[attr-defined]
    # A build makes much and drops little: to look for cycles often, and in all that is left at the
    # end, takes a tenth of its time.
    gc.set_threshold(50_000, 20, 50)
    atexit.register(gc.freeze)


def _remove_pages(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Sphinx leaves the pages of removed sources behind, and does not know what a cell read."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        notebooks.withdraw(app, removed)
        for docname in removed:
            Path(app.builder.get_output_path(docname)).unlink(missing_ok=True)
    pages = identity_domain(env).pages
    return [name for name in env.found_docs if name in pages and not still(pages[name].read)]


def _distrust_saved(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Without a saved environment, a build that is cut short is followed by a whole one."""
    if docnames:
        (Path(app.doctreedir) / ENV_PICKLE_FILENAME).unlink(missing_ok=True)


def _execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute the pages that will be read; their reading judges them."""
    executor = Executor.of(app.config)
    app.gradproof_fresh = Fresh.begin(executor)  # type: ignore[attr-defined]
    ahead = execute(app, executor, docnames)
    app.gradproof_ahead = ahead  # type: ignore[attr-defined]
    # Sphinx deals the pages out in advance: more and smaller shares end nearer to each other.
    app.gradproof_parallel = 2 * app.parallel if app.parallel > 1 else 1  # type: ignore
    app.parallel = 1 if len(docnames) < _FEW else app.gradproof_parallel  # type: ignore
    if app.parallel > 1:  # and each share has long and short pages
        docnames.sort(key=lambda name: Path(env.doc2path(name)).stat().st_size, reverse=True)
        docnames[:] = [name for k in range(app.parallel) for name in docnames[k :: app.parallel]]


def _read(app: Sphinx, document: nodes.document) -> None:
    """Check the text of a page, and give its identities their anchors."""
    docname = app.env.docname
    page = identity_domain(app.env).page(docname)
    if Matcher(app.config.gradproof_display_math)(docname):
        page.failures += prose.display_mathematics(document, docname)
    page.failures += prose.code_not_run(document, docname)
    places: dict[str, nodes.Element] = {}
    for card in document.findall(directives.pending_card):
        places.setdefault(card["identity"], card)
    cells = {
        node.get("cell_index"): node
        for node in document.findall(nodes.container)
        if node.get("nb_element") == "cell_code"
    }
    for given in page.given:
        if given.id and given.cell in cells:
            places.setdefault(given.id, cells[given.cell])
    for section in document.findall(nodes.section):
        # An identity's address is permanent; a heading's gives way.
        section["ids"] = [f"{name}-section" if name in places else name for name in section["ids"]]
    for identity, node in places.items():
        node["ids"] = [*node["ids"], identity]
        page.places[identity] = finding.place(node)
    steps = [given.certificate for given in page.given if given.certificate.get("steps")]
    chains.set_chains(document, steps, _pending_link)


def _pending_link(identity: str) -> nodes.Node:
    name = nodes.literal("", identity, classes=["gp-id"])
    return directives.pending_link("", "", name, identity=identity)


def _judge(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Stop the build if anything is wrong; else say which pages show something new."""
    app.parallel = app.gradproof_parallel  # type: ignore[attr-defined]
    domain = identity_domain(env)
    named = domain.named()
    listed, moved = (
        Path(app.srcdir, name) if name else None
        for name in (app.config.gradproof_identities, app.config.gradproof_moved)
    )
    failures = judge(domain.pages, named, env.found_docs, listed, moved)
    failures += served.failures(app)
    if not app.config.gradproof_live:
        failures += app.gradproof_fresh.failures(domain.pages)  # type: ignore[attr-defined]
    if code_fingerprint(app.srcdir, app.config) != app.config.gradproof_fingerprint:
        # What ran may be neither the old code nor the new.
        failures.append(Failure("conf.py", 1, "code changed during the build: build again"))
    else:
        app.gradproof_ahead.keep({failure.docname for failure in failures})  # type: ignore
        app.gradproof_fresh.keep()  # type: ignore[attr-defined]
    if failures:
        _refuse(app, failures)
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.gradproof_unfinished.empty()  # type: ignore[attr-defined]
    domain.add_labels()
    return following.changed(app, failures)


def _refuse(app: Sphinx, failures: Iterable[Failure]) -> None:
    """Report every failure; but for a preview, take earlier pages back, and end the build."""
    report = []
    for failure in sorted(set(failures)):
        if failure.docname in app.env.found_docs:
            path = Path(app.env.doc2path(failure.docname))
        else:  # one of the lists, or a file that is no source
            path = Path(app.srcdir, failure.docname)
            path = path if path.is_file() else Path(failure.docname)
        place = f"{os.path.relpath(path)}:{failure.line}"
        # Without a type, which `suppress_warnings` could name.
        _logger.error("%s", failure, location=place)
        report.append(f"{place}: {failure}")
    if app.config.gradproof_live:
        app.gradproof_failures = sorted(set(failures))  # type: ignore[attr-defined]
        return
    noun = "failure" if len(report) == 1 else "failures"
    _logger.error("gradproof: %d %s, nothing is published", len(report), noun)
    _take_back(app, "\n\n".join(report))
    turns.leave()
    raise NotPublished("\n\n".join(report))


def _take_back(app: Sphinx, report: str) -> None:
    (Path(app.doctreedir) / ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    publish.withdraw(Path(app.outdir), publish.html_pages(app), report)
    if isinstance(app.builder, StandaloneHTMLBuilder):
        addresses.withdraw(app)
        notebooks.withdraw(app, app.env.found_docs)
    app.emit("gradproof-withdrawn")


def _finish(app: Sphinx, exception: Exception | None) -> None:
    """Publish what goes with the pages, or take the pages back."""
    if app.config.gradproof_live and exception is None:
        # Nothing that goes with a published site; and no script takes a preview for one.
        app.statuscode = app.statuscode or int(bool(live.failures(app)))
        return
    warned = app._fail_on_warnings and app._warncount
    if exception is None and not warned and app.statuscode == 0:
        domain = identity_domain(app.env)
        named = domain.named()
        if app.builder.format == "html":
            places = {name: app.builder.get_target_uri(name) for name in app.env.found_docs}
            publish.write_ledger(Path(app.outdir), named, places, edition.of(app))
        if isinstance(app.builder, StandaloneHTMLBuilder):
            addresses.write(app, named)
            colophon.stamp(app)
        steps = sum(not given.id for page in domain.pages.values() for given in page.given)
        seconds = time.monotonic() - app.gradproof_started  # type: ignore[attr-defined]
        _logger.info("gradproof: %s", publish.summary(named, steps, seconds))
        return
    _take_back(app, str(exception or "there were warnings, which are errors here"))
    app.gradproof_unfinished.fails = True  # type: ignore[attr-defined]


def _end(app: Sphinx, exception: Exception | None) -> None:
    """After all that other extensions write: let go of the folders."""
    app.gradproof_unfinished.end()  # type: ignore[attr-defined]
    turns.leave()
