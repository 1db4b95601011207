"""The table of every identity, with what each verdict rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, NamedTuple

from docutils import nodes

from gradproof.sphinx import cards
from gradproof.sphinx.collect import Given
from gradproof.sphinx.oneline import oneline, words
from gradproof.sphinx.rests import natural
from gradproof.verdict import display

#: Name and width, in hundredths; the style sheet has the widths once more, for rows in boxes.
_COLUMNS = (
    ("identity", 19),
    ("statement", 37),
    ("verdict", 9),
    ("entries at", 11),
    ("mutants", 9),
    ("axioms", 9),
    ("time", 6),
)


class Line(NamedTuple):
    """An identity, a link to it, a link to its page, its group, and the words that find it."""

    given: Given
    link: nodes.Node
    page: nodes.Node
    group: str
    words: str


def ledger(lines: Iterable[Line], *, interactive: bool) -> list[nodes.Node]:
    """The table, above it the versions; `interactive` adds the fields by which it is searched."""
    ordered = sorted(lines, key=lambda line: natural(line.given.id))
    body = nodes.tbody("", *[_row(line, hidden=interactive) for line in ordered])
    group = nodes.tgroup(cols=len(_COLUMNS))
    group += [nodes.colspec(colwidth=width) for _, width in _COLUMNS]
    group += nodes.thead("", _entries([nodes.Text(name) for name, _ in _COLUMNS]))
    group += body
    table = nodes.table("", group, classes=["gp-ledger", "colwidths-given"])
    fields = [_fields(ordered)] if interactive else []
    versions = nodes.paragraph("", _versions(ordered), classes=["gp-versions"])
    return [*fields, table, versions]


def _row(line: Line, *, hidden: bool) -> nodes.row:
    certificate = line.given.certificate
    name: list[nodes.Node] = [line.link, nodes.inline("", "", line.page, classes=["gp-page"])]
    if hidden:
        name.append(nodes.inline("", line.words, classes=["gp-find"]))
    statement = certificate["statement"]
    mutants = (certificate.get("mutants") or {}).get("refused")
    axioms = certificate.get("axioms") or ()
    cells = [
        nodes.inline("", "", *name),
        nodes.inline("", "", oneline(statement["text"], statement["latex"]), *_terms(certificate)),
        nodes.inline("", cards.short_verdict(certificate), classes=["gp-word"]),
        nodes.Text(_sizes(certificate)),
        nodes.Text(f"{mutants} refused" if mutants else ""),
        nodes.Text(", ".join(axioms)),
        nodes.Text(_time(certificate["seconds"])),
    ]
    row = _entries(cells)
    row["classes"].append(f"gp-{certificate['verdict']}")
    return row


def _terms(certificate: Mapping[str, Any]) -> Iterator[nodes.inline]:
    """What the statement speaks of and rests on, a line for each kind."""
    for word, told in display.facts(certificate):
        label = nodes.inline("", f"{word} ", classes=["gp-label"])
        yield nodes.inline("", "", label, *words(", ".join(told)), classes=["gp-term"])


def _entries(contents: Iterable[nodes.Node]) -> nodes.row:
    return nodes.row("", *[nodes.entry("", nodes.paragraph("", "", c)) for c in contents])


def _sizes(certificate: Mapping[str, Any]) -> str:
    found = [route["sizes"] for route in certificate["routes"] if route.get("sizes")]
    found += [(certificate.get("counterexample") or {}).get("sizes") or {}]
    return "×".join(str(size) for size in found[0].values())


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 1 else f"{1000 * seconds:.0f} ms"


def _versions(lines: Iterable[Line]) -> str:
    found = {_version(line.given.certificate["versions"]) for line in lines}
    return f"Proved with {'; '.join(sorted(found))}." if found else ""


def _version(versions: Mapping[str, str]) -> str:
    names = {"gradproof": "gradproof", "sympy": "SymPy", "python": "Python"}
    return ", ".join(f"{names.get(key, key)} {value}" for key, value in versions.items())


def _fields(lines: Iterable[Line]) -> nodes.raw:
    """What the script searches by; a browser without scripts does not show it."""
    groups = sorted({line.group for line in lines})
    options = "".join(f"<option>{escape(group)}</option>" for group in groups)
    verdicts = "".join(
        f"<option>{kind}</option>" for kind in ("all shapes", "one shape", "refuted")
    )
    return nodes.raw(
        "",
        '<form class="gp-filter" role="search" aria-label="Identities">'
        '<label>Find <input type="search" name="q" autocomplete="off" spellcheck="false" '
        'placeholder="W, softmax, layer norm, MC 99 …"></label>'
        f'<label>on <select name="on"><option value="">every page</option>{options}'
        "</select></label>"
        f'<label>verdict <select name="verdict"><option value="">any</option>{verdicts}</select>'
        '</label><output class="gp-found"></output></form>',
        format="html",
    )
