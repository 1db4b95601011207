"""Boxes: a piece of a formula in LaTeX and in plain text, and the ways to put pieces together.

Both forms are made at the same time by the same calls, so they cannot say different things.
Each carries how tightly it binds, from which parentheses follow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

SUM, BIG, ENTRYWISE, PRODUCT, PREFIX, FRACTION, POWER, ATOM = range(8)

#: Signs with a small form above and below the line, and these forms.
SUPER = str.maketrans("0123456789-+()ijknT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾ⁱʲᵏⁿᵀ")
SUB = str.maketrans("0123456789ijklmnx", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙₓ")
#: A name of several letters; before a bracket it would read as a function.
_WORD = re.compile(r"(\\(hat|bar|tilde|dot)\{)*\\mathrm\{")
_TALL = re.compile(r"\\(frac|sum|begin|left)(?![a-zA-Z])")


@dataclass(frozen=True)
class Box:
    """LaTeX, text, and how tightly each binds.

    ``scripted`` tells that an index or exponent already hangs on it; ``plain`` that it is a
    number, a name or a product of these, short enough for the numerator of a fraction in front;
    ``closed`` is its LaTeX in parentheses where that is not ``(...)``: det(X) for det X.
    """

    latex: str
    text: str
    level: int = ATOM
    text_level: int = -1
    scripted: bool = False
    plain: bool = False
    closed: str = ""

    @property
    def in_text(self) -> int:
        """How tightly the text binds."""
        return self.level if self.text_level < 0 else self.text_level


def atom(latex: str, text: str, *, scripted: bool = False, plain: bool = False) -> Box:
    """A box that never needs parentheses."""
    return Box(latex, text, scripted=scripted, plain=plain)


def number(value: int) -> Box:
    """A natural number."""
    return atom(str(value), str(value), plain=True)


def around(left: str, latex: str, right: str) -> str:
    """Delimiters that are as tall as what they enclose."""
    if _TALL.search(latex):
        return rf"\left{left.strip()} {latex.strip()} \right{right.strip()}"
    return f"{left}{latex}{right}"


def is_tall(box: Box) -> bool:
    """Whether it is higher than a line."""
    return bool(_TALL.search(box.latex))


def parens(box: Box) -> Box:
    """The box in parentheses."""
    return Box(around("(", box.latex, ")"), f"({box.text})")


def tight(box: Box, level: int) -> Box:
    """The box, in parentheses where it binds less than ``level``, each form for itself."""
    inside = parens(box)
    latex, text = box.level < level, box.in_text < level
    if not latex and not text:
        return box
    return replace(
        box,
        latex=(box.closed or inside.latex) if latex else box.latex,
        text=inside.text if text else box.text,
        level=ATOM if latex else box.level,
        text_level=ATOM if text else box.in_text,
        scripted=False,
        plain=False,
    )


def call(head: Box, *args: Box) -> Box:
    """A function applied to arguments in parentheses."""
    inside = ", ".join(arg.latex for arg in args)
    text = ", ".join(arg.text for arg in args)
    return atom(head.latex + around("(", inside, ")"), f"{head.text}({text})")


def prefix(head: Box, arg: Box) -> Box:
    """A function written before its argument: log P, det X; in text always with parentheses."""
    closed = call(head, arg)
    if arg.level not in (BIG, PREFIX, ATOM) or arg.latex.endswith(")"):
        return closed
    level = BIG if arg.level == BIG else PREFIX
    return replace(closed, latex=f"{head.latex} {arg.latex}", level=level, closed=closed.latex)


def juxtapose(boxes: Sequence[Box]) -> Box:
    """A product without a sign; the boxes are tight already."""
    if len(boxes) == 1:
        return boxes[0]
    latex, text = boxes[0].latex, boxes[0].text
    for before, box in pairwise(boxes):
        if _WORD.match(before.latex) and not before.latex.endswith(")") and _opens(box):
            latex, text = rf"{latex} \cdot {box.latex}", f"{text} · {box.text}"
            continue
        latex = _join_latex(latex, box.latex)
        text += _space(text, box.text) + box.text
    return Box(latex, text, PRODUCT, plain=all(box.plain for box in boxes))


def _opens(box: Box) -> bool:
    """Whether it begins with a bracket."""
    return box.latex.startswith(("(", r"\left("))


def _join_latex(left: str, right: str) -> str:
    if right[0].isdigit() and left[-1].isdigit():
        return rf"{left} \cdot {right}"
    thin = right.startswith((r"\mathrm", r"\lVert", r"\left\lVert"))
    if thin or left.startswith(r"\mathrm"):
        return rf"{left} \, {right}"
    if not right.startswith(("(", r"\left(")):
        return f"{left} {right}"
    # f(x) is a function; a product of f and a bracket leaves a gap.
    called = left[-1] != ")" and not left.endswith(r"\top}") and not left.startswith(r"\frac")
    return rf"{left} \, {right}" if called else f"{left}{right}"


def _space(left: str, right: str) -> str:
    """What stands between two factors in text: nothing where parentheses tell them apart."""
    if left[-1].isdecimal() and right[0].isdecimal():
        return " · "
    before = right[0] == "(" and left[-1] in "ᵀ)"
    after = left[-1] == ")" and left[0] == "(" and right[0] != "Σ"
    return "" if before or after else " "


def product(boxes: Sequence[Box]) -> Box:
    """A product; what reaches to the right as far as it can stands last or in parentheses."""
    if len(boxes) == 1:
        return boxes[0]
    made = []
    for place, box in enumerate(boxes):
        last = place == len(boxes) - 1
        made.append(_factor(box, first=not place, last=last))
    return juxtapose(made)


def _factor(box: Box, *, first: bool, last: bool) -> Box:
    latex_level = PRODUCT if last else FRACTION
    if box.level == PRODUCT or (box.level == BIG and last):
        latex_level = box.level
    text_level = PRODUCT if first else PREFIX
    if box.in_text == BIG and last:
        text_level = BIG
    latex, text = tight(box, latex_level), tight(box, text_level)
    return replace(latex, text=text.text, text_level=text.in_text)


def fraction(top: Box, bottom: Box) -> Box:
    """A fraction: a bar in LaTeX, a slash in text."""
    above = tight(top, PRODUCT).text
    below = tight(bottom, POWER).text
    plain = top.plain and bottom.plain
    return Box(
        rf"\frac{{{top.latex}}}{{{bottom.latex}}}",
        f"{above}/{below}",
        FRACTION,
        PRODUCT,
        plain=plain,
    )


def over(rest: Box, front: Box, bottom: Box) -> Box:
    """``front/bottom`` in front of ``rest``; in text the slash comes last."""
    coefficient = fraction(front, bottom)
    latex = product([coefficient, rest]).latex
    tops = [rest] if front.text == "1" else [front, rest]
    if rest.in_text == BIG:
        return replace(product([coefficient, rest]), text_level=BIG)
    text = f"{tight(product(tops), PRODUCT).text}/{tight(bottom, POWER).text}"
    return Box(latex, text, PRODUCT)


def add(terms: Sequence[tuple[bool, Box]]) -> Box:
    """A sum of (is negative, box); a single positive term stays as it is."""
    latex, text = "", ""
    for place, (negative, box) in enumerate(terms):
        inner = tight(box, BIG)
        if place:
            latex += " - " if negative else " + "
            text += " − " if negative else " + "
        elif negative:
            latex, text = "-", "−"
        latex, text = latex + inner.latex, text + inner.text
    if len(terms) == 1 and not terms[0][0]:
        return terms[0][1]
    return Box(latex, text, SUM)


def entrywise(left: Box, right: Box | None) -> Box:
    """``left ⊘ right``."""
    if right is None:
        return left
    one, two = tight(left, PREFIX), tight(right, PREFIX)
    return Box(rf"{one.latex} \oslash {two.latex}", f"{one.text} ⊘ {two.text}", ENTRYWISE)


def hadamard(boxes: Sequence[Box]) -> Box:
    """``A ⊙ B``; ordinary products in it keep parentheses, since no rule ranks the two."""
    if len(boxes) == 1:
        return boxes[0]
    inner = [tight(box, PREFIX) for box in boxes]
    return Box(
        r" \odot ".join(box.latex for box in inner), " ⊙ ".join(b.text for b in inner), ENTRYWISE
    )


def raised(base: Box, latex: str, text: str | None = None) -> Box:
    """A power or another mark above right; ``text`` is what plain text writes for it."""
    upper = latex if text is None else text
    if all(ch in "0123456789-" for ch in upper):
        return _marked(base, latex, upper.translate(SUPER))
    return _marked(base, latex, f"^{upper}" if len(upper) == 1 else f"^({upper})")


def power(base: Box, latex: str, text: str) -> Box:
    """A power; by a size T it is written pow(A, T), since Aᵀ is the transpose."""
    if text in ("T", "−T"):
        return call(atom(r"\operatorname{pow}", "pow"), base, Box(latex, text))
    return raised(base, latex, text)


def transposed(base: Box, *, inverse: bool = False) -> Box:
    """A transpose, or that of the inverse."""
    return _marked(base, r"-\top", "⁻ᵀ") if inverse else _marked(base, r"\top", "ᵀ")


def _marked(base: Box, latex: str, mark: str) -> Box:
    twice = base.scripted and "^" in base.latex
    inner = parens(base) if twice or base.level < ATOM else tight(base, ATOM)
    return Box(f"{inner.latex}^{{{latex}}}", inner.text + mark, POWER, scripted=True)


def indexed(base: Box, indices: Sequence[Box]) -> Box:
    """``base`` with indices below right: W₀₁, P_{y_j j}."""
    inner = parens(base) if base.scripted or base.level < ATOM else base
    # Next to each other without a comma, several indices are letters or digits, one each.
    short = len(indices) == 1 or all(len(index.text) == 1 for index in indices)
    digits = all(index.latex.isdigit() for index in indices)
    close = all(len(index.latex) == 1 for index in indices)
    latex = ("" if close else "," if digits else " ").join(index.latex for index in indices)
    inner_text = inner if inner.in_text == ATOM else parens(base)
    letters = "".join(index.text for index in indices)
    text = letters.translate(SUB)
    if not short or any(letter not in "0123456789ijklmnx" for letter in letters):
        text = "[" + ", ".join(index.text for index in indices) + "]"
    return atom(f"{inner.latex}_{{{latex}}}", inner_text.text + text, scripted=True)


def root(arg: Box) -> Box:
    """A square root."""
    return Box(rf"\sqrt{{{arg.latex}}}", f"√{tight(arg, ATOM).text}", ATOM, POWER)


def series(index: Box, first: Box, last: Box, body: Box) -> Box:
    """A sum over a whole number, from the first to the last, of what follows."""
    inner = tight(body, BIG)
    latex = rf"\sum_{{{index.latex}={first.latex}}}^{{{last.latex}}} {inner.latex}"
    return Box(latex, f"Σ({index.text} = {first.text} … {last.text}) {inner.text}", BIG)


def big_sum(indices: Sequence[Box], body: Box) -> Box:
    """A sum over indices of what follows."""
    names = ",".join(index.latex for index in indices)
    text = "".join(index.text for index in indices).translate(SUB)
    inner = tight(body, BIG)
    return Box(rf"\sum_{{{names}}} {inner.latex}", f"Σ{text} {inner.text}", BIG)
