"""What a verdict shows of itself: in a terminal, in a notebook and on a page of the site.

Everything comes from the certificate. Notebooks and the site are given LaTeX and plain text,
and no HTML: where an output has HTML, MyST-NB and Jupyter show that and never look at the LaTeX,
and a page would have formulas that are not drawn when it is built.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sympy import Expr, MatrixExpr
from sympy.matrices import MatrixBase

from ..errors import GradproofError
from ..language.shapes import shape_text
from ..language.statement import Statement
from ..language.symbols import OneHot, Variable
from ..printing import latex as latex_of
from ..printing import text as text_of
from ..printing.names import name_box
from ..printing.scope import Defined
from ..routes.entries import EntryResidual
from ..routes.kernel import Residual
from .publish import SHOWN, wanted
from .residuals import normal_form
from .snippet import snippet

Certificate = Mapping[str, Any]

_WIDE = 64  # characters of plain text after which an equation takes two rows
#: What is said beside an equation, by which word; and what of it the truth rests on.
_KINDS = (
    ("where", "where"),
    ("shapes", "variables"),
    ("given", "assumptions"),
    ("if", "conditions"),
)
_RESTS = ("given", "if")
_IN_A_ROW = 4  # shapes
_DIGITS = 12  # digits of a number in a counterexample
_ESCAPES = {
    "\\": r"\textbackslash ",
    "~": r"\textasciitilde ",
    "^": r"\textasciicircum ",
    **{sign: "\\" + sign for sign in "#$%&_{}"},
}


def verdict(certificate: Certificate) -> str:
    """The verdict in a line: ``proved for all shapes · every entry at C×D×N = 3×2×4 · …``."""
    parts = [_headline(certificate)]
    for route in certificate.get("routes") or ():
        if route["route"] == "entries":
            sizes = route.get("sizes")
            parts.append(f"every entry at {_sizes(sizes)}" if sizes else "every entry")
        elif route["route"] == "numbers":
            parts.append(f"numbers to {route['digits']} digits")
    refused = (certificate.get("mutants") or {}).get("refused")
    if refused:
        parts.append(f"{refused} mutants refused")
    if certificate["verdict"] != "proved":
        return parts[0]
    return " · ".join(parts)


def _outcome(certificate: Certificate) -> str:
    """The verdict and, where it is not a proof, the two values or the reason."""
    message = (certificate.get("failure") or {}).get("message")
    example = certificate.get("counterexample")
    if example:
        return f"{verdict(certificate)}: {_values(example)}"
    return f"{verdict(certificate)}: {message}" if message else verdict(certificate)


def words(certificate: Certificate) -> str:
    """What stands below a formula: the outcome, what is given, and under which conditions."""
    told = [_outcome(certificate)]
    told += [
        f"{word} {', '.join(entries)}" for word, entries in facts(certificate) if word in _RESTS
    ]
    return " · ".join(told)


def facts(certificate: Certificate, form: str = "text") -> list[tuple[str, list[str]]]:
    """What an equation does not say by itself, a word for each kind of it."""
    return [
        (word, [str(entry.get(form) or rf"\text{{{entry['text']}}}") for entry in entries])
        for word, key in _KINDS
        if (entries := certificate.get(key))
    ]


def shapes_latex(certificate: Certificate) -> list[str]:
    """The shapes as LaTeX: each symbol, and the set that it is an element of."""
    return [membership(variable) for variable in certificate.get("variables") or ()]


def membership(variable: Mapping[str, Any]) -> str:
    """W ∈ ℝ^{C × D}, as LaTeX."""
    shape, entries = variable["shape_latex"], variable["set_latex"]
    return f"{variable['latex']} \\in {entries}" + (f"^{{{shape}}}" if shape else "")


def _headline(certificate: Certificate) -> str:
    word = str(certificate["verdict"])
    if word == "proved":
        scope = certificate.get("scope")
        if scope != "this shape":
            return f"proved for {scope}" + (
                "" if scope == "all shapes" else ", other sizes as stated"
            )
        routes = {route["route"] for route in certificate.get("routes") or ()}
        return "proved at this shape only" + ("" if "all shapes" in routes else ", by two routes")
    if word == "refuted":
        sizes = (certificate.get("counterexample") or {}).get("sizes") or {}
        return f"refuted at {_sizes(sizes)}" if sizes else "refuted"
    return word


def _sizes(sizes: Mapping[str, int]) -> str:
    values = "×".join(str(size) for size in sizes.values())
    # A size that was concrete in the statement has a number for its name.
    named = all(str(name).isidentifier() for name in sizes)
    return f"{'×'.join(sizes)} = {values}" if named else values


def text(certificate: Certificate) -> str:
    """The verdict as plain text, a few lines."""
    lines = _text_statement(certificate)
    lines += [f"  {word} {', '.join(entries)}" for word, entries in facts(certificate)]
    name = certificate.get("id")
    lines.append(f"  {name}: {_outcome(certificate)}" if name else f"  {_outcome(certificate)}")
    return "\n".join([*lines, *_text_details(certificate)])


def _text_statement(certificate: Certificate) -> list[str]:
    shown = str(certificate["statement"]["text"])
    steps = certificate.get("steps")
    if not steps:
        return [shown]
    width = max(len(str(step["text"])) for step in steps)
    rows = [f"  = {step['text']:<{width}}   {step.get('reason') or ''}" for step in steps]
    return [_start(certificate), *(row.rstrip() for row in rows)]


def _start(certificate: Certificate) -> str:
    """The text of what a chain starts from: the left side of what it proves."""
    return str(certificate["statement"]["text"]).removesuffix(
        f" = {certificate['steps'][-1]['text']}"
    )


def _text_details(certificate: Certificate) -> list[str]:
    """What a line cannot hold: the point of a refutation, or all that is known of a failure."""
    example = certificate.get("counterexample")
    if example:
        return [f"    {part['text']}" for part in example.get("point") or ()]
    failure = certificate.get("failure") or {}
    lines = []
    if failure.get("residual"):
        lines.append(f"  {failure['residual']}")
    if failure.get("counterexample"):
        lines += [f"  {line}" for line in str(failure["counterexample"]).split("\n")]
    return lines


def _values(example: Mapping[str, Any]) -> str:
    of = f"entry ({example['entry']}) of " if example.get("entry") else ""
    left, right = (shorten(example.get(side)) for side in ("lhs", "rhs"))
    return (
        f"{of}the left side is {left}, of the right side {right}"
        if of
        else (f"the left side is {left}, the right side {right}")
    )


def shorten(value: object) -> str:
    """A number, cut after a dozen digits where it has more."""
    shown = str(value)
    whole, dot, decimals = shown.partition(".")
    if dot and decimals.isdigit() and len(decimals) > _DIGITS:
        return f"{whole}.{decimals[:_DIGITS]}…"
    return shown


def latex(certificate: Certificate) -> str:
    """The verdict as LaTeX of a displayed formula, without delimiters."""
    rows = [formula(certificate)]
    for word, entries in facts(certificate, "latex"):
        if word == "where":
            rows += _rows(word, entries, 1)
        elif word == "shapes":
            rows += _rows("with", shapes_latex(certificate), _IN_A_ROW)
    point = (certificate.get("counterexample") or {}).get("point") or ()
    if point:
        rows.append(r"\text{at } " + r", \quad ".join(str(part["latex"]) for part in point))
    rows.append(small(words(certificate)))
    return r"\begin{gathered} " + r" \\[0.4em] ".join(rows) + r" \end{gathered}"


def _rows(word: str, facts: list[str], most: int) -> list[str]:
    """Facts below each other, ``most`` in a row, the word before the first."""
    rows = [r",\; ".join(facts[start : start + most]) for start in range(0, len(facts), most)]
    rows[0] = rf"\text{{{word} }} {rows[0]}"
    return [rf"{{\small {row}}}" for row in rows]


def several(certificates: Sequence[Certificate]) -> str:
    """The verdicts of a derivation, below each other, between the delimiters of a formula."""
    whole = [latex(certificate) for certificate in certificates]
    rows = r" \\[1.2em] ".join(whole)
    if len(whole) > 1:  # one formula: the output of a cell has room for no more
        rows = rf"\begin{{gathered}} {rows} \end{{gathered}}"
    return f"$$\n{rows}\n$$"


def formula(certificate: Certificate) -> str:
    """What is claimed, as LaTeX: an equation or a chain of them."""
    statement = certificate["statement"]
    if certificate.get("steps"):
        return _aligned(certificate)
    if not statement["latex"]:
        return rf"\text{{{escape_latex(str(statement['text']))}}}"
    whole = str(statement["text"])
    if len(whole) <= _WIDE or len(re.split(" [=≠] ", whole)[0]) <= _WIDE // 3:
        return str(statement["latex"])
    left, right = statement["lhs_latex"], statement["rhs_latex"]
    relation = r"\ne" if certificate["kind"] == "refute" else "="
    return rf"\begin{{aligned}} &{left} \\ &\quad {relation} {right} \end{{aligned}}"


def _aligned(certificate: Certificate) -> str:
    """The steps below each other, each reason beside its step."""
    start, rows = certificate["statement"]["lhs_latex"], []
    for step in certificate["steps"]:
        reason = f" && {small(str(step['reason']))}" if step.get("reason") else ""
        rows.append(f"&= {step['latex']}{reason}")
    short = len(_start(certificate)) <= _WIDE // 3
    head = f"{start} " if short else rf"&{start} \\ "
    return r"\begin{aligned} " + head + r" \\ ".join(rows) + r" \end{aligned}"


def small(words: str) -> str:
    """Words in small letters within a formula, every sign that means something escaped."""
    return rf"{{\small \text{{{escape_latex(words)}}}}}"


def escape_latex(words: str) -> str:
    """``words`` as they can stand in ``\\text{...}``, on one line."""
    return "".join(_ESCAPES.get(sign, sign) for sign in " ".join(words.split()))


def html(certificate: Certificate) -> str:
    """The verdict as HTML with the formula in ``\\[...\\]``, for pages that draw that."""
    kind = escape(str(certificate["verdict"]).replace(" ", "-"))
    lines = text(certificate).split("\n")
    shown = len(_text_statement(certificate))
    rest = "<br>".join(escape(line.strip()) for line in lines[shown:])
    claim = escape(rf"\[{formula(certificate)}\]")
    return f'<div class="gradproof {kind}"><div>{claim}</div><div>{rest}</div></div>'


def residual(statement: Statement, error: Exception) -> str:
    """What is left of ``left − right`` when a route refuses, as text; empty if it left nothing."""
    if isinstance(error, Residual):
        left, indices = normal_form(error.residual)
        entry = ",".join(index.text for index in indices)
        return f"{f'entry {entry} of ' if entry else ''}left − right = {left.text}"
    if isinstance(error, EntryResidual):
        where_ = f"entry {error.index[0]},{error.index[1]} of " if error.index else ""
        at = f" at {_sizes(error.sizes)}" if error.sizes else ""
        return f"{where_}left − right = {text_of(error.residual)}{at}"
    return ""


def mimebundle(certificate: Certificate) -> dict[str, str]:
    """What IPython is given: LaTeX and plain text."""
    return {
        "text/latex": f"$$\n{latex(certificate)}\n$$",
        "text/plain": text(certificate),
    }


def shown(thing: Any) -> tuple[str, str]:
    """An expression as the result of a cell, in LaTeX and text.

    A named expression shows with its definition, and a symbol with its shape.
    """
    latex_, text_ = latex_of(thing), text_of(thing)
    if isinstance(thing, Defined):
        body = thing.definition
        return f"{latex_} = {latex_of(body, thing)}", f"{text_} = {text_of(body, thing)}"
    if isinstance(thing, OneHot):
        name = name_box(thing.labels)
        classes, size = thing.shape
        top = latex_of(classes - 1), text_of(classes - 1)
        return (
            rf"{name.latex} \in \{{0, \dots, {top[0]}\}}^{{{latex_of(size)}}}",
            f"{name.text}: {text_of(size)} labels, 0 to {top[1]}",
        )
    if isinstance(thing, Variable):
        shape = r" \times ".join(latex_of(size) for size in thing.shape)
        return rf"{latex_} \in \mathbb{{R}}^{{{shape}}}", f"{text_}: {shape_text(thing)}"
    return latex_, text_


def install() -> None:
    """Let IPython show expressions as people print them; does nothing outside of IPython."""
    if "IPython" not in sys.modules:
        return
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()  # type: ignore[no-untyped-call, unused-ignore]
    if shell is None:
        return
    latex_formatter, text_formatter = (
        shell.display_formatter.formatters[kind] for kind in ("text/latex", "text/plain")
    )
    for kind in (Expr, MatrixExpr, MatrixBase):
        latex_formatter.for_type(kind, lambda thing: _vouched((thing,)))
        text_formatter.for_type(kind, lambda thing, out, _: out.text(shown(thing)[1]))
    latex_formatter.for_type(tuple, _tuple_latex)


def _tuple_latex(things: tuple[Any, ...]) -> Any:
    """Several expressions in a row; None, which shows them as text, if there is anything else."""
    if not things or not all(isinstance(thing, (Expr, MatrixExpr)) for thing in things):
        return None
    return _vouched(things)


def row(things: Sequence[Any]) -> str:
    """Expressions as the result of a cell, in LaTeX between its delimiters."""
    return r"$\displaystyle " + r", \quad ".join(shown(thing)[0] for thing in things) + "$"


def _vouched(things: Sequence[Any]) -> str | tuple[str, dict[str, Any]]:
    """The row and, for a gate, the programs by which it is printed again.

    Such a formula may say that S is WX, by definition, or which shape W has.
    """
    drawn = row(things)
    told = any(isinstance(thing, (Defined, Variable)) for thing in things)
    if not (told and wanted()):
        return drawn
    try:
        programs = [snippet(Statement(thing, thing)) for thing in things]
    except GradproofError:  # it is no part of a statement, and nothing speaks for it
        return drawn
    return drawn, {SHOWN: programs}
