"""A formula in one line of text, as in a table: letters slant, indices and exponents hang.

It is made from the plain text of a statement, so that a page of hundreds is light and its lines
break where words do; cards and chains draw their formulas.  Who draws them can also say what a
screen reader speaks, from the LaTeX that a line keeps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes

from gradproof.printing.boxes import SUB, SUPER

_CLASS = "gp-line"  # the style sheet gives it the fonts of formulas
_ARTICLE = re.compile(r"(?<![^ ])(a)(?= [a-z]{2})")
_LETTER = r"[a-zA-Zα-ωϕϵℓ][\u0302-\u0307]?"
_LOWERED = {small: sign for sign, small in SUB.items()}
_RAISED = {small: sign for sign, small in SUPER.items()} | str.maketrans("⁻ᵀ", "−⊤")
_LOW, _HIGH = ("".join(map(chr, small)) for small in (_LOWERED, _RAISED))
# log_softmax(: what hangs on the name of a function is part of it.
_CALLED = r"_[a-z_]{2,}\("
# What hangs below something that has no small form: a name, or sizes with a cross between them.
_NAME = rf"(?:{_LETTER}|\d+)[{_LOW}]*(?:_\w)?"
_PART = re.compile(
    rf"""(?P<slanted>(?<![a-zA-Z_]){_LETTER}(?:[ ]{_LETTER})*(?![a-zA-Z]|{_CALLED}))
    | (?P<bold>𝟏)
    | _(?P<word>[a-zA-Z]{{2,}}(?:_\w+)*)(?![\w(])
    | (?P<low>[{_LOW}]+) | _(?P<below>{_NAME}(?:×{_NAME})*)(?![a-zA-Z])
    | (?P<high>[{_HIGH}]+) | \^(?P<above>\([^()]*\)|\w+)""",
    re.VERBOSE,
)


def oneline(text: str, latex: str) -> nodes.inline:
    """The formula that `text` is the plain text of, and `latex` the LaTeX."""
    return nodes.inline("", "", *_set(text), classes=[_CLASS], latex=latex)


def words(text: str) -> Iterator[nodes.Node]:
    """Words with signs among them, the signs set as in a formula; the article a is a word."""
    for place, part in enumerate(_ARTICLE.split(text)):
        yield from [nodes.Text(part)] if place % 2 else _set(part)


def lines(tree: nodes.Element) -> list[nodes.inline]:
    """The formulas in one line, in a page."""
    return [node for node in tree.findall(nodes.inline) if _CLASS in node["classes"]]


def _set(text: str) -> Iterator[nodes.Node]:
    done = 0
    for match in _PART.finditer(text):
        if between := text[done : match.start()]:
            yield nodes.Text(between.replace("_", "-"))  # the name of a function
        done = match.end()
        yield _part(match.lastgroup or "", match[match.lastgroup or 0])
    if rest := text[done:]:
        yield nodes.Text(rest.replace("_", "-"))


def _part(kind: str, part: str) -> nodes.Node:
    if kind == "slanted":
        return nodes.emphasis("", part)
    if kind == "bold":
        return nodes.strong("", "1")
    if kind == "low":
        signs = part.translate(_LOWERED)
        slanted = [nodes.emphasis("", i) if i.isalpha() else nodes.Text(i) for i in signs]
        return nodes.subscript("", "", *slanted)
    if kind == "word":
        return nodes.subscript("", part.replace("_", ","))
    if kind == "below":
        return nodes.subscript("", "", *_set(part))
    inner = part[1:-1] if part.startswith("(") else part
    return nodes.superscript("", "", *_set(inner.translate(_RAISED)))
