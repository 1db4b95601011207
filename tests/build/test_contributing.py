"""CONTRIBUTING.md shows what the build says, word for word."""

from __future__ import annotations

import re

from .conftest import FRONT, ROOT, Site, cell


def test_the_messages_are_those_of_the_build(site: Site) -> None:
    setting = cell("from gradproof import dims, gradient, norm, prove, vector", "", 'n = dims("n")')
    claim = cell('x = vector("x", n)', 'prove(gradient(norm(x) ** 2, x), x, name="squared-length")')
    site.configure(identities="identities.txt")
    site.write("identities.txt", "")
    site.write("lengths.md", FRONT + f"# Lengths\n\n{setting}\n{claim}")
    built = site.build()
    assert built.status != 0
    said = [line for line in built.log.splitlines() if line.strip()]
    first = next(n for n, line in enumerate(said) if "ERROR: squared-length" in line)
    last = next(n for n, line in enumerate(said) if "nothing is published" in line)
    wanted = [re.sub(r"\S*/lengths", "docs/lengths", line) for line in said[first : last + 1]]
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf8")
    (shown,) = re.findall(r"^```text\n(.*?)^```$", contributing, re.M | re.S)
    assert shown.splitlines() == wanted
