"""Which pages show something new of a certificate, though their sources are what they were."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from sphinx.application import Sphinx

from gradproof.sphinx import edition
from gradproof.sphinx.domain import identity_domain
from gradproof.sphinx.failures import Failure
from gradproof.sphinx.rests import cited, rests

_TIME = re.compile(r'"seconds": [^,}]+')


def changed(app: Sphinx, failures: Iterable[Failure]) -> list[str]:
    """The pages that this builder is to write again; what they show is noted."""
    domain = identity_domain(app.env)
    named, found = domain.named(), rests(domain.pages)
    shown = domain.data["shown"].setdefault(f"{app.builder.name} {app.outdir}", {})
    preview = [app.config.gradproof_live, sorted(map(repr, failures))]
    build = [app.config.gradproof_fingerprint, repr(edition.of(app).lasting), preview]
    stale = []
    for docname in sorted(app.env.found_docs):
        page = domain.page(docname)
        steps = (identity for given in page.given for identity in cited(given))
        used = sorted(named if page.ledger else {*(i for i, _ in page.uses), *steps} & set(named))
        facts = [[i, named[i][0].docname, named[i][0].certificate, found.of(i)] for i in used]
        text = json.dumps([build, facts], sort_keys=True)
        if app.config.gradproof_live or not page.ledger:
            text = _TIME.sub("", text)  # what the ledger alone shows, and each proof changes
        digest = hashlib.sha256(text.encode()).hexdigest()
        if shown.get(docname) != digest:
            shown[docname] = digest
            stale.append(docname)
    return stale
