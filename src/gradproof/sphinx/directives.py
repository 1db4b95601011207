"""What an author writes: `{theorem}`, `{ledger}`, `{definition}`, `{motivation}`, on the page of
the prover `{rule}` and `{axiom}`, and the roles `{proved}` and `{count}`."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.prose import MARKED


class pending_card(nodes.General, nodes.Element):
    """Stands for the card of the identity `identity`, until every page has been read."""


class pending_ledger(nodes.General, nodes.Element):
    """Stands for the table of all identities."""


class pending_count(nodes.Inline, nodes.Element):
    """Stands for how many identities there are of a `kind`."""


class pending_link(nodes.Inline, nodes.TextElement):
    """Stands for a link to `identity`; its children are the text, if the author gave one."""


PENDING = (pending_card, pending_ledger, pending_count, pending_link)


class Theorem(SphinxDirective):
    """`{theorem} <id>`: the card of an identity, set from its certificate.

    With `:brief:` it has no facts and no buttons, and the first steps of the derivation if the
    page of the identity derives it in steps.
    """

    required_arguments = 1
    option_spec: ClassVar = {"brief": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Leave a place for the card, and note that the page relies on the identity."""
        identity = self.arguments[0].strip()
        page = identity_domain(self.env).page(self.env.docname)
        page.uses.append((identity, self.lineno))
        brief = "brief" in self.options
        page.ledger |= brief  # it also shows steps, of which no use is noted
        card = pending_card(identity=identity, brief=brief)
        self.set_source_info(card)
        return [card]


class Ledger(SphinxDirective):
    """`{ledger}`: every identity of the site."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for the table."""
        identity_domain(self.env).page(self.env.docname).ledger = True
        return [pending_ledger()]


class _Marked(SphinxDirective):
    """A block with displayed mathematics that no certificate has set."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"name": directives.unchanged}
    kind = ""

    def run(self) -> list[nodes.Node]:
        """The block, under a small heading that says what it is."""
        block = nodes.container(classes=["gp-marked", f"gp-{self.kind}"], **{MARKED: self.kind})
        self.set_source_info(block)
        heading = nodes.paragraph(classes=["gp-kind"])
        heading += nodes.inline("", self.kind.capitalize(), classes=["gp-kind-name"])
        if self.arguments:
            children, problems = self.parse_inline(self.arguments[0])
            heading += [nodes.Text(" "), *children, *problems]
        block += heading
        block += self.parse_content_to_nodes()
        self.add_name(block)
        return [block]


class Definition(_Marked):
    """`{definition} [words]`: what a symbol or a word means from here on."""

    kind = "definition"


class Motivation(_Marked):
    """`{motivation} [words]`: a formula to think with, which nothing rests on."""

    kind = "motivation"


class _OfTheProver(_Marked):
    """A block that says what the prover itself rests on; a page that proves has no use for it."""

    def run(self) -> list[nodes.Node]:
        """The block, and a failure where it does not belong."""
        docname = self.env.docname
        if docname not in self.config.gradproof_rules:
            message = (
                f"{{{self.kind}}} states what the prover rests on, which only the pages in "
                "gradproof_rules do: prove the claim, and show it with {theorem}"
            )
            identity_domain(self.env).page(docname).failures.append(
                Failure(docname, self.lineno, message)
            )
        return super().run()


class Rule(_OfTheProver):
    """`{rule} [words]`: an equation that the prover applies, argued for in the text beside it."""

    kind = "rule"


class Axiom(_OfTheProver):
    """`{axiom} [words]`: a fact that the prover takes as given, and every proof by it names."""

    kind = "axiom"


class UnrunCell(SphinxDirective):
    """A `{code-cell}` that was not taken for a cell: nested, or on a page that is no notebook."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"tags": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Refuse it: it would be shown and never run."""
        message = (
            "this cell is never run: put it at the top level of a page that begins with "
            "'file_format: mystnb' in its front matter"
        )
        docname = self.env.docname
        identity_domain(self.env).page(docname).failures.append(
            Failure(docname, self.lineno, message)
        )
        return []


class Proved(ReferenceRole):
    """`{proved}`id`` or `{proved}`words <id>``: a link to an identity, by its formula or words."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a place for the link, and note that the page relies on the identity."""
        identity_domain(self.env).page(self.env.docname).uses.append((self.target, self.lineno))
        link = pending_link(identity=self.target)
        if self.has_explicit_title:
            link += nodes.inline("", self.title)
        return [link], []


class Count(ReferenceRole):
    """`{count}`proved``: how many identities this build proved, `refuted` or has a verdict on.

    Also `mutants`, how many damaged forms were refused.
    """

    kinds = ("proved", "refuted", "all shapes", "mutants")

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a place for the number."""
        if self.target not in self.kinds:
            message = f"nothing is counted as {self.target!r}: use one of {', '.join(self.kinds)}"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        identity_domain(self.env).page(self.env.docname).ledger = True
        return [pending_count(kind=self.target)], []
