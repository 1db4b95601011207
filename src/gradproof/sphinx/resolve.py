"""Setting cards, links and the ledger, once every page has been read."""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from gradproof.sphinx import cards
from gradproof.sphinx.collect import Given
from gradproof.sphinx.directives import pending_card, pending_ledger, pending_link
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.graph_page import axiom_link
from gradproof.sphinx.rests import natural, rests


class SetIdentities(SphinxPostTransform):
    """Puts into each page what it shows of the site's certificates."""

    # Before the code of a card would be highlighted and the links of a page resolved.
    default_priority = 5

    def run(self, **_: object) -> None:
        """Replace the places that the directives left."""
        domain = identity_domain(self.env)
        self.named, self.rests = domain.named(), rests(domain.pages)
        for place in list(self.document.findall(pending_card)):
            place.replace_self(self._card(place))
        for link in list(self.document.findall(pending_link)):
            link.replace_self(self._link(link))
        for table in list(self.document.findall(pending_ledger)):
            table.replace_self(self._ledger())

    def _given(self, place: nodes.Element) -> Given | None:
        found = self.named.get(place["identity"])
        return found[0] if found else None

    def _reference(self, given: Given, child: nodes.Node, title: str | None = None) -> nodes.Node:
        here, builder = self.env.docname, self.env._app.builder
        return make_refnode(builder, here, given.docname, given.id, child, title)

    def _card(self, place: nodes.Element) -> nodes.Node:
        given = self._given(place)
        if given is None:
            return nodes.paragraph("", place["identity"])
        name = nodes.literal("", given.id, classes=["gp-id"])
        link = self._reference(given, name, "permanent address")
        card = cards.card(given.certificate, link, self._rests(given))
        card["ids"] = place["ids"]
        return card

    def _rests(self, given: Given) -> list[cards.Row]:
        """The axioms of an identity, what it uses, and what uses it."""
        axioms = given.certificate.get("axioms") or ()
        uses, used_by = (
            [
                self._reference(self.named[i][0], nodes.literal("", i, classes=["gp-id"]))
                for i in identities
            ]
            for identities in self.rests.of(given.id)
        )
        return [
            ("axioms", [axiom_link(self.env, str(name)) for name in axioms]),
            ("uses", uses),
            ("used by", used_by),
        ]

    def _link(self, link: nodes.Element) -> nodes.Node:
        given = self._given(link)
        if given is None:
            return nodes.inline("", link["identity"])
        content = nodes.inline("", "", *link.children, classes=["gp-link"])
        if not link.children:
            content += cards.inline(given.certificate["statement"]["latex"])
        return self._reference(given, content, f"{given.certificate['verdict']}: {given.id}")

    def _ledger(self) -> nodes.Node:
        group = nodes.tgroup(cols=4)
        group += [nodes.colspec(colwidth=width) for width in (22, 44, 12, 22)]
        head = ("identity", "statement", "verdict", "page")
        group += nodes.thead("", _row([nodes.Text(text) for text in head]))
        body = nodes.tbody()
        for identity in sorted(self.named, key=natural):
            given = self.named[identity][0]
            row = _row(
                [
                    self._reference(given, nodes.literal("", identity)),
                    cards.inline(given.certificate["statement"]["latex"]),
                    nodes.Text(cards.short_verdict(given.certificate)),
                    self._page(given.docname),
                ]
            )
            row["classes"].append(f"gp-{given.certificate['verdict']}")
            body += row
        group += body
        return nodes.table("", group, classes=["gp-ledger", "colwidths-given"])

    def _page(self, docname: str) -> nodes.Node:
        title = self.env.titles[docname].deepcopy().children
        content = nodes.inline("", "", *title)
        return make_refnode(self.env._app.builder, self.env.docname, docname, "", content)


def _row(entries: list[nodes.Node]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", e)) for e in entries])
