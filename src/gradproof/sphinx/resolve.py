"""Setting cards, links, numbers and the ledger, once every page has been read."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinx.util.osutil import relative_uri

from gradproof.sphinx import addresses, cards, chains, citing, edition, finding, ledger, publish
from gradproof.sphinx.actions import actions
from gradproof.sphinx.collect import Given
from gradproof.sphinx.directives import pending_card, pending_count, pending_ledger, pending_link
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.graph_page import axiom_link
from gradproof.sphinx.rests import rests

_FIRST = 2  # steps of a derivation on a brief card


class SetIdentities(SphinxPostTransform):
    """Puts into each page what it shows of the site's certificates."""

    # Before the code of a card would be highlighted and the links of a page resolved.
    default_priority = 5

    def run(self, **_: object) -> None:
        """Replace the places that the directives left."""
        self.domain = identity_domain(self.env)
        # In a preview a claim may have failed; it is shown by its id, and by no card.
        self.named = {i: given for i, given in self.domain.named().items() if given[0].holds}
        self.rests = rests(self.domain.pages)
        for place in list(self.document.findall(pending_card)):
            place.replace_self(self._card(place))
        for link in list(self.document.findall(pending_link)):
            link.replace_self(self._link(link))
        for table in list(self.document.findall(pending_ledger)):
            interactive = self.env._app.builder.format == "html"
            table.replace_self(ledger.ledger(self._lines(), interactive=interactive))
        for number in list(self.document.findall(pending_count)):
            text = f"{publish.counts(self.named)[number['kind']]:,}"
            number.replace_self(nodes.inline("", text, classes=["gp-count"]))

    def _given(self, identity: str) -> Given | None:
        found = self.named.get(identity)
        return found[0] if found else None

    def _reference(self, given: Given, child: nodes.Node, title: str | None = None) -> nodes.Node:
        here, builder = self.env.docname, self.env._app.builder
        return make_refnode(builder, here, given.docname, given.id, child, title)

    def _card(self, place: nodes.Element) -> nodes.Node:
        given = self._given(place["identity"])
        if given is None:
            return nodes.paragraph("", place["identity"])
        name = nodes.literal("", given.id, classes=["gp-id"])
        card = cards.card(
            given.certificate,
            self._reference(given, name, "permanent address"),
            self._rests(given),
            actions=self._actions(given),
            brief=self._beginning(given) if place["brief"] else None,
        )
        card["ids"] = place["ids"]
        return card

    def _rests(self, given: Given) -> list[cards.Row]:
        """The axioms of an identity, what it uses, and what uses it."""
        axioms = given.certificate.get("axioms") or ()
        uses, used_by = (
            [self._id_link(identity) for identity in identities]
            for identities in self.rests.of(given.id)
        )
        return [
            ("axioms", [axiom_link(self.env, str(name)) for name in axioms]),
            ("uses", uses),
            ("used by", used_by),
        ]

    def _actions(self, given: Given) -> nodes.Node | None:
        """The buttons, on a page in a browser."""
        if self.env._app.builder.format != "html":
            return None
        here = self.env._app.builder.get_target_uri(self.env.docname)
        path, build = addresses.of_identity(given.id), edition.of(self.env._app)
        cited = citing.identity(given.certificate, build)
        return actions(given.certificate, relative_uri(here, path), cited, build.permanent(path))

    def _beginning(self, given: Given) -> nodes.Node:
        """How the page of an identity begins to derive it, and a link to the rest."""
        block = nodes.container(classes=["gp-beginning"])
        statement = given.certificate["statement"]
        for other in self.domain.page(given.docname).given:
            sides = other.certificate["statement"]
            same = all(sides[key] == statement[key] for key in ("lhs_latex", "rhs_latex"))
            if same and other.certificate.get("steps"):
                block += chains.steps(other.certificate, self._id_link, most=_FIRST)
                break
        block += nodes.paragraph("", "", self._page(given.docname), classes=["gp-more"])
        return block

    def _id_link(self, identity: str) -> nodes.Node:
        given, name = self._given(identity), nodes.literal("", identity, classes=["gp-id"])
        return self._reference(given, name) if given else name

    def _link(self, link: nodes.Element) -> nodes.Node:
        given = self._given(link["identity"])
        if given is None:
            return nodes.inline("", link["identity"])
        content = nodes.inline("", "", *link.children, classes=["gp-link"])
        if not link.children:
            content += cards.inline(given.certificate["statement"]["latex"])
        return self._reference(given, content, f"{given.certificate['verdict']}: {given.id}")

    def _lines(self) -> Iterator[ledger.Line]:
        for identity, (given, *_) in self.named.items():
            title = self.env.titles[given.docname].astext()
            where = self.domain.page(given.docname).places.get(identity, finding.Place("", ()))
            yield ledger.Line(
                given,
                self._reference(given, nodes.literal("", identity)),
                self._page(given.docname),
                title,
                finding.words(given.certificate, where),
            )

    def _page(self, docname: str) -> nodes.Node:
        title = self.env.titles[docname].deepcopy().children
        content = nodes.inline("", "", *title)
        return make_refnode(self.env._app.builder, self.env.docname, docname, "", content)
