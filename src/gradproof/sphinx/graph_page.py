"""`{graph}`: what rests on what, drawn, and the same as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from gradproof.sphinx import graph
from gradproof.sphinx.collect import Given
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.rests import Rests, natural, rests

_LABEL = "What rests on what: every arrow leads from what is used to what uses it"
_TOOLS = (
    '<div class="gp-graph-tools" hidden>'
    '<button type="button" data-zoom="1.25">Larger</button>'
    '<button type="button" data-zoom="0.8">Smaller</button>'
    '<button type="button" data-zoom="fit">Whole</button></div>'
)


class pending_graph(nodes.General, nodes.Element):
    """Stands for the graph, until every page has been read."""


class Graph(SphinxDirective):
    """`{graph}`: the identities of the site and what they rest on."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the graph; the page shows every identity, as the ledger does."""
        identity_domain(self.env).page(self.env.docname).ledger = True
        return [pending_graph()]


class SetGraph(SphinxPostTransform):
    """Puts the graph into its page."""

    default_priority = 5

    def run(self, **_: object) -> None:
        """Replace the places that the directive left."""
        for place in list(self.document.findall(pending_graph)):
            domain = identity_domain(self.env)
            found = rests(domain.pages)
            place.replace_self(_Setting(self.env, domain.named(), found).whole())


class _Setting:
    """The nodes of one graph on the page that is being written."""

    def __init__(
        self, env: BuildEnvironment, named: Mapping[str, list[Given]], found: Rests
    ) -> None:
        self.env, self.named, self.rests = env, named, found

    def whole(self) -> list[nodes.Node]:
        """A sentence with the counts, the drawing, and the list."""
        joined = [i for i in self.named if i in self.rests.axioms or any(self.rests.of(i))]
        alone = sum(
            given[0].certificate["verdict"] == "proved" for given in self.named.values()
        ) - len(joined)
        words = f"{len(joined)} identities rest on others or on an axiom, or are used by others. "
        words += f"The other {alone} are proved on their own, and are not drawn."
        count = nodes.paragraph("", words)
        if not joined:
            return [count]
        joined.sort(key=natural)
        return [count, self._drawing(joined), nodes.rubric("", "As a list"), self._list(joined)]

    def _drawing(self, joined: Iterable[str]) -> nodes.Node:
        axioms = sorted({name for names in self.rests.axioms.values() for name in names})
        keys = [*joined, *axioms]
        number = {key: position for position, key in enumerate(keys)}
        boxes = [self._identity(i) for i in joined] + [self._axiom(name) for name in axioms]
        below = (self.rests.uses, self.rests.axioms)
        edges = [
            (number[used], number[user])
            for table in below
            for user, all_used in table.items()
            for used in all_used
        ]
        svg = graph.draw(boxes, edges, _LABEL)
        html = (
            f'{_TOOLS}<div class="gp-graph" role="region" tabindex="0" '
            f'aria-label="The graph; scrolls both ways">{svg}</div>'
        )
        return nodes.raw("", f'<div class="gp-graph-frame">{html}</div>', format="html")

    def _identity(self, identity: str) -> graph.Node:
        given = self.named[identity][0]
        uri = self.env._app.builder.get_relative_uri(self.env.docname, given.docname)
        statement = str(given.certificate["statement"]["text"])
        return graph.Node(identity, f"{uri}#{identity}", statement, _kind(given.certificate))

    def _axiom(self, name: str) -> graph.Node:
        place = axiom_place(self.env, name)
        uri = self.env._app.builder.get_relative_uri(self.env.docname, place[0]) if place else ""
        return graph.Node(name, f"{uri}#{place[1]}" if place else "", f"axiom: {name}", "axiom")

    def _list(self, joined: Iterable[str]) -> nodes.Node:
        entries = nodes.bullet_list(classes=["gp-graph-list"])
        for identity in joined:
            line = nodes.paragraph()
            line += self._link(identity)
            uses, used_by = self.rests.of(identity)
            on = [self._link(i) for i in uses]
            on += [axiom_link(self.env, name) for name in self.rests.axioms.get(identity, ())]
            for words, links in (("rests on", on), ("used by", [self._link(i) for i in used_by])):
                for position, link in enumerate(links):
                    line += nodes.Text(", " if position else f"; {words} ")
                    line += link
            entries += nodes.list_item("", line)
        return entries

    def _link(self, identity: str) -> nodes.Node:
        given = self.named[identity][0]
        name = nodes.literal("", identity)
        builder = self.env._app.builder
        return make_refnode(builder, self.env.docname, given.docname, identity, name)


def axiom_link(env: BuildEnvironment, name: str) -> nodes.Node:
    """The name of an axiom, as a link if the site explains it."""
    place = axiom_place(env, name)
    words = nodes.inline("", name)
    if place is None:
        return words
    return make_refnode(env._app.builder, env.docname, *place, words)


def axiom_place(env: BuildEnvironment, name: str) -> tuple[str, str] | None:
    """The document and anchor of the label `axiom-<name in kebab-case>`, if a page has it."""
    labels = env.domains.standard_domain.anonlabels
    found = labels.get(f"axiom-{nodes.make_id(name)}")
    return (found[0], found[1]) if found else None


def _kind(certificate: Mapping[str, Any]) -> str:
    return "proved" if certificate.get("scope") == "all shapes" else "one-shape"


def _assets(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    """The script for zooming and the style, on pages with a graph only."""
    if doctree is not None and "gp-graph-frame" in context.get("body", ""):
        app.add_js_file("gradproof-graph.js", loading_method="defer")
        app.add_css_file("gradproof-graph.css")


def setup(app: Sphinx) -> None:
    """Register the directive; called by the gate."""
    app.add_node(pending_graph)
    app.add_directive("graph", Graph)
    app.add_post_transform(SetGraph)
    app.connect("html-page-context", _assets)
