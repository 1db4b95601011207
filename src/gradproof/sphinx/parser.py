"""The parser of a gated site: MyST-NB's own, with the gate's client in place of its choice."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path
from typing import Any

import myst_nb.sphinx_
from docutils import nodes
from nbformat import NotebookNode
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util.matching import Matcher

from gradproof.sphinx import cells, fingerprint
from gradproof.sphinx.collect import read_notebook
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.execute import Ahead, Executor, GateClient, Outputs

_reading: ContextVar[BuildEnvironment | None] = ContextVar("_reading", default=None)


def code_fingerprint(source: str | Path, config: Config) -> str:
    """The fingerprint of everything outside the pages of a site, as it is now."""
    watched = [Path(source, name) for name in config.gradproof_watch]
    return fingerprint.of([*watched, *sorted(Path(source).rglob("*.py"))])


class GatedParser(myst_nb.sphinx_.Parser):  # type: ignore[misc]
    """Reads pages as MyST-NB does, but lets the gate execute and judge them."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse the page, telling `_create_client` on whose behalf."""
        token = _reading.set(document.settings.env)
        try:
            super().parse(inputstring, document)
        finally:
            _reading.reset(token)


def _gate_client(
    env: BuildEnvironment, notebook: NotebookNode, path: str, nb_config: Any, logger: Any
) -> GateClient:
    config, docname = env.config, env.docname
    client = GateClient(notebook, Path(path), nb_config, logger)
    client.docname = docname
    client.executor = Executor.of(config)
    client.ahead = getattr(env._app, "gradproof_ahead", Ahead())
    rules = cells.Rules(
        frozenset(config.gradproof_allowed_tags),
        frozenset(config.gradproof_refused_names),
        Matcher(config.gradproof_display_math)(docname),
    )

    def judge(executed: NotebookNode, outputs: Outputs) -> None:
        text = Path(path).read_text("utf8")
        page = read_notebook(executed, outputs.stopped, docname, text, rules)
        page.read = outputs.read
        identity_domain(env).pages[docname] = page

    client.judge = judge
    return client


_stock = myst_nb.sphinx_.create_client


def _create_client(
    notebook: NotebookNode, source: str, nb_config: Any, logger: Any, read_fmt: Any = None
) -> Any:
    env = _reading.get()
    if env is None:
        return _stock(notebook, source, nb_config, logger, read_fmt)
    return _gate_client(env, notebook, source, nb_config, logger)


# MyST-NB 1.4 offers no hook here.  Its choice among modes, patterns and caches is what lets a
# false identity through, so it is replaced; tests/build fails if the name should move.
myst_nb.sphinx_.create_client = _create_client
