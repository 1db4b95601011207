"""The gate's store: what every page proved, in the environment that Sphinx keeps and merges."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import Any, ClassVar

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

from gradproof.sphinx.collect import Given, Page


class IdentityDomain(Domain):
    """Identities as objects of the documentation, found by their permanent ids."""

    name = "gradproof"
    label = "gradproof"
    object_types: ClassVar[dict[str, ObjType]] = {"identity": ObjType("identity", "proved")}
    initial_data: ClassVar[dict[str, Any]] = {"pages": {}, "shown": {}}
    data_version = 2

    @property
    def pages(self) -> dict[str, Page]:
        """What the gate knows, by document name."""
        found: dict[str, Page] = self.data["pages"]
        return found

    def page(self, docname: str) -> Page:
        """The record of one document, made if it is not there."""
        return self.pages.setdefault(docname, Page())

    def named(self) -> dict[str, list[Given]]:
        """The certificates with an id, by id; more than one is a failure elsewhere."""
        found: dict[str, list[Given]] = {}
        for docname in sorted(self.pages):
            for given in self.pages[docname].given:
                if given.id:
                    found.setdefault(given.id, []).append(given)
        return found

    def clear_doc(self, docname: str) -> None:
        """Forget a document that is read again or gone."""
        self.pages.pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        for docname in docnames:
            if docname in otherdata["pages"]:
                self.pages[docname] = otherdata["pages"][docname]

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        """The identity that a reference of no particular kind may mean."""
        return [
            (
                "gradproof:proved",
                make_refnode(builder, fromdocname, given.docname, target, contnode),
            )
            for given in self.named().get(target, ())
        ]

    def get_objects(self) -> Iterable[tuple[str, str, str, str, str, int]]:
        """Every identity, for the search, before pages with the same words, and for other sites'
        cross-references."""
        for identity, given in self.named().items():
            yield identity, identity, "identity", given[0].docname, identity, 0

    def add_labels(self) -> None:
        """Make every id a label, too: sites without this domain can refer to labels only."""
        labels = self.env.domains.standard_domain.labels
        for identity, (given, *_) in self.named().items():
            labels.setdefault(identity, (given.docname, identity, identity))


def identity_domain(env: BuildEnvironment) -> IdentityDomain:
    """The store of this environment."""
    domain = env.domains[IdentityDomain.name]
    if not isinstance(domain, IdentityDomain):
        raise TypeError("another extension has taken the domain 'gradproof'")
    return domain
